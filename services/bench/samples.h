#pragma once

#include "base/time.h"
#include "base/verify.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tapedeck::bench {

/// Every duration that was measured; a percentile is one of them, by nearest rank. Nothing is
/// averaged, so nothing slow is hidden.
class Samples {
public:
    void add(Duration duration) {
        sorted_ = sorted_ && (all_.empty() || duration >= all_.back());
        all_.push_back(duration);
    }

    bool empty() const { return all_.empty(); }

    std::size_t size() const { return all_.size(); }

    /// In microseconds, the smallest sample that `percent` (above 0, to 100) of them do not exceed.
    /// There must be one.
    double percentile_us(double percent) {
        VERIFY(!all_.empty() && percent > 0 && percent <= 100);
        if (!sorted_) std::sort(all_.begin(), all_.end());
        sorted_ = true;
        const double rank = std::ceil(percent / 100 * static_cast<double>(all_.size()));
        const auto at = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
        return std::chrono::duration<double, std::micro>(all_[at]).count();
    }

private:
    std::vector<Duration> all_;
    bool sorted_ = true;
};

/// How many a second.
inline double rate(std::uint64_t count, Duration in) {
    if (in <= Duration::zero()) return 0;
    return static_cast<double>(count) / std::chrono::duration<double>(in).count();
}

}  // namespace tapedeck::bench
