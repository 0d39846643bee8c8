#include "venue-simulator/core/exchange_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

class ExchangeTest : public ExchangeFixture {};

TEST_F(ExchangeTest, RestingOrderHoldsItsCostAndTheTakersFee) {
    place(limit(Side::Buy, "0.5", "50000"));
    EXPECT_EQ(book(), "bid 0.5@50000 ask");
    EXPECT_EQ(usd(), "100000");
    EXPECT_EQ(usd_hold(), "25100");
    EXPECT_EQ(executions(), "pending new");
}

TEST_F(ExchangeTest, TakerPaysTheMakersPriceAndItsFee) {
    house(Side::Sell, "1", "50000");
    const OrderKey key = place(limit(Side::Buy, "0.4", "50500"));
    EXPECT_EQ(executions(), "pending new trade filled");
    EXPECT_EQ(order(key).status, OrderStatus::Filled);
    EXPECT_EQ(text(order(key).cost), "20000");
    EXPECT_EQ(text(order(key).fee), "80");
    EXPECT_EQ(usd(), "79920");
    EXPECT_EQ(btc(), "10.4");
    EXPECT_EQ(usd_hold(), "0");
    EXPECT_EQ(book(), "bid ask 0.6@50000");
}

TEST_F(ExchangeTest, MakerPaysTheMakersRateAndTheRestGoesOnWaiting) {
    const OrderKey key = place(limit(Side::Sell, "1", "50000"));
    house(Side::Buy, "0.25", "50000");
    EXPECT_EQ(executions(), "pending new trade");
    EXPECT_EQ(text(order(key).filled), "0.25");
    EXPECT_EQ(text(order(key).fee), "31.25");
    EXPECT_EQ(usd(), "112468.75");
    EXPECT_EQ(btc(), "9.75");
    EXPECT_EQ(btc_hold(), "0.75");
    EXPECT_EQ(book(), "bid ask 0.75@50000");
}

TEST_F(ExchangeTest, PriceThenTimeDecide) {
    const OrderKey late_but_better = place(limit(Side::Buy, "0.01", "50000"));
    const OrderKey first = place(limit(Side::Buy, "0.01", "49999"));
    const OrderKey second = place(limit(Side::Buy, "0.01", "49999"));
    house(Side::Sell, "0.02", "49000");
    EXPECT_EQ(order(late_but_better).status, OrderStatus::Filled);
    EXPECT_EQ(order(first).status, OrderStatus::Filled);
    EXPECT_EQ(order(second).status, OrderStatus::Open);
}

TEST_F(ExchangeTest, CostAndFeeAreRoundedToThePairsPlaces) {
    house(Side::Sell, "1", "50000.1");
    const OrderKey key = place(limit(Side::Buy, "0.00012345", "50000.1"));
    // 0.00012345 * 50000.1 = 6.172512345; 0.4 % of 6.17251 = 0.02469004
    EXPECT_EQ(text(order(key).cost), "6.17251");
    EXPECT_EQ(text(order(key).fee), "0.02469");
    // In dollars of four places: 6.1725 and 0.0247.
    EXPECT_EQ(usd(), "99993.8028");
}

TEST_F(ExchangeTest, FeeInBaseIsTakenFromWhatWasBought) {
    house(Side::Sell, "1", "50000");
    auto terms = limit(Side::Buy, "1", "50000");
    terms.fee_in_base = true;
    place(terms);
    EXPECT_EQ(usd(), "50000");
    EXPECT_EQ(btc(), "10.996");
}

TEST_F(ExchangeTest, BalanceIsTheSumOfTheLedger) {
    house(Side::Sell, "3", "20000.3");
    house(Side::Buy, "3", "19999.7");
    for (int i = 0; i < 20; ++i) {
        place(market(i % 3 == 0 ? Side::Sell : Side::Buy, "0.01234567"));
    }
    std::map<AssetId, Decimal> sums;
    for (const auto& row : exchange_.account(me_).ledger()) {
        sums[row.asset] = sums[row.asset] + row.amount - row.fee;
        EXPECT_EQ(sums[row.asset], row.balance);
    }
    EXPECT_EQ(sums, exchange_.account(me_).balances());
    EXPECT_EQ(exchange_.account(me_).trades().size(), 20U);
}

