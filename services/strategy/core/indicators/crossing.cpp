#include "strategy/core/indicators/crossing.h"

namespace tapedeck::strategy {

void Crossing::update(Reading value, Reading other) {
    // A difference of finite doubles is 0 only where they are equal: nothing is lost by keeping it.
    const Reading above = value && other ? Reading(*value - *other) : std::nullopt;
    up_ = above && above_ && *above > 0 && *above_ <= 0;
    down_ = above && above_ && *above < 0 && *above_ >= 0;
    above_ = above;
}

}  // namespace tapedeck::strategy
