#include "market-data/shell/make_feed.h"

#include "testing/given.h"
#include "testing/temporary_directory.h"
#include "venues/recorded/import.h"

namespace tapedeck::market_data {

namespace {

Settings with(const std::vector<std::pair<std::string, std::string>>& values) {
    Settings settings;
    for (const auto& [key, value] : values) settings.set("market-data." + key, value);
    return settings;
}

std::vector<std::string> play(Feed& feed) {
    std::vector<std::string> result;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) {
            result.push_back(to_string(step->time).substr(11, 8) + ' ' + std::string(event.name()));
        }
    }
    return result;
}

constexpr std::string_view kTrades =
    "timestamp,price,size,side,trade_id\n"
    "1767268800500,10,1,buy,1\n"
    "1767268870000,11,1,sell,2\n";

}  // namespace

TEST(MakeFeedTest, WithoutAnySettingIsTheSyntheticMarket) {
    const auto feed = make_feed(Settings{}).value();
    EXPECT_EQ(feed->name(), "synthetic");
    const auto first = feed->next().value();
    EXPECT_EQ(first->events[0].event.name(), "FeedStarted");
    EXPECT_EQ(first->events[0].event.as<FeedStarted>()->source, feed->source());
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(first->events[static_cast<std::size_t>(i)].event.name(), "InstrumentListed");
    }
}

TEST(MakeFeedTest, SyntheticEndsAfterItsDuration) {
    const auto feed = make_feed(with({{"duration", "5m"}})).value();
    const auto said = play(*feed);
    EXPECT_EQ(said.back().substr(9), "FeedEnded");
    EXPECT_EQ(std::count(said.begin(), said.end(), "00:05:00 CandleClosed"), 3);
}

TEST(MakeFeedTest, BuildsCandlesWhereThereAreOnlyTrades) {
    const testing::TemporaryDirectory directory;
    const auto path = directory.write("kraken_BTCUSD_trades.csv", kTrades);
    const auto built = make_feed(with({{"feed", "recorded"}, {"files", path}})).value();
    EXPECT_THAT(
        play(*built),
        ::testing::ElementsAre(
            "12:00:00 FeedStarted",
            "12:00:00 InstrumentListed",
            "12:00:00 TradePrinted",
            "12:01:00 CandleClosed",
            "12:01:10 TradePrinted",
            "12:01:10 FeedEnded"));
    const auto bare =
        make_feed(with({{"feed", "recorded"}, {"files", path}, {"build_candles", "0s"}})).value();
    EXPECT_EQ(play(*bare).size(), 5U);
    EXPECT_NE(bare->source(), built->source());
}

TEST(MakeFeedTest, CandlesOfTheirOwnAreNotBuiltAgain) {
    const testing::TemporaryDirectory directory;
    const auto trades = directory.write("kraken_BTCUSD_trades.csv", kTrades);
    const auto candles = directory.write(
        "kraken_BTCUSD_1m.csv",
        "timestamp,open,high,low,close,volume\n1767268800000,10,10,10,10,1\n");
    const auto feed =
        make_feed(with({{"feed", "recorded"}, {"files", trades + ',' + candles}})).value();
    const auto said = play(*feed);
    EXPECT_EQ(std::count(said.begin(), said.end(), "12:01:00 CandleClosed"), 1);
}

TEST(MakeFeedTest, SeriesOfTheStoreAreAFeedAsTheirFilesAre) {
    const testing::TemporaryDirectory directory;
    const auto path = directory.write("kraken_BTCUSD_trades.csv", kTrades);
    recorded::ImportOptions import;
    import.store = directory / "store";
    import.files = {path};
    ASSERT_TRUE(recorded::import_files(import));
    auto settings = with({{"feed", "recorded"}, {"files", "store:kraken:BTC/USD@trades"}});
    settings.set("data.dir", import.store);
    const auto stored = make_feed(settings).value();
    const auto plain = make_feed(with({{"feed", "recorded"}, {"files", path}})).value();
    EXPECT_EQ(play(*stored), play(*plain));

    settings.set("market-data.files", "store:kraken:BTC/USD@trades," + path);
    const auto mixed = make_feed(settings);
    ASSERT_FALSE(mixed);
    EXPECT_EQ(mixed.error().exit_code, ExitCode::Configuration);
    EXPECT_NE(mixed.error().message.find("import the files first"), std::string::npos);
}

TEST(MakeFeedTest, ErrorsComeFromSettingsAndFilesAlike) {
    EXPECT_FALSE(make_feed(with({{"feed", "live"}})));
    const auto missing = make_feed(with({{"feed", "recorded"}, {"files", "/nowhere/x.csv"}}));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "/nowhere/x.csv: no such file; check market-data.files");
    EXPECT_EQ(missing.error().exit_code, ExitCode::NotFound);
}

TEST(MakeFeedTest, AfterACrashItGoesOnWhereTheTapeEnds) {
    const auto settings = with({{"duration", "3h"}, {"seed", "5"}});
    const auto taken = make_feed(settings).value();
    const auto resumed = make_feed(settings).value();
    EXPECT_EQ(resumed->source(), taken->source());
    const Time last = testing::time("2026-01-01T01:23:45Z");
    ASSERT_TRUE(resumed->skip_to(last));
    auto expected = play(*taken);
    std::erase_if(expected, [](const auto& line) { return line.substr(0, 8) <= "01:23:45"; });
    EXPECT_EQ(play(*resumed), expected);
    EXPECT_EQ(resumed->counts().records, taken->counts().records);
}

}  // namespace tapedeck::market_data
