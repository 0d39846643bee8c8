#include "strategy/core/indicators/wave_trend.h"

#include <cmath>

namespace tapedeck::strategy {
namespace {

// As in the commodity channel index (Lambert, 1980), whose shape ci has.
constexpr double kLambert = 0.015;

// Of the price: far above what rounding makes of it, far below what a tick is.
constexpr double kStandsStill = 1e-12;

}  // namespace

WaveTrend::WaveTrend(Periods periods, Seed seed)
    : mean_(periods.channel, seed),
      deviation_(periods.channel, seed),
      wave_(periods.average, seed),
      signal_(periods.signal) {}

const WaveTrendReading& WaveTrend::update(const Bar& bar) {
    const double price = typical_price(bar);
    const Reading mean = mean_.update(price);
    if (!mean) return value_;
    const Reading deviation = deviation_.update(std::abs(price - *mean));
    if (!deviation) return value_;
    const bool moves = *deviation > kStandsStill * std::abs(price);
    value_.wt1 = wave_.update(moves ? (price - *mean) / (kLambert * *deviation) : 0);
    value_.wt2 = chain(signal_, value_.wt1);
    return value_;
}

}  // namespace tapedeck::strategy
