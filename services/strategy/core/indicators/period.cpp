#include "strategy/core/indicators/period.h"

#include <cstdlib>

namespace tapedeck::strategy {

std::uint64_t checked_period(std::uint64_t period) {
    if (!is_period(period)) std::abort();
    return period;
}

}  // namespace tapedeck::strategy
