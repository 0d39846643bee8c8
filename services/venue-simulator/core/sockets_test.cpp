#include "venue-simulator/core/venue_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

const std::string kTimes =
    R"("time_in":"2023-11-14T22:13:20.000000Z","time_out":"2023-11-14T22:13:20.000000Z"})";

class SocketsTest : public VenueFixture {
protected:
    SocketId private_socket(const std::string& more = "") {
        const SocketId id = open();
        token_ = token();
        say(id,
            R"({"method":"subscribe","params":{"channel":"executions","token":")" + token_ +
                R"(")" + more + "}}");
        return id;
    }

    std::string order(const std::string& fields) {
        return R"({"method":"add_order","req_id":1,"params":{"symbol":"BTC/USD","side":"buy",)"
               R"("order_type":"limit",)" +
               fields + R"(,"token":")" + token_ + R"("}})";
    }

    std::string token_;
};

TEST_F(SocketsTest, TheStatusComesFirst) {
    venue_->opened(77, "/v2", now_);
    const auto said = heard(77);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(
        said[0],
        R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online",)"
        R"("api_version":"v2","connection_id":9300000000000000077}]})");
    venue_->opened(78, "/elsewhere", now_);
    EXPECT_EQ(heard(78), std::vector<std::string>{"closed"});
}

TEST_F(SocketsTest, PingsAndNonsenseAreAnswered) {
    const SocketId id = open("/v2");
    say(id, R"({"method":"ping","req_id":101})");
    say(id, R"({"method":"ping","params":{}})");
    say(id, "nonsense");
    say(id, R"({"method":"dance"})");
    say(id, R"({"method":"subscribe","channel":"book"})");
    const std::vector<std::string> expected = {
        R"({"method":"pong","req_id":101,)" + kTimes,
        R"({"error":"Unsupported field: 'params' for the given msg type: ping","method":"ping",)"
        R"("success":false,)" +
            kTimes,
        R"({"error":"Malformed request","method":"error","success":false,)" + kTimes,
        R"({"error":"Unsupported event","method":"error","success":false,)" + kTimes,
        R"({"error":"Unsupported field: 'channel' for the given msg type: subscribe",)"
        R"("method":"subscribe","success":false,)" +
            kTimes};
    EXPECT_EQ(heard(id), expected);
}

TEST_F(SocketsTest, EverySymbolHasItsOwnAnswer) {
    const SocketId id = open("/v2");
    say(id,
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","WWW/USD"],)"
        R"("depth":10},"req_id":1})");
    const std::vector<std::string> expected = {
        R"({"method":"subscribe","req_id":1,"result":{"channel":"book","depth":10,)"
        R"("snapshot":true,"symbol":"BTC/USD"},"success":true,)" +
            kTimes,
        R"({"error":"Currency pair not supported WWW/USD","method":"subscribe","req_id":1,)"
        R"("success":false,"symbol":"WWW/USD",)" +
            kTimes,
        R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[],"asks":[],)"
        R"("checksum":0,"timestamp":"2023-11-14T22:13:20.000000Z"}]})"};
    EXPECT_EQ(heard(id), expected);
    say(id, R"({"method":"subscribe","params":{"channel":"book","symbol":["XBT/USD"]}})");
    EXPECT_TRUE(holds(heard(id), "Currency pair not supported XBT/USD"));
}

TEST_F(SocketsTest, ABookIsUpdatedWithLiteralsAndAChecksum) {
    house("buy", "1", "45283.5");
    const SocketId id = open("/v2");
    say(id, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}})");
    heard(id);
    house("sell", "0.001", "45285.2");
    const std::uint32_t checksum = crc32_of("452852100000452835100000000");
    const std::vector<std::string> expected = {
        R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],)"
        R"("asks":[{"price":45285.2,"qty":0.00100000}],"checksum":)" +
        std::to_string(checksum) + R"(,"timestamp":"2023-11-14T22:13:20.000000Z"}]})"};
    EXPECT_EQ(heard(id), expected);
    admin("market", R"({"clear":"true"})");
    EXPECT_TRUE(holds(heard(id), R"("asks":[{"price":45285.2,"qty":0.00000000}])"));
}

