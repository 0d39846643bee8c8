// Everything that the venue says no to before an order exists.
#include "base/verify.h"
#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

bool fits(Decimal value, unsigned places) {
    return rounded(value, places) == value;
}

/// Far beyond any market, and far from what a Decimal holds: products of two stay in range.
constexpr Decimal kAmountMax = Decimal::from_integer(1'000'000'000);

}  // namespace

std::size_t open_orders_max(Tier tier) {
    switch (tier) {
        case Tier::Starter: return 60;
        case Tier::Intermediate: return 80;
        case Tier::Pro: return 225;
    }
    return 0;
}

Outcome<> Exchange::check(
    AccountId account, const OrderTerms& terms, Time now, OrderKey instead_of) const {
    if (!accounts_[account].is_house()) TRY(check_modes(terms));
    TRY(check_terms(terms));
    if (accounts_[account].is_house()) return {};
    TRY(check_room(account, terms, instead_of));
    TRY(check_funds(account, terms, now, instead_of));
    const bool refuses = post_only_manner_ == PostOnlyManner::Refused;
    if (terms.post_only && refuses && would_cross(terms)) return refuse("EOrder:Post only order");
    return {};
}

Outcome<> Exchange::check_modes(const OrderTerms& terms) const {
    const PairMode pair = pair_modes_[terms.pair];
    if (mode_ == SystemMode::Maintenance) return refuse("EService:Unavailable");
    if (mode_ == SystemMode::CancelOnly || pair == PairMode::CancelOnly) {
        return refuse("EService:Market in cancel_only mode");
    }
    const bool post_only = mode_ == SystemMode::PostOnly || pair == PairMode::PostOnly;
    if (post_only && !terms.post_only) return refuse("EService:Market in post_only mode");
    if (pair == PairMode::LimitOnly && !has_limit(terms.type)) {
        return refuse("EService:Market in limit_only mode");
    }
    if (pair == PairMode::ReduceOnly) return refuse("EService:Market in reduce_only mode");
    return {};
}

Outcome<> Exchange::check_price(PairId pair, Decimal price) const {
    const Pair& spec = pairs()[pair];
    if (!price.is_positive() || price > kAmountMax) return refuse("EOrder:Invalid price");
    if (!fits(price, spec.price_decimals)) {
        return refuse(
            "EOrder:Invalid price:" + spec.wsname + " price can only be specified up to " +
            std::to_string(spec.price_decimals) + " decimals.");
    }
    const auto on_tick = round_to_step(price, spec.tick, Rounding::Down);
    if (!on_tick || *on_tick != price) return refuse("EOrder:Tick size check failed");
    return {};
}

Outcome<> Exchange::check_terms(const OrderTerms& terms) const {
    if (!terms.quantity.is_positive() || terms.quantity > kAmountMax) {
        return refuse("EGeneral:Invalid arguments:volume");
    }
    if (!fits(terms.quantity, kLotDecimals)) return refuse("EGeneral:Invalid arguments:volume");
    if (terms.in_quote && (terms.type != OrderType::Market || terms.side != Side::Buy)) {
        return refuse("EGeneral:Invalid arguments:viqc");
    }
    if (has_limit(terms.type)) TRY(check_price(terms.pair, terms.limit));
    if (has_trigger(terms.type)) TRY(check_price(terms.pair, terms.trigger));
    const bool takes =
        terms.time_in_force == TimeInForce::Ioc || terms.time_in_force == TimeInForce::Fok;
    if (terms.post_only && (terms.type != OrderType::Limit || takes)) {
        return refuse("EGeneral:Invalid arguments:post only is for limit orders");
    }
    if (terms.time_in_force == TimeInForce::Fok && terms.type != OrderType::Limit) {
        return refuse("EGeneral:Invalid arguments:timeinforce");
    }
    if ((terms.time_in_force == TimeInForce::Gtd) != terms.expires.has_value()) {
        return refuse("EGeneral:Invalid arguments:expiretm");
    }
    if (terms.client_id && terms.userref) {
        return refuse("EGeneral:Invalid arguments:cl_ord_id and userref exclude each other");
    }
    if (terms.client_id && !is_client_id(*terms.client_id)) {
        return refuse("EGeneral:Invalid arguments:cl_ord_id");
    }
    return check_minimums(terms);
}

