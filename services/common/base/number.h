#pragma once

#include "base/decimal.h"

#include <string_view>

namespace tapedeck {

/// What becomes of digits beyond the 18th after the point.
enum class Excess {
    Refuse,  ///< TooManyDigits
    Round,   ///< to the nearest, ties to even
};

/// A number as files and venues have it: plain decimals, and the notation "8e-8" that they write
/// for small volumes. Exact, but for what Excess::Round allows.
Checked<Decimal> parse_number(std::string_view text, Excess excess);

}  // namespace tapedeck
