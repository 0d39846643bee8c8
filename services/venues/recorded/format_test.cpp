#include "venues/recorded/format.h"

#include "testing/given.h"

namespace tapedeck::recorded {

namespace {

using namespace std::chrono_literals;

std::string shown(const Clues& clues) {
    std::string result = clues.instrument ? clues.instrument->to_string() : "?";
    return result + '@' + (clues.interval ? to_string(*clues.interval) : "?");
}

}  // namespace

TEST(FileNameTest, TellsInstrumentAndInterval) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"demo_bitfinex_BTCUSD_1m_2019Q4.csv.gz", "bitfinex:BTC/USD@1m"},
        {"candles/binance_BTCUSDT_1m_202506.csv.gz", "binance:BTC/USDT@1m"},
        {"bitfinex_BTCUSD_1m.csv.zst", "bitfinex:BTC/USD@1m"},
        {"kraken_XBTUSD_1h.csv.gz", "kraken:BTC/USD@1h"},
        {"kraken_BTCUSDC_1m_2023Q1.csv.gz", "kraken:BTC/USDC@1m"},
        {"kraken_XBTUSDT_1m_rest_20251110.csv.gz", "kraken:BTC/USDT@1m"},
        {"lean_coinbase_BTCUSD_1m_quotes.csv.gz", "coinbase:BTC/USD@1m"},
        {"binance-usdm_BTCUSDT_trades_20240808-09.csv.gz", "binance-usdm:BTC/USDT@?"},
        {"kraken_XBTUSDT_trades_rest_20251110.csv.gz", "kraken:BTC/USDT@?"},
        {"kraken_time_and_sales_BCHEUR.csv", "kraken:BCH/EUR@?"},
        {"/data/XBTEUR_1.csv", "kraken:BTC/EUR@1m"},
        {"ETHXBT_1440.csv", "kraken:ETH/BTC@1d"},
        {"XDGUSD_60.csv", "kraken:DOGE/USD@1h"},
        {"USDTUSD_5.csv", "kraken:USDT/USD@5m"},
        {"myvenue_SOL-EUR_15m.csv", "myvenue:SOL/EUR@15m"},
        {"bitfinex_BTCUSD_20190101.csv", "bitfinex:BTC/USD@?"},
        {"EUR.csv", "?@?"},
        {"prices.csv", "?@?"},
        {"", "?@?"},
        {"kraken_BTCEUR_0.csv", "kraken:BTC/EUR@?"},
        {"kraken_BTCEUR_999999999999d.csv", "kraken:BTC/EUR@?"}};
    for (const auto& [name, expected] : cases) EXPECT_EQ(shown(read_name(name)), expected) << name;
}

TEST(FileNameTest, IsOverruledByWhatTheUserSays) {
    auto file = parse_file("dir/x.csv=kraken:BTC/EUR@5m").value();
    EXPECT_EQ(file.path, "dir/x.csv");
    EXPECT_EQ(shown(file.clues), "kraken:BTC/EUR@5m");
    file = parse_file("bitfinex_BTCUSD_1h.csv=kraken:BTC/EUR").value();
    EXPECT_EQ(shown(file.clues), "kraken:BTC/EUR@1h") << "what is not said, the name tells";
    file = parse_file("run=3/bitfinex_BTCUSD_1h.csv").value();
    EXPECT_EQ(file.path, "run=3/bitfinex_BTCUSD_1h.csv") << "a path may have an equals sign";
}

TEST(FileNameTest, AWrongOverrideNamesTheFix) {
    EXPECT_EQ(
        parse_file("x.csv=kraken:BTCEUR").error().message,
        "market-data.files: \"x.csv=kraken:BTCEUR\": \"kraken:BTCEUR\" is not an instrument; write "
        "path=venue:BASE/QUOTE@1m");
    EXPECT_EQ(
        parse_file("x.csv=kraken:BTC/EUR@soon").error().message,
        "market-data.files: \"x.csv=kraken:BTC/EUR@soon\": \"soon\" is not an interval from 1s to "
        "366d; write path=venue:BASE/QUOTE@1m");
    EXPECT_FALSE(parse_file("x.csv=kraken:BTC/EUR@0s"));
    EXPECT_FALSE(parse_file("=kraken:BTC/EUR@1m"));
    EXPECT_FALSE(parse_file(""));
}

TEST(FormatTest, IsKnownByItsHeaderOrItsColumns) {
    const auto kind = [](std::string_view line) { return find_format(line)->kind; };
    EXPECT_EQ(kind("timestamp,open,high,low,close,volume"), Kind::Candles);
    EXPECT_EQ(kind("Timestamp,Open,High,Low,Close,Volume,Trades"), Kind::Candles);
    EXPECT_EQ(kind("timestamp,price,size,side,trade_id"), Kind::Trades);
    EXPECT_EQ(
        kind("timestamp,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,"
             "ask_close,ask_size"),
        Kind::QuoteBars);
    EXPECT_EQ(kind("1672531200,1,1,1,1,1,1"), Kind::Candles);
    EXPECT_TRUE(find_format("1672531200,1,1,1,1,1,1")->in_seconds);
    EXPECT_EQ(kind("1672531436,90.54,1.1"), Kind::Trades);
    EXPECT_EQ(find_format("date,open,high,low,close,volume"), nullptr);
    EXPECT_EQ(find_format("1672531200,1,1,1,1,1"), nullptr);
    EXPECT_EQ(find_format(""), nullptr);
}

}  // namespace tapedeck::recorded