Outcome<> Exchange::check_minimums(const OrderTerms& terms) const {
    const Pair& spec = pairs()[terms.pair];
    if (!terms.in_quote && terms.quantity < spec.order_min) {
        return refuse("EOrder:Order minimum not met");
    }
    const Decimal price = has_limit(terms.type)     ? terms.limit
                          : has_trigger(terms.type) ? terms.trigger
                                                    : last_[terms.pair];
    const Decimal cost = terms.in_quote ? terms.quantity : times(terms.quantity, price);
    if (cost < spec.cost_min) return refuse("EOrder:Cost minimum not met");
    return {};
}

Outcome<> Exchange::check_room(
    AccountId account, const OrderTerms& terms, OrderKey instead_of) const {
    std::size_t open = 0;
    for (const Order* order : open_orders(account)) {
        if (order->key == instead_of) continue;
        if (order->terms.pair == terms.pair) ++open;
        if (terms.client_id && order->terms.client_id == terms.client_id) {
            return refuse("EOrder:Invalid order:cl_ord_id is in use by an open order");
        }
    }
    if (open >= open_orders_max(accounts_[account].tier())) {
        return refuse("EOrder:Orders limit exceeded");
    }
    return {};
}

AssetId Exchange::held_asset(const OrderTerms& terms) const {
    const Pair& spec = pairs()[terms.pair];
    return terms.side == Side::Buy ? spec.quote : spec.base;
}

/// What the order would cost before fees, by its own price or by what waits in the book.
Decimal Exchange::expected_cost(const OrderTerms& terms) const {
    if (terms.in_quote) return terms.quantity;
    if (has_limit(terms.type)) return times(terms.quantity, terms.limit);
    if (has_trigger(terms.type)) return times(terms.quantity, terms.trigger);
    Decimal left = terms.quantity;
    Decimal cost;
    books_[terms.pair].for_each(opposite(terms.side), [&](Decimal price, const Book::Entry& entry) {
        const Decimal taken = std::min(left, entry.quantity);
        cost = cost + times(taken, price);
        left = left - taken;
        return left.is_positive();
    });
    return cost;
}

Outcome<> Exchange::check_funds(
    AccountId account, const OrderTerms& terms, Time now, OrderKey instead_of) const {
    const Account& owner = accounts_[account];
    const AssetId asset = held_asset(terms);
    const Decimal whole = terms.side == Side::Buy ? expected_cost(terms) : terms.quantity;
    const bool fee_on_top = (terms.side == Side::Buy) != terms.fee_in_base;
    const Decimal fee = fee_on_top ? times(whole, owner.fee_rate(false, now)) : Decimal{};
    const Decimal needed = rounded_up(whole + fee, assets()[asset].decimals);
    if (needed > owner.balance(asset) - on_hold(account, asset, instead_of)) {
        return refuse("EOrder:Insufficient funds");
    }
    return {};
}

/// Of held_asset(): what is left to pay, and the taker's fee on it.
Decimal Exchange::hold_of(const Order& order) const {
    const OrderTerms& terms = order.terms;
    const Decimal left = order.remaining();
    const bool is_buy = terms.side == Side::Buy;
    const Decimal price = has_limit(terms.type) ? terms.limit : terms.trigger;
    const Decimal whole = is_buy && !terms.in_quote ? times(left, price) : left;
    const bool fee_on_top = is_buy != terms.fee_in_base;
    const Decimal rate = accounts_[order.account].fee_rate(false, order.touched);
    const Decimal fee = fee_on_top ? times(whole, rate) : Decimal{};
    return rounded_up(whole + fee, assets()[held_asset(terms)].decimals);
}

Decimal Exchange::on_hold(AccountId account, AssetId asset, OrderKey except) const {
    Decimal sum;
    for (const Order* order : open_orders(account)) {
        if (order->key == except || held_asset(order->terms) != asset) continue;
        sum = sum + hold_of(*order);
    }
    return sum;
}

bool Exchange::would_cross(const OrderTerms& terms) const {
    const auto best = books_[terms.pair].best(opposite(terms.side));
    if (!best) return false;
    return terms.side == Side::Buy ? terms.limit >= *best : terms.limit <= *best;
}

}  // namespace tapedeck::venue_simulator
