#include "strategy/core/indicators/divergence.h"

namespace tapedeck::strategy {

Reading EarlierPivot::update(bool condition, Reading source) {
    value_ = one_ago_;
    one_ago_ = latest_;
    if (condition) latest_ = source;
    return value_;
}

const DivergenceReading& Divergence::update(const FractalReading& fractal) {
    value_ = {};
    if (fractal.top && *fractal.top != 0 && (!levels_.top || *fractal.top >= *levels_.top)) {
        value_.top = fractal.top;
    }
    if (fractal.bottom && *fractal.bottom != 0 &&
        (!levels_.bottom || *fractal.bottom <= *levels_.bottom)) {
        value_.bottom = fractal.bottom;
    }
    value_.previous_top = top_.update(value_.top.has_value(), value_.top);
    value_.previous_bottom = bottom_.update(value_.bottom.has_value(), value_.bottom);
    const Reading previous_high = high_.update(value_.top.has_value(), fractal.high);
    const Reading previous_low = low_.update(value_.bottom.has_value(), fractal.low);

    if (value_.top && value_.previous_top) {
        const double top = *value_.top;
        value_.bearish = fractal.high > *previous_high && top < *value_.previous_top;
        value_.hidden_bearish = fractal.high < *previous_high && top > *value_.previous_top;
    }
    if (value_.bottom && value_.previous_bottom) {
        const double bottom = *value_.bottom;
        value_.bullish = fractal.low < *previous_low && bottom > *value_.previous_bottom;
        value_.hidden_bullish = fractal.low > *previous_low && bottom < *value_.previous_bottom;
    }
    return value_;
}

}  // namespace tapedeck::strategy
