#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rma.h"
#include "strategy/core/indicators/seed.h"
#include "strategy/core/indicators/true_range.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Average true range of length n (Wilder, 1978): RMA(n) of the true range; a price difference,
/// >= 0. First index n-1, or n with FirstBar::Missing (TA-Lib, backtrader); with Seed::First it is
/// the true range's own, 0 or 1.
class Atr {
public:
    /// `period` in bars, 1..period_max; 14 is customary.
    explicit Atr(
        std::uint64_t period, Seed seed = Seed::Sma, FirstBar first_bar = FirstBar::HighLow);

    Reading update(const Bar& bar);

    Reading value() const { return average_.value(); }

    /// Saves or loads everything, period, seed and the choice about the first bar included.
    template <class Archive>
    void archive(Archive& a) {
        range_.archive(a);
        average_.archive(a);
    }

private:
    TrueRange range_;
    Rma average_;
};

}  // namespace tapedeck::strategy
