#include "venues/kraken/account.h"

#include "base/overloaded.h"
#include "events/client_order_id.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

namespace {

constexpr std::uint32_t kStateFormat = 2;

/// Cancels, amendments and queries are answered within seconds; older ones are of no account.
constexpr std::size_t kRequestsKept = 4096;
/// Facts come back at once. A tape on which they don't was made by another build.
constexpr std::size_t kOwedMax = 20'000;
constexpr std::size_t kInstrumentsMax = 4096;

}  // namespace

bool BookedOrder::is_alive() const {
    return std::any_of(legs.begin(), legs.end(), [](const Leg& leg) { return !leg.is_dead; });
}

Quantity BookedOrder::claimed() const {
    Quantity sum;
    for (const auto& leg : legs) sum += leg.filled;
    return sum;
}

AccountBooks::AccountBooks() {
    configure({});
}

void AccountBooks::configure(const Settings& settings) {
    account_ = settings.text("kraken.account");
    validates_ = settings.flag("kraken.validate_only", false);
}

void AccountBooks::apply(const Recorded& recorded) {
    last_ = recorded.seq;
    now_ = recorded.recorded_at;
    take(recorded.event, recorded);
}

/// Facts that this record brought about; at the own start all that nobody has heard yet.
void AccountBooks::decide(const Recorded& recorded, Outbox& out) const {
    const bool is_start = is_start_of(kService, recorded);
    std::vector<const Event*> said;
    if (is_start) {
        for (const auto& own : out.in_flight()) said.push_back(&own.event);
    }
    for (const auto& fact : owed_) {
        if (!is_start) {
            if (fact.cause == recorded.seq) out.emit(fact.event);
            continue;
        }
        const auto found = std::find_if(
            said.begin(), said.end(), [&](const Event* own) { return *own == fact.event; });
        if (found == said.end()) {
            out.emit(fact.event);
        } else {
            said.erase(found);
        }
    }
}

void AccountBooks::take(const Event& event, const Recorded& recorded) {
    event.visit(overloaded{
        [&](const VenueMessageReceived& message) {
            const bool is_ours = message.venue == kVenue && message.account == account_;
            if (is_ours) take_message(message);
        },
        [&](const VenueRequestFailed& failure) {
            const bool is_ours = failure.venue == kVenue && failure.account == account_;
            if (is_ours) take_failure(failure);
        },
        [&](const OrderIntended& intent) {
            const bool is_ours = !account_.empty() && intent.terms.account == account_;
            if (is_ours) intended(intent);
        },
        [&](const OrderCancelRequested& request) {
            BookedRequest booked;
            booked.intent = request.intent;
            ask(booked);
        },
        [&](const OrderAmendRequested& request) {
            BookedRequest booked;
            booked.kind = RequestKind::Amend;
            booked.intent = request.intent;
            booked.quantity = request.quantity;
            booked.limit_price = request.limit_price;
            booked.trigger_price = request.trigger_price;
            ask(booked);
        },
        [&](const OrderQueryRequested& request) {
            BookedRequest booked;
            booked.kind = RequestKind::Query;
            booked.intent = request.intent;
            booked.attempt = request.attempt;
            ask(booked);
        },
        // The sender's own, for what never left; or the order manager's, by evidence.
        [&](const OrderRejected& rejected) {
            if (!rejected.evidence.exists()) end_order(rejected.intent, {}, {});
        },
        [&](const OrderResolved& resolved) {
            if (resolved.resolution != Resolution::Accepted) end_order(resolved.intent, {}, {});
        },
        [&](const TapeStarted& started) { tape_id_ = started.tape_id; },
        [&](const TapeBranched& branched) { tape_id_ = branched.tape_id; },
        [&](const ServiceStarted& started) {
            if (started.service != kService) return;
            configure(configuration_of(started));
            if (since_ == Time{}) since_ = recorded.recorded_at;
        },
        [&](const InstrumentListed& listed) {
            const bool is_ours = listed.instrument.venue() == kVenue;
            if (is_ours && instruments_.size() < kInstrumentsMax) {
                instruments_.insert(listed.instrument);
            }
        },
        [](const auto&) {}});
    settle_owed(event);
}

void AccountBooks::intended(const OrderIntended& event) {
    BookedOrder& order = orders_[last_];
    order.tape_id = tape_id_;
    order.terms = event.terms;
    order.intended_at = now_;
    order.changed_at = now_;
    if (event.terms.instrument.venue() == kVenue && instruments_.size() < kInstrumentsMax) {
        instruments_.insert(event.terms.instrument);
    }
}

