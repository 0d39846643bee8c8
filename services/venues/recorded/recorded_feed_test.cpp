#include "venues/recorded/recorded_feed.h"

#include "market-data/core/candle_builder.h"
#include "venues/recorded/test_files.h"

#include <random>

namespace tapedeck::recorded {

namespace {

using namespace std::chrono_literals;
using market_data::BadLine;
using testing::TemporaryDirectory;

// 2026-01-01T12:00Z in milliseconds, and minutes after it.
constexpr std::int64_t kNoonMs = 1'767'268'800'000;

std::string candle_line(int minute, std::string_view rest = "10,11,9,10,1") {
    return std::to_string(kNoonMs + minute * std::int64_t{60'000}) + ',' + std::string(rest) + '\n';
}

std::string candles(const std::vector<int>& minutes) {
    std::string text(kCandleHeader);
    for (const int minute : minutes) text += candle_line(minute);
    return text;
}

/// The lines of play(), cut after the event's name.
std::vector<std::string> outline(const market_data::FeedSettings& settings) {
    auto said = play(settings);
    for (auto& line : said) {
        if (line.substr(0, 6) != "error:") line = line.substr(0, line.find(' ', 9));
    }
    return said;
}

}  // namespace

TEST(RecordedFeedTest, DeliversACandleAtItsCloseDigitByDigit) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "kraken_XBTEUR_1m.csv",
        "timestamp,open,high,low,close,volume,trades\n1767268800000,8337.34811911,8357.4,8337.1,"
        "8337.10,1.6854500000000001,7\n");
    auto feed = RecordedFeed::open(settings_for({path})).value();
    const auto step = feed->next().value();
    ASSERT_TRUE(step);
    EXPECT_EQ(step->time, testing::time("2026-01-01T12:01Z"));
    ASSERT_EQ(step->events.size(), 1U);
    const CandleClosed expected{
        .instrument = testing::instrument("kraken:BTC/EUR"),
        .interval = 1min,
        .open_time = testing::time("2026-01-01T12:00Z"),
        .open = testing::price("8337.34811911"),
        .high = testing::price("8357.4"),
        .low = testing::price("8337.1"),
        .close = testing::price("8337.1"),
        .volume = testing::quantity("1.6854500000000001"),
        .trades = 7};
    EXPECT_EQ(*step->events[0].event.as<CandleClosed>(), expected);
    EXPECT_EQ(step->events[0].origin.happened_at, step->time);
    EXPECT_EQ(step->events[0].origin.source_key, "1:2");
    EXPECT_FALSE(feed->next().value());
}

TEST(RecordedFeedTest, ReadsKrakensArchives) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "XDGUSD_60.csv", "1767268800,0.1,0.12,0.09,0.11,500,3\n1767272400,0.1,0.1,0.1,0.1,5,1\n");
    const auto found = only<CandleClosed>(settings_for({path}));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].instrument.name(), "kraken:DOGE/USD");
    EXPECT_EQ(found[0].interval, 1h);
    EXPECT_EQ(found[1].open_time, testing::time("2026-01-01T13:00Z"));
}

TEST(RecordedFeedTest, TradesOfOneMomentAreOneStep) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "binance_BTCUSDT_trades.csv",
        std::string(kTradeHeader) +
            "1767268800001,10,1,buy,a\n1767268800001,11,2,sell,b\n1767268800002,12,3,,c\n");
    auto feed = RecordedFeed::open(settings_for({path})).value();
    const auto first = feed->next().value();
    ASSERT_EQ(first->events.size(), 2U);
    EXPECT_EQ(
        *first->events[1].event.as<TradePrinted>(),
        (TradePrinted{
            testing::instrument("binance:BTC/USDT"),
            testing::price("11"),
            testing::quantity("2"),
            Side::Sell,
            "b"}));
    const auto second = feed->next().value();
    EXPECT_EQ(second->time, first->time + 1ms);
    EXPECT_FALSE(second->events[0].event.as<TradePrinted>()->taker_side);
}

