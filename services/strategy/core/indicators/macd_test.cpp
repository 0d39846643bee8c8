#include "strategy/core/indicators/macd.h"

#include "strategy/core/indicators/test_sheet.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

TEST(MacdTest, BeginsWhereTheReferenceSays) {
    const auto closes = test::closes_of(test::Walk(1).take(60));
    const auto readings = test::readings(Macd(Macd::Periods{}), closes);
    EXPECT_EQ(test::first_index(test::component(readings, &MacdReading::line)), 25U);
    EXPECT_EQ(test::first_index(test::component(readings, &MacdReading::signal)), 33U);
    EXPECT_EQ(test::first_index(test::component(readings, &MacdReading::histogram)), 33U);
    EXPECT_TRUE(Macd(Macd::Periods{}, Seed::First).update(1).histogram);
}

TEST(MacdTest, IsADifferenceOfAveragesByHand) {
    // EMA(1) is the value. EMA(3), weight 1/2: mean(8,4,6) = 6, then 8, then 5; lines 0, 2, -3.
    // Signal EMA(2), weight 2/3: mean(0,2) = 1, then 1 + 2/3 * (-3 - 1) = -5/3.
    const auto readings = test::readings(
        Macd({.fast = 1, .slow = 3, .signal = 2}), std::vector<double>{8, 4, 6, 10, 2});
    EXPECT_FALSE(readings[1].line);
    EXPECT_EQ(readings[2].line, Reading(0));
    EXPECT_FALSE(readings[2].signal);
    EXPECT_EQ(readings[3].line, Reading(2));
    EXPECT_EQ(readings[3].signal, Reading(1));
    EXPECT_EQ(readings[3].histogram, Reading(1));
    EXPECT_EQ(readings[4].line, Reading(-3));
    EXPECT_DOUBLE_EQ(*readings[4].signal, -5.0 / 3);
    EXPECT_DOUBLE_EQ(*readings[4].histogram, -4.0 / 3);
}

TEST(MacdTest, OfAFlatMarketIsExactlyZero) {
    Macd macd(Macd::Periods{});
    for (int i = 0; i < 33; ++i) macd.update(0.1);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(macd.update(0.1).line, Reading(0));
        EXPECT_EQ(macd.value().histogram, Reading(0));
    }
}

TEST(MacdTest, AgreesWithItsDefinitionOverAWalk) {
    test::Walk walk(2);
    std::vector<double> closes;
    std::vector<double> lines;
    Macd macd(Macd::Periods{});
    for (std::size_t i = 0; i < 700; ++i) {
        closes.push_back(walk.next_close());
        const MacdReading reading = macd.update(closes.back());
        const Reading slow = test::ema_of(closes, 26);
        if (slow) lines.push_back(*test::ema_of(closes, 12) - *slow);
        // A difference of prices near 100 has their absolute error.
        test::expect_close(reading.line, slow ? Reading(lines.back()) : std::nullopt, i, 1);
        const Reading signal = test::ema_of(lines, 9);
        test::expect_close(reading.signal, signal, i, 1);
        test::expect_close(
            reading.histogram, signal ? Reading(lines.back() - *signal) : std::nullopt, i, 1);
    }
}

TEST(MacdTest, LineAgreesWithTheSheetOfFirstValueSeeds) {
    const auto opened = test::Sheet::open("cs-macd.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-macd.csv");
    const test::Sheet& sheet = *opened;
    Macd macd(Macd::Periods{}, Seed::First);
    Ema fast(12, Seed::First);
    Ema slow(26, Seed::First);
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        const double close = sheet.number(i, "Close");
        sheet.expect(fast.update(close), i, "short_ema");
        sheet.expect(slow.update(close), i, "long_ema");
        const MacdReading& reading = macd.update(close);
        if (sheet.has(i, "MACD_line")) sheet.expect(reading.line, i, "MACD_line");
    }
    // The sheet's signal starts elsewhere; after 124 bars that has all but faded.
    const std::size_t last = sheet.rows() - 1;
    EXPECT_NEAR(*macd.value().signal, sheet.number(last, "MACD_signal"), 1e-6);
    EXPECT_NEAR(*macd.value().histogram, sheet.number(last, "MACD_diff"), 1e-6);
}

TEST(MacdTest, SignalAgreesWithTheSheetFromItsOwnSeedOn) {
    // The sheet's signal at row 2 follows from a value before it that it does not show and that is
    // no mean of its lines. Taken for the seed, all the rest follows, to the rounding of that seed
    // and of the lines, which have ten digits: 2e-10.
    const auto opened = test::Sheet::open("cs-macd.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-macd.csv");
    const test::Sheet& sheet = *opened;
    const double weight = 0.2;
    Macd macd(Macd::Periods{}, Seed::First);
    Ema signal(9, Seed::First);
    signal.update(
        (sheet.number(2, "MACD_signal") - weight * sheet.number(2, "MACD_line")) / (1 - weight));
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        const Reading line = macd.update(sheet.number(i, "Close")).line;
        if (i < 2) continue;
        signal.update(*line);
        EXPECT_NEAR(*signal.value(), sheet.number(i, "MACD_signal"), 2e-10) << "at row " << i;
        EXPECT_NEAR(*line - *signal.value(), sheet.number(i, "MACD_diff"), 2e-10) << "at row " << i;
    }
}

}  // namespace
}  // namespace tapedeck::strategy
