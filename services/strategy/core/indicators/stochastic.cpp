#include "strategy/core/indicators/stochastic.h"

#include "strategy/core/indicators/share.h"

namespace tapedeck::strategy {

Stochastic::Stochastic(Periods periods)
    : highest_(periods.range), lowest_(periods.range), k_(periods.smoothing), d_(periods.signal) {}

const StochasticReading& Stochastic::update(const Bar& bar) {
    const Reading highest = highest_.update(bar.high);
    const Reading lowest = lowest_.update(bar.low);
    if (!highest || !lowest) return value_;
    value_.raw = percent_of_range(bar.close, *lowest, *highest);
    value_.k = k_.update(*value_.raw);
    value_.d = chain(d_, value_.k);
    return value_;
}

}  // namespace tapedeck::strategy
