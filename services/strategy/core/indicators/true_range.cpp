#include "strategy/core/indicators/true_range.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::strategy {

TrueRange::TrueRange(FirstBar first_bar) : skips_first_(first_bar == FirstBar::Missing) {}

Reading TrueRange::update(const Bar& bar) {
    double range = bar.high - bar.low;
    const bool is_first = !previous_close_;
    if (!is_first) {
        const double up = std::abs(bar.high - *previous_close_);
        const double down = std::abs(bar.low - *previous_close_);
        range = std::max({range, up, down});
    }
    previous_close_ = bar.close;
    if (is_first && skips_first_) return value_;
    value_ = range;
    return range;
}

}  // namespace tapedeck::strategy
