#include "strategy/core/indicators/wilder_sum.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

WilderSum::WilderSum(std::uint64_t period) : period_(checked_period(period)) {}

Reading WilderSum::update(double value) {
    if (seeded_ < period_) {
        ++seeded_;
        sum_ += value;
    } else {
        sum_ += value - sum_ / static_cast<double>(period_);
    }
    if (seeded_ == period_) value_ = sum_;
    return value_;
}

}  // namespace tapedeck::strategy
