#include "base/verify.h"
#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr const char* kNothingLeft = "Insufficient liquidity";
constexpr const char* kSelfTrade = "Self trade prevention";

}  // namespace

Outcome<OrderKey> Exchange::place(AccountId account, const OrderTerms& terms, Time now) {
    TRY(check(account, terms, now));
    return accept(account, terms, now);
}

OrderKey Exchange::accept(AccountId account, const OrderTerms& terms, Time now) {
    const OrderKey key = ++last_key_;
    Order& order = orders_[key];
    order.key = key;
    order.id = make_id('O');
    order.account = account;
    order.terms = terms;
    order.opened = now;
    order.touched = now;
    key_by_id_[order.id] = key;
    open_[account].insert(key);
    if (terms.expires) expiries_.emplace(*terms.expires, key);
    say(ExecutionType::PendingNew, order, now);
    say(ExecutionType::New, order, now);
    if (has_trigger(terms.type) && !is_fired(order)) {
        waiting_[terms.pair].insert(key);
    } else {
        enter(order, now);
    }
    fire_triggers(terms.pair, now);
    return key;
}

/// Trades what can be traded; the rest waits in the book or is canceled.
void Exchange::enter(Order& order, Time now) {
    if (has_trigger(order.terms.type) && !order.is_triggered) {
        order.is_triggered = true;
        say(ExecutionType::Triggered, order, now);
    }
    if (order.terms.post_only && would_cross(order.terms)) {
        finish(order, OrderStatus::Canceled, "Post only order", now);
        return;
    }
    if (order.terms.time_in_force == TimeInForce::Fok && !is_fillable(order)) {
        finish(order, OrderStatus::Canceled, kNothingLeft, now);
        return;
    }
    match(order, now);
    if (!order.is_open()) return;
    if (has_limit(order.terms.type) && order.terms.time_in_force != TimeInForce::Ioc) {
        rest(order);
    } else {
        finish(order, OrderStatus::Canceled, kNothingLeft, now);
    }
}

void Exchange::rest(Order& order) {
    order.is_resting = true;
    books_[order.terms.pair].add(
        order.terms.side, order.terms.limit, {order.key, order.remaining()});
}

bool Exchange::is_fillable(const Order& taker) const {
    Decimal left = taker.remaining();
    const bool is_buy = taker.terms.side == Side::Buy;
    books_[taker.terms.pair].for_each(
        opposite(taker.terms.side), [&](Decimal price, const Book::Entry& entry) {
            if (is_buy ? price > taker.terms.limit : price < taker.terms.limit) return false;
            const Order& maker = orders_.at(entry.key);
            if (maker.account == taker.account && !is_house(taker)) return false;
            left = left - std::min(left, entry.quantity);
            return left.is_positive();
        });
    return !left.is_positive();
}

void Exchange::match(Order& taker, Time now) {
    const Side side = opposite(taker.terms.side);
    Book& book = books_[taker.terms.pair];
    while (taker.is_open()) {
        const Book::Entry* front = book.front(side);
        if (front == nullptr) return;
        if (has_limit(taker.terms.type) && !would_cross(taker.terms)) return;
        Order& maker = orders_.at(front->key);
        if (yields_to_own(taker, maker, now)) continue;
        const Decimal quantity = fillable_quantity(taker, maker.terms.limit, front->quantity);
        if (quantity.is_zero()) {  // what is left of the money buys no lot more
            finish(taker, OrderStatus::Filled, "", now);
            return;
        }
        fill(maker, taker, quantity, now);
    }
}

/// Did somebody go so that an account doesn't trade with itself?
bool Exchange::yields_to_own(Order& taker, Order& maker, Time now) {
    if (maker.account != taker.account || is_house(taker)) return false;
    const SelfTrade manner = taker.terms.self_trade;
    if (manner != SelfTrade::CancelNewest) finish(maker, OrderStatus::Canceled, kSelfTrade, now);
    if (manner != SelfTrade::CancelOldest) finish(taker, OrderStatus::Canceled, kSelfTrade, now);
    return true;
}

Decimal Exchange::fillable_quantity(const Order& taker, Decimal price, Decimal offered) const {
    if (!taker.terms.in_quote) return std::min(offered, taker.remaining());
    const auto lots =
        round_to_step(over(taker.remaining(), price), step_of(kLotDecimals), Rounding::Down);
    VERIFY(lots.has_value());
    return std::min(offered, *lots);
}

void Exchange::fill(Order& maker, Order& taker, Decimal quantity, Time now) {
    const PublicTrade trade{
        .pair = taker.terms.pair,
        .number = ++last_trade_,
        .price = maker.terms.limit,
        .quantity = quantity,
        .side = taker.terms.side,
        .is_market = !has_limit(taker.terms.type),
        .at = now};
    events_.emplace_back(trade);
    const OrderKey maker_key = maker.key;
    const Decimal left = maker.remaining() - quantity;
    if (left.is_positive()) {
        books_[trade.pair].resize(maker.terms.side, maker.terms.limit, maker_key, left);
    }
    settle(taker, trade, false);
    settle(maker, trade, true);
    last_[trade.pair] = trade.price;
    fired_.insert(trade.pair);
    if (!left.is_positive()) finish(maker, OrderStatus::Filled, "", now);
    if (!taker.remaining().is_positive()) finish(taker, OrderStatus::Filled, "", now);
}

