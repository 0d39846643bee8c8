#pragma once

#include "strategy/core/indicators/reading.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace tapedeck::strategy {

/// The greatest or least of the last n values. First index n-1; `so_far()` does not wait for that.
///
/// Keeps the values that may still become the extreme, best first, in a ring of n places: a new
/// value drives out those that it beats, being younger. Amortised O(1) per bar; exact.
template <class Beats>
class RollingExtreme {
public:
    /// `period` in bars, 1..period_max.
    explicit RollingExtreme(std::uint64_t period);

    /// Takes the next value, which is finite.
    Reading update(double value);

    Reading value() const { return count_ >= period_ ? so_far() : std::nullopt; }

    /// The extreme of the values seen, of the last n at most. Missing before the first one only.
    Reading so_far() const { return size_ > 0 ? Reading(values_[first_]) : std::nullopt; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        a(period_);
        a(values_);
        a(indices_);
        a(first_);
        a(size_);
        a(count_);
    }

private:
    std::uint64_t place(std::uint64_t rank) const;

    std::uint64_t period_;
    std::vector<double> values_;
    std::vector<std::uint64_t> indices_;  // when each of values_ came, counted from 0
    std::uint64_t first_ = 0;             // the place of the best
    std::uint64_t size_ = 0;
    std::uint64_t count_ = 0;  // values ever seen
};

using RollingMax = RollingExtreme<std::greater_equal<double>>;
using RollingMin = RollingExtreme<std::less_equal<double>>;

extern template class RollingExtreme<std::greater_equal<double>>;
extern template class RollingExtreme<std::less_equal<double>>;

}  // namespace tapedeck::strategy
