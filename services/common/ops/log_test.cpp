#include "ops/log.h"

#include "base/decimal.h"
#include "base/instrument.h"
#include "ops/secret.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace tapedeck::ops {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class HandClock final : public Clock {
public:
    Time wall() const override { return now; }

    Duration monotonic() const override { return now.time_since_epoch(); }

    Time now = parse_time("2026-11-20T12:05:00.205118Z").value();
};

class LogTest : public testing::Test {
protected:
    Log make(LogFormat format, LogLevel level = LogLevel::Trace) {
        Log::Options options;
        options.process = "execution";
        options.format = format;
        options.level = level;
        options.burst = 3;
        options.per_second = 1;
        options.output = [this](std::string_view line) { lines_.emplace_back(line); };
        return Log(std::move(options), clock_);
    }

    nlohmann::json last() const { return nlohmann::json::parse(lines_.back()); }

    HandClock clock_;
    std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesTheDocumentedFieldsInOrder) {
    Log log = make(LogFormat::Json);
    log.set_context("tape", "01J9");
    log.set_context("mode", "paper");
    log.info(
        "ORDER_SENT",
        "order sent",
        {{"seq", 48211886}, {"cause", 48211885U}, {"px", Decimal::parse("64210.50").value()}});
    EXPECT_THAT(
        lines_,
        ElementsAre(
            "{\"ts\":\"2026-11-20T12:05:00.205118Z\",\"lvl\":\"info\",\"proc\":\"execution\","
            "\"tape\":\"01J9\",\"mode\":\"paper\",\"code\":\"ORDER_SENT\","
            "\"msg\":\"order sent\",\"seq\":48211886,\"cause\":48211885,"
            "\"px\":\"64210.5\"}"));
}

TEST_F(LogTest, TheTimeAlwaysHasSixDigits) {
    clock_.now = parse_time("2026-11-20T12:05:00Z").value() + 999ns;
    Log log = make(LogFormat::Json);
    log.info("A", "a");
    EXPECT_EQ(last()["ts"], "2026-11-20T12:05:00.000000Z");
}

