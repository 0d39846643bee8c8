#include "venue-simulator/core/exchange_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

class ExchangeChangeTest : public ExchangeFixture {
protected:
    std::string amend(OrderKey key, const AmendTerms& wish) {
        const auto amended = exchange_.amend(key, wish, now_);
        return amended ? "amended" : amended.error();
    }
};

TEST_F(ExchangeChangeTest, LessKeepsItsPlaceMoreGoesToTheBack) {
    const OrderKey first = place(limit(Side::Buy, "0.03", "50000"));
    const OrderKey second = place(limit(Side::Buy, "0.03", "50000"));
    EXPECT_EQ(amend(first, {.quantity = number("0.02")}), "amended");
    EXPECT_EQ(book(), "bid 0.05@50000 ask");
    house(Side::Sell, "0.01", "50000");
    EXPECT_EQ(text(order(first).filled), "0.01");
    EXPECT_EQ(amend(first, {.quantity = number("0.05")}), "amended");
    EXPECT_EQ(book(), "bid 0.07@50000 ask");
    house(Side::Sell, "0.01", "50000");
    EXPECT_EQ(text(order(first).filled), "0.01");
    EXPECT_EQ(text(order(second).filled), "0.01");
    EXPECT_EQ(order(first).amendments.size(), 3U);
    EXPECT_EQ(order(first).amendments[0].type, "original");
}

TEST_F(ExchangeChangeTest, ANewPriceMovesTheOrderAndItsHold) {
    const OrderKey key = place(limit(Side::Buy, "0.1", "50000"));
    const std::string id = order(key).id;
    EXPECT_EQ(amend(key, {.limit = number("51000")}), "amended");
    EXPECT_EQ(book(), "bid 0.1@51000 ask");
    EXPECT_EQ(usd_hold(), "5120.4");
    EXPECT_EQ(order(key).id, id);
    EXPECT_EQ(executions(), "pending new amended");
}

TEST_F(ExchangeChangeTest, ACrossingAmendmentTrades) {
    house(Side::Sell, "1", "50500");
    const OrderKey key = place(limit(Side::Buy, "0.1", "50000"));
    EXPECT_EQ(amend(key, {.limit = number("50600")}), "amended");
    EXPECT_EQ(executions(), "pending new amended trade filled");
    EXPECT_EQ(text(order(key).cost), "5050");
}

TEST_F(ExchangeChangeTest, ACrossingPostOnlyAmendmentIsRefused) {
    house(Side::Sell, "1", "50500");
    const OrderKey key = place(limit(Side::Buy, "0.1", "50000"));
    EXPECT_EQ(amend(key, {.limit = number("50500"), .post_only = true}), "EOrder:Post only order");
    EXPECT_EQ(book(), "bid 0.1@50000 ask 1@50500");
}

TEST_F(ExchangeChangeTest, BelowWhatIsFilledItIsCanceled) {
    const OrderKey key = place(limit(Side::Buy, "0.1", "50000"));
    house(Side::Sell, "0.04", "50000");
    executions();
    EXPECT_EQ(amend(key, {.quantity = number("0.01")}), "amended");
    EXPECT_EQ(executions(), "amended canceled");
    EXPECT_EQ(text(order(key).terms.quantity), "0.04");
    EXPECT_EQ(book(), "bid ask");
}

TEST_F(ExchangeChangeTest, AnAmendmentNeedsTheMoneyForWhatIsLeft) {
    const OrderKey key = place(limit(Side::Buy, "1", "90000"));
    EXPECT_EQ(amend(key, {.quantity = number("1.2")}), "EOrder:Insufficient funds");
    EXPECT_EQ(amend(key, {.quantity = number("1.1")}), "amended");
}

TEST_F(ExchangeChangeTest, ReplacementIsANewOrderAndTheOldOneIsCanceled) {
    const OrderKey old = place(limit(Side::Buy, "1", "90000"));
    executions();
    const auto fresh = exchange_.replace(old, limit(Side::Buy, "1", "91000"), now_);
    ASSERT_TRUE(fresh.has_value());
    EXPECT_EQ(executions(), "canceled pending new");
    EXPECT_EQ(order(old).reason, "Order replaced");
    EXPECT_EQ(order(*fresh).replaced, order(old).id);
    const auto too_much = exchange_.replace(*fresh, limit(Side::Buy, "2", "91000"), now_);
    ASSERT_FALSE(too_much.has_value());
    EXPECT_EQ(too_much.error(), "EOrder:Insufficient funds");
    EXPECT_EQ(order(*fresh).status, OrderStatus::Open);
}

