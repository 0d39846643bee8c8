#include "venues/synthetic/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tapedeck::synthetic {

// The first numbers of the authors' own programs (splitmix64.c with x = 1234567;
// xoshiro256plusplus.c with s = {1, 2, 3, 4}).
TEST(RandomTest, SplitMixGivesThePublishedNumbers) {
    SplitMix64 random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
    EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(RandomTest, XoshiroGivesThePublishedNumbers) {
    Random random(std::array<std::uint64_t, 4>{1, 2, 3, 4});
    EXPECT_EQ(random.next(), 41943041U);
    EXPECT_EQ(random.next(), 58720359U);
    EXPECT_EQ(random.next(), 3588806011781223U);
    EXPECT_EQ(random.next(), 3591011842654386U);
}

TEST(RandomTest, UniformsFillTheUnitInterval) {
    Random random(1);
    double sum = 0;
    double least = 1;
    double most = 0;
    constexpr int draws = 100'000;
    for (int i = 0; i < draws; ++i) {
        const double u = random.uniform();
        sum += u;
        least = std::min(least, u);
        most = std::max(most, u);
    }
    EXPECT_NEAR(sum / draws, 0.5, 0.005);
    EXPECT_GE(least, 0.0);
    EXPECT_LT(most, 1.0);
    EXPECT_LT(least, 0.001);
    EXPECT_GT(most, 0.999);
}

TEST(RandomTest, GaussiansHaveMeanZeroAndVarianceOne) {
    Random random(2);
    double sum = 0;
    double squares = 0;
    int beyond_two = 0;
    constexpr int draws = 100'000;
    for (int i = 0; i < draws; ++i) {
        const double g = random.gaussian();
        sum += g;
        squares += g * g;
        beyond_two += std::abs(g) > 2 ? 1 : 0;
        ASSERT_LE(std::abs(g), 6.0);
    }
    EXPECT_NEAR(sum / draws, 0.0, 0.02);
    EXPECT_NEAR(squares / draws, 1.0, 0.02);
    EXPECT_NEAR(static_cast<double>(beyond_two) / draws, 0.0455, 0.004);
}

}  // namespace tapedeck::synthetic
