#pragma once

#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rma.h"
#include "strategy/core/indicators/seed.h"

#include <cstdint>

namespace tapedeck::strategy {

/// Relative strength index of length n (Wilder, 1978), 0..100: 100 - 100 / (1 + G/L), with G and L
/// the RMA of the gains and of the losses from value to value. The first value has no change, so
/// the first index is n with Seed::Sma, 1 with Seed::First.
///
/// L = 0 reads 100, also where G = 0 and nothing ever moved: as Lean and technicalindicators have
/// it, and TradingView, which tests the losses first (TA-Lib says 0). A value equal to the one
/// before leaves RSI exactly as it was. Independent of the scale of its input.
class Rsi {
public:
    /// `period` in bars, 1..period_max; 14 is customary.
    explicit Rsi(std::uint64_t period, Seed seed = Seed::Sma);

    /// Takes the next value, a close as a rule, which is finite.
    Reading update(double value);

    Reading value() const { return value_; }

    /// Saves or loads everything, period and seed included.
    template <class Archive>
    void archive(Archive& a) {
        gain_.archive(a);
        loss_.archive(a);
        a(previous_);
        a(value_);
    }

private:
    Rma gain_;
    Rma loss_;
    Reading previous_;
    Reading value_;
};

}  // namespace tapedeck::strategy