void AccountBooks::ask(const BookedRequest& request) {
    BookedOrder* const order = order_of(request.intent);
    if (order == nullptr) return;
    if (request.kind == RequestKind::Amend) order->is_amending = true;
    requests_.emplace(last_, request).first->second.asked_at = now_;
    if (requests_.size() > kRequestsKept) requests_.erase(requests_.begin());
}

/// An own fact has come back: it is owed no more. Facts name their evidence, so that two are alike
/// only if either may stand for the other.
void AccountBooks::settle_owed(const Event& event) {
    const auto found = std::find_if(
        owed_.begin(), owed_.end(), [&](const OwedFact& fact) { return fact.event == event; });
    // What this very record brought about cannot have come back with it.
    if (found != owed_.end() && found->cause != last_) owed_.erase(found);
}

void AccountBooks::say(Event event) {
    owed_.push_back({last_, std::move(event)});
    if (owed_.size() > kOwedMax) owed_.pop_front();
}

void AccountBooks::take_message(const VenueMessageReceived& message) {
    if (message.is_cut()) {
        doubt("message_cut", message.channel, {}, "a whole message", "the beginning of one");
        return;
    }
    if (message.channel == "executions" || message.channel == "balances") {
        read_stream(message);
    } else if (message.about.exists()) {
        const auto asked = requests_.find(message.about);
        if (asked != requests_.end() && asked->second.kind == RequestKind::Query) {
            read_query(message, asked->second);
        } else if (message.channel == "answer") {
            read_answer(message);
        } else {
            read_rest_answer(message);
        }
    } else if (message.attempt != 0) {
        read_audit(message);
    }
}

/// An order of which not one byte was written cannot have arrived. Nothing else follows from a
/// request without an answer.
void AccountBooks::take_failure(const VenueRequestFailed& failure) {
    if (failure.about.exists()) {
        const bool is_proof = !failure.was_written && failure.attempt <= 1;
        BookedOrder* const order = is_proof ? order_of(failure.about) : nullptr;
        if (order == nullptr || order->is_ended || !order->legs.empty()) return;
        order->is_ended = true;
        ended_.push_back(failure.about);
        say(OrderRejected{failure.about, "not_sent", "the request could not be sent", last_});
        retire();
    } else if (failure.attempt != 0 && failure.channel == "BalanceEx") {
        if (failure.attempt != audit_.number) begin_audit(failure.attempt);
        end_audit();
    }
}

const BookedOrder* AccountBooks::find(Seq intent) const {
    const auto found = orders_.find(intent);
    return found == orders_.end() ? nullptr : &found->second;
}

BookedOrder* AccountBooks::order_of(Seq intent) {
    const auto found = orders_.find(intent);
    return found == orders_.end() ? nullptr : &found->second;
}

const BookedRequest* AccountBooks::find_request(Seq request) const {
    const auto found = requests_.find(request);
    return found == requests_.end() ? nullptr : &found->second;
}

std::string AccountBooks::client_order_id_of(Seq intent) const {
    const auto* order = find(intent);
    return order == nullptr ? "" : to_uuid_text({order->tape_id, intent});
}

std::string AccountBooks::venue_order_id_of(Seq intent) const {
    const auto* order = find(intent);
    if (order == nullptr || order->legs.empty()) return {};
    for (auto leg = order->legs.rbegin(); leg != order->legs.rend(); ++leg) {
        if (!leg->is_dead) return leg->order_id;
    }
    return order->legs.back().order_id;
}

/// Forgets the orders whose end is oldest.
void AccountBooks::retire() {
    while (ended_.size() > kEndedKept) {
        const auto old = orders_.find(ended_.front());
        ended_.pop_front();
        if (old == orders_.end()) continue;
        for (const auto& leg : old->second.legs) {
            intent_by_leg_.erase(leg.order_id);
            fold_.forget(leg.order_id);
        }
        orders_.erase(old);
    }
}

void AccountBooks::save(StateWriter& writer) const {
    writer(kStateFormat);
    writer(*this);
}

bool AccountBooks::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kStateFormat) return false;
    archive(reader);
    derive();
    return reader.ok();
}

void AccountBooks::derive() {
    intent_by_leg_.clear();
    for (const auto& [intent, order] : orders_) {
        for (const auto& leg : order.legs) intent_by_leg_.emplace(leg.order_id, intent);
    }
    fill_key_set_.clear();
    fill_key_set_.insert(fill_keys_.begin(), fill_keys_.end());
}

}  // namespace tapedeck::kraken
