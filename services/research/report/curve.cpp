#include "research/report/curve.h"

#include <algorithm>
#include <array>

namespace tapedeck::research {

void Curve::start_stretch(const CurvePoint& point) {
    if (stretches_.empty()) origin_ = point.time;
    if (stretches_.size() == kStretches) halve();
    const Time begin = origin_ + (point.time - origin_) / length_ * length_;
    end_ = begin + length_;
    if (!stretches_.empty() && stretches_.back().begin == begin) {  // halving made room for it
        add(point);
        return;
    }
    stretches_.push_back({begin, point, point, point, point});
}

void Curve::halve() {
    while (stretches_.size() > kStretches / 2) {
        length_ *= 2;
        std::vector<Stretch> merged;
        for (const auto& stretch : stretches_) {
            const Time begin = origin_ + (stretch.begin - origin_) / length_ * length_;
            if (merged.empty() || merged.back().begin != begin) {
                merged.push_back(stretch);
                merged.back().begin = begin;
                continue;
            }
            Stretch& into = merged.back();
            into.last = stretch.last;
            if (stretch.low.index < into.low.index) into.low = stretch.low;
            if (stretch.high.index > into.high.index) into.high = stretch.high;
        }
        stretches_ = std::move(merged);
    }
}

std::vector<CurvePoint> Curve::points() const {
    std::vector<CurvePoint> points;
    for (const auto& stretch : stretches_) {
        std::array<CurvePoint, 4> four = {stretch.first, stretch.low, stretch.high, stretch.last};
        std::stable_sort(
            four.begin(), four.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
        for (const auto& point : four) {
            if (points.empty() || points.back().time < point.time) points.push_back(point);
        }
    }
    return points;
}

}  // namespace tapedeck::research
