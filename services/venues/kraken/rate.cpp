#include "venues/kraken/rate.h"

#include <algorithm>
#include <array>

namespace tapedeck::kraken {

namespace {

using std::chrono::seconds;

constexpr Decimal hundredths(std::int64_t count) {
    return Decimal::from_units(Decimal::kOne / 100 * count);
}

struct TierLimits {
    std::int64_t rest_max;
    std::int64_t rest_decay;  ///< hundredths of a point a second
    std::int64_t engine_max;
    std::int64_t engine_decay;  ///< likewise
    unsigned open_orders_max;
};

/// The tables of both pages; Starter's REST row is from before June 2026, when it was dropped.
constexpr TierLimits limits(Tier tier) {
    switch (tier) {
        case Tier::Starter: return {15, 33, 60, 100, 60};
        case Tier::Intermediate: return {20, 50, 125, 234, 80};
        case Tier::Pro: return {20, 100, 180, 375, 225};
    }
    return {15, 33, 60, 100, 60};
}

struct AgeRow {
    seconds below;
    std::int64_t amend;
    std::int64_t edit;
    std::int64_t cancel;
};

/// What young orders cost on top: the buckets exclude each other.
constexpr std::array<AgeRow, 6> kAges = {{
    {seconds(5), 3, 6, 8},
    {seconds(10), 2, 5, 6},
    {seconds(15), 1, 4, 5},
    {seconds(45), 0, 2, 4},
    {seconds(90), 0, 1, 2},
    {seconds(300), 0, 0, 1},
}};

constexpr std::int64_t kHistoryCost = 4;
constexpr Duration kWaitMax = std::chrono::hours(1);  // longer than any counter takes to empty

Decimal points_of(RestCost cost) {
    switch (cost) {
        case RestCost::Order: return {};
        case RestCost::Plain: return Decimal::from_integer(1);
        case RestCost::History: return Decimal::from_integer(kHistoryCost);
    }
    return Decimal::from_integer(kHistoryCost);
}

/// A duration in seconds, exact.
Decimal in_seconds(Duration duration) {
    return Decimal::from_units(
        static_cast<Int128>(duration.count()) * (Decimal::kOne / 1'000'000'000));
}

}  // namespace

Decimal DecayingCounter::level(Time now) const {
    // A longer pause than this leaves nothing anyway, and the product stays small.
    const auto elapsed = std::clamp<Duration>(now - at_, Duration{}, kWaitMax);
    const auto decayed = multiply(in_seconds(elapsed), decay_, Rounding::Down);
    if (!decayed || *decayed >= level_) return {};
    return level_ - *decayed;
}

void DecayingCounter::add(Decimal points, Time now) {
    level_ = level(now) + points;
    at_ = std::max(at_, now);
}

bool DecayingCounter::has_room(Decimal points, Time now) const {
    return level(now) + points <= max_;
}

Duration DecayingCounter::wait(Decimal points, Time now) const {
    const auto held = level(now);
    const auto excess = std::min(held + points - max_, held);
    if (!excess.is_positive()) return {};
    const auto needed = divide(excess, decay_, Rounding::Up);
    if (!needed || *needed >= in_seconds(kWaitMax)) return kWaitMax;
    // Nanoseconds, rounded up, and what the clock still has to catch up with.
    const auto nanoseconds = (needed->units() + 999'999'999) / (Decimal::kOne / 1'000'000'000);
    return Duration(static_cast<std::int64_t>(nanoseconds)) + std::max(at_ - now, Duration{});
}

void DecayingCounter::fill(Time now) {
    level_ = std::max(level(now), max_);
    at_ = std::max(at_, now);
}

RestCost rest_cost(std::string_view method) {
    for (const auto* name :
         {"AddOrder",
          "AddOrderBatch",
          "AmendOrder",
          "EditOrder",
          "CancelOrder",
          "CancelOrderBatch",
          "CancelAll",
          "CancelAllOrdersAfter"}) {
        if (method == name) return RestCost::Order;
    }
    for (const auto* name :
         {"ClosedOrders", "TradesHistory", "QueryTrades", "Ledgers", "QueryLedgers"}) {
        if (method == name) return RestCost::History;
    }
    return RestCost::Plain;
}

RestLimiter::RestLimiter(Tier tier)
    : counter_(Decimal::from_integer(limits(tier).rest_max), hundredths(limits(tier).rest_decay)) {}

bool RestLimiter::may_send(RestCost cost, Time now) const {
    return cost == RestCost::Order || counter_.has_room(points_of(cost), now);
}

Duration RestLimiter::wait(RestCost cost, Time now) const {
    return cost == RestCost::Order ? Duration{} : counter_.wait(points_of(cost), now);
}

void RestLimiter::sent(RestCost cost, Time now) {
    counter_.add(points_of(cost), now);
}

Decimal engine_cost(EngineAction action, Duration age) {
    if (action == EngineAction::Add) return Decimal::from_integer(1);
    const auto fixed = action == EngineAction::Cancel ? 0 : 1;
    for (const auto& row : kAges) {
        if (age >= row.below) continue;
        const auto extra = action == EngineAction::Amend  ? row.amend
                           : action == EngineAction::Edit ? row.edit
                                                          : row.cancel;
        return Decimal::from_integer(fixed + extra);
    }
    return Decimal::from_integer(fixed);
}

Duration ConnectLimiter::wait(Duration now) const {
    return counter_.wait(Decimal::from_integer(1), Time(now));
}

void ConnectLimiter::attempted(Duration now) {
    counter_.add(Decimal::from_integer(1), Time(now));
}

EngineLimiter::EngineLimiter(Tier tier)
    : tier_(tier),
      max_(Decimal::from_integer(limits(tier).engine_max)),
      decay_(hundredths(limits(tier).engine_decay)) {}

void EngineLimiter::set_max(Decimal max) {
    max_ = max;
    for (auto& [pair, counter] : counters_) counter.set_max(max);
}

DecayingCounter EngineLimiter::counter(std::string_view pair) const {
    const auto found = counters_.find(pair);
    return found == counters_.end() ? DecayingCounter(max_, decay_) : found->second;
}

/// Held back from what isn't a cancel.
Decimal EngineLimiter::reserve(EngineAction action) const {
    return action == EngineAction::Cancel ? Decimal{} : Decimal::from_integer(kCancelReserve);
}

bool EngineLimiter::may_send(
    std::string_view pair, EngineAction action, Duration age, Time now) const {
    return counter(pair).has_room(engine_cost(action, age) + reserve(action), now);
}

Duration EngineLimiter::wait(
    std::string_view pair, EngineAction action, Duration age, Time now) const {
    return counter(pair).wait(engine_cost(action, age) + reserve(action), now);
}

void EngineLimiter::sent(std::string_view pair, EngineAction action, Duration age, Time now) {
    auto entry = counters_.try_emplace(std::string(pair), max_, decay_).first;
    entry->second.add(engine_cost(action, age), now);
}

bool EngineLimiter::may_send_batch(std::string_view pair, unsigned orders, Time now) const {
    const auto cost = hundredths(std::int64_t{orders} * 50);
    return counter(pair).has_room(cost + reserve(EngineAction::Add), now);
}

void EngineLimiter::sent_batch(std::string_view pair, unsigned orders, Time now) {
    auto entry = counters_.try_emplace(std::string(pair), max_, decay_).first;
    entry->second.add(hundredths(std::int64_t{orders} * 50), now);
}

void EngineLimiter::exceeded(std::string_view pair, Time now) {
    auto entry = counters_.try_emplace(std::string(pair), max_, decay_).first;
    entry->second.fill(now);
}

Decimal EngineLimiter::level(std::string_view pair, Time now) const {
    return counter(pair).level(now);
}

unsigned EngineLimiter::open_orders_max() const {
    return limits(tier_).open_orders_max;
}

}  // namespace tapedeck::kraken
