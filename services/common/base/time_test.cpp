#include "base/time.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace tapedeck {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(TimeTest, PrintsTrimmedToMillisecondsMicrosecondsOrNanoseconds) {
    const Time noon = time_from_ns(1'795'176'300 * kSecond);
    EXPECT_EQ(to_string(noon), "2026-11-20T12:05:00.000Z");
    EXPECT_EQ(to_string(noon + 415ms), "2026-11-20T12:05:00.415Z");
    EXPECT_EQ(to_string(noon + 1us), "2026-11-20T12:05:00.000001Z");
    EXPECT_EQ(to_string(noon + 1ns), "2026-11-20T12:05:00.000000001Z");
    EXPECT_EQ(to_string(noon + 415'000'100ns), "2026-11-20T12:05:00.415000100Z");
    EXPECT_EQ(to_string(Time{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_string(Time{} - 1ns), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimeTest, PrintsTheWholeRangeOfTime) {
    // Any 64 bits may come from a tape.
    EXPECT_EQ(to_string(Time::min()), "1677-09-21T00:12:43.145224192Z");
    EXPECT_EQ(to_string(Time::max()), "2262-04-11T23:47:16.854775807Z");
}

TEST(TimeTest, ReadsRfc3339InUtc) {
    const Time noon = time_from_ns(1'795'176'300 * kSecond);
    const std::vector<std::pair<std::string, Time>> cases = {
        {"2026-11-20T12:05:00Z", noon},
        {"2026-11-20T12:05Z", noon},
        {"2026-11-20 12:05", noon},
        {"2026-11-20 12:05:00.000Z", noon},
        {"2026-11-20T12:05:00.4Z", noon + 400ms},
        {"2026-11-20T12:05:00.415Z", noon + 415ms},
        {"2026-11-20T12:05:00.000000001Z", noon + 1ns},
        {"2026-11-20", noon - 12h - 5min},
        {"1970-01-01", Time{}},
        {"1969-12-31T23:59:59.999999999Z", Time{} - 1ns},
        {"2024-02-29T23:59:59Z", time_from_ns(1'709'251'199 * kSecond)},
    };
    for (const auto& [text, expected] : cases) {
        const auto time = parse_time(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(*time, expected) << text;
    }
}

TEST(TimeTest, RefusesWhatIsNoTimeAndSaysHowToWriteOne) {
    for (const char* text :
         {"",
          "now",
          "2026",
          "2026-11",
          "2026-11-",
          "2026-11-2",
          "2026-13-01",
          "2026-00-10",
          "2026-02-29",
          "2026-11-31",
          "2026-11-20T",
          "2026-11-20Z",
          "2026-11-20T12",
          "2026-11-20T24:00Z",
          "2026-11-20T12:60Z",
          "2026-11-20T12:05:60Z",
          "2026-11-20T12:05:00.",
          "2026-11-20T12:05:00.Z",
          "2026-11-20T12:05:00.0000000001Z",
          "2026-11-20T12:05:00+01:00",
          "2026-11-20T12:05:00ZZ",
          "2026-11-20T12:05:00Z ",
          " 2026-11-20",
          "2026-11-20T-1:05Z",
          "2026-11-20T-0:05Z",
          "2026-11-20T12:-0Z",
          "2026-11-20T+1:05Z",
          "2026/11/20",
          "20261120",
          "-026-11-20",
          "1677-12-31",
          "2262-01-01"}) {
        const auto time = parse_time(text);
        ASSERT_FALSE(time) << text;
        EXPECT_NE(time.error().message.find(text), std::string::npos) << text;
        EXPECT_NE(time.error().message.find("2026-11-20T12:05:00Z"), std::string::npos);
        EXPECT_EQ(time.error().exit_code, ExitCode::Usage);
    }
}

TEST(TimeTest, ReadsBackWhatItPrints) {
    std::mt19937_64 random(3);
    const std::int64_t first = to_ns(parse_time("1678-01-01").value());
    const std::int64_t last = to_ns(parse_time("2261-12-31T23:59:59Z").value());
    std::uniform_int_distribution<std::int64_t> any(first, last);
    constexpr std::array<std::int64_t, 4> kGrains{1, 1'000, 1'000'000, kSecond};
    for (std::size_t i = 0; i < 10'000; ++i) {
        const std::int64_t grain = kGrains[i % 4];
        const Time time = time_from_ns(any(random) / grain * grain);
        ASSERT_EQ(parse_time(to_string(time)).value(), time) << to_string(time);
    }
}

TEST(TimeTest, CountsUtcDaysDownBefore1970) {
    EXPECT_EQ(utc_day(Time{}), 0);
    EXPECT_EQ(utc_day(Time{} + 24h), 1);
    EXPECT_EQ(utc_day(Time{} + 24h - 1ns), 0);
    EXPECT_EQ(utc_day(Time{} - 1ns), -1);
    EXPECT_EQ(utc_day(Time::min()), -106'752);
}

TEST(DurationTest, ReadsUnitsAndTheirSums) {
    const std::vector<std::pair<std::string, Duration>> cases = {
        {"250ms", 250ms},
        {"5s", 5s},
        {"1m", 1min},
        {"1h", 1h},
        {"2d", 48h},
        {"1h30m", 90min},
        {"90s", 90s},
        {"1d2h3m4s5ms6us7ns", 26h + 3min + 4s + 5ms + 6us + 7ns},
        {"0s", 0ns},
        {"007s", 7s},
    };
    for (const auto& [text, expected] : cases) {
        const auto duration = parse_duration(text);
        ASSERT_TRUE(duration) << text;
        EXPECT_EQ(*duration, expected) << text;
    }
}

TEST(DurationTest, RefusesWhatIsNoDurationAndSaysHowToWriteOne) {
    for (const char* text :
         {"",
          "5",
          "s",
          "5 s",
          " 5s",
          "5s ",
          "-5s",
          "-0s",
          "1h-0m",
          "+5s",
          "1.5s",
          "5x",
          "5S",
          "5sec",
          "1h30",
          "1e3s",
          "9223372036854775808ns",
          "99999999999999999999s",
          "106752d",
          "106751d23h47m16s854ms775us808ns"}) {
        const auto duration = parse_duration(text);
        ASSERT_FALSE(duration) << text;
        EXPECT_NE(duration.error().message.find("1h30m"), std::string::npos) << text;
        EXPECT_EQ(duration.error().exit_code, ExitCode::Usage);
    }
    EXPECT_NE(parse_duration("5").error().message.find("no unit"), std::string::npos);
    EXPECT_NE(parse_duration("106752d").error().message.find("too long"), std::string::npos);
    EXPECT_NE(
        parse_duration("99999999999999999999s").error().message.find("too long"),
        std::string::npos);
}

TEST(DurationTest, PrintsTheShortestSpelling) {
    EXPECT_EQ(to_string(Duration(90s)), "1m30s");
    EXPECT_EQ(to_string(Duration(250ms)), "250ms");
    EXPECT_EQ(to_string(Duration(0s)), "0s");
    EXPECT_EQ(to_string(Duration(36h)), "1d12h");
    EXPECT_EQ(to_string(Duration(-90s)), "-1m30s");
    EXPECT_EQ(to_string(Duration::max()), "106751d23h47m16s854ms775us807ns");
    EXPECT_FALSE(to_string(Duration::min()).empty());
}

TEST(DurationTest, ReadsBackWhatItPrints) {
    std::mt19937_64 random(5);
    for (int i = 0; i < 10'000; ++i) {
        const Duration duration(static_cast<std::int64_t>(random() >> (1 + random() % 63)));
        ASSERT_EQ(parse_duration(to_string(duration)).value(), duration) << to_string(duration);
    }
    EXPECT_EQ(parse_duration(to_string(Duration::max())).value(), Duration::max());
}

}  // namespace
}  // namespace tapedeck
