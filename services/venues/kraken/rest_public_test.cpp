#include "venues/kraken/rest_public.h"

#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using tapedeck::to_string;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::symbols;

class RestPublicTest : public ::testing::Test {
protected:
    json::Value parse(std::string_view text) {
        EXPECT_TRUE(document_.read(text));
        return document_.root();
    }

    const Pair& pair(std::string_view name) { return *symbols_.find(name); }

    Symbols symbols_ = symbols();
    json::Document document_;
};

TEST_F(RestPublicTest, AsksForManyTickersAtOnce) {
    EXPECT_EQ(
        ticker_request({&pair("XBTUSD"), &pair("XBTUSDT")}).target,
        "/0/public/Ticker?pair=XBTUSD%2CXBTUSDT");
    EXPECT_EQ(ticker_request({}).target, "/0/public/Ticker");
    EXPECT_EQ(ticker_request({}).verb, "GET");
}

TEST_F(RestPublicTest, AsksForHistory) {
    EXPECT_EQ(
        ohlc_request(pair("BTC/USD"), 1h, Time(1688671200s)).target,
        "/0/public/OHLC?pair=XBTUSD&interval=60&since=1688671200");
    EXPECT_EQ(
        ohlc_request(pair("BTC/USD"), 1min, {}).target, "/0/public/OHLC?pair=XBTUSD&interval=1");
    EXPECT_EQ(
        trades_request(pair("BTC/USD"), "1688671969993150842", 1000).target,
        "/0/public/Trades?pair=XBTUSD&since=1688671969993150842&count=1000");
    EXPECT_EQ(
        trades_request(pair("BTC/USD"), "", 10).target, "/0/public/Trades?pair=XBTUSD&count=10");
    EXPECT_EQ(depth_request(pair("BTC/USD"), 100).target, "/0/public/Depth?pair=XBTUSD&count=100");
    EXPECT_EQ(assets_request().target, "/0/public/Assets");
    EXPECT_EQ(asset_pairs_request().target, "/0/public/AssetPairs");
    EXPECT_EQ(system_status_request().target, "/0/public/SystemStatus");
}

TEST_F(RestPublicTest, ReadsTickersOfManyPairs) {
    const auto answer = read_tickers(
        parse(R"({"XXBTZUSD":{"a":["30300.10000","1","1.000"],"b":["30300.00000","2","2.500"],)"
              R"("c":["30303.20000","0.00067643"],"v":["4083.67001100","4412.73601799"],)"
              R"("p":["30706.77771","30689.13205"],"t":[34619,38907],)"
              R"("l":["29868.30000","29868.40000"],"h":["31631.00000","31632.00000"],)"
              R"("o":"30502.80000"},"ADAUSD":{}})"),
        symbols_);
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->tickers.size(), 1U);
    const auto& ticker = answer->tickers[0];
    EXPECT_EQ(ticker.quote.instrument.name(), "kraken:BTC/USD");
    EXPECT_EQ(ticker.quote.ask.to_string(), "30300.1");
    EXPECT_EQ(ticker.quote.ask_quantity.to_string(), "1");
    EXPECT_EQ(ticker.quote.bid.to_string(), "30300");
    EXPECT_EQ(ticker.quote.bid_quantity.to_string(), "2.5");
    EXPECT_EQ(ticker.last.to_string(), "30303.2");
    EXPECT_EQ(ticker.low.to_string(), "29868.4") << "of 24 hours, not of today";
    EXPECT_EQ(ticker.high.to_string(), "31632");
    EXPECT_EQ(ticker.volume.to_string(), "4412.73601799");
    EXPECT_EQ(ticker.vwap.to_string(), "30689.13205");
    EXPECT_THAT(answer->unknown, ElementsAre("ADAUSD"));
}