TEST_F(SocketsTest, CandlesTradesAndTickersFollowTrades) {
    const SocketId id = open("/v2");
    for (const char* channel : {"trade", "ohlc", "ticker"}) {
        say(id,
            R"({"method":"subscribe","params":{"channel":")" + std::string(channel) +
                R"(","symbol":["BTC/USD"]}})");
    }
    const auto acks = heard(id);
    EXPECT_TRUE(holds(acks, R"("warnings":["timestamp is deprecated, use interval_begin"])"));
    EXPECT_TRUE(holds(acks, R"({"channel":"trade","snapshot":false,"symbol":"BTC/USD"})"));
    EXPECT_TRUE(holds(acks, R"("event_trigger":"trades")"));
    house("sell", "1", "50000");
    EXPECT_TRUE(heard(id).empty());
    admin("house", R"({"pair":"XBTUSD","side":"buy","volume":"0.1"})");
    const auto said = heard(id);
    EXPECT_TRUE(holds(
        said,
        R"("data":[{"symbol":"BTC/USD","side":"buy","price":50000.0,"qty":0.10000000,)"
        R"("ord_type":"market","trade_id":60000001,"timestamp":"2023-11-14T22:13:20.000000Z"}])"));
    EXPECT_TRUE(holds(
        said,
        R"("close":50000.0,"trades":1,"volume":0.10000000,"vwap":50000.0,)"
        R"("interval_begin":"2023-11-14T22:13:00.000000000Z","interval":1,)"
        R"("timestamp":"2023-11-14T22:14:00.000000Z")"));
    EXPECT_TRUE(holds(said, R"("ask":50000.0,"ask_qty":0.90000000,"last":50000.0)"));
}

TEST_F(SocketsTest, QuotesMoveATickerThatAsksForThem) {
    const SocketId id = open("/v2");
    say(id,
        R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],)"
        R"("event_trigger":"bbo"}})");
    heard(id);
    house("sell", "1", "50000");
    EXPECT_EQ(heard(id).size(), 1U);
    house("sell", "1", "50001");
    EXPECT_TRUE(heard(id).empty());
}

TEST_F(SocketsTest, InstrumentsAreSpelledAsCaptured) {
    const SocketId id = open("/v2");
    say(id, R"({"method":"subscribe","params":{"channel":"instrument"}})");
    const auto said = heard(id);
    EXPECT_TRUE(holds(
        said,
        R"("symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,)"
        R"("qty_increment":1e-08,"price_precision":1,"cost_precision":5)"));
    EXPECT_TRUE(holds(said, R"("tick_size":0.1,"price_increment":0.1,"qty_min":5e-05)"));
    EXPECT_TRUE(holds(said, R"("symbol":"DOGE/USD")"));
}

TEST_F(SocketsTest, PrivateChannelsWantATokenThatIsGood) {
    const SocketId id = open();
    const auto subscribe = [&](const std::string& said) {
        say(id, R"({"method":"subscribe","params":{"channel":"balances")" + said + "}}");
        return heard(id);
    };
    EXPECT_TRUE(holds(subscribe(""), R"({"error":"Token(s) not found","method":"subscribe")"));
    EXPECT_TRUE(holds(
        subscribe(R"(,"token":"bad")"),
        R"({"error":"ESession:Invalid session","method":"subscribe","status":"error")"));
    const std::string good = token();
    const std::string other = token();
    pass(std::chrono::minutes(14));
    EXPECT_TRUE(holds(
        subscribe(R"(,"token":")" + good + R"(")"),
        R"({"channel":"balances","type":"snapshot","data":[{"asset":"BTC",)"
        R"("asset_class":"currency",)"
        R"("wallets":[{"type":"spot","id":"main","balance":10.0000000000}],)"
        R"("balance":10.0000000000})"));
    pass(std::chrono::minutes(2));
    heard(id);
    say(id, R"({"method":"cancel_all","params":{"token":")" + good + R"("}})");
    EXPECT_TRUE(holds(heard(id), R"("result":{"count":0},"success":true)"));
    say(id, R"({"method":"cancel_all","params":{"token":")" + other + R"("}})");
    EXPECT_TRUE(holds(heard(id), "ESession:Invalid session"));
    const SocketId open_one = open("/v2");
    say(open_one, R"({"method":"cancel_all","params":{"token":")" + good + R"("}})");
    EXPECT_TRUE(holds(heard(open_one), "EGeneral:Permission denied"));
}

