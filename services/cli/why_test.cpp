#include "cli/story_tape_test.h"

#include <nlohmann/json.hpp>

namespace tapedeck::cli {
namespace {

using testing::run_command;
using testing::Said;
using testing::StoryTape;

class WhyTest : public ::testing::Test {
protected:
    Said why(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "why");
        arguments.insert(arguments.end(), {"--tape", tape_.path()});
        return run_command(arguments);
    }

    StoryTape tape_;
};

TEST_F(WhyTest, AnOrderExplainsItselfFromTheCandleToThePosition) {
    const Said said = why({"o-9"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(
        said.out,
        "BUY 0.015 demo:BTC/USD filled at 64211.5  (o-9, macd_btc, DEMO)\n"
        "because   macd_btc set target 1 at 12:05:00.203: macd_crossed_above (macd 18.4, signal "
        "17.9) on CandleClosed 5: demo:BTC/USD 1m o 64200 h 64220 l 64190 c 64210 v 3.5\n"
        "sized     0.015 = target 0.015 − position 0; fraction of equity 10000, capped by "
        "max_position; stop 62283.7, take-profit 70631\n"
        "allowed   2 of 2 rules; tightest position_above_limit 96 % (963.15 of 1000)\n"
        "sent      12:05:00.206  MARKET\n"
        "accepted  +1 ms\n"
        "filled    +44 ms: 0.005 @ 64209.5, 0.01 @ 64212.5  slippage to reference +0.2 bps, fee "
        "2.5 USD taker\n"
        "effect    position 0 → 0.015 BTC @ 64211.5, cash 9034.3275 USD\n"
        "chain     5 CandleClosed → 6 DecisionMade → 7 TargetSet → 8 OrderApproved → 9 "
        "OrderIntended\n"
        "          → 10 OrderSent → 11 OrderAccepted → 12 OrderFilled → 13 OrderFilled → 14 "
        "PositionChanged\n"
        "next: tapedeck get 8 · tapedeck state --at 8\n");
}

TEST_F(WhyTest, EveryPartOfAnOrdersStoryLeadsToTheSameStory) {
    const std::string whole = why({"o-9"}).out;
    for (const Seq part :
         {tape_.decision,
          tape_.target,
          tape_.approved,
          tape_.intent,
          tape_.sent,
          tape_.first_fill,
          tape_.second_fill,
          tape_.moved}) {
        EXPECT_EQ(why({std::to_string(part.value)}).out, whole) << part.value;
    }
}

TEST_F(WhyTest, ADenialNamesRulesAndValues) {
    const Said said = why({"--last"});
    EXPECT_EQ(
        said.out,
        "no order for rsi_btc in demo:BTC/USD: position_above_limit  (denied at seq 16, DEMO)\n"
        "because   rsi_btc set target 1 at 12:06:00.100: rsi_below_lower on CandleClosed 5: "
        "demo:BTC/USD 1m o 64200 h 64220 l 64190 c 64210 v 3.5\n"
        "denied    position_above_limit 1926.3 > 1000  (headroom -926.3)\n"
        "passed    killed\n"
        "chain     5 CandleClosed → 15 TargetSet → 16 OrderDenied\n"
        "next: tapedeck get 16 · tapedeck config show risk\n");
    EXPECT_EQ(why({"15"}).out, said.out);
}

TEST_F(WhyTest, AnythingElseShowsWhatItCaused) {
    const Said said = why({std::to_string(tape_.candle.value)});
    EXPECT_EQ(
        said.out,
        "CandleClosed demo:BTC/USD 1m o 64200 h 64220 l 64190 c 64210 v 3.5  (seq 5, DEMO)\n"
        "because   it came from outside: nothing on the tape caused it\n"
        "chain     5 CandleClosed → 6 DecisionMade → 7 TargetSet → 15 TargetSet\n"
        "next: tapedeck get 5 · tapedeck state --at 5\n");
}

TEST_F(WhyTest, JsonHoldsTheWholeChain) {
    const auto object = nlohmann::json::parse(why({"o-9", "--json"}).out);
    EXPECT_EQ(object["order"], "o-9");
    EXPECT_EQ(object["state"], "filled");
    EXPECT_EQ(object["average_price"], "64211.5");
    EXPECT_EQ(object["chain"].size(), 10U);
    EXPECT_EQ(object["chain"][0]["type"], "CandleClosed");
}

TEST_F(WhyTest, WhatIsNotThereIsNotFound) {
    EXPECT_EQ(why({"o-99"}).code, 3);
    EXPECT_EQ(why({}).code, 2);
    EXPECT_EQ(why({"o-9", "--last"}).code, 2);
}

}  // namespace
}  // namespace tapedeck::cli
