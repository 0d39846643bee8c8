#include "venues/kraken/public_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using tapedeck::to_string;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PublicMessagesTest : public ::testing::Test {
protected:
    template <class T>
    T read(std::string_view frame) {
        auto message = decode_public(document_, frame);
        EXPECT_TRUE(message) << (message ? "" : message.error().message);
        if (!message) return {};
        EXPECT_NE(std::get_if<T>(&*message), nullptr) << frame;
        const auto* wanted = std::get_if<T>(&*message);
        return wanted == nullptr ? T{} : *wanted;
    }

    std::string error(std::string_view frame) {
        const auto message = decode_public(document_, frame);
        return message ? "" : message.error().message;
    }

    json::Document document_;
};

constexpr std::string_view kStatus =
    R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online",)"
    R"("api_version":"v2","connection_id":4502598587506258319}]})";
constexpr std::string_view kTicker =
    R"({"channel":"ticker","type":"update","data":[{"symbol":"ETH/USDC","bid":3207.04,)"
    R"("bid_qty":0.13280000,"ask":3207.71,"ask_qty":0.13280000,"last":3208.47,)"
    R"("volume":2173.29284504,"vwap":3243.14,"low":3177.79,"high":3367.99,"change":-119.77,)"
    R"("change_pct":-3.60,"volume_usd":6968011.52,"timestamp":"2026-01-19T14:45:24.534338Z"}]})";
constexpr std::string_view kTrade =
    R"({"channel":"trade","type":"update","data":[{"symbol":"ETH/USD","side":"buy",)"
    R"("price":3213.89,"qty":0.02315574,"ord_type":"market","trade_id":59874571,)"
    R"("timestamp":"2026-01-19T15:36:48.413515Z"},{"symbol":"ETH/USD","side":"sell",)"
    R"("price":3213.88,"qty":1.00000000,"ord_type":"limit","trade_id":59874572,)"
    R"("timestamp":"2026-01-19T15:36:48.413516Z"}]})";
constexpr std::string_view kCandle =
    R"({"channel":"ohlc","type":"update","timestamp":"2026-10-09T00:34:30.000000000Z","data":[)"
    R"({"symbol":"BTC/USD","open":81780.8,"high":81780.8,"low":81767.3,"close":81776.7,)"
    R"("trades":29,"volume":0.02155518,"vwap":81775.8,)"
    R"("interval_begin":"2026-10-09T00:34:00.000000000Z","interval":1,)"
    R"("timestamp":"2026-10-09T00:35:00.000000Z"}]})";
constexpr std::string_view kInstrument =
    R"({"channel":"instrument","type":"snapshot","data":{"assets":[{"id":"BTC",)"
    R"("status":"enabled","precision":10,"precision_display":5,"borrowable":true}],)"
    R"("pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online",)"
    R"("qty_precision":8,"qty_increment":1e-08,"price_precision":1,"cost_precision":5,)"
    R"("marginable":true,"has_index":false,"ws_display_price_precision":1,"cost_min":0.5,)"
    R"("tick_size":0.1,"price_increment":0.1,"qty_min":5e-05},)"
    R"({"symbol":"AAPLx/USD","base":"AAPLx","quote":"USD","status":"post_only",)"
    R"("qty_precision":8,"qty_increment":1e-08,"price_precision":2,"cost_precision":5,)"
    R"("price_increment":0.01,"qty_min":0.005}]}})";
constexpr std::string_view kBook =
    R"({"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,)"
    R"("qty":1098.39475580}],"asks":[],"checksum":2114181697,)"
    R"("timestamp":"2023-10-06T17:35:55.440295Z"}]})";
constexpr std::string_view kAck =
    R"({"method":"subscribe","req_id":1,"result":{"channel":"book","depth":10,"snapshot":true,)"
    R"("symbol":"BTC/USD","warnings":["timestamp is deprecated, use interval_begin"]},)"
    R"("success":true,"time_in":"2023-10-06T17:35:55.219022Z",)"
    R"("time_out":"2023-10-06T17:35:55.219067Z"})";
constexpr std::string_view kRefused =
    R"({"error":"Currency pair not supported WWW/USD","method":"subscribe","req_id":7,)"
    R"("success":false,"symbol":"WWW/USD","time_in":"2023-10-06T17:35:55.219022Z",)"
    R"("time_out":"2023-10-06T17:35:55.219067Z"})";