TEST_F(SocketsTest, TheLifeOfAnOrderIsNumberedFromOne) {
    const SocketId id = private_socket();
    auto said = heard(id);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_NE(said[0].find(R"("maxratecount":180)"), std::string::npos);
    EXPECT_EQ(said[1], R"({"channel":"executions","type":"snapshot","data":[],"sequence":1})");
    say(id, order(R"("order_qty":0.1,"limit_price":50000,"cl_ord_id":"mine")"));
    said = heard(id);
    ASSERT_EQ(said.size(), 3U);
    const std::string order_id = field(said[0], "order_id");
    EXPECT_EQ(
        said[0],
        R"({"method":"add_order","req_id":1,"result":{"cl_ord_id":"mine","order_id":")" + order_id +
            R"("},"success":true,)" + kTimes);
    EXPECT_EQ(
        said[1],
        R"({"channel":"executions","type":"update","data":[{"cl_ord_id":"mine","order_id":")" +
            order_id +
            R"(","exec_type":"pending_new","order_status":"pending_new","symbol":"BTC/USD",)"
            R"("order_qty":0.10000000,"cum_cost":0.00000,"time_in_force":"GTC","side":"buy",)"
            R"("order_type":"limit","limit_price_type":"static","limit_price":50000.0,)"
            R"("stop_price":0.0,"fee_ccy_pref":"fciq","fee_usd_equiv":0.0000,)"
            R"("timestamp":"2023-11-14T22:13:20.000000Z"}],"sequence":2})");
    EXPECT_EQ(
        said[2],
        R"({"channel":"executions","type":"update","data":[{"timestamp":)"
        R"("2023-11-14T22:13:20.000000Z","order_status":"new","exec_type":"new",)"
        R"("cl_ord_id":"mine","order_id":")" +
            order_id + R"("}],"sequence":3})");
    house("sell", "0.1", "50000");
    said = heard(id);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_NE(
        said[0].find(R"("exec_type":"trade","trade_id":60000001,"symbol":"BTC/USD","side":"buy",)"
                     R"("last_qty":0.10000000,"last_price":50000.0,"liquidity_ind":"m",)"
                     R"("cost":5000.00000,"order_type":"limit")"),
        std::string::npos)
        << said[0];
    EXPECT_NE(
        said[0].find(R"("fees":[{"asset":"USD","qty":12.50000}],"order_status":"partially_filled",)"
                     R"("cum_qty":0.10000000,"cum_cost":5000.00000,"fee_usd_equiv":12.5000,)"
                     R"("avg_price":50000.0}],"sequence":4})"),
        std::string::npos)
        << said[0];
    EXPECT_NE(said[1].find(R"("order_status":"filled","exec_type":"filled")"), std::string::npos);
    EXPECT_NE(said[1].find(R"("sequence":5})"), std::string::npos);
}

TEST_F(SocketsTest, FillsMoveTheBalancesInTwoRows) {
    house("sell", "1", "50000");
    const SocketId id = private_socket();
    say(id,
        R"({"method":"subscribe","params":{"channel":"balances","token":")" + token_ + R"("}})");
    heard(id);
    say(id, order(R"("order_qty":0.1,"limit_price":50000.0)"));
    const auto said = heard(id);
    EXPECT_TRUE(holds(
        said,
        R"("type":"trade","asset":"BTC","asset_class":"currency","category":"trade",)"
        R"("wallet_type":"spot","wallet_id":"main","amount":0.1000000000,"fee":0.0000000000,)"
        R"("balance":10.1000000000}],"sequence":2})"));
    EXPECT_TRUE(
        holds(said, R"("amount":-5000.0000,"fee":20.0000,"balance":94980.0000}],"sequence":3})"));
}

TEST_F(SocketsTest, NumbersMustBeNumbers) {
    const SocketId id = private_socket();
    heard(id);
    say(id, order(R"("order_qty":0.1,"limit_price":"50000")"));
    EXPECT_TRUE(holds(heard(id), "Limit_price field must be a number_float"));
    say(id, order(R"("order_qty":0.00001,"limit_price":50000)"));
    EXPECT_TRUE(holds(heard(id), "EGeneral:Invalid arguments:volume minimum not met"));
    say(id, order(R"("order_qty":0.1,"limit_price":50000,"no_mpp":true)"));
    EXPECT_TRUE(holds(heard(id), "no_mpp order option is only available"));
}

TEST_F(SocketsTest, EveryCanceledOrderIsAnswered) {
    const SocketId id = private_socket();
    say(id, order(R"("order_qty":0.1,"limit_price":50000,"cl_ord_id":"a")"));
    say(id, order(R"("order_qty":0.1,"limit_price":50000,"cl_ord_id":"b")"));
    heard(id);
    say(id,
        R"({"method":"cancel_order","req_id":9,"params":{"cl_ord_id":["a","b","c"],"token":")" +
            token_ + R"("}})");
    const auto said = heard(id);
    ASSERT_EQ(said.size(), 5U);  // three answers, two executions
    EXPECT_NE(
        said[0].find(R"("req_id":9,"result":{"cl_ord_id":"a"},"success":true)"), std::string::npos);
    EXPECT_NE(
        said[2].find(R"({"error":"EOrder:Unknown order","method":"cancel_order","req_id":9)"),
        std::string::npos);
    EXPECT_NE(
        said[3].find(R"("order_status":"canceled","exec_type":"canceled","cum_qty":0.00000000,)"
                     R"("cum_cost":0.00000,"fee_usd_equiv":0.0000,"avg_price":0.0,)"
                     R"("cancel_reason":"User requested","reason":"User requested")"),
        std::string::npos)
        << said[3];
}

