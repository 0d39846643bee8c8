#include "strategy/core/indicators/rolling_extreme.h"

#include "strategy/core/indicators/period.h"

namespace tapedeck::strategy {

template <class Beats>
RollingExtreme<Beats>::RollingExtreme(std::uint64_t period)
    : period_(checked_period(period)), values_(period), indices_(period) {}

template <class Beats>
Reading RollingExtreme<Beats>::update(double value) {
    // The best leaves first, so that there is room for the newcomer whatever he beats.
    if (size_ > 0 && indices_[first_] + period_ <= count_) {
        first_ = place(1);
        --size_;
    }
    while (size_ > 0 && Beats{}(value, values_[place(size_ - 1)])) --size_;
    const std::uint64_t last = place(size_);
    values_[last] = value;
    indices_[last] = count_;
    ++size_;
    ++count_;
    return this->value();
}

template <class Beats>
std::uint64_t RollingExtreme<Beats>::place(std::uint64_t rank) const {
    const std::uint64_t place = first_ + rank;  // rank <= period_, so once around at most
    return place < period_ ? place : place - period_;
}

template class RollingExtreme<std::greater_equal<double>>;
template class RollingExtreme<std::less_equal<double>>;

}  // namespace tapedeck::strategy
