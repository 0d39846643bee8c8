#include "venues/recorded/store_feed.h"

#include "testing/temporary_directory.h"
#include "venues/recorded/store.h"
#include "venues/recorded/test_store.h"

namespace tapedeck::recorded {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Everything that a feed gives, an event a line; an error as the last line.
std::vector<std::string> said_by(market_data::Feed& feed) {
    std::vector<std::string> said;
    while (true) {
        const auto step = feed.next();
        if (!step) {
            said.push_back("error: " + step.error().message);
            return said;
        }
        if (!*step) return said;
        for (const auto& [event, origin] : (*step)->events) {
            said.push_back(
                to_string((*step)->time) + ' ' + to_string(origin.happened_at) + ' ' +
                std::string(event.name()) + ' ' + to_json(event));
        }
    }
}

// 2026-01-01T12:00:00Z, then 12:01, 12:02, 12:04, 12:07.
constexpr std::string_view kCandles =
    "timestamp,open,high,low,close,volume\n"
    "1767268800000,10,12,9,11,5\n"
    "1767268860000,11,13,10,12,0.000000000000000001\n"
    "1767268920000,12,14,11,13,7\n"
    "1767269040000,13,15,12,14,8\n"
    "1767269220000,14,16,13,15.25,9\n";
constexpr std::string_view kTrades =
    "timestamp,price,size,side,trade_id\n"
    "1767268800500,10,1,buy,1\n"
    "1767268860000,11,1,sell,2\n"
    "1767268860000,11.5,2,,3\n"
    "1767268915000,11,1,sell,4\n";

}  // namespace

class StoreFeedTest : public ::testing::Test {
protected:
    void SetUp() override {
        candles_ = directory_.write("kraken_BTCEUR_1m.csv", kCandles);
        trades_ = directory_.write("kraken_ETHEUR_trades.csv", kTrades);
        import({candles_, trades_});
    }

    void import(std::vector<std::string> files) {
        ImportOptions options;
        options.store = store();
        options.files = std::move(files);
        const auto done = import_files(options);
        ASSERT_TRUE(done) << done.error().message;
        for (const auto& each : done->series) ASSERT_FALSE(each.error) << each.error->message;
    }

    std::string store() const { return directory_ / "store"; }

    market_data::FeedSettings stored(std::vector<std::string> selections) const {
        auto settings = settings_for(std::move(selections));
        settings.store = store();
        return settings;
    }

    std::vector<std::string> steps(const market_data::FeedSettings& settings) const {
        auto feed = StoreFeed::open(settings);
        if (!feed) return {"error: " + feed.error().message};
        return said_by(**feed);
    }

    std::string why_not(std::vector<std::string> selections) const {
        const auto feed = StoreFeed::open(stored(std::move(selections)));
        return feed ? "" : feed.error().message;
    }

    // NOLINTBEGIN(readability-identifier-naming): gtest's way
    testing::TemporaryDirectory directory_;
    std::string candles_;
    std::string trades_;
    // NOLINTEND(readability-identifier-naming)
};

TEST_F(StoreFeedTest, GivesTheStepsOfTheFilesThatWereImported) {
    auto files = RecordedFeed::open(settings_for({candles_, trades_})).value();
    auto store =
        StoreFeed::open(stored({"store:kraken:BTC/EUR@1m", "store:kraken:ETH/EUR@trades"})).value();
    const auto expected = said_by(*files);
    EXPECT_EQ(expected.size(), 5U + 4U + 2U);  // two gaps
    EXPECT_EQ(said_by(*store), expected);
    EXPECT_EQ(store->counts().records, 9U);
    EXPECT_EQ(store->name(), files->name());
    EXPECT_EQ(store->instruments(), files->instruments());
    EXPECT_EQ(store->progress()->read, store->progress()->total);
}

TEST_F(StoreFeedTest, StartAndDurationAreThoseOfTheFiles) {
    for (const auto* start : {"2026-01-01T12:01:00Z", "2026-01-01T12:03:00Z", ""}) {
        for (const auto duration : {std::chrono::minutes(0), std::chrono::minutes(3)}) {
            auto files = settings_for({candles_, trades_});
            auto store = stored({"store:kraken:BTC/EUR@1m", "store:kraken:ETH/EUR@trades"});
            for (auto* settings : {&files, &store}) {
                if (*start != '\0') settings->start = tapedeck::testing::time(start);
                settings->duration = duration;
            }
            EXPECT_EQ(steps(store), said_by(*RecordedFeed::open(files).value())) << start;
        }
    }
}