TEST(RecordedFeedTest, TimeAndSalesMayHaveFractionsOfSeconds) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "kraken_time_and_sales_BCHEUR.csv", "1767268800,10,1\n1767268800.25,10,1\n");
    auto feed = RecordedFeed::open(settings_for({path})).value();
    EXPECT_EQ(feed->next().value()->time, testing::time("2026-01-01T12:00Z"));
    EXPECT_EQ(feed->next().value()->time, testing::time("2026-01-01T12:00:00.250Z"));
}

TEST(RecordedFeedTest, AQuoteBarIsTheQuoteAtItsClose) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "coinbase_BTCUSD_1m.csv",
        "timestamp,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,"
        "ask_close,ask_size\n1767268800000,1,2,3,4,0.5,6,7,8,9,0.25\n");
    const auto found = only<QuoteChanged>(settings_for({path}));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(
        found[0],
        (QuoteChanged{
            testing::instrument("coinbase:BTC/USD"),
            testing::price("4"),
            testing::quantity("0.5"),
            testing::price("9"),
            testing::quantity("0.25")}));
}

TEST(RecordedFeedTest, MergesFilesByTimeAndMomentsByTheOrderOfFiles) {
    const TemporaryDirectory directory;
    const auto btc = directory.write("kraken_BTCUSD_1m.csv", candles({0, 1, 2}));
    const auto eth = directory.write("kraken_ETHUSD_1m.csv", candles({1, 2, 3}));
    std::vector<std::string> said;
    auto feed = RecordedFeed::open(settings_for({btc, eth})).value();
    while (auto step = feed->next().value()) {
        std::string line = to_string(step->time).substr(14, 2);
        for (const auto& [event, _] : step->events) {
            line += ' ' + std::string(instrument_of(event).base());
        }
        said.push_back(line);
    }
    EXPECT_THAT(said, ::testing::ElementsAre("01 BTC", "02 BTC ETH", "03 BTC ETH", "04 ETH"));
}

TEST(RecordedFeedTest, OneHoleIsOneGap) {
    const TemporaryDirectory directory;
    const auto path = directory.write("kraken_BTCUSD_1m.csv", candles({0, 1, 5, 6}));
    EXPECT_THAT(
        outline(settings_for({path})),
        ::testing::ElementsAre(
            "12:01:00 CandleClosed",
            "12:02:00 CandleClosed",
            "12:06:00 MarketDataGap",
            "12:06:00 CandleClosed",
            "12:07:00 CandleClosed"));
    const auto gaps = only<MarketDataGap>(settings_for({path}));
    EXPECT_EQ(
        gaps.at(0),
        (MarketDataGap{
            testing::instrument("kraken:BTC/USD"),
            testing::time("2026-01-01T12:02Z"),
            testing::time("2026-01-01T12:05Z"),
            GapReason::MissingCandles,
            3}));
}

TEST(RecordedFeedTest, FilesOfOneStreamContinueEachOther) {
    const TemporaryDirectory directory;
    const auto second = directory.write("kraken_BTCUSD_1m_b.csv", candles({2, 3, 4}));
    const auto first = directory.write("kraken_BTCUSD_1m_a.csv", candles({0, 1, 2}));
    EXPECT_THAT(
        outline(settings_for({second, first})),
        ::testing::ElementsAre(
            "12:01:00 CandleClosed",
            "12:02:00 CandleClosed",
            "12:03:00 CandleClosed",
            "12:03:00 MarketDataRejected",
            "12:04:00 CandleClosed",
            "12:05:00 CandleClosed"))
        << "no gap between the files, and the overlap counts once";
}

