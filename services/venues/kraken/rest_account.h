#pragma once

#include "venues/kraken/orders.h"
#include "venues/kraken/private_messages.h"
#include "venues/kraken/rest.h"
#include "venues/kraken/symbols.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Private REST, questions: what reconciliation goes by. Asking changes nothing, so all of these
/// may be repeated. Readers take the `result` of read_envelope. Source: Kraken's documentation,
/// "Spot REST: Account Data".
namespace tapedeck::kraken {

/// From when to when, and where in the list: pages of kPageSize, newest first.
struct Page {
    static constexpr std::uint64_t kPageSize = 50;

    std::optional<Time> from;  ///< exclusive, whole seconds
    std::optional<Time> to;    ///< inclusive
    std::uint64_t offset = 0;
};

/// Both with their trades' ids. `client_order_id` empty = all.
PrivateCall open_orders_call(const std::string& client_order_id);
PrivateCall closed_orders_call(const Page& page, const std::string& client_order_id);

/// By the venue's ids, at most 50.
PrivateCall query_orders_call(const std::vector<std::string>& order_ids);

PrivateCall trades_history_call(const Page& page);

/// Rows of the ledger, of every type.
PrivateCall ledgers_call(const Page& page);

/// By their own ids, at most 20.
PrivateCall query_trades_call(const std::vector<std::string>& trade_ids);
PrivateCall balances_call();
PrivateCall trade_volume_call(const std::vector<const Pair*>& pairs);

/// An order as REST tells of it.
struct VenueOrder {
    OrderRef order;
    VenueOrderState state = VenueOrderState::Open;
    std::optional<Instrument> instrument;  ///< nothing for pairs that Symbols doesn't have
    std::string pair;                      ///< the venue's own spelling
    Side side = Side::Buy;
    std::string order_type;  ///< "limit", "stop-loss", …
    Quantity quantity;
    Quantity filled;
    Money cost;
    Money fee;
    Price average_price;  ///< of the fills; 0 without one
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    std::string reason;  ///< the venue's words
    std::vector<std::string> trade_ids;
    Time opened{};
    Time closed{};  ///< the epoch while it is open
};

struct OrdersAnswer {
    std::vector<VenueOrder> orders;
    std::uint64_t count = 0;  ///< ClosedOrders: over all pages
};

Result<OrdersAnswer> read_open_orders(json::Value result, const Symbols& symbols);
Result<OrdersAnswer> read_closed_orders(json::Value result, const Symbols& symbols);
Result<OrdersAnswer> read_queried_orders(json::Value result, const Symbols& symbols);

/// A fill of ours, with the order that it belongs to.
struct HistoricFill {
    VenueFill fill;
    std::string order_id;
    std::optional<Instrument> instrument;
    std::string pair;
    Side side = Side::Buy;
    Time happened{};
};

struct FillsAnswer {
    std::vector<HistoricFill> fills;
    std::uint64_t count = 0;  ///< over all pages
};

Result<FillsAnswer> read_trades_history(json::Value result, const Symbols& symbols);
Result<FillsAnswer> read_queried_trades(json::Value result, const Symbols& symbols);

struct LedgerAnswer {
    std::vector<BalanceUpdate> rows;
    std::uint64_t count = 0;  ///< over all pages
};

Result<LedgerAnswer> read_ledgers(json::Value result, const Symbols& symbols);

struct Balance {
    std::string currency;
    Decimal balance;
    Decimal hold;  ///< for open spot orders
    Decimal credit;
    Decimal credit_used;

    /// What can be traded with: balance + credit − credit used − hold.
    Decimal available() const { return balance + credit - credit_used - hold; }
};

Result<std::vector<Balance>> read_balances(json::Value result, const Symbols& symbols);

struct PairFees {
    Instrument instrument;
    Ratio taker;  ///< 0.0026 where Kraken says 0.26 percent
    Ratio maker;
};

struct TradeVolume {
    std::string currency;
    Money volume;  ///< of 30 days
    std::vector<PairFees> fees;
};

Result<TradeVolume> read_trade_volume(json::Value result, const Symbols& symbols);

}  // namespace tapedeck::kraken
