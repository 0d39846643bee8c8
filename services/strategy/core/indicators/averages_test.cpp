#include "strategy/core/indicators/ema.h"
#include "strategy/core/indicators/period.h"
#include "strategy/core/indicators/rma.h"
#include "strategy/core/indicators/sma.h"
#include "strategy/core/indicators/test_walk.h"
#include "strategy/core/indicators/wilder_sum.h"
#include "strategy/core/indicators/window_sum.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

const std::vector<double> kZeroToNine = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

std::vector<Reading> missing_then(std::size_t missing, const std::vector<double>& values) {
    std::vector<Reading> result(missing);
    for (const double value : values) result.emplace_back(value);
    return result;
}

TEST(SmaTest, IsTheMeanOfTheLastValues) {
    EXPECT_EQ(
        test::readings(Sma(4), kZeroToNine), missing_then(3, {1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5}));
}

TEST(SmaTest, OfOneValueIsThatValue) {
    EXPECT_EQ(test::readings(Sma(1), kZeroToNine), missing_then(0, kZeroToNine));
}

TEST(SmaTest, OfEqualValuesIsExactlyThatValue) {
    Sma sma(7);
    for (const double price : {0.1, 1e-8 / 3, 123456.7}) {
        for (int i = 0; i < 6; ++i) sma.update(price);
        for (int i = 0; i < 20; ++i) EXPECT_EQ(sma.update(price), Reading(price));
    }
}

TEST(WindowSumTest, ForgetsAHugeValueEntirelyOnceItHasLeft) {
    WindowSum sum(3);
    for (const double value : {1e300, 1e-8, 1e-8}) sum.update(value);
    EXPECT_DOUBLE_EQ(*sum.update(1e-8), 3e-8);
}

TEST(WilderSumTest, StartsWithThePlainSumThenFades) {
    // 1+2+3 = 6; 6 - 2 + 6 = 10; 10 - 10/3 + 0 = 20/3
    const auto sums = test::readings(WilderSum(3), std::vector<double>{1, 2, 3, 6, 0});
    EXPECT_EQ(test::first_index(sums), 2U);
    EXPECT_DOUBLE_EQ(*sums[2], 6);
    EXPECT_DOUBLE_EQ(*sums[3], 10);
    EXPECT_DOUBLE_EQ(*sums[4], 20.0 / 3);
}

TEST(WilderSumTest, IsRmaTimesItsLength) {
    test::Walk walk(1);
    WilderSum sum(14);
    Rma rma(14);
    for (std::size_t i = 0; i < 2000; ++i) {
        const double close = walk.next_close();
        const Reading average = rma.update(close);
        test::expect_close(sum.update(close), average ? Reading(*average * 14) : average, i);
    }
}

TEST(EmaTest, SeedsWithTheMeanByDefault) {
    EXPECT_EQ(test::readings(Ema(3), kZeroToNine), missing_then(2, {1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(EmaTest, WithFirstSeedAgreesWithTaLibInMetastockMode) {
    const auto averages = test::readings(Ema(3, Seed::First), kZeroToNine);
    EXPECT_EQ(averages[0], Reading(0));
    EXPECT_EQ(averages[2], Reading(1.25));
    EXPECT_EQ(averages[3], Reading(2.125));
    EXPECT_EQ(averages[4], Reading(3.0625));
}

TEST(EmaTest, OfAFlatMarketIsExactlyItsPrice) {
    for (const Seed seed : {Seed::Sma, Seed::First}) {
        Ema ema(9, seed);
        for (int i = 0; i < 8; ++i) ema.update(0.1);
        for (int i = 0; i < 50; ++i) EXPECT_EQ(ema.update(0.1), Reading(0.1));
    }
}

TEST(EmaTest, ForgetsItsSeed) {
    test::Walk walk(2);
    Ema by_mean(20);
    Ema by_first(20, Seed::First);
    for (std::size_t i = 0; i < 600; ++i) {
        const double close = walk.next_close();
        by_mean.update(close);
        by_first.update(close);
    }
    test::expect_close(by_mean.value(), by_first.value(), 599);
}

TEST(RmaTest, IsWildersByHand) {
    // (2+4)/2 = 3; 3 + (7-3)/2 = 5; 5 + (1-5)/2 = 3
    const std::vector<double> values = {2, 4, 7, 1};
    EXPECT_EQ(test::readings(Rma(2), values), missing_then(1, {3, 5, 3}));
    // 2; 2 + (4-2)/2 = 3; as above
    EXPECT_EQ(test::readings(Rma(2, Seed::First), values), missing_then(0, {2, 3, 5, 3}));
}

TEST(AveragesTest, BeginWhereTheReferenceSays) {
    const auto closes = test::closes_of(test::Walk(3).take(60));
    for (const std::size_t n : {1U, 2U, 9U, 20U, 50U}) {
        EXPECT_EQ(test::first_index(test::readings(WindowSum(n), closes)), n - 1);
        EXPECT_EQ(test::first_index(test::readings(Sma(n), closes)), n - 1);
        EXPECT_EQ(test::first_index(test::readings(WilderSum(n), closes)), n - 1);
        EXPECT_EQ(test::first_index(test::readings(Ema(n), closes)), n - 1);
        EXPECT_EQ(test::first_index(test::readings(Rma(n), closes)), n - 1);
        EXPECT_EQ(test::first_index(test::readings(Ema(n, Seed::First), closes)), 0U);
        EXPECT_EQ(test::first_index(test::readings(Rma(n, Seed::First), closes)), 0U);
    }
}

TEST(AveragesTest, KeepTheirReadingAsValue) {
    test::Walk walk(4);
    Sma sma(5);
    Ema ema(5);
    for (int i = 0; i < 30; ++i) {
        const double close = walk.next_close();
        const Reading simple = sma.update(close);
        const Reading exponential = ema.update(close);
        EXPECT_EQ(simple, sma.value());
        EXPECT_EQ(exponential, ema.value());
    }
}

TEST(AveragesTest, AgreeWithTheirDefinitionOverAWalk) {
    for (const std::size_t n : {1U, 2U, 3U, 14U, 60U}) {
        test::Walk walk(5 + n);
        std::vector<double> closes;
        Sma sma(n);
        Ema ema(n);
        Rma rma(n);
        Ema ema_first(n, Seed::First);
        for (std::size_t i = 0; i < 700; ++i) {
            closes.push_back(walk.next_close());
            test::expect_close(sma.update(closes.back()), test::mean_of_last(closes, n), i);
            test::expect_close(ema.update(closes.back()), test::ema_of(closes, n), i);
            test::expect_close(rma.update(closes.back()), test::rma_of(closes, n), i);
            test::expect_close(
                ema_first.update(closes.back()),
                test::exponential(closes, 2.0L / static_cast<long double>(n + 1), 1),
                i);
        }
    }
}

TEST(ChainTest, CountsFromTheFirstRealValue) {
    Sma first(3);
    Sma second(2);
    std::vector<Reading> chained;
    chained.reserve(kZeroToNine.size());
    for (const double value : kZeroToNine) chained.push_back(chain(second, first.update(value)));
    EXPECT_EQ(chained, missing_then(3, {1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5}));
}

TEST(PeriodDeathTest, OutOfRangeIsABug) {
    EXPECT_DEATH(Sma{0}, "");
    EXPECT_DEATH(Ema{0}, "");
    EXPECT_DEATH(Rma{period_max + 1}, "");
}

}  // namespace
}  // namespace tapedeck::strategy
