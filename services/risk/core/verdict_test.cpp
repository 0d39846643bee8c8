#include "risk/core/desk_test.h"

/// A story for every deny code that can occur without a live venue.
namespace tapedeck::risk {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(RiskVerdict, ApprovesAnEntryWithItsStopItsTakeProfitAndItsWorstCaseReserved) {
    Desk desk;
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.terms.purpose, OrderPurpose::Entry);
    EXPECT_EQ(order.terms.side, Side::Buy);
    EXPECT_EQ(order.terms.type, OrderType::Market);
    // 10 would be a tenth of equity; at 100 × 1.002 × 1.004 each only 9.940 fit into it.
    EXPECT_EQ(order.terms.quantity, quantity("9.94"));
    EXPECT_EQ(order.reserved, money("999.971952"));
    EXPECT_EQ(order.sizing.capped_by, "max_position");
    EXPECT_EQ(order.stop_price, price("97"));
    EXPECT_EQ(order.take_profit_price, price("110"));
    EXPECT_EQ(order.reason, "signal");
}

TEST(RiskVerdict, ListsEveryRuleWithValueLimitAndHeadroom) {
    Desk desk;
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.checks.size(), 57U);
    EXPECT_EQ(first_failed(order.checks), nullptr);
    EXPECT_EQ(numbers_of(order.checks, DenyCode::PositionAboveLimit), "999.971952 1000 0.028048");
    EXPECT_EQ(numbers_of(order.checks, DenyCode::DayTradesReached), "1 5 4");
    EXPECT_EQ(numbers_of(order.checks, DenyCode::DrawdownReached), "0 0.2 0.2");
    EXPECT_EQ(numbers_of(order.checks, DenyCode::StopTooFar), "0.03 0.2 0.17");
    EXPECT_EQ(numbers_of(order.checks, DenyCode::QuantityBelowMinimum), "9.94 0.01 9.93");
}

TEST(RiskVerdict, EveryRuleAnswersAlsoAfterOneHasSaidNo) {
    Desk desk;
    desk.story.play(KillEngaged{});
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_EQ(denied.code, DenyCode::Killed);
    EXPECT_EQ(denied.checks.size(), 57U);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::PositionAboveLimit), "999.971952 1000 0.028048");
}

TEST(RiskVerdict, PausesByScope) {
    for (const auto& [scope, name, code] : std::vector<std::tuple<Scope, std::string, std::string>>{
             {Scope::All, "", "paused"},
             {Scope::Strategy, "s", "strategy_paused"},
             {Scope::Instrument, "kraken:BTC/USD", "instrument_paused"},
             {Scope::Venue, "kraken", "venue_paused"}}) {
        Desk desk;
        desk.story.play(TradingPaused{scope, name, false, {}});
        EXPECT_EQ(code_in(desk.ask("1")), code);
        desk.story.play(TradingResumed{scope, name, {}});
        approved_in(desk.ask("1"));
    }
}

TEST(RiskVerdict, AnotherStrategysPauseIsNoneOfOurs) {
    Desk desk;
    desk.story.play(TradingPaused{Scope::Strategy, "other", false, {}});
    approved_in(desk.ask("1"));
}

TEST(RiskVerdict, TargetExpired) {
    Desk desk;
    auto target = desk.target("1");
    target.valid_until = desk.story.now();
    const auto denied = denied_in(desk.ask(target));
    EXPECT_EQ(denied.code, DenyCode::TargetExpired);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::TargetExpired), "0 -0.000000001 -0.000000001");
}

TEST(RiskVerdict, InstrumentUnknown) {
    Desk desk;
    auto target = desk.target("1");
    target.instrument = instrument("kraken:DOGE/USD");
    const auto denied = denied_in(desk.ask(target));
    EXPECT_EQ(denied.code, DenyCode::InstrumentUnknown);
    EXPECT_FALSE(check_of(denied.checks, DenyCode::NoPrice)->passed);
    EXPECT_FALSE(check_of(denied.checks, DenyCode::PositionAboveLimit)->passed);
}

