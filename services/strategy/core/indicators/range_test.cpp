// True range, ATR and ADX: what is made of how far a bar reaches.

#include "strategy/core/indicators/adx.h"
#include "strategy/core/indicators/atr.h"
#include "strategy/core/indicators/test_sheet.h"
#include "strategy/core/indicators/test_walk.h"
#include "strategy/core/indicators/true_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

Bar bar(double high, double low, double close) {
    return {.open = close, .high = high, .low = low, .close = close};
}

std::vector<Bar> bars_of(const test::Sheet& sheet) {
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < sheet.rows(); ++i) {
        bars.push_back(
            bar(sheet.number(i, "High"), sheet.number(i, "Low"), sheet.number(i, "Close")));
    }
    return bars;
}

/// Wilder's sum from the whole history.
Reading wilder_sum_of(const std::vector<double>& values, std::size_t n) {
    if (values.size() < n) return std::nullopt;
    long double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i] - (i < n ? 0 : sum / static_cast<long double>(n));
    }
    return static_cast<double>(sum);
}

TEST(TrueRangeTest, CountsTheGapFromThePreviousClose) {
    TrueRange range;
    EXPECT_EQ(range.update(bar(10, 8, 9)), Reading(2));
    EXPECT_EQ(range.update(bar(11, 10, 10)), Reading(2));  // from 9 up to 11
    EXPECT_EQ(range.update(bar(9, 7, 8)), Reading(3));     // from 10 down to 7
    EXPECT_EQ(range.update(bar(10, 6, 7)), Reading(4));
    EXPECT_EQ(range.update(bar(7, 7, 7)), Reading(0));
}

TEST(TrueRangeTest, OfTheFirstBarIsMissingWhereAsked) {
    TrueRange range(FirstBar::Missing);
    EXPECT_FALSE(range.update(bar(10, 8, 9)));
    EXPECT_EQ(range.update(bar(11, 10, 10)), Reading(2));
}

TEST(AtrTest, BeginsWhereTheReferenceSays) {
    const auto bars = test::Walk(1).take(40);
    EXPECT_EQ(test::first_index(test::readings(Atr(14), bars)), 13U);
    EXPECT_EQ(test::first_index(test::readings(Atr(14, Seed::Sma, FirstBar::Missing), bars)), 14U);
    EXPECT_EQ(test::first_index(test::readings(Atr(14, Seed::First), bars)), 0U);
    EXPECT_EQ(test::first_index(test::readings(Atr(14, Seed::First, FirstBar::Missing), bars)), 1U);
}

TEST(AtrTest, AgreesWithItsDefinitionOverAWalk) {
    const auto bars = test::Walk(2).take(700);
    std::vector<double> ranges;
    Atr atr(14);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        double range = bars[i].high - bars[i].low;
        if (i > 0) range = std::max(range, std::abs(bars[i].high - bars[i - 1].close));
        if (i > 0) range = std::max(range, std::abs(bars[i].low - bars[i - 1].close));
        ranges.push_back(range);
        test::expect_close(atr.update(bars[i]), test::rma_of(ranges, 14), i);
    }
}

TEST(AtrTest, ScalesWithThePrice) {
    Atr atr(14);
    Atr tiny(14);
    for (const Bar& each : test::Walk(3, 1e5).take(2000)) {
        const double scale = 0x1p-43;  // from 1e5 to 1e-8
        const Reading reading = atr.update(each);
        const Reading small =
            tiny.update(bar(each.high * scale, each.low * scale, each.close * scale));
        ASSERT_EQ(small, reading ? Reading(*reading * scale) : reading);
    }
}

TEST(AtrTest, AgreesWithTheSheet) {
    const auto opened = test::Sheet::open("cs-atr.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-atr.csv");
    const test::Sheet& sheet = *opened;
    const auto bars = bars_of(sheet);
    TrueRange range;
    Atr atr(14);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        sheet.expect(range.update(bars[i]), i, "TR");
        const Reading reading = atr.update(bars[i]);
        ASSERT_EQ(reading.has_value(), i >= 13);
        if (reading) sheet.expect(reading, i, "ATR");  // before that the sheet has 0 for missing
    }
}

TEST(AdxTest, BeginsWhereTheReferenceSays) {
    const auto readings = test::readings(Adx(14), test::Walk(4).take(60));
    EXPECT_EQ(test::first_index(test::component(readings, &AdxReading::plus_di)), 14U);
    EXPECT_EQ(test::first_index(test::component(readings, &AdxReading::minus_di)), 14U);
    EXPECT_EQ(test::first_index(test::component(readings, &AdxReading::dx)), 14U);
    EXPECT_EQ(test::first_index(test::component(readings, &AdxReading::adx)), 27U);
}

