#include "strategy/core/indicators/rolling_deviation.h"

#include "strategy/core/indicators/period.h"

#include <cmath>

namespace tapedeck::strategy {

namespace {

/// Adds the count-th value to a mean and a sum of squared deviations.
void add(double value, std::uint64_t count, double& mean, double& squares) {
    const double before = value - mean;
    mean += before / static_cast<double>(count);
    squares += before * (value - mean);
}

}  // namespace

RollingDeviation::RollingDeviation(std::uint64_t period)
    : period_(checked_period(period)), means_(period), squares_(period) {}

Reading RollingDeviation::update(double value) {
    if (position_ == 0) head_origin_ = value;
    means_[position_] = value;
    ++position_;
    add(value - head_origin_, position_, head_mean_, head_squares_);
    const bool is_full = position_ == period_;
    if (!is_full && !has_tail_) return value_;
    const double deviation = std::sqrt(window_squares() / static_cast<double>(period_));
    value_ = deviation;
    if (is_full) close_block();
    return deviation;
}

double RollingDeviation::window_squares() const {
    if (position_ == period_) return head_squares_;
    const double apart = (head_origin_ - tail_origin_) + (head_mean_ - means_[position_]);
    const auto head = static_cast<double>(position_);
    const auto tail = static_cast<double>(period_ - position_);
    const double between = apart * apart * (head * tail / static_cast<double>(period_));
    return squares_[position_] + head_squares_ + between;
}

void RollingDeviation::close_block() {
    double mean = 0;
    double squares = 0;
    tail_origin_ = means_[period_ - 1];
    for (std::uint64_t i = period_; i > 0; --i) {
        add(means_[i - 1] - tail_origin_, period_ - i + 1, mean, squares);
        means_[i - 1] = mean;
        squares_[i - 1] = squares;
    }
    position_ = 0;
    head_mean_ = 0;
    head_squares_ = 0;
    has_tail_ = true;
}

}  // namespace tapedeck::strategy
