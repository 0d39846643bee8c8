#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/ema.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/seed.h"
#include "strategy/core/indicators/sma.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What WaveTrend says after a bar. Both swing around 0, mostly within -100..100, without a bound.
struct WaveTrendReading {
    Reading wt1;  ///< the wave; first index 2 * (channel-1) + average-1
    Reading wt2;  ///< SMA of wt1, its signal line; first index signal-1 later
};

/// WaveTrend oscillator (LazyBear's public Pine script). With p the typical price,
///   esa = EMA(p, channel), d = EMA(|p - esa|, channel), ci = (p - esa) / (0.015 * d),
///   wt1 = EMA(ci, average), wt2 = SMA(wt1, signal).
/// Each average begins with the first real value of the one before; SMA seeds are what Lean has.
///
/// In a market that stands still d fades to nothing, and ci would become a quotient of rounding
/// errors as far out as 66: where d is less than 1e-12 of the price, ci reads 0.
class WaveTrend {
public:
    /// Lengths in bars, each 1..period_max; those of VuManChu Cipher B. LazyBear has 10, 21, 4. A
    /// channel of 1 has no deviation and reads 0 for ever.
    struct Periods {
        std::uint64_t channel = 9;
        std::uint64_t average = 12;
        std::uint64_t signal = 3;
    };

    explicit WaveTrend(Periods periods, Seed seed = Seed::Sma);

    /// Only high, low and close are read.
    const WaveTrendReading& update(const Bar& bar);

    const WaveTrendReading& value() const { return value_; }

    /// Saves or loads everything, periods and seed included.
    template <class Archive>
    void archive(Archive& a) {
        mean_.archive(a);
        deviation_.archive(a);
        wave_.archive(a);
        signal_.archive(a);
        a(value_.wt1);
        a(value_.wt2);
    }

private:
    Ema mean_;
    Ema deviation_;
    Ema wave_;
    Sma signal_;
    WaveTrendReading value_;
};

/// The number of bars that a WaveTrend needs until wt2 is defined.
constexpr std::uint64_t bars_needed(const WaveTrend::Periods& periods) {
    return 2 * (periods.channel - 1) + (periods.average - 1) + periods.signal;
}

}  // namespace tapedeck::strategy
