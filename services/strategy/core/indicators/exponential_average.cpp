#include "strategy/core/indicators/exponential_average.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

ExponentialAverage::ExponentialAverage(std::uint64_t period, double weight, Seed seed)
    : weight_(weight), seed_length_(seed == Seed::First ? 1 : checked_period(period)) {}

Reading ExponentialAverage::update(double value) {
    if (seeded_ < seed_length_) {
        ++seeded_;
        average_ += (value - average_) / static_cast<double>(seeded_);
        if (seeded_ == seed_length_) value_ = average_;
    } else {
        average_ += weight_ * (value - average_);
        value_ = average_;
    }
    return value_;
}

}  // namespace tapedeck::strategy
