#include "ops/health.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tapedeck::ops {
namespace {

using namespace std::chrono_literals;

class TurnedClock final : public Clock {
public:
    Time wall() const override { return {}; }

    Duration monotonic() const override { return now; }

    Duration now = 100s;
};

class HealthTest : public ::testing::Test {
protected:
    nlohmann::json ask(const std::string& path, unsigned status) {
        const auto answer = health_.answer(path);
        EXPECT_EQ(answer.status, status) << answer.body;
        return nlohmann::json::parse(answer.body);
    }

    void turn(std::uint64_t decided, std::uint64_t end, std::string problem = "") {
        vitals_.turned(clock_.now);
        vitals_.follow(clock_.now, {decided, decided, end, true, std::move(problem)});
    }

    TurnedClock clock_;
    Vitals vitals_;
    Health health_{
        "risk", {.stuck_after = 10s, .lag_records = 100, .lag_age = 5s}, clock_, vitals_};
};

TEST_F(HealthTest, BeforeItsLoopTurnsItIsLiveAndNotReady) {
    clock_.now += 1h;  // a long tape to open
    EXPECT_EQ(ask("/livez", 200)["live"], true);
    EXPECT_EQ(ask("/readyz", 503)["reason"], "starting");
    EXPECT_EQ(ask("/status", 200)["turned_seconds_ago"], nullptr);
}

TEST_F(HealthTest, WhoIsUpWithTheTapeIsReady) {
    turn(10, 10);
    EXPECT_EQ(ask("/livez", 200)["live"], true);
    EXPECT_EQ(ask("/readyz", 200)["ready"], true);
}

TEST_F(HealthTest, AStuckLoopIsNoticed) {
    turn(10, 10);
    clock_.now += 10s;
    ask("/livez", 200);
    clock_.now += 100ms;
    EXPECT_EQ(ask("/livez", 503)["reason"], "the loop has not turned for 10.1 s");
    EXPECT_EQ(ask("/readyz", 503)["reason"], "the loop has not turned for 10.1 s");
    EXPECT_EQ(ask("/status", 200)["live"], false);
}

TEST_F(HealthTest, WhoHasNotCaughtUpYetSaysHowFarItIs) {
    vitals_.turned(clock_.now);
    vitals_.follow(clock_.now, {3, 3, 10, false, ""});
    EXPECT_EQ(ask("/readyz", 503)["reason"], "catching up: 7 records to go");
}

TEST_F(HealthTest, TooManyRecordsBehindIsNotReady) {
    turn(10, 110);
    ask("/readyz", 200);
    turn(10, 111);
    EXPECT_EQ(ask("/readyz", 503)["reason"], "101 records behind, the limit is 100");
}

TEST_F(HealthTest, BehindForTooLongIsNotReadyHoweverLittle) {
    turn(10, 10);
    clock_.now += 5s;
    turn(10, 11);
    ask("/readyz", 200);
    clock_.now += 100ms;
    turn(11, 12);
    EXPECT_EQ(ask("/readyz", 503)["reason"], "behind for 5.1 s, the limit is 5.0 s");
    EXPECT_NEAR(ask("/status", 200)["lag_seconds"].get<double>(), 5.1, 1e-9);
    turn(12, 12);
    ask("/readyz", 200);
}

TEST_F(HealthTest, AProblemIsTheReason) {
    turn(10, 10, "the journal is silent");
    EXPECT_EQ(ask("/readyz", 503)["reason"], "the journal is silent");
    ask("/livez", 200);  // a restart would not help
}

TEST_F(HealthTest, TheStatusHasItAll) {
    turn(7, 10);
    clock_.now += 2s;
    const auto status = ask("/status", 200);
    EXPECT_EQ(status["service"], "risk");
    EXPECT_EQ(status["applied_seq"], 7);
    EXPECT_EQ(status["decided_seq"], 7);
    EXPECT_EQ(status["tape_end_seq"], 10);
    EXPECT_EQ(status["lag_records"], 3);
    EXPECT_EQ(status["uptime_seconds"], 2.0);
    EXPECT_GT(status["resident_bytes"], 1'000'000);
    EXPECT_NE(status["build"], "");
}

TEST_F(HealthTest, WhatIsNotThereIs404) {
    ask("/", 404);
}

}  // namespace
}  // namespace tapedeck::ops
