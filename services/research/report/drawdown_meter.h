#pragma once

#include "base/time.h"
#include "research/report/report.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tapedeck::research {

/// Measures drawdowns of an index that is told point by point and holds its value in between:
/// D(t) = 1 − I(t) / max_{u≤t} I(u), the start being the first peak. Keeps the deepest only.
class DrawdownMeter {
public:
    static constexpr std::size_t kKept = 5;

    /// Less is rounding of doubles: an equity that has not moved.
    static constexpr double kNoise = 1e-12;

    void begin(Time now, double index);

    /// From `now` on the index is this. Times do not go back.
    void observe(Time now, double index) {
        if (index < peak_ * (1 - kNoise) || is_down_) move(now, index);
        if (index > peak_) peak_ = index;
        last_ = now;
    }

    /// Time went on, and the index stayed what it was.
    void pass(Time now) { last_ = now; }

    /// Of the index that was told last.
    double depth() const { return is_down_ ? depth_ : 0; }

    struct Summary {
        std::vector<Drawdown> deepest;  ///< deepest first; one may be open still
        std::uint64_t episodes = 0;
        double mean_depth = 0;  ///< of the episodes' deepest points
        Duration under_water{};
        Duration longest{};  ///< from a peak to its recovery, or to `now`
    };

    /// All of it as of `now`.
    Summary summary(Time now) const;

private:
    void move(Time now, double index);
    void finish(Time now);
    void keep(std::vector<Drawdown>& kept, const Drawdown& episode) const;

    double peak_ = 1;
    double depth_ = 0;
    bool is_down_ = false;
    Time last_{};
    Time down_since_{};
    Drawdown episode_;
    std::vector<Drawdown> deepest_;
    std::uint64_t episodes_ = 0;
    double depths_ = 0;
    Duration under_water_{};
    Duration longest_{};
};

}  // namespace tapedeck::research
