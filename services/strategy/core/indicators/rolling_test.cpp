#include "strategy/core/indicators/rolling_deviation.h"
#include "strategy/core/indicators/rolling_extreme.h"
#include "strategy/core/indicators/test_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tapedeck::strategy {
namespace {

TEST(RollingDeviationTest, DividesByTheNumberOfValues) {
    RollingDeviation deviation(8);
    for (const double value : {2, 4, 4, 4, 5, 5, 7}) EXPECT_FALSE(deviation.update(value));
    EXPECT_DOUBLE_EQ(*deviation.update(9), 2);  // mean 5, squares 9+1+1+1+0+0+4+16 = 32, / 8 = 4
}

TEST(RollingDeviationTest, OfEqualValuesIsExactlyZeroWhateverCameBefore) {
    RollingDeviation deviation(6);
    for (const double price : {1e5 / 3, 1e-8 / 3, 0.1}) {
        for (int i = 0; i < 5; ++i) deviation.update(price);
        for (int i = 0; i < 20; ++i) EXPECT_EQ(deviation.update(price), Reading(0));
    }
}

TEST(RollingDeviationTest, OfOneValueIsZero) {
    RollingDeviation deviation(1);
    EXPECT_EQ(deviation.update(3), Reading(0));
    EXPECT_EQ(deviation.update(5), Reading(0));
}

TEST(RollingDeviationTest, SeesCentsAtHighPrices) {
    // A textbook sum of squares has no digit left here: 1e5^2 = 1e10 against a variance of 2e-13.
    RollingDeviation deviation(4);
    for (int i = 0; i < 50; ++i) {
        const Reading reading = deviation.update(i % 2 == 0 ? 100000.0 : 100000.0 + 0x1p-20);
        if (reading) {
            EXPECT_NEAR(*reading, 0x1p-21, 0x1p-21 * 1e-9);
        }
    }
}

TEST(RollingDeviationTest, AgreesWithItsDefinitionOverAWalk) {
    for (const std::size_t n : {1U, 2U, 3U, 20U, 61U}) {
        for (const double price : {1e5, 1e-8}) {
            test::Walk walk(n, price);
            std::vector<double> closes;
            RollingDeviation deviation(n);
            for (std::size_t i = 0; i < 1000; ++i) {
                closes.push_back(walk.next_close());
                test::expect_close(
                    deviation.update(closes.back()), test::deviation_of_last(closes, n), i);
            }
        }
    }
}

TEST(RollingExtremeTest, FollowsTheWindowByHand) {
    RollingMax highest(3);
    RollingMin lowest(3);
    const std::vector<double> values = {5, 3, 4, 1, 1, 6, 2, 2, 2};
    const std::vector<Reading> highs = {{}, {}, 5, 4, 4, 6, 6, 6, 2};
    const std::vector<Reading> lows = {{}, {}, 3, 1, 1, 1, 1, 2, 2};
    EXPECT_EQ(test::readings(highest, values), highs);
    EXPECT_EQ(test::readings(lowest, values), lows);
}

TEST(RollingExtremeTest, SpeaksOfAShorterWindowWhenAsked) {
    RollingMax highest(3);
    EXPECT_FALSE(highest.so_far());
    highest.update(5);
    EXPECT_EQ(highest.so_far(), Reading(5));
    highest.update(7);
    EXPECT_EQ(highest.so_far(), Reading(7));
    EXPECT_FALSE(highest.value());
    highest.update(6);
    EXPECT_EQ(highest.so_far(), highest.value());
}

TEST(RollingExtremeTest, IsExactOverWalksRisesAndFalls) {
    for (const std::size_t n : {1U, 2U, 3U, 14U, 50U}) {
        test::Walk walk(n + 30);
        std::vector<double> values = test::closes_of(walk.take(800));
        for (int i = 0; i < 200; ++i) values.push_back(200.0 + i);
        for (int i = 0; i < 200; ++i) values.push_back(400.0 - i);
        for (int i = 0; i < 200; ++i) values.push_back(i % 3);
        RollingMax highest(n);
        RollingMin lowest(n);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Reading high = highest.update(values[i]);
            const Reading low = lowest.update(values[i]);
            ASSERT_EQ(high.has_value(), i + 1 >= n);
            const auto to = values.begin() + static_cast<std::ptrdiff_t>(i + 1);
            const auto from =
                values.begin() + static_cast<std::ptrdiff_t>(i + 1 - std::min(i + 1, n));
            ASSERT_EQ(highest.so_far(), Reading(*std::max_element(from, to)));
            ASSERT_EQ(lowest.so_far(), Reading(*std::min_element(from, to)));
            ASSERT_EQ(high, highest.value());
            ASSERT_EQ(low, lowest.value());
        }
    }
}

}  // namespace
}  // namespace tapedeck::strategy
