#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/window_sum.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Money flow index of length n (Quong and Soudack, 1989), 0..100: 100 - 100 / (1 + P/N), with P
/// and N the sums of typical price times volume over the bars of the last n whose typical price
/// rose or fell; where it stayed, a bar counts for neither. N = 0 reads 100. First index n.
///
/// Not the "RSI+MFI" of VuManChu, which knows no volume: that is RsiMfi.
class Mfi {
public:
    /// `period` in bars, 1..period_max; 14 is customary.
    explicit Mfi(std::uint64_t period);

    Reading update(const Bar& bar);

    Reading value() const { return value_; }

    /// Saves or loads everything, the period included.
    template <class Archive>
    void archive(Archive& a) {
        positive_.archive(a);
        negative_.archive(a);
        a(previous_);
        a(value_);
    }

private:
    WindowSum positive_;
    WindowSum negative_;
    Reading previous_;  // typical price
    Reading value_;
};

}  // namespace tapedeck::strategy
