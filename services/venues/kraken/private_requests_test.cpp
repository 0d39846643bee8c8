#include "venues/kraken/private_requests.h"

#include "venues/kraken/test_orders.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::limit_order;
using ::testing::Not;

constexpr Asking kAsking{"T0KEN", 9};

class PrivateRequestsTest : public ::testing::Test {
protected:
    Symbols symbols_ = testing::symbols();
};

TEST_F(PrivateRequestsTest, AddsALimitOrder) {
    auto order = limit_order(symbols_, Side::Buy, "37500");
    order.deadline = Time(1700000000s);
    EXPECT_EQ(
        encode_add_order(order, kAsking),
        R"({"method":"add_order","params":{"symbol":"BTC/USD","order_type":"limit","side":"buy",)"
        R"("order_qty":1.25,"limit_price":37500,"time_in_force":"gtc",)"
        R"("cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876",)"
        R"("deadline":"2023-11-14T22:13:20.000Z","token":"T0KEN"},"req_id":9})");
}

TEST_F(PrivateRequestsTest, SaysWhatAnOrderIs) {
    auto order = limit_order(symbols_, Side::Sell, "37500.5");
    order.terms.post_only = true;
    order.terms.time_in_force = TimeInForce::GoodTillDate;
    order.terms.valid_until = Time(1700000000s);
    order.only_validate = true;
    const auto text = encode_add_order(order, kAsking);
    EXPECT_THAT(text, HasSubstr(R"("post_only":true)"));
    EXPECT_THAT(
        text, HasSubstr(R"("time_in_force":"gtd","expire_time":"2023-11-14T22:13:20.000Z")"));
    EXPECT_THAT(text, HasSubstr(R"("validate":true)"));
    EXPECT_THAT(text, HasSubstr(R"("side":"sell")"));
    EXPECT_THAT(text, Not(HasSubstr("deadline")));
}

TEST_F(PrivateRequestsTest, MarketAndTriggeredOrdersSayNoTimeInForce) {
    auto order = limit_order(symbols_, Side::Sell, "1");
    order.terms.limit_price.reset();
    order.terms.type = OrderType::Market;
    order.terms.reduce_only = true;
    EXPECT_EQ(
        encode_add_order(order, kAsking),
        R"({"method":"add_order","params":{"symbol":"BTC/USD","order_type":"market",)"
        R"("side":"sell","order_qty":1.25,"cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876",)"
        R"("token":"T0KEN"},"req_id":9})")
        << "reduce-only would be refused";
    order.terms.type = OrderType::Stop;
    order.terms.trigger_price = Price::parse("25000.1").value();
    EXPECT_THAT(
        encode_add_order(order, kAsking),
        HasSubstr(R"("triggers":{"reference":"last","price":25000.1,"price_type":"static"})"));
}

TEST_F(PrivateRequestsTest, QuantitiesAreNeverWrittenWithAnExponent) {
    auto order = limit_order(symbols_, Side::Buy, "1");
    order.terms.quantity = Quantity::parse("0.00000001").value();
    EXPECT_THAT(encode_add_order(order, kAsking), HasSubstr(R"("order_qty":0.00000001,)"));
}

TEST_F(PrivateRequestsTest, AddsSeveralOrdersOfOnePair) {
    auto first = limit_order(symbols_, Side::Buy, "1");
    first.deadline = Time(1700000000s);
    const auto text = encode_batch_add({first, limit_order(symbols_, Side::Sell, "2")}, kAsking);
    EXPECT_EQ(
        text,
        R"({"method":"batch_add","params":{"symbol":"BTC/USD","orders":[)"
        R"({"order_type":"limit","side":"buy","order_qty":1.25,"limit_price":1,)"
        R"("time_in_force":"gtc","cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876"},)"
        R"({"order_type":"limit","side":"sell","order_qty":1.25,"limit_price":2,)"
        R"("time_in_force":"gtc","cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876"}],)"
        R"("deadline":"2023-11-14T22:13:20.000Z","token":"T0KEN"},"req_id":9})");
}

TEST_F(PrivateRequestsTest, AmendsOnlyWhatChanges) {
    OrderAmend amend;
    amend.order = {"", "mine"};
    amend.limit_price = Price::parse("2.5").value();
    EXPECT_EQ(
        encode_amend_order(amend, kAsking),
        R"({"method":"amend_order","params":{"cl_ord_id":"mine","limit_price":2.5,)"
        R"("token":"T0KEN"},"req_id":9})");
    amend = {};
    amend.order = {"OUF4EM-FRGI2-MQMWZD", "mine"};
    amend.quantity = Quantity::parse("3").value();
    amend.trigger_price = Price::parse("4").value();
    amend.post_only = true;
    amend.deadline = Time(1700000000s);
    EXPECT_EQ(
        encode_amend_order(amend, kAsking),
        R"({"method":"amend_order","params":{"order_id":"OUF4EM-FRGI2-MQMWZD","order_qty":3,)"
        R"("trigger_price":4,"post_only":true,"deadline":"2023-11-14T22:13:20.000Z",)"
        R"("token":"T0KEN"},"req_id":9})");
}

TEST_F(PrivateRequestsTest, CancelsByEitherName) {
    EXPECT_EQ(
        encode_cancel_order({{"O1", ""}, {"", "mine"}, {"O2", "also mine"}}, kAsking),
        R"({"method":"cancel_order","params":{"order_id":["O1","O2"],"cl_ord_id":["mine"],)"
        R"("token":"T0KEN"},"req_id":9})");
    EXPECT_EQ(
        encode_cancel_all(kAsking),
        R"({"method":"cancel_all","params":{"token":"T0KEN"},"req_id":9})");
}

TEST_F(PrivateRequestsTest, TheDeadMansSwitchCountsWholeSeconds) {
    EXPECT_EQ(
        encode_cancel_all_orders_after(60s, kAsking),
        R"({"method":"cancel_all_orders_after","params":{"timeout":60,"token":"T0KEN"},)"
        R"("req_id":9})");
    EXPECT_THAT(encode_cancel_all_orders_after(1ms, kAsking), HasSubstr(R"("timeout":1,)"))
        << "0 would switch it off";
    EXPECT_THAT(encode_cancel_all_orders_after(0s, kAsking), HasSubstr(R"("timeout":0,)"));
}

TEST_F(PrivateRequestsTest, SubscribesToOrdersAndMoney) {
    EXPECT_EQ(
        encode_subscribe_executions(kAsking, true),
        R"({"method":"subscribe","params":{"channel":"executions","snap_orders":true,)"
        R"("snap_trades":true,"order_status":true,"token":"T0KEN"},"req_id":9})");
    EXPECT_EQ(
        encode_subscribe_balances(kAsking),
        R"({"method":"subscribe","params":{"channel":"balances","snapshot":true,)"
        R"("token":"T0KEN"},"req_id":9})");
}

}  // namespace
}  // namespace tapedeck::kraken