TEST_F(PublicMessagesTest, StatusTellsOfTheVenueAsAWhole) {
    const auto status = read<SystemStatus>(kStatus);
    EXPECT_EQ(status.state, SystemStatus::State::Online);
    EXPECT_EQ(status.connection_id, "4502598587506258319");
    const auto huge = read<SystemStatus>(R"({"channel":"status","data":[{"system":"maintenance",)"
                                         R"("connection_id":18446744073709551616999}]})");
    EXPECT_EQ(huge.state, SystemStatus::State::Maintenance);
    EXPECT_EQ(huge.connection_id, "18446744073709551616999");
    const auto without = read<SystemStatus>(R"({"channel":"status","data":[{"system":"odd"}]})");
    EXPECT_EQ(without.state, SystemStatus::State::Unknown);
    EXPECT_EQ(without.text, "odd");
    EXPECT_EQ(without.connection_id, "");
}

TEST_F(PublicMessagesTest, TickerGivesQuotes) {
    const auto update = read<TickersUpdate>(kTicker);
    ASSERT_EQ(update.tickers.size(), 1U);
    const auto& ticker = update.tickers[0];
    EXPECT_EQ(ticker.quote.instrument.name(), "kraken:ETH/USDC");
    EXPECT_EQ(ticker.quote.bid.to_string(), "3207.04");
    EXPECT_EQ(ticker.quote.bid_quantity.to_string(), "0.1328");
    EXPECT_EQ(ticker.quote.ask.to_string(), "3207.71");
    EXPECT_EQ(ticker.quote.ask_quantity.to_string(), "0.1328");
    EXPECT_EQ(ticker.last.to_string(), "3208.47");
    EXPECT_EQ(ticker.low.to_string(), "3177.79");
    EXPECT_EQ(ticker.high.to_string(), "3367.99");
    EXPECT_EQ(ticker.vwap.to_string(), "3243.14");
    EXPECT_EQ(ticker.volume.to_string(), "2173.29284504");
    EXPECT_EQ(to_string(ticker.happened), "2026-01-19T14:45:24.534338Z");
    EXPECT_FALSE(update.is_snapshot);
}

TEST_F(PublicMessagesTest, TradesComeWithTheTakersSide) {
    const auto update = read<TradesUpdate>(kTrade);
    ASSERT_EQ(update.trades.size(), 2U);
    EXPECT_EQ(update.trades[0].trade.taker_side, Side::Buy);
    EXPECT_EQ(update.trades[0].trade.price.to_string(), "3213.89");
    EXPECT_EQ(update.trades[0].trade.quantity.to_string(), "0.02315574");
    EXPECT_EQ(update.trades[0].trade.trade_id, "59874571");
    EXPECT_EQ(to_string(update.trades[0].happened), "2026-01-19T15:36:48.413515Z");
    EXPECT_EQ(update.trades[1].trade.taker_side, Side::Sell);
}

TEST_F(PublicMessagesTest, CandlesComeAsTheyForm) {
    const auto update = read<CandlesUpdate>(kCandle);
    ASSERT_EQ(update.candles.size(), 1U);
    const auto& candle = update.candles[0];
    EXPECT_EQ(candle.interval, 1min);
    EXPECT_EQ(to_string(candle.open_time), "2026-10-09T00:34:00.000Z");
    EXPECT_EQ(candle.open.to_string(), "81780.8");
    EXPECT_EQ(candle.low.to_string(), "81767.3");
    EXPECT_EQ(candle.close.to_string(), "81776.7");
    EXPECT_EQ(candle.volume.to_string(), "0.02155518");
    EXPECT_EQ(candle.trades, 29U);
}

TEST_F(PublicMessagesTest, InstrumentsComeWithTheirRules) {
    const auto update = read<InstrumentUpdate>(kInstrument);
    EXPECT_TRUE(update.is_snapshot);
    ASSERT_EQ(update.pairs.size(), 2U);
    const auto& pair = update.pairs[0];
    EXPECT_EQ(pair.status, PairStatus::Online);
    EXPECT_EQ(pair.price_decimals, 1U);
    EXPECT_EQ(pair.quantity_decimals, 8U);
    EXPECT_EQ(pair.rules.instrument.name(), "kraken:BTC/USD");
    EXPECT_EQ(pair.rules.price_tick.to_string(), "0.1");
    EXPECT_EQ(pair.rules.quantity_step.to_string(), "0.00000001");
    EXPECT_EQ(pair.rules.quantity_min.to_string(), "0.00005");
    EXPECT_EQ(pair.rules.notional_min.to_string(), "0.5");
    EXPECT_EQ(update.pairs[1].symbol, "AAPLx/USD");
    EXPECT_FALSE(update.pairs[1].instrument) << "lower case is in no name of ours";
    EXPECT_EQ(update.pairs[1].status, PairStatus::PostOnly);
}

