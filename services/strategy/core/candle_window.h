#pragma once

#include "base/time.h"
#include "events/market.h"
#include "strategy/core/indicators/bar.h"

#include <optional>

namespace tapedeck::strategy {

/// A candle of a strategy's interval.
struct Window {
    Bar bar;
    Time close_time{};
    Price close;           ///< bar.close, exact
    bool complete = true;  ///< false: a part of it is missing, or a gap was reported in it
};

/// What a record closed: at most one window late, for want of its last part, and one in time.
struct ClosedWindows {
    std::optional<Window> late;
    std::optional<Window> now;
};

/// Makes candles of one interval, aligned to UTC, from candles of this and of smaller intervals
/// that divide it. A window is closed by the candle that ends with it; or, where that never comes,
/// late by the first candle after it. Nothing is taken twice: a candle that begins before the end
/// of the last one taken is left out, so that a feed may well give 1m and 5m side by side.
///
/// A gap makes a window incomplete, nothing more: what was missed is missing in the indicators too,
/// which go on with the next candle as if it had followed directly.
class CandleWindow {
public:
    explicit CandleWindow(Duration interval) : interval_(interval) {}

    /// `bar` is the candle's, already checked. No window is closed by most candles.
    ClosedWindows take(const CandleClosed& candle, const Bar& bar);

    void take(const MarketDataGap& gap);

    /// Whether candles of this interval can be parts of a window.
    bool is_made_of(Duration part) const {
        return part > Duration(0) && part <= interval_ && interval_ % part == Duration(0);
    }

    template <class A>
    void archive(A& a) {
        a(interval_);
        a(start_);
        a(covered_until_);
        a(is_open_);
        a(has_hole_);
        a(bar_.open);
        a(bar_.high);
        a(bar_.low);
        a(bar_.close);
        a(bar_.volume);
        a(close_);
        a(gap_from_);
        a(gap_to_);
    }

private:
    Time start_of(Time time) const;
    void begin(Time start, const CandleClosed& candle, const Bar& bar);
    void extend(const CandleClosed& candle, const Bar& bar);
    Window close();

    Duration interval_;
    Time start_ = Time::min();          // of the open window
    Time covered_until_ = Time::min();  // where the last candle taken ended
    bool is_open_ = false;
    bool has_hole_ = false;
    Bar bar_;
    Price close_;
    Time gap_from_ = Time::min();  // the last gap that was reported
    Time gap_to_ = Time::min();
};

}  // namespace tapedeck::strategy
