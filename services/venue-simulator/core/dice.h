#pragma once

#include <cstdint>
#include <string_view>

namespace tapedeck::venue_simulator {

/// Chance under a seed (splitmix64). Each part has a stream of its own, named, so that a part that
/// is switched off does not change the luck of the others.
class Dice {
public:
    Dice(std::uint64_t seed, std::string_view stream) : state_(seed ^ hash_of(stream)) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }

    /// In [0, bound); 0 for a bound of 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

    /// In [least, most].
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }

    /// True `millionths` times out of a million.
    bool chance(std::uint64_t millionths) { return below(1'000'000) < millionths; }

private:
    /// FNV-1a.
    static constexpr std::uint64_t hash_of(std::string_view text) {
        std::uint64_t hash = 0xcbf29ce484222325U;
        for (const char character : text) {
            hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
        }
        return hash;
    }

    std::uint64_t state_;
};

}  // namespace tapedeck::venue_simulator
