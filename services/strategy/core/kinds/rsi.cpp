// Buys when RSI is below `lower`, sells when it is above `upper`: a bet that extremes revert.

#include "strategy/core/indicators/rsi.h"

#include "strategy/core/kind.h"
#include "strategy/core/parameters.h"

#include <algorithm>

namespace tapedeck::strategy {
namespace {

constexpr Reason kBelowLower{"rsi_below_lower", "RSI is below `lower`: oversold, wants long."};
constexpr Reason kAboveUpper{
    "rsi_above_upper", "RSI is above `upper`: overbought, wants flat (or short)."};
constexpr Reason kBetween{"rsi_between_levels", "RSI is between `lower` and `upper`."};

class RsiStrategy final : public Archived<RsiStrategy> {
public:
    explicit RsiStrategy(const Settings& own)
        : period_(count_of(own, "period")),
          lower_(number_of(own, "lower")),
          upper_(number_of(own, "upper")),
          rsi_(period_) {}

    void take(const Bar& bar) override { rsi_.update(bar.close); }

    Evaluation evaluate() const override {
        const Reading rsi = rsi_.value();
        Readings readings;
        readings.add("rsi", rsi);
        if (!rsi) return warming_up(readings);
        if (*rsi < lower_) return signal(kBelowLower, readings, 1);
        if (*rsi > upper_) return signal(kAboveUpper, readings, -1);
        return no_signal(kBetween, readings, std::min(*rsi - lower_, upper_ - *rsi));
    }

    std::uint64_t bars_needed() const override { return period_ + 1; }

    template <class A>
    void archive(A& a) {
        a(rsi_);
    }

private:
    std::uint64_t period_;
    double lower_;
    double upper_;
    Rsi rsi_;
};

std::vector<Problem> problems_of(const Settings& own) {
    if (number_of(own, "lower") < number_of(own, "upper")) return {};
    return {{"lower", "must be less than `upper` (" + own.text("upper", "") + ")"}};
}

}  // namespace

Kind rsi_kind() {
    Kind kind;
    kind.name = "rsi";
    kind.help =
        "Wants to be long while RSI is below `lower`, and flat (or short) while it is above "
        "`upper`.";
    kind.settings = {
        period_setting("period", "14", "Length of RSI, in candles."),
        decimal_setting("lower", "30", "0", "100", "Below this RSI it buys."),
        decimal_setting("upper", "70", "0", "100", "Above this RSI it sells.")};
    kind.reasons = {kBelowLower, kAboveUpper, kBetween};
    kind.readings = {"rsi"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<RsiStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
