#include "net/backoff.h"

#include <gtest/gtest.h>

namespace tapedeck::net {
namespace {

using namespace std::chrono_literals;

TEST(BackoffTest, DoublesUpToTheLimitWithinHalfAndWhole) {
    Backoff backoff({100ms, 1s}, 7);
    for (const Duration whole : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        const Duration wait = backoff.next();
        EXPECT_GE(wait, whole / 2);
        EXPECT_LE(wait, whole);
    }
    backoff.reset();
    EXPECT_LE(backoff.next(), 100ms);
}

TEST(BackoffTest, TwoSeedsWaitDifferently) {
    EXPECT_NE(Backoff({1s, 10s}, 1).next(), Backoff({1s, 10s}, 2).next());
}

}  // namespace
}  // namespace tapedeck::net
