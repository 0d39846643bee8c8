#include "strategy/core/indicators/rsi.h"

#include "strategy/core/indicators/stoch_rsi.h"
#include "strategy/core/indicators/test_sheet.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

/// From the whole history, by the formula as it is printed.
Reading rsi_of(const std::vector<double>& closes, std::size_t n) {
    std::vector<double> gains;
    std::vector<double> losses;
    for (std::size_t i = 1; i < closes.size(); ++i) {
        gains.push_back(std::max(closes[i] - closes[i - 1], 0.0));
        losses.push_back(std::max(closes[i - 1] - closes[i], 0.0));
    }
    const Reading gain = test::rma_of(gains, n);
    const Reading loss = test::rma_of(losses, n);
    if (!gain || !loss) return std::nullopt;
    if (*loss == 0) return 100;
    return 100 - 100 / (1 + *gain / *loss);
}

TEST(RsiTest, IsWildersByHand) {
    // changes +1 +3 -2 +1: G 2, L 0; then G 1, L 1; then G 1, L 0.5
    const auto readings = test::readings(Rsi(2), std::vector<double>{1, 2, 5, 3, 4});
    EXPECT_EQ(test::first_index(readings), 2U);
    EXPECT_EQ(readings[2], Reading(100));
    EXPECT_EQ(readings[3], Reading(50));
    EXPECT_DOUBLE_EQ(*readings[4], 200.0 / 3);
}

TEST(RsiTest, BeginsAfterNChanges) {
    const auto closes = test::closes_of(test::Walk(1).take(40));
    EXPECT_EQ(test::first_index(test::readings(Rsi(14), closes)), 14U);
    EXPECT_EQ(test::first_index(test::readings(Rsi(1), closes)), 1U);
    EXPECT_EQ(test::first_index(test::readings(Rsi(14, Seed::First), closes)), 1U);
}

TEST(RsiTest, WithoutLossesIsAHundredAndWithoutGainsZero) {
    const std::vector<double> rising = {1, 2, 3, 4, 5};
    const std::vector<double> falling = {5, 4, 3, 2, 1};
    const std::vector<double> flat = {3, 3, 3, 3, 3};
    EXPECT_EQ(test::readings(Rsi(3), rising).back(), Reading(100));
    EXPECT_EQ(test::readings(Rsi(3), falling).back(), Reading(0));
    EXPECT_EQ(test::readings(Rsi(3), flat).back(), Reading(100));
}

TEST(RsiTest, DoesNotMoveWhenThePriceDoesNot) {
    test::Walk walk(2);
    Rsi rsi(14);
    double close = 0;
    for (int i = 0; i < 100; ++i) rsi.update(close = walk.next_close());
    const Reading before = rsi.value();
    for (int i = 0; i < 50'000; ++i) ASSERT_EQ(rsi.update(close), before);
    const Reading after = rsi.update(close * 1.01);  // all the past has faded to nothing by now
    EXPECT_EQ(after, Reading(100));
}

TEST(RsiTest, AgreesWithItsFormulaOverAWalk) {
    for (const std::size_t n : {1U, 2U, 14U}) {
        test::Walk walk(3 + n);
        std::vector<double> closes;
        Rsi rsi(n);
        for (std::size_t i = 0; i < 700; ++i) {
            closes.push_back(walk.next_close());
            const Reading reading = rsi.update(closes.back());
            // n = 1 and no change: the formula has 0/0 where the reading stays as it was.
            if (n == 1 && i > 0 && closes[i] == closes[i - 1]) continue;
            test::expect_close(reading, rsi_of(closes, n), i, 100);
        }
    }
}

TEST(RsiTest, StaysWithinItsBoundsAndKnowsNoScale) {
    test::Walk walk(4, 1e5);
    Rsi rsi(14);
    Rsi tiny(14);
    Rsi binary(14);
    for (std::size_t i = 0; i < 5000; ++i) {
        const double close = walk.next_close();
        const Reading reading = rsi.update(close);
        test::expect_close(tiny.update(close * 1e-13), reading, i, 100);
        ASSERT_EQ(binary.update(close * 0x1p-43), reading);
        if (!reading) continue;
        ASSERT_GE(*reading, 0);
        ASSERT_LE(*reading, 100);
    }
}

TEST(RsiTest, AgreesWithTheFirstValuesThatStockChartsPrints) {
    // The closes are those of the sheet. Its own RSI has the other seed; these are the values on
    // the ChartSchool page about RSI, to two decimals.
    const auto opened = test::Sheet::open("cs-rsi.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-rsi.csv");
    const test::Sheet& sheet = *opened;
    const std::vector<double> printed = {
        70.53,
        66.32,
        66.55,
        69.41,
        66.36,
        57.97,
        62.93,
        63.26,
        56.06,
        62.38,
        54.71,
        50.42,
        39.99,
        41.46,
        41.87,
        45.46,
        37.30,
        33.08,
        37.77};
    ASSERT_EQ(sheet.rows(), 14 + printed.size());
    Rsi rsi(14);
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        const Reading reading = rsi.update(sheet.number(i, "Close"));
        ASSERT_EQ(reading.has_value(), i >= 14);
        if (reading) {
            EXPECT_NEAR(*reading, printed[i - 14], 0.0051) << "at row " << i;
        }
    }
}

