#include "market-data/core/settings.h"

#include "testing/given.h"

#include <set>

namespace tapedeck::market_data {

namespace {

using namespace std::chrono_literals;

Settings with(const std::vector<std::pair<std::string, std::string>>& values) {
    Settings settings;
    for (const auto& [key, value] : values) settings.set("market-data." + key, value);
    return settings;
}

}  // namespace

TEST(MarketDataSettingsTest, HaveDefaults) {
    const auto parsed = parse(Settings{}).value();
    EXPECT_EQ(parsed.source, Source::Synthetic);
    EXPECT_EQ(parsed.speed.to_string(), "1");
    EXPECT_EQ(parsed.seed, 1U);
    EXPECT_EQ(parsed.instruments.size(), 3U);
    EXPECT_FALSE(parsed.start);
    EXPECT_EQ(parsed.duration, 0s);
    EXPECT_EQ(parsed.stale_after, 1min);
    EXPECT_EQ(parsed.build_candles, 1min);
    EXPECT_EQ(parsed.on_bad_line, BadLine::Stop);
}

TEST(MarketDataSettingsTest, AreReadInFull) {
    const auto parsed = parse(with(
                                  {{"feed", "recorded"},
                                   {"files", "a.csv,b.csv=kraken:BTC/EUR@1m"},
                                   {"speed", "max"},
                                   {"start", "2026-01-02T00:00:00.000Z"},
                                   {"duration", "1d"},
                                   {"on_bad_line", "reject"},
                                   {"instrument.kraken:BTC/EUR.price_tick", "0.1"},
                                   {"instrument.kraken:BTC/EUR.notional_min", "5"}}))
                            .value();
    EXPECT_EQ(parsed.source, Source::Recorded);
    EXPECT_EQ(parsed.files.size(), 2U);
    EXPECT_TRUE(parsed.speed.is_max());
    EXPECT_EQ(parsed.start, testing::time("2026-01-02"));
    EXPECT_EQ(parsed.on_bad_line, BadLine::Reject);
    InstrumentListed listed{
        testing::instrument("kraken:BTC/EUR"),
        testing::price("0.5"),
        testing::quantity("0.5"),
        {},
        {}};
    parsed.precision_of(listed.instrument).apply_to(listed);
    EXPECT_EQ(listed.price_tick, testing::price("0.1"));
    EXPECT_EQ(listed.quantity_step, testing::quantity("0.5"));
    EXPECT_EQ(listed.notional_min, testing::money("5"));
}

TEST(MarketDataSettingsTest, ErrorsNameKeyValueAndFix) {
    struct Case {
        std::string key;
        std::string value;
        std::string message;
    };

    const std::vector<Case> cases{
        {"feed",
         "live",
         "market-data.feed: expected \"synthetic\", \"recorded\" or \"kraken\", was \"live\""},
        {"speed",
         "0",
         "market-data.speed: expected \"max\", or a number from 0.001 to 1000000, was \"0\""},
        {"seed",
         "-1",
         "market-data.seed: expected a whole number from 0 to 9223372036854775807, was \"-1\""},
        {"instruments",
         "BTC",
         "market-data.instruments: expected names like demo:BTC/USD, joined by commas, was "
         "\"BTC\""},
        {"instruments",
         "demo:BTC/USD,demo:BTC/USD",
         "market-data.instruments: expected each instrument once, was "
         "\"demo:BTC/USD,demo:BTC/USD\""},
        {"instruments", "", "market-data.instruments: expected at least one, was \"\""},
        {"start",
         "noon",
         "market-data.start: expected a time such as 2026-01-01T00:00:00Z, was \"noon\""},
        {"duration",
         "5",
         "market-data.duration: expected a duration such as 90s, 1m or 2d, was \"5\""},
        {"stale_after", "1ms", "market-data.stale_after: expected at least 1s, was \"1ms\""},
        {"on_bad_line",
         "skip",
         "market-data.on_bad_line: expected \"stop\" or \"reject\", was \"skip\""},
        {"instrument.BTC.price_tick",
         "1",
         "market-data.instrument.BTC.price_tick: expected an instrument such as kraken:BTC/EUR in "
         "the key, was \"BTC\""},
        {"instrument.demo:BTC/USD.quantity_min",
         "0",
         "market-data.instrument.demo:BTC/USD.quantity_min: expected a positive decimal, was "
         "\"0\""}};
    for (const auto& each : cases) {
        const auto parsed = parse(with({{each.key, each.value}}));
        ASSERT_FALSE(parsed) << each.key;
        EXPECT_EQ(parsed.error().message, each.message);
        EXPECT_EQ(parsed.error().exit_code, ExitCode::Configuration);
    }
    const auto elsewhere = parse(with({{"feed", "kraken"}, {"instruments", "demo:BTC/USD"}}));
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(
        elsewhere.error().message,
        "market-data.instruments: expected names of kraken, like kraken:BTC/USD, was "
        "\"demo:BTC/USD\"");
    const auto parsed = parse(with({{"feed", "recorded"}}));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(
        parsed.error().message,
        "market-data.files: expected at least one CSV file for feed = \"recorded\", was \"\"");
}

TEST(MarketDataSettingsTest, EveryKeyIsDescribedOnce) {
    for (const auto& section : settings()) {
        EXPECT_FALSE(section.help.empty());
        std::set<std::string> keys;
        for (const auto& setting : section.settings) {
            EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
            EXPECT_FALSE(setting.help.empty()) << setting.key;
        }
    }
}

}  // namespace tapedeck::market_data
