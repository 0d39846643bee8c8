#include "strategy/core/indicators/ema.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

Ema::Ema(std::uint64_t period, Seed seed)
    : average_(period, 2.0 / (static_cast<double>(checked_period(period)) + 1), seed) {}

}  // namespace tapedeck::strategy