TEST_F(StoreFeedTest, SkipsAsIfTheStepsHadBeenTaken) {
    const auto settings = stored({"store:kraken:BTC/EUR@1m", "store:kraken:ETH/EUR@trades"});
    const auto all = steps(settings);
    auto feed = StoreFeed::open(settings).value();
    ASSERT_TRUE(feed->skip_to(tapedeck::testing::time("2026-01-01T12:03:00Z")));
    const auto rest = said_by(*feed);
    ASSERT_LT(rest.size(), all.size());
    EXPECT_EQ(
        rest,
        std::vector<std::string>(all.end() - static_cast<std::ptrdiff_t>(rest.size()), all.end()));
    EXPECT_THAT(rest[0], HasSubstr("MarketDataGap"));
}

TEST_F(StoreFeedTest, ARangeIsFromItsBeginningToBeforeItsEnd) {
    const auto said =
        steps(stored({"store:kraken:BTC/EUR@1m:2026-01-01T12:01:00Z..2026-01-01T12:04:00Z"}));
    ASSERT_EQ(said.size(), 2U);
    EXPECT_THAT(said[0], HasSubstr("2026-01-01T12:02:00.000Z CandleClosed"));
    EXPECT_THAT(said[1], HasSubstr("2026-01-01T12:03:00.000Z CandleClosed"));
    EXPECT_EQ(steps(stored({"store:kraken:BTC/EUR@1m:2026-01-01T12:04:00Z.."})).size(), 3U);
    EXPECT_EQ(steps(stored({"store:kraken:BTC/EUR@1m:..2026-01-01T12:01:00Z"})).size(), 1U);
}

TEST_F(StoreFeedTest, KeysNameSeriesAndRow) {
    auto feed =
        StoreFeed::open(stored({"store:kraken:ETH/EUR@trades", "store:kraken:BTC/EUR@1m"})).value();
    EXPECT_EQ(feed->next().value()->events[0].origin.source_key, "1:1");
    const auto second = feed->next().value();
    ASSERT_EQ(second->events.size(), 3U);  // of one moment, the series in their order
    EXPECT_EQ(second->events[0].origin.source_key, "1:2");
    EXPECT_EQ(second->events[2].origin.source_key, "2:1");
}

TEST_F(StoreFeedTest, OtherRowsAreAnotherSource) {
    const auto settings = stored({"store:kraken:BTC/EUR@1m"});
    const std::string before = StoreFeed::open(settings).value()->source();
    EXPECT_EQ(StoreFeed::open(settings).value()->source(), before);
    import({candles_});
    EXPECT_EQ(StoreFeed::open(settings).value()->source(), before);
    import({directory_.write(
        "kraken_BTCEUR_1m_b.csv", std::string(kCandleHeader) + "1767268980000,13,15,12,14,8\n")});
    EXPECT_NE(StoreFeed::open(settings).value()->source(), before);
}

TEST_F(StoreFeedTest, AnIntervalThatIsNotStoredIsMadeOfAFinerOne) {
    const auto said = steps(stored({"store:kraken:BTC/EUR@2m"}));
    // 12:00 to 12:08: the minutes 3, 5 and 6 had no trade.
    ASSERT_EQ(said.size(), 4U);
    EXPECT_THAT(said[0], HasSubstr("2026-01-01T12:02:00.000Z CandleClosed"));
    EXPECT_THAT(said[0], HasSubstr(R"("volume":"5.000000000000000001")"));
    EXPECT_THAT(said[1], HasSubstr("2026-01-01T12:04:00.000Z CandleClosed"));
    EXPECT_THAT(said[2], HasSubstr("2026-01-01T12:06:00.000Z CandleClosed"));
    EXPECT_THAT(said[3], HasSubstr("2026-01-01T12:08:00.000Z CandleClosed"));
    EXPECT_THAT(
        StoreFeed::open(stored({"store:kraken:BTC/EUR@2m"})).value()->source(),
        HasSubstr("store kraken:BTC/EUR@2m, whole bars made of 1m, 5 rows"));
}

