#pragma once

#include "base/money.h"
#include "base/time.h"
#include "execution/core/position.h"
#include "research/report/trade.h"

namespace tapedeck::research {

/// A round trip while it is open: its position at average cost, and how far prices went since its
/// last fill, from which MAE and MFE follow without looking at every price twice.
struct OpenTrade {
    Trade trade;
    execution::Position position;
    Price low;  ///< since the last fill
    Price high;

    /// Basis points × value, and value, of the fills with a reference price.
    struct Slippage {
        double sum = 0;
        double weight = 0;
    };

    Slippage entry_slippage;
    Slippage exit_slippage;

    void see(Price price) {
        if (price < low) low = price;
        if (price > high) high = price;
    }

    /// Takes the prices since the last fill into MAE and MFE; from here on they are `price` alone.
    void take_extremes(Price price);

    /// The trade as it stands at this mark.
    Trade at(Price mark, Time now) const;
};

}  // namespace tapedeck::research
