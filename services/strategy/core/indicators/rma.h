#pragma once

#include "strategy/core/indicators/exponential_average.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/seed.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Wilder's moving average of length n (Pine: `ta.rma`, also SMMA): weight 1/n, in the unit of its
/// input. First index n-1 with Seed::Sma, 0 with Seed::First.
class Rma {
public:
    /// `period` in bars, 1..period_max.
    explicit Rma(std::uint64_t period, Seed seed = Seed::Sma);

    /// Takes the next value, which is finite.
    Reading update(double value) { return average_.update(value); }

    Reading value() const { return average_.value(); }

    /// Saves or loads everything, period and seed included.
    template <class Archive>
    void archive(Archive& a) {
        average_.archive(a);
    }

private:
    ExponentialAverage average_;
};

}  // namespace tapedeck::strategy
