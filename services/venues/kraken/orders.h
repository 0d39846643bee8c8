#pragma once

#include "base/time.h"
#include "events/order.h"
#include "events/risk.h"
#include "venues/kraken/symbols.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is asked of Kraken about orders, however it is sent: the WebSocket's spelling is in
/// private_requests.h, REST's in rest_trading.h.
namespace tapedeck::kraken {

/// What is to be placed. Whoever makes one has had refusal_of() (validation.h) pass on it.
struct NewOrder {
    const Pair* pair = nullptr;  ///< never null
    OrderTerms terms;
    std::string client_order_id;  ///< UUID text (events/client_order_id.h)
    /// The engine refuses the order if it hasn't taken it by then: REST now + 2 s to now + 60 s,
    /// WebSocket now + 500 ms to now + 60 s. The epoch: the venue's own 5 s.
    Time deadline{};
    bool only_validate = false;  ///< checked and answered, not placed
};

/// An order by either of its names; the venue's own counts if both are there.
struct OrderRef {
    std::string order_id;  ///< the venue's: "OUF4EM-FRGI2-MQMWZD"
    std::string client_order_id;

    bool operator==(const OrderRef&) const = default;

    template <class A>
    void archive(A& a) {
        a(order_id);
        a(client_order_id);
    }
};

/// New terms of an order that rests; absent ones stay.
struct OrderAmend {
    OrderRef order;
    std::optional<Quantity> quantity;  ///< the new total, filled part included
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    bool post_only = false;  ///< refuse a price that would take
    Time deadline{};
};

/// Both WebSocket and REST say it so: "market", "limit", "stop-loss", "stop-loss-limit",
/// "take-profit", "take-profit-limit".
std::string_view order_type_name(const OrderTerms& terms);

/// The prices that an order of that kind has; others that stand in the terms aren't sent.
std::optional<Price> limit_of(const OrderTerms& terms);
std::optional<Price> trigger_of(const OrderTerms& terms);

/// True if the terms say how long the order rests. Market orders and triggered ones don't: they are
/// gone with their first match.
bool has_time_in_force(const OrderTerms& terms);

/// What the venue says an order is: "pending" and "open" are Open, "closed" is Filled.
std::optional<VenueOrderState> order_state(std::string_view status);

/// Why an order ended, in our words: "requested", "post_only", "replaced", "immediate_or_cancel",
/// …; the venue's own words, in lower case and with '_', where this build doesn't know them.
std::string cancel_reason(std::string_view text);

}  // namespace tapedeck::kraken
