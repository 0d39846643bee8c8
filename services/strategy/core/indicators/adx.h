#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rma.h"
#include "strategy/core/indicators/true_range.h"
#include "strategy/core/indicators/wilder_sum.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What the directional movement system says after a bar; each 0..100.
struct AdxReading {
    Reading plus_di;   ///< +DI: upward share of the movement; first index n
    Reading minus_di;  ///< -DI: downward share of the movement; first index n
    Reading dx;        ///< 100 * |+DI - -DI| / (+DI + -DI), 0 where the sum is 0; first index n
    Reading adx;       ///< RMA(n) of DX; first index 2n-1
};

/// Average directional index of length n (Wilder, 1978). +DM is high minus previous high where that
/// is positive and greater than previous low minus low, which is -DM in turn; a DI is 100 times the
/// Wilder sum of its DM over that of the true range, 0 where nothing moved at all.
///
/// Seeds as in StockCharts, Lean and backtrader: the Wilder sums with the n values of bars 1..n,
/// ADX with the mean of the first n DX. (Tulip and TA-Lib start the sums from n-1 values.)
class Adx {
public:
    /// `period` in bars, 1..period_max; 14 is customary.
    explicit Adx(std::uint64_t period);

    const AdxReading& update(const Bar& bar);

    const AdxReading& value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        range_.archive(a);
        range_sum_.archive(a);
        plus_sum_.archive(a);
        minus_sum_.archive(a);
        average_.archive(a);
        a(previous_high_);
        a(previous_low_);
        a(value_.plus_di);
        a(value_.minus_di);
        a(value_.dx);
        a(value_.adx);
    }

private:
    void read(double range, double plus, double minus);

    TrueRange range_;
    WilderSum range_sum_;
    WilderSum plus_sum_;
    WilderSum minus_sum_;
    Rma average_;
    double previous_high_ = 0;  // from the first bar on, when range_ still says nothing
    double previous_low_ = 0;
    AdxReading value_;
};

}  // namespace tapedeck::strategy
