#include "venues/kraken/validation.h"

#include "venues/kraken/test_pairs.h"

namespace tapedeck::kraken {
namespace {

Price price(const char* text) {
    return Price::parse(text).value();
}

OrderTerms limit(const char* quantity, const char* at) {
    OrderTerms terms;
    terms.instrument = Instrument::parse("kraken:BTC/USD").value();
    terms.type = OrderType::Limit;
    terms.quantity = Quantity::parse(quantity).value();
    terms.limit_price = price(at);
    return terms;
}

std::string refused(
    const OrderTerms& terms,
    PairStatus status = PairStatus::Online,
    std::optional<Price> reference = {}) {
    auto pair = *testing::symbols().find(std::string_view("XXBTZUSD"));
    pair.status = status;
    const auto refusal = refusal_of(pair, terms, reference);
    return refusal ? std::string(refusal->code) : "";
}

TEST(ValidationTest, LetsGoodOrdersThrough) {
    EXPECT_EQ(refused(limit("0.00005", "30000.1")), "");
    auto market = limit("1", "1");
    market.type = OrderType::Market;
    market.limit_price.reset();
    EXPECT_EQ(refused(market), "");
    auto stop = market;
    stop.type = OrderType::Stop;
    stop.trigger_price = price("25000");
    EXPECT_EQ(refused(stop), "");
}

TEST(ValidationTest, HoldsPriceAndQuantityToTheirGrids) {
    EXPECT_EQ(refused(limit("1", "30000.15")), "price_off_tick");
    EXPECT_EQ(refused(limit("1", "0")), "price_off_tick");
    EXPECT_EQ(refused(limit("1", "-0.1")), "price_off_tick");
    EXPECT_EQ(refused(limit("0.000100001", "30000")), "quantity_off_step");
    EXPECT_EQ(refused(limit("0", "30000")), "invalid_quantity");
    EXPECT_EQ(refused(limit("-1", "30000")), "invalid_quantity");
    auto stop = limit("1", "30000");
    stop.type = OrderType::Stop;
    stop.trigger_price = price("25000.01");
    EXPECT_EQ(refused(stop), "price_off_tick");
}

TEST(ValidationTest, HoldsOrdersToTheMinimums) {
    EXPECT_EQ(refused(limit("0.00004999", "30000")), "minimum_not_met") << "quantity";
    EXPECT_EQ(refused(limit("0.00005", "9999.9")), "minimum_not_met") << "0.499995 of value";
    EXPECT_EQ(refused(limit("0.00005", "10000")), "");
    auto market = limit("0.00005", "1");
    market.type = OrderType::Market;
    market.limit_price.reset();
    EXPECT_EQ(refused(market, PairStatus::Online, price("9999.9")), "minimum_not_met");
    EXPECT_EQ(refused(market, PairStatus::Online, price("10000")), "");
    EXPECT_EQ(refused(market), "") << "without a price its value is not known";
    EXPECT_EQ(refused(limit("999999999999999999", "999999999999999999")), "invalid_quantity");
}

TEST(ValidationTest, WantsThePricesOfTheKind) {
    auto order = limit("1", "1");
    order.limit_price.reset();
    EXPECT_EQ(refused(order), "limit_price_missing");
    order.type = OrderType::TakeProfit;
    EXPECT_EQ(refused(order), "trigger_price_missing");
}

TEST(ValidationTest, RefusesWhatKrakenCannotDo) {
    auto order = limit("1", "30000");
    order.time_in_force = TimeInForce::GoodTillDate;
    EXPECT_EQ(refused(order), "time_in_force_not_supported");
    order.valid_until = time_from_ns(1);
    EXPECT_EQ(refused(order), "");
    order.post_only = true;
    EXPECT_EQ(refused(order), "");
    order.time_in_force = TimeInForce::ImmediateOrCancel;
    EXPECT_EQ(refused(order), "time_in_force_not_supported");
    order = limit("1", "30000");
    order.type = OrderType::Market;
    order.post_only = true;
    EXPECT_EQ(refused(order), "post_only_not_limit");
    order.post_only = false;
    order.time_in_force = TimeInForce::FillOrKill;
    EXPECT_EQ(refused(order), "time_in_force_not_supported");
}

TEST(ValidationTest, HeedsTheStatusOfThePair) {
    auto order = limit("1", "30000");
    auto market = order;
    market.type = OrderType::Market;
    auto post = order;
    post.post_only = true;
    auto reduce = order;
    reduce.reduce_only = true;
    EXPECT_EQ(refused(order, PairStatus::PostOnly), "venue_post_only");
    EXPECT_EQ(refused(post, PairStatus::PostOnly), "");
    EXPECT_EQ(refused(order, PairStatus::LimitOnly), "");
    EXPECT_EQ(refused(market, PairStatus::LimitOnly), "venue_limit_only");
    EXPECT_EQ(refused(order, PairStatus::ReduceOnly), "venue_reduce_only");
    EXPECT_EQ(refused(reduce, PairStatus::ReduceOnly), "venue_reduce_only");
    EXPECT_EQ(refused(reduce, PairStatus::CancelOnly), "venue_cancel_only");
    EXPECT_EQ(refused(post, PairStatus::Maintenance), "venue_maintenance");
    for (const auto status :
         {PairStatus::Delisted, PairStatus::WorkInProgress, PairStatus::Unknown}) {
        EXPECT_EQ(refused(order, status), "unknown_instrument");
    }
}

TEST(ValidationTest, RefusesAnOrderForAnotherInstrument) {
    auto order = limit("1", "30000");
    order.instrument = Instrument::parse("kraken:BTC/EUR").value();
    EXPECT_EQ(refused(order), "unknown_instrument");
}

}  // namespace
}  // namespace tapedeck::kraken
