#include "strategy/core/indicators/macd.h"

namespace tapedeck::strategy {

Macd::Macd(Periods periods, Seed seed)
    : fast_(periods.fast, seed), slow_(periods.slow, seed), signal_(periods.signal, seed) {}

const MacdReading& Macd::update(double value) {
    const Reading fast = fast_.update(value);
    const Reading slow = slow_.update(value);
    if (!fast || !slow) return value_;
    value_.line = *fast - *slow;
    value_.signal = signal_.update(*value_.line);
    if (value_.signal) value_.histogram = *value_.line - *value_.signal;
    return value_;
}

}  // namespace tapedeck::strategy
