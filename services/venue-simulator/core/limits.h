#pragma once

#include "venue-simulator/core/account.h"

#include <map>
#include <utility>

/// The two rate limits: a counter per key for REST calls, and points per account and pair for what
/// the matching engine does. Both are counted in billionths, so that decay is exact.
namespace tapedeck::venue_simulator {

/// What goes down by itself, `per_second_milli` thousandths a second.
class DecayingCounter {
public:
    DecayingCounter(std::int64_t maximum, std::int64_t per_second_milli)
        : maximum_(maximum * kPoint), per_second_milli_(per_second_milli) {}

    static constexpr std::int64_t kPoint = 1'000'000'000;

    /// In billionths of a point.
    std::int64_t value(Time now) const;

    bool has_room(std::int64_t cost, Time now) const { return value(now) + cost <= maximum_; }

    void add(std::int64_t cost, Time now);

    /// As add(), but what is above the maximum stays within `cost` of it. False if it is above.
    bool charge(std::int64_t cost, Time now);

private:
    std::int64_t maximum_;
    std::int64_t per_second_milli_;
    std::int64_t value_ = 0;
    Time at_{};
};

enum class Transaction { Add, Amend, Edit, Cancel };

/// What a transaction costs for the age of its order, in points: 7 s for an amendment is 2. Without
/// its fixed part.
std::int64_t age_cost(Transaction transaction, Duration age);

std::int64_t engine_threshold(Tier tier);
std::int64_t engine_decay_milli(Tier tier);
std::int64_t rest_maximum(Tier tier);
std::int64_t rest_decay_milli(Tier tier);

/// The engine's points of all accounts.
class EnginePoints {
public:
    DecayingCounter& of(AccountId account, Tier tier, PairId pair);

private:
    std::map<std::pair<AccountId, PairId>, DecayingCounter> counters_;
};

}  // namespace tapedeck::venue_simulator
