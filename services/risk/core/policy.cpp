#include "risk/core/policy.h"

#include <algorithm>
#include <iterator>

namespace tapedeck::risk {

namespace {

constexpr std::int64_t kNone = 0;

/// What exposure would be with the order: `used` and its worst-case cost.
Known<Decimal> with_order(const Proposal& p, Money Exposure::*used) {
    if (!p.exposure || !p.tested.cost) return std::nullopt;
    const auto after = sum((*p.exposure).*used, *p.tested.cost);
    return after ? Known<Decimal>(after->decimal()) : std::nullopt;
}

Known<Decimal> loss_since(const Known<Money>& from, const Known<Money>& now) {
    if (!from || !now) return std::nullopt;
    return Measured(known(loss_ratio(*from, *now))).value;
}

Bound share_of_equity(const Proposal& p, Ratio ratio) {
    if (!p.equity) return {};
    return Bound::computed(known(portion(*p.equity, ratio, Rounding::Down)));
}

Known<Decimal> orders_per_fill(const Tally& tally) {
    const auto orders = Decimal::from_integer(tally.orders + 1);
    const auto fills = Decimal::from_integer(std::max<std::int64_t>(tally.fills, 1));
    return known(divide(orders, fills, Rounding::Up));
}

/// At a venue, new risk needs to know what there is: a stream that is up, books that were held
/// against the venue's since then and not long ago, and nothing that contradicts them.
RuleCheck account_is_ready(const Case& c) {
    const VenueAccount* account = c.accounts.find(c.policy.account);
    if (account == nullptr) return not_needed(DenyCode::AccountNotReady);
    const Duration limit = c.policy.max_reconciliation_age;
    RuleCheck check = at_most(
        DenyCode::AccountNotReady,
        account->age(c.now),
        limit > Duration{} ? Bound(in_seconds(limit)) : Bound::none());
    check.detail = account->obstacle(c.now, limit);
    check.passed = check.detail.empty();
    return check;
}

RuleCheck is_within_stage(const Case& c) {
    if (c.policy.stages.empty()) return not_needed(DenyCode::StageAllocation);
    RuleCheck check = at_most(
        DenyCode::StageAllocation,
        with_order(c.proposal, &Exposure::instrument),
        c.proposal.room.stage);
    check.detail = "stage " + c.book.stage.name;
    return check;
}

RuleCheck price_is_fresh(const Case& c) {
    const Market* market = c.proposal.market;
    if (market == nullptr || !market->has_price()) return must_hold(DenyCode::PriceStale, false);
    const Duration limit = c.policy.of(c.key.instrument).max_price_age;
    RuleCheck check =
        at_most(DenyCode::PriceStale, seconds_between(market->priced_at, c.now), in_seconds(limit));
    check.passed = check.passed && !market->stale;  // the feed itself says that it is silent
    return check;
}

bool stop_is_beyond(const Proposal& p) {
    if (!p.stop_price || !p.price) return true;
    return p.side == Side::Buy ? *p.stop_price < *p.price : *p.stop_price > *p.price;
}

bool profit_is_ahead(const Proposal& p) {
    if (!p.take_profit_price || !p.price) return true;
    return p.side == Side::Buy ? *p.take_profit_price > *p.price : *p.take_profit_price < *p.price;
}

bool has_stop(const Case& c) {
    if (c.proposal.stop_price) return true;
    return !c.policy.require_stop && c.proposal.method != SizingMethod::RiskFraction;
}

RuleCheck stop_is_near(const Case& c) {
    if (!c.proposal.stop_price) return not_needed(DenyCode::StopTooFar);
    return at_most(DenyCode::StopTooFar, c.proposal.stop_distance, c.policy.max_stop_distance);
}

RuleCheck loss_is_bounded(const Case& c) {
    if (!c.proposal.stop_price) return not_needed(DenyCode::RiskPerTradeExceeded);
    return at_most(
        DenyCode::RiskPerTradeExceeded,
        c.proposal.loss_at_stop,
        share_of_equity(c.proposal, c.policy.max_risk_per_trade));
}

bool has_volatility(const Case& c) {
    const auto& volatility = c.wanted.target.volatility;
    return c.proposal.method != SizingMethod::Atr || (volatility && volatility->is_positive());
}

/// Opens a short, or sells what is not there.
bool is_short(const Case& c) {
    return c.wanted.target.exposure.is_negative();
}

bool is_something_to_do(const Case& c) {
    if (c.wanted.restated && !c.holding.quantity.is_zero()) return false;
    return !c.proposal.wanted || c.proposal.wanted->is_positive();
}

bool is_order_pending(const Case& c) {
    const OrdersOfKey orders = orders_of(c.book, c.key);
    return orders.entry != nullptr || orders.exit != nullptr;
}

RuleCheck is_new_intent(const Case& c) {
    const auto& last = c.holding.last_entry;
    const bool same = last && last->side == c.proposal.side && c.proposal.order.quantity &&
                      last->quantity == *c.proposal.order.quantity &&
                      (!last->exposure || *last->exposure == c.wanted.target.exposure);
    if (!same) return not_needed(DenyCode::DuplicateIntent);
    return at_least(
        DenyCode::DuplicateIntent,
        seconds_between(last->at, c.now),
        in_seconds(c.policy.duplicate_window));
}

RuleCheck has_cooled_down(const Case& c) {
    if (c.holding.closed_at == Time{}) return not_needed(DenyCode::CooldownRunning);
    return at_least(
        DenyCode::CooldownRunning,
        seconds_between(c.holding.closed_at, c.now),
        in_seconds(c.policy.cooldown));
}

/// Whether an order of our own rests where this one would go. A stop never does: it is triggered
/// by a price that moves away from us.
bool would_match(const OpenOrder& order, const Case& c) {
    const Proposal& p = c.proposal;
    const bool opposite_here =
        order.terms.instrument == c.key.instrument && order.terms.side != p.side;
    if (!opposite_here || order.terms.type == OrderType::Stop) return false;
    const auto rests =
        order.terms.limit_price ? order.terms.limit_price : order.terms.trigger_price;
    if (!rests) return p.entry == EntryType::Limit;  // two takers never meet, a taker meets us
    if (!p.price || !p.unit_cost) return true;
    // A buy may pay up to its worst case; a sell as far below the price as that is above.
    const Price slack = *p.unit_cost - *p.price;
    return p.side == Side::Buy ? *rests <= *p.unit_cost : *rests >= *p.price - slack;
}

bool matches_itself(const Case& c) {
    return std::any_of(c.book.orders.begin(), c.book.orders.end(), [&](const auto& entry) {
        return would_match(entry.second, c);
    });
}

bool is_all_protected(const Case& c) {
    return std::none_of(c.book.holdings.begin(), c.book.holdings.end(), [&](const auto& entry) {
        const auto& [key, holding] = entry;
        if (holding.stopping.count == 0 || holding.quantity.is_zero()) return false;
        const Market* market = c.portfolio.find(key.instrument);
        // Dust cannot be protected, and need not be.
        if (market != nullptr && market->closable(holding.quantity).is_zero()) return false;
        return orders_of(c.book, key).stop == nullptr;
    });
}

bool is_all_resolved(const Case& c) {
    return std::none_of(c.book.orders.begin(), c.book.orders.end(), [&](const auto& entry) {
        const OpenOrder& order = entry.second;
        return order.unknown && order.terms.instrument.venue() == c.key.instrument.venue();
    });
}

bool is_on_tick(const Proposal& p) {
    const auto fits = [&](const Known<Price>& price) {
        return !price || p.market->on_tick(*price, Rounding::Down) == *price;
    };
    const bool is_limit = p.entry == EntryType::Limit;
    return p.market == nullptr ||
           ((!is_limit || fits(p.price)) && fits(p.stop_price) && fits(p.take_profit_price));
}

bool is_on_step(const Proposal& p) {
    return p.market == nullptr || !p.order.quantity ||
           p.market->on_step(*p.order.quantity) == *p.order.quantity;
}

}  // namespace

std::vector<RuleCheck> check_entry(const Case& c) {
    using enum DenyCode;
    const auto& [policy, controls, health, _, portfolio, book, key, holding, wanted, p, now] = c;
    const InstrumentPolicy& limits = policy.of(key.instrument);
    const Tally& tally = book.tally;
    const Decimal age = seconds_between(wanted.set_at, now);
    const std::int64_t recent = tally.approved_within(policy.order_rate_window, now);
    return {
        must_hold(Killed, !controls.is_killed()),
        must_hold(Paused, !controls.is_paused(Scope::All)),
        must_hold(StrategyPaused, !controls.is_paused(Scope::Strategy, key.strategy)),
        must_hold(InstrumentPaused, !controls.is_paused(Scope::Instrument, key.instrument.name())),
        must_hold(VenuePaused, !controls.is_paused(Scope::Venue, key.instrument.venue())),
        must_hold(EmergencyStopped, book.trips.empty()),
        at_most(ServiceDown, health.down(policy.core_services), kNone),
        at_most(ServiceBehind, health.behind(policy.core_services), kNone),
        at_most(ServiceUnproven, health.unproven(), kNone),
        must_hold(StorageStopped, !health.is_storage_stopped()),
        at_most(ClockUnsteady, in_seconds(health.clock_jump()), in_seconds(policy.max_clock_jump)),
        account_is_ready(c),
        must_hold(StrategyUnknown, policy.unlisted_strategies || policy.is_listed(key.strategy)),
        must_hold(InstrumentUnknown, p.market != nullptr && p.market->listing),
        at_most(TargetExpired, age, seconds_between(wanted.set_at, wanted.target.valid_until)),
        at_most(TargetTooOld, age, in_seconds(policy.max_target_age)),

        must_hold(NoPrice, p.market != nullptr && p.market->has_price()),
        price_is_fresh(c),
        must_hold(FeedGapOpen, p.market != nullptr && p.market->gap_until == Time{}),
        must_hold(EquityUnknown, p.equity.has_value()),
        must_hold(EquityNotPositive, !p.equity || p.equity->is_positive()),
        must_hold(ComputationFailed, !p.failed && !portfolio.is_broken()),
        must_hold(OrderUnresolved, is_all_resolved(c)),
        must_hold(Unprotected, is_all_protected(c)),

        at_most(ExposureOutOfRange, wanted.target.exposure.abs(), 1),
        must_hold(ShortNotAllowed, limits.allow_short || !is_short(c)),
        must_hold(VolatilityMissing, has_volatility(c)),
        at_most(PriceOutsideCollar, p.price_deviation, limits.price_collar),
        must_hold(StopMissing, has_stop(c)),
        must_hold(StopOnWrongSide, stop_is_beyond(p)),
        stop_is_near(c),
        must_hold(TakeProfitOnWrongSide, profit_is_ahead(p)),
        must_hold(NothingToDo, is_something_to_do(c)),
        must_hold(OrderPending, !is_order_pending(c)),
        is_new_intent(c),
        must_hold(SelfMatch, !matches_itself(c)),
        has_cooled_down(c),

        at_most(DayTradesReached, tally.entries + 1, policy.day_trades),
        below(DayLossReached, loss_since(portfolio.day_start(), p.equity), policy.day_loss),
        below(DrawdownReached, loss_since(portfolio.peak(), p.equity), policy.max_drawdown),
        at_most(OpenOrdersReached, std::ssize(book.orders) + 1, policy.max_open_orders),
        at_most(OrderRateExceeded, recent + 1, policy.order_rate),
        at_most(OrdersPerTradeExceeded, orders_per_fill(tally), policy.max_orders_per_trade),

        is_within_stage(c),
        at_most(PositionAboveLimit, with_order(p, &Exposure::instrument), p.room.position),
        at_most(StrategyBudgetExceeded, with_order(p, &Exposure::strategy), p.room.budget),
        at_most(InsufficientCash, with_order(p, &Exposure::reserved), p.room.cash),
        at_most(VenueExposureAboveLimit, with_order(p, &Exposure::venue), p.room.venue),
        at_most(TotalExposureAboveLimit, with_order(p, &Exposure::total), p.room.total),
        at_most(LeverageNotAllowed, with_order(p, &Exposure::total), p.room.leverage),
        loss_is_bounded(c),
        at_most(NotionalAboveLimit, p.order.notional, limits.max_notional),
        at_most(QuantityAboveLimit, p.order.quantity, limits.max_quantity),
        at_least(QuantityBelowMinimum, p.order.quantity, p.quantity_min),
        at_least(NotionalBelowMinimum, p.order.notional, p.notional_min),
        must_hold(PriceOffTick, is_on_tick(p)),
        must_hold(QuantityOffStep, is_on_step(p)),
    };
}

std::vector<RuleCheck> check_close(const Case& c, Quantity quantity) {
    using enum DenyCode;
    const Market* market = c.proposal.market;
    return {
        must_hold(Killed, !c.controls.is_killed()),
        must_hold(InstrumentUnknown, market != nullptr && market->listing),
        must_hold(NothingToDo, quantity.is_positive()),
        must_hold(OrderPending, orders_of(c.book, c.key).exit == nullptr),
    };
}

Checked<Ratio> loss_ratio(Money from, Money now) {
    if (now >= from) return Ratio{};
    return ratio_of(TRY(difference(from, now)), from, Rounding::Up);
}

}  // namespace tapedeck::risk
