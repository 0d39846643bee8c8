#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/sma.h"

#include <cstdint>

namespace tapedeck::strategy {

/// The "RSI+MFI area" or money flow of VuManChu Cipher (andreholanda73's public Pine script):
/// SMA(multiplier * (close - open) / (high - low), n) - shift. Above 0 it is drawn green, below 0
/// red. Within -multiplier..multiplier, less the shift. First index n-1.
///
/// It knows no volume, and is neither an RSI nor the Mfi of this folder. A bar of one price says
/// nothing about who pushed: it counts as 0, where Pine has 0/0 and nothing from there on.
class RsiMfi {
public:
    /// Those of Cipher B. Cipher A has no shift.
    struct Parameters {
        std::uint64_t period = 60;  ///< in bars, 1..period_max
        double multiplier = 150;
        double shift = 2.5;
    };

    explicit RsiMfi(Parameters parameters);

    Reading update(const Bar& bar);

    Reading value() const { return value_; }

    /// Saves or loads everything, the parameters included.
    template <class Archive>
    void archive(Archive& a) {
        a(multiplier_);
        a(shift_);
        average_.archive(a);
        a(value_);
    }

private:
    double multiplier_;
    double shift_;
    Sma average_;
    Reading value_;
};

}  // namespace tapedeck::strategy
