#include "research/sweep/luck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tapedeck::research {
namespace {

using ::testing::HasSubstr;

/// A year of days with a good mean.
std::vector<double> good_days() {
    std::vector<double> returns;
    for (int day = 0; day < 365; ++day) returns.push_back(day % 3 == 0 ? -0.01 : 0.0075);
    return returns;
}

TEST(LuckTest, TheSameBestIsWorthLessAmongMoreTrials) {
    const auto days = good_days();
    const std::vector<double> few{2.3, 0.4, -0.6, 0.2};
    std::vector<double> many = few;
    for (int i = 0; i < 50; ++i) many.insert(many.end(), {2.0, -2.0, 0.0, 1.2});
    const Luck among_few = judge_luck(days, few, few.size());
    const Luck among_many = judge_luck(days, many, many.size());
    ASSERT_TRUE(among_few.deflated) << among_few.missing;
    ASSERT_TRUE(among_many.deflated) << among_many.missing;
    EXPECT_EQ(among_many.trials, 204U);
    EXPECT_GT(among_many.benchmark, among_few.benchmark);
    EXPECT_GT(*among_few.deflated, *among_many.deflated);
}

TEST(LuckTest, OneTrialIsHeldAgainstZero) {
    const Luck luck = judge_luck(good_days(), {2.3}, 1);
    EXPECT_EQ(luck.benchmark, 0);
    ASSERT_TRUE(luck.deflated);
    EXPECT_GT(*luck.deflated, 0.9);
    EXPECT_THAT(describe(luck), HasSubstr("One set was tried"));
}

TEST(LuckTest, WhatCannotBeToldSaysWhy) {
    EXPECT_THAT(describe(judge_luck(good_days(), {1.0}, 3)), HasSubstr("fewer than two sets"));
    const Luck flat = judge_luck(std::vector<double>(40, 0.0), {1.0, 0.5}, 2);
    EXPECT_FALSE(flat.deflated);
    EXPECT_FALSE(flat.missing.empty());
}

TEST(LuckTest, SaysInPlainWordsWhatItIs) {
    Luck luck;
    luck.trials = 60;
    luck.benchmark = 1.91;
    luck.deflated = 0.7;
    EXPECT_THAT(describe(luck), HasSubstr("best of 60 worthless sets"));
    EXPECT_THAT(describe(luck), HasSubstr("Sharpe ratio of 1.91 by luck"));
    EXPECT_THAT(describe(luck), HasSubstr("not distinguishable from luck"));
    luck.deflated = 0.96;
    EXPECT_THAT(describe(luck), HasSubstr("It is distinguishable from luck"));
}

}  // namespace
}  // namespace tapedeck::research
