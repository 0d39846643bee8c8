#include "strategy/core/candle_window.h"

#include <algorithm>

namespace tapedeck::strategy {

Time CandleWindow::start_of(Time time) const {
    const Duration since = time.time_since_epoch();
    Duration into = since % interval_;
    if (into < Duration(0)) into += interval_;  // before 1970
    return time - into;
}

void CandleWindow::begin(Time start, const CandleClosed& candle, const Bar& bar) {
    start_ = start;
    is_open_ = true;
    has_hole_ = candle.open_time != start;
    bar_ = bar;
    close_ = candle.close;
    covered_until_ = candle.close_time();
}

void CandleWindow::extend(const CandleClosed& candle, const Bar& bar) {
    has_hole_ = has_hole_ || candle.open_time != covered_until_;
    bar_.high = std::max(bar_.high, bar.high);
    bar_.low = std::min(bar_.low, bar.low);
    bar_.close = bar.close;
    bar_.volume += bar.volume;
    close_ = candle.close;
    covered_until_ = candle.close_time();
}

Window CandleWindow::close() {
    const Time end = start_ + interval_;
    is_open_ = false;
    const bool has_gap = gap_from_ < end && start_ < gap_to_;
    const bool complete = !has_hole_ && !has_gap && covered_until_ == end;
    return {.bar = bar_, .close_time = end, .close = close_, .complete = complete};
}

ClosedWindows CandleWindow::take(const CandleClosed& candle, const Bar& bar) {
    if (!is_made_of(candle.interval) || candle.open_time < covered_until_) return {};
    ClosedWindows closed;
    if (candle.interval == interval_) {  // the venue's own: nothing of it can be missing
        if (is_open_) closed.late = close();
        covered_until_ = candle.close_time();
        closed.now = {
            .bar = bar, .close_time = covered_until_, .close = candle.close, .complete = true};
        return closed;
    }
    const Time start = start_of(candle.open_time);
    if (candle.close_time() > start + interval_) return {};  // across a boundary: of no use
    if (is_open_ && start_ == start) {
        extend(candle, bar);
    } else {
        if (is_open_) closed.late = close();
        begin(start, candle, bar);
    }
    if (covered_until_ == start_ + interval_) closed.now = close();
    return closed;
}

void CandleWindow::take(const MarketDataGap& gap) {
    // A window that is open now keeps the mark, whatever gap is reported later.
    if (is_open_ && gap.from < start_ + interval_ && start_ < gap.to) has_hole_ = true;
    gap_from_ = gap.from;
    gap_to_ = gap.to;
}

}  // namespace tapedeck::strategy
