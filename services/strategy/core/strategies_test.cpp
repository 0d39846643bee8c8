// What the service says of its strategies' opinions, told with a rule that is long at 200 and short
// at 50.

#include "strategy/core/test_market.h"

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(StrategiesTest, ASignalIsADecisionAndItsTargetInOneGroup) {
    Market market;
    market.play(levels_started());
    const auto said = market.when(market.next("210.5"));
    ASSERT_THAT(said, SizeIs(2));
    const Seq cause = market.last_seq();

    const auto* decision = said[0].as<DecisionMade>();
    ASSERT_NE(decision, nullptr);
    EXPECT_EQ(decision->strategy, "a");
    EXPECT_EQ(decision->instrument, kBtc);
    EXPECT_EQ(decision->outcome, Outcome::Signal);
    EXPECT_EQ(decision->reason, "high");
    EXPECT_EQ(decision->count, 1U);
    EXPECT_EQ(decision->first_cause, cause);
    EXPECT_EQ(decision->last_cause, cause);
    EXPECT_EQ(reading(*decision, "level"), 210.5);
    EXPECT_EQ(reading(*decision, "close"), 210.5);
    EXPECT_EQ(reading(*decision, "atr"), 2);

    const auto* target = said[1].as<TargetSet>();
    ASSERT_NE(target, nullptr);
    EXPECT_EQ(target->strategy, "a");
    EXPECT_EQ(target->instrument, kBtc);
    EXPECT_EQ(target->exposure, ratio("1"));
    EXPECT_EQ(target->reference_price, price("210.5"));
    EXPECT_EQ(target->volatility, price("2"));
    EXPECT_EQ(target->stop_price, std::nullopt);
    EXPECT_EQ(target->take_profit_price, std::nullopt);
    EXPECT_EQ(target->valid_until, kStart + 3min);  // its close and two intervals
    EXPECT_EQ(target->reason, "high");
}

TEST(StrategiesTest, NothingIsEvaluatedBeforeTheServiceStarts) {
    Market market;
    EXPECT_THAT(market.plays("210"), IsEmpty());
    market.play(levels_started());
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, OtherServicesStartsAndOtherInstrumentsAreNotItsBusiness) {
    Market market;
    market.play(started("risk", {{"strategy.a.kind", "levels"}}));
    market.play(levels_started());
    EXPECT_THAT(market.play(candle(kStart, "210", kEth)), IsEmpty());
}

