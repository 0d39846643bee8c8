#pragma once

#include "venues/kraken/orders.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the private WebSocket v2 is asked. Each needs the token of GetWebSocketsToken, and carries
/// a number under which the answer comes. Source: Kraken's documentation, "Spot WebSocket v2: User
/// Data" and "User Trading".
namespace tapedeck::kraken {

/// Who asks, and as which request.
struct Asking {
    std::string_view token;
    std::uint64_t request = 0;
};

/// Open orders as a snapshot, then everything that happens to any order. With `with_fills` the
/// snapshot also has the last 50 fills, for what was missed.
std::string encode_subscribe_executions(Asking asking, bool with_fills);

std::string encode_subscribe_balances(Asking asking);

std::string encode_add_order(const NewOrder& order, Asking asking);

/// 2 to 15 orders of one pair. What fails in validation fails all of them; what fails in the engine
/// fails alone. The deadline is the first order's.
std::string encode_batch_add(const std::vector<NewOrder>& orders, Asking asking);

/// In place: the order keeps its names, and its place in the queue if only its quantity falls.
std::string encode_amend_order(const OrderAmend& amend, Asking asking);

/// One answer comes for each order.
std::string encode_cancel_order(const std::vector<OrderRef>& orders, Asking asking);

/// Everything that is open in the account.
std::string encode_cancel_all(Asking asking);

/// The dead man's switch: everything open is canceled `timeout` from now unless this comes again
/// before. 0 switches it off; at most a day; whole seconds, rounded up.
std::string encode_cancel_all_orders_after(Duration timeout, Asking asking);

}  // namespace tapedeck::kraken
