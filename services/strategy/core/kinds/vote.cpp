// RSI, MACD and Bollinger bands each vote for long or short with a weight; the weighted mean
// decides.

#include "strategy/core/indicators/bollinger.h"
#include "strategy/core/indicators/macd.h"
#include "strategy/core/indicators/rsi.h"
#include "strategy/core/kind.h"
#include "strategy/core/parameters.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::strategy {
namespace {

constexpr Reason kLong{"votes_for_long", "The score is at or above `threshold`: wants long."};
constexpr Reason kShort{
    "votes_for_short", "The score is at or below minus `threshold`: wants flat (or short)."};
constexpr Reason kUndecided{"votes_undecided", "The score is nearer to 0 than `threshold`."};

class VoteStrategy final : public Archived<VoteStrategy> {
public:
    explicit VoteStrategy(const Settings& own)
        : rsi_lower_(number_of(own, "rsi_lower")),
          rsi_upper_(number_of(own, "rsi_upper")),
          rsi_weight_(number_of(own, "rsi_weight")),
          macd_weight_(number_of(own, "macd_weight")),
          bollinger_weight_(number_of(own, "bollinger_weight")),
          threshold_(number_of(own, "threshold")),
          needed_(std::max(
              {count_of(own, "rsi_period") + 1,
               count_of(own, "macd_slow") + count_of(own, "macd_signal") - 1,
               count_of(own, "bollinger_period")})),
          rsi_(count_of(own, "rsi_period")),
          macd_(
              {.fast = count_of(own, "macd_fast"),
               .slow = count_of(own, "macd_slow"),
               .signal = count_of(own, "macd_signal")}),
          bands_(count_of(own, "bollinger_period"), number_of(own, "bollinger_width")) {}

    void take(const Bar& bar) override {
        close_ = bar.close;
        rsi_.update(bar.close);
        macd_.update(bar.close);
        bands_.update(bar.close);
    }

    Evaluation evaluate() const override {
        const Reading rsi = rsi_.value();
        const Reading histogram = macd_.value().histogram;
        const Reading lower = bands_.value().lower;
        const Reading upper = bands_.value().upper;
        Readings readings;
        readings.add("rsi", rsi);
        readings.add("histogram", histogram);
        readings.add("percent_b", bands_.value().percent_b);
        if (!rsi || !histogram || !lower || !upper) return warming_up(readings);

        const double rsi_vote = vote(*rsi<rsi_lower_, *rsi> rsi_upper_);
        const double macd_vote = vote(*histogram > 0, *histogram < 0);
        const double bollinger_vote = vote(close_<*lower, close_> * upper);
        const double score = (rsi_weight_ * rsi_vote + macd_weight_ * macd_vote +
                              bollinger_weight_ * bollinger_vote) /
                             (rsi_weight_ + macd_weight_ + bollinger_weight_);
        readings.add("rsi_vote", rsi_vote);
        readings.add("macd_vote", macd_vote);
        readings.add("bollinger_vote", bollinger_vote);
        readings.add("score", score);
        // A score that is the threshold but for rounding (0.1 + 0.2 of 0.3) has reached it.
        const double miss = threshold_ - std::abs(score);
        if (miss > kRounding) return no_signal(kUndecided, readings, miss);
        return score > 0 ? signal(kLong, readings, 1) : signal(kShort, readings, -1);
    }

    std::uint64_t bars_needed() const override { return needed_; }

    template <class A>
    void archive(A& a) {
        a(close_);
        a(rsi_);
        a(macd_);
        a(bands_);
    }

private:
    static constexpr double kRounding = 1e-12;  // far above what three products can be off

    static double vote(bool for_long, bool for_short) {
        if (for_long) return 1;
        return for_short ? -1 : 0;
    }

    double rsi_lower_;
    double rsi_upper_;
    double rsi_weight_;
    double macd_weight_;
    double bollinger_weight_;
    double threshold_;
    std::uint64_t needed_;
    double close_ = 0;
    Rsi rsi_;
    Macd macd_;
    Bollinger bands_;
};

std::vector<Problem> problems_of(const Settings& own) {
    std::vector<Problem> found;
    if (number_of(own, "rsi_lower") >= number_of(own, "rsi_upper")) {
        found.push_back(
            {"rsi_lower", "must be less than `rsi_upper` (" + own.text("rsi_upper", "") + ")"});
    }
    if (count_of(own, "macd_fast") >= count_of(own, "macd_slow")) {
        found.push_back(
            {"macd_fast", "must be less than `macd_slow` (" + own.text("macd_slow", "") + ")"});
    }
    if (count_of(own, "bollinger_period") < 2) {
        found.push_back(
            {"bollinger_period", "must be at least 2: one candle does not deviate from itself"});
    }
    const double weights = number_of(own, "rsi_weight") + number_of(own, "macd_weight") +
                           number_of(own, "bollinger_weight");
    if (weights <= 0) {
        found.push_back({"rsi_weight", "at least one of the three weights must be above 0"});
    }
    return found;
}

}  // namespace

Kind vote_kind() {
    Kind kind;
    kind.name = "vote";
    kind.help =
        "RSI votes +1 below `rsi_lower` and -1 above `rsi_upper`, MACD the sign of its histogram, "
        "Bollinger +1 below the lower band and -1 above the upper. Wants to be long while the "
        "weighted mean is at least `threshold`, and flat (or short) while it is at most minus "
        "that.";
    const auto weight = [](const char* key, const char* who) {
        return decimal_setting(key, "1", "0", "1000", std::string("Weight of the vote of ") + who);
    };
    kind.settings = {
        period_setting("rsi_period", "14", "Length of RSI, in candles."),
        decimal_setting("rsi_lower", "30", "0", "100", "Below this RSI votes for long."),
        decimal_setting("rsi_upper", "70", "0", "100", "Above this RSI votes for short."),
        weight("rsi_weight", "RSI."),
        period_setting("macd_fast", "12", "Length of MACD's fast EMA, in candles."),
        period_setting("macd_slow", "26", "Length of MACD's slow EMA, in candles."),
        period_setting("macd_signal", "9", "Length of MACD's signal EMA, in candles."),
        weight("macd_weight", "MACD."),
        period_setting("bollinger_period", "20", "Length of the Bollinger bands, in candles."),
        decimal_setting(
            "bollinger_width", "2", "0.01", "100", "Distance of each band, in deviations."),
        weight("bollinger_weight", "the Bollinger bands."),
        decimal_setting(
            "threshold", "0.5", "0.01", "1", "The score, 0 to 1, from which the vote counts.")};
    kind.reasons = {kLong, kShort, kUndecided};
    kind.readings = {
        "rsi", "histogram", "percent_b", "rsi_vote", "macd_vote", "bollinger_vote", "score"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<VoteStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