TEST_F(RestPublicTest, TheLastCandleIsStillForming) {
    const auto answer = read_ohlc(
        parse(R"({"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1",)"
              R"("3.39243896",23],[1688671260,"30305.7","30308","30300","30307","30306","1.5",7],)"
              R"([1688671320,"1","1","1","1","1","0",0]],"last":1688671260})"),
        symbols_,
        1min);
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->closed.size(), 2U);
    const auto& candle = answer->closed[0];
    EXPECT_EQ(candle.instrument.name(), "kraken:BTC/USD");
    EXPECT_EQ(candle.open_time, Time(1688671200s));
    EXPECT_EQ(candle.interval, 1min);
    EXPECT_EQ(candle.open.to_string(), "30306.1");
    EXPECT_EQ(candle.high.to_string(), "30306.2");
    EXPECT_EQ(candle.low.to_string(), "30305.7");
    EXPECT_EQ(candle.close.to_string(), "30305.7");
    EXPECT_EQ(candle.volume.to_string(), "3.39243896");
    EXPECT_EQ(candle.trades, 23U);
    ASSERT_TRUE(answer->forming);
    EXPECT_EQ(answer->forming->open_time, Time(1688671320s));
}

TEST_F(RestPublicTest, ReadsTradesAndWhereToGoOn) {
    const auto answer = read_trades(
        parse(R"({"XXBTZUSD":[["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952],)"
              R"(["30243.30000","0.00376960",1688669598.2804112,"s","l","",61044953]],)"
              R"("last":"1688671969993150842"})"),
        symbols_);
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->trades.size(), 2U);
    EXPECT_EQ(answer->trades[0].trade.price.to_string(), "30243.4");
    EXPECT_EQ(answer->trades[0].trade.quantity.to_string(), "0.34507674");
    EXPECT_EQ(answer->trades[0].trade.taker_side, Side::Buy);
    EXPECT_EQ(answer->trades[0].trade.trade_id, "61044952");
    EXPECT_EQ(to_ns(answer->trades[0].happened), 1688669597827736900) << "no double in between";
    EXPECT_EQ(answer->trades[1].trade.taker_side, Side::Sell);
    EXPECT_EQ(answer->next, "1688671969993150842");
}

TEST_F(RestPublicTest, ReadsDepth) {
    const auto answer = read_depth(
        parse(R"({"XXBTZUSD":{"asks":[["30384.10000","2.059",1688671659],["30387.90000","1.500",)"
              R"(1688671380]],"bids":[["30297.00000","1.115",1688671636]]}})"),
        symbols_);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->instrument.name(), "kraken:BTC/USD");
    ASSERT_EQ(answer->asks.size(), 2U);
    EXPECT_EQ(answer->asks[0].price.to_string(), "30384.1");
    ASSERT_EQ(answer->bids.size(), 1U);
    EXPECT_EQ(answer->bids[0].quantity.to_string(), "1.115");
}

TEST_F(RestPublicTest, ReadsTheSystemsStatus) {
    const auto status =
        read_system_status(parse(R"({"status":"post_only","timestamp":"2024-05-03T11:23:45Z"})"));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, SystemStatus::State::PostOnly);
}

TEST_F(RestPublicTest, ErrorsNameThePlace) {
    const auto error = [&](const auto& answer) {
        return answer ? std::string() : answer.error().message;
    };
    const auto tickers = read_tickers(parse(R"({"XXBTZUSD":{"a":["1"]}})"), symbols_);
    EXPECT_THAT(tickers->skipped, ElementsAre(HasSubstr("XXBTZUSD (byte 12)")));
    EXPECT_FALSE(read_tickers(parse("[]"), symbols_));
    EXPECT_THAT(error(read_ohlc(parse(R"({"XXBTZUSD":[]})"), symbols_, 1min)), HasSubstr("last"));
    EXPECT_THAT(error(read_ohlc(parse(R"({"last":1})"), symbols_, 1min)), HasSubstr("a pair"));
    EXPECT_THAT(
        error(read_trades(parse(R"({"NOUSD":[],"last":"1"})"), symbols_)), HasSubstr("Symbols"));
    EXPECT_THAT(
        error(read_trades(parse(R"({"XXBTZUSD":[["1","1",9e18,"b"]],"last":"1"})"), symbols_)),
        HasSubstr("XXBTZUSD[0][2]"));
    EXPECT_FALSE(read_trades(parse(R"({"XXBTZUSD":[],"last":"now"})"), symbols_));
    EXPECT_FALSE(read_depth(parse("[]"), symbols_));
    EXPECT_FALSE(read_system_status(parse("7")));
}

}  // namespace
}  // namespace tapedeck::kraken
