#include "events/client_order_id.h"
#include "venues/paper/desk.h"
#include "venues/paper/paper.h"

#include <algorithm>

namespace tapedeck::paper {
namespace {

std::string venue_order_id(Seq intent) {
    return "paper-" + std::to_string(intent.value);
}

/// A fixed, well-mixed function of its input (Steele, Lea, Flood: SplitMix64, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
}

template <class Amount>
bool is_on_grid(Amount value, Amount step) {
    return on_grid(value, step, Rounding::Down) == value;
}

bool is_priced_right(const std::optional<Price>& price, Price tick) {
    return !price || (price->is_positive() && is_on_grid(*price, tick));
}

}  // namespace

bool PaperVenue::loses_answer(Seq intent) const {
    if (configuration_.lost_answers == 0) return false;
    const auto draw = mixed(intent.value ^ mixed(configuration_.lost_answers_seed));
    return static_cast<std::int64_t>(draw % 1'000'000) < configuration_.lost_answers;
}

bool PaperVenue::lives_unanswered(Seq intent) const {
    return mixed(mixed(intent.value ^ mixed(configuration_.lost_answers_seed))) % 2 == 0;
}

void PaperVenue::answer_intent(Seq intent, const Unanswered& order, Time now, Outbox& out) const {
    const auto refusal = refusal_of(intent, order, now, out);
    out.emit(OrderSent{intent, to_uuid_text({tape_id_, intent})});
    if (refusal) {
        out.emit(OrderRejected{intent, std::string(refusal->code), std::string(refusal->text), {}});
    } else if (!loses_answer(intent)) {
        out.emit(OrderAccepted{intent, venue_order_id(intent), {}});
    }
}

std::optional<PaperVenue::Refusal> PaperVenue::refusal_of(
    Seq intent, const Unanswered& order, Time now, const Outbox& out) const {
    const OrderTerms& terms = order.terms;
    const Market* market = find_market(terms.instrument);
    if (market == nullptr || !market->listing) {
        return Refusal{"unknown_instrument", "this instrument was never listed"};
    }
    const Time arrival = std::max(now, order.intended_at + configuration_.latency);
    if (terms.valid_until != Time{} && arrival > terms.valid_until) {
        return Refusal{"deadline_elapsed", "valid_until has passed on arrival"};
    }
    if (auto refusal = refusal_of_terms(terms, *market->listing)) return refusal;
    return refusal_of_value(intent, terms, *market, out);
}

/// What can be said of the terms alone.
std::optional<PaperVenue::Refusal> PaperVenue::refusal_of_terms(
    const OrderTerms& terms, const InstrumentListed& listing) const {
    const bool needs_trigger = terms.type == OrderType::Stop || terms.type == OrderType::TakeProfit;
    if (!terms.quantity.is_positive()) {
        return Refusal{"invalid_quantity", "the quantity is not positive"};
    }
    if (!is_on_grid(terms.quantity, listing.quantity_step)) {
        return Refusal{"quantity_off_step", "the quantity is no multiple of the step"};
    }
    if (terms.type == OrderType::Limit && !terms.limit_price) {
        return Refusal{"limit_price_missing", "a limit order needs a limit price"};
    }
    if (needs_trigger && !terms.trigger_price) {
        return Refusal{"trigger_price_missing", "a stop or take-profit needs a trigger price"};
    }
    if (!is_priced_right(terms.limit_price, listing.price_tick) ||
        !is_priced_right(terms.trigger_price, listing.price_tick)) {
        return Refusal{"price_off_tick", "a price is not a positive multiple of the tick"};
    }
    if (terms.quantity < listing.quantity_min) {
        return Refusal{"minimum_not_met", "the quantity is below the smallest order"};
    }
    return std::nullopt;
}

/// What depends on prices, money and holdings. Without any price a market order is let in: its
/// fills are held within the money anyway.
std::optional<PaperVenue::Refusal> PaperVenue::refusal_of_value(
    Seq intent, const OrderTerms& terms, const Market& market, const Outbox& out) const {
    Account account = account_;
    for (const auto& own : out.in_flight()) {
        if (const auto* fill = own.event.as<OrderFilled>()) account.book(*fill, Time{});
    }
    const auto price = expected_price(terms, market);
    if (price) {
        const auto value = notional(*price, terms.quantity, Rounding::Up);
        if (!value) return Refusal{"invalid_quantity", "the order's value is absurd"};
        if (*value < market.listing->notional_min) {
            return Refusal{"minimum_not_met", "the value is below the smallest order"};
        }
    }
    const Quantity held = account.holding(terms.instrument);
    const bool is_sell = terms.side == Side::Sell;
    if (terms.reduce_only) {
        if (!(is_sell ? held : -held).is_positive()) {
            return Refusal{"nothing_to_reduce", "reduce-only, and there is no such position"};
        }
        return std::nullopt;
    }
    if (is_sell) {
        if (configuration_.allow_short || terms.quantity <= held) return std::nullopt;
        return Refusal{"insufficient_position", "the holding is smaller than the order"};
    }
    const auto currency = terms.instrument.quote();
    const Money needed = cost_of(terms, terms.quantity, market);
    if (needed <= account.cash(currency) - reserved(intent, currency)) return std::nullopt;
    return Refusal{"insufficient_funds", "the cash is less than the order and its fee"};
}

