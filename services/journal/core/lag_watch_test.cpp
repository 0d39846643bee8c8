#include "journal/core/lag_watch.h"

#include <gtest/gtest.h>

namespace tapedeck::journal {
namespace {

using namespace std::chrono_literals;

const Time kStart = time_from_ns(1'000'000'000'000);

/// A tape of `seconds` frames of ten records, one a second.
LagWatch tape(int seconds, LagWatch::Limits limits = {100, 2s}) {
    LagWatch watch(limits);
    for (int i = 1; i <= seconds; ++i) {
        watch.committed(10 * static_cast<std::uint64_t>(i), kStart + i * 1s);
    }
    return watch;
}

TEST(LagWatchTest, WhoHasDecidedOnEverythingIsNotBehind) {
    const Lag lag = tape(5).of(50, kStart + 1h);
    EXPECT_EQ(lag.records, 0U);
    EXPECT_EQ(lag.age, 0s);
    EXPECT_EQ(LagWatch({1, 1s}).of(0, kStart).records, 0U);
}

TEST(LagWatchTest, TheAgeIsThatOfTheOldestUndecidedRecord) {
    const LagWatch watch = tape(5);
    EXPECT_EQ(watch.of(40, kStart + 5s).records, 10U);
    EXPECT_EQ(watch.of(40, kStart + 5s).age, 0s);
    EXPECT_EQ(watch.of(39, kStart + 5s).age, 1s);
    EXPECT_EQ(watch.of(0, kStart + 6s).age, 5s);
}

TEST(LagWatchTest, FramesInQuickSuccessionCountFromTheFirstOfThem) {
    LagWatch watch({100, 2s});
    for (std::uint64_t i = 1; i <= 10'000; ++i) {
        watch.committed(i, kStart + static_cast<std::int64_t>(i) * 1ms);
    }
    EXPECT_EQ(watch.of(9'000, kStart + 10s).records, 1'000U);
    EXPECT_GE(watch.of(9'000, kStart + 10s).age, 999ms);
    EXPECT_LE(watch.of(9'000, kStart + 10s).age, 1010ms);
}

TEST(LagWatchTest, WhatIsOlderThanItsMemoryIsAsOldAsThat) {
    const LagWatch watch = tape(1000);
    EXPECT_GE(watch.of(0, kStart + 1000s).age, 2min);
    EXPECT_EQ(watch.of(0, kStart + 1000s).records, 10'000U);
}

TEST(LagWatchTest, EitherLimitIsEnoughAndZeroIsNone) {
    EXPECT_TRUE(tape(1).is_lagging({101, 0s}));
    EXPECT_FALSE(tape(1).is_lagging({100, 2s}));
    EXPECT_TRUE(tape(1).is_lagging({1, 2001ms}));
    EXPECT_FALSE(tape(1, {0, 0s}).is_lagging({1'000'000, 1h}));
}

TEST(LagWatchTest, WhoWasBehindIsBackBelowHalfOfTheLimits) {
    EXPECT_FALSE(tape(1).has_caught_up({51, 0s}));
    EXPECT_FALSE(tape(1).has_caught_up({50, 1001ms}));
    EXPECT_TRUE(tape(1).has_caught_up({50, 1s}));
}

}  // namespace
}  // namespace tapedeck::journal
