#include "venues/paper/matching.h"

namespace tapedeck::paper {
namespace {

bool is_immediate(const OrderTerms& terms) {
    return terms.time_in_force == TimeInForce::ImmediateOrCancel ||
           terms.time_in_force == TimeInForce::FillOrKill;
}

/// Worse by the slippage, on the tick and at least one tick above nothing.
Price slipped(Price price, Side side, const Market& market, const Rules& rules) {
    const auto slip = portion(price, rules.slippage, Rounding::Up);
    if (!slip) return price;
    const Price tick = market.listing ? market.listing->price_tick : Price{};
    if (side == Side::Buy) return on_grid(price + *slip, tick, Rounding::Up);
    const Price worse = on_grid(price - *slip, tick, Rounding::Down);
    return worse.is_positive() ? worse : tick;
}

struct TakerPrice {
    Price reference;  // what the market says
    Price paid;       // what a taker gets
    Pool pool = Pool::Traded;
};

TakerPrice taker_price(Side side, const Look& look, const Market& market, const Rules& rules) {
    if (look.has_quote) {
        const bool is_buy = side == Side::Buy;
        const Price price = is_buy ? market.ask.price : market.bid.price;
        return {price, price, is_buy ? Pool::Ask : Pool::Bid};
    }
    const Price open = look.range(side).open;
    return {open, slipped(open, side, market, rules), Pool::Traded};
}

Reaction take(const TakerPrice& price, Rank rank) {
    return {rank, price.paid, Liquidity::Taker, price.pool, {}};
}

/// A stop or take-profit that goes off at this very look.
Reaction fire(
    const BookedOrder& order, const Look& look, const Market& market, const Rules& rules) {
    const Side side = order.terms.side;
    const Rank rank = order.terms.type == OrderType::Stop ? Rank::Stop : Rank::TakeProfit;
    TakerPrice price = taker_price(side, look, market, rules);
    if (look.source == Source::Candle) {
        const Price trigger = *order.terms.trigger_price;
        const Price open = look.range(side).open;
        // Gapped through, a stop gets the open, which is worse; a take-profit gets its own price,
        // though the open would be better.
        const Price worse = side == Side::Buy ? std::max(open, trigger) : std::min(open, trigger);
        const Price base = rank == Rank::Stop ? worse : trigger;
        price = {base, slipped(base, side, market, rules), Pool::Traded};
    }
    return take(price, rank);
}

/// Whether the market traded through a resting price, or touched it if that is enough.
bool is_reached(Side side, Price resting, const Look& look, const Rules& rules) {
    const Look::Range& range = look.range(side);
    const bool is_through = side == Side::Buy ? range.low < resting : range.high > resting;
    if (is_through) return true;
    const bool is_touch = side == Side::Buy ? range.low == resting : range.high == resting;
    // A trade whose taker was on our side did not come to us.
    return rules.on_touch && is_touch && look.taker_side != side;
}

std::optional<Reaction> react_to_limit(
    const BookedOrder& order, const Look& look, const Market& market, const Rules& rules) {
    const OrderTerms& terms = order.terms;
    if (!terms.limit_price) return std::nullopt;
    const Price limit = *terms.limit_price;
    const bool is_buy = terms.side == Side::Buy;
    if (order.first_look == look.seq) {
        TakerPrice price = taker_price(terms.side, look, market, rules);
        const bool is_marketable = is_buy ? price.reference <= limit : price.reference >= limit;
        if (is_marketable && terms.post_only) return Reaction{{}, {}, {}, {}, "post_only"};
        if (is_marketable) {
            price.paid = is_buy ? std::min(price.paid, limit) : std::max(price.paid, limit);
            return take(price, Rank::AtOpen);
        }
    }
    if (is_immediate(terms)) {
        const bool is_kill = terms.time_in_force == TimeInForce::FillOrKill;
        return Reaction{{}, {}, {}, {}, is_kill ? "fill_or_kill" : "immediate_or_cancel"};
    }
    if (!is_reached(terms.side, limit, look, rules)) return std::nullopt;
    const Pool pool = look.source != Source::Quote ? Pool::Traded : is_buy ? Pool::Ask : Pool::Bid;
    return Reaction{Rank::Limit, limit, Liquidity::Maker, pool, {}};
}

}  // namespace

Look look_at(const QuoteChanged& quote, Seq seq, Time at) {
    Look look;
    look.source = Source::Quote;
    look.seq = seq;
    look.at = at;
    look.buying = {quote.ask, quote.ask, quote.ask};
    look.selling = {quote.bid, quote.bid, quote.bid};
    look.has_quote = true;
    return look;
}

Look look_at(const TradePrinted& trade, const Market& market, Seq seq, Time at) {
    Look look;
    look.source = Source::Trade;
    look.seq = seq;
    look.at = at;
    look.buying = {trade.price, trade.price, trade.price};
    look.selling = look.buying;
    look.size = trade.quantity;
    look.taker_side = trade.taker_side;
    look.has_quote = market.has_quote;
    return look;
}

Look look_at(const CandleClosed& candle, Seq seq) {
    Look look;
    look.source = Source::Candle;
    look.seq = seq;
    look.at = candle.open_time;
    look.buying = {candle.open, candle.high, candle.low};
    look.selling = look.buying;
    look.size = candle.volume;
    look.interval = candle.interval;
    return look;
}

bool is_eligible(const BookedOrder& order, const Look& look, const Rules& rules) {
    if (look.at >= order.active_at) return true;
    if (look.source != Source::Candle || rules.latency >= look.interval) return false;
    const Duration slack = std::min(rules.candle_slack, look.interval / 2);
    return look.at + slack >= order.intended_at;
}

bool sets_off(const BookedOrder& order, const Look& look, const Rules& rules) {
    const OrderTerms& terms = order.terms;
    if (!terms.trigger_price || order.triggered.exists()) return false;
    const Price trigger = *terms.trigger_price;
    const Look::Range& range = look.range(terms.side);
    switch (terms.type) {
        case OrderType::Stop:
            return terms.side == Side::Buy ? range.high >= trigger : range.low <= trigger;
        case OrderType::TakeProfit: return is_reached(terms.side, trigger, look, rules);
        case OrderType::Market:
        case OrderType::Limit: return false;
    }
    return false;
}

std::optional<Reaction> react(
    const BookedOrder& order, const Look& look, const Market& market, const Rules& rules) {
    switch (order.terms.type) {
        case OrderType::Market:
            return take(taker_price(order.terms.side, look, market, rules), Rank::AtOpen);
        case OrderType::Limit: return react_to_limit(order, look, market, rules);
        case OrderType::Stop:
        case OrderType::TakeProfit:
            if (!order.triggered.exists()) return std::nullopt;
            if (order.triggered == look.seq) return fire(order, look, market, rules);
            return take(taker_price(order.terms.side, look, market, rules), Rank::AtOpen);
    }
    return std::nullopt;
}

}  // namespace tapedeck::paper