TEST(RiskVerdict, NoPrice) {
    Desk desk;
    auto target = desk.target("1");
    target.instrument = instrument("kraken:DOGE/USD");
    desk.list(target.instrument);
    EXPECT_EQ(code_in(desk.ask(target)), "no_price");
}

TEST(RiskVerdict, PriceStaleByItsAge) {
    Desk desk;
    desk.story.after(minutes(3) + seconds(1));
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_EQ(denied.code, DenyCode::PriceStale);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::PriceStale).substr(0, 4), "181.");
}

TEST(RiskVerdict, PriceStaleWhenTheFeedSaysSoUntilItIsRestored) {
    Desk desk;
    desk.story.play(FeedStale{kBtc, desk.story.now(), seconds(30)});
    EXPECT_EQ(code_in(desk.ask("1")), "price_stale");
    desk.story.play(FeedRestored{kBtc, desk.story.now()});
    approved_in(desk.ask("1"));
}

TEST(RiskVerdict, AGapIsOpenUntilNewerDataHasCome) {
    Desk desk;
    const Time now = desk.story.now();
    desk.story.play(MarketDataGap{kBtc, now - minutes(5), now, GapReason::MissingCandles, 5});
    EXPECT_EQ(code_in(desk.ask("1")), "feed_gap_open");
    CandleClosed candle;
    candle.instrument = kBtc;
    candle.interval = minutes(1);
    candle.open_time = now;
    candle.open = candle.high = candle.low = candle.close = price("100");
    desk.story.play(candle);
    approved_in(desk.ask("1"));
}

TEST(RiskVerdict, PriceOutsideCollar) {
    Desk desk;
    auto target = desk.target("1");
    target.reference_price = price("94.99");
    const auto denied = denied_in(desk.ask(target));
    EXPECT_EQ(denied.code, DenyCode::PriceOutsideCollar);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::PriceOutsideCollar), "0.0501 0.05 -0.0001");
    target.reference_price = price("95");
    approved_in(desk.ask(target));
}

TEST(RiskVerdict, ExposureOutOfRange) {
    Desk desk;
    EXPECT_EQ(code_in(desk.ask("1.01")), "exposure_out_of_range");
}

TEST(RiskVerdict, ShortNotAllowedUnlessConfigured) {
    Desk refusing;
    EXPECT_EQ(code_in(refusing.ask("-1")), "short_not_allowed");
    Desk allowing(with({{"risk.allow_short", "true"}}));
    const auto order = approved_in(allowing.ask("-1"));
    EXPECT_EQ(order.terms.side, Side::Sell);
    EXPECT_EQ(order.stop_price, price("103"));
    EXPECT_EQ(order.take_profit_price, price("90"));
    EXPECT_EQ(order.sizing.target_quantity, quantity("-9.94"));
}

TEST(RiskVerdict, LeverageNotAllowedUnlessConfigured) {
    Config tall = {
        {"risk.max_position", "3"},
        {"risk.fraction", "2"},
        {"risk.max_venue_exposure", "3"},
        {"risk.max_total_exposure", "3"},
        {"risk.max_risk_per_trade", "1"},
        {"risk.allow_short", "true"}};
    Desk desk(tall);
    EXPECT_EQ(approved_in(desk.ask("-1")).sizing.capped_by, "cash");
    desk.execute();
    desk.fill(OrderPurpose::Entry, desk.entry_quantity());
    // A short fills the purse, and uses up equity nevertheless: 10000 less 9940.2.
    auto eth = desk.target("1", "other");
    eth.instrument = kEth;
    EXPECT_EQ(approved_in(desk.ask(eth)).sizing.capped_by, "allow_leverage");
    auto third = desk.target("1", "third");
    third.instrument = kEth;
    EXPECT_EQ(code_in(desk.ask(third)), "leverage_not_allowed");

    tall.emplace_back("risk.allow_leverage", "true");
    Desk free(tall);
    EXPECT_EQ(approved_in(free.ask("1")).terms.quantity, quantity("200"));
}

TEST(RiskVerdict, NothingToDoWhenFlatIsAskedOfNoPosition) {
    Desk desk;
    const auto denied = denied_in(desk.ask("0"));
    EXPECT_EQ(denied.code, DenyCode::NothingToDo);
    EXPECT_EQ(denied.checks.size(), 4U);
}

