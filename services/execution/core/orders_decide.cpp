#include "execution/core/orders.h"
#include "execution/core/reasons.h"

#include <utility>

namespace tapedeck::execution {
namespace {

using reasons::kApprovalExpired;

/// Whether an own event of this type was said already: in flight, or in this very call.
template <AnEvent T, class Matches>
bool is_said(const Outbox& out, Matches matches) {
    for (const auto& own : out.in_flight()) {
        if (const T* event = own.event.as<T>(); event != nullptr && matches(*event)) return true;
    }
    for (const auto& own : out.events()) {
        if (const T* event = own.as<T>(); event != nullptr && matches(*event)) return true;
    }
    return false;
}

template <AnEvent T>
bool is_said_about(Seq intent, const Outbox& out) {
    return is_said<T>(out, [&](const T& event) { return event.intent == intent; });
}

/// The last amendment asked for, in flight included, is this one.
bool is_requested(const Order& order, const Amendment& wanted, const Outbox& out) {
    const Amendment* last = nullptr;
    Amendment said;
    const auto look = [&](const Event& own) {
        const auto* event = own.as<OrderAmendRequested>();
        if (event == nullptr || event->intent != order.intent) return;
        said = {event->quantity, event->limit_price, event->trigger_price};
        last = &said;
    };
    for (const auto& own : out.in_flight()) look(own.event);
    for (const auto& own : out.events()) look(own);
    return last != nullptr && *last == wanted;
}

bool is_closing(const OrderTerms& terms) {
    return terms.purpose == OrderPurpose::Exit || terms.purpose == OrderPurpose::Emergency;
}

/// Whether `order` must be gone before `exit` goes out: both could close the same position, and
/// together they would open the opposite one.
bool is_in_the_way(const OrderTerms& order, const OrderTerms& exit) {
    switch (order.purpose) {
        case OrderPurpose::StopLoss:
        case OrderPurpose::TakeProfit: break;
        case OrderPurpose::Exit:
            if (exit.purpose != OrderPurpose::Emergency) return false;
            break;
        case OrderPurpose::Entry:
        case OrderPurpose::Emergency: return false;
    }
    return order.instrument == exit.instrument && order.strategy == exit.strategy &&
           order.account == exit.account;
}

}  // namespace

void Orders::decide(const Recorded& recorded, Outbox& out) const {
    if (touched_ != recorded.seq && recorded.recorded_at < next_due_) return;
    const auto* started = recorded.event.as<ServiceStarted>();
    const bool restarted = started != nullptr && started->service == kService && !started->resumed;
    Turn turn{recorded.recorded_at, restarted, out, {}};
    settle(turn);
}

/// States everything that is owed now and was not said yet.
void Orders::settle(Turn& turn) const {
    for (const auto& [seq, approval] : waiting_) speak_about(seq, approval, turn);
    for (const auto& [intent, order] : open_) speak_about(order, turn);
}

/// An approval is dropped, or waits for other orders to be gone, or becomes an intent.
void Orders::speak_about(Seq approved, const Approval& approval, Turn& turn) const {
    const auto is_it = [&](const auto& event) { return event.approved == approved; };
    if (is_said<OrderIntended>(turn.out, is_it) || is_said<OrderDropped>(turn.out, is_it)) return;

    if (const auto reason = drop_reason_of(approval, turn.now); !reason.empty()) {
        turn.out.emit(OrderDropped{approved, std::string(reason)});
        return;
    }
    OrderTerms terms = approval.terms;
    if (is_closing(terms)) {
        if (must_wait(terms, turn.out)) {
            turn.waiting.push_back(&approval);
            return;
        }
        terms.quantity = std::min(terms.quantity, closable(terms, turn.out));
        if (!terms.quantity.is_positive()) {
            turn.out.emit(OrderDropped{approved, std::string(reasons::kPositionClosed)});
            return;
        }
    }
    turn.out.emit(OrderIntended{approved, std::move(terms)});
}

std::string_view Orders::drop_reason_of(const Approval& approval, Time now) const {
    if (killed_ && !is_exempt_from_kill(approval.terms)) return reasons::kKilled;
    const Time until = approval.terms.valid_until;
    return until != Time{} && now > until ? kApprovalExpired : std::string_view{};
}

bool Orders::is_exempt_from_kill(const OrderTerms& terms) const {
    return flattens_ && terms.purpose == OrderPurpose::Emergency;
}

bool Orders::must_wait(const OrderTerms& terms, const Outbox& out) const {
    for (const auto& [intent, order] : open_) {
        if (is_in_the_way(order.terms, terms)) return true;
    }
    return is_said<OrderIntended>(
        out, [&](const OrderIntended& intended) { return is_in_the_way(intended.terms, terms); });
}

/// What a closing order may still close: the position, less what other closing orders that are
/// open, unknown or in flight may be closing at this moment.
Quantity Orders::closable(const OrderTerms& terms, const Outbox& out) const {
    const PositionKey key = position_key(terms);
    const Quantity position = position_of(key);
    Quantity left = terms.side == Side::Sell ? position : -position;
    const auto closes_too = [&](const OrderTerms& other) {
        return is_closing(other) && other.side == terms.side && position_key(other) == key;
    };
    for (const auto& [intent, order] : open_) {
        if (!order.is_ended() && closes_too(order.terms)) left -= order.remaining();
    }
    for (const auto& own : out.in_flight()) {
        const auto* intended = own.event.as<OrderIntended>();
        if (intended != nullptr && closes_too(intended->terms)) left -= intended->terms.quantity;
    }
    for (const auto& own : out.events()) {
        const auto* intended = own.as<OrderIntended>();
        if (intended != nullptr && closes_too(intended->terms)) left -= intended->terms.quantity;
    }
    return left;
}

void Orders::speak_about(const Order& order, const Turn& turn) const {
    Outbox& out = turn.out;
    if (const auto resolved = resolution_of(order);
        resolved && !is_said_about<OrderResolved>(order.intent, out)) {
        out.emit(*resolved);
    }
    state_unknown(order, turn);

    const auto cancel_reason = cancel_reason_of(order, turn);
    if (!cancel_reason.empty()) {
        if (turn.now >= cancel_due(order) &&
            !is_said_about<OrderCancelRequested>(order.intent, out)) {
            out.emit(OrderCancelRequested{order.intent, std::string(cancel_reason)});
        }
    } else if (turn.now >= amend_due(order) && !is_requested(order, order.wanted, out)) {
        const Amendment& wanted = order.wanted;
        out.emit(OrderAmendRequested{
            order.intent,
            wanted.quantity,
            wanted.limit_price,
            wanted.trigger_price,
            order.amend_reason});
    }
    if (turn.now >= query_due(order) && !is_said_about<OrderQueryRequested>(order.intent, out)) {
        out.emit(OrderQueryRequested{order.intent, order.queries + 1});
    }
}

/// An order is Unknown when no answer came in time, when its sender was restarted before one came
/// (it never sends what is older than itself), or when the venue contradicts itself.
void Orders::state_unknown(const Order& order, const Turn& turn) const {
    const bool is_unanswered =
        order.state == OrderState::Intended || order.state == OrderState::Sent;
    const bool is_due = turn.now >= unknown_due(order) || (turn.restarted && is_unanswered);
    if (!is_due || is_said_about<OrderUnknown>(order.intent, turn.out)) return;
    const auto reason = !is_unanswered   ? reasons::kConflictingEvidence
                        : turn.restarted ? reasons::kRestartedAfterIntent
                                         : reasons::kNoAnswer;
    turn.out.emit(OrderUnknown{order.intent, std::string(reason)});
}

/// Why this order shall go; "" if it may stay.
std::string_view Orders::cancel_reason_of(const Order& order, const Turn& turn) const {
    if (order.is_ended()) return {};
    if (!order.cancel_reason.empty()) return order.cancel_reason;
    if (order.is_protective() && position_of(position_key(order.terms)).is_zero()) {
        return reasons::kPositionClosed;
    }
    for (const Approval* exit : turn.waiting) {
        if (is_in_the_way(order.terms, exit->terms)) return reasons::kExitPending;
    }
    return {};
}

}  // namespace tapedeck::execution
