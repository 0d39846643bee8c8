#include "base/crc32c.h"
#include "venues/recorded/test_files.h"

#include <map>

/// The reader against real files. They are never part of the project: where they are not at hand,
/// these tests say so and are skipped.
namespace tapedeck::recorded {

namespace {

using namespace std::chrono_literals;

struct Counts {
    std::size_t candles = 0;
    std::size_t trades = 0;
    std::size_t quotes = 0;
    std::size_t gaps = 0;
    std::size_t missing = 0;
    std::size_t rejected = 0;
    std::string instrument;
    Time last{};
    bool rises = true;
    Decimal volume;
};

void count(const Event& event, Counts& counts) {
    if (const auto* candle = event.as<CandleClosed>()) {
        ++counts.candles;
        counts.volume = counts.volume + candle->volume.decimal();
    } else if (const auto* trade = event.as<TradePrinted>()) {
        ++counts.trades;
        counts.volume = counts.volume + trade->quantity.decimal();
    } else if (event.as<QuoteChanged>() != nullptr) {
        ++counts.quotes;
    } else if (const auto* gap = event.as<MarketDataGap>()) {
        ++counts.gaps;
        counts.missing += gap->missing;
    } else {
        counts.rejected += event.as<MarketDataRejected>() != nullptr ? 1U : 0U;
    }
    counts.instrument = instrument_of(event).to_string();
}

Counts read(const std::vector<std::string>& files) {
    Counts counts;
    auto feed = RecordedFeed::open(settings_for(files));
    EXPECT_TRUE(feed) << feed.error().message;
    while (feed) {
        auto step = (*feed)->next();
        EXPECT_TRUE(step) << step.error().message;
        if (!step || !*step) break;
        counts.rises = counts.rises && (*step)->time > counts.last;
        counts.last = (*step)->time;
        for (const auto& sourced : (*step)->events) count(sourced.event, counts);
    }
    return counts;
}

struct RealFile {
    std::string path;
    std::string instrument;
    std::size_t rows = 0;
    std::size_t gaps = 0;
    std::size_t missing = 0;
};

}  // namespace

class RealDataTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (folder_.empty()) {
            GTEST_SKIP() << "no real data: neither TAPEDECK_DATA nor ../shared/data is there";
        }
    }

    std::string folder_ = data_folder();  // NOLINT(readability-identifier-naming): gtest's way
};

