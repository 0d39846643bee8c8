#pragma once

#include "venues/kraken/orders.h"
#include "venues/kraken/rest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Private REST, orders: what the WebSocket does, for when it is down. Readers take the `result` of
/// read_envelope. Source: Kraken's documentation, "Spot REST: Trading".
namespace tapedeck::kraken {

PrivateCall add_order_call(const NewOrder& order);

/// 2 to 15 orders of one pair. What fails in validation fails all of them; what fails in the engine
/// fails alone. Deadline and validation are the first order's.
PrivateCall add_order_batch_call(const std::vector<NewOrder>& orders);

PrivateCall amend_order_call(const OrderAmend& amend);
PrivateCall cancel_order_call(const OrderRef& order);
PrivateCall cancel_all_call();

/// The dead man's switch, as encode_cancel_all_orders_after() says.
PrivateCall cancel_all_orders_after_call(Duration timeout);

PrivateCall websockets_token_call();

/// The venue's order ids: one, but for conditional closes. Empty after a validation.
Result<std::vector<std::string>> read_added(json::Value result);

/// Each order in the request's order.
Result<std::vector<Answer<OrderRef>>> read_batch(json::Value result);

/// The amend_id.
Result<std::string> read_amended(json::Value result);

struct Canceled {
    std::uint64_t count = 0;
    bool is_pending = false;  ///< asked for, not yet done
};

Result<Canceled> read_canceled(json::Value result);

struct DeadMansSwitch {
    Time venue_now{};
    Time trigger_at{};  ///< the epoch = switched off
};

Result<DeadMansSwitch> read_dead_mans_switch(json::Value result);

/// For ws-auth. To be used within `expires`; it lives on while a subscription made with it does.
struct WebSocketToken {
    std::string token;
    Duration expires{};
};

Result<WebSocketToken> read_websockets_token(json::Value result);

}  // namespace tapedeck::kraken
