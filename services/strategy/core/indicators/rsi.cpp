#include "strategy/core/indicators/rsi.h"

#include "strategy/core/indicators/share.h"

#include <algorithm>

namespace tapedeck::strategy {

Rsi::Rsi(std::uint64_t period, Seed seed) : gain_(period, seed), loss_(period, seed) {}

Reading Rsi::update(double value) {
    if (previous_) {
        const double change = value - *previous_;
        const Reading gain = gain_.update(std::max(change, 0.0));
        const Reading loss = loss_.update(std::max(-change, 0.0));
        // Without a change both fade alike and RSI stays as it is: said exactly, or the rounding of
        // a market that stands still would be all that StochRsi sees.
        if (change == 0 && value_) return value_;
        if (gain && loss) {
            const double share = percent_of_gains(*gain, *loss);
            previous_ = value;
            value_ = share;
            return share;
        }
    }
    previous_ = value;
    return value_;
}

}  // namespace tapedeck::strategy