TEST(RiskVerdict, NothingToDoWhenTheSameTargetIsSaidAgain) {
    Desk desk;
    desk.go_long();
    desk.story.after(minutes(1));
    desk.price("90", kEth);
    EXPECT_EQ(code_in(desk.ask("1")), "nothing_to_do");
}

TEST(RiskVerdict, OrderPendingWhileAnEntryIsOpen) {
    Desk desk;
    desk.ask("0.5");
    EXPECT_EQ(code_in(desk.ask("1")), "order_pending");
    desk.execute();
    EXPECT_EQ(code_in(desk.ask("0.9")), "order_pending");
}

TEST(RiskVerdict, DuplicateIntentUntilTheWindowIsOver) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    const Seq intent = desk.intended(OrderPurpose::Entry).first;
    desk.story.play(OrderRejected{intent, "insufficient_funds", "", {}});
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_EQ(denied.code, DenyCode::DuplicateIntent);
    EXPECT_EQ(check_of(denied.checks, DenyCode::DuplicateIntent)->limit, Decimal::from_integer(10));
    desk.story.after(seconds(10));
    approved_in(desk.ask("1"));
}

TEST(RiskVerdict, SelfMatchAgainstAnotherStrategysOrder) {
    Desk desk(with({{"risk.allow_short", "true"}, {"risk.entry", "limit"}}));
    auto other = desk.target("-1", "other");
    approved_in(desk.ask(other));
    EXPECT_EQ(code_in(desk.ask("0.5")), "self_match");
}

TEST(RiskVerdict, AStopOfOurOwnIsNoSelfMatch) {
    Desk desk(with({{"risk.max_position", "0.5"}}));
    desk.go_long();
    auto other = desk.target("0.5", "other");
    approved_in(desk.ask(other));
}

TEST(RiskVerdict, TwoMarketOrdersOfOurOwnNeverMeet) {
    Desk desk(with({{"risk.max_position", "0.5"}}));
    desk.go_long();
    approved_in(desk.ask("0"));
    approved_in(desk.ask(desk.target("0.5", "other")));
}

TEST(RiskVerdict, QuantityAndNotionalBelowMinimum) {
    Desk small;
    const auto denied = denied_in(small.ask("0.0009"));  // 0.009 of base, 0.9 USD
    EXPECT_EQ(denied.code, DenyCode::QuantityBelowMinimum);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::QuantityBelowMinimum), "0.009 0.01 -0.001");
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::NotionalBelowMinimum), "0.9 5 -4.1");
    EXPECT_EQ(code_in(small.ask("0.0049")), "notional_below_minimum");
    approved_in(small.ask("0.005"));

    Desk ours(with({{"risk.min_quantity", "6"}}));
    EXPECT_EQ(code_in(ours.ask("0.5")), "quantity_below_minimum");
}

TEST(RiskVerdict, NotionalAndQuantityAboveLimitAreFatFingersAndDeny) {
    Desk by_value(with({{"risk.max_notional", "500"}}));
    EXPECT_EQ(code_in(by_value.ask("1")), "notional_above_limit");
    approved_in(by_value.ask("0.5"));
    Desk by_quantity(with({{"risk.max_quantity", "5"}}));
    EXPECT_EQ(code_in(by_quantity.ask("1")), "quantity_above_limit");
    approved_in(by_quantity.ask("0.5"));
}

TEST(RiskVerdict, PositionAboveLimitWhenNotEvenTheSmallestOrderFits) {
    Desk desk;
    desk.go_long();
    desk.price("100.55");
    const auto denied = denied_in(desk.ask(desk.target("1", "other")));
    EXPECT_EQ(denied.code, DenyCode::PositionAboveLimit);
    // 9.94 × 100.55 held, and 0.05 at 101.1541044: the smallest order worth 5. Equity 10005.467.
    EXPECT_EQ(
        numbers_of(denied.checks, DenyCode::PositionAboveLimit),
        "1004.52470522 1000.5467 -3.97800522");
}

