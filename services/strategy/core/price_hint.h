#pragma once

#include "base/money.h"
#include "strategy/core/indicators/reading.h"

#include <optional>

namespace tapedeck::strategy {

/// Which way a price that is computed goes.
enum class Away {
    Below,
    Above,
};

/// A reading as a price on the tick (0 = not known: as it is), rounded in the direction given. None
/// if it is missing, not finite or not above 0.
std::optional<Price> price_near(const Reading& reading, Price tick, Rounding rounding);

/// The price `multiple` distances away from `from`, rounded away from it to the tick. None if it is
/// not above 0.
std::optional<Price> price_away(Price from, Price distance, Ratio multiple, Away away, Price tick);

}  // namespace tapedeck::strategy
