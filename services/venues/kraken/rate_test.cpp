#include "venues/kraken/rate.h"

#include <gtest/gtest.h>

#include <random>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using enum EngineAction;

constexpr Time kStart = Time(1700000000s);
constexpr std::string_view kPair = "BTC/USD";

Decimal dec(const char* text) {
    return Decimal::parse(text).value();
}

TEST(DecayingCounterTest, DecaysWithTimeAndNotBelowNothing) {
    DecayingCounter counter(dec("20"), dec("0.5"));
    counter.add(dec("3"), kStart);
    EXPECT_EQ(counter.level(kStart), dec("3"));
    EXPECT_EQ(counter.level(kStart + 1s), dec("2.5"));
    EXPECT_EQ(counter.level(kStart + 1ms), dec("2.9995"));
    EXPECT_EQ(counter.level(kStart + 7s), dec("0"));
    EXPECT_EQ(counter.level(kStart + 10000h), dec("0"));
    counter.add(dec("1"), kStart + 4s);
    EXPECT_EQ(counter.level(kStart + 4s), dec("2"));
}

TEST(DecayingCounterTest, AClockThatGoesBackDecaysNothing) {
    DecayingCounter counter(dec("20"), dec("1"));
    counter.add(dec("5"), kStart);
    counter.add(dec("5"), kStart - 1h);
    EXPECT_EQ(counter.level(kStart - 1h), dec("10"));
    EXPECT_EQ(counter.level(kStart), dec("10"));
    EXPECT_EQ(counter.level(kStart + 1s), dec("9"));
}

