#pragma once

#include "base/money.h"
#include "events/describe.h"
#include "events/types.h"

#include <array>

namespace tapedeck::paper {

enum class FeeSchedule {
    Kraken = 1,  ///< Kraken's spot ladder by 30-day volume
    Flat = 2,    ///< the same rates whatever the volume
    Zero = 3,
};

constexpr auto enum_names(FeeSchedule) {
    return std::array<EnumName<FeeSchedule>, 3>{
        {{FeeSchedule::Kraken, "kraken"},
         {FeeSchedule::Flat, "flat"},
         {FeeSchedule::Zero, "zero"}}};
}

/// What the venue takes of each fill.
struct Fees {
    FeeSchedule schedule = FeeSchedule::Kraken;
    Ratio maker;  ///< of the flat schedule
    Ratio taker;

    /// The share of a fill's value, given the value traded in the 30 days before. Kraken publishes
    /// its ladder in USD; volume in other quote currencies is taken at par.
    Ratio rate(Liquidity liquidity, Money volume) const;

    template <class A>
    void archive(A& a) {
        a(schedule);
        a(maker);
        a(taker);
    }
};

/// value × rate, rounded up to 8 decimals: what we might owe rounds up.
Checked<Money> fee_of(Money value, Ratio rate);

}  // namespace tapedeck::paper
