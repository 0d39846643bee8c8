#pragma once

#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/window_sum.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Simple moving average: the mean of the last n values, in their unit. First index n-1.
///
/// The mean of n equal values is exactly that value, so that a flat market has no crossings made of
/// rounding. Otherwise the relative error is that of one sum of n values; it does not drift.
class Sma {
public:
    /// `period` in bars, 1..period_max.
    explicit Sma(std::uint64_t period);

    /// Takes the next value, which is finite.
    Reading update(double value);

    Reading value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        a(period_);
        sum_.archive(a);
        a(last_);
        a(equal_count_);
        a(value_);
    }

private:
    std::uint64_t period_;
    WindowSum sum_;
    double last_ = 0;
    std::uint64_t equal_count_ = 0;  // values equal to the last one, in a row up to it
    Reading value_;
};

}  // namespace tapedeck::strategy
