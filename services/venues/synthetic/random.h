#pragma once

#include <array>
#include <cstdint>

/// Random numbers that are the same on every machine and build: integers all the way, and doubles
/// only by exact operations.
namespace tapedeck::synthetic {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// with the constants of Vigna's public domain version). Here it spreads a seed over a state.
class SplitMix64 {
public:
    explicit constexpr SplitMix64(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31);
    }

private:
    std::uint64_t state_;
};

/// xoshiro256++ 1.0 (Blackman, Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS
/// 2021). Period 2^256 - 1; the state is its four words.
class Random {
public:
    explicit constexpr Random(std::uint64_t seed) {
        SplitMix64 spread(seed);
        for (auto& word : state_) word = spread.next();
    }

    explicit constexpr Random(std::array<std::uint64_t, 4> state) : state_(state) {}

    constexpr std::uint64_t next() {
        const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotated(state_[3], 45);
        return result;
    }

    /// In [0, 1), a multiple of 2^-53.
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// Near a standard normal: the sum of twelve uniforms of 16 bits less its mean (Irwin–Hall; its
    /// variance is 1, its tails end at ±6). No logarithm, no cosine: every operation is exact.
    constexpr double gaussian() {
        std::int64_t sum = 0;
        for (int draw = 0; draw < 3; ++draw) {
            std::uint64_t bits = next();
            for (int part = 0; part < 4; ++part, bits >>= 16) {
                sum += static_cast<std::int64_t>(bits & 0xffffU);
            }
        }
        // Twice the mean is 12 · 65535.
        return static_cast<double>(2 * sum - 12L * 65535) * 0x1p-17;
    }

private:
    static constexpr std::uint64_t rotated(std::uint64_t value, int by) {
        return (value << by) | (value >> (64 - by));
    }

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace tapedeck::synthetic
