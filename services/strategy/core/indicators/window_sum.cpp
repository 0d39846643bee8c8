#include "strategy/core/indicators/window_sum.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

WindowSum::WindowSum(std::uint64_t period) : period_(checked_period(period)), slots_(period) {}

Reading WindowSum::update(double value) {
    slots_[position_] = value;
    head_sum_ += value;
    ++position_;
    if (position_ == period_) {
        const double sum = head_sum_;
        value_ = sum;
        close_block();
        return sum;
    }
    if (!has_tail_) return value_;
    const double sum = slots_[position_] + head_sum_;
    value_ = sum;
    return sum;
}

void WindowSum::close_block() {
    double sum = 0;
    for (std::uint64_t i = period_; i > 0; --i) {
        sum += slots_[i - 1];
        slots_[i - 1] = sum;
    }
    position_ = 0;
    head_sum_ = 0;
    has_tail_ = true;
}

}  // namespace tapedeck::strategy