TEST(AdxTest, IsWildersByHand) {
    // Lengths of 2. Ranges 3, 3, 4; +DM 2, 0, 3; -DM 0, 1, 0.
    Adx adx(2);
    adx.update(bar(10, 8, 9));
    EXPECT_FALSE(adx.update(bar(12, 9, 11)).plus_di);
    // Sums 6, 2, 1.
    EXPECT_DOUBLE_EQ(*adx.update(bar(10, 8, 9)).plus_di, 100.0 * 2 / 6);
    EXPECT_DOUBLE_EQ(*adx.value().minus_di, 100.0 * 1 / 6);
    EXPECT_DOUBLE_EQ(*adx.value().dx, 100.0 / 3);
    EXPECT_FALSE(adx.value().adx);
    // Sums 6 - 3 + 4 = 7, 2 - 1 + 3 = 4, 1 - 0.5 = 0.5: DX 100 * 3.5/4.5; ADX the mean of two.
    EXPECT_DOUBLE_EQ(*adx.update(bar(13, 9, 12)).plus_di, 100 * 4.0 / 7);
    EXPECT_DOUBLE_EQ(*adx.value().minus_di, 100 * 0.5 / 7);
    EXPECT_DOUBLE_EQ(*adx.value().dx, 100 * 3.5 / 4.5);
    EXPECT_DOUBLE_EQ(*adx.value().adx, (100.0 / 3 + 100 * 3.5 / 4.5) / 2);
}

TEST(AdxTest, OfAMarketThatNeverMovesIsZero) {
    Adx adx(14);
    for (int i = 0; i < 100; ++i) adx.update(bar(5, 5, 5));
    EXPECT_EQ(adx.value().plus_di, Reading(0));
    EXPECT_EQ(adx.value().minus_di, Reading(0));
    EXPECT_EQ(adx.value().dx, Reading(0));
    EXPECT_EQ(adx.value().adx, Reading(0));
}

TEST(AdxTest, AgreesWithItsDefinitionOverAWalk) {
    const auto bars = test::Walk(5).take(700);
    std::vector<double> ranges;
    std::vector<double> pluses;
    std::vector<double> minuses;
    std::vector<double> dxs;
    Adx adx(14);
    adx.update(bars[0]);
    for (std::size_t i = 1; i < bars.size(); ++i) {
        const double up = bars[i].high - bars[i - 1].high;
        const double down = bars[i - 1].low - bars[i].low;
        const double close = bars[i - 1].close;
        ranges.push_back(std::max(bars[i].high, close) - std::min(bars[i].low, close));
        pluses.push_back(up > 0 && up > down ? up : 0);
        minuses.push_back(down > 0 && down > up ? down : 0);
        const AdxReading& reading = adx.update(bars[i]);
        const Reading range = wilder_sum_of(ranges, 14);
        ASSERT_EQ(reading.dx.has_value(), range.has_value());
        if (!range) continue;
        const double plus_di = 100 * *wilder_sum_of(pluses, 14) / *range;
        const double minus_di = 100 * *wilder_sum_of(minuses, 14) / *range;
        dxs.push_back(100 * std::abs(plus_di - minus_di) / (plus_di + minus_di));
        test::expect_close(reading.plus_di, plus_di, i, 100);
        test::expect_close(reading.minus_di, minus_di, i, 100);
        test::expect_close(reading.dx, dxs.back(), i, 100);
        test::expect_close(reading.adx, test::rma_of(dxs, 14), i, 100);
    }
}

TEST(AdxTest, StaysWithinItsBoundsAndKnowsNoScale) {
    Adx adx(14);
    Adx tiny(14);
    std::size_t index = 0;
    for (const Bar& each : test::Walk(6, 1e5).take(3000)) {
        const double scale = 1e-13;
        const AdxReading& reading = adx.update(each);
        const AdxReading& small =
            tiny.update(bar(each.high * scale, each.low * scale, each.close * scale));
        for (const auto part :
             {&AdxReading::plus_di, &AdxReading::minus_di, &AdxReading::dx, &AdxReading::adx}) {
            test::expect_close(small.*part, reading.*part, index, 100);
            if (reading.*part) {
                ASSERT_GE(*(reading.*part), 0);
                ASSERT_LE(*(reading.*part), 100);
            }
        }
        ++index;
    }
}

TEST(AdxTest, AgreesWithTheSheet) {
    const auto opened = test::Sheet::open("cs-adx.csv");
    if (!opened) GTEST_SKIP() << test::Sheet::missing("cs-adx.csv");
    const test::Sheet& sheet = *opened;
    const auto bars = bars_of(sheet);
    TrueRange range(FirstBar::Missing);
    Adx adx(14);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (range.update(bars[i])) sheet.expect(range.value(), i, "TR");
        const AdxReading& reading = adx.update(bars[i]);
        ASSERT_EQ(reading.dx.has_value(), sheet.has(i, "DX"));
        ASSERT_EQ(reading.dx.has_value(), i >= 14);
        ASSERT_EQ(reading.adx.has_value(), sheet.has(i, "ADX"));
        ASSERT_EQ(reading.adx.has_value(), i >= 27);
        if (!reading.dx) continue;
        sheet.expect(reading.plus_di, i, "+DI14");
        sheet.expect(reading.minus_di, i, "-DI14");
        sheet.expect(reading.dx, i, "DX");
        if (reading.adx) sheet.expect(reading.adx, i, "ADX");
    }
}

}  // namespace
}  // namespace tapedeck::strategy
