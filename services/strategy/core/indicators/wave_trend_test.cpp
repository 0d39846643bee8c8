#include "strategy/core/indicators/wave_trend.h"

#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// A bar of one price.
Bar tick(double price) {
    return {.open = price, .high = price, .low = price, .close = price};
}

TEST(WaveTrendTest, IsAChainOfAveragesByHand) {
    // EMA(2), weight 2/3: mean(10, 12) = 11, 11, 12 1/3. Its deviations 1, 0, 2/3, whose EMA(2) is
    // 1/2, then 11/18. The wave is 0, then (2/3) / (0.015 * 11/18) = 800/11, and is not smoothed.
    WaveTrend wave({.channel = 2, .average = 1, .signal = 2});
    wave.update(tick(10));
    EXPECT_FALSE(wave.update(tick(12)).wt1);
    EXPECT_EQ(wave.update(tick(11)).wt1, Reading(0));
    EXPECT_FALSE(wave.value().wt2);
    EXPECT_NEAR(*wave.update(tick(13)).wt1, 800.0 / 11, 1e-12);
    EXPECT_NEAR(*wave.value().wt2, 400.0 / 11, 1e-12);
}

TEST(WaveTrendTest, BeginsWhereTheReferenceSays) {
    const auto bars = test::Walk(1).take(60);
    const WaveTrend::Periods lazy_bear = {.channel = 10, .average = 21, .signal = 4};
    for (const auto& [periods, wt1, wt2] :
         {std::tuple(lazy_bear, 38U, 41U), std::tuple(WaveTrend::Periods{}, 27U, 29U)}) {
        const auto readings = test::readings(WaveTrend(periods), bars);
        EXPECT_EQ(test::first_index(test::component(readings, &WaveTrendReading::wt1)), wt1);
        EXPECT_EQ(test::first_index(test::component(readings, &WaveTrendReading::wt2)), wt2);
        EXPECT_EQ(bars_needed(periods), wt2 + 1);
    }
    EXPECT_TRUE(WaveTrend(WaveTrend::Periods{}, Seed::First).update(bars[0]).wt1);
}

TEST(WaveTrendTest, AgreesWithItsDefinitionOverAWalk) {
    const auto bars = test::Walk(2).take(700);
    std::vector<double> prices;
    std::vector<double> deviations;
    std::vector<double> channel;
    std::vector<double> wave;
    WaveTrend wave_trend(WaveTrend::Periods{});
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const double price = (bars[i].high + bars[i].low + bars[i].close) / 3;
        prices.push_back(price);
        const Reading mean = test::ema_of(prices, 9);
        if (mean) deviations.push_back(std::abs(price - *mean));
        const Reading deviation = test::ema_of(deviations, 9);
        if (deviation) channel.push_back((price - *mean) / (0.015 * *deviation));
        const Reading wt1 = test::ema_of(channel, 12);
        if (wt1) wave.push_back(*wt1);
        const WaveTrendReading& reading = wave_trend.update(bars[i]);
        test::expect_close(reading.wt1, wt1, i, 100);
        test::expect_close(reading.wt2, test::mean_of_last(wave, 3), i, 100);
    }
}

TEST(WaveTrendTest, KnowsNoScale) {
    WaveTrend wave(WaveTrend::Periods{});
    WaveTrend tiny(WaveTrend::Periods{});
    for (Bar each : test::Walk(3, 1e5).take(1000)) {
        const Reading wt2 = wave.update(each).wt2;
        const double scale = 0x1p-43;  // from 1e5 to 1e-8
        each.high *= scale;
        each.low *= scale;
        each.close *= scale;
        ASSERT_EQ(tiny.update(each).wt2, wt2);
    }
}

TEST(WaveTrendTest, OfAMarketThatStandsStillFadesAndIsNotMadeOfRounding) {
    // Prices whose thirds do not come out even, after a move: the averages never quite arrive.
    for (const double price : {0.1, 123.4, 98'765.43}) {
        WaveTrend wave(WaveTrend::Periods{});
        for (const Bar& each : test::Walk(4, price).take(100)) wave.update(each);
        for (int i = 0; i < 3000; ++i) {
            wave.update({.open = price, .high = price * 1.001, .low = price, .close = price});
            if (i < 300) continue;
            ASSERT_NEAR(*wave.value().wt1, 0, 1e-6) << price;
            ASSERT_NEAR(*wave.value().wt2, 0, 1e-6) << price;
        }
    }
}

TEST(WaveTrendTest, OfAMarketThatNeverMovedIsZero) {
    WaveTrend wave(WaveTrend::Periods{});
    for (int i = 0; i < 100; ++i) wave.update(tick(0.1));
    EXPECT_EQ(wave.value().wt1, Reading(0));
    EXPECT_EQ(wave.value().wt2, Reading(0));
}

}  // namespace
}  // namespace tapedeck::strategy
