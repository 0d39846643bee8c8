#pragma once

#include "base/time.h"
#include "venues/synthetic/random.h"

#include <cstdint>
#include <string_view>

namespace tapedeck::simulation {

/// Chance under a seed. Each part of a run has a stream of its own, named, so that a part that is
/// switched off does not change the luck of the others.
class Dice {
public:
    Dice(std::uint64_t seed, std::string_view stream) : random_(seed ^ hash_of(stream)) {}

    std::uint64_t next() { return random_.next(); }

    /// In [0, bound); 0 for a bound of 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : random_.next() % bound; }

    /// In [least, most].
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + below(most - least + 1);
    }

    Duration between(Duration least, Duration most) {
        return least + Duration(below(static_cast<std::uint64_t>((most - least).count()) + 1));
    }

    bool chance(double probability) { return random_.uniform() < probability; }

    /// From nothing to twice the mean, each as likely.
    Duration around(Duration mean) { return between(Duration{1}, 2 * mean); }

private:
    /// FNV-1a.
    static constexpr std::uint64_t hash_of(std::string_view text) {
        std::uint64_t hash = 0xcbf29ce484222325U;
        for (const char character : text) {
            hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
        }
        return hash;
    }

    synthetic::Random random_;
};

}  // namespace tapedeck::simulation