TEST(RecordedFeedTest, WhatIsImpossibleIsRejectedWithItsPlaceAndOurReason) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "kraken_BTCUSD_1m.csv",
        std::string(kCandleHeader) + candle_line(0) + candle_line(1, "11,10,9,10,1") +
            candle_line(2) + candle_line(2) + candle_line(0) + candle_line(3));
    EXPECT_THAT(
        outline(settings_for({path})),
        ::testing::ElementsAre(
            "12:01:00 CandleClosed",
            "12:03:00 MarketDataRejected",
            "12:03:00 MarketDataGap",
            "12:03:00 CandleClosed",
            "12:03:00 MarketDataRejected",
            "12:04:00 MarketDataRejected",
            "12:04:00 CandleClosed"));
    const auto rejected = only<MarketDataRejected>(settings_for({path}));
    const auto instrument = testing::instrument("kraken:BTC/USD");
    EXPECT_THAT(
        rejected,
        ::testing::ElementsAre(
            MarketDataRejected{
                instrument,
                "high 10 is below open 11",
                "kraken_BTCUSD_1m.csv:3",
                "1767268860000,11,10,9,10,1"},
            MarketDataRejected{
                instrument,
                "opens at 2026-01-01T12:02:00.000Z, as the one before does",
                "kraken_BTCUSD_1m.csv:5",
                "1767268920000,10,11,9,10,1"},
            MarketDataRejected{
                instrument,
                "time 2026-01-01T12:00:00.000Z is before that of the line before, "
                "2026-01-01T12:02:00.000Z",
                "kraken_BTCUSD_1m.csv:6",
                "1767268800000,10,11,9,10,1"}));
}

TEST(RecordedFeedTest, ARepeatedTradeIdIsRejected) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "binance_BTCUSDT_trades.csv",
        std::string(kTradeHeader) + "1767268800001,10,1,buy,a\n1767268800001,10,1,buy,a\n");
    EXPECT_THAT(
        outline(settings_for({path})),
        ::testing::ElementsAre("12:00:00 TradePrinted", "12:00:00 MarketDataRejected"));
}

TEST(RecordedFeedTest, ABrokenLineStopsAfterEverythingBeforeIt) {
    const TemporaryDirectory directory;
    const auto btc = directory.write(
        "kraken_BTCUSD_1m.csv", candles({0, 1}) + candle_line(2, "x,1,1,1,1") + candle_line(3));
    const auto eth = directory.write("kraken_ETHUSD_1m.csv", candles({0, 1, 2, 3}));
    const auto said = outline(settings_for({btc, eth}));
    EXPECT_THAT(
        said,
        ::testing::ElementsAre(
            "12:01:00 CandleClosed",
            "12:01:00 CandleClosed",
            "12:02:00 CandleClosed",
            "12:02:00 CandleClosed",
            "error: " + btc +
                ":4: open \"x\" is not a plain decimal number; correct the line, or set "
                "market-data.on_bad_line = \"reject\""));
}

TEST(RecordedFeedTest, ABrokenLineIsRejectedWhereThatIsWanted) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "kraken_BTCUSD_1m.csv",
        std::string(kCandleHeader) + "garbage\n" + candle_line(0) +
            candle_line(1, "1\xff,\x01,1,1,1") + candle_line(2, "") + "trailing");
    EXPECT_THAT(
        outline(settings_for({path}, BadLine::Reject)),
        ::testing::ElementsAre(
            "12:01:00 MarketDataRejected",
            "12:01:00 CandleClosed",
            "12:01:00 MarketDataRejected",
            "12:01:00 MarketDataRejected",
            "12:01:00 MarketDataRejected"));
    const auto rejected = only<MarketDataRejected>(settings_for({path}, BadLine::Reject));
    EXPECT_EQ(rejected[0].reason, "1 column, not 6 (timestamp,open,high,low,close,volume)");
    EXPECT_EQ(rejected[1].raw, "1767268860000,1?,?,1,1,1");
}