TEST(StrategiesTest, SaysATargetOnceHoweverLongItsSignalLasts) {
    Market market;
    market.play(levels_started());
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
    for (int i = 0; i < 5; ++i) EXPECT_THAT(market.plays("220"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("holding high 5"));
    EXPECT_THAT(market.plays("230"), SizeIs(1));  // the run in the middle; holding begins again
    EXPECT_THAT(decisions(market.plays("40")), ElementsAre("holding high 1", "signal low 1"));
}

TEST(StrategiesTest, SaysATargetOnceWhileItIsInFlight) {
    Market market;
    market.play(levels_started());
    EXPECT_THAT(targets(market.when(market.next("210"))), ElementsAre("1"));
    EXPECT_THAT(market.when(market.next("211")), IsEmpty());
    EXPECT_THAT(market.when(market.next("212")), IsEmpty());
    EXPECT_THAT(targets(market.when(market.next("40"))), ElementsAre("0"));
    EXPECT_THAT(targets(market.when(market.next("213"))), ElementsAre("1"));
    EXPECT_THAT(targets(market.settle()), ElementsAre("1", "0", "1"));
    EXPECT_THAT(targets(market.plays("214")), IsEmpty());
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
}

TEST(StrategiesTest, ASellMeansFlatUnlessShortsAreAllowed) {
    Market flat;
    flat.play(levels_started());
    EXPECT_THAT(flat.plays("40"), IsEmpty());  // flat already: holding
    flat.plays("210");
    EXPECT_THAT(targets(flat.plays("40")), ElementsAre("0"));

    Market both;
    both.play(levels_started({{"strategy.a.long_only", "false"}}));
    EXPECT_THAT(targets(both.plays("40")), ElementsAre("-1"));
    EXPECT_THAT(targets(both.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, QuietEvaluationsOfOneSortAreOneDecision) {
    Market market;
    market.play(levels_started());
    market.plays("100");
    const Seq first = market.last<CandleClosed>();
    market.plays("190");
    market.plays("120");
    const Seq last = market.last<CandleClosed>();
    const auto said = market.plays("210");
    ASSERT_THAT(said, SizeIs(3));
    const auto* run = said[0].as<DecisionMade>();
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->outcome, Outcome::NoSignal);
    EXPECT_EQ(run->reason, "middle");
    EXPECT_EQ(run->count, 3U);
    EXPECT_EQ(run->first_cause, first);
    EXPECT_EQ(run->last_cause, last);
    EXPECT_EQ(reading(*run, "level"), 120);        // of the last
    EXPECT_EQ(reading(*run, "nearest_miss"), 10);  // of the 190
}

TEST(StrategiesTest, ARunThatIsFullIsRecorded) {
    Market market;
    market.play(levels_started({{"strategy.a.run_max", "3"}}));
    EXPECT_THAT(market.plays("100"), IsEmpty());
    EXPECT_THAT(market.plays("100"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("no_signal middle 3"));
    EXPECT_THAT(market.plays("100"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("210")), ElementsAre("no_signal middle 1", "signal high 1"));
}

TEST(StrategiesTest, SeveralStrategiesSpeakOfOneCandleInTheOrderOfTheirNames) {
    Market market;
    market.play(levels_started(
        {{"strategy.b.kind", "levels"},
         {"strategy.b.instruments", "kraken:ETH/EUR,kraken:BTC/EUR"},
         {"strategy.b.atr_period", "1"},
         {"strategy.c.kind", "levels"},
         {"strategy.c.instruments", "kraken:ETH/EUR"}}));
    market.plays("100");
    const auto said = market.plays("210");
    std::vector<std::string> speakers;
    for (const auto& each : only<DecisionMade>(said)) speakers.push_back(each.strategy);
    EXPECT_THAT(speakers, ElementsAre("a", "a", "b", "b"));
    EXPECT_THAT(targets(said), ElementsAre("1", "1"));
}

TEST(StrategiesTest, AReadingThatIsNotANumberFailsAndNeverIsATarget) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    EXPECT_THAT(market.plays("13"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("220")), ElementsAre("failed reading_not_finite 1"));
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("holding high 1"));
}

TEST(StrategiesTest, ACandleThatContradictsItselfFailsAndIsNotUsed) {
    Market market;
    market.play(levels_started());
    market.plays("100");
    CandleClosed broken = market.next("300");
    broken.high = price("299");
    EXPECT_THAT(decisions(market.play(broken)), ElementsAre("no_signal middle 1"));
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("failed candle_invalid 1"));
}

TEST(StrategiesTest, ADeniedTargetIsTriedAgainAtTheNextSignalNotOnEveryCandle) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.play(market.denied());
    EXPECT_THAT(market.plays("211"), IsEmpty());
    EXPECT_THAT(market.plays("212"), IsEmpty());
    EXPECT_THAT(decisions(market.plays("100")), ElementsAre("blocked signal_spent 2"));
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, ADeniedExitIsTriedAgainAtTheNextSignalToo) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.holds("1");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
    market.play(market.denied());
    EXPECT_THAT(targets(market.plays("40")), IsEmpty());
    market.plays("100");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
}

TEST(StrategiesTest, DustThatNoOrderCanCloseCountsAsFlat) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.holds("0.00001");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
    OrderDenied nothing = market.denied();
    nothing.code = DenyCode::NothingToDo;
    market.play(nothing);
    market.plays("100");
    EXPECT_THAT(targets(market.plays("40")), IsEmpty());
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, ADenialOfAnOlderTargetChangesNothing) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    const OrderDenied denied = market.denied();
    market.plays("40");
    market.plays("210");
    market.play(denied);
    market.plays("100");
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());
}

TEST(StrategiesTest, AStopLossLeavesItFreeToEnterAtALaterSignal) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    market.holds("1");
    market.plays("211");
    market.holds("0");                                     // stopped out
    EXPECT_THAT(targets(market.plays("212")), IsEmpty());  // the same signal still
    market.plays("100");
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, BeingFlatOnTheWayToTheOtherSideIsNoStopLoss) {
    Market market;
    market.play(levels_started({{"strategy.a.long_only", "false"}}));
    market.plays("210");
    market.holds("1");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("-1"));
    market.holds("0");
    market.holds("-1");
    market.plays("100");
    EXPECT_THAT(targets(market.plays("40")), IsEmpty());
    EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
}

TEST(StrategiesTest, APositionThatIsThereAlthoughFlatWasSaidIsLeftAtTheNextSignal) {
    Market market;
    market.play(levels_started());
    market.holds("1");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
    EXPECT_THAT(targets(market.plays("40")), IsEmpty());
}

