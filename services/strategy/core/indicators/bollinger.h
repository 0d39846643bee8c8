#pragma once

#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rolling_deviation.h"
#include "strategy/core/indicators/sma.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What Bollinger bands say after a bar; prices in the unit of the input. First index n-1.
struct BollingerReading {
    Reading middle;     ///< SMA(n)
    Reading deviation;  ///< population standard deviation of the same n values
    Reading upper;      ///< middle + width * deviation
    Reading lower;      ///< middle - width * deviation
    Reading bandwidth;  ///< (upper - lower) / middle, in percent; missing where middle is 0
    Reading percent_b;  ///< 0 at the lower band, 1 at the upper; missing where they coincide
};

/// Bollinger bands of length n (Bollinger), customarily 20 bars and 2 deviations wide.
class Bollinger {
public:
    /// `period` in bars, 1..period_max; `width` of each band in deviations, > 0.
    explicit Bollinger(std::uint64_t period, double width = 2);

    /// Takes the next value, a close as a rule, which is finite.
    const BollingerReading& update(double value);

    const BollingerReading& value() const { return value_; }

    /// Saves or loads everything, period and width included.
    template <class Archive>
    void archive(Archive& a) {
        a(width_);
        middle_.archive(a);
        deviation_.archive(a);
        a(value_.middle);
        a(value_.deviation);
        a(value_.upper);
        a(value_.lower);
        a(value_.bandwidth);
        a(value_.percent_b);
    }

private:
    double width_;
    Sma middle_;
    RollingDeviation deviation_;
    BollingerReading value_;
};

}  // namespace tapedeck::strategy
