#include "market-data/core/pace.h"

#include <limits>

namespace tapedeck::market_data {

namespace {

const Decimal kSlowest = Decimal::from_units(Decimal::kOne / 1000);
const Decimal kFastest = Decimal::from_integer(1'000'000);

}  // namespace

Result<Speed> Speed::parse(std::string_view text) {
    Speed speed;
    if (text == "max") return speed;
    const auto factor = Decimal::parse(text);
    if (!factor || *factor < kSlowest || *factor > kFastest) {
        return fail(
            "\"" + std::string(text) +
                "\" is no speed; write \"max\", \"1\" for real time, or a number from 0.001 to "
                "1000000",
            ExitCode::Configuration);
    }
    speed.factor_ = *factor;
    return speed;
}

std::string Speed::to_string() const {
    return is_max() ? "max" : factor_.to_string();
}

Duration Speed::at_wall(Duration on_tape) const {
    if (is_max()) return Duration::zero();
    // 1e19 ns · 1e18 is within 128 bits.
    const Int128 wall = static_cast<Int128>(on_tape.count()) * Decimal::kOne / factor_.units();
    constexpr Int128 longest = std::numeric_limits<std::int64_t>::max();
    return Duration(static_cast<std::int64_t>(std::min(wall, longest)));
}

Duration Pace::wait(Time step_time, Duration wall_now) {
    if (speed_.is_max()) return Duration::zero();
    if (!anchor_) anchor_ = Anchor{step_time, wall_now};
    const Duration wait = speed_.at_wall(step_time - anchor_->tape) - (wall_now - anchor_->wall);
    if (wait < -kLatenessMax) anchor_ = Anchor{step_time, wall_now};
    return std::max(wait, Duration::zero());
}

}  // namespace tapedeck::market_data
