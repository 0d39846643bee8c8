// Stopping, pausing, starting, and what a start of the service does to what was there before.

#include "strategy/core/test_market.h"

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// "a active running" for each state.
std::vector<std::string> states(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& each : only<StrategyStateChanged>(events)) {
        result.push_back(
            each.strategy + ' ' + std::string(to_string(each.state)) + ' ' + each.reason);
    }
    return result;
}

TEST(ControlsTest, EachStrategySaysItsStateAtTheFirstStartAndNotAgain) {
    Market market;
    const auto said = market.play(levels_started());
    ASSERT_THAT(states(said), ElementsAre("a active running"));
    const auto state = only<StrategyStateChanged>(said)[0];
    EXPECT_EQ(state.kind, "levels");
    EXPECT_THAT(state.instruments, ElementsAre("kraken:BTC/EUR"));
    EXPECT_THAT(market.play(levels_started()), IsEmpty());
}

TEST(ControlsTest, AStoppedStrategyWantsToBeFlatAndIsEvaluatedNoMore) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.plays("211");
    const auto said = market.play(StrategyStopped{"a", {}});
    EXPECT_THAT(states(said), ElementsAre("a stopped strategy_stopped"));
    EXPECT_THAT(decisions(said), ElementsAre("holding high 1", "signal strategy_stopped 1"));
    ASSERT_THAT(targets(said), ElementsAre("0"));
    EXPECT_EQ(only<TargetSet>(said)[0].reference_price, price("211"));
    EXPECT_THAT(market.play(StrategyStopped{"a", {}}), IsEmpty());
    market.plays("100");
    EXPECT_THAT(market.plays("210"), IsEmpty());
}

TEST(ControlsTest, AStoppedStrategyThatIsFlatSaysNothingButItsState) {
    Market market;
    market.play(levels_started());
    const auto said = market.play(StrategyStopped{"a", {}});
    EXPECT_THAT(said, SizeIs(1));
    EXPECT_THAT(states(said), ElementsAre("a stopped strategy_stopped"));
}

TEST(ControlsTest, AStoppedStrategyInsistsOnBeingFlat) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.holds("1");
    market.play(StrategyStopped{"a", {}});
    market.play(market.denied());
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());  // its last word is valid for 2 minutes
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("0"));
    market.holds("0");
    for (int i = 0; i < 5; ++i) EXPECT_THAT(market.plays("210"), IsEmpty());
}

TEST(ControlsTest, AStoppedStrategyGoesOnWhenItIsStartedWithWarmIndicators) {
    Market market;
    market.play(levels_started({{"strategy.a.atr_period", "3"}}));
    market.play(StrategyStopped{"a", {}});
    for (int i = 0; i < 3; ++i) market.plays("100");
    EXPECT_THAT(states(market.play(StrategyStarted{"a", {}})), ElementsAre("a active running"));
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(ControlsTest, AStopHoldsOverRestarts) {
    Market market;
    market.play(StrategyStopped{"a", {}});
    EXPECT_THAT(states(market.play(levels_started())), ElementsAre("a stopped strategy_stopped"));
    EXPECT_THAT(market.plays("210"), IsEmpty());
}

TEST(ControlsTest, APauseIsShownAndEvaluationsGoOn) {
    Market market;
    market.play(levels_started());
    TradingPaused pause;
    pause.scope = Scope::Strategy;
    pause.name = "a";
    EXPECT_THAT(states(market.play(pause)), ElementsAre("a paused strategy_paused"));
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
    EXPECT_THAT(
        states(market.play(TradingPaused{Scope::All, "", false, {}})),
        ElementsAre("a paused all_paused"));
    EXPECT_THAT(
        states(market.play(TradingResumed{Scope::All, "", {}})),
        ElementsAre("a paused strategy_paused"));
    EXPECT_THAT(
        states(market.play(TradingResumed{Scope::Strategy, "a", {}})),
        ElementsAre("a active running"));
}

TEST(ControlsTest, PausesOfInstrumentsAreRisksBusinessAndFlattenAllPausesAll) {
    Market market;
    market.play(levels_started());
    EXPECT_THAT(
        market.play(TradingPaused{Scope::Instrument, "kraken:BTC/EUR", false, {}}), IsEmpty());
    EXPECT_THAT(market.play(FlattenOrdered{kBtc, {}}), IsEmpty());
    EXPECT_THAT(states(market.play(FlattenOrdered{})), ElementsAre("a paused all_paused"));
}

TEST(ControlsTest, AStateIsSaidOnceWhileItIsInFlight) {
    Market market;
    market.play(levels_started());
    EXPECT_THAT(market.when(StrategyStopped{"a", {}}), SizeIs(1));
    EXPECT_THAT(market.when(StrategyStopped{"a", {}}), IsEmpty());
    EXPECT_THAT(market.when(StrategyStarted{"a", {}}), SizeIs(1));
}

TEST(ControlsTest, ARestartWithTheSameParametersKeepsIndicatorsAndTargets) {
    Market market;
    market.play(levels_started({{"strategy.a.atr_period", "3"}}));
    for (int i = 0; i < 3; ++i) market.plays("100");
    market.plays("210");
    market.play(levels_started({{"strategy.a.atr_period", "3"}}));
    EXPECT_THAT(market.plays("211"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("holding high 1"));
}

TEST(ControlsTest, AChangedParameterWarmsUpAnewAndKeepsTheTarget) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.plays("100");
    const auto said = market.play(levels_started({{"strategy.a.atr_period", "2"}}));
    EXPECT_THAT(decisions(said), ElementsAre("no_signal middle 1"));
    EXPECT_THAT(targets(said), IsEmpty());
    EXPECT_THAT(market.plays("210"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("211")), ElementsAre("warming_up warming_up 1"));
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
}

TEST(ControlsTest, ANewInstrumentLeavesTheOthersAsTheyWere) {
    Market market;
    market.play(levels_started({{"strategy.a.atr_period", "2"}}));
    market.plays("100");
    market.plays("100");
    const auto said = market.play(levels_started(
        {{"strategy.a.atr_period", "2"},
         {"strategy.a.instruments", "kraken:BTC/EUR,kraken:ETH/EUR"}}));
    EXPECT_THAT(states(said), ElementsAre("a active running"));
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
    EXPECT_THAT(market.play(candle(kStart, "210", kEth)), IsEmpty());  // warming up
}

TEST(ControlsTest, ARemovedStrategyBecomesFlatAndIsForgotten) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.holds("1");
    const auto said = market.play(started("strategy", {}));
    EXPECT_THAT(states(said), ElementsAre("a stopped strategy_removed"));
    EXPECT_THAT(decisions(said), ElementsAre("signal strategy_removed 1"));
    EXPECT_THAT(targets(said), ElementsAre("0"));
    market.play(market.denied());
    market.plays("100");
    market.plays("100");
    EXPECT_THAT(targets(market.plays("100")), ElementsAre("0"));  // until it is flat
    market.holds("0");
    EXPECT_THAT(market.plays("210"), IsEmpty());
    EXPECT_THAT(market.play(started("strategy", {})), IsEmpty());

    Market fresh;
    fresh.play(started("strategy", {}));
    StateWriter of_fresh;
    fresh.decider().save(of_fresh);
    EXPECT_LE(market.state().size(), of_fresh.bytes().size());
}

