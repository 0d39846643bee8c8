#include "strategy/core/indicators/stoch_rsi.h"

namespace tapedeck::strategy {

StochRsi::StochRsi(Periods periods, Seed seed)
    : rsi_(periods.rsi, seed), stochastic_(periods.stochastic) {}

const StochasticReading& StochRsi::update(double value) {
    if (const Reading rsi = rsi_.update(value)) {
        stochastic_.update({.high = *rsi, .low = *rsi, .close = *rsi});
    }
    return stochastic_.value();
}

}  // namespace tapedeck::strategy
