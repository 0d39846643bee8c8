#include "venues/kraken/orders.h"

#include <gtest/gtest.h>

namespace tapedeck::kraken {
namespace {

TEST(OrdersTest, NamesOrdersAsKrakenDoes) {
    OrderTerms terms;
    EXPECT_EQ(order_type_name(terms), "market");
    terms.type = OrderType::Stop;
    EXPECT_EQ(order_type_name(terms), "stop-loss");
    terms.limit_price = Price(Decimal::from_integer(1));
    EXPECT_EQ(order_type_name(terms), "stop-loss-limit");
    terms.type = OrderType::TakeProfit;
    EXPECT_EQ(order_type_name(terms), "take-profit-limit");
    terms.type = OrderType::Limit;
    EXPECT_EQ(order_type_name(terms), "limit");
    EXPECT_TRUE(has_time_in_force(terms));
}

TEST(OrdersTest, PricesThatAreNotOfTheKindAreNotSent) {
    OrderTerms terms;
    terms.limit_price = Price(Decimal::from_integer(1));
    terms.trigger_price = Price(Decimal::from_integer(2));
    EXPECT_FALSE(limit_of(terms) || trigger_of(terms)) << "a market order";
    terms.type = OrderType::Limit;
    EXPECT_TRUE(limit_of(terms));
    EXPECT_FALSE(trigger_of(terms));
    terms.type = OrderType::TakeProfit;
    EXPECT_TRUE(limit_of(terms) && trigger_of(terms));
}

TEST(OrdersTest, AnOrderThatIsPendingIsOpen) {
    EXPECT_EQ(order_state("pending"), VenueOrderState::Open);
    EXPECT_EQ(order_state("open"), VenueOrderState::Open);
    EXPECT_EQ(order_state("closed"), VenueOrderState::Filled);
    EXPECT_EQ(order_state("canceled"), VenueOrderState::Canceled);
    EXPECT_EQ(order_state("expired"), VenueOrderState::Expired);
    EXPECT_FALSE(order_state("gone"));
}

TEST(OrdersTest, ReasonsAreOursOrPlainWords) {
    EXPECT_EQ(cancel_reason("User requested"), "requested");
    EXPECT_EQ(cancel_reason("Post only order"), "post_only");
    EXPECT_EQ(cancel_reason("Order replaced"), "replaced");
    EXPECT_EQ(cancel_reason("Market moved 3%"), "market_moved_3_");
    EXPECT_EQ(cancel_reason(""), "");
}

}  // namespace
}  // namespace tapedeck::kraken
