#pragma once

#include <compare>
#include <cstdint>

namespace tapedeck {

/// A record's place on the tape: 1, 2, 3 … without gap; 0 is "none" and "before the first".
struct Seq {
    std::uint64_t value = 0;

    constexpr bool exists() const { return value != 0; }

    constexpr Seq next() const { return {value + 1}; }

    friend constexpr auto operator<=>(const Seq&, const Seq&) = default;
};

}  // namespace tapedeck
