#include "strategy/core/indicators/adx.h"

#include <cmath>

namespace tapedeck::strategy {

namespace {

/// 100 * part / whole, and 0 of nothing.
double percent(double part, double whole) {
    return whole > 0 ? 100 * (part / whole) : 0;
}

}  // namespace

Adx::Adx(std::uint64_t period)
    : range_(FirstBar::Missing),
      range_sum_(period),
      plus_sum_(period),
      minus_sum_(period),
      average_(period) {}

const AdxReading& Adx::update(const Bar& bar) {
    if (const Reading range = range_.update(bar)) {
        const double up = bar.high - previous_high_;
        const double down = previous_low_ - bar.low;
        const Reading range_sum = range_sum_.update(*range);
        const Reading plus_sum = plus_sum_.update(up > down && up > 0 ? up : 0);
        const Reading minus_sum = minus_sum_.update(down > up && down > 0 ? down : 0);
        if (range_sum && plus_sum && minus_sum) read(*range_sum, *plus_sum, *minus_sum);
    }
    previous_high_ = bar.high;
    previous_low_ = bar.low;
    return value_;
}

void Adx::read(double range, double plus, double minus) {
    const double plus_di = percent(plus, range);
    const double minus_di = percent(minus, range);
    const double dx = percent(std::abs(plus_di - minus_di), plus_di + minus_di);
    value_ = {.plus_di = plus_di, .minus_di = minus_di, .dx = dx, .adx = average_.update(dx)};
}

}  // namespace tapedeck::strategy
