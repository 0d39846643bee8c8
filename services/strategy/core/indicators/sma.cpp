#include "strategy/core/indicators/sma.h"

namespace tapedeck::strategy {

Sma::Sma(std::uint64_t period) : period_(period), sum_(period) {}

Reading Sma::update(double value) {
    equal_count_ = value == last_ ? equal_count_ + 1 : 1;
    last_ = value;
    const Reading sum = sum_.update(value);
    if (!sum) return value_;
    const double mean = equal_count_ >= period_ ? value : *sum / static_cast<double>(period_);
    value_ = mean;
    return mean;
}

}  // namespace tapedeck::strategy
