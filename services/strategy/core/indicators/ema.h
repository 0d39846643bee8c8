#pragma once

#include "strategy/core/indicators/exponential_average.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/seed.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Exponential moving average of length n: weight 2/(n+1), in the unit of its input. First index
/// n-1 with Seed::Sma (as in TA-Lib), 0 with Seed::First (TA-Lib in Metastock mode, but that hides
/// n-1).
class Ema {
public:
    /// `period` in bars, 1..period_max.
    explicit Ema(std::uint64_t period, Seed seed = Seed::Sma);

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