TEST(ControlsTest, ARemovedInstrumentBecomesFlat) {
    Market market;
    market.play(levels_started({{"strategy.a.instruments", "kraken:BTC/EUR,kraken:ETH/EUR"}}));
    market.plays("210");
    const auto said = market.play(levels_started({{"strategy.a.instruments", "kraken:ETH/EUR"}}));
    EXPECT_THAT(decisions(said), ElementsAre("signal strategy_removed 1"));
    EXPECT_THAT(targets(said), ElementsAre("0"));
}

TEST(ControlsTest, AConfigurationThatCannotRunIsShownAndNeverAborts) {
    Market market(registered_kinds());
    const auto said = market.play(started(
        "strategy",
        {{"strategy.a.kind", "divination"},
         {"strategy.a.instruments", "kraken:BTC/EUR"},
         {"strategy.b.kind", "rsi"},
         {"strategy.b.instruments", "kraken:BTC/EUR"},
         {"strategy.b.period", "0"},
         {"strategy.c.kind", "macd"},
         {"strategy.c.instruments", "kraken:BTC/EUR"},
         {"strategy.c.fast", "30"}}));
    EXPECT_THAT(
        states(said),
        ElementsAre(
            "a failed kind_unknown", "b failed parameters_invalid", "c failed parameters_invalid"));
    EXPECT_THAT(market.plays("210"), IsEmpty());
}

TEST(ControlsTest, WhatWasDueButNeverRecordedIsSettledAtTheNextStart) {
    Market market;
    market.play(levels_started());
    market.given(market.next("100"));
    market.given(market.next("100"));
    market.given(market.next("210"));  // applied by a service that died before it spoke
    market.given(market.next("210"));
    const auto said = market.play(levels_started());
    EXPECT_THAT(
        decisions(said),
        ElementsAre("no_signal middle 2", "blocked restarted 1", "holding high 1"));
    EXPECT_THAT(targets(said), IsEmpty());  // nothing is invented about the past
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(ControlsTest, AResumedServiceHasNothingToSettle) {
    Market market;
    market.play(levels_started());
    market.plays("100");
    EXPECT_THAT(targets(market.when(market.next("210"))), ElementsAre("1"));
    ServiceStarted resumed = levels_started();
    resumed.resumed = true;
    EXPECT_THAT(market.when(resumed), IsEmpty());
    EXPECT_THAT(targets(market.settle()), ElementsAre("1"));
    EXPECT_THAT(market.plays("210"), IsEmpty());
}

TEST(ControlsTest, ATargetThatOwnLaterWordsPassedOverWasNeverSaid) {
    Market market;
    market.play(levels_started());
    market.given(market.next("210"));
    market.given(market.next("40"));
    const Seq cause = market.last_seq();
    DecisionMade other;
    other.strategy = "a";
    other.instrument = kBtc;
    other.outcome = Outcome::Holding;
    other.last_cause = cause;
    market.given(other, cause);  // of the same tape, by a build that thought otherwise
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(ControlsTest, StatusTellsTargetDecisionAndWarmUp) {
    Market market;
    market.play(levels_started({{"strategy.a.atr_period", "2"}}));
    market.plays("100");
    const auto before = market.decider().status();
    ASSERT_THAT(before, SizeIs(1));
    EXPECT_EQ(before[0].name, "a");
    EXPECT_EQ(before[0].kind, "levels");
    EXPECT_EQ(before[0].state, StrategyState::Active);
    ASSERT_THAT(before[0].instruments, SizeIs(1));
    EXPECT_EQ(before[0].instruments[0].bars, 1U);
    EXPECT_EQ(before[0].instruments[0].bars_needed, 2U);
    EXPECT_EQ(before[0].instruments[0].target, ratio("0"));
    market.plays("210");
    const auto after = market.decider().status()[0].instruments[0];
    EXPECT_EQ(after.target, ratio("1"));
    ASSERT_TRUE(after.last_decision.has_value());
    EXPECT_EQ(after.last_decision->outcome, Outcome::Signal);
    EXPECT_EQ(after.last_decision->reason, "high");
}

}  // namespace
}  // namespace tapedeck::strategy