TEST(RiskVerdict, TheLimitsOfOneInstrumentOverrideTheGeneralOnes) {
    Desk desk(with({{"risk.instrument.kraken:BTC/USD.max_position", "0.05"}}));
    EXPECT_EQ(approved_in(desk.ask("1")).terms.quantity, quantity("4.97"));
    auto eth = desk.target("1");
    eth.instrument = kEth;
    EXPECT_EQ(approved_in(desk.ask(eth)).terms.quantity, quantity("9.94"));
}

TEST(RiskVerdict, VenueAndTotalExposureAboveLimit) {
    Desk venue(with({{"risk.max_venue_exposure", "0.1"}}));
    venue.go_long();
    venue.price("100.55");
    auto eth = venue.target("1");
    eth.instrument = kEth;
    EXPECT_EQ(code_in(venue.ask(eth)), "venue_exposure_above_limit");

    Desk total(with({{"risk.max_total_exposure", "0.1"}}));
    total.go_long();
    total.price("100.55");
    auto elsewhere = total.target("1");
    elsewhere.instrument = instrument("coinbase:BTC/USD");
    total.list(elsewhere.instrument);
    total.price("100", elsewhere.instrument);
    EXPECT_EQ(code_in(total.ask(elsewhere)), "total_exposure_above_limit");
}

TEST(RiskVerdict, StrategyBudgetExceeded) {
    Desk desk(with({{"risk.strategy.s.budget", "0.05"}}));
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.sizing.capped_by, "budget");
    EXPECT_EQ(order.terms.quantity, quantity("4.97"));
    auto eth = desk.target("1");
    eth.instrument = kEth;
    EXPECT_EQ(code_in(desk.ask(eth)), "strategy_budget_exceeded");
}

TEST(RiskVerdict, InsufficientCashCountsWhatIsReserved) {
    Desk desk(with({{"risk.max_position", "0.6"}, {"risk.fraction", "0.6"}}));
    approved_in(desk.ask("1"));  // 59.641 for 5999.93, not filled
    auto eth = desk.target("1");
    eth.instrument = kEth;
    const auto order = approved_in(desk.ask(eth));
    EXPECT_EQ(order.sizing.capped_by, "cash");
    EXPECT_EQ(order.terms.quantity, quantity("39.761"));  // of 4000.07
    auto third = desk.target("1", "third");
    third.instrument = kEth;
    const auto denied = denied_in(desk.ask(third));
    EXPECT_EQ(denied.code, DenyCode::InsufficientCash);
}

TEST(RiskVerdict, DayTradesReachedCountsWhatIsInFlight) {
    Desk desk(with({{"risk.day_trades", "1"}}));
    EXPECT_EQ(only<OrderApproved>(desk.story.when(desk.target("0.5"))).size(), 1U);
    auto eth = desk.target("0.5");
    eth.instrument = kEth;
    const auto denied = only<OrderDenied>(desk.story.when(eth));
    ASSERT_EQ(denied.size(), 1U);
    EXPECT_EQ(denied.front().code, DenyCode::DayTradesReached);
    EXPECT_EQ(numbers_of(denied.front().checks, DenyCode::DayTradesReached), "2 1 -1");
}

TEST(RiskVerdict, OpenOrdersReached) {
    Desk desk(with({{"risk.max_open_orders", "3"}, {"risk.max_position", "0.5"}}));
    desk.go_long();  // its stop and its take-profit rest
    approved_in(desk.ask(desk.target("0.1", "second")));
    EXPECT_EQ(code_in(desk.ask(desk.target("0.2", "third"))), "open_orders_reached");
}

TEST(RiskVerdict, OrderRateExceededUntilTheWindowHasPassed) {
    Desk desk(with({{"risk.order_rate", "2"}, {"risk.max_position", "0.5"}}));
    approved_in(desk.ask(desk.target("0.1", "a")));
    approved_in(desk.ask(desk.target("0.2", "b")));
    EXPECT_EQ(code_in(desk.ask(desk.target("0.3", "c"))), "order_rate_exceeded");
    desk.story.after(minutes(1));
    approved_in(desk.ask(desk.target("0.3", "c")));
}

