#include "strategy/core/indicators/bollinger.h"

namespace tapedeck::strategy {

Bollinger::Bollinger(std::uint64_t period, double width)
    : width_(width), middle_(period), deviation_(period) {}

const BollingerReading& Bollinger::update(double value) {
    const Reading middle = middle_.update(value);
    const Reading deviation = deviation_.update(value);
    if (!middle || !deviation) return value_;

    const double upper = *middle + width_ * *deviation;
    const double lower = *middle - width_ * *deviation;
    const double apart = upper - lower;
    value_ = {
        .middle = middle,
        .deviation = deviation,
        .upper = upper,
        .lower = lower,
        .bandwidth = std::nullopt,
        .percent_b = std::nullopt};
    if (*middle != 0) value_.bandwidth = apart / *middle * 100;
    if (apart > 0) value_.percent_b = (value - lower) / apart;
    return value_;
}

}  // namespace tapedeck::strategy