TEST_F(PublicMessagesTest, APairThatCannotBeReadStopsNoOther) {
    std::string frame(kInstrument);
    frame.replace(frame.find("\"qty_min\":5e-05"), 15, "\"qty_min\":null ");
    const auto update = read<InstrumentUpdate>(frame);
    ASSERT_EQ(update.pairs.size(), 1U);
    EXPECT_EQ(update.pairs[0].symbol, "AAPLx/USD");
    EXPECT_THAT(update.skipped, ElementsAre(HasSubstr("data.pairs[0].qty_min")));
}

TEST_F(PublicMessagesTest, BooksKeepTheDigitsOfTheWire) {
    const auto change = read<BookChange>(kBook);
    EXPECT_FALSE(change.is_snapshot);
    EXPECT_EQ(change.symbol, "MATIC/USD");
    ASSERT_EQ(change.bids.size(), 1U);
    EXPECT_EQ(change.bids[0].quantity_text, "1098.39475580");
    EXPECT_EQ(change.bids[0].quantity.to_string(), "1098.3947558");
    EXPECT_EQ(change.bids[0].price_text, "0.5657");
    EXPECT_TRUE(change.asks.empty());
    EXPECT_EQ(change.checksum, 2114181697U);
    EXPECT_EQ(to_string(change.happened), "2023-10-06T17:35:55.440295Z");
}

TEST_F(PublicMessagesTest, AnswersToRequestsNameTheRequest) {
    const auto ack = read<SubscriptionAnswered>(kAck);
    EXPECT_EQ(ack.method, "subscribe");
    EXPECT_EQ(ack.channel, "book");
    EXPECT_EQ(ack.symbol, "BTC/USD");
    EXPECT_EQ(ack.request, 1U);
    EXPECT_EQ(ack.error, "");
    EXPECT_THAT(ack.warnings, ElementsAre("timestamp is deprecated, use interval_begin"));
    const auto refused = read<SubscriptionAnswered>(kRefused);
    EXPECT_EQ(refused.error, "Currency pair not supported WWW/USD");
    EXPECT_EQ(refused.symbol, "WWW/USD");
    EXPECT_EQ(refused.request, 7U);
    EXPECT_EQ(
        read<Pong>(R"({"method":"pong","req_id":101,"time_in":"2023-10-06T17:35:55.219022Z"})")
            .request,
        101U);
    const auto failed =
        read<RequestFailed>(R"({"error":"Malformed request","method":"error","success":false})");
    EXPECT_EQ(failed.error, "Malformed request");
    EXPECT_FALSE(failed.request);
}

TEST_F(PublicMessagesTest, HeartbeatsAndNewChannelsAreNoErrors) {
    read<Heartbeat>(R"({"channel":"heartbeat"})");
    EXPECT_EQ(read<NotUnderstood>(R"({"channel":"weather","data":[]})").name, "weather");
    EXPECT_EQ(read<NotUnderstood>(R"({"method":"dance","result":{}})").name, "dance");
}

TEST_F(PublicMessagesTest, ErrorsNameThePlace) {
    EXPECT_THAT(error("<html>"), HasSubstr("byte 0"));
    EXPECT_THAT(error("[]"), HasSubstr("a channel or a method"));
    EXPECT_THAT(
        error(
            R"({"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":1}]}]})"),
        HasSubstr("data[0].bids[0]"));
    EXPECT_THAT(error(R"({"channel":"book","data":[]})"), HasSubstr("data"));
    EXPECT_THAT(
        error(R"({"channel":"book","data":[{"symbol":"A/B","checksum":4294967296}]})"),
        HasSubstr("32 bits"));
    EXPECT_THAT(
        error(R"({"channel":"trade","data":[{"symbol":"a/b"}]})"), HasSubstr("data[0].symbol"));
}

