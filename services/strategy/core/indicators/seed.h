#pragma once

#include <cstdint>

namespace tapedeck::strategy {

/// How a recursive average of length n begins. The two differ by (1 - weight)^k after k bars.
enum class Seed : std::uint8_t {
    Sma,    ///< with the mean of its first n values: defined from index n-1 on
    First,  ///< with its first value: defined from index 0 on
};

}  // namespace tapedeck::strategy
