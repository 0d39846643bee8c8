#pragma once

#include "base/money.h"
#include "base/time.h"
#include "research/report/curve.h"
#include "research/report/drawdown_meter.h"
#include "research/report/report.h"

#include <functional>
#include <optional>
#include <vector>

namespace tapedeck::research {

/// Mark-to-market equity as it is told after every price and fill, reduced to its days, drawdowns
/// and a curve; nothing of its length is kept. Deposits cut the index, so that they are no return.
///
/// Between the ends of days equity comes as a double, for half a million candles of a sweep have
/// no need of its last decimal; amounts that are kept come exact.
class EquitySeries {
public:
    /// What is recorded so soon after 00:00 UTC still belongs to the day before: its last candles.
    static constexpr Duration kGrace = std::chrono::seconds(1);

    /// From here on. Index 1, and the first peak.
    void begin(Time now, Money equity);

    bool has_begun() const { return has_begun_; }

    /// Whether days have ended by now; end_days() wants to be called before equity changes.
    bool is_day_over(Time now) const { return now >= next_end_ && has_begun_; }

    /// Ends the days that are over, with the equity there was.
    void end_days(Time now, Money equity);

    /// Equity is this from now on, by prices and fills.
    void observe(Time now, double equity) {
        if (equity == value_) {
            drawdowns_.pass(now);
        } else {
            move(now, equity);
        }
    }

    /// A price that moved nothing.
    void idle(Time now) { drawdowns_.pass(now); }

    /// So much came in (negative: went out), after which equity is `equity`. What comes in on the
    /// first day before the first fill (`is_funding`) is part of the start.
    void flow(Time now, Money amount, Money equity, bool is_funding);

    Time begun_at() const { return begun_at_; }

    Money start() const { return start_; }

    Money flows() const { return flows_; }

    double value() const { return value_; }

    double index() const { return index_; }

    std::optional<Time> ruined_at() const { return ruined_at_; }

    /// Days that have ended.
    const std::vector<Day>& days() const { return days_; }

    /// The one that has not, if any of it has passed by `now`.
    std::optional<Day> last_day(Time now, Money equity) const;

    const DrawdownMeter& drawdowns() const { return drawdowns_; }

    std::vector<CurvePoint> curve() const { return curve_.points(); }

    double highest() const { return highest_; }

    double lowest() const { return lowest_; }

private:
    void move(Time now, double equity);
    Day day_ending(Time end, Money equity) const;

    bool has_begun_ = false;
    Time begun_at_{};
    Money start_;
    Money flows_;
    double value_ = 0;      // equity
    double cut_value_ = 0;  // equity after the last flow
    double cut_index_ = 1;  // index at that flow
    double index_ = 1;
    Time next_end_{};  // of the day, and its grace
    Money day_flow_;
    double day_index_ = 1;  // at its beginning
    std::vector<Day> days_;
    std::optional<Time> ruined_at_;
    DrawdownMeter drawdowns_;
    Curve curve_;
    double highest_ = 0;
    double lowest_ = 0;
};

}  // namespace tapedeck::research
