#pragma once

#include <optional>

namespace tapedeck::strategy {

/// What an indicator says after a bar: a value, or nothing while it is not yet defined. Missing is
/// never written as 0 or NaN; a signal with a missing operand is false.
using Reading = std::optional<double>;

/// Feeds one indicator's reading to the next. A missing reading is not counted as a bar, so that
/// the second indicator's warm-up begins at the first real value of the first one.
template <class Indicator>
Reading chain(Indicator& next, Reading reading) {
    return reading ? next.update(*reading) : next.value();
}

}  // namespace tapedeck::strategy