TEST(DecayingCounterTest, TheWaitIsLongEnoughAndNotLonger) {
    constexpr unsigned kSeed = 20261121;
    std::mt19937_64 random(kSeed);
    for (const auto* decay : {"0.33", "0.5", "1", "2.34", "3.75"}) {
        DecayingCounter counter(dec("20"), dec(decay));
        Time now = kStart;
        for (int i = 0; i < 2000; ++i) {
            const auto points = Decimal::from_integer(static_cast<std::int64_t>(random() % 5));
            const auto wait = counter.wait(points, now);
            ASSERT_TRUE(counter.has_room(points, now + wait)) << decay << " seed " << kSeed;
            ASSERT_EQ(counter.has_room(points, now), wait == 0ns) << decay << " seed " << kSeed;
            if (wait > 1ns) {
                ASSERT_FALSE(counter.has_room(points, now + wait - 2ns)) << decay;
            }
            now += wait;
            counter.add(points, now);
            now += Duration(static_cast<std::int64_t>(random() % 3'000'000'000));
        }
    }
}

TEST(DecayingCounterTest, WhatNeverFitsWaitsForAnEmptyCounter) {
    DecayingCounter counter(dec("20"), dec("1"));
    EXPECT_FALSE(counter.has_room(dec("21"), kStart));
    EXPECT_EQ(counter.wait(dec("21"), kStart), 0s);
    counter.add(dec("4"), kStart);
    EXPECT_EQ(counter.wait(dec("21"), kStart), 4s);
}

TEST(RestLimiterTest, CountsWhatEachCallCosts) {
    EXPECT_EQ(rest_cost("AddOrder"), RestCost::Order);
    EXPECT_EQ(rest_cost("CancelOrder"), RestCost::Order);
    EXPECT_EQ(rest_cost("AmendOrder"), RestCost::Order);
    EXPECT_EQ(rest_cost("BalanceEx"), RestCost::Plain);
    EXPECT_EQ(rest_cost("OpenOrders"), RestCost::Plain);
    EXPECT_EQ(rest_cost("GetWebSocketsToken"), RestCost::Plain);
    EXPECT_EQ(rest_cost("TradesHistory"), RestCost::History);
    EXPECT_EQ(rest_cost("ClosedOrders"), RestCost::History) << "if in doubt, the dearer";
    RestLimiter limiter(Tier::Pro);
    limiter.sent(RestCost::History, kStart);
    limiter.sent(RestCost::Plain, kStart);
    limiter.sent(RestCost::Order, kStart);
    EXPECT_EQ(limiter.level(kStart), dec("5"));
    EXPECT_EQ(limiter.level(kStart + 2s), dec("3"));
}

TEST(RestLimiterTest, StaysWithinTheMaximumOfTheTier) {
    const auto burst = [](Tier tier) {
        RestLimiter limiter(tier);
        int sent = 0;
        for (; limiter.may_send(RestCost::Plain, kStart); ++sent) {
            limiter.sent(RestCost::Plain, kStart);
        }
        EXPECT_TRUE(limiter.may_send(RestCost::Order, kStart)) << "the engine counts those";
        EXPECT_EQ(limiter.wait(RestCost::Order, kStart), 0s);
        return std::make_pair(sent, limiter.wait(RestCost::Plain, kStart));
    };
    EXPECT_EQ(burst(Tier::Starter), std::make_pair(15, Duration(3030303031)));
    EXPECT_EQ(burst(Tier::Intermediate), std::make_pair(20, Duration(2s)));
    EXPECT_EQ(burst(Tier::Pro), std::make_pair(20, Duration(1s)));
}

TEST(RestLimiterTest, BelievesTheVenueThatTheLimitIsExceeded) {
    RestLimiter limiter(Tier::Pro);
    EXPECT_TRUE(limiter.may_send(RestCost::Plain, kStart));
    limiter.exceeded(kStart);
    EXPECT_FALSE(limiter.may_send(RestCost::Plain, kStart));
    EXPECT_EQ(limiter.wait(RestCost::History, kStart), 4s);
}

/// The table of Kraken's page, cell by cell.
TEST(ConnectLimiterTest, AHandfulAtOnceAndInTenMinutesLessThanHalfOfWhatIsBanned) {
    ConnectLimiter limiter;
    int at_once = 0;
    for (; limiter.wait(1h) == 0s; ++at_once) limiter.attempted(1h);
    EXPECT_EQ(at_once, 12);
    int attempts = at_once;
    for (Duration now = 1h; now < 1h + 10min; now += 1s) {
        if (limiter.wait(now) > 0s) continue;
        limiter.attempted(now);
        ++attempts;
    }
    EXPECT_GE(attempts, 60);
    EXPECT_LT(attempts, 75);
    EXPECT_EQ(limiter.wait(3h), 0s);
}

TEST(EngineLimiterTest, ChargesByTheAgeOfTheOrder) {
    struct Row {
        Duration age;
        int amend;
        int edit;
        int cancel;
    };

    for (const auto& row : std::vector<Row>{
             {0s, 4, 7, 8},
             {4999ms, 4, 7, 8},
             {5s, 3, 6, 6},
             {9999ms, 3, 6, 6},
             {10s, 2, 5, 5},
             {15s, 1, 3, 4},
             {44s, 1, 3, 4},
             {45s, 1, 2, 2},
             {90s, 1, 1, 1},
             {299s, 1, 1, 1},
             {300s, 1, 1, 0},
             {24h, 1, 1, 0}}) {
        const auto points = [&](EngineAction action) {
            return engine_cost(action, row.age).to_string();
        };
        EXPECT_EQ(points(Amend), std::to_string(row.amend)) << row.age.count();
        EXPECT_EQ(points(Edit), std::to_string(row.edit)) << row.age.count();
        EXPECT_EQ(points(Cancel), std::to_string(row.cancel)) << row.age.count();
        EXPECT_EQ(points(Add), "1");
    }
}

TEST(EngineLimiterTest, AgreesWithKrakensExamples) {
    // Add, amend after 7 s, cancel 36 s after that: 1 + (1 + 2) + 4, before any decay.
    const auto total = engine_cost(Add, 0s) + engine_cost(Amend, 7s) + engine_cost(Cancel, 36s);
    EXPECT_EQ(total, dec("8"));
    // Intermediate: 50 adds at once, then 10 s of nothing.
    EngineLimiter limiter(Tier::Intermediate);
    for (int i = 0; i < 50; ++i) limiter.sent(kPair, Add, 0s, kStart);
    EXPECT_EQ(limiter.level(kPair, kStart + 10s), dec("26.6"));
}

TEST(EngineLimiterTest, EachPairHasItsOwnCounter) {
    EngineLimiter limiter(Tier::Starter);
    while (limiter.may_send(kPair, Add, 0s, kStart)) limiter.sent(kPair, Add, 0s, kStart);
    EXPECT_TRUE(limiter.may_send("ETH/USD", Add, 0s, kStart));
    EXPECT_EQ(limiter.level("ETH/USD", kStart), dec("0"));
}

TEST(EngineLimiterTest, ACancelHasRoomWhenNothingElseHas) {
    for (const auto tier : {Tier::Starter, Tier::Intermediate, Tier::Pro}) {
        EngineLimiter limiter(tier);
        while (limiter.may_send(kPair, Add, 0s, kStart)) limiter.sent(kPair, Add, 0s, kStart);
        EXPECT_FALSE(limiter.may_send(kPair, Amend, 1h, kStart));
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(limiter.may_send(kPair, Cancel, 0s, kStart)) << i;
            limiter.sent(kPair, Cancel, 0s, kStart);
        }
        EXPECT_FALSE(limiter.may_send(kPair, Cancel, 0s, kStart));
        EXPECT_TRUE(limiter.may_send(kPair, Cancel, 300s, kStart)) << "costs nothing";
        const auto wait = limiter.wait(kPair, Cancel, 0s, kStart);
        EXPECT_TRUE(limiter.may_send(kPair, Cancel, 0s, kStart + wait));
    }
}

TEST(EngineLimiterTest, ABatchCostsHalf) {
    EngineLimiter limiter(Tier::Starter);
    limiter.sent_batch(kPair, 15, kStart);
    EXPECT_EQ(limiter.level(kPair, kStart), dec("7.5"));
    int batches = 1;
    for (; limiter.may_send_batch(kPair, 15, kStart); ++batches) {
        limiter.sent_batch(kPair, 15, kStart);
    }
    EXPECT_EQ(batches, 4) << "36 of 60 are for others than cancels";
}

TEST(EngineLimiterTest, BelievesTheVenue) {
    EngineLimiter limiter(Tier::Intermediate);
    limiter.exceeded(kPair, kStart);
    EXPECT_FALSE(limiter.may_send(kPair, Cancel, 0s, kStart));
    EXPECT_FALSE(limiter.may_send(kPair, Add, 0s, kStart + 1s));
    limiter.set_max(dec("180"));
    EXPECT_TRUE(limiter.may_send(kPair, Cancel, 0s, kStart)) << "maxratecount of the ack";
    EXPECT_EQ(limiter.open_orders_max(), 80U);
    EXPECT_EQ(EngineLimiter(Tier::Pro).open_orders_max(), 225U);
}

}  // namespace
}  // namespace tapedeck::kraken
