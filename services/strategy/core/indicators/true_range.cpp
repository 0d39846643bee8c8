#include "strategy/core/indicators/true_range.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::strategy {

TrueRange::TrueRange(FirstBar first_bar) : skips_first_(first_bar == FirstBar::Missing) {}

Reading TrueRange::update(const Bar& bar) {
    const double range = bar.high - bar.low;
    if (previous_close_) {
        const double up = std::abs(bar.high - *previous_close_);
        const double down = std::abs(bar.low - *previous_close_);
        value_ = std::max({range, up, down});
    } else if (!skips_first_) {
        value_ = range;
    }
    previous_close_ = bar.close;
    return value_;
}

}  // namespace tapedeck::strategy