TEST_F(ExchangeTest, VolumeLowersTheFee) {
    house(Side::Sell, "10", "10000");
    place(limit(Side::Buy, "1", "10000"));  // 10,000 USD: the second rung from here on
    EXPECT_EQ(text(exchange_.account(me_).volume(now_)), "10000");
    EXPECT_EQ(text(exchange_.account(me_).fee_rate(false, now_)), "0.0035");
    EXPECT_EQ(text(exchange_.account(me_).fee_rate(true, now_)), "0.002");
    const OrderKey key = place(limit(Side::Buy, "1", "10000"));
    EXPECT_EQ(text(order(key).fee), "35");
    now_ += std::chrono::days(30);
    EXPECT_EQ(text(exchange_.account(me_).volume(now_)), "0");
}

TEST_F(ExchangeTest, MarketOrderEndsWhenTheBookDoes) {
    house(Side::Sell, "0.3", "50000");
    const OrderKey key = place(market(Side::Buy, "0.5"));
    EXPECT_EQ(executions(), "pending new trade canceled");
    EXPECT_EQ(text(order(key).filled), "0.3");
    EXPECT_EQ(order(key).status, OrderStatus::Canceled);
}

TEST_F(ExchangeTest, MarketBuyForMoneySpendsNoMoreThanThat) {
    house(Side::Sell, "1", "30000");
    auto terms = market(Side::Buy, "100");
    terms.in_quote = true;
    const OrderKey key = place(terms);
    EXPECT_EQ(text(order(key).filled), "0.00333333");
    EXPECT_EQ(text(order(key).cost), "99.9999");
    EXPECT_EQ(order(key).status, OrderStatus::Filled);
}

TEST_F(ExchangeTest, ImmediateOrCancelLeavesNothingInTheBook) {
    house(Side::Sell, "0.3", "50000");
    auto terms = limit(Side::Buy, "0.5", "50000");
    terms.time_in_force = TimeInForce::Ioc;
    place(terms);
    EXPECT_EQ(executions(), "pending new trade canceled");
    EXPECT_EQ(book(), "bid ask");
}

TEST_F(ExchangeTest, FillOrKillIsAllOrNothing) {
    house(Side::Sell, "0.3", "50000");
    house(Side::Sell, "0.3", "50001");
    auto terms = limit(Side::Buy, "0.5", "50000");
    terms.time_in_force = TimeInForce::Fok;
    place(terms);
    EXPECT_EQ(executions(), "pending new canceled");
    terms.limit = number("50001");
    place(terms);
    EXPECT_EQ(executions(), "pending new trade trade filled");
    EXPECT_EQ(book(), "bid ask 0.1@50001");
}

TEST_F(ExchangeTest, SelfTradeIsPreventedInThreeManners) {
    const OrderKey resting = place(limit(Side::Sell, "0.5", "50000"));
    const OrderKey newest = place(limit(Side::Buy, "0.2", "50000"));
    EXPECT_EQ(order(newest).status, OrderStatus::Canceled);
    EXPECT_EQ(order(resting).status, OrderStatus::Open);
    auto terms = limit(Side::Buy, "0.2", "50000");
    terms.self_trade = SelfTrade::CancelOldest;
    const OrderKey stays = place(terms);
    EXPECT_EQ(order(resting).status, OrderStatus::Canceled);
    EXPECT_EQ(order(stays).status, OrderStatus::Open);
    auto both = limit(Side::Sell, "0.2", "50000");
    both.self_trade = SelfTrade::CancelBoth;
    const OrderKey gone = place(both);
    EXPECT_EQ(order(stays).status, OrderStatus::Canceled);
    EXPECT_EQ(order(gone).status, OrderStatus::Canceled);
    EXPECT_EQ(book(), "bid ask");
    EXPECT_EQ(exchange_.account(me_).trades().size(), 0U);
}