TEST(RiskVerdict, OrdersPerTradeExceeded) {
    Desk desk(with({{"risk.max_orders_per_trade", "1"}}));
    approved_in(desk.ask("0.1"));
    const auto denied = denied_in(desk.ask(desk.target("0.2", "other")));
    EXPECT_EQ(denied.code, DenyCode::OrdersPerTradeExceeded);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::OrdersPerTradeExceeded), "2 1 -1");
}

TEST(RiskVerdict, StopMissingUnlessNoneIsRequired) {
    Desk strict(with({{"risk.stop_loss", "0"}}));
    EXPECT_EQ(code_in(strict.ask("1")), "stop_missing");
    Desk loose(with({{"risk.stop_loss", "0"}, {"risk.require_stop", "false"}}));
    EXPECT_EQ(approved_in(loose.ask("1")).stop_price, std::nullopt);
}

TEST(RiskVerdict, StopOnWrongSideAndStopTooFar) {
    Desk desk;
    auto target = desk.target("1");
    target.stop_price = price("101");
    EXPECT_EQ(code_in(desk.ask(target)), "stop_on_wrong_side");
    target.stop_price = price("79.99");
    EXPECT_EQ(code_in(desk.ask(target)), "stop_too_far");
}

TEST(RiskVerdict, TakeProfitOnWrongSide) {
    Desk desk;
    auto target = desk.target("1");
    target.take_profit_price = price("99");
    EXPECT_EQ(code_in(desk.ask(target)), "take_profit_on_wrong_side");
}

TEST(RiskVerdict, RiskPerTradeExceeded) {
    Desk desk(with({{"risk.max_risk_per_trade", "0.002"}}));
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_EQ(denied.code, DenyCode::RiskPerTradeExceeded);
    EXPECT_EQ(numbers_of(denied.checks, DenyCode::RiskPerTradeExceeded), "29.82 20 -9.82");
}

TEST(RiskVerdict, VolatilityMissing) {
    Desk desk(with({{"risk.sizing", "atr"}}));
    EXPECT_EQ(code_in(desk.ask("1")), "volatility_missing");
}

TEST(RiskVerdict, EquityUnknownWithoutADepositAndForAForeignCurrency) {
    Desk foreign(with({{"risk.currency", "EUR"}}));
    EXPECT_EQ(code_in(foreign.ask("1")), "equity_unknown");
    Desk other(with({{"risk.account", "live"}}));
    EXPECT_EQ(code_in(other.ask("1")), "equity_unknown");
}

TEST(RiskVerdict, ADepositThatPrecedesTheConfigurationCounts) {
    Story<Risk> story;
    CashDeposited deposited{"mine", "USD", money("500"), ""};
    story.when(deposited);
    story.when(started("risk", {{"risk.account", "mine"}}));
    EXPECT_EQ(story.decider().equity(), money("500"));
}

TEST(RiskVerdict, EquityNotPositive) {
    Desk desk;
    desk.deposit("-10000");
    EXPECT_EQ(code_in(desk.ask("1")), "equity_not_positive");
}

TEST(RiskVerdict, ComputationFailed) {
    Desk desk;
    auto target = desk.target("1");
    target.reference_price = Price(Decimal::from_units(static_cast<Int128>(1) << 126));
    desk.price("0.000000000000000001");
    EXPECT_EQ(code_in(desk.ask(target)), "computation_failed");
}

TEST(RiskVerdict, StrategyUnknownWhereOnlyListedOnesMayTrade) {
    Desk desk(with({{"risk.unlisted_strategies", "deny"}, {"risk.strategy.s.budget", "1"}}));
    EXPECT_EQ(code_in(desk.ask(desk.target("1", "stranger"))), "strategy_unknown");
    approved_in(desk.ask("1"));
}

TEST(RiskVerdict, CooldownRunningAfterAnExit) {
    Desk desk(with({{"risk.cooldown", "5m"}}));
    desk.go_long();
    desk.ask("0");
    desk.execute();
    desk.fill(OrderPurpose::Exit, "9.94");
    desk.story.after(minutes(1));
    EXPECT_EQ(code_in(desk.ask("0.5")), "cooldown_running");
    desk.story.after(minutes(5));
    desk.price("100");
    approved_in(desk.ask("0.6"));
}

