#include "venues/kraken/rest_trading.h"

#include "venues/kraken/test_orders.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using tapedeck::to_string;
using ::testing::ElementsAre;
using testing::limit_order;
using ::testing::Pair;

class RestTradingTest : public ::testing::Test {
protected:
    json::Value parse(std::string_view text) {
        EXPECT_TRUE(document_.read(text));
        return document_.root();
    }

    Symbols symbols_ = testing::symbols();
    json::Document document_;
};

TEST_F(RestTradingTest, AddsALimitOrder) {
    const auto call = add_order_call(limit_order(symbols_, Side::Buy, "37500"));
    EXPECT_EQ(call.method, "AddOrder");
    EXPECT_THAT(
        call.fields,
        ElementsAre(
            Pair("pair", "XBTUSD"),
            Pair("ordertype", "limit"),
            Pair("type", "buy"),
            Pair("volume", "1.25"),
            Pair("price", "37500"),
            Pair("cl_ord_id", testing::kClientOrderId)));
}

TEST_F(RestTradingTest, SaysWhatAnOrderIs) {
    auto order = limit_order(symbols_, Side::Sell, "37500.5");
    order.terms.post_only = true;
    order.terms.time_in_force = TimeInForce::GoodTillDate;
    order.terms.valid_until = Time(1700000000999ms);
    order.deadline = Time(1699999990s);
    order.only_validate = true;
    EXPECT_THAT(
        add_order_call(order).fields,
        ElementsAre(
            Pair("pair", "XBTUSD"),
            Pair("ordertype", "limit"),
            Pair("type", "sell"),
            Pair("volume", "1.25"),
            Pair("price", "37500.5"),
            Pair("oflags", "post"),
            Pair("timeinforce", "GTD"),
            Pair("expiretm", "1700000000"),
            Pair("cl_ord_id", testing::kClientOrderId),
            Pair("deadline", "2023-11-14T22:13:10.000Z"),
            Pair("validate", "true")));
}

TEST_F(RestTradingTest, TheTriggerComesFirstAndItsLimitSecond) {
    auto order = limit_order(symbols_, Side::Sell, "24900");
    order.terms.type = OrderType::Stop;
    order.terms.trigger_price = Price::parse("25000").value();
    order.terms.reduce_only = true;
    EXPECT_THAT(
        add_order_call(order).fields,
        ElementsAre(
            Pair("pair", "XBTUSD"),
            Pair("ordertype", "stop-loss-limit"),
            Pair("type", "sell"),
            Pair("volume", "1.25"),
            Pair("price", "25000"),
            Pair("price2", "24900"),
            Pair("cl_ord_id", testing::kClientOrderId)));
}

TEST_F(RestTradingTest, ABatchIsSentAsJson) {
    auto second = limit_order(symbols_, Side::Sell, "2");
    second.terms.time_in_force = TimeInForce::ImmediateOrCancel;
    const auto call = add_order_batch_call({limit_order(symbols_, Side::Buy, "1"), second});
    EXPECT_EQ(call.method, "AddOrderBatch");
    EXPECT_EQ(
        call.json,
        R"({"pair":"XBTUSD","orders":[{"ordertype":"limit","type":"buy","volume":"1.25",)"
        R"("price":"1","cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876"},)"
        R"({"ordertype":"limit","type":"sell","volume":"1.25","price":"2","timeinforce":"IOC",)"
        R"("cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876"}]})");
}

TEST_F(RestTradingTest, AmendsAndCancelsByEitherName) {
    OrderAmend amend;
    amend.order = {"O1", "mine"};
    amend.quantity = Quantity::parse("0.5").value();
    amend.limit_price = Price::parse("2").value();
    amend.post_only = true;
    EXPECT_THAT(
        amend_order_call(amend).fields,
        ElementsAre(
            Pair("txid", "O1"),
            Pair("order_qty", "0.5"),
            Pair("limit_price", "2"),
            Pair("post_only", "true")));
    EXPECT_EQ(amend_order_call(amend).method, "AmendOrder");
    EXPECT_THAT(cancel_order_call({"", "mine"}).fields, ElementsAre(Pair("cl_ord_id", "mine")));
    EXPECT_THAT(cancel_order_call({"O1", "mine"}).fields, ElementsAre(Pair("txid", "O1")));
    EXPECT_EQ(cancel_order_call({"O1", ""}).method, "CancelOrder");
    EXPECT_EQ(cancel_all_call().method, "CancelAll");
    EXPECT_EQ(websockets_token_call().method, "GetWebSocketsToken");
}

