#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstdint>

namespace tapedeck::net {

/// How long to wait before the next attempt at what has failed: twice as long each time up to a
/// limit, and of that a random part between the half and the whole, so that many who were cut off
/// together do not come back together. Not for deciders.
class Backoff {
public:
    struct Limits {
        Duration first{std::chrono::milliseconds(500)};
        Duration longest{std::chrono::seconds(30)};
    };

    Backoff(const Limits& limits, std::uint64_t seed) : limits_(limits), state_(seed) {}

    /// After a failure.
    Duration next() {
        const Duration whole = wait_ > Duration::zero() ? wait_ : limits_.first;
        wait_ = std::min(whole * 2, limits_.longest);
        const Duration half = whole / 2;
        const auto range = static_cast<std::uint64_t>((whole - half).count()) + 1;
        return half + Duration(static_cast<std::int64_t>(random() % range));
    }

    /// After a success.
    void reset() { wait_ = Duration::zero(); }

private:
    /// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    std::uint64_t random() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    Limits limits_;
    std::uint64_t state_;
    Duration wait_{};
};

}  // namespace tapedeck::net