TEST(RecordedFeedTest, AFormingLastBarWithoutVolumeIsAnOrdinaryOne) {
    const TemporaryDirectory directory;
    const auto path = directory.write(
        "kraken_BTCUSD_1m.csv", candles({0}) + candle_line(1, "10,10,10,10,0.00000000"));
    EXPECT_THAT(
        outline(settings_for({path})),
        ::testing::ElementsAre("12:01:00 CandleClosed", "12:02:00 CandleClosed"));
}

TEST(RecordedFeedTest, TakesOnlyTheWindowThatIsWanted) {
    const TemporaryDirectory directory;
    const auto path = directory.write("kraken_BTCUSD_1m.csv", candles({0, 1, 3, 4, 5}));
    auto settings = settings_for({path});
    settings.start = testing::time("2026-01-01T12:02Z");
    settings.duration = 3min;
    EXPECT_THAT(
        outline(settings), ::testing::ElementsAre("12:04:00 CandleClosed", "12:05:00 CandleClosed"))
        << "and a hole in front of the window is no gap";
    settings.start.reset();
    EXPECT_THAT(
        outline(settings), ::testing::ElementsAre("12:01:00 CandleClosed", "12:02:00 CandleClosed"))
        << "without a start it begins with the data";
}

TEST(RecordedFeedTest, ManyBadLinesInARowAreNoAccident) {
    const TemporaryDirectory directory;
    std::string text = candles({20'000});
    for (int minute = 0; minute < 10'001; ++minute) text += candle_line(19'999 - minute);
    const auto path = directory.write("kraken_BTCUSD_1m.csv", text);
    const auto said = outline(settings_for({path}, BadLine::Reject));
    EXPECT_THAT(said.back(), ::testing::HasSubstr(":10003: 10000 bad lines in a row"));
    EXPECT_THAT(said.back(), ::testing::HasSubstr("sort the file by time"));
    EXPECT_EQ(said.size(), 10'002U);
}

TEST(RecordedFeedTest, TheSourceNamesFilesAndEverythingThatShapesTheSteps) {
    const TemporaryDirectory directory;
    const auto path = directory.write("XBTEUR_1.csv", "1767268800,10.25,11,9,10.5,1,1\n");
    auto settings = settings_for({path});
    settings.start = testing::time("2026-01-01");
    const auto feed = RecordedFeed::open(settings).value();
    EXPECT_EQ(
        feed->source(),
        "XBTEUR_1.csv, 31 bytes, crc32c 8e87dad8, candles 1m of kraken:BTC/EUR; kraken:BTC/EUR: "
        "tick 0.01, step 0.00000001, least 0.00005 worth 5; on_bad_line=stop; "
        "start=2026-01-01T00:00:00.000Z");
    directory.write("XBTEUR_1.csv", "1767268800,10.25,11,9,10.5,2,1\n");
    EXPECT_NE(RecordedFeed::open(settings).value()->source(), feed->source())
        << "another digit is another source";
}

TEST(RecordedFeedTest, ListsInstrumentsWithThePrecisionOfTheirPrices) {
    const TemporaryDirectory directory;
    const auto btc = directory.write(
        "kraken_BTCUSD_1m.csv", std::string(kCandleHeader) + candle_line(0, "10.50,11,9.125,10,1"));
    const auto xrp = directory.write(
        "kraken_XRPUSD_1m.csv",
        std::string(kCandleHeader) + candle_line(0, "1,1,1,0.1234567890123,1"));
    const auto trades = directory.write(
        "kraken_BTCUSD_trades.csv", std::string(kTradeHeader) + "1767268800000,1.0001000,1,,\n");
    auto settings = settings_for({xrp, btc, trades}, BadLine::Reject);
    settings.precision[testing::instrument("kraken:XRP/USD")].notional_min = testing::money("10");
    const auto rejected = RecordedFeed::open(settings);
    EXPECT_FALSE(rejected) << "XRP's low is above its close";
    directory.write(
        "kraken_XRPUSD_1m.csv",
        std::string(kCandleHeader) + candle_line(0, "1,1,0.1234567890123,1,1"));
    const auto feed = RecordedFeed::open(settings).value();
    const InstrumentListed btc_listed{
        testing::instrument("kraken:BTC/USD"),
        testing::price("0.0001"),
        testing::quantity("0.00000001"),
        testing::quantity("0.00005"),
        testing::money("5")};
    const InstrumentListed xrp_listed{
        testing::instrument("kraken:XRP/USD"),
        testing::price("0.00000001"),
        testing::quantity("0.00000001"),
        testing::quantity("0.0001"),
        testing::money("10")};
    EXPECT_THAT(feed->instruments(), ::testing::ElementsAre(btc_listed, xrp_listed));
}

TEST(RecordedFeedTest, ShowsItsProgressInBytesOfTheFiles) {
    const TemporaryDirectory directory;
    const std::string content = gzipped(candles({0, 1, 2}));
    const auto path = directory.write("kraken_BTCUSD_1m.csv.gz", content);
    const auto feed = RecordedFeed::open(settings_for({path})).value();
    EXPECT_EQ(feed->progress()->total, content.size());
    while (feed->next().value()) {
    }
    EXPECT_EQ(feed->progress()->read, content.size());
    EXPECT_EQ(feed->counts().records, 3U);
}

TEST(RecordedFeedTest, SkippingEqualsTaking) {
    const TemporaryDirectory directory;
    std::mt19937 random(11);
    std::vector<std::string> paths;
    for (const auto* name :
         {"kraken_BTCUSD_1m.csv", "kraken_ETHUSD_1m.csv", "binance_BTCUSD_1m.csv"}) {
        std::string text(kCandleHeader);
        for (int minute = 0; minute < 60; ++minute) {
            if (random() % 4 == 0) continue;
            text += candle_line(minute, random() % 5 == 0 ? "10,9,9,10,1" : "10,11,9,10,1");
        }
        paths.push_back(directory.write(name, text));
    }
    auto settings = settings_for(paths);
    settings.start = testing::time("2026-01-01T12:10Z");
    const auto all = play(settings);
    for (int minute = 0; minute <= 61; minute += 3) {
        const Time at = testing::time("2026-01-01T12:00Z") + std::chrono::minutes(minute);
        auto feed = RecordedFeed::open(settings).value();
        ASSERT_TRUE(feed->skip_to(at));
        std::size_t left = 0;
        while (auto step = feed->next().value()) {
            EXPECT_GT(step->time, at);
            left += step->events.size();
        }
        const auto later = std::count_if(all.begin(), all.end(), [&](const std::string& line) {
            return line.substr(0, 8) > to_string(at).substr(11, 8);
        });
        EXPECT_EQ(left, static_cast<std::size_t>(later)) << minute;
        EXPECT_EQ(
            feed->counts().records + feed->counts().rejected + only<MarketDataGap>(settings).size(),
            all.size());
    }
}

TEST(RecordedFeedTest, NamesTheInstrumentsThatHaveOnlyTrades) {
    const TemporaryDirectory directory;
    const auto candle_file = directory.write("kraken_BTCUSD_1m.csv", candles({0}));
    const auto btc = directory.write(
        "kraken_BTCUSD_trades.csv", std::string(kTradeHeader) + "1767268800000,1,1,,\n");
    const auto eth = directory.write(
        "kraken_ETHUSD_trades.csv", std::string(kTradeHeader) + "1767268800000,1,1,,\n");
    const auto feed = RecordedFeed::open(settings_for({candle_file, btc, eth})).value();
    EXPECT_THAT(
        feed->without_candles(1min), ::testing::ElementsAre(testing::instrument("kraken:ETH/USD")));
    EXPECT_EQ(feed->without_candles(5min).size(), 2U);
}

}  // namespace tapedeck::recorded