TEST_F(ExchangeTest, StopLossFiresWhenTheLastPriceReachesIt) {
    house(Side::Buy, "1", "48000");
    exchange_.set_last_price(*find_pair("XBTUSD"), number("50000"));
    auto stop = market(Side::Sell, "0.5");
    stop.type = OrderType::StopLoss;
    stop.trigger = number("49000");
    const OrderKey key = place(stop);
    EXPECT_EQ(btc_hold(), "0.5");
    EXPECT_EQ(book(), "bid 1@48000 ask");
    executions();
    house(Side::Sell, "0.1", "48000");  // trades at 48000
    EXPECT_EQ(executions(), "triggered trade filled");
    EXPECT_EQ(text(order(key).filled), "0.5");
    EXPECT_EQ(usd(), "123904");  // 24000 less 0.4 %
}

TEST_F(ExchangeTest, TakeProfitLimitWaitsAtItsLimitAfterwards) {
    exchange_.set_last_price(*find_pair("XBTUSD"), number("50000"));
    auto terms = limit(Side::Sell, "0.5", "52000");
    terms.type = OrderType::TakeProfitLimit;
    terms.trigger = number("51000");
    place(terms);
    EXPECT_EQ(book(), "bid ask");
    house(Side::Sell, "0.1", "51000");
    exchange_.place(Exchange::kTaker, market(Side::Buy, "0.1"), now_).value();
    EXPECT_EQ(executions(), "pending new triggered");
    EXPECT_EQ(book(), "bid ask 0.5@52000");
}

TEST_F(ExchangeTest, GoodTillDateExpires) {
    auto terms = limit(Side::Buy, "0.5", "50000");
    terms.time_in_force = TimeInForce::Gtd;
    terms.expires = now_ + std::chrono::seconds(60);
    const OrderKey key = place(terms);
    executions();
    exchange_.advance(now_ + std::chrono::seconds(59));
    EXPECT_EQ(executions(), "");
    exchange_.advance(now_ + std::chrono::seconds(60));
    EXPECT_EQ(executions(), "expired");
    EXPECT_EQ(order(key).status, OrderStatus::Expired);
    EXPECT_EQ(usd_hold(), "0");
}

TEST_F(ExchangeTest, TheTimerCancelsEverythingOnceAlsoAfterMaintenance) {
    place(limit(Side::Buy, "0.1", "50000"));
    place(limit(Side::Sell, "0.1", "60000"));
    executions();
    exchange_.set_timer(me_, now_ + std::chrono::seconds(60));
    exchange_.set_mode(SystemMode::Maintenance);
    exchange_.advance(now_ + std::chrono::seconds(90));
    EXPECT_EQ(executions(), "");
    exchange_.set_mode(SystemMode::Online);
    exchange_.advance(now_ + std::chrono::seconds(91));
    EXPECT_EQ(executions(), "canceled canceled");
    place(limit(Side::Buy, "0.1", "50000"));
    exchange_.advance(now_ + std::chrono::seconds(500));
    EXPECT_EQ(executions(), "pending new");
}

TEST_F(ExchangeTest, TheHouseFillsPartOfAWaitingOrderOnRequest) {
    house(Side::Buy, "5", "51000");
    const OrderKey key = place(limit(Side::Buy, "0.5", "50000"));
    executions();
    EXPECT_TRUE(exchange_.fill_with_house(key, number("0.2"), now_));
    EXPECT_EQ(executions(), "trade");
    EXPECT_EQ(book(), "bid 5@51000 0.3@50000 ask");
    EXPECT_FALSE(exchange_.fill_with_house(key, number("0.31"), now_));
    EXPECT_TRUE(exchange_.fill_with_house(key, number("0.3"), now_));
    EXPECT_EQ(executions(), "trade filled");
    // 25 of the first fill; that was 10,000 USD, so 0.2 % of the second.
    EXPECT_EQ(usd(), "74945");
}

}  // namespace
}  // namespace tapedeck::venue_simulator