TEST_F(RestTradingTest, TheDeadMansSwitchCountsWholeSeconds) {
    const auto call = cancel_all_orders_after_call(59001ms);
    EXPECT_EQ(call.method, "CancelAllOrdersAfter");
    EXPECT_THAT(call.fields, ElementsAre(Pair("timeout", "60")));
    EXPECT_THAT(cancel_all_orders_after_call(0s).fields, ElementsAre(Pair("timeout", "0")));
}

TEST_F(RestTradingTest, ReadsWhatWasPlaced) {
    const auto added = read_added(
        parse(R"({"descr":{"order":"buy 2.12340000 XBTUSD @ limit 25000.1 with 2:1 leverage",)"
              R"("close":"close position @ stop loss 22000.0 -> limit 21000.0"},)"
              R"("txid":["OUF4EM-FRGI2-MQMWZD"]})"));
    EXPECT_THAT(added.value(), ElementsAre("OUF4EM-FRGI2-MQMWZD"));
    EXPECT_THAT(
        read_added(parse(R"({"descr":{"order":"buy 1 XBTUSD @ market"}})")).value(), ElementsAre())
        << "only validated";
    EXPECT_FALSE(read_added(parse("{}")));
    EXPECT_FALSE(read_added(parse(R"({"descr":{},"txid":"OUF4EM"})")));
}

TEST_F(RestTradingTest, ReadsABatchOrderByOrder) {
    const auto batch = read_batch(parse(
        R"({"orders":[{"txid":"O5OR23-ADFAD-Y2G61C","descr":{"order":"buy 0.80300000 XBTUSD"}},)"
        R"({"error":"EOrder:Insufficient funds"}]})"));
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->size(), 2U);
    EXPECT_EQ((*batch)[0]->order_id, "O5OR23-ADFAD-Y2G61C");
    EXPECT_EQ((*batch)[1].error().code, "insufficient_funds");
    EXPECT_FALSE(read_batch(parse(R"({"orders":{}})")));
}

TEST_F(RestTradingTest, ReadsTheOtherAnswers) {
    EXPECT_EQ(
        read_amended(parse(R"({"amend_id":"TVB4ER-X5QP3-ADURMW"})")).value(),
        "TVB4ER-X5QP3-ADURMW");
    const auto canceled = read_canceled(parse(R"({"count":1,"pending":true})"));
    EXPECT_EQ(canceled->count, 1U);
    EXPECT_TRUE(canceled->is_pending);
    EXPECT_FALSE(read_canceled(parse(R"({"count":4})"))->is_pending);
    const auto armed = read_dead_mans_switch(
        parse(R"({"currentTime":"2023-03-24T17:41:56Z","triggerTime":"2023-03-24T17:42:56Z"})"));
    EXPECT_EQ(to_string(armed->venue_now), "2023-03-24T17:41:56.000Z");
    EXPECT_EQ(armed->trigger_at - armed->venue_now, 60s);
    const auto off =
        read_dead_mans_switch(parse(R"({"currentTime":"2023-03-24T17:41:56Z","triggerTime":"0"})"));
    EXPECT_EQ(off->trigger_at, Time{});
    EXPECT_FALSE(read_dead_mans_switch(parse(R"({"triggerTime":"0"})")));
    const auto token = read_websockets_token(parse(R"({"token":"T0KEN","expires":900})"));
    EXPECT_EQ(token->token, "T0KEN");
    EXPECT_EQ(token->expires, 15min);
    EXPECT_FALSE(read_websockets_token(parse(R"({"token":"T0KEN","expires":99999999999})")));
}

}  // namespace
}  // namespace tapedeck::kraken
