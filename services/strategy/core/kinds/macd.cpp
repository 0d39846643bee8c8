// Buys when the MACD line crosses above its signal line, sells when it crosses below: a bet that a
// trend that has turned goes on.

#include "strategy/core/indicators/macd.h"

#include "strategy/core/kind.h"
#include "strategy/core/parameters.h"

#include <cmath>

namespace tapedeck::strategy {
namespace {

constexpr Reason kCrossedUp{
    "macd_crossed_up", "With this candle the MACD line rose above its signal line: wants long."};
constexpr Reason kCrossedDown{
    "macd_crossed_down",
    "With this candle the MACD line fell below its signal line: wants flat (or short)."};
constexpr Reason kAbove{
    "macd_above_signal", "The MACD line is above (or on) its signal line, and did not cross now."};
constexpr Reason kBelow{
    "macd_below_signal", "The MACD line is below its signal line, and did not cross now."};

class MacdStrategy final : public Archived<MacdStrategy> {
public:
    explicit MacdStrategy(const Settings& own)
        : needed_(count_of(own, "slow") + count_of(own, "signal")),
          macd_(
              {.fast = count_of(own, "fast"),
               .slow = count_of(own, "slow"),
               .signal = count_of(own, "signal")}) {}

    void take(const Bar& bar) override {
        before_ = macd_.value().histogram;
        macd_.update(bar.close);
    }

    Evaluation evaluate() const override {
        const MacdReading& macd = macd_.value();
        Readings readings;
        readings.add("macd", macd.line);
        readings.add("signal", macd.signal);
        readings.add("histogram", macd.histogram);
        if (!macd.histogram || !before_) return warming_up(readings);
        // As Pine's crossover and crossunder: from "not above" to "above", and mirrored.
        const double now = *macd.histogram;
        if (now > 0 && *before_ <= 0) return signal(kCrossedUp, readings, 1);
        if (now < 0 && *before_ >= 0) return signal(kCrossedDown, readings, -1);
        return no_signal(now >= 0 ? kAbove : kBelow, readings, std::abs(now));
    }

    std::uint64_t bars_needed() const override { return needed_; }

    template <class A>
    void archive(A& a) {
        a(macd_);
        a(before_);
    }

private:
    std::uint64_t needed_;  // the histogram's first is at slow + signal - 1; a crossing needs two
    Macd macd_;
    Reading before_;  // the histogram one candle earlier
};

std::vector<Problem> problems_of(const Settings& own) {
    if (count_of(own, "fast") < count_of(own, "slow")) return {};
    return {{"fast", "must be less than `slow` (" + own.text("slow", "") + ")"}};
}

}  // namespace

Kind macd_kind() {
    Kind kind;
    kind.name = "macd";
    kind.help =
        "Wants to be long when the MACD line crosses above its signal line, and flat (or short) "
        "when it crosses below.";
    kind.settings = {
        period_setting("fast", "12", "Length of the fast EMA, in candles."),
        period_setting("slow", "26", "Length of the slow EMA, in candles."),
        period_setting("signal", "9", "Length of the signal line's EMA, in candles.")};
    kind.reasons = {kCrossedUp, kCrossedDown, kAbove, kBelow};
    kind.readings = {"macd", "signal", "histogram"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<MacdStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
