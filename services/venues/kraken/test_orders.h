#pragma once

#include "venues/kraken/orders.h"
#include "venues/kraken/test_pairs.h"

/// Orders for the tests of both ways to send them.
namespace tapedeck::kraken::testing {

inline constexpr const char* kClientOrderId = "6d1b345e-2821-40e2-ad83-4ecb18a06876";

/// 1.25 BTC, good till canceled, as the venue's default deadline has it.
inline NewOrder limit_order(const Symbols& symbols, Side side, const char* price) {
    NewOrder order;
    order.pair = symbols.find(std::string_view("BTC/USD"));
    order.terms.instrument = order.pair->instrument;
    order.terms.side = side;
    order.terms.type = OrderType::Limit;
    order.terms.quantity = Quantity::parse("1.25").value();
    order.terms.limit_price = Price::parse(price).value();
    order.client_order_id = kClientOrderId;
    return order;
}

}  // namespace tapedeck::kraken::testing
