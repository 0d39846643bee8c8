#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rolling_extreme.h"
#include "strategy/core/indicators/sma.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What a stochastic oscillator says after a bar; each 0..100.
struct StochasticReading {
    Reading raw;  ///< the close within the range of the last n bars; first index n-1
    Reading k;    ///< SMA of raw, "slow %K"; first index n-1 + smoothing-1
    Reading d;    ///< SMA of k, "%D"; first index n-1 + smoothing-1 + signal-1
};

/// Stochastic oscillator (Lane): raw = 100 * (close - lowest low) / (highest high - lowest low)
/// over n bars, smoothed twice. A smoothing of 1 makes it the "fast" one. Where the range is empty
/// raw reads 0, as in TA-Lib.
class Stochastic {
public:
    /// Lengths in bars, each 1..period_max.
    struct Periods {
        std::uint64_t range = 14;
        std::uint64_t smoothing = 3;
        std::uint64_t signal = 3;
    };

    explicit Stochastic(Periods periods);

    /// Only high, low and close are read.
    const StochasticReading& update(const Bar& bar);

    const StochasticReading& value() const { return value_; }

    /// Saves or loads everything, the periods included.
    template <class Archive>
    void archive(Archive& a) {
        highest_.archive(a);
        lowest_.archive(a);
        k_.archive(a);
        d_.archive(a);
        a(value_.raw);
        a(value_.k);
        a(value_.d);
    }

private:
    RollingMax highest_;
    RollingMin lowest_;
    Sma k_;
    Sma d_;
    StochasticReading value_;
};

}  // namespace tapedeck::strategy
