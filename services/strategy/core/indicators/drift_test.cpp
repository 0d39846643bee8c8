// Ten million bars, at the prices of the dearest and of the cheapest coin: nineteen years of
// minutes.

#include "strategy/core/indicators/ema.h"
#include "strategy/core/indicators/rma.h"
#include "strategy/core/indicators/rolling_deviation.h"
#include "strategy/core/indicators/sma.h"
#include "strategy/core/indicators/test_walk.h"
#include "strategy/core/indicators/wilder_sum.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

constexpr std::size_t bars = 10'000'000;
constexpr std::size_t kept = 1024;  // of the past, enough for every window and seed to fade

class DriftTest : public ::testing::TestWithParam<double> {
protected:
    void update(double value) {
        sma_.update(value);
        deviation_.update(value);
        ema_.update(value);
        rma_.update(value);
        sum_.update(value);
    }

    void compare(const std::vector<double>& recent, std::size_t index) const {
        test::expect_close(sma_.value(), test::mean_of_last(recent, 20), index);
        test::expect_close(deviation_.value(), test::deviation_of_last(recent, 20), index);
        test::expect_close(ema_.value(), test::ema_of(recent, 20), index);
        test::expect_close(rma_.value(), test::rma_of(recent, 14), index);
        test::expect_close(sum_.value(), *test::rma_of(recent, 14) * 14, index);
    }

    Sma sma_{20};
    RollingDeviation deviation_{20};
    Ema ema_{20};
    Rma rma_{14};
    WilderSum sum_{14};
};

TEST_P(DriftTest, StaysWithinABillionthOverTenMillionBars) {
    // A cheap walk: the bars of test::Walk would take most of the time.
    const double price = GetParam();
    test::Dice dice(2024);
    double close = price;
    std::vector<double> recent;
    for (std::size_t i = 0; i < bars; ++i) {
        close += 0.001 * (price - close) + 0.01 * price * (dice.next() - 0.5);
        update(close);
        const std::size_t phase = i % 250'007;  // prime: all positions within a block come up
        if (phase >= 250'007 - kept) recent.push_back(close);
        if (phase == 250'006) {
            compare(recent, i);
            recent.clear();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Prices, DriftTest, ::testing::Values(1e5, 1e-8));

TEST(WindowTest, SaysTheSameToTheBitHoweverLongTheHistory) {
    // Both are at the same place in a block of 20, but one has half a million bars behind it.
    test::Walk walk(77, 1e5);
    Sma old_sma(20);
    RollingDeviation old_deviation(20);
    for (int i = 0; i < 500'000; ++i) {
        const double close = walk.next_close();
        old_sma.update(close);
        old_deviation.update(close);
    }
    Sma new_sma(20);
    RollingDeviation new_deviation(20);
    for (int i = 0; i < 100; ++i) {
        const double close = walk.next_close();
        old_sma.update(close);
        old_deviation.update(close);
        new_sma.update(close);
        new_deviation.update(close);
        if (i >= 39) {
            ASSERT_EQ(new_sma.value(), old_sma.value());
            ASSERT_EQ(new_deviation.value(), old_deviation.value());
        }
    }
}

TEST(WindowTest, SurvivesACrashFromTheHighestPriceToTheLowest) {
    test::Walk before(78, 1e5);
    test::Walk after(79, 1e-8);
    Sma sma(20);
    RollingDeviation deviation(20);
    for (int i = 0; i < 1000; ++i) {
        const double close = before.next_close();
        sma.update(close);
        deviation.update(close);
    }
    std::vector<double> closes;
    for (std::size_t i = 0; i < 100; ++i) {
        closes.push_back(after.next_close());
        sma.update(closes.back());
        deviation.update(closes.back());
        if (closes.size() < 20) continue;
        test::expect_close(sma.value(), test::mean_of_last(closes, 20), i);
        test::expect_close(deviation.value(), test::deviation_of_last(closes, 20), i);
    }
}

}  // namespace
}  // namespace tapedeck::strategy
