#include "net/breaker.h"

#include <gtest/gtest.h>

namespace tapedeck::net {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

constexpr Breaker::Limits kLimits{.failures_max = 3, .pause = 10s, .probe_timeout = 20s};

Breaker opened_at(Duration now) {
    Breaker breaker(kLimits);
    for (int i = 0; i < 3; ++i) breaker.failed(now);
    return breaker;
}

TEST(BreakerTest, LetsEverythingPassWhileItIsClosed) {
    Breaker breaker(kLimits);
    EXPECT_EQ(breaker.state(0s), State::Closed);
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(breaker.may_pass(0s));
        breaker.sent(0s);
    }
}

TEST(BreakerTest, OpensAfterSoManyFailuresInARow) {
    Breaker breaker(kLimits);
    breaker.failed(1s);
    breaker.failed(2s);
    EXPECT_TRUE(breaker.may_pass(2s));
    breaker.failed(3s);
    EXPECT_EQ(breaker.state(3s), State::Open);
    EXPECT_FALSE(breaker.may_pass(12s));
}

TEST(BreakerTest, OneAnswerBetweenFailuresStartsTheCountAnew) {
    Breaker breaker(kLimits);
    breaker.failed(1s);
    breaker.failed(2s);
    breaker.succeeded();
    breaker.failed(3s);
    breaker.failed(4s);
    EXPECT_EQ(breaker.state(4s), State::Closed);
    EXPECT_EQ(breaker.failures(), 2U);
}

TEST(BreakerTest, LetsOneProbePassAfterThePause) {
    Breaker breaker = opened_at(0s);
    EXPECT_FALSE(breaker.may_pass(9s));
    EXPECT_EQ(breaker.state(10s), State::HalfOpen);
    EXPECT_TRUE(breaker.may_pass(10s));
    breaker.sent(10s);
    EXPECT_FALSE(breaker.may_pass(11s));
}

TEST(BreakerTest, AProbeThatIsAnsweredClosesIt) {
    Breaker breaker = opened_at(0s);
    breaker.sent(10s);
    breaker.succeeded();
    EXPECT_EQ(breaker.state(11s), State::Closed);
    EXPECT_TRUE(breaker.may_pass(11s));
    breaker.failed(11s);
    EXPECT_EQ(breaker.state(11s), State::Closed);
}

TEST(BreakerTest, AProbeThatFailsOpensItForAnotherPause) {
    Breaker breaker = opened_at(0s);
    breaker.sent(10s);
    breaker.failed(12s);
    EXPECT_FALSE(breaker.may_pass(21s));
    EXPECT_TRUE(breaker.may_pass(22s));
}

TEST(BreakerTest, ALostProbeDoesNotShutItForEver) {
    Breaker breaker = opened_at(0s);
    breaker.sent(10s);
    EXPECT_FALSE(breaker.may_pass(29s));
    EXPECT_TRUE(breaker.may_pass(30s));
}

TEST(BreakerTest, AFailureOfWhatWasUnderWayExtendsThePause) {
    Breaker breaker = opened_at(0s);
    breaker.failed(5s);
    EXPECT_FALSE(breaker.may_pass(14s));
    EXPECT_TRUE(breaker.may_pass(15s));
}

}  // namespace
}  // namespace tapedeck::net
