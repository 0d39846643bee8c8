#include "market-data/core/pace.h"

#include <gtest/gtest.h>

namespace tapedeck::market_data {

namespace {

using namespace std::chrono_literals;

constexpr Time kStart = time_from_ns(1'700'000'000'000'000'000);

}  // namespace

TEST(SpeedTest, ReadsWhatItWrites) {
    for (const auto* text : {"max", "1", "60", "0.5", "1000000", "0.001"}) {
        EXPECT_EQ(Speed::parse(text).value().to_string(), text);
    }
}

TEST(SpeedTest, RefusesWhatIsNoSpeed) {
    for (const auto* text : {"", "0", "-1", "fast", "1x", "0.0009", "1000001", "1e3"}) {
        EXPECT_FALSE(Speed::parse(text)) << text;
    }
}

TEST(PaceTest, WaitsUntilAStepIsDue) {
    Pace pace(Speed::parse("60").value());
    EXPECT_EQ(pace.wait(kStart, 100s), 0s) << "the first step is due at once";
    EXPECT_EQ(pace.wait(kStart + 60s, 100s), 1s);
    EXPECT_EQ(pace.wait(kStart + 60s, 100s + 400ms), 600ms);
    EXPECT_EQ(pace.wait(kStart + 60s, 102s), 0s) << "late: at once";
    EXPECT_EQ(pace.wait(kStart + 240s, 102s), 2s) << "but the schedule stands";
}

TEST(PaceTest, NeverWaitsAtMax) {
    Pace pace(Speed::parse("max").value());
    pace.wait(kStart, 0s);
    EXPECT_EQ(pace.wait(kStart + 24h, 0s), 0s);
}

TEST(PaceTest, DoesNotMakeUpForALongStall) {
    Pace pace(Speed::parse("1").value());
    pace.wait(kStart, 0s);
    EXPECT_EQ(pace.wait(kStart + 1s, 8h), 0s);
    EXPECT_EQ(pace.wait(kStart + 2s, 8h), 1s);
}

TEST(PaceTest, ALongHoleInTheDataDoesNotOverflow) {
    Pace pace(Speed::parse("0.001").value());
    pace.wait(time_from_ns(0), 0s);
    EXPECT_GT(pace.wait(kStart, 0s), std::chrono::hours(24 * 365 * 200));
}

}  // namespace tapedeck::market_data
