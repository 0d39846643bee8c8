#include "research/whatif/stretches.h"

#include <gtest/gtest.h>

#include <vector>

namespace tapedeck::research {
namespace {

using Run = Stretches::Run;

struct Compared {
    std::vector<Stretches::Difference> differences;
    Stretches stretches;

    Compared(const std::vector<Run>& a, const std::vector<Run>& b) {
        const auto listen = [this](const auto& difference) { differences.push_back(difference); };
        for (const auto& run : a) stretches.add_a(run, listen);
        for (const auto& run : b) stretches.add_b(run, listen);
        stretches.finish(listen);
    }
};

TEST(StretchesTest, ARunThatIsCutElsewhereIsNoDifference) {
    const Compared compared(
        {{1, 40, "no_signal", 40}, {41, 60, "no_signal", 20}},
        {{1, 10, "no_signal", 10}, {12, 55, "no_signal", 45}, {56, 60, "no_signal", 5}});
    EXPECT_TRUE(compared.differences.empty());
    EXPECT_EQ(compared.stretches.count_a(), 60U);
    EXPECT_EQ(compared.stretches.count_b(), 60U);
    EXPECT_EQ(compared.stretches.equal(), 60U);
}

TEST(StretchesTest, NamesTheInputsThatAreJudgedOtherwise) {
    const Compared compared(
        {{1, 40, "no_signal", 40}, {41, 41, "signal", 1}, {42, 60, "no_signal", 19}},
        {{1, 60, "no_signal", 60}});
    ASSERT_EQ(compared.differences.size(), 1U);
    EXPECT_EQ(compared.differences[0].first, 41);
    EXPECT_EQ(compared.differences[0].last, 41);
    EXPECT_EQ(compared.differences[0].a, "signal");
    EXPECT_EQ(compared.differences[0].b, "no_signal");
    EXPECT_FALSE(compared.differences[0].count) << "a part of a run";
    EXPECT_EQ(compared.stretches.equal(), 59U);
}

TEST(StretchesTest, NeighboursThatDifferInTheSameWayAreOne) {
    const Compared compared(
        {{1, 10, "a", 10}, {11, 20, "a", 10}}, {{1, 10, "b", 10}, {11, 20, "b", 10}});
    ASSERT_EQ(compared.differences.size(), 1U);
    EXPECT_EQ(compared.differences[0].first, 1);
    EXPECT_EQ(compared.differences[0].last, 20);
    EXPECT_EQ(compared.differences[0].count, 20U);
    EXPECT_EQ(compared.stretches.equal(), 0U);
}

TEST(StretchesTest, AnInputThatOneSideDidNotJudgeIsADifference) {
    const Compared compared({{10, 10, "a", 1}, {20, 20, "a", 1}}, {{20, 20, "a", 1}});
    ASSERT_EQ(compared.differences.size(), 1U);
    EXPECT_EQ(compared.differences[0].a, "a");
    EXPECT_EQ(compared.differences[0].b, "");
    EXPECT_EQ(compared.differences[0].first, 10);
}

TEST(StretchesTest, WhatIsStillOpenOnOneSideAtTheEndIsNotCompared) {
    const Compared compared({{1, 10, "a", 10}, {11, 20, "b", 10}}, {{1, 10, "a", 10}});
    EXPECT_TRUE(compared.differences.empty()) << "its run is not told yet";
    const Compared never({{1, 10, "a", 10}, {11, 20, "b", 10}}, {});
    ASSERT_EQ(never.differences.size(), 2U);
    EXPECT_EQ(never.differences[1].count, 10U);
}

}  // namespace
}  // namespace tapedeck::research