TEST(RiskVerdict, OrderUnresolvedUntilEvidenceComes) {
    Desk desk(with({{"risk.max_position", "0.5"}}));
    desk.ask("0.1");
    desk.execute();
    const Seq intent = desk.intended(OrderPurpose::Entry).first;
    desk.story.play(OrderUnknown{intent, "no_answer"});
    EXPECT_EQ(code_in(desk.ask(desk.target("0.2", "other"))), "order_unresolved");
    desk.story.play(OrderResolved{intent, Resolution::NeverArrived, Seq{1}});
    approved_in(desk.ask(desk.target("0.3", "other")));
}

TEST(RiskVerdict, RestartedForATargetThatNobodyJudged) {
    Desk desk;
    desk.story.given(desk.target("1"));  // applied by a build that never decided on it
    const Seq target = desk.story.last_seq();
    const auto denied = denied_in(desk.story.play(started("risk", {})));
    EXPECT_EQ(denied.code, DenyCode::Restarted);
    EXPECT_EQ(denied.target, target);
    EXPECT_TRUE(only<OrderDenied>(desk.story.play(started("risk", {}))).empty());
}

TEST(RiskVerdict, ATargetWhoseVerdictIsInFlightIsNotJudgedAgainAtAStart) {
    Desk desk;
    EXPECT_EQ(only<OrderApproved>(desk.story.when(desk.target("1"))).size(), 1U);
    EXPECT_TRUE(desk.story.when(started("risk", {})).empty());
}

TEST(RiskVerdict, ExitsPassEveryLimitOnNewRisk) {
    Desk desk(with({{"risk.order_rate", "1"}, {"risk.day_trades", "1"}}));
    desk.go_long();
    desk.story.play(TradingPaused{Scope::All, "", false, {}});
    desk.story.play(FeedStale{kBtc, desk.story.now(), seconds(1)});
    auto target = desk.target("0");
    target.reference_price = price("1");
    target.valid_until = desk.story.now();
    const auto order = approved_in(desk.ask(target));
    EXPECT_EQ(order.terms.purpose, OrderPurpose::Exit);
    EXPECT_EQ(order.terms.quantity, quantity("9.94"));
    EXPECT_TRUE(order.terms.reduce_only);
    EXPECT_EQ(order.reserved, Money{});
    EXPECT_EQ(order.sizing.method, "close");
}

TEST(RiskVerdict, AnExitWaitsForAKillAndForTheExitBeforeIt) {
    Desk desk;
    desk.go_long();
    desk.ask("0");
    EXPECT_EQ(code_in(desk.ask("0")), "order_pending");
    Desk killed;
    killed.go_long();
    killed.story.play(KillEngaged{});
    EXPECT_EQ(code_in(killed.ask("0")), "killed");
}

TEST(RiskVerdict, ASmallerTargetReducesThePosition) {
    Desk desk;
    desk.go_long();
    const auto order = approved_in(desk.ask("0.5"));
    EXPECT_EQ(order.terms.purpose, OrderPurpose::Exit);
    EXPECT_EQ(order.terms.quantity, quantity("4.94"));  // down to 5, half of a tenth of equity
    EXPECT_EQ(order.sizing.target_quantity, quantity("5"));
}

TEST(RiskVerdict, ALimitEntryRestsOnTheTickInItsFavour) {
    Desk desk(
        {{"risk.entry", "limit"}, {"risk.limit_offset", "0.00125"}, {"risk.post_only", "true"}});
    const auto order = approved_in(desk.ask("0.5"));
    EXPECT_EQ(order.terms.type, OrderType::Limit);
    EXPECT_EQ(order.terms.limit_price, price("100.12"));
    EXPECT_EQ(order.terms.time_in_force, TimeInForce::GoodTillDate);
    EXPECT_TRUE(order.terms.post_only);
}

}  // namespace
}  // namespace tapedeck::risk
