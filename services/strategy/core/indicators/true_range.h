#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"

#include <cstdint>

namespace tapedeck::strategy {

/// What the true range of the very first bar is, which has no close before it.
enum class FirstBar : std::uint8_t {
    HighLow,  ///< high - low: TradingView's `ta.tr(true)`, Lean, StockCharts
    Missing,  ///< TA-Lib, backtrader
};

/// True range (Wilder, 1978): the greatest of high - low, |high - previous close| and
/// |low - previous close|; a price difference, >= 0. First index 0, or 1 with FirstBar::Missing.
class TrueRange {
public:
    explicit TrueRange(FirstBar first_bar = FirstBar::HighLow);

    Reading update(const Bar& bar);

    Reading value() const { return value_; }

    /// Saves or loads everything, the choice about the first bar included.
    template <class Archive>
    void archive(Archive& a) {
        a(skips_first_);
        a(previous_close_);
        a(value_);
    }

private:
    bool skips_first_;
    Reading previous_close_;
    Reading value_;
};

}  // namespace tapedeck::strategy
