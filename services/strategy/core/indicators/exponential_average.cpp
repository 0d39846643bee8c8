#include "strategy/core/indicators/exponential_average.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

ExponentialAverage::ExponentialAverage(std::uint64_t period, double weight, Seed seed)
    : weight_(weight), seed_length_(seed == Seed::First ? 1 : checked_period(period)) {}

}  // namespace tapedeck::strategy