TEST_F(RealDataTest, EveryCandleFileIsReadToItsLastRow) {
    const std::vector<RealFile> files{
        {"demo_bitfinex_BTCUSD_1m_2019Q4.csv.gz", "bitfinex:BTC/USD", 128'798, 3'202, 3'682},
        {"demo_bitfinex_ETHUSD_1m_2019Q4.csv.gz", "bitfinex:ETH/USD", 101'020, 19'404, 31'457},
        {"demo_bitfinex_XRPUSD_1m_2019Q4.csv.gz", "bitfinex:XRP/USD", 102'978, 18'508, 29'502},
        {"binance_BTCUSDT_1m_202506.csv.gz", "binance:BTC/USDT", 43'208, 0, 0},
        {"binance_ETHUSDT_1m_202506.csv.gz", "binance:ETH/USDT", 43'208, 0, 0},
        {"bitfinex_BTCUSD_1m.csv.zst", "bitfinex:BTC/USD", 2'630'217, 274'154, 920'816},
        {"kraken_XBTUSD_1h.csv.gz", "kraken:BTC/USD", 50'378, 3'250, 10'849},
        {"kraken_BTCUSDC_1m_2023Q1.csv.gz", "kraken:BTC/USDC", 56'717, 26'746, 72'883},
        {"kraken_XBTUSDT_1m_rest_20251110.csv.gz", "kraken:BTC/USDT", 721, 0, 0}};
    for (const auto& file : files) {
        const Counts counts = read({folder_ + "/candles/" + file.path});
        EXPECT_EQ(counts.candles, file.rows) << file.path;
        EXPECT_EQ(counts.gaps, file.gaps) << file.path;
        EXPECT_EQ(counts.missing, file.missing) << file.path;
        EXPECT_EQ(counts.rejected, 0U) << file.path;
        EXPECT_EQ(counts.instrument, file.instrument);
        EXPECT_TRUE(counts.rises) << file.path;
    }
}

TEST_F(RealDataTest, EveryTradeFileIsReadToItsLastRow) {
    const std::vector<RealFile> files{
        {"binance_BTCUSDT_trades_20240808-09.csv.gz", "binance:BTC/USDT", 19'904},
        {"binance-usdm_BTCUSDT_trades_20240808-09.csv.gz", "binance-usdm:BTC/USDT", 21'313},
        {"kraken_XBTUSDT_trades_rest_20251110.csv.gz", "kraken:BTC/USDT", 1'000},
        {"kraken_time_and_sales_BCHEUR.csv", "kraken:BCH/EUR", 148}};
    for (const auto& file : files) {
        const Counts counts = read({folder_ + "/trades/" + file.path});
        EXPECT_EQ(counts.trades, file.rows) << file.path;
        EXPECT_EQ(counts.rejected, 0U) << file.path;
        EXPECT_EQ(counts.instrument, file.instrument);
        EXPECT_TRUE(counts.rises) << file.path;
    }
}

TEST_F(RealDataTest, QuoteBarsAreQuotesWithGaps) {
    const Counts counts = read({folder_ + "/candles/lean_coinbase_BTCUSD_1m_quotes.csv.gz"});
    EXPECT_EQ(counts.quotes, 7'188U);
    EXPECT_EQ(counts.gaps, 10U);
    EXPECT_EQ(counts.missing, 302'411U);
}

TEST_F(RealDataTest, TheThreePairsMergeWithoutLossAndInOrder) {
    const std::string prefix = folder_ + "/candles/demo_bitfinex_";
    const Counts counts = read(
        {prefix + "BTCUSD_1m_2019Q4.csv.gz",
         prefix + "ETHUSD_1m_2019Q4.csv.gz",
         prefix + "XRPUSD_1m_2019Q4.csv.gz"});
    EXPECT_EQ(counts.candles, 128'798U + 101'020U + 102'978U);
    EXPECT_EQ(counts.gaps, 3'202U + 19'404U + 18'508U);
    EXPECT_TRUE(counts.rises);
}

TEST_F(RealDataTest, EveryPriceIsTheVenuesOwnTextDigitByDigit) {
    const std::string path = folder_ + "/candles/demo_bitfinex_BTCUSD_1m_2019Q4.csv.gz";
    const auto candles = only<CandleClosed>(settings_for({path}));
    LineReader reader(Input::open(path).value(), path, 0);
    ASSERT_TRUE(reader.next().value());
    // Without the trailing zeros that a decimal doesn't keep.
    const auto trimmed = [](std::string text) {
        if (text.find('.') == std::string::npos) return text;
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
        return text;
    };
    std::size_t row = 0;
    while (reader.next().value()) {
        Settings fields;
        fields.set("line", std::string(reader.line()));
        const auto text = fields.list("line");
        const CandleClosed& candle = candles.at(row++);
        ASSERT_EQ(to_ns(candle.open_time) / 1'000'000, std::stoll(text[0]));
        ASSERT_EQ(candle.open.to_string(), trimmed(text[1])) << "line " << reader.number();
        ASSERT_EQ(candle.high.to_string(), trimmed(text[2])) << "line " << reader.number();
        ASSERT_EQ(candle.low.to_string(), trimmed(text[3])) << "line " << reader.number();
        ASSERT_EQ(candle.close.to_string(), trimmed(text[4])) << "line " << reader.number();
    }
    EXPECT_EQ(row, candles.size());
    EXPECT_EQ(candles[1].volume.to_string(), "1.6854500000000001");
}

TEST_F(RealDataTest, TheSameFilesGiveTheSameBytes) {
    const auto encoded = [&] {
        auto feed = RecordedFeed::open(
                        settings_for(
                            {folder_ + "/trades/binance_BTCUSDT_trades_20240808-09.csv.gz",
                             folder_ + "/trades/binance-usdm_BTCUSDT_trades_20240808-09.csv.gz"}))
                        .value();
        std::string bytes;
        std::uint64_t number = 0;
        while (auto step = feed->next().value()) {
            for (const auto& [event, origin] : step->events) {
                encode_record(bytes, 1, ++number, Seq{}, event, origin);
            }
        }
        return crc32c(bytes);
    };
    EXPECT_EQ(encoded(), encoded());
}

}  // namespace tapedeck::recorded
