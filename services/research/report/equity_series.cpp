#include "research/report/equity_series.h"

#include <algorithm>
#include <chrono>

namespace tapedeck::research {

namespace {

constexpr Duration kDay = std::chrono::days(1);

}  // namespace

void EquitySeries::begin(Time now, Money equity) {
    *this = EquitySeries();
    has_begun_ = true;
    begun_at_ = now;
    start_ = equity;
    value_ = cut_value_ = highest_ = lowest_ = equity.decimal().to_double();
    next_end_ = std::chrono::floor<std::chrono::days>(now) + kDay + kGrace;
    drawdowns_.begin(now, index_);
    curve_.add({now, value_, index_});
}

void EquitySeries::move(Time now, double equity) {
    value_ = equity;
    highest_ = std::max(highest_, equity);
    lowest_ = std::min(lowest_, equity);
    if (ruined_at_) return;
    if (equity <= 0) {
        ruined_at_ = now;
        index_ = 0;
    } else if (cut_value_ > 0) {
        index_ = cut_index_ * (equity / cut_value_);
    }
    drawdowns_.observe(now, index_);
    curve_.add({now, value_, index_});
}

void EquitySeries::flow(Time now, Money amount, Money equity, bool is_funding) {
    if (is_funding && days_.empty()) {
        start_ += amount;
    } else {
        flows_ += amount;
        day_flow_ += amount;
    }
    value_ = cut_value_ = equity.decimal().to_double();
    highest_ = std::max(highest_, value_);
    lowest_ = std::min(lowest_, value_);
    cut_index_ = index_;
    curve_.add({now, value_, index_});
}

Day EquitySeries::day_ending(Time end, Money equity) const {
    Day day;
    day.end = end;
    day.equity = equity;
    day.flow = day_flow_;
    day.r = day_index_ > 0 ? index_ / day_index_ - 1 : 0;
    day.index = index_;
    return day;
}

void EquitySeries::end_days(Time now, Money equity) {
    while (now >= next_end_) {
        days_.push_back(day_ending(next_end_ - kGrace, equity));
        day_flow_ = Money{};
        day_index_ = index_;
        next_end_ += kDay;
    }
}

std::optional<Day> EquitySeries::last_day(Time now, Money equity) const {
    if (!has_begun_) return std::nullopt;
    const Time end = next_end_ - kGrace;
    const Time start = days_.empty() ? begun_at_ : end - kDay;
    // What came within the grace of a day is that day's.
    if (now <= start + (days_.empty() ? Duration{} : kGrace)) return std::nullopt;
    return day_ending(std::min(now, end), equity);
}

}  // namespace tapedeck::research
