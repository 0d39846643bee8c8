#include "events/print.h"

#include "events/test_samples.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <string>

namespace tapedeck {
namespace {

using nlohmann::json;

Recorded recorded(Event event) {
    Recorded result;
    result.seq = Seq{12};
    result.recorded_at = parse_time("2026-11-20T12:05:00.415Z").value();
    result.producer = 3;
    result.number = 7;
    result.cause = Seq{11};
    result.event = std::move(event);
    return result;
}

TargetSet a_target() {
    TargetSet target;
    target.strategy = "macd_btc";
    target.instrument = Instrument::parse("kraken:BTC/EUR").value();
    target.exposure = Ratio::parse("-0.5").value();
    target.reference_price = Price::parse("64210.50").value();
    target.stop_price = Price::parse("63000").value();
    target.valid_until = parse_time("2026-11-20T13:00:00Z").value();
    target.reason = "cross \"down\"";
    return target;
}

TEST(PrintTest, EveryEventIsOneLineOfJson) {
    for (const Event& event : samples::many()) {
        const std::string line = to_json(recorded(event));
        EXPECT_EQ(line.find('\n'), std::string::npos);
        const json parsed = json::parse(line, nullptr, false);
        ASSERT_TRUE(parsed.is_object()) << line;
        EXPECT_EQ(parsed.at("type"), std::string(event.name()));
        EXPECT_TRUE(parsed.at("data").is_object());
        EXPECT_EQ(json::parse(to_json(event)), parsed.at("data"));
    }
}

TEST(PrintTest, TheEnvelopeComesFirstThenTheData) {
    EXPECT_EQ(
        to_json(recorded(a_target())),
        R"({"seq":12,"recorded_at":"2026-11-20T12:05:00.415Z","type":"TargetSet","producer":3,)"
        R"("number":7,"cause":11,"data":{"strategy":"macd_btc","instrument":"kraken:BTC/EUR",)"
        R"("exposure":"-0.5","reference_price":"64210.5","stop_price":"63000",)"
        R"("valid_until":"2026-11-20T13:00:00.000Z","reason":"cross \"down\""}})");
}

TEST(PrintTest, TheOriginIsThereWhenItWasTold) {
    Recorded from_outside = recorded(ClockTicked{});
    from_outside.happened_at = parse_time("2026-11-20T12:00:00Z").value();
    from_outside.received_at = parse_time("2026-11-20T12:00:01Z").value();
    from_outside.source_key = "t-1";
    const json parsed = json::parse(to_json(from_outside));
    EXPECT_EQ(parsed.at("happened_at"), "2026-11-20T12:00:00.000Z");
    EXPECT_EQ(parsed.at("received_at"), "2026-11-20T12:00:01.000Z");
    EXPECT_EQ(parsed.at("source_key"), "t-1");
    EXPECT_EQ(to_json(Event(ClockTicked{})), R"({"time":null})") << "0 is no time";
}

TEST(PrintTest, DurationsAreTextAndNestedMessagesObjects) {
    CandleClosed candle;
    candle.instrument = Instrument::parse("kraken:BTC/EUR").value();
    candle.interval = std::chrono::minutes(5);
    candle.trades = 0;
    const json parsed = json::parse(to_json(Event(candle)));
    EXPECT_EQ(parsed.at("interval"), "5m");
    EXPECT_EQ(parsed.at("open"), "0");
    EXPECT_EQ(parsed.at("trades"), 0);

    OrderDenied denied;
    denied.code = DenyCode::DayLossReached;
    denied.checks = {{DenyCode::DayLossReached, false, Decimal::from_integer(3), {}, {}, {}}};
    EXPECT_EQ(
        json::parse(to_json(Event(denied))).at("checks"),
        json::parse(R"([{"code":"day_loss_reached","passed":false,"value":"3","detail":""}])"));
}

TEST(PrintTest, HashesAreHexAndReadingsNumbers) {
    JournalStarted started;
    started.last_hash = std::string("\x00\xff\x1a", 3);
    EXPECT_EQ(json::parse(to_json(Event(started))).at("last_hash"), "00ff1a");

    DecisionMade decision;
    decision.readings = {{"rsi", 28.4}, {"none", std::numeric_limits<double>::quiet_NaN()}};
    const json readings = json::parse(to_json(Event(decision))).at("readings");
    EXPECT_EQ(readings[0].at("value"), 28.4);
    EXPECT_TRUE(readings[1].at("value").is_null());
}

TEST(PrintTest, BytesThatAreNoTextAreReplaced) {
    MarketDataRejected rejected;
    rejected.raw = "caf\xe9 \x80";
    EXPECT_TRUE(json::accept(to_json(Event(rejected))));
}

TEST(PrintTest, TheSummaryIsOneLineOfWhatIsThere) {
    EXPECT_EQ(
        summary(Event(a_target())),
        "strategy=macd_btc instrument=kraken:BTC/EUR exposure=-0.5 reference_price=64210.5 "
        "stop_price=63000 valid_until=2026-11-20T13:00:00.000Z reason=cross \"down\"");
    for (const Event& event : samples::many()) {
        for (const char c : summary(event)) {
            ASSERT_GE(static_cast<unsigned char>(c), 0x20) << event.name();
            ASSERT_NE(c, '\x7f') << event.name();
        }
    }
}

TEST(PrintTest, TheSummaryNeverCommandsATerminal) {
    MarketDataRejected rejected;
    rejected.raw =
        "\x1b[2J\x7f \xc2\x9b"
        "2J caf\xc3\xa9 \xff";
    const std::string line = summary(Event(rejected));
    EXPECT_EQ(line, "raw= [2J    2J caf\xc3\xa9 \xef\xbf\xbd");
}

TEST(PrintTest, TheSummaryShowsTheBeginningOfALongText) {
    MarketDataRejected rejected;
    rejected.raw = std::string(199, 'a') + "\xc3\xa9" + std::string(100, 'b');
    EXPECT_EQ(summary(Event(rejected)), "raw=" + std::string(199, 'a') + "\xe2\x80\xa6");
    EXPECT_NE(to_json(Event(rejected)).find("bbb"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck
