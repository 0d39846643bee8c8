#include "venue-simulator/core/venue_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

class RestTest : public VenueFixture {
protected:
    std::string buy(const std::string& price, const std::string& more = "") {
        return post(
            "AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&volume=0.1&price=" + price + more);
    }
};

TEST_F(RestTest, PublicMethodsAnswerInTheEnvelope) {
    EXPECT_EQ(
        get("/0/public/Time"),
        R"({"error":[],"result":{"unixtime":1700000000,)"
        R"("rfc1123":"Tue, 14 Nov 23 22:13:20 +0000"}})");
    EXPECT_EQ(
        get("/0/public/SystemStatus"),
        R"({"error":[],"result":{"status":"online","timestamp":"2023-11-14T22:13:20Z"}})");
    EXPECT_EQ(get("/0/public/Nonsense"), R"({"error":["EGeneral:Unknown method"]})");
    EXPECT_EQ(
        get("/0/public/Ticker?pair=XBTUSD,FOOBAR"), R"({"error":["EQuery:Unknown asset pair"]})");
    EXPECT_EQ(
        get("/0/public/Assets?asset=XBT"),
        R"({"error":[],"result":{"XXBT":{"aclass":"currency","altname":"XBT","decimals":10,)"
        R"("display_decimals":5,"status":"enabled"}}})");
}

TEST_F(RestTest, AnswersAreKeyedByThePairsIdWhateverWasAsked) {
    for (const char* name : {"XBTUSD", "XXBTZUSD", "BTC/USD", "XBT%2FUSD"}) {
        const std::string body = get(std::string("/0/public/AssetPairs?pair=") + name);
        EXPECT_EQ(body.find(R"({"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD",)"), 0U)
            << name;
        EXPECT_NE(body.find(R"("fees":[[0,0.4],[10000,0.35],[50000,0.24])"), std::string::npos);
        EXPECT_NE(body.find(R"("tick_size":"0.1","status":"online")"), std::string::npos) << body;
    }
}

TEST_F(RestTest, TickerAndDepthShowTheBook) {
    house("buy", "1.5", "49999.9");
    house("sell", "0.25", "50000");
    admin("house", R"({"pair":"XBTUSD","side":"buy","volume":"0.05"})");
    const std::string ticker = get("/0/public/Ticker?pair=XBTUSD");
    EXPECT_NE(ticker.find(R"("a":["50000.00000","0","0.200"])"), std::string::npos) << ticker;
    EXPECT_NE(ticker.find(R"("b":["49999.90000","1","1.500"])"), std::string::npos);
    EXPECT_NE(ticker.find(R"("c":["50000.00000","0.05000000"])"), std::string::npos);
    EXPECT_NE(ticker.find(R"("t":[1,1])"), std::string::npos);
    EXPECT_EQ(
        get("/0/public/Depth?pair=XBTUSD&count=1"),
        R"({"error":[],"result":{"XXBTZUSD":{"asks":[["50000.00000","0.200",1700000000]],)"
        R"("bids":[["49999.90000","1.500",1700000000]]}}})");
    EXPECT_EQ(
        get("/0/public/Trades?pair=XBTUSD"),
        R"({"error":[],"result":{"XXBTZUSD":[["50000.00000","0.05000000",1700000000.0000000,)"
        R"("b","m","",60000001]],"last":"1700000000000000000"}})");
}

TEST_F(RestTest, CandlesEndWithTheOneThatForms) {
    house("sell", "1", "50000");
    admin("house", R"({"pair":"XBTUSD","side":"buy","volume":"0.5"})");
    pass(std::chrono::minutes(1));
    EXPECT_EQ(
        get("/0/public/OHLC?pair=XBTUSD"),
        R"({"error":[],"result":{"XXBTZUSD":[)"
        R"([1699999980,"50000.0","50000.0","50000.0","50000.0","50000.0","0.50000000",1],)"
        R"([1700000040,"50000.0","50000.0","50000.0","50000.0","0.0","0.00000000",0]],)"
        R"("last":1699999980}})");
    EXPECT_EQ(
        get("/0/public/OHLC?pair=XBTUSD&interval=7"),
        R"({"error":["EGeneral:Invalid arguments:interval"]})");
}

TEST_F(RestTest, WhoCallsIsBelievedInThisOrder) {
    const std::string body = "nonce=5";
    const auto said = [&](const HttpCall& call) {
        venue_->request(++last_id_, call, now_);
        return reply_to(last_id_);
    };
    EXPECT_EQ(
        said(signed_call("Balance", body, "5", "nobody")), R"({"error":["EAPI:Invalid key"]})");
    EXPECT_EQ(
        said(signed_call("Balance", body, "5", "trade", "wrong")),
        R"({"error":["EAPI:Invalid signature"]})");
    EXPECT_EQ(
        said(signed_call("Balance", "a=1", "", "trade")), R"({"error":["EAPI:Invalid nonce"]})");
    EXPECT_EQ(
        said(signed_call("OpenOrders", body, "5", "look", "secret two")),
        R"({"error":["EGeneral:Permission denied"]})");
    EXPECT_EQ(
        said(signed_call("Balance", body, "5")),
        R"({"error":[],"result":{"XXBT":"10.0000000000","ZUSD":"100000.0000"}})");
    EXPECT_EQ(said(signed_call("Balance", body, "5")), R"({"error":["EAPI:Invalid nonce"]})");
}

TEST_F(RestTest, AWindowAndAPasswordBelongToTheKey) {
    const auto said = [&](const std::string& nonce, const std::string& otp) {
        const std::string body = "nonce=" + nonce + otp;
        venue_->request(
            ++last_id_, signed_call("Balance", body, nonce, "late", "secret three"), now_);
        return reply_to(last_id_).substr(0, 12);
    };
    EXPECT_EQ(said("100", ""), R"({"error":["E)");
    EXPECT_EQ(said("100", "&otp=123456"), R"({"error":[],)");
    EXPECT_EQ(said("90", "&otp=123456"), R"({"error":[],)");
    EXPECT_EQ(said("90", "&otp=123456"), R"({"error":["E)");
    EXPECT_EQ(said("89", "&otp=123456"), R"({"error":["E)");
}

TEST_F(RestTest, AnOrderIsPlacedShownAndCanceled) {
    const std::string placed = buy("50000", "&cl_ord_id=mine&oflags=post");
    const std::string id = field(placed, "txid");
    EXPECT_EQ(
        placed,
        R"({"error":[],"result":{"descr":{"order":"buy 0.10000000 XBTUSD @ limit 50000.0"},)"
        R"("txid":[")" +
            id + R"("]}})");
    EXPECT_EQ(id.size(), 19U);
    EXPECT_EQ(
        post("OpenOrders"),
        R"({"error":[],"result":{"open":{")" + id +
            R"(":{"refid":null,"userref":0,"cl_ord_id":"mine","status":"open",)"
            R"("opentm":1700000000.000000,"starttm":0,"expiretm":0,"descr":{"pair":"XBTUSD",)"
            R"("aclass":"forex","type":"buy","ordertype":"limit","price":"50000.0","price2":"0",)"
            R"("leverage":"none","order":"buy 0.10000000 XBTUSD @ limit 50000.0","close":""},)"
            R"("vol":"0.10000000","vol_exec":"0.00000000","cost":"0.00000","fee":"0.00000",)"
            R"("price":"0.00000","stopprice":"0.00000","limitprice":"50000.00000","margin":false,)"
            R"("misc":"","oflags":"post,fciq","time_in_force":"GTC"}}}})");
    EXPECT_EQ(
        post("BalanceEx"),
        R"({"error":[],"result":{"XXBT":{"balance":"10.0000000000","hold_trade":"0.0000000000"},)"
        R"("ZUSD":{"balance":"100000.0000","hold_trade":"5020.0000"}}})");
    EXPECT_EQ(post("CancelOrder", "cl_ord_id=mine"), R"({"error":[],"result":{"count":1}})");
    EXPECT_EQ(post("CancelOrder", "txid=" + id), R"({"error":["EOrder:Unknown order"]})");
    const std::string closed = post("ClosedOrders");
    EXPECT_NE(closed.find(R"("status":"canceled")"), std::string::npos);
    EXPECT_NE(
        closed.find(R"("reason":"User requested","closetm":1700000000.000000)"), std::string::npos);
    EXPECT_NE(closed.find(R"("count":1)"), std::string::npos);
}

TEST_F(RestTest, AFillIsInTheOrderTheTradesAndTheLedger) {
    house("sell", "1", "50000");
    const std::string id = field(buy("50000"), "txid");
    const std::string order = post("QueryOrders", "trades=true&txid=" + id);
    EXPECT_NE(
        order.find(R"("vol_exec":"0.10000000","cost":"5000.00000","fee":"20.00000",)"
                   R"("price":"50000.00000")"),
        std::string::npos)
        << order;
    const std::string trade = field(order, "trades");
    EXPECT_EQ(
        post("QueryTrades", "txid=" + trade),
        R"({"error":[],"result":{")" + trade + R"(":{"ordertxid":")" + id + R"(","postxid":")" +
            id +
            R"(","pair":"XXBTZUSD","time":1700000000.0000,"type":"buy","ordertype":"limit",)"
            R"("price":"50000.00000","cost":"5000.00000","fee":"20.00000","vol":"0.10000000",)"
            R"("margin":"0.00000","leverage":"0","misc":"","trade_id":60000001,"maker":false}}})");
    const std::string rows = post("Ledgers", "asset=ZUSD&type=trade");
    EXPECT_NE(
        rows.find(R"("asset":"ZUSD","amount":"-5000.0000","fee":"20.0000","balance":"94980.0000")"),
        std::string::npos)
        << rows;
    EXPECT_NE(rows.find(R"("refid":")" + trade), std::string::npos);
}

TEST_F(RestTest, ValidateChecksAndPlacesNothing) {
    EXPECT_EQ(
        buy("50000", "&validate=true"),
        R"({"error":[],"result":{"descr":{"order":"buy 0.10000000 XBTUSD @ limit 50000.0"}}})");
    EXPECT_EQ(post("OpenOrders"), R"({"error":[],"result":{"open":{}}})");
    EXPECT_EQ(buy("5000000", "&validate=true"), R"({"error":["EOrder:Insufficient funds"]})");
}

TEST_F(RestTest, WhatIsNotHereIsRefusedByName) {
    EXPECT_EQ(buy("50000", "&leverage=2"), R"({"error":["EOrder:Margin allowance exceeded"]})");
    EXPECT_EQ(
        buy("50000", "&reduce_only=true"),
        R"({"error":["EOrder:Reduce only:No position exists"]})");
    EXPECT_EQ(
        buy("50000", "&close%5Bordertype%5D=stop-loss"), R"({"error":["EAPI:Feature disabled"]})");
    EXPECT_EQ(
        post("AddOrder", "pair=XBTUSD&type=buy&ordertype=iceberg&volume=1&price=5"),
        R"({"error":["EAPI:Feature disabled"]})");
    EXPECT_EQ(
        post("AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&price=5"),
        R"({"error":["EGeneral:Invalid arguments:volume"]})");
}

TEST_F(RestTest, PricesMayBeRelativeToTheLast) {
    house("sell", "1", "50000");
    admin("house", R"({"pair":"XBTUSD","side":"buy","volume":"0.01"})");
    EXPECT_NE(buy("-10").find("@ limit 49990.0"), std::string::npos);
    EXPECT_NE(buy("%2310").find("@ limit 49990.0"), std::string::npos);
    EXPECT_NE(buy("-1%25").find("@ limit 49500.0"), std::string::npos);
    const std::string stop = post(
        "AddOrder",
        "pair=XBTUSD&type=sell&ordertype=stop-loss-limit&volume=0.1&price=%23100&"
        "price2=49000");
    EXPECT_NE(
        stop.find("sell 0.10000000 XBTUSD @ stop loss 49900.0 -> limit 49000.0"), std::string::npos)
        << stop;
}

TEST_F(RestTest, DeadlinesHaveAWindow) {
    EXPECT_NE(buy("50000", "&deadline=2023-11-14T22:13:25Z").find("txid"), std::string::npos);
    EXPECT_EQ(
        buy("50000", "&deadline=2023-11-14T22:13:19Z"),
        R"({"error":["EService:Deadline elapsed"]})");
    EXPECT_EQ(
        buy("50000", "&deadline=2023-11-14T22:13:21Z"),
        R"({"error":["EGeneral:Invalid arguments:deadline"]})");
    EXPECT_EQ(
        buy("50000", "&deadline=2023-11-14T22:14:21Z"),
        R"({"error":["EGeneral:Invalid arguments:deadline"]})");
}

TEST_F(RestTest, ABatchIsRefusedWholeOrOneByOne) {
    const std::string first =
        R"({"ordertype":"limit","type":"buy","volume":"0.1","price":"50000"})";
    const std::string bad =
        R"({"ordertype":"limit","type":"buy","volume":"0.00001","price":"50000"})";
    const std::string dear = R"({"ordertype":"limit","type":"buy","volume":"9","price":"50000"})";
    EXPECT_EQ(
        post_json("AddOrderBatch", R"("pair":"XBTUSD","orders":[)" + first + "," + bad + "]"),
        R"({"error":["EOrder:Order minimum not met"]})");
    const std::string placed =
        post_json("AddOrderBatch", R"("pair":"XBTUSD","orders":[)" + first + "," + dear + "]");
    EXPECT_EQ(
        placed,
        R"({"error":[],"result":{"orders":[{"txid":")" + field(placed, "txid") +
            R"(","descr":{"order":"buy 0.10000000 XBTUSD @ limit 50000.0"}},)"
            R"({"error":"EOrder:Insufficient funds"}]}})");
    EXPECT_EQ(
        post_json("AddOrderBatch", R"("pair":"XBTUSD","orders":[)" + first + "]"),
        R"({"error":["EGeneral:Invalid arguments:orders"]})");
}

TEST_F(RestTest, AmendsAndEditsAnswerAsTheyShould) {
    const std::string id = field(buy("50000", "&cl_ord_id=mine"), "txid");
    const std::string amended =
        post("AmendOrder", "cl_ord_id=mine&limit_price=49000&order_qty=0.2");
    EXPECT_EQ(
        amended, R"({"error":[],"result":{"amend_id":")" + field(amended, "amend_id") + R"("}})");
    const std::string amends = post("OrderAmends", "order_id=" + id);
    EXPECT_NE(
        amends.find(R"("amend_type":"original","order_qty":"0.10000000")"), std::string::npos);
    EXPECT_NE(amends.find(R"("limit_price":"49000.0")"), std::string::npos);
    const std::string edited = post("EditOrder", "pair=XBTUSD&txid=" + id + "&price=48000");
    const std::string fresh = field(edited, "txid");
    EXPECT_EQ(
        edited,
        R"({"error":[],"result":{"status":"ok","txid":")" + fresh + R"(","originaltxid":")" + id +
            R"(","volume":"0.20000000","price":"48000.0","orders_cancelled":1,)"
            R"("descr":{"order":"buy 0.20000000 XXBTZUSD @ limit 48000.0"}}})");
    EXPECT_NE(post("QueryOrders", "txid=" + id).find("Order replaced"), std::string::npos);
    EXPECT_EQ(
        post("AmendOrder", "txid=" + id + "&limit_price=1"),
        R"({"error":["EOrder:Unknown order"]})");
}

TEST_F(RestTest, ManyAreCanceledAtOnce) {
    const std::string a = field(buy("50000", "&userref=7"), "txid");
    buy("50001", "&userref=7");
    buy("50002", "&cl_ord_id=third");
    EXPECT_EQ(post("CancelOrder", "txid=7"), R"({"error":[],"result":{"count":2}})");
    const std::string d = field(buy("50003"), "txid");
    EXPECT_EQ(
        post_json(
            "CancelOrderBatch",
            R"("orders":[")" + d + R"("],"cl_ord_ids":[{"cl_ord_id":"third"}])"),
        R"({"error":[],"result":{"count":2}})");
    buy("50000");
    EXPECT_EQ(post("CancelAll"), R"({"error":[],"result":{"count":1}})");
    buy("50000");
    EXPECT_EQ(
        post("CancelAllOrdersAfter", "timeout=60"),
        R"({"error":[],"result":{"currentTime":"2023-11-14T22:13:20Z",)"
        R"("triggerTime":"2023-11-14T22:14:20Z"}})");
    pass(std::chrono::seconds(60));
    EXPECT_EQ(post("OpenOrders"), R"({"error":[],"result":{"open":{}}})");
    EXPECT_EQ(
        post("CancelAllOrdersAfter", "timeout=0"),
        R"({"error":[],"result":{"currentTime":"2023-11-14T22:14:20Z","triggerTime":"0"}})");
}

TEST_F(RestTest, TheCounterOfTheKeyRunsFullAndDecays) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(post("TradesHistory").find(R"({"error":[])"), 0U);
    EXPECT_EQ(post("Balance"), R"({"error":["EAPI:Rate limit exceeded"]})");
    EXPECT_EQ(buy("50000").find(R"({"error":[])"), 0U);  // orders have limits of their own
    pass(std::chrono::seconds(3));
    EXPECT_EQ(post("Balance").find(R"({"error":[])"), 0U);
}

