#include "research/report/drawdown_meter.h"

#include <algorithm>

namespace tapedeck::research {

void DrawdownMeter::begin(Time now, double index) {
    *this = DrawdownMeter();
    peak_ = index;
    last_ = now;
}

void DrawdownMeter::move(Time now, double index) {
    if (index >= peak_ * (1 - kNoise)) {
        finish(now);
        return;
    }
    depth_ = 1 - index / peak_;
    if (!is_down_) {
        is_down_ = true;
        down_since_ = now;
        episode_ = {.depth = depth_, .peak = last_, .trough = now};
    } else if (depth_ > episode_.depth) {
        episode_.depth = depth_;
        episode_.trough = now;
    }
}

void DrawdownMeter::finish(Time now) {
    episode_.recovery = now;
    is_down_ = false;
    ++episodes_;
    depths_ += episode_.depth;
    under_water_ += now - down_since_;
    longest_ = std::max<Duration>(longest_, now - episode_.peak);
    keep(deepest_, episode_);
}

void DrawdownMeter::keep(std::vector<Drawdown>& kept, const Drawdown& episode) const {
    const auto place = std::find_if(
        kept.begin(), kept.end(), [&](const auto& e) { return episode.depth > e.depth; });
    kept.insert(place, episode);
    if (kept.size() > kKept) kept.pop_back();
}

DrawdownMeter::Summary DrawdownMeter::summary(Time now) const {
    Summary result;
    result.deepest = deepest_;
    result.episodes = episodes_;
    result.under_water = under_water_;
    result.longest = longest_;
    double depths = depths_;
    if (is_down_) {
        keep(result.deepest, episode_);
        ++result.episodes;
        depths += episode_.depth;
        result.under_water += now - down_since_;
        result.longest = std::max<Duration>(result.longest, now - episode_.peak);
    }
    if (result.episodes > 0) result.mean_depth = depths / static_cast<double>(result.episodes);
    return result;
}

}  // namespace tapedeck::research