TEST_F(SocketsTest, OrdersAreAmendedEditedAndBatched) {
    const SocketId id = private_socket();
    say(id, order(R"("order_qty":0.1,"limit_price":50000,"cl_ord_id":"a")"));
    heard(id);
    const std::string token = R"("token":")" + token_ + R"("}})";
    say(id,
        R"({"method":"amend_order","params":{"cl_ord_id":"a","order_qty":0.2,)"
        R"("limit_price":49000,)" +
            token);
    auto said = heard(id);
    EXPECT_NE(said[0].find(R"("cl_ord_id":"a"},"success":true)"), std::string::npos) << said[0];
    EXPECT_NE(
        said[1].find(R"("exec_type":"amended","order_status":"new","cum_qty":0.00000000,)"
                     R"("reason":"User requested","amended":true,"order_qty":0.20000000,)"
                     R"("limit_price":49000.0,"limit_price_type":"static","cl_ord_id":"a")"),
        std::string::npos)
        << said[1];
    const std::string order_id = field(said[1], "order_id");
    say(id,
        R"({"method":"edit_order","params":{"symbol":"BTC/USD","order_id":")" + order_id +
            R"(","order_qty":0.3,"limit_price":48000,)" + token);
    said = heard(id);
    EXPECT_NE(said[0].find(R"("original_order_id":")" + order_id), std::string::npos);
    EXPECT_TRUE(holds(said, R"("reason":"Order replaced")"));
    say(id,
        R"({"method":"batch_add","params":{"symbol":"BTC/USD","orders":[)"
        R"({"order_type":"limit","side":"buy","order_qty":0.1,"limit_price":47000,)"
        R"("cl_ord_id":"x"},)"
        R"({"order_type":"limit","side":"sell","order_qty":99,"limit_price":60000}],)" +
            token);
    said = heard(id);
    EXPECT_NE(said[0].find(R"("result":[{"cl_ord_id":"x","order_id":")"), std::string::npos);
    EXPECT_NE(said[0].find(R"({"error":"EOrder:Insufficient funds"}])"), std::string::npos);
    say(id, R"({"method":"batch_cancel","params":{"orders":["nobody"],"cl_ord_id":["x"],)" + token);
    EXPECT_TRUE(holds(heard(id), R"("result":{"count":1},"success":true)"));
}

TEST_F(SocketsTest, ASnapshotShowsWhatIsOpenAndWhatWasTraded) {
    house("sell", "0.05", "50000");
    post("AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&volume=0.1&price=50000&cl_ord_id=a");
    const SocketId id = private_socket(R"(,"snap_trades":true)");
    const auto said = heard(id);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_NE(said[1].find(R"("order_status":"partially_filled")"), std::string::npos);
    EXPECT_NE(said[1].find(R"("cum_qty":0.05000000,"avg_price":50000.0)"), std::string::npos);
    EXPECT_NE(said[1].find(R"("order_status":"filled"}],"sequence":1})"), std::string::npos)
        << said[1];
}

TEST_F(SocketsTest, HeartbeatsFollowSubscriptionsAndIdleSocketsEnd) {
    const SocketId quiet = open("/v2");
    const SocketId id = open("/v2");
    say(id, R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}})");
    heard(id);
    pass(std::chrono::milliseconds(900));
    EXPECT_TRUE(heard(id).empty());
    pass(std::chrono::milliseconds(100));
    EXPECT_EQ(heard(id), std::vector<std::string>{R"({"channel":"heartbeat"})"});
    pass(std::chrono::seconds(58));
    EXPECT_TRUE(heard(quiet).empty());
    pass(std::chrono::seconds(1));
    EXPECT_EQ(heard(quiet), std::vector<std::string>{"closed"});
}

TEST_F(SocketsTest, ModesAreAnnounced) {
    const SocketId id = open("/v2");
    admin("mode", R"({"mode":"post_only"})");
    EXPECT_TRUE(holds(heard(id), R"("system":"post_only")"));
}

}  // namespace
}  // namespace tapedeck::venue_simulator
