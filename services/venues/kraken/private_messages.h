#pragma once

#include "events/state.h"
#include "events/types.h"
#include "venues/kraken/errors.h"
#include "venues/kraken/orders.h"
#include "venues/kraken/public_messages.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// WebSocket v2, the private half: what happens to our orders and money, and the answers to
/// private_requests.h. Source: Kraken's documentation, "Spot WebSocket v2: User Data".
namespace tapedeck::kraken {

/// What an execution report is about.
enum class ExecType {
    PendingNew,  ///< taken, not yet in the book
    New,         ///< in the book
    Trade,       ///< a fill
    Filled,      ///< the last fill has been told
    IcebergRefill,
    Canceled,
    Expired,
    Amended,   ///< by us
    Restated,  ///< by the venue
    Status,    ///< something else: a trigger has fired, …
    Unknown,   ///< a word that this build doesn't know
};

/// What the order is afterwards, as far as the report says.
enum class OrderStatus { PendingNew, New, PartiallyFilled, Filled, Canceled, Expired, Unknown };

/// A fee in one currency; positive = paid.
struct Fee {
    std::string currency;
    Money amount;

    bool operator==(const Fee&) const = default;

    template <class A>
    void archive(A& a) {
        a(currency);
        a(amount);
    }
};

/// One fill, by either channel.
struct VenueFill {
    std::string trade_id;  ///< "TGBB7L-HT5LX-J3BZ4A": exec_id here, the trade's id in REST
    Price price;
    Quantity quantity;
    Money cost;
    std::optional<Liquidity> liquidity;
    std::vector<Fee> fees;

    template <class A>
    void archive(A& a) {
        a(trade_id);
        a(price);
        a(quantity);
        a(cost);
        a(liquidity);
        a(fees);
    }
};

/// One report. It has what has changed: everything absent is as it was (OrderFold puts it
/// together). Only the venue's order id is always there.
struct ExecutionReport {
    ExecType type = ExecType::Unknown;
    OrderStatus status = OrderStatus::Unknown;
    OrderRef order;
    std::string symbol;
    std::optional<Side> side;
    std::string order_type;
    std::optional<Quantity> quantity;
    std::optional<Quantity> filled;  ///< cumulated
    std::optional<Money> cost;       ///< cumulated
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    std::optional<VenueFill> fill;  ///< of type Trade
    std::string reason;             ///< the venue's words; cancel_reason() makes them ours
    Time happened{};

    template <class A>
    void archive(A& a) {
        a(type);
        a(status);
        a(order);
        a(symbol);
        a(side);
        a(order_type);
        a(quantity);
        a(filled);
        a(cost);
        a(limit_price);
        a(trigger_price);
        a(fill);
        a(reason);
        a(happened);
    }
};

struct ExecutionsUpdate {
    bool is_snapshot = false;
    std::uint64_t sequence = 0;
    std::vector<ExecutionReport> reports;
};

/// What an account holds of one currency, holds for open orders included: those aren't told here.
struct BalanceUpdate {
    std::string currency;
    Decimal balance;
    std::string wallet;  ///< "spot main", "earn flexible"; empty for the sum of a snapshot
    /// The ledger row that changed it; empty in a snapshot.
    std::string ledger_id;
    std::string ref_id;  ///< of a trade: its trade_id
    std::string type;    ///< "trade", "deposit", …
    Decimal amount;
    Decimal fee;
    Time happened{};
};

struct BalancesUpdate {
    bool is_snapshot = false;
    std::uint64_t sequence = 0;
    std::vector<BalanceUpdate> balances;
};

/// The answer to one request.
struct RequestAnswered {
    std::string method;
    std::optional<std::uint64_t> request;
    /// The request as a whole has failed. Whether it may have been carried out all the same,
    /// VenueError::proves_refusal says.
    std::optional<VenueError> error;
    /// add_order, amend_order and cancel_order: one; batch_add: each order in the request's order.
    std::vector<Answer<OrderRef>> orders;
    std::string amend_id;
    std::optional<std::uint64_t> count;  ///< cancel_all: how many
    std::optional<Time> trigger_at;      ///< cancel_all_orders_after; the epoch = switched off
};

using PrivateMessage = std::variant<
    ExecutionsUpdate,
    BalancesUpdate,
    RequestAnswered,
    SubscriptionAnswered,
    SystemStatus,
    Heartbeat,
    Pong,
    RequestFailed,
    NotUnderstood>;

/// One frame; `document` is working memory. Errors name the place in the frame.
Result<PrivateMessage> decode_private(json::Document& document, std::string_view frame);

/// Watches the sequence of one private channel, which begins at 1 with its snapshot.
class SequenceGuard {
public:
    enum class Verdict {
        Next,
        Repeated,  ///< seen already: ignore it
        Gap,       ///< something is lost: subscribe again and reconcile
    };

    Verdict check(std::uint64_t sequence, bool is_snapshot);

private:
    std::uint64_t last_ = 0;
    bool begun_ = false;
};

/// Reports put together by order. Orders stay until they are forgotten: the venue's last word on an
/// order may come before its fills do.
class OrderFold {
public:
    /// The order with everything that is known of it now; valid until the next call.
    const ExecutionReport& apply(const ExecutionReport& report);

    /// Null for an order that never was reported.
    const ExecutionReport* find(std::string_view order_id) const;

    void forget(std::string_view order_id);

    std::size_t size() const { return orders_.size(); }

    template <class A>
    void archive(A& a) {
        a(orders_);
    }

private:
    std::map<std::string, ExecutionReport, std::less<>> orders_;
};

}  // namespace tapedeck::kraken
