#include "strategy/core/indicators/fractal.h"

#include <algorithm>

namespace tapedeck::strategy {

const FractalReading& Fractal::update(const FractalPoint& point) {
    std::copy_backward(points_.begin(), points_.end() - 1, points_.end());
    points_[0] = point;
    count_ = std::min(count_ + 1, length);
    value_ = {};
    if (count_ < length) return value_;

    const FractalPoint& pivot = points_[2];
    int below = 0;  // of its four neighbours
    int above = 0;
    for (const FractalPoint& each : points_) {
        if (each.value < pivot.value) ++below;
        if (each.value > pivot.value) ++above;
    }
    if (below == 4) value_.top = pivot.value;
    if (above == 4) value_.bottom = pivot.value;
    if (value_.top || value_.bottom) {
        value_.high = pivot.high;
        value_.low = pivot.low;
    }
    return value_;
}

}  // namespace tapedeck::strategy
