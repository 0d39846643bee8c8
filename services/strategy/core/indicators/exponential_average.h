#pragma once

#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/seed.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What EMA and RMA have in common: e becomes weight * x + (1 - weight) * e. First index n-1 with
/// Seed::Sma, 0 with Seed::First.
///
/// Computed as e + weight * (x - e): equal inputs give exactly themselves, the mean of the seed
/// included. Errors fade like the old values do, so nothing drifts.
class ExponentialAverage {
public:
    /// `period` in bars, 1..period_max; `weight` of the newest value, in (0, 1].
    ExponentialAverage(std::uint64_t period, double weight, Seed seed);

    /// Takes the next value, which is finite. Here and not in the source file, and its result not
    /// read back from memory: three averages a candle are a tenth of an idle backtest.
    Reading update(double value) {
        if (seeded_ >= seed_length_) {
            average_ += weight_ * (value - average_);
            value_ = average_;
            return average_;
        }
        ++seeded_;
        average_ += (value - average_) / static_cast<double>(seeded_);
        if (seeded_ < seed_length_) return std::nullopt;
        value_ = average_;
        return average_;
    }

    Reading value() const { return value_; }

    /// Saves or loads everything, period, weight and seed included.
    template <class Archive>
    void archive(Archive& a) {
        a(weight_);
        a(seed_length_);
        a(seeded_);
        a(average_);
        a(value_);
    }

private:
    double weight_;
    std::uint64_t seed_length_;  // values that the seed is the mean of
    std::uint64_t seeded_ = 0;   // of these, how many were seen
    double average_ = 0;         // while seeding, the mean so far
    Reading value_;
};

}  // namespace tapedeck::strategy
