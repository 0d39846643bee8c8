#include "strategy/core/indicators/atr.h"

namespace tapedeck::strategy {

Atr::Atr(std::uint64_t period, Seed seed, FirstBar first_bar)
    : range_(first_bar), average_(period, seed) {}

Reading Atr::update(const Bar& bar) {
    return chain(average_, range_.update(bar));
}

}  // namespace tapedeck::strategy
