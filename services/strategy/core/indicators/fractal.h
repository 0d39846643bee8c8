#pragma once

#include "strategy/core/indicators/reading.h"

#include <array>
#include <cstdint>

namespace tapedeck::strategy {

/// An oscillator at a bar, and how far the bar reached.
struct FractalPoint {
    double value = 0;
    double high = 0;
    double low = 0;
};

/// What a bar shows about the bar two before it. That is the pivot; this is when it is known.
struct FractalReading {
    Reading top;      ///< the pivot's value, if it was a top
    Reading bottom;   ///< likewise a bottom
    double high = 0;  ///< of the pivot's bar, where there is one
    double low = 0;
};

/// Five-bar fractal (Williams, 1995) of a series s, with s[k] its value k bars ago, as VuManChu's
/// scripts have it: a top where s[4] < s[2] > s[3] and s[1] < s[2] > s[0]; a bottom mirrored. All
/// four are strict: a plateau has neither. First index 4.
class Fractal {
public:
    /// Takes the next point, which is finite.
    const FractalReading& update(const FractalPoint& point);

    const FractalReading& value() const { return value_; }

    /// Saves or loads everything.
    template <class Archive>
    void archive(Archive& a) {
        for (FractalPoint& point : points_) {
            a(point.value);
            a(point.high);
            a(point.low);
        }
        a(count_);
        a(value_.top);
        a(value_.bottom);
        a(value_.high);
        a(value_.low);
    }

private:
    static constexpr std::uint64_t length = 5;

    std::array<FractalPoint, length> points_{};  // the newest first
    std::uint64_t count_ = 0;                    // points seen, as far as `length`
    FractalReading value_;
};

}  // namespace tapedeck::strategy
