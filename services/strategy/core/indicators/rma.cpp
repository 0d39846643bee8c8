#include "strategy/core/indicators/rma.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

Rma::Rma(std::uint64_t period, Seed seed)
    : average_(period, 1.0 / static_cast<double>(checked_period(period)), seed) {}

}  // namespace tapedeck::strategy
