#include "venues/kraken/validation.h"

#include "venues/kraken/orders.h"

namespace tapedeck::kraken {

namespace {

template <class Amount>
bool is_on_grid(Amount value, Amount step) {
    const auto rounded = round_to(value, step, Rounding::Down);
    return rounded && *rounded == value;
}

std::optional<Refusal> refusal_of_status(const Pair& pair, const OrderTerms& terms) {
    const bool is_limit = terms.type == OrderType::Limit;
    const auto refuse = [&](std::string_view code, const char* what) {
        return Refusal{code, pair.symbol + " " + what};
    };
    switch (pair.status) {
        case PairStatus::Online: return std::nullopt;
        case PairStatus::PostOnly:
            if (is_limit && terms.post_only) return std::nullopt;
            return refuse("venue_post_only", "takes post-only limit orders only");
        case PairStatus::LimitOnly:
            if (is_limit) return std::nullopt;
            return refuse("venue_limit_only", "takes limit orders only");
        case PairStatus::ReduceOnly:
            // Kraken means margin positions, which we don't have: even our exits are new orders.
            return refuse("venue_reduce_only", "takes orders that reduce margin positions only");
        case PairStatus::CancelOnly: return refuse("venue_cancel_only", "takes no new orders");
        case PairStatus::Maintenance: return refuse("venue_maintenance", "is in maintenance");
        case PairStatus::WorkInProgress:
        case PairStatus::Delisted:
        case PairStatus::Unknown: return refuse("unknown_instrument", "is not traded");
    }
    return refuse("unknown_instrument", "is not traded");
}

std::optional<Refusal> refusal_of_kind(const OrderTerms& terms) {
    const bool is_limit = terms.type == OrderType::Limit;
    const bool needs_trigger = terms.type == OrderType::Stop || terms.type == OrderType::TakeProfit;
    if (is_limit && !terms.limit_price) {
        return Refusal{"limit_price_missing", "a limit order needs a limit price"};
    }
    if (needs_trigger && !terms.trigger_price) {
        return Refusal{"trigger_price_missing", "a stop or take-profit needs a trigger price"};
    }
    if (terms.post_only && !is_limit) {
        return Refusal{"post_only_not_limit", "only a limit order can be post-only"};
    }
    if (terms.time_in_force == TimeInForce::FillOrKill && !is_limit) {
        return Refusal{"time_in_force_not_supported", "only a limit order can be fill-or-kill"};
    }
    if (terms.post_only && terms.time_in_force != TimeInForce::GoodTillCanceled &&
        terms.time_in_force != TimeInForce::GoodTillDate) {
        return Refusal{"time_in_force_not_supported", "a post-only order must be able to rest"};
    }
    if (terms.time_in_force == TimeInForce::GoodTillDate && terms.valid_until == Time{}) {
        return Refusal{"time_in_force_not_supported", "good till date needs a date"};
    }
    return std::nullopt;
}

std::optional<Refusal> refusal_of_price(const Pair& pair, std::optional<Price> price) {
    if (!price) return std::nullopt;
    if (price->is_positive() && is_on_grid(*price, pair.tick)) return std::nullopt;
    return Refusal{
        "price_off_tick",
        "the price " + price->to_string() + " is no positive multiple of " + pair.tick.to_string()};
}

std::optional<Refusal> refusal_of_size(
    const Pair& pair, const OrderTerms& terms, std::optional<Price> price) {
    if (!terms.quantity.is_positive()) {
        return Refusal{"invalid_quantity", "the quantity is not positive"};
    }
    if (!is_on_grid(terms.quantity, pair.quantity_step)) {
        return Refusal{
            "quantity_off_step",
            "the quantity " + terms.quantity.to_string() + " is no multiple of " +
                pair.quantity_step.to_string()};
    }
    if (terms.quantity < pair.quantity_min) {
        return Refusal{
            "minimum_not_met",
            "the quantity " + terms.quantity.to_string() + " is below the smallest order of " +
                pair.quantity_min.to_string()};
    }
    if (!price) return std::nullopt;
    const auto cost = notional(*price, terms.quantity, Rounding::Down);
    if (!cost) return Refusal{"invalid_quantity", "the order's value is absurd"};
    if (*cost < pair.cost_min) {
        return Refusal{
            "minimum_not_met",
            "the value " + cost->to_string() + " is below the smallest value of " +
                pair.cost_min.to_string()};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> refusal_of(
    const Pair& pair, const OrderTerms& terms, std::optional<Price> reference) {
    if (terms.instrument != pair.instrument) {
        return Refusal{
            "unknown_instrument",
            terms.instrument.to_string() + " is not " + pair.instrument.to_string()};
    }
    if (auto refusal = refusal_of_status(pair, terms)) return refusal;
    if (auto refusal = refusal_of_kind(terms)) return refusal;
    const auto limit = limit_of(terms);
    const auto trigger = trigger_of(terms);
    if (auto refusal = refusal_of_price(pair, limit)) return refusal;
    if (auto refusal = refusal_of_price(pair, trigger)) return refusal;
    const auto price = limit ? limit : trigger ? trigger : reference;
    return refusal_of_size(pair, terms, price);
}

}  // namespace tapedeck::kraken
