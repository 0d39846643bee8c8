#include "strategy/core/indicators/rsi_mfi.h"

#include "strategy/core/indicators/natural_log.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

TEST(RsiMfiTest, IsHowMuchOfTheRangeWasBodyByHand) {
    RsiMfi flow({.period = 2, .multiplier = 150, .shift = 2.5});
    // +2 of 4, then -3 of 4, then all of it: 75, -112.5, 150.
    EXPECT_FALSE(flow.update({.open = 10, .high = 13, .low = 9, .close = 12}));
    EXPECT_EQ(
        flow.update({.open = 12, .high = 12, .low = 8, .close = 9}),
        Reading((75 - 112.5) / 2 - 2.5));
    EXPECT_EQ(
        flow.update({.open = 9, .high = 11, .low = 9, .close = 11}),
        Reading((-112.5 + 150) / 2 - 2.5));
}

TEST(RsiMfiTest, ABarOfOnePriceCountsAsNothing) {
    RsiMfi flow({.period = 2, .multiplier = 100, .shift = 0});
    flow.update({.open = 7, .high = 7, .low = 7, .close = 7});
    EXPECT_EQ(flow.update({.open = 7, .high = 8, .low = 7, .close = 8}), Reading(50));
}

TEST(RsiMfiTest, AgreesWithItsDefinitionOverAWalkWithinItsBounds) {
    const auto bars = test::Walk(1).take(1000);
    std::vector<double> pushes;
    RsiMfi flow(RsiMfi::Parameters{});
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const Bar& each = bars[i];
        const double range = each.high - each.low;
        pushes.push_back(range == 0 ? 0 : (each.close - each.open) / range * 150);
        const Reading mean = test::mean_of_last(pushes, 60);
        const Reading reading = flow.update(each);
        test::expect_close(reading, mean ? Reading(*mean - 2.5) : mean, i, 100);
        ASSERT_EQ(reading.has_value(), i >= 59);
        if (reading) {
            ASSERT_LE(std::abs(*reading + 2.5), 150);
        }
    }
}

TEST(NaturalLogTest, IsTheLogarithm) {
    EXPECT_EQ(natural_log(1), 0);
    test::Dice dice(5);
    for (int i = 0; i < 100'000; ++i) {
        const double x = std::exp(46 * dice.next() - 23);  // 1e-10 to 1e10
        const double expected = std::log(x);
        ASSERT_NEAR(natural_log(x), expected, 1e-15 * std::max(1.0, std::abs(expected))) << x;
    }
    EXPECT_NEAR(natural_log(5e-324), std::log(5e-324), 1e-12);
    EXPECT_NEAR(natural_log(1.7e308), std::log(1.7e308), 1e-12);
}

TEST(NaturalLogTest, RisesWithItsArgument) {
    // Around the powers of two, where the pieces of the computation meet.
    for (const double power : {0.5, 1.0, 2.0, 1024.0}) {
        for (const double meeting : {power, power * std::sqrt(0.5)}) {
            double before = natural_log(meeting * (1 - 1e-13));
            for (int step = -9; step <= 10; ++step) {
                const double now = natural_log(meeting * (1 + step * 1e-14));
                ASSERT_GE(now, before) << meeting << " and " << step;
                before = now;
            }
        }
    }
}

}  // namespace
}  // namespace tapedeck::strategy