/// Nothing that comes over the wire may do more harm than an error.
TEST_F(PublicMessagesTest, DamagedFramesNeverCrash) {
    const std::vector<std::string_view> frames = {
        kStatus, kTicker, kTrade, kCandle, kInstrument, kBook, kAck, kRefused};
    std::mt19937_64 random(20261121);
    constexpr std::string_view kBytes = "{}[]\",:0123456789.eE-nt";
    int refused = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string frame(frames[random() % frames.size()]);
        for (auto changes = random() % 3; changes > 0; --changes) {
            frame[random() % frame.size()] = kBytes[random() % kBytes.size()];
        }
        if (random() % 4 == 0) frame.resize(random() % frame.size());
        refused += decode_public(document_, frame) ? 0 : 1;
    }
    EXPECT_GT(refused, 5000);
    EXPECT_LT(refused, 20000);
}

CandleClosed candle(int minute, const char* close = "1") {
    CandleClosed result;
    result.instrument = Instrument::parse("kraken:BTC/USD").value();
    result.interval = 1min;
    result.open_time = Time(minute * 1min);
    result.close = Price::parse(close).value();
    return result;
}

std::vector<std::string> closed(const std::vector<CandleClosed>& candles) {
    std::vector<std::string> result;
    for (const auto& each : candles) {
        const auto minute = each.open_time.time_since_epoch() / 1min;
        result.push_back(std::to_string(minute) + " " + each.close.to_string());
    }
    return result;
}

TEST(CandleCloserTest, ACandleIsSaidWhenTheNextBegins) {
    CandleCloser closer;
    EXPECT_THAT(closed(closer.take({candle(1, "5")})), ElementsAre());
    EXPECT_THAT(closed(closer.take({candle(1, "6")})), ElementsAre());
    EXPECT_THAT(closed(closer.take({candle(2, "7")})), ElementsAre("1 6"));
    EXPECT_THAT(closed(closer.take({candle(1, "8")})), ElementsAre()) << "it was final";
    EXPECT_THAT(closed(closer.take({candle(5, "9")})), ElementsAre("2 7")) << "nothing between";
}

TEST(CandleCloserTest, ASnapshotBringsOnlyWhatIsNew) {
    CandleCloser closer;
    EXPECT_THAT(closed(closer.take({candle(1), candle(2), candle(3)})), ElementsAre("1 1", "2 1"));
    closer.reset();
    EXPECT_THAT(
        closed(closer.take({candle(2), candle(3, "4"), candle(4), candle(5)})),
        ElementsAre("3 4", "4 1"));
}

TEST(CandleCloserTest, InstrumentsAndIntervalsDoNotMix) {
    CandleCloser closer;
    auto other = candle(1);
    other.instrument = Instrument::parse("kraken:ETH/USD").value();
    auto longer = candle(0);
    longer.interval = 5min;
    EXPECT_THAT(closed(closer.take({candle(1), other, longer})), ElementsAre());
    EXPECT_THAT(closed(closer.take({candle(2)})), ElementsAre("1 1"));
}

TEST(PublicRequestsTest, AreWrittenAsDocumented) {
    Subscription book;
    book.channel = "book";
    book.symbols = {"BTC/USD", "ETH/USD"};
    book.depth = 10;
    book.snapshot = true;
    EXPECT_EQ(
        encode_subscribe(book, 1),
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],)"
        R"("depth":10,"snapshot":true},"req_id":1})");
    Subscription candles;
    candles.channel = "ohlc";
    candles.symbols = {"BTC/USD"};
    candles.interval = 5;
    EXPECT_EQ(
        encode_unsubscribe(candles, 2),
        R"({"method":"unsubscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],)"
        R"("interval":5},"req_id":2})");
    Subscription ticker;
    ticker.channel = "ticker";
    ticker.symbols = {"BTC/USD"};
    ticker.event_trigger = "bbo";
    EXPECT_THAT(encode_subscribe(ticker, 3), HasSubstr(R"("event_trigger":"bbo")"));
    Subscription instruments;
    instruments.channel = "instrument";
    EXPECT_EQ(
        encode_subscribe(instruments, 4),
        R"({"method":"subscribe","params":{"channel":"instrument"},"req_id":4})");
    EXPECT_EQ(encode_ping(101), R"({"method":"ping","req_id":101})");
}

}  // namespace
}  // namespace tapedeck::kraken
