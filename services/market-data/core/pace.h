#pragma once

#include "base/decimal.h"
#include "base/expected.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::market_data {

/// How many seconds of the tape pass in one second at the wall.
class Speed {
public:
    /// As fast as possible.
    constexpr Speed() = default;

    /// "max", or a decimal from 0.001 to 1000000: "1" is real time, "60" a minute a second.
    static Result<Speed> parse(std::string_view text);

    bool is_max() const { return factor_.is_zero(); }

    /// "max" or the factor.
    std::string to_string() const;

    /// What a span of the tape takes at the wall; zero at "max".
    Duration at_wall(Duration on_tape) const;

private:
    Decimal factor_;  // 0 = max
};

/// When a step is due. Pure: the time at the wall is the caller's, from any steady clock.
class Pace {
public:
    /// A sender this late (after a suspended machine, a stopped process) doesn't catch up in one
    /// burst: it goes on from where it is.
    static constexpr Duration kLatenessMax = std::chrono::seconds(10);

    explicit Pace(Speed speed) : speed_(speed) {}

    /// How long to wait at `wall_now` until the step of `step_time` is due; zero = now. The first
    /// call is due at once and all others are measured from it.
    Duration wait(Time step_time, Duration wall_now);

private:
    struct Anchor {
        Time tape{};
        Duration wall{};
    };

    Speed speed_;
    std::optional<Anchor> anchor_;
};

}  // namespace tapedeck::market_data
