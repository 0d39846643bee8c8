#pragma once

#include "strategy/core/indicators/reading.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Wilder's running sum of length n: the plain sum of the first n values, then S - S/n + x (Wilder,
/// New Concepts in Technical Trading Systems, 1978). It is n times RMA(n), in the unit of its
/// input. First index n-1. Errors fade like the old values do, so nothing drifts.
class WilderSum {
public:
    /// `period` in bars, 1..period_max.
    explicit WilderSum(std::uint64_t period);

    /// Takes the next value, which is finite.
    Reading update(double value);

    Reading value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        a(period_);
        a(seeded_);
        a(sum_);
        a(value_);
    }

private:
    std::uint64_t period_;
    std::uint64_t seeded_ = 0;  // values of the first sum that were seen
    double sum_ = 0;
    Reading value_;
};

}  // namespace tapedeck::strategy
