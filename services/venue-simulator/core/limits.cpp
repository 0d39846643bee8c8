#include "venue-simulator/core/limits.h"

#include <algorithm>
#include <array>
#include <limits>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::array<std::int64_t, 3> kThresholds = {60, 125, 180};
constexpr std::array<std::int64_t, 3> kDecays = {1000, 2340, 3750};
constexpr std::array<std::int64_t, 3> kRestMaxima = {15, 20, 20};
constexpr std::array<std::int64_t, 3> kRestDecays = {330, 500, 1000};

template <std::size_t size>
std::int64_t of_tier(const std::array<std::int64_t, size>& values, Tier tier) {
    return values[static_cast<std::size_t>(tier)];
}

/// By age below 5, 10, 15, 45, 90 and 300 seconds.
using Costs = std::array<std::int64_t, 6>;
constexpr Costs kSeconds = {5, 10, 15, 45, 90, 300};
constexpr Costs kAmend = {3, 2, 1, 0, 0, 0};
constexpr Costs kEdit = {6, 5, 4, 2, 1, 0};
constexpr Costs kCancel = {8, 6, 5, 4, 2, 1};

}  // namespace

std::int64_t DecayingCounter::value(Time now) const {
    if (now <= at_) return value_;
    const std::int64_t elapsed = (now - at_).count();
    if (elapsed / 1000 > std::numeric_limits<std::int64_t>::max() / per_second_milli_) return 0;
    // The remainder of the thousandths, too, or many short steps would lose what one long has.
    const std::int64_t decayed =
        elapsed / 1000 * per_second_milli_ + elapsed % 1000 * per_second_milli_ / 1000;
    return std::max<std::int64_t>(0, value_ - decayed);
}

void DecayingCounter::add(std::int64_t cost, Time now) {
    value_ = value(now) + cost;
    at_ = std::max(at_, now);
}

bool DecayingCounter::charge(std::int64_t cost, Time now) {
    add(cost, now);
    if (value_ <= maximum_) return true;
    value_ = std::min(value_, maximum_ + cost);
    return false;
}

std::int64_t age_cost(Transaction transaction, Duration age) {
    if (transaction == Transaction::Add) return 0;
    const Costs& costs = transaction == Transaction::Amend  ? kAmend
                         : transaction == Transaction::Edit ? kEdit
                                                            : kCancel;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        if (age < std::chrono::seconds(kSeconds[i])) return costs[i];
    }
    return 0;
}

std::int64_t engine_threshold(Tier tier) {
    return of_tier(kThresholds, tier);
}

std::int64_t engine_decay_milli(Tier tier) {
    return of_tier(kDecays, tier);
}

std::int64_t rest_maximum(Tier tier) {
    return of_tier(kRestMaxima, tier);
}

std::int64_t rest_decay_milli(Tier tier) {
    return of_tier(kRestDecays, tier);
}

DecayingCounter& EnginePoints::of(AccountId account, Tier tier, PairId pair) {
    const DecayingCounter fresh(engine_threshold(tier), engine_decay_milli(tier));
    return counters_.try_emplace({account, pair}, fresh).first->second;
}

}  // namespace tapedeck::venue_simulator
