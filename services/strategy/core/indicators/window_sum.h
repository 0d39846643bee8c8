#pragma once

#include "strategy/core/indicators/reading.h"

#include <cstdint>
#include <vector>

namespace tapedeck::strategy {

/// The sum of the last n values, n = `period`. Missing until the n-th value (index n-1).
///
/// Nothing is ever subtracted, so nothing drifts: a reading is a sum of just the n values in its
/// window, with the error of n-1 additions, however many bars came before and however large they
/// were. The stream is cut into blocks of n; a window is the end of the last block, whose sums were
/// taken when the block was full, and the beginning of this one. A full block costs n additions:
/// amortised O(1) per bar.
class WindowSum {
public:
    /// `period` in bars, 1..period_max.
    explicit WindowSum(std::uint64_t period);

    /// Takes the next value, which is finite.
    Reading update(double value);

    Reading value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        a(period_);
        a(slots_);
        a(position_);
        a(head_sum_);
        a(has_tail_);
        a(value_);
    }

private:
    void close_block();

    std::uint64_t period_;
    // Below position_: the values of this block. From there on: slots_[i] is the sum of the last
    // block's values i..n-1.
    std::vector<double> slots_;
    std::uint64_t position_ = 0;
    double head_sum_ = 0;  // of this block's values
    bool has_tail_ = false;
    Reading value_;
};

}  // namespace tapedeck::strategy