/// The price that the order will about trade at.
std::optional<Price> PaperVenue::expected_price(
    const OrderTerms& terms, const Market& market) const {
    if (terms.limit_price) return terms.limit_price;
    if (terms.trigger_price) return terms.trigger_price;
    return taker_reference(market, terms.side);
}

/// What buying so much of it will cost, fee included; 0 while no price is known.
Money PaperVenue::cost_of(const OrderTerms& terms, Quantity quantity, const Market& market) const {
    const auto price = expected_price(terms, market);
    const auto value = price ? notional(*price, quantity, Rounding::Up) : Money{};
    if (!value) return Money{};
    const Ratio rate = configuration_.fees.rate(Liquidity::Taker, Money{});
    return *value + fee_of(*value, rate).value_or(Money{});
}

/// Cash that the other open buy orders will need.
Money PaperVenue::reserved(Seq but_for, std::string_view currency) const {
    Money sum;
    const auto add = [&](Seq intent, const OrderTerms& terms, Quantity quantity) {
        if (intent == but_for || terms.side == Side::Sell || terms.reduce_only) return;
        if (terms.instrument.quote() != currency) return;
        if (const Market* market = find_market(terms.instrument)) {
            sum += cost_of(terms, quantity, *market);
        }
    };
    for (const auto& [intent, order] : book_) add(intent, order.terms, order.remaining());
    // Later intents are answered later, and then find this one reserved.
    for (const auto& [intent, order] : unanswered_) {
        if (intent < but_for) add(intent, order.terms, order.terms.quantity);
    }
    return sum;
}

bool PaperVenue::is_ours(Seq intent) const {
    return book_.contains(intent) || unanswered_.contains(intent) || ended_.contains(intent);
}

/// The order as it will be in the book when all that is in flight has come back.
std::optional<BookedOrder> PaperVenue::present(Seq intent, const Outbox& out) const {
    if (const auto booked = book_.find(intent); booked != book_.end()) {
        return with_in_flight(booked->second, book_, out);
    }
    const auto waiting = unanswered_.find(intent);
    if (waiting == unanswered_.end()) return std::nullopt;
    const bool is_entering =
        is_in_flight<OrderAccepted>(intent, out) ||
        (is_in_flight<OrderSent>(intent, out) && !is_in_flight<OrderRejected>(intent, out) &&
         lives_unanswered(intent));
    if (!is_entering) return std::nullopt;
    BookedOrder order;
    order.intent = intent;
    order.terms = waiting->second.terms;
    return with_in_flight(std::move(order), book_, out);
}

void PaperVenue::answer_cancel(const OrderCancelRequested& request, Outbox& out) const {
    if (!is_ours(request.intent)) return;
    if (const auto order = present(request.intent, out)) {
        out.emit(OrderCanceled{request.intent, order->filled, "requested", {}});
    } else {
        out.emit(OrderCancelRejected{request.intent, "not_open", {}});
    }
}

void PaperVenue::answer_amend(const OrderAmendRequested& request, Outbox& out) const {
    if (!is_ours(request.intent)) return;
    const auto order = present(request.intent, out);
    if (!order) {
        out.emit(OrderAmendRejected{request.intent, "not_open", {}});
        return;
    }
    OrderTerms terms = order->terms;
    if (request.quantity) terms.quantity = *request.quantity;
    if (request.limit_price) terms.limit_price = request.limit_price;
    if (request.trigger_price) terms.trigger_price = request.trigger_price;
    if (terms.quantity <= order->filled) {
        out.emit(OrderAmendRejected{request.intent, "quantity_already_filled", {}});
        return;
    }
    const Market* market = find_market(terms.instrument);
    const auto refusal = market != nullptr && market->listing
                             ? refusal_of_terms(terms, *market->listing)
                             : std::nullopt;
    if (refusal) {
        out.emit(OrderAmendRejected{request.intent, std::string(refusal->code), {}});
        return;
    }
    out.emit(
        OrderAmended{request.intent, terms.quantity, terms.limit_price, terms.trigger_price, {}});
}

void PaperVenue::answer_query(const OrderQueryRequested& request, Outbox& out) const {
    if (!is_ours(request.intent)) return;
    OrderStatusReported answer;
    answer.intent = request.intent;
    answer.attempt = request.attempt;
    if (const auto order = present(request.intent, out)) {
        answer.state = VenueOrderState::Open;
        answer.filled = order->filled;
    } else if (const auto ended = ended_.find(request.intent); ended != ended_.end()) {
        answer.state = ended->second.state;
        answer.filled = ended->second.filled;
    } else if (book_.contains(request.intent)) {
        return;  // its end is in flight, and says more than this answer could
    }
    if (answer.state != VenueOrderState::Absent) {
        answer.venue_order_id = venue_order_id(request.intent);
    }
    out.emit(std::move(answer));
}

}  // namespace tapedeck::paper
