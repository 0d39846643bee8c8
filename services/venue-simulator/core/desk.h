#pragma once

#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/history.h"
#include "venue-simulator/core/keys.h"
#include "venue-simulator/core/limits.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::venue_simulator {

/// What REST and WebSocket share.
struct Floor {
    explicit Floor(std::uint64_t seed) : exchange(seed), keys(seed) {}

    Exchange exchange;
    EnginePoints points;
    Keys keys;
    History history;
    Duration clock_ahead{};  ///< of what Time and SystemStatus say
};

/// When a request came and when it is worked on, which differ if something delays it.
struct Moment {
    Time received{};
    Time now{};
};

/// Orders of accounts, with what they cost in points. Other people's orders don't exist here.
class Desk {
public:
    explicit Desk(Floor& floor) : floor_(floor) {}

    Outcome<OrderKey> add(AccountId account, const OrderTerms& terms, Time now);
    /// Nothing is placed if one is wrong by itself; for funds and the like each stands alone.
    Outcome<std::vector<Outcome<OrderKey>>> add_batch(
        AccountId account, const std::vector<OrderTerms>& orders, Time now);
    Outcome<std::string> amend(AccountId account, OrderKey key, const AmendTerms& wish, Time now);
    Outcome<OrderKey> edit(AccountId account, OrderKey key, const OrderTerms& terms, Time now);
    Outcome<> cancel(AccountId account, OrderKey key, Time now);
    /// Charged, but never refused for its points.
    Outcome<std::size_t> cancel_batch(
        AccountId account, const std::vector<OrderKey>& keys, Time now);
    Outcome<std::size_t> cancel_all(AccountId account, Time now);

    /// The open order of this id, of this client id, or those of this user reference.
    Outcome<OrderKey> find_open(AccountId account, const std::string& id) const;
    Outcome<OrderKey> find_open_client(AccountId account, const std::string& client_id) const;
    std::vector<OrderKey> find_open_userref(AccountId account, std::int64_t userref) const;

    DecayingCounter& points(AccountId account, PairId pair);

private:
    Outcome<> charge(AccountId account, PairId pair, std::int64_t cost, Time now);

    Floor& floor_;
};

/// `least` to 60 s after it was received, and not over.
Outcome<> check_deadline(const std::optional<Time>& deadline, const Moment& at, Duration least);

}  // namespace tapedeck::venue_simulator
