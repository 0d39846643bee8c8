#pragma once

#include "base/decimal.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// Kraken's two limiters as models of ours, so that nothing is sent that would be refused: a
/// refusal costs an order its moment, and going on while limited prolongs the limit. Both count
/// points that decay with time. Source: Kraken's documentation, "Spot REST rate limits" and "Spot
/// trading rate limits".
namespace tapedeck::kraken {

/// How far the account is verified.
enum class Tier { Starter, Intermediate, Pro };

/// Points that decay linearly down to 0. Time comes with each call and may stand still; if it goes
/// back, nothing decays.
class DecayingCounter {
public:
    /// `decay`: points a second, more than 0.
    DecayingCounter(Decimal max, Decimal decay) : max_(max), decay_(decay) {}

    Decimal level(Time now) const;

    void add(Decimal points, Time now);

    /// True while `points` more stay within the maximum.
    bool has_room(Decimal points, Time now) const;

    /// How long until has_room(points); 0 = now. What never fits waits for an empty counter.
    Duration wait(Decimal points, Time now) const;

    /// The venue said that the limit is exceeded: what it counted we didn't see. From now on as if
    /// full.
    void fill(Time now);

    void set_max(Decimal max) { max_ = max; }

private:
    Decimal max_;
    Decimal decay_;
    Decimal level_;
    Time at_{};
};

/// What a private REST call costs its API key. Orders cost nothing here: the engine counts them.
enum class RestCost {
    Order,    ///< AddOrder, AmendOrder, CancelOrder, …: 0
    Plain,    ///< 1
    History,  ///< ClosedOrders, TradesHistory, Ledgers, …: 4 by the newest documentation (older: 2)
};

RestCost rest_cost(std::string_view method);

/// The REST counter of one API key.
class RestLimiter {
public:
    explicit RestLimiter(Tier tier);

    bool may_send(RestCost cost, Time now) const;
    Duration wait(RestCost cost, Time now) const;
    void sent(RestCost cost, Time now);

    /// EAPI:Rate limit exceeded.
    void exceeded(Time now) { counter_.fill(now); }

    Decimal level(Time now) const { return counter_.level(now); }

private:
    DecayingCounter counter_;
};

/// Attempts to open a WebSocket: an address that makes about 150 in ten minutes is banned for as
/// long. Market data and orders share the address and do not know of each other, so each keeps to
/// less than half of that, however often the venue lets it in and throws it out again.
class ConnectLimiter {
public:
    /// How long until the next attempt; 0 = now. `now` is of a clock that only rises.
    Duration wait(Duration now) const;

    void attempted(Duration now);

private:
    DecayingCounter counter_{
        Decimal::from_integer(kBurst), Decimal::from_units(Decimal::kOne / kSecondsEach)};

    static constexpr std::int64_t kBurst = 12;
    static constexpr std::int64_t kSecondsEach = 10;  ///< 72 in ten minutes at most
};

/// What the matching engine is asked for.
enum class EngineAction { Add, Amend, Edit, Cancel };

/// Points of one action. `age`: since the order was placed or last amended; of no account for Add.
/// A batch of n adds costs half of n adds, a batch of n cancels each of them.
Decimal engine_cost(EngineAction action, Duration age);

/// The matching engine's counter of one account: points by pair, whoever sends (REST, WebSocket,
/// other programs on that account, which this cannot see).
class EngineLimiter {
public:
    explicit EngineLimiter(Tier tier);

    /// The maximum that the venue told (`maxratecount`) in place of the tier's.
    void set_max(Decimal max);

    /// Adds and amends keep `kCancelReserve` of the maximum free, so that a cancel always has room:
    /// cancels come first.
    bool may_send(std::string_view pair, EngineAction action, Duration age, Time now) const;

    /// How long until may_send(), if the order's age were to stay: for cancels and amends an upper
    /// bound, since ageing makes them cheaper.
    Duration wait(std::string_view pair, EngineAction action, Duration age, Time now) const;

    void sent(std::string_view pair, EngineAction action, Duration age, Time now);

    /// A batch of adds.
    void sent_batch(std::string_view pair, unsigned orders, Time now);
    bool may_send_batch(std::string_view pair, unsigned orders, Time now) const;

    /// EOrder:Rate limit exceeded.
    void exceeded(std::string_view pair, Time now);

    Decimal level(std::string_view pair, Time now) const;

    /// How many open orders a pair takes; beyond it EOrder:Orders limit exceeded.
    unsigned open_orders_max() const;

    /// Three cancels of orders that are younger than 5 s.
    static constexpr std::int64_t kCancelReserve = 24;

private:
    DecayingCounter counter(std::string_view pair) const;
    Decimal reserve(EngineAction action) const;

    Tier tier_;
    Decimal max_;
    Decimal decay_;
    std::map<std::string, DecayingCounter, std::less<>> counters_;
};

}  // namespace tapedeck::kraken
