#include "strategy/core/indicators/rsi_mfi.h"

namespace tapedeck::strategy {

RsiMfi::RsiMfi(Parameters parameters)
    : multiplier_(parameters.multiplier), shift_(parameters.shift), average_(parameters.period) {}

Reading RsiMfi::update(const Bar& bar) {
    const double range = bar.high - bar.low;
    const double push = range > 0 ? (bar.close - bar.open) / range : 0;
    const Reading average = average_.update(multiplier_ * push);
    if (average) value_ = *average - shift_;
    return value_;
}

}  // namespace tapedeck::strategy