TEST(RsiTest, SheetWithTheFirstValueSeedComesOutOfItsAverages) {
    // The sheet counts a gain and a loss of 0 at bar 0 and takes that for the seed, which Rsi does
    // not do; what it shows is that Rma with Seed::First and the formula are right.
    const auto opened = test::Sheet::open("cs-rsi.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-rsi.csv");
    const test::Sheet& sheet = *opened;
    Rma gain(14, Seed::First);
    Rma loss(14, Seed::First);
    gain.update(0);
    loss.update(0);
    for (std::size_t i = 1; i < sheet.rows(); ++i) {
        const double change = sheet.number(i, "Close") - sheet.number(i - 1, "Close");
        sheet.expect(gain.update(std::max(change, 0.0)), i, "Avg Gain");
        sheet.expect(loss.update(std::max(-change, 0.0)), i, "Avg Loss");
        if (!sheet.has(i, "RSI")) continue;
        sheet.expect(*gain.value() / *loss.value(), i, "RS");
        sheet.expect(100 - 100 / (1 + *gain.value() / *loss.value()), i, "RSI");
    }
}

TEST(StochRsiTest, BeginsWhereTheReferenceSays) {
    const auto closes = test::closes_of(test::Walk(5).take(60));
    const auto readings = test::readings(StochRsi(StochRsi::Periods{}), closes);
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::raw)), 27U);
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::k)), 29U);
    EXPECT_EQ(test::first_index(test::component(readings, &StochasticReading::d)), 31U);
}

TEST(StochRsiTest, ReadsZeroWhileTheRsiStands) {
    test::Walk walk(6);
    StochRsi stoch_rsi(StochRsi::Periods{});
    double close = 0;
    for (int i = 0; i < 100; ++i) stoch_rsi.update(close = walk.next_close());
    for (int i = 0; i < 20; ++i) stoch_rsi.update(close);
    EXPECT_EQ(stoch_rsi.value().raw, Reading(0));
    EXPECT_EQ(stoch_rsi.value().k, Reading(0));
    EXPECT_EQ(stoch_rsi.value().d, Reading(0));
}

TEST(StochRsiTest, AgreesWithItsFormulaOverAWalk) {
    test::Walk walk(7);
    std::vector<double> closes;
    std::vector<double> rsis;
    std::vector<double> raws;
    std::vector<double> ks;
    StochRsi stoch_rsi(StochRsi::Periods{});
    for (std::size_t i = 0; i < 700; ++i) {
        closes.push_back(walk.next_close());
        const StochasticReading reading = stoch_rsi.update(closes.back());
        const Reading rsi = rsi_of(closes, 14);
        test::expect_close(stoch_rsi.rsi(), rsi, i, 100);
        if (rsi) rsis.push_back(*rsi);
        if (rsis.size() < 14) {
            EXPECT_FALSE(reading.raw);
            continue;
        }
        const double low = *std::min_element(rsis.end() - 14, rsis.end());
        const double high = *std::max_element(rsis.end() - 14, rsis.end());
        raws.push_back(100 * (rsis.back() - low) / (high - low));
        test::expect_close(reading.raw, raws.back(), i, 100);
        const Reading k = test::mean_of_last(raws, 3);
        test::expect_close(reading.k, k, i, 100);
        if (k) ks.push_back(*k);
        test::expect_close(reading.d, test::mean_of_last(ks, 3), i, 100);
        for (const Reading& each : {reading.raw, reading.k, reading.d}) {
            if (each) {
                ASSERT_GE(*each, 0);
                ASSERT_LE(*each, 100);
            }
        }
    }
}

TEST(StochRsiTest, SheetComesOutOfItsRsi) {
    // From the sheet's RSI, which has another seed than ours, on. Its values are 0..1.
    const auto opened = test::Sheet::open("cs-stochrsi.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-stochrsi.csv");
    const test::Sheet& sheet = *opened;
    Stochastic stochastic({.range = 14, .smoothing = 3, .signal = 3});
    RollingMax highest(14);
    RollingMin lowest(14);
    std::size_t compared = 0;
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        if (!sheet.has(i, "RSI")) continue;
        const double rsi = sheet.number(i, "RSI");
        const auto& reading = stochastic.update({.high = rsi, .low = rsi, .close = rsi});
        highest.update(rsi);
        lowest.update(rsi);
        ASSERT_EQ(reading.raw.has_value(), sheet.has(i, "StochRSI(14)"));
        if (!reading.raw) continue;
        sheet.expect(highest.value(), i, "RSI Highest High (14)");
        sheet.expect(lowest.value(), i, "RSI Lowest Low (14)");
        sheet.expect(*reading.raw / 100, i, "StochRSI(14)");
        ++compared;
    }
    EXPECT_EQ(compared, 6U);
}

}  // namespace
}  // namespace tapedeck::strategy
