#pragma once

#include "research/report/report.h"

#include <cstddef>
#include <vector>

namespace tapedeck::research {

/// A curve for plots that never has more than Report::kCurvePoints points, however many it is told:
/// of each stretch of time the first, the lowest, the highest and the last are kept. When it gets
/// too long, stretches become twice as long.
class Curve {
public:
    void add(const CurvePoint& point) {
        if (stretches_.empty() || point.time >= end_) {
            start_stretch(point);
            return;
        }
        Stretch& stretch = stretches_.back();
        stretch.last = point;
        if (point.index < stretch.low.index) stretch.low = point;
        if (point.index > stretch.high.index) stretch.high = point;
    }

    /// In order of time, each point once.
    std::vector<CurvePoint> points() const;

private:
    static constexpr std::size_t kStretches = Report::kCurvePoints / 4;

    struct Stretch {
        Time begin{};
        CurvePoint first;
        CurvePoint low;
        CurvePoint high;
        CurvePoint last;
    };

    void start_stretch(const CurvePoint& point);
    void halve();

    std::vector<Stretch> stretches_;
    Time origin_{};
    Time end_{};  // of the last stretch
    Duration length_ = std::chrono::seconds(1);
};

}  // namespace tapedeck::research