TEST_F(StoreFeedTest, WhatCannotBeServedSaysWhatThereIs) {
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR@30s"}), HasSubstr("of it there is: 1m"));
    EXPECT_THAT(why_not({"store:kraken:SOL/EUR@1m"}), HasSubstr("nothing else of it"));
    EXPECT_THAT(
        why_not({"store:kraken:BTC/EUR@1m:2027-01-01.."}),
        HasSubstr("has no whole row; the store has kraken:BTC/EUR@1m from 2026-01-01T12:00:00.000Z "
                  "to 2026-01-01T12:08:00.000Z"));
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR"}), HasSubstr("does not say which series"));
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR@1x"}), HasSubstr("is not an interval"));
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR@1m:2026"}), HasSubstr("is not a range"));
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR@1m:2026-02-01..2026-01-01"}), HasSubstr("is empty"));
    EXPECT_THAT(
        why_not({"store:kraken:BTC/EUR@1m", "store:kraken:BTC/EUR@1m:2026-01-01.."}),
        HasSubstr("twice"));
}

TEST_F(StoreFeedTest, InstrumentsWithTradesAloneAreToldForCandles) {
    const auto feed =
        StoreFeed::open(stored({"store:kraken:BTC/EUR@1m", "store:kraken:ETH/EUR@trades"})).value();
    ASSERT_EQ(feed->without_candles(std::chrono::minutes(1)).size(), 1U);
    EXPECT_EQ(feed->without_candles(std::chrono::minutes(1))[0].to_string(), "kraken:ETH/EUR");
}

TEST_F(StoreFeedTest, RotIsAnErrorThatNamesTheBlock) {
    const std::string path = store() + "/kraken/BTC_EUR/1m.columns";
    const auto file = ColumnFile::open(path).value();
    std::string bytes = bytes_of(path);
    bytes[file.blocks()[0].offset] ^= 1;
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_THAT(why_not({"store:kraken:BTC/EUR@1m"}), HasSubstr("block 1 of 1 is damaged"));
}

// ---- against real files: never part of the project

class RealStoreTest : public StoreFeedTest {
protected:
    void SetUp() override {
        if (folder_.empty()) {
            GTEST_SKIP() << "no real data: neither TAPEDECK_DATA nor ../shared/data is there";
        }
    }

    std::string folder_ = data_folder();  // NOLINT(readability-identifier-naming): gtest's way
};

TEST_F(RealStoreTest, ThreeRealPairsAreWhatTheirFilesAre) {
    std::vector<std::string> files;
    std::vector<std::string> selections;
    for (const auto* pair : {"BTC", "ETH", "XRP"}) {
        files.push_back(folder_ + "/candles/demo_bitfinex_" + pair + "USD_1m_2019Q4.csv.gz");
        selections.push_back("store:bitfinex:" + std::string(pair) + "/USD@1m");
    }
    import(files);
    EXPECT_EQ(steps(stored(selections)), said_by(*RecordedFeed::open(settings_for(files)).value()));
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    const auto stored_files = list_store(store()).value();
    for (const auto& file : stored_files) {
        bytes += file.facts->bytes;
        rows += file.facts->rows;
    }
    // As text 60; volumes with the noise of doubles take half of it.
    EXPECT_LT(bytes, 18 * rows);
}

TEST_F(RealStoreTest, RealTradesAndQuotesAreWhatTheirFilesAre) {
    const std::vector<std::pair<std::string, std::string>> series{
        {"/trades/binance_BTCUSDT_trades_20240808-09.csv.gz", "binance:BTC/USDT@trades"},
        {"/trades/kraken_XBTUSDT_trades_rest_20251110.csv.gz", "kraken:BTC/USDT@trades"},
        {"/trades/kraken_time_and_sales_BCHEUR.csv", "kraken:BCH/EUR@trades"},
        {"/candles/kraken_XBTUSD_1h.csv.gz", "kraken:BTC/USD@1h"},
        {"/candles/lean_coinbase_BTCUSD_1m_quotes.csv.gz", "coinbase:BTC/USD@quotes-1m"}};
    for (const auto& [file, name] : series) {
        import({folder_ + file});
        EXPECT_EQ(
            steps(stored({"store:" + name})),
            said_by(*RecordedFeed::open(settings_for({folder_ + file})).value()))
            << file;
    }
}

}  // namespace tapedeck::recorded
