#pragma once

#include "strategy/core/indicators/reading.h"

namespace tapedeck::strategy {

/// Whether one series crossed another with the last bar, as Pine's `crossover` and `crossunder`
/// have it: from at most equal to above, and from at least equal to below. Their `cross` is either.
/// A crossing with a missing operand, now or one bar ago, is none.
class Crossing {
public:
    /// Takes the values of both series at the next bar.
    void update(Reading value, Reading other);

    bool up() const { return up_; }

    bool down() const { return down_; }

    /// Saves or loads everything.
    template <class Archive>
    void archive(Archive& a) {
        a(above_);
        a(up_);
        a(down_);
    }

private:
    Reading above_;  // value - other one bar ago, of which only the sign is asked for
    bool up_ = false;
    bool down_ = false;
};

}  // namespace tapedeck::strategy
