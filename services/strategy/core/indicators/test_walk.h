#pragma once

// For tests only.

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace tapedeck::strategy::test {

/// Numbers that are the same on every machine (SplitMix64, Steele, Lea and Flood, 2014).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// Uniform in [0, 1).
    double next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t bits = state_;
        bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBULL;
        bits ^= bits >> 31U;
        return static_cast<double>(bits >> 11U) * 0x1p-53;
    }

private:
    std::uint64_t state_;
};

/// A random walk of bars that stays between half and twice its first price. One bar in ten closes
/// where the one before did, one in twenty has no volume.
class Walk {
public:
    explicit Walk(std::uint64_t seed, double price = 100)
        : dice_(seed), first_(price), price_(price) {}

    Bar next() {
        const double open = price_;
        // Pulled back towards the first price, so that 10 million bars neither explode nor vanish.
        const double pull = 0.001 * (first_ - open) / first_;
        if (dice_.next() >= 0.1) price_ *= 1 + 0.02 * (dice_.next() - 0.5) + pull;
        price_ = std::clamp(price_, 0.5 * first_, 2 * first_);
        const double high = std::max(open, price_) * (1 + 0.005 * dice_.next());
        const double low = std::min(open, price_) * (1 - 0.005 * dice_.next());
        const double volume = dice_.next() < 0.05 ? 0 : 1000 * dice_.next();
        return {.open = open, .high = high, .low = low, .close = price_, .volume = volume};
    }

    double next_close() { return next().close; }

    std::vector<Bar> take(std::size_t count) {
        std::vector<Bar> bars;
        bars.reserve(count);
        for (std::size_t i = 0; i < count; ++i) bars.push_back(next());
        return bars;
    }

private:
    Dice dice_;
    double first_;
    double price_;
};

inline std::vector<double> closes_of(const std::vector<Bar>& bars) {
    std::vector<double> closes;
    closes.reserve(bars.size());
    for (const Bar& bar : bars) closes.push_back(bar.close);
    return closes;
}

/// Equal to 1e-9 of the value expected, or of `scale` where that is greater: 100 for an oscillator,
/// whose values near 0 are differences.
inline void expect_close(
    const Reading& actual, const Reading& expected, std::size_t index, double scale = 0) {
    ASSERT_EQ(actual.has_value(), expected.has_value()) << "at index " << index;
    if (!expected) return;
    EXPECT_NEAR(*actual, *expected, 1e-9 * std::max(scale, std::abs(*expected)))
        << "at index " << index;
}

/// The readings of `indicator` for each of `inputs`.
template <class Indicator, class Input>
auto readings(Indicator indicator, const std::vector<Input>& inputs) {
    std::vector<std::decay_t<decltype(indicator.update(inputs.front()))>> result;
    result.reserve(inputs.size());
    for (const Input& input : inputs) result.push_back(indicator.update(input));
    return result;
}

/// The first index with a reading; the number of readings if there is none.
inline std::size_t first_index(const std::vector<Reading>& readings) {
    const auto defined = [](const Reading& reading) { return reading.has_value(); };
    const auto first = std::find_if(readings.begin(), readings.end(), defined);
    return static_cast<std::size_t>(first - readings.begin());
}

/// One component of composite readings, such as &MacdReading::line.
template <class Composite>
std::vector<Reading> component(const std::vector<Composite>& readings, Reading Composite::*which) {
    std::vector<Reading> result;
    result.reserve(readings.size());
    for (const Composite& reading : readings) result.push_back(reading.*which);
    return result;
}

// What follows is written for being obviously right, from the whole history each time; it is what
// the streaming indicators are compared with.

inline Reading mean_of_last(const std::vector<double>& values, std::size_t n) {
    if (values.size() < n) return std::nullopt;
    long double sum = 0;
    for (std::size_t i = values.size() - n; i < values.size(); ++i) sum += values[i];
    return static_cast<double>(sum / static_cast<long double>(n));
}

inline Reading deviation_of_last(const std::vector<double>& values, std::size_t n) {
    if (values.size() < n) return std::nullopt;
    long double sum = 0;
    for (std::size_t i = values.size() - n; i < values.size(); ++i) sum += values[i];
    const long double mean = sum / static_cast<long double>(n);
    long double squares = 0;
    for (std::size_t i = values.size() - n; i < values.size(); ++i) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return static_cast<double>(std::sqrt(squares / static_cast<long double>(n)));
}

/// e = weight * x + (1 - weight) * e from the mean of the first `seed` values on.
inline Reading exponential(
    const std::vector<double>& values, long double weight, std::size_t seed) {
    if (values.size() < seed) return std::nullopt;
    long double e = 0;
    for (std::size_t i = 0; i < seed; ++i) e += values[i];
    e /= static_cast<long double>(seed);
    for (std::size_t i = seed; i < values.size(); ++i) {
        e = weight * static_cast<long double>(values[i]) + (1 - weight) * e;
    }
    return static_cast<double>(e);
}

inline Reading ema_of(const std::vector<double>& values, std::size_t n) {
    return exponential(values, 2.0L / static_cast<long double>(n + 1), n);
}

inline Reading rma_of(const std::vector<double>& values, std::size_t n) {
    return exponential(values, 1.0L / static_cast<long double>(n), n);
}

}  // namespace tapedeck::strategy::test
