#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "events/market.h"
#include "venues/kraken/book.h"
#include "venues/kraken/json.h"
#include "venues/kraken/symbols.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// WebSocket v2, the public half: bytes of a frame to values, and the requests that one can send.
/// Source: Kraken's documentation, "Spot WebSocket v2".
namespace tapedeck::kraken {

/// The state of the venue as a whole; the first message of each connection.
struct SystemStatus {
    enum class State { Online, Maintenance, CancelOnly, PostOnly, LimitOnly, Unknown };

    State state = State::Unknown;
    std::string text;           ///< the venue's word
    std::string connection_id;  ///< digits, may exceed 64 bits; empty in maintenance
};

SystemStatus::State system_state(std::string_view text);

/// What the instrument channel says of a pair. It has no altname and no REST id: Symbols has.
struct PairUpdate {
    std::string symbol;
    std::optional<Instrument> instrument;  ///< nothing for names that we have no letters for
    PairStatus status = PairStatus::Unknown;
    unsigned price_decimals =
        0;  ///< of prices in books: ws_display_price_precision if there is one
    unsigned quantity_decimals = 0;
    InstrumentListed rules;  ///< without a name if `instrument` is absent
};

struct InstrumentUpdate {
    bool is_snapshot = false;
    std::vector<PairUpdate> pairs;
    std::vector<std::string> skipped;  ///< why, for each pair that can't be read
};

/// Best bid and ask with their quantities, and the day's figures.
struct TickerUpdate {
    QuoteChanged quote;
    Price last;
    Price low;  ///< of 24 hours, as are the following
    Price high;
    Price vwap;
    Quantity volume;
    Time happened{};  ///< the epoch from servers that don't say
};

struct PublicTrade {
    TradePrinted trade;
    Time happened{};
};

struct TradesUpdate {
    bool is_snapshot = false;  ///< the last 50, which may have come before
    std::vector<PublicTrade> trades;
};

/// A candle that may still change. It is final when one with a later open_time has come.
struct CandlesUpdate {
    bool is_snapshot = false;
    std::vector<CandleClosed> candles;
};

struct TickersUpdate {
    bool is_snapshot = false;
    std::vector<TickerUpdate> tickers;
};

struct Heartbeat {};

/// A subscription begins or ends; one answer for each symbol.
struct SubscriptionAnswered {
    std::string method;   ///< "subscribe" or "unsubscribe"
    std::string channel;  ///< empty in failures
    std::string symbol;   ///< empty where the channel has none
    std::optional<std::uint64_t> request;
    std::string error;  ///< the venue's words (errors.h); empty = done
    std::vector<std::string> warnings;
    /// Of executions: the engine's limit of this account (rate.h).
    std::optional<std::uint64_t> max_rate_count;
};

struct Pong {
    std::optional<std::uint64_t> request;
};

/// A request that the venue could not make out (method "error"), or failed otherwise.
struct RequestFailed {
    std::string method;
    std::optional<std::uint64_t> request;
    std::string error;
};

/// A channel or method that this build doesn't know: counted, not used.
struct NotUnderstood {
    std::string name;
};

using PublicMessage = std::variant<
    SystemStatus,
    InstrumentUpdate,
    TickersUpdate,
    TradesUpdate,
    BookChange,
    CandlesUpdate,
    Heartbeat,
    SubscriptionAnswered,
    Pong,
    RequestFailed,
    NotUnderstood>;

/// One frame. `document` is working memory; it and the bytes must live as long as a BookChange that
/// comes back. Errors name the place in the frame.
Result<PublicMessage> decode_public(json::Document& document, std::string_view frame);

/// Candles as the ohlc channel sends them, to those that are closed: each is said once, when the
/// next one of its instrument begins. Nothing is invented for intervals without a trade.
class CandleCloser {
public:
    /// What is final now that these have come, in their order. What is older than what was said
    /// before, as in the snapshot after a reconnect, isn't said again.
    std::vector<CandleClosed> take(const std::vector<CandleClosed>& candles);

    /// The connection was lost: what is forming may have changed unseen, and isn't final by the
    /// first candle that comes. The next snapshot brings it again.
    void reset() { forming_.clear(); }

private:
    struct Key {
        Instrument instrument;
        Duration interval{};

        auto operator<=>(const Key&) const = default;
    };

    std::map<Key, CandleClosed> forming_;
    std::map<Key, Time> said_;  ///< open_time of the last one said
};

/// What to subscribe or to end. Options that a channel doesn't have stay unset.
struct Subscription {
    std::string channel;
    std::vector<std::string> symbols;          ///< empty for instrument
    std::optional<unsigned> depth;             ///< book: 10, 25, 100, 500, 1000
    std::optional<unsigned> interval;          ///< ohlc: minutes
    std::optional<std::string> event_trigger;  ///< ticker: "trades" or "bbo"
    std::optional<bool> snapshot;              ///< trade has none unless told
};

std::string encode_subscribe(const Subscription& subscription, std::uint64_t request);
std::string encode_unsubscribe(const Subscription& subscription, std::uint64_t request);
std::string encode_ping(std::uint64_t request);

}  // namespace tapedeck::kraken
