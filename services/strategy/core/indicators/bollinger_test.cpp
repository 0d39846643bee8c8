#include "strategy/core/indicators/bollinger.h"

#include "strategy/core/indicators/test_sheet.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

TEST(BollingerTest, IsMeanAndDeviationByHand) {
    Bollinger bollinger(8, 2);
    for (const double value : {2, 4, 4, 4, 5, 5, 7}) {
        const BollingerReading& reading = bollinger.update(value);
        EXPECT_FALSE(reading.middle || reading.deviation || reading.upper || reading.lower);
        EXPECT_FALSE(reading.bandwidth || reading.percent_b);
    }
    const BollingerReading& reading = bollinger.update(9);  // mean 5, deviation 2
    EXPECT_DOUBLE_EQ(*reading.middle, 5);
    EXPECT_DOUBLE_EQ(*reading.deviation, 2);
    EXPECT_DOUBLE_EQ(*reading.upper, 9);
    EXPECT_DOUBLE_EQ(*reading.lower, 1);
    EXPECT_DOUBLE_EQ(*reading.bandwidth, 160);  // 8 of 5
    EXPECT_DOUBLE_EQ(*reading.percent_b, 1);
}

TEST(BollingerTest, BandsOfAFlatMarketCoincideAndPercentBIsMissing) {
    Bollinger bollinger(20);
    for (int i = 0; i < 60; ++i) bollinger.update(0.1);
    EXPECT_EQ(bollinger.value().upper, Reading(0.1));
    EXPECT_EQ(bollinger.value().lower, Reading(0.1));
    EXPECT_EQ(bollinger.value().bandwidth, Reading(0));
    EXPECT_FALSE(bollinger.value().percent_b);
}

TEST(BollingerTest, BandwidthAroundZeroIsMissing) {
    Bollinger bollinger(2);
    bollinger.update(-1);
    bollinger.update(1);
    EXPECT_FALSE(bollinger.value().bandwidth);
    EXPECT_TRUE(bollinger.value().percent_b);
}

TEST(BollingerTest, AgreesWithItsDefinitionOverAWalk) {
    test::Walk walk(1);
    std::vector<double> closes;
    Bollinger bollinger(20, 2.5);
    for (std::size_t i = 0; i < 1000; ++i) {
        closes.push_back(walk.next_close());
        const BollingerReading& reading = bollinger.update(closes.back());
        const Reading mean = test::mean_of_last(closes, 20);
        const Reading deviation = test::deviation_of_last(closes, 20);
        ASSERT_EQ(mean.has_value(), i >= 19);
        test::expect_close(reading.middle, mean, i);
        test::expect_close(reading.deviation, deviation, i);
        if (!mean) continue;
        const double upper = *mean + 2.5 * *deviation;
        const double lower = *mean - 2.5 * *deviation;
        test::expect_close(reading.upper, upper, i);
        test::expect_close(reading.lower, lower, i);
        test::expect_close(reading.bandwidth, (upper - lower) / *mean * 100, i);
        test::expect_close(reading.percent_b, (closes.back() - lower) / (upper - lower), i, 1);
    }
}

TEST(BollingerTest, AgreesWithTheSheet) {
    const auto opened = test::Sheet::open("cs-bbands.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-bbands.csv");
    const test::Sheet& sheet = *opened;
    Bollinger bollinger(20);
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        const BollingerReading& reading = bollinger.update(sheet.number(i, "Close"));
        ASSERT_EQ(reading.middle.has_value(), sheet.has(i, "MiddleBand"));
        ASSERT_EQ(reading.middle.has_value(), i >= 19);
        if (!reading.middle) continue;
        sheet.expect(reading.middle, i, "MiddleBand");
        sheet.expect(reading.deviation, i, "20-day Standard Deviation");
        sheet.expect(reading.upper, i, "HighBand");
        sheet.expect(reading.lower, i, "LowBand");
        sheet.expect(reading.bandwidth, i, "WidthBand");
        sheet.expect(reading.percent_b, i, "PercentageBand");
    }
}

}  // namespace
}  // namespace tapedeck::strategy
