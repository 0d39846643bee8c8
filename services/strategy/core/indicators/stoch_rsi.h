#pragma once

#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rsi.h"
#include "strategy/core/indicators/seed.h"
#include "strategy/core/indicators/stochastic.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Stochastic RSI (Chande and Kroll, 1994): the stochastic oscillator of an RSI within its own
/// range, 0..100 (divide by 100 for the 0..1 of Tulip and StockCharts). Where the RSI has not moved
/// for the whole range, raw reads 0.
///
/// First indices, for 14,14,3,3: raw 27, k 29, d 31; in general rsi + range-1 for raw, and then as
/// in Stochastic. With Seed::First the RSI begins at 1 instead. For VuManChu's, feed it ln(close).
class StochRsi {
public:
    /// Lengths in bars, each 1..period_max.
    struct Periods {
        std::uint64_t rsi = 14;
        Stochastic::Periods stochastic;
    };

    explicit StochRsi(Periods periods, Seed seed = Seed::Sma);

    /// Takes the next value, a close as a rule, which is finite.
    const StochasticReading& update(double value);

    const StochasticReading& value() const { return stochastic_.value(); }

    /// The RSI below it, 0..100; first index `rsi`.
    Reading rsi() const { return rsi_.value(); }

    /// Saves or loads everything, periods and seed included.
    template <class Archive>
    void archive(Archive& a) {
        rsi_.archive(a);
        stochastic_.archive(a);
    }

private:
    Rsi rsi_;
    Stochastic stochastic_;
};

}  // namespace tapedeck::strategy