/// One side of a trade: the order's sums, the money, the history.
void Exchange::settle(Order& order, const PublicTrade& trade, bool is_maker) {
    const Pair& spec = pairs()[trade.pair];
    const Decimal cost = rounded(times(trade.price, trade.quantity), spec.cost_decimals);
    order.filled = order.filled + trade.quantity;
    order.cost = order.cost + cost;
    if (is_house(order)) return;
    Account& owner = accounts_[order.account];
    const Decimal rate = owner.fee_rate(is_maker, trade.at);
    const bool in_base = order.terms.fee_in_base;
    Trade mine{
        .id = make_id('T'),
        .number = trade.number,
        .order_id = order.id,
        .pair = trade.pair,
        .side = order.terms.side,
        .type = order.terms.type,
        .price = trade.price,
        .quantity = trade.quantity,
        .cost = cost,
        .fee = in_base ? rounded(times(trade.quantity, rate), assets()[spec.base].decimals)
                       : rounded(times(cost, rate), spec.cost_decimals),
        .fee_in_base = in_base,
        .is_maker = is_maker,
        .at = trade.at,
        .ledgers = {}};
    order.fee = order.fee + mine.fee;
    order.trades.push_back(mine.id);
    events_.emplace_back(Execution{ExecutionType::Trade, order, mine, trade.at});
    book_sides(mine, order);
    owner.add_volume(usd_of(spec.quote, cost), trade.at);
    owner.add_trade(std::move(mine));
}

void Exchange::book_sides(Trade& trade, const Order& order) {
    const Pair& spec = pairs()[trade.pair];
    const bool is_buy = trade.side == Side::Buy;
    for (const bool is_base : {true, false}) {
        const Decimal amount = is_base ? trade.quantity : trade.cost;
        const bool pays_fee = is_base == trade.fee_in_base;
        const LedgerRow& row = accounts_[order.account].book(
            {.id = make_id('L'),
             .reference = trade.id,
             .at = trade.at,
             .type = "trade",
             .asset = is_base ? spec.base : spec.quote,
             .amount = is_base == is_buy ? amount : -amount,
             .fee = pays_fee ? trade.fee : Decimal{},
             .balance = {}});
        trade.ledgers.push_back(row.id);
        events_.emplace_back(Booked{order.account, row});
    }
}

void Exchange::transfer(AccountId account, AssetId asset, Decimal amount, Time now) {
    const LedgerRow& row = accounts_[account].book(
        {.id = make_id('L'),
         .reference = make_id('F'),
         .at = now,
         .type = amount.is_negative() ? "withdrawal" : "deposit",
         .asset = asset,
         .amount = amount,
         .fee = {},
         .balance = {}});
    events_.emplace_back(Booked{account, row});
}

bool Exchange::is_fired(const Order& order) const {
    const Decimal last = last_[order.terms.pair];
    const bool is_stop =
        order.terms.type == OrderType::StopLoss || order.terms.type == OrderType::StopLossLimit;
    const bool when_falling = is_stop == (order.terms.side == Side::Sell);
    return when_falling ? last <= order.terms.trigger : last >= order.terms.trigger;
}

/// One may trade and so fire others: until none fires any more.
void Exchange::fire_triggers(PairId pair, Time now) {
    while (fired_.erase(pair) > 0) {
        const std::set<OrderKey> waiting = waiting_[pair];
        for (const OrderKey key : waiting) {
            Order& order = orders_.at(key);
            if (!is_fired(order)) continue;
            waiting_[pair].erase(key);
            OrderTerms now_due = order.terms;
            now_due.type = has_limit(now_due.type) ? OrderType::Limit : OrderType::Market;
            if (!check_funds(order.account, now_due, now, key)) {
                finish(order, OrderStatus::Canceled, "Insufficient funds", now);
                continue;
            }
            enter(order, now);
        }
    }
}

bool Exchange::fill_with_house(OrderKey key, Decimal quantity, Time now) {
    const auto found = orders_.find(key);
    if (found == orders_.end()) return false;
    Order& order = found->second;
    if (!order.is_resting || !quantity.is_positive() || quantity > order.remaining()) return false;
    const OrderKey taker_key = ++last_key_;
    Order& taker = orders_[taker_key];
    taker.key = taker_key;
    taker.id = make_id('O');
    taker.account = kTaker;
    taker.terms = order.terms;
    taker.terms.client_id.reset();
    taker.terms.expires.reset();
    taker.terms.side = opposite(order.terms.side);
    taker.terms.quantity = quantity;
    key_by_id_[taker.id] = taker_key;
    open_[kTaker].insert(taker_key);
    const PairId pair = order.terms.pair;
    fill(order, taker, quantity, now);
    fire_triggers(pair, now);
    return true;
}

}  // namespace tapedeck::venue_simulator
