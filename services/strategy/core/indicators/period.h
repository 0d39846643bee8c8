#pragma once

#include <cstdint>

namespace tapedeck::strategy {

/// The longest window that an indicator may have, in bars: ten weeks of minutes. It bounds what one
/// indicator keeps (a few numbers per bar of its window) and the work of its slowest bar.
inline constexpr std::uint64_t period_max = 100'800;

/// Whether an indicator can be made with this length, in bars. Ask before making one from settings.
constexpr bool is_period(std::uint64_t period) {
    return period >= 1 && period <= period_max;
}

/// The same period. One that is out of range is a bug of the caller and aborts.
std::uint64_t checked_period(std::uint64_t period);

}  // namespace tapedeck::strategy
