#include "execution/core/orders.h"
#include "execution/core/reasons.h"

#include <utility>

namespace tapedeck::execution {
namespace {

/// A fill that nobody can value (price × quantity beyond 1.7e20) still counts as a quantity.
Money value_of(Price price, Quantity quantity) {
    const auto value = notional(price, quantity, Rounding::HalfEven);
    return value ? *value : Money{};
}

void overlay(Amendment& terms, const Amendment& change) {
    if (change.quantity) terms.quantity = change.quantity;
    if (change.limit_price) terms.limit_price = change.limit_price;
    if (change.trigger_price) terms.trigger_price = change.trigger_price;
}

bool holds(const OrderTerms& terms, const Amendment& wanted) {
    return (!wanted.quantity || *wanted.quantity == terms.quantity) &&
           (!wanted.limit_price || wanted.limit_price == terms.limit_price) &&
           (!wanted.trigger_price || wanted.trigger_price == terms.trigger_price);
}

/// New terms for an order, on top of what it shall have already.
void wish(Order& order, const Amendment& change, std::string_view reason) {
    const Amendment before = order.wanted;
    overlay(order.wanted, change);
    if (!order.amend.is_open && holds(order.terms, order.wanted)) order.wanted = {};
    if (order.wanted == before) return;
    order.amend_reason = reason;
    order.amend.times = 0;  // it is put at once, not at the pace of the old one
}

bool is_market_data(const Event& event) {
    return event.as<CandleClosed>() != nullptr || event.as<TradePrinted>() != nullptr ||
           event.as<QuoteChanged>() != nullptr || event.as<ClockTicked>() != nullptr;
}

}  // namespace

/// What each kind of fact means to an order; one function a fact.
struct Orders::Belief {
    Orders& self;
    const Recorded& recorded;

    template <class T>
    void operator()(const T&) const {}  // the rest of the tape is not this decider's business

    void operator()(const TapeStarted& event) const { self.tape_id_ = event.tape_id; }

    void operator()(const TapeBranched& event) const { self.tape_id_ = event.tape_id; }

    void operator()(const ServiceStarted& event) const {
        if (event.service != kService) return;
        touch();
        self.configure(configuration_of(event));
    }

    void operator()(const OrderApproved& event) const {
        touch();
        self.waiting_[recorded.seq].terms = event.terms;
    }

    void operator()(const OrderDropped& event) const {
        touch();
        self.waiting_.erase(event.approved);
    }

    void operator()(const OrderIntended& event) const {
        touch();
        self.intended(event, recorded);
    }

    void operator()(const OrderSent& event) const {
        about(event.intent, [&](Order& order) {
            self.move(order, OrderEvent::Sent, recorded.recorded_at);
        });
    }

    void operator()(const OrderAccepted& event) const {
        about(event.intent, [&](Order& order) { self.accepted(order, event, recorded); });
    }

    void operator()(const OrderCanceled& event) const {
        about(event.intent, [&](Order& order) {
            self.ended(order, OrderEvent::Canceled, event.filled, recorded);
        });
    }

    void operator()(const OrderExpired& event) const {
        about(event.intent, [&](Order& order) {
            self.ended(order, OrderEvent::Expired, event.filled, recorded);
        });
    }

    void operator()(const OrderRejected& event) const {
        about(event.intent, [&](Order& order) {
            self.ended(order, OrderEvent::Rejected, {}, recorded);
        });
    }

    void operator()(const OrderUnknown& event) const {
        about(event.intent, [&](Order& order) { self.lost(order, recorded); });
    }

    void operator()(const OrderResolved& event) const {
        about(event.intent, [&](Order& order) { self.resolved(order, event, recorded); });
    }

    void operator()(const OrderQueryRequested& event) const {
        about(event.intent, [&](Order& order) { self.queried(order, recorded.recorded_at); });
    }

    void operator()(const OrderStatusReported& event) const {
        about(event.intent, [&](Order& order) { self.reported(order, event, recorded); });
    }

    void operator()(const OrderCancelRequested& event) const {
        about(event.intent, [&](Order& order) {
            if (order.cancel_reason.empty()) order.cancel_reason = event.reason;
            order.cancel = {order.cancel.times + 1, recorded.recorded_at, true, false};
        });
    }

    void operator()(const OrderCancelRejected& event) const {
        about(event.intent, [&](Order& order) {
            if (order.cancel.is_open) order.cancel.is_refused = true;
        });
    }

    void operator()(const OrderAmendRequested& event) const {
        about(event.intent, [&](Order& order) {
            order.requested = {event.quantity, event.limit_price, event.trigger_price};
            order.amend = {order.amend.times + 1, recorded.recorded_at, true, false};
        });
    }

    void operator()(const OrderAmendRejected& event) const {
        about(event.intent, [&](Order& order) {
            if (order.amend.is_open) order.amend.is_refused = true;
        });
    }

    void operator()(const OrderAmended& event) const {
        about(event.intent, [&](Order& order) { self.amended(order, event, recorded); });
    }

    void operator()(const CancelApproved& event) const {
        about(event.intent, [&](Order& order) {
            if (order.cancel_reason.empty()) order.cancel_reason = event.reason;
        });
    }

