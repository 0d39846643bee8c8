#include "strategy/core/strategy.h"

#include "base/verify.h"
#include "strategy/core/kind.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::strategy {

void Readings::add(std::string_view name, const Reading& reading) {
    if (!reading) return;
    VERIFY(values_.size() < count_max);
    values_.push_back({name, *reading});
}

bool Readings::are_finite() const {
    return std::all_of(
        begin(), end(), [](const NamedReading& each) { return std::isfinite(each.value); });
}

Evaluation warming_up(const Readings& readings) {
    Evaluation result;
    result.outcome = Outcome::WarmingUp;
    result.reason = reasons::kWarmingUp.code;
    result.readings = readings;
    return result;
}

Evaluation no_signal(const Reason& reason, const Readings& readings, Reading nearest_miss) {
    Evaluation result;
    result.reason = reason.code;
    result.readings = readings;
    result.nearest_miss = nearest_miss;
    return result;
}

Evaluation signal(const Reason& reason, const Readings& readings, int wanted) {
    Evaluation result;
    result.outcome = Outcome::Signal;
    result.reason = reason.code;
    result.readings = readings;
    result.wanted = Ratio(Decimal::from_integer(wanted));
    return result;
}

}  // namespace tapedeck::strategy
