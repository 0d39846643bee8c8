#include "venue-simulator/core/limits.h"

#include <gtest/gtest.h>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::int64_t kPoint = DecayingCounter::kPoint;

Time at(std::int64_t seconds) {
    return Time{std::chrono::seconds(seconds)};
}

TEST(LimitsTest, FiftyAddsAndTenSecondsLeaveTwentySixPointSix) {
    DecayingCounter counter(
        engine_threshold(Tier::Intermediate), engine_decay_milli(Tier::Intermediate));
    for (int i = 0; i < 50; ++i) counter.add(kPoint, at(100));
    EXPECT_EQ(counter.value(at(110)), 26'600'000'000);
}

TEST(LimitsTest, AddAmendAndCancelCostEight) {
    const auto cost = kPoint * (1 + (1 + age_cost(Transaction::Amend, std::chrono::seconds(7))) +
                                age_cost(Transaction::Cancel, std::chrono::seconds(36)));
    EXPECT_EQ(cost, 8 * kPoint);
}

TEST(LimitsTest, BucketsAreExclusiveAtTheirEnds) {
    const auto cancel = [](std::int64_t ms) {
        return age_cost(Transaction::Cancel, std::chrono::milliseconds(ms));
    };
    EXPECT_EQ(cancel(0), 8);
    EXPECT_EQ(cancel(4999), 8);
    EXPECT_EQ(cancel(5000), 6);
    EXPECT_EQ(cancel(10000), 5);
    EXPECT_EQ(cancel(15000), 4);
    EXPECT_EQ(cancel(45000), 2);
    EXPECT_EQ(cancel(90000), 1);
    EXPECT_EQ(cancel(300000), 0);
    EXPECT_EQ(age_cost(Transaction::Edit, std::chrono::seconds(44)), 2);
    EXPECT_EQ(age_cost(Transaction::Amend, std::chrono::seconds(15)), 0);
    EXPECT_EQ(age_cost(Transaction::Add, std::chrono::seconds(1)), 0);
}

TEST(LimitsTest, TheKeysCounterIsFullAtItsMaximumAndDecays) {
    DecayingCounter counter(rest_maximum(Tier::Intermediate), rest_decay_milli(Tier::Intermediate));
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(counter.charge(kPoint, at(100))) << i;
    EXPECT_FALSE(counter.charge(kPoint, at(100)));
    // The refused call has cost a point as well.
    EXPECT_FALSE(counter.charge(kPoint, at(101)));
    EXPECT_EQ(counter.value(at(101)), 21 * kPoint);
    EXPECT_TRUE(counter.charge(kPoint, at(105)));
}

TEST(LimitsTest, ShortStepsDecayAsMuchAsOneLong) {
    DecayingCounter steps(100, 2340);
    DecayingCounter once(100, 2340);
    steps.add(50 * kPoint, at(0));
    once.add(50 * kPoint, at(0));
    for (int i = 1; i <= 1000; ++i) steps.add(0, at(0) + std::chrono::microseconds(i * 7));
    EXPECT_EQ(steps.value(at(3)), once.value(at(3)));
}

TEST(LimitsTest, PairsAndAccountsAreCountedApart) {
    EnginePoints points;
    points.of(2, Tier::Pro, 0).add(kPoint, at(1));
    EXPECT_EQ(points.of(2, Tier::Pro, 0).value(at(1)), kPoint);
    EXPECT_EQ(points.of(2, Tier::Pro, 1).value(at(1)), 0);
    EXPECT_EQ(points.of(3, Tier::Pro, 0).value(at(1)), 0);
}

}  // namespace
}  // namespace tapedeck::venue_simulator