    void operator()(const AmendApproved& event) const {
        about(event.intent, [&](Order& order) {
            wish(order, {event.quantity, event.limit_price, event.trigger_price}, event.reason);
        });
    }

    void operator()(const CancelOrdered& event) const {
        touch();
        if (!event.intent.exists()) {
            self.cancel_all_ = recorded.seq;
            self.cancel_open_orders(reasons::kOperator);
        } else if (Order* order = self.known(event.intent)) {
            if (order->cancel_reason.empty()) order->cancel_reason = reasons::kOperator;
        }
    }

    void operator()(const KillEngaged& event) const {
        touch();
        // As risk has it: a second kill takes nothing of the first back.
        self.flattens_ = (self.killed_ && self.flattens_) || event.flatten;
        self.killed_ = true;
        self.cancel_open_orders(reasons::kKilled);
    }

    void operator()(const KillReleased&) const {
        touch();
        self.killed_ = false;
        self.flattens_ = false;
    }

private:
    void touch() const { self.touched_ = recorded.seq; }

    template <class Believe>
    void about(Seq intent, Believe believe) const {
        touch();
        if (Order* order = self.known(intent)) {
            believe(*order);
            self.refile(intent);
        }
    }
};

void Orders::apply(const Recorded& recorded) {
    if (is_market_data(recorded.event)) return;  // most of the tape: prices move no order here
    const bool is_new_fill = fills_.fold(recorded);
    if (const auto* fill = recorded.event.as<OrderFilled>()) {
        if (is_new_fill) filled(*fill, recorded);
        touched_ = recorded.seq;
    } else {
        recorded.event.visit(Belief{*this, recorded});
    }
    if (touched_ == recorded.seq) next_due_ = next_due();
}

void Orders::intended(const OrderIntended& event, const Recorded& recorded) {
    waiting_.erase(event.approved);
    Order& order = open_[recorded.seq];
    order.intent = recorded.seq;
    order.approved = event.approved;
    order.terms = event.terms;
    order.intended_at = recorded.recorded_at;
    // Said before the kill or the cancellation was heard, and come back after it.
    if (killed_ && !is_exempt_from_kill(order.terms)) {
        order.cancel_reason = reasons::kKilled;
    } else if (recorded.cause < cancel_all_) {
        order.cancel_reason = reasons::kOperator;
    }
}

void Orders::filled(const OrderFilled& event, const Recorded& recorded) {
    const PositionKey key{event.account, event.instrument, event.strategy};
    Quantity& position = positions_[key];
    position += event.side == Side::Buy ? event.quantity : -event.quantity;
    if (position.is_zero()) positions_.erase(key);

    Order* order = known(event.intent);
    if (order == nullptr) return;  // an order that is long forgotten: a fill is a fill
    order->filled += event.quantity;
    order->value += value_of(event.price, event.quantity);
    order->evidence = recorded.seq;
    const bool is_full = order->remaining().is_zero();
    move(
        *order, is_full ? OrderEvent::FullyFilled : OrderEvent::PartlyFilled, recorded.recorded_at);
    reduce_siblings(*order, event.quantity);
    refile(event.intent);
}

/// One cancels other: what one order of a group has filled, the others need not fill any more.
void Orders::reduce_siblings(const Order& order, Quantity quantity) {
    if (order.terms.group == 0) return;
    for (auto& [intent, sibling] : open_) {
        if (intent == order.intent || sibling.terms.group != order.terms.group ||
            sibling.terms.account != order.terms.account || sibling.is_ended()) {
            continue;
        }
        const Quantity left = sibling.wanted.quantity.value_or(sibling.terms.quantity) - quantity;
        if (order.state == OrderState::Filled || left <= sibling.filled) {
            if (sibling.cancel_reason.empty()) sibling.cancel_reason = reasons::kOneCancelsOther;
        } else {
            wish(sibling, {left, {}, {}}, reasons::kOneCancelsOther);
        }
    }
}

void Orders::accepted(Order& order, const OrderAccepted& event, const Recorded& recorded) {
    order.evidence = recorded.seq;
    auto& ids = order.venue_order_ids;
    const bool is_new = std::find(ids.begin(), ids.end(), event.venue_order_id) == ids.end();
    const bool is_another = is_new && !ids.empty();
    if (is_new && ids.size() < Order::kVenueIds) ids.push_back(event.venue_order_id);
    const bool is_gone = order.state == OrderState::Canceled || order.state == OrderState::Expired;
    if (is_another && is_gone) {
        // What has ended was one leg, and what was said of it holds no more: the order lives in
        // another one, which may fill and can be canceled.
        order.state = order.filled.is_zero() ? OrderState::Accepted : OrderState::PartiallyFilled;
        order.status.reset();
        return;
    }
    move(order, OrderEvent::Accepted, recorded.recorded_at);
}

void Orders::ended(
    Order& order, OrderEvent event, Quantity venue_filled, const Recorded& recorded) {
    order.evidence = recorded.seq;
    order.venue_filled = std::max(order.venue_filled, venue_filled);
    move(order, event, recorded.recorded_at);
}

/// OrderUnknown was said in ignorance of all that came after its cause: a fact that overtook it
/// stands, and is then named in the resolution.
void Orders::lost(Order& order, const Recorded& recorded) {
    order.is_unresolved = true;
    order.unknown_since = recorded.recorded_at;
    order.absences = 0;
    if (order.evidence <= recorded.cause) move(order, OrderEvent::Lost, recorded.recorded_at);
}

void Orders::resolved(Order& order, const OrderResolved& event, const Recorded& recorded) {
    // Said before the newest fact was heard, and against it: said again by level.
    const bool is_overtaken = recorded.cause < order.evidence;
    if (event.resolution == Resolution::NeverArrived && is_overtaken) return;
    order.is_unresolved = false;
    if (order.is_ended()) return;
    switch (event.resolution) {
        case Resolution::Accepted:
            if (order.state != OrderState::Unknown) return;
            move(
                order,
                order.filled.is_zero() ? OrderEvent::Accepted : OrderEvent::PartlyFilled,
                recorded.recorded_at);
            return;
        case Resolution::NeverArrived:
            move(order, OrderEvent::Rejected, recorded.recorded_at);
            return;
        case Resolution::Ended: break;
    }
    const auto told = order.status ? order.status->state : VenueOrderState::Canceled;
    const auto event_told = told == VenueOrderState::Expired    ? OrderEvent::Expired
                            : told == VenueOrderState::Rejected ? OrderEvent::Rejected
                                                                : OrderEvent::Canceled;
    move(order, event_told, recorded.recorded_at);
}

void Orders::queried(Order& order, Time at) {
    // With the end of the window the question is a new one, and its pace starts again.
    const Time end = window_end(order);
    const bool is_first_after = at > end && (order.query_step == 0 || order.queried_at <= end);
    order.query_step = is_first_after ? 1 : order.query_step + 1;
    ++order.queries;
    order.queried_at = at;
}

void Orders::reported(Order& order, const OrderStatusReported& event, const Recorded& recorded) {
    const bool is_repeated = order.status && order.status->attempt == event.attempt;
    order.status = event;
    order.status_seq = recorded.seq;
    if (event.state == VenueOrderState::Absent) {
        // Absence proves nothing while the request may still arrive: only an answer to a question
        // that was put after the end of the window counts, and each question once.
        const bool counts =
            order.queried_at > window_end(order) && event.attempt == order.queries && !is_repeated;
        if (counts) ++order.absences;
        return;
    }
    order.absences = 0;
    order.venue_filled = std::max(order.venue_filled, event.filled);
    if (event.state != VenueOrderState::Open) return;
    // It lives: what was refused or unanswered may be asked for again.
    order.cancel.is_open = false;
    order.amend.is_open = false;
    if (order.amend.times >= Order::kAmendTries) order.wanted = {};
}

void Orders::amended(Order& order, const OrderAmended& event, const Recorded& recorded) {
    order.evidence = recorded.seq;
    order.terms.quantity = event.quantity;
    if (event.limit_price) order.terms.limit_price = event.limit_price;
    if (event.trigger_price) order.terms.trigger_price = event.trigger_price;
    if (holds(order.terms, order.requested)) order.amend = {};
    if (holds(order.terms, order.wanted)) order.wanted = {};
    if (!order.filled.is_zero() && order.remaining().is_zero()) {
        move(order, OrderEvent::FullyFilled, recorded.recorded_at);
    }
}

void Orders::move(Order& order, OrderEvent event, Time at) {
    const bool was_ended = order.is_ended();
    order.state = next_state(order.state, event);
    if (!was_ended && order.is_ended()) order.ended_at = at;
}

/// Moves an order to where it belongs: among the ended ones if nothing about it is open, or back.
void Orders::refile(Seq intent) {
    const auto is_settled = [](const Order& order) {
        return order.is_ended() && !order.is_unresolved && !order.misses_fills();
    };
    if (const auto found = open_.find(intent); found != open_.end()) {
        Order& order = found->second;
        if (query_due(order) == Time::max()) order.query_step = 0;
        if (!is_settled(order)) return;
        ended_.insert(open_.extract(found));
        ending_.push_back(intent);
        if (ending_.size() <= kEndedKept) return;
        ended_.erase(ending_.front());
        ending_.pop_front();
    } else if (const auto old = ended_.find(intent);
               old != ended_.end() && !is_settled(old->second)) {
        open_.insert(ended_.extract(old));
        std::erase(ending_, intent);
    }
}

void Orders::cancel_open_orders(std::string_view reason) {
    for (auto& [intent, order] : open_) {
        if (reason == reasons::kKilled && is_exempt_from_kill(order.terms)) continue;
        if (order.cancel_reason.empty()) order.cancel_reason = reason;
    }
}

Order* Orders::known(Seq intent) {
    if (const auto found = open_.find(intent); found != open_.end()) return &found->second;
    if (const auto found = ended_.find(intent); found != ended_.end()) return &found->second;
    return nullptr;
}

}  // namespace tapedeck::execution