/// The order that a target led to, approved and intended.
Seq intended(Market& market, Side side) {
    OrderApproved approved;
    approved.target = market.last<TargetSet>();
    approved.terms.strategy = "a";
    approved.terms.instrument = kBtc;
    approved.terms.side = side;
    market.play(approved);
    OrderIntended order;
    order.approved = market.last_seq();
    order.terms = approved.terms;
    market.play(order);
    return market.last_seq();
}

TEST(StrategiesTest, AnOrderThatCameToNothingLeavesItFreeToTryAgain) {
    const auto endings = {
        +[](Market& market, Seq) {
            market.play(OrderDropped{market.last<OrderApproved>(), "approval_expired"});
        },
        +[](Market& market, Seq intent) {
            market.play(OrderRejected{intent, "insufficient_funds", "", {}});
        },
        +[](Market& market, Seq intent) {
            market.play(OrderCanceled{intent, {}, "requested", {}});
        },
        +[](Market& market, Seq intent) {
            market.play(OrderExpired{intent, {}, {}});
        },
        +[](Market& market, Seq intent) {
            market.play(OrderResolved{intent, Resolution::NeverArrived, Seq{1}});
        }};
    for (const auto ends : endings) {
        Market market;
        market.play(levels_started());
        market.plays("210");
        ends(market, intended(market, Side::Buy));
        market.plays("100");
        EXPECT_THAT(targets(market.plays("210")), ElementsAre("1"));
    }
}

TEST(StrategiesTest, AnOrderThatWasPartlyFilledDidNotComeToNothing) {
    Market market;
    market.play(levels_started());
    market.plays("210");
    const Seq intent = intended(market, Side::Buy);
    market.play(OrderCanceled{intent, quantity("0.5"), "requested", {}});
    market.holds("0.5");
    market.plays("100");
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());
}

TEST(StrategiesTest, DoesNotEnterAgainWithinTheCooldown) {
    Market market;
    market.play(levels_started({{"strategy.a.cooldown", "2m30s"}}));
    market.plays("210");
    market.holds("1");
    market.plays("100");
    market.holds("0");
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());  // 1 minute later
    EXPECT_THAT(targets(market.plays("210")), IsEmpty());
    const auto said = market.plays("210");  // 3 minutes later the signal still stands
    EXPECT_THAT(decisions(said), ElementsAre("blocked cooldown_running 2", "signal high 1"));
}

TEST(StrategiesTest, TheCooldownNeverKeepsAPosition) {
    Market market;
    market.play(levels_started({{"strategy.a.cooldown", "1h"}}));
    market.plays("210");
    market.holds("1");
    market.holds("0");
    market.holds("1");
    EXPECT_THAT(targets(market.plays("40")), ElementsAre("0"));
}

TEST(StrategiesTest, HistoryWarmsUpAndLeadsToNoTarget) {
    Market market;
    market.play(levels_started());
    market.at(kStart + 1h);
    for (int i = 0; i < 50; ++i) EXPECT_THAT(targets(market.plays("210")), IsEmpty());
    std::vector<std::string> said;
    for (int i = 0; i < 10 && said.empty(); ++i) said = decisions(market.plays("210"));
    // The first whose two intervals are not over; the signal still stands.
    EXPECT_THAT(said, ElementsAre("blocked candle_too_old 58", "signal high 1"));
}

TEST(StrategiesTest, GivesStopAndTakeProfitInAtrOnTheTick) {
    Market market;
    InstrumentListed listed;
    listed.instrument = kBtc;
    listed.price_tick = price("0.5");
    market.play(listed);
    market.play(levels_started(
        {{"strategy.a.stop_atr", "1.6"},
         {"strategy.a.take_profit_atr", "2.1"},
         {"strategy.a.long_only", "false"}}));
    const auto bought = only<TargetSet>(market.plays("210"));
    ASSERT_THAT(bought, SizeIs(1));
    EXPECT_EQ(bought[0].stop_price, price("206.5"));         // 210 - 3.2, down to the tick
    EXPECT_EQ(bought[0].take_profit_price, price("214.5"));  // 210 + 4.2, up
    const auto sold = only<TargetSet>(market.plays("40"));
    ASSERT_THAT(sold, SizeIs(1));
    EXPECT_EQ(sold[0].volatility, price("171"));         // 210 down to 39
    EXPECT_EQ(sold[0].stop_price, price("314"));         // 40 + 273.6
    EXPECT_EQ(sold[0].take_profit_price, std::nullopt);  // would be below 0
}

}  // namespace
}  // namespace tapedeck::strategy