TEST_F(ExchangeChangeTest, WhatIsWrongWithTermsIsSaid) {
    EXPECT_EQ(
        refusal(limit(Side::Buy, "0.1", "50000.05")),
        "EOrder:Invalid price:XBT/USD price can only be specified up to 1 decimals.");
    EXPECT_EQ(refusal(limit(Side::Buy, "0.00004", "50000")), "EOrder:Order minimum not met");
    EXPECT_EQ(refusal(limit(Side::Buy, "0.00005", "5000")), "EOrder:Cost minimum not met");
    EXPECT_EQ(refusal(limit(Side::Buy, "2", "50000")), "EOrder:Insufficient funds");
    EXPECT_EQ(refusal(limit(Side::Sell, "10.1", "50000")), "EOrder:Insufficient funds");
    EXPECT_EQ(
        refusal(limit(Side::Buy, "0.123456789", "50000")), "EGeneral:Invalid arguments:volume");
    auto post = limit(Side::Buy, "0.1", "50000");
    post.post_only = true;
    house(Side::Sell, "1", "50000");
    EXPECT_EQ(refusal(post), "EOrder:Post only order");
    exchange_.set_post_only_manner(PostOnlyManner::Canceled);
    const OrderKey key = place(post);
    EXPECT_EQ(order(key).reason, "Post only order");
    EXPECT_EQ(executions(), "pending new canceled");
}

TEST_F(ExchangeChangeTest, AClientIdIsUniqueAmongOpenOrdersOnly) {
    auto terms = limit(Side::Buy, "0.1", "50000");
    terms.client_id = "mine";
    const OrderKey first = place(terms);
    EXPECT_EQ(refusal(terms), "EOrder:Invalid order:cl_ord_id is in use by an open order");
    EXPECT_TRUE(exchange_.cancel(first, "User requested", now_).has_value());
    const OrderKey second = place(terms);
    EXPECT_EQ(exchange_.find_client_id(me_, "mine")->key, second);
}

TEST_F(ExchangeChangeTest, AnAccountHasSoManyOpenOrdersOnAPair) {
    for (int i = 0; i < 225; ++i) place(limit(Side::Buy, "0.0001", "50000"));
    EXPECT_EQ(refusal(limit(Side::Buy, "0.0001", "50000")), "EOrder:Orders limit exceeded");
    auto other = limit(Side::Buy, "1", "10");
    other.pair = *find_pair("SOLUSD");
    EXPECT_EQ(refusal(other), "accepted");
}

TEST_F(ExchangeChangeTest, ModesRefuseWhatTheyMust) {
    const OrderKey key = place(limit(Side::Buy, "0.1", "50000"));
    exchange_.set_mode(SystemMode::CancelOnly);
    EXPECT_EQ(refusal(market(Side::Buy, "0.1")), "EService:Market in cancel_only mode");
    EXPECT_EQ(amend(key, {.quantity = number("0.05")}), "EService:Market in cancel_only mode");
    exchange_.set_mode(SystemMode::PostOnly);
    EXPECT_EQ(refusal(limit(Side::Buy, "0.1", "50000")), "EService:Market in post_only mode");
    exchange_.set_mode(SystemMode::Maintenance);
    EXPECT_EQ(refusal(limit(Side::Buy, "0.1", "50000")), "EService:Unavailable");
    EXPECT_EQ(exchange_.cancel(key, "User requested", now_).error(), "EService:Unavailable");
    exchange_.set_mode(SystemMode::Online);
    exchange_.set_mode(*find_pair("XBTUSD"), PairMode::LimitOnly);
    EXPECT_EQ(refusal(market(Side::Buy, "0.1")), "EService:Market in limit_only mode");
    EXPECT_TRUE(exchange_.cancel(key, "User requested", now_).has_value());
}

}  // namespace
}  // namespace tapedeck::venue_simulator
