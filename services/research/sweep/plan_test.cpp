#include "research/sweep/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tapedeck::research {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> values_of(const std::string& text) {
    const auto axis = parse_axis(text);
    EXPECT_TRUE(axis) << (axis ? "" : axis.error().message);
    return axis ? axis->values : std::vector<std::string>{};
}

std::string why_not(const std::string& text) {
    const auto axis = parse_axis(text);
    EXPECT_FALSE(axis);
    if (axis) return "";
    EXPECT_EQ(axis.error().exit_code, ExitCode::Usage);
    return axis.error().message;
}

SweepPlan planned(PlanOptions options) {
    auto plan = SweepPlan::make(options);
    EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
    return plan ? std::move(*plan) : SweepPlan{};
}

TEST(SweepPlanTest, ARangeHasBothEndsWhereTheStepsMeetThem) {
    EXPECT_THAT(
        values_of("strategy.rsi.period=5..30:5"), ElementsAre("5", "10", "15", "20", "25", "30"));
    EXPECT_THAT(values_of("strategy.rsi.period=5..9:3"), ElementsAre("5", "8"));
    EXPECT_THAT(values_of("strategy.rsi.period=2..4"), ElementsAre("2", "3", "4"));
    EXPECT_THAT(values_of("risk.fraction=-1..1:1"), ElementsAre("-1", "0", "1"));
}

TEST(SweepPlanTest, StepsAreExactDecimalsAndDurations) {
    EXPECT_THAT(
        values_of("risk.fraction=0.1..0.5:0.1"), ElementsAre("0.1", "0.2", "0.3", "0.4", "0.5"));
    EXPECT_THAT(
        values_of("strategy.rsi.cooldown=30s..2m:30s"), ElementsAre("30s", "1m", "1m30s", "2m"));
}

TEST(SweepPlanTest, AListMayMixValuesAndRangesAndHoldLists) {
    EXPECT_THAT(
        values_of("risk.fraction=0.01,0.02..0.04:0.01,0.5"),
        ElementsAre("0.01", "0.02", "0.03", "0.04", "0.5"));
    EXPECT_THAT(values_of("paper.fees=kraken,zero"), ElementsAre("kraken", "zero"));
    EXPECT_THAT(
        values_of("strategy.rsi.instruments=[demo:BTC/USD,demo:ETH/USD],[demo:BTC/USD]"),
        ElementsAre("[demo:BTC/USD,demo:ETH/USD]", "[demo:BTC/USD]"));
}

TEST(SweepPlanTest, WhatCannotBeReadIsToldWithItsKey) {
    EXPECT_THAT(why_not("strategy.rsi.period"), HasSubstr("KEY=VALUES"));
    EXPECT_THAT(why_not("strategy.rsi.period="), HasSubstr("KEY=VALUES"));
    EXPECT_THAT(why_not("risk.fraction=0.1..0.5"), HasSubstr("risk.fraction: \"0.1..0.5\""));
    EXPECT_THAT(why_not("risk.fraction=a..b:c"), HasSubstr("is no range"));
    EXPECT_THAT(why_not("risk.fraction=1..5m:1m"), HasSubstr("is no range"));
    EXPECT_THAT(why_not("risk.fraction=5..1:1"), HasSubstr("begins above its end"));
    EXPECT_THAT(why_not("risk.fraction=1..5:0"), HasSubstr("step above 0"));
    EXPECT_THAT(why_not("risk.fraction=0..1:0.000001"), HasSubstr("larger step"));
    EXPECT_THAT(why_not("risk.fraction=1,,2"), HasSubstr("empty"));
    EXPECT_THAT(why_not("risk.fraction=0.1,0.10"), HasSubstr("there twice"));
    EXPECT_THAT(why_not("market-data.seed=1,2"), HasSubstr("cannot be swept"));
}

TEST(SweepPlanTest, AGridIsEveryCombinationTheLastParameterFastest) {
    const auto plan =
        planned({.parameters = {"strategy.rsi.period=5,10", "risk.fraction=0.1,0.2,0.3"}});
    ASSERT_EQ(plan.size(), 6U);
    EXPECT_EQ(plan.grid_size(), 6U);
    EXPECT_THAT(plan.overrides(0), ElementsAre("strategy.rsi.period=5", "risk.fraction=0.1"));
    EXPECT_THAT(plan.values(1), ElementsAre("5", "0.2"));
    EXPECT_THAT(plan.values(5), ElementsAre("10", "0.3"));
    EXPECT_EQ(plan.describe(), "grid of 2 parameters, 6 sets");
}

TEST(SweepPlanTest, NoParameterIsOneSetWithNothingChanged) {
    const auto plan = planned({});
    EXPECT_EQ(plan.size(), 1U);
    EXPECT_TRUE(plan.overrides(0).empty());
}

TEST(SweepPlanTest, AGridThatIsTooLargeSaysHowLargeItIs) {
    const auto plan = SweepPlan::make({.parameters = {"risk.a=1..1000", "risk.b=1..1000"}});
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr("1000000 sets (grid 1000 x 1000)"));
    EXPECT_THAT(plan.error().message, HasSubstr("--random"));
    const auto some = planned({.parameters = {"risk.a=1..1000", "risk.b=1..1000"}, .random = 50});
    EXPECT_EQ(some.size(), 50U);
}

TEST(SweepPlanTest, AParameterIsGivenOnce) {
    const auto plan = SweepPlan::make({.parameters = {"risk.a=1", "risk.a=2"}});
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr("risk.a is given twice"));
}

TEST(SweepPlanTest, ChanceIsAFunctionOfItsSeedAndTriesNothingTwice) {
    const PlanOptions options{
        .parameters = {"risk.a=1..40", "risk.b=1..25"}, .random = 600, .seed = 7};
    const auto plan = planned(options);
    const auto again = planned(options);
    auto other = options;
    other.seed = 8;
    const auto elsewhere = planned(other);
    std::set<std::vector<std::string>> seen;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        EXPECT_EQ(plan.values(i), again.values(i));
        if (plan.values(i) != elsewhere.values(i)) ++differing;
        seen.insert(plan.values(i));
    }
    EXPECT_EQ(seen.size(), 600U);
    EXPECT_GT(differing, 500U);
    EXPECT_EQ(plan.text(), again.text());
    EXPECT_NE(plan.text(), elsewhere.text());
}

TEST(SweepPlanTest, AsManyByChanceAsThereAreIsTheGrid) {
    const auto plan = planned({.parameters = {"risk.a=1..5"}, .random = 5});
    EXPECT_FALSE(plan.is_random());
    EXPECT_THAT(plan.values(0), ElementsAre("1"));
}

}  // namespace
}  // namespace tapedeck::research
