#include "strategy/core/indicators/stochastic.h"

#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

Bar bar(double high, double low, double close) {
    return {.open = close, .high = high, .low = low, .close = close};
}

TEST(StochasticTest, IsThePlaceWithinTheRangeByHand) {
    Stochastic stochastic({.range = 2, .smoothing = 2, .signal = 2});
    EXPECT_FALSE(stochastic.update(bar(10, 6, 8)).raw);
    EXPECT_EQ(stochastic.update(bar(14, 8, 8)).raw, Reading(25));  // 8 in 6..14
    EXPECT_FALSE(stochastic.value().k);
    EXPECT_EQ(stochastic.update(bar(12, 4, 9)).raw, Reading(50));  // 9 in 4..14
    EXPECT_EQ(stochastic.value().k, Reading(37.5));
    EXPECT_FALSE(stochastic.value().d);
    EXPECT_EQ(stochastic.update(bar(12, 8, 12)).raw, Reading(100));  // 12 in 4..12
    EXPECT_EQ(stochastic.value().k, Reading(75));
    EXPECT_EQ(stochastic.value().d, Reading(56.25));
}

TEST(StochasticTest, BeginsWhereTheReferenceSays) {
    const auto readings = test::readings(Stochastic(Stochastic::Periods{}), test::Walk(1).take(40));
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::raw)), 13U);
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::k)), 15U);
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::d)), 17U);
}

TEST(StochasticTest, WithoutSmoothingIsTheFastOne) {
    Stochastic fast({.range = 14, .smoothing = 1, .signal = 3});
    for (const Bar& each : test::Walk(2).take(200)) {
        fast.update(each);
        EXPECT_EQ(fast.value().k, fast.value().raw);
    }
}

TEST(StochasticTest, OfAnEmptyRangeIsZero) {
    Stochastic stochastic(Stochastic::Periods{});
    for (int i = 0; i < 20; ++i) stochastic.update(bar(7, 7, 7));
    EXPECT_EQ(stochastic.value().raw, Reading(0));
    EXPECT_EQ(stochastic.value().d, Reading(0));
}

TEST(StochasticTest, AgreesWithItsDefinitionOverAWalkWithinItsBounds) {
    const auto bars = test::Walk(3).take(1000);
    std::vector<double> raws;
    std::vector<double> ks;
    Stochastic stochastic(Stochastic::Periods{});
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const StochasticReading& reading = stochastic.update(bars[i]);
        ASSERT_EQ(reading.raw.has_value(), i >= 13);
        if (i < 13) continue;
        double high = bars[i].high;
        double low = bars[i].low;
        for (std::size_t j = i - 13; j < i; ++j) {
            high = std::max(high, bars[j].high);
            low = std::min(low, bars[j].low);
        }
        raws.push_back(100 * (bars[i].close - low) / (high - low));
        test::expect_close(reading.raw, raws.back(), i, 100);
        const Reading k = test::mean_of_last(raws, 3);
        test::expect_close(reading.k, k, i, 100);
        if (k) ks.push_back(*k);
        test::expect_close(reading.d, test::mean_of_last(ks, 3), i, 100);
        ASSERT_GE(*reading.raw, 0);
        ASSERT_LE(*reading.raw, 100);
    }
}

TEST(StochasticTest, KnowsNoScale) {
    Stochastic stochastic(Stochastic::Periods{});
    Stochastic tiny(Stochastic::Periods{});
    const double scale = 0x1p-43;  // from 1e5 to 1e-8
    for (const Bar& each : test::Walk(4, 1e5).take(1000)) {
        stochastic.update(each);
        tiny.update(bar(each.high * scale, each.low * scale, each.close * scale));
        ASSERT_EQ(tiny.value().raw, stochastic.value().raw);
        ASSERT_EQ(tiny.value().k, stochastic.value().k);
        ASSERT_EQ(tiny.value().d, stochastic.value().d);
    }
}

}  // namespace
}  // namespace tapedeck::strategy