TEST_F(RestTest, CancelingAtOnceCostsTheEnginesPoints) {
    // 9 points a round of adding and canceling: the 21st add finds 180 of 180.
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(buy("50000", "&cl_ord_id=x").find(R"({"error":[])"), 0U) << i;
        EXPECT_EQ(post("CancelOrder", "cl_ord_id=x"), R"({"error":[],"result":{"count":1}})") << i;
    }
    EXPECT_EQ(buy("50000"), R"({"error":["EOrder:Rate limit exceeded"]})");
    pass(std::chrono::seconds(1));
    EXPECT_EQ(buy("50000").find(R"({"error":[])"), 0U);
}

TEST_F(RestTest, VolumeAndKeyAreTold) {
    EXPECT_EQ(
        post("TradeVolume", "pair=XBTUSD"),
        R"({"error":[],"result":{"currency":"ZUSD","volume":"0.0000","fees":{"XXBTZUSD":{)"
        R"("fee":"0.4000","minfee":"0.1000","maxfee":"0.4000","nextfee":"0.3500",)"
        R"("nextvolume":"10000.0000","tiervolume":"0.0000"}},"fees_maker":{"XXBTZUSD":{)"
        R"("fee":"0.2500","minfee":"0.0000","maxfee":"0.2500","nextfee":"0.2000",)"
        R"("nextvolume":"10000.0000","tiervolume":"0.0000"}}}})");
    const std::string info = post("GetApiKeyInfo");
    EXPECT_NE(info.find(R"("nonce":"1002","nonce_window":"0")"), std::string::npos) << info;
    EXPECT_NE(post("TradeBalance").find(R"("eb":"700000.0000")"), std::string::npos);
}

TEST_F(RestTest, AKeyTellsWhatItMayAndUntilWhen) {
    const std::string plain = post("GetApiKeyInfo");
    EXPECT_NE(plain.find(R"("modify-trades")"), std::string::npos) << plain;
    EXPECT_EQ(plain.find(R"("withdraw-funds")"), std::string::npos) << plain;
    EXPECT_NE(plain.find(R"("valid_until":"0")"), std::string::npos) << plain;
    EXPECT_NE(plain.find(R"("ip_allowlist":[])"), std::string::npos) << plain;
    EXPECT_EQ(
        admin(
            "key",
            R"({"key":"trade","permissions":["query-funds","withdraw-funds"],"nonce_window":15,)"
            R"("valid_until":1700000060,"ip_allowlist":["192.0.2.1"]})"),
        R"({"ok":true})");
    const std::string info = post("GetApiKeyInfo");
    EXPECT_NE(
        info.find(R"("nonce_window":"15","permissions":["query-funds","withdraw-funds"])"),
        std::string::npos)
        << info;
    EXPECT_NE(info.find(R"("valid_until":"1700000060")"), std::string::npos) << info;
    EXPECT_NE(info.find(R"("ip_allowlist":["192.0.2.1"])"), std::string::npos) << info;
    EXPECT_EQ(post("OpenOrders"), R"({"error":["EGeneral:Permission denied"]})");
    pass(std::chrono::seconds(61));
    EXPECT_EQ(post("Balance"), R"({"error":["EAPI:Invalid key"]})");
    EXPECT_EQ(admin("key", R"({"key":"trade","valid_until":0})"), R"({"ok":true})");
    EXPECT_EQ(post("Balance").find(R"({"error":[])"), 0U);
}

TEST_F(RestTest, WhatCannotBeOfAKeyIsRefused) {
    EXPECT_EQ(admin("key", R"({"key":"nobody"})"), R"({"error":"key: no account has it"})");
    EXPECT_EQ(
        admin("key", R"({"key":"trade","permissions":["fly"]})"),
        R"({"error":"permissions of all: \"fly\" is none"})");
    EXPECT_EQ(
        admin("key", R"({"key":"trade","valid_until":-1})"),
        R"({"error":"valid_until: expected a whole number from 0 to 9000000000"})");
}

TEST_F(RestTest, TheClockOfTheVenueMayBeWrong) {
    EXPECT_EQ(admin("clock", R"({"ahead_ms":-7000})"), R"({"ok":true})");
    EXPECT_NE(get("/0/public/Time").find(R"("unixtime":1699999993)"), std::string::npos);
    EXPECT_NE(get("/0/public/SystemStatus").find("22:13:13Z"), std::string::npos);
    EXPECT_EQ(admin("clock", "{}"), R"({"error":"ahead_ms: expected a whole number"})");
}

}  // namespace
}  // namespace tapedeck::venue_simulator
