// Acts when the close leaves the Bollinger bands: against the move (reversion) or with it
// (breakout).

#include "strategy/core/indicators/bollinger.h"

#include "strategy/core/kind.h"
#include "strategy/core/parameters.h"

#include <algorithm>

namespace tapedeck::strategy {
namespace {

constexpr Reason kBelowLower{
    "close_below_lower_band",
    "The close is below the lower band: wants long (reversion), flat or short (breakout)."};
constexpr Reason kAboveUpper{
    "close_above_upper_band",
    "The close is above the upper band: wants flat or short (reversion), long (breakout)."};
constexpr Reason kBetween{"close_between_bands", "The close is within the bands."};

class BollingerStrategy final : public Archived<BollingerStrategy> {
public:
    explicit BollingerStrategy(const Settings& own)
        : period_(count_of(own, "period")),
          reverts_(own.text("rule", "") == "reversion"),
          exits_at_middle_(own.flag("exit_at_middle", false)),
          bands_(period_, number_of(own, "width")) {}

    void take(const Bar& bar) override {
        close_ = bar.close;
        bands_.update(bar.close);
    }

    Evaluation evaluate() const override {
        const BollingerReading& bands = bands_.value();
        Readings readings;
        readings.add("lower", bands.lower);
        readings.add("middle", bands.middle);
        readings.add("upper", bands.upper);
        readings.add("percent_b", bands.percent_b);
        if (!bands.lower || !bands.upper) return warming_up(readings);
        const int against = reverts_ ? 1 : -1;
        if (close_ < *bands.lower) return with_exit(signal(kBelowLower, readings, against));
        if (close_ > *bands.upper) return with_exit(signal(kAboveUpper, readings, -against));
        Reading miss;  // in shares of the bands' distance
        if (bands.percent_b) miss = std::min(*bands.percent_b, 1 - *bands.percent_b);
        return no_signal(kBetween, readings, miss);
    }

    std::uint64_t bars_needed() const override { return period_; }

    template <class A>
    void archive(A& a) {
        a(close_);
        a(bands_);
    }

private:
    /// A reversion has come to its end at the middle, a breakout has failed there.
    Evaluation with_exit(Evaluation evaluation) const {
        if (!exits_at_middle_) return evaluation;
        (reverts_ ? evaluation.take_profit : evaluation.stop) = bands_.value().middle;
        return evaluation;
    }

    std::uint64_t period_;
    bool reverts_;
    bool exits_at_middle_;
    double close_ = 0;
    Bollinger bands_;
};

std::vector<Problem> problems_of(const Settings& own) {
    if (count_of(own, "period") > 1) return {};
    return {{"period", "must be at least 2: one candle does not deviate from itself"}};
}

}  // namespace

Kind bollinger_kind() {
    Kind kind;
    kind.name = "bollinger";
    kind.help =
        "Wants to be long while the close is below the lower Bollinger band and flat (or short) "
        "while it is above the upper one (`rule = \"reversion\"`), or the other way round "
        "(`rule = \"breakout\"`).";
    Setting rule;
    rule.key = "rule";
    rule.kind = SettingKind::Text;
    rule.default_text = "reversion";
    rule.choices = {"reversion", "breakout"};
    rule.help = "Whether a close outside the bands is bet against or followed.";
    kind.settings = {
        period_setting("period", "20", "Length of the bands, in candles."),
        decimal_setting(
            "width", "2", "0.01", "100", "Distance of each band, in standard deviations."),
        rule,
        flag_setting(
            "exit_at_middle",
            "false",
            "Give the middle band's price at the signal to risk: as take-profit (reversion) or as "
            "stop (breakout).")};
    kind.reasons = {kBelowLower, kAboveUpper, kBetween};
    kind.readings = {"lower", "middle", "upper", "percent_b"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<BollingerStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
