#include "journal/core/lag_watch.h"

#include <algorithm>

namespace tapedeck::journal {

using namespace std::chrono_literals;

namespace {

/// Frames nearer to each other are one mark: thousands of them a second need no more memory.
constexpr Duration kApart = 10ms;
constexpr Duration kRemembered = 2min;

}  // namespace

void LagWatch::committed(std::uint64_t last_seq, Time recorded_at) {
    end_ = last_seq;
    if (!marks_.empty() && recorded_at - marks_.back().recorded_at < kApart) {
        marks_.back().last_seq = last_seq;
        return;
    }
    marks_.push_back({last_seq, recorded_at});
    while (recorded_at - marks_.front().recorded_at > kRemembered) marks_.pop_front();
}

Lag LagWatch::of(std::uint64_t decided, Time now) const {
    if (decided >= end_) return {};
    const auto oldest = std::upper_bound(
        marks_.begin(), marks_.end(), decided, [](std::uint64_t seq, const Mark& mark) {
            return seq < mark.last_seq;
        });
    // There is a mark beyond `decided`, as the last one is the end.
    const Duration age = oldest == marks_.end() ? Duration::zero() : now - oldest->recorded_at;
    return {end_ - decided, std::max(age, Duration::zero())};
}

bool LagWatch::exceeds(const Lag& lag, int divisor) const {
    const bool by_records =
        limits_.records > 0 && lag.records > limits_.records / static_cast<std::uint64_t>(divisor);
    return by_records || (limits_.age > Duration::zero() && lag.age > limits_.age / divisor);
}

}  // namespace tapedeck::journal
