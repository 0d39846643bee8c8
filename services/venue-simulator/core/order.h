#pragma once

#include "base/decimal.h"
#include "base/expected.h"
#include "base/time.h"
#include "venue-simulator/core/instruments.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tapedeck::venue_simulator {

using AccountId = std::size_t;
using OrderKey = std::uint64_t;  ///< in order of arrival

/// The error is what the venue says: "EOrder:Insufficient funds".
template <class T = void>
using Outcome = tl::expected<T, std::string>;

inline tl::unexpected<std::string> refuse(std::string text) {
    return tl::make_unexpected(std::move(text));
}

enum class Side { Buy, Sell };
enum class OrderType { Market, Limit, StopLoss, TakeProfit, StopLossLimit, TakeProfitLimit };
enum class TimeInForce { Gtc, Gtd, Ioc, Fok };
enum class SelfTrade { CancelNewest, CancelOldest, CancelBoth };
enum class OrderStatus { Open, Filled, Canceled, Expired };

constexpr Side opposite(Side side) {
    return side == Side::Buy ? Side::Sell : Side::Buy;
}

constexpr bool has_limit(OrderType type) {
    return type == OrderType::Limit || type == OrderType::StopLossLimit ||
           type == OrderType::TakeProfitLimit;
}

constexpr bool has_trigger(OrderType type) {
    return type != OrderType::Market && type != OrderType::Limit;
}

std::string_view text_of(Side side);         ///< "buy"
std::string_view text_of(OrderType type);    ///< "stop-loss-limit"
std::string_view text_of(TimeInForce time);  ///< "GTC"
std::optional<Side> parse_side(std::string_view text);
std::optional<OrderType> parse_order_type(std::string_view text);
/// In any case.
std::optional<TimeInForce> parse_time_in_force(std::string_view text);
/// "cancel-newest" and "cancel_newest".
std::optional<SelfTrade> parse_self_trade(std::string_view text);
/// 36 characters of a UUID, 32 hexadecimal digits, or up to 18 of printable ASCII.
bool is_client_id(std::string_view text);

struct OrderTerms {
    PairId pair = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    Decimal quantity{};     ///< of base; of quote if in_quote
    bool in_quote = false;  ///< market buys only
    Decimal limit{};        ///< if has_limit(type)
    Decimal trigger{};      ///< if has_trigger(type)
    TimeInForce time_in_force = TimeInForce::Gtc;
    bool post_only = false;
    bool fee_in_base = false;
    SelfTrade self_trade = SelfTrade::CancelNewest;
    std::optional<std::string> client_id{};
    std::optional<std::int64_t> userref{};
    std::optional<Time> expires{};
};

struct Amendment {
    std::string id{};
    std::string type{};  ///< "original", "user"
    Decimal quantity{};
    Decimal remaining{};
    Decimal limit{};
    bool post_only = false;
    Time at{};
};

struct Order {
    OrderKey key = 0;
    std::string id{};
    AccountId account = 0;
    OrderTerms terms{};
    OrderStatus status = OrderStatus::Open;
    bool is_triggered = false;
    bool is_amended = false;
    bool is_resting = false;  ///< in the book
    Time opened{};
    Time touched{};  ///< created or last amended
    Time closed{};
    Decimal filled{};
    Decimal cost{};
    Decimal fee{};  ///< in quote, or in base if terms.fee_in_base
    std::string reason{};
    std::string replaced{};  ///< the id of the order that this one replaces
    std::vector<std::string> trades{};
    std::vector<Amendment> amendments{};

    bool is_open() const { return status == OrderStatus::Open; }

    /// Of base, or of quote if in_quote.
    Decimal remaining() const { return terms.quantity - (terms.in_quote ? cost : filled); }

    /// Waits for its trigger, and so isn't in the book.
    bool is_waiting() const { return is_open() && has_trigger(terms.type) && !is_triggered; }

    /// To 18 digits; zero while nothing is filled.
    Decimal average() const;
};

/// One account's side of a trade.
struct Trade {
    std::string id{};
    std::uint64_t number = 0;  ///< the public trade's
    std::string order_id{};
    PairId pair = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    Decimal price{};
    Decimal quantity{};
    Decimal cost{};
    Decimal fee{};
    bool fee_in_base = false;
    bool is_maker = false;
    Time at{};
    std::vector<std::string> ledgers{};
};

struct LedgerRow {
    std::string id{};
    std::string reference{};  ///< id of the trade
    Time at{};
    std::string type{};  ///< "trade", "deposit"
    AssetId asset = 0;
    Decimal amount{};
    Decimal fee{};
    Decimal balance{};  ///< after it
};

struct PublicTrade {
    PairId pair = 0;
    std::uint64_t number = 0;
    Decimal price{};
    Decimal quantity{};
    Side side = Side::Buy;  ///< of the taker
    bool is_market = false;
    Time at{};
};

enum class ExecutionType {
    PendingNew,
    New,
    Trade,
    Filled,
    Canceled,
    Expired,
    Amended,
    Triggered,
};

/// What happened to an order, and how the order stood right after it.
struct Execution {
    ExecutionType type = ExecutionType::New;
    Order order{};
    std::optional<Trade> trade{};
    Time at{};
};

struct Booked {
    AccountId account = 0;
    LedgerRow row{};
};

using ExchangeEvent = std::variant<Execution, Booked, PublicTrade>;

}  // namespace tapedeck::venue_simulator