TEST_F(LogTest, EveryLineIsOneJsonObjectWhateverItHolds) {
    const std::vector<std::string> nasty{
        "quote \" backslash \\ slash /",
        "line\nbreak\r\ttab",
        std::string("nul\0byte", 8),
        "\x01\x1f\x7f",
        "caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x98\x80",
        "broken \xff\xfe utf-8 \xc3",
        "</script>",
        std::string(10'000, 'x'),
    };
    for (const auto& text : nasty) {
        Log log = make(LogFormat::Json);
        log.info("NASTY", text, {{"text", text}});
        EXPECT_THAT(lines_.back(), Not(HasSubstr("\n")));
        EXPECT_TRUE(last().is_object()) << text;
        EXPECT_EQ(last()["text"], last()["msg"]);
    }
    EXPECT_EQ(nlohmann::json::parse(lines_[0])["text"], nasty[0]);
    EXPECT_EQ(nlohmann::json::parse(lines_[2])["text"], nasty[2]);
    EXPECT_EQ(nlohmann::json::parse(lines_[5])["text"], "broken \uFFFD\uFFFD utf-8 \uFFFD");
}

TEST_F(LogTest, NumbersStayNumbersAndNotANumberIsText) {
    Log log = make(LogFormat::Json);
    log.info(
        "N",
        "n",
        {{"low", std::numeric_limits<std::int64_t>::min()},
         {"high", std::numeric_limits<std::uint64_t>::max()},
         {"ms", 1.5},
         {"nan", std::nan("")},
         {"ok", true},
         {"age", Duration(250ms)},
         {"on", Instrument::parse("kraken:BTC/EUR").value()}});
    EXPECT_THAT(lines_.back(), HasSubstr("\"low\":-9223372036854775808"));
    EXPECT_THAT(lines_.back(), HasSubstr("\"high\":18446744073709551615"));
    EXPECT_EQ(last()["ms"], 1.5);
    EXPECT_EQ(last()["nan"], "nan");
    EXPECT_EQ(last()["ok"], true);
    EXPECT_EQ(last()["age"], "250ms");
    EXPECT_EQ(last()["on"], "kraken:BTC/EUR");
}

TEST_F(LogTest, AFieldNeverOverwritesTheLinesOwn) {
    Log log = make(LogFormat::Json);
    log.info("A", "a", {{"ts", "yesterday"}, {"code", 5}});
    EXPECT_EQ(last()["ts"], "2026-11-20T12:05:00.205118Z");
    EXPECT_EQ(last()["ts_"], "yesterday");
    EXPECT_EQ(last()["code"], "A");
}

TEST_F(LogTest, ASecretPrintsAsStars) {
    for (const auto format : {LogFormat::Json, LogFormat::Console}) {
        Log log = make(format);
        log.info("KEY", "key loaded", {{"key", Secret("hunter2")}});
        EXPECT_THAT(lines_.back(), HasSubstr("***"));
        EXPECT_THAT(lines_.back(), Not(HasSubstr("hunter2")));
    }
}

TEST_F(LogTest, LinesBelowTheLevelAreNeitherWrittenNorCounted) {
    Log log = make(LogFormat::Json, LogLevel::Warn);
    log.info("A", "a");
    log.warn("B", "b");
    log.fatal("C", "c");
    EXPECT_EQ(lines_.size(), 2U);
    EXPECT_EQ(
        log.counts(),
        (std::map<LogLevel, std::uint64_t>{{LogLevel::Warn, 1}, {LogLevel::Fatal, 1}}));
    log.set_level(LogLevel::Info);
    log.info("A", "a");
    EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(LogTest, AFloodOfOneCodeIsCutAndCountedAndOthersAreNotTouched) {
    Log log = make(LogFormat::Json);
    for (int i = 0; i < 415; ++i) log.warn("FLOOD", "again");
    EXPECT_EQ(lines_.size(), 3U);
    log.info("OTHER", "calm");
    EXPECT_EQ(lines_.size(), 4U);
    clock_.now += 1s;
    log.warn("FLOOD", "again");
    ASSERT_EQ(lines_.size(), 5U);
    EXPECT_EQ(last()["suppressed"], 412);
    log.warn("FLOOD", "again");
    EXPECT_EQ(lines_.size(), 5U) << "one token a second";
    clock_.now += 1h;
    for (int i = 0; i < 10; ++i) log.warn("FLOOD", "again");
    EXPECT_EQ(lines_.size(), 8U) << "an hour fills the bucket to its brim, not beyond";
    EXPECT_EQ(nlohmann::json::parse(lines_[5])["suppressed"], 1);
    EXPECT_FALSE(nlohmann::json::parse(lines_[6]).contains("suppressed"));
}

TEST_F(LogTest, WhatWasSuppressedAtTheEndIsToldAtTheEnd) {
    {
        Log log = make(LogFormat::Json);
        for (int i = 0; i < 10; ++i) log.error("FLOOD", "again");
        EXPECT_EQ(lines_.size(), 3U);
    }
    ASSERT_EQ(lines_.size(), 4U);
    EXPECT_EQ(last()["code"], "FLOOD");
    EXPECT_EQ(last()["lvl"], "error");
    EXPECT_EQ(last()["suppressed"], 7);
}

TEST_F(LogTest, CodesThatACallerMakesUpDoNotGrowTheTableForEver) {
    Log log = make(LogFormat::Json);
    for (int i = 0; i < 2000; ++i) log.info("CODE_" + std::to_string(i), "x");
    EXPECT_EQ(lines_.size(), 1003U);
}

TEST_F(LogTest, AConsoleLineIsForPeople) {
    Log log = make(LogFormat::Console);
    log.warn(
        "FEED_STALE",
        "feed is\x1b[2J stale",
        {{"age", Duration(5s)}, {"venue", "kraken"}, {"why", "no data"}, {"n", 3}});
    EXPECT_EQ(
        lines_.back(),
        "12:05:00.205 warn  FEED_STALE  feed is?[2J stale  age=5s  venue=kraken  "
        "why=\"no data\"  n=3");
}

TEST(LogFormatTest, AutoAsksTheTerminal) {
    EXPECT_EQ(parse_log_format("auto", true), LogFormat::Console);
    EXPECT_EQ(parse_log_format("auto", false), LogFormat::Json);
    EXPECT_EQ(parse_log_format("json", true), LogFormat::Json);
    EXPECT_EQ(parse_log_format("xml", true), std::nullopt);
}

TEST(LogLevelTest, NamesAreReadBack) {
    for (const auto level :
         {LogLevel::Trace,
          LogLevel::Debug,
          LogLevel::Info,
          LogLevel::Warn,
          LogLevel::Error,
          LogLevel::Fatal}) {
        EXPECT_EQ(parse_log_level(to_string(level)), level);
    }
    EXPECT_EQ(parse_log_level("INFO"), std::nullopt);
}

}  // namespace
}  // namespace tapedeck::ops
