#pragma once

#include "strategy/core/indicators/reading.h"

#include <cstdint>
#include <vector>

namespace tapedeck::strategy {

/// Population standard deviation (divided by n, not n-1) of the last n values, in their unit, >= 0.
/// First index n-1. Exactly 0 where all n values are equal.
///
/// Like WindowSum it never takes a value out again: a window is the end of the last block of n and
/// the beginning of this one, each held as mean and sum of squared deviations (Welford, 1962) and
/// put together by the rule of Chan, Golub and LeVeque (1979). Each part is measured from a value
/// of its own, so that only distances within the window count, not the price: cents are seen at
/// 1e5. No square root of a negative number, no drift; amortised O(1) per bar.
class RollingDeviation {
public:
    /// `period` in bars, 1..period_max.
    explicit RollingDeviation(std::uint64_t period);

    /// Takes the next value, which is finite.
    Reading update(double value);

    Reading value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        a(period_);
        a(means_);
        a(squares_);
        a(position_);
        a(tail_origin_);
        a(head_origin_);
        a(head_mean_);
        a(head_squares_);
        a(has_tail_);
        a(value_);
    }

private:
    double window_squares() const;
    void close_block();

    std::uint64_t period_;
    // Below position_: the values of this block, in means_. From there on: of the last block's
    // values i..n-1 the mean, less tail_origin_, and the sum of squared deviations from it.
    std::vector<double> means_;
    std::vector<double> squares_;
    std::uint64_t position_ = 0;
    double tail_origin_ = 0;   // the last value of the last block, which is in all its sums
    double head_origin_ = 0;   // the first value of this block, for the same reason
    double head_mean_ = 0;     // of this block's values, less head_origin_
    double head_squares_ = 0;  // of their deviations from it
    bool has_tail_ = false;
    Reading value_;
};

}  // namespace tapedeck::strategy
