#include "strategy/core/indicators/mfi.h"

#include "strategy/core/indicators/share.h"

namespace tapedeck::strategy {

Mfi::Mfi(std::uint64_t period) : positive_(period), negative_(period) {}

Reading Mfi::update(const Bar& bar) {
    const double price = typical_price(bar);
    if (previous_) {
        const double flow = price * bar.volume;
        const Reading positive = positive_.update(price > *previous_ ? flow : 0);
        const Reading negative = negative_.update(price < *previous_ ? flow : 0);
        if (positive && negative) value_ = percent_of_gains(*positive, *negative);
    }
    previous_ = price;
    return value_;
}

}  // namespace tapedeck::strategy
