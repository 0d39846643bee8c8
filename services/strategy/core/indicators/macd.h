#pragma once

#include "strategy/core/indicators/ema.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/seed.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What MACD says after a bar, in the unit of its input.
struct MacdReading {
    Reading line;       ///< EMA(fast) - EMA(slow); first index slow-1
    Reading signal;     ///< EMA of the line; first index slow-1 + signal-1
    Reading histogram;  ///< line - signal; first index as the signal's
};

/// Moving average convergence/divergence (Appel). Each of its averages has its own seed, as in
/// TradingView, Lean and backtrader. TA-Lib instead seeds the fast one late, so that both begin at
/// slow-1; the two agree after some 150 bars. With Seed::First all three begin at index 0.
class Macd {
public:
    /// Lengths in bars, each 1..period_max.
    struct Periods {
        std::uint64_t fast = 12;
        std::uint64_t slow = 26;
        std::uint64_t signal = 9;
    };

    explicit Macd(Periods periods, Seed seed = Seed::Sma);

    /// Takes the next value, a close as a rule, which is finite.
    const MacdReading& update(double value);

    const MacdReading& value() const { return value_; }

    /// Saves or loads everything, periods and seed included.
    template <class Archive>
    void archive(Archive& a) {
        fast_.archive(a);
        slow_.archive(a);
        signal_.archive(a);
        a(value_.line);
        a(value_.signal);
        a(value_.histogram);
    }

private:
    Ema fast_;
    Ema slow_;
    Ema signal_;
    MacdReading value_;
};

}  // namespace tapedeck::strategy
