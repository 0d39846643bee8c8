#include "strategy/core/price_hint.h"

namespace tapedeck::strategy {
namespace {

std::optional<Price> on_tick(Price price, Price tick, Rounding rounding) {
    if (tick.is_positive()) {
        const auto rounded = round_to(price, tick, rounding);
        if (!rounded) return std::nullopt;
        price = *rounded;
    }
    if (!price.is_positive()) return std::nullopt;
    return price;
}

}  // namespace

std::optional<Price> price_near(const Reading& reading, Price tick, Rounding rounding) {
    if (!reading) return std::nullopt;
    const auto value = Decimal::from_double(*reading);
    if (!value) return std::nullopt;
    return on_tick(Price(*value), tick, rounding);
}

std::optional<Price> price_away(Price from, Price distance, Ratio multiple, Away away, Price tick) {
    const auto whole = portion(distance, multiple, Rounding::Up);
    if (!whole) return std::nullopt;
    // Prices of the market are far below the range of Decimal, but nothing says so here.
    constexpr Int128 kSumMax = Int128{80} * Decimal::kOne * Decimal::kOne;
    if (whole->decimal().units() > kSumMax || from.decimal().units() > kSumMax) {
        return std::nullopt;
    }
    if (away == Away::Below) return on_tick(from - *whole, tick, Rounding::Floor);
    return on_tick(from + *whole, tick, Rounding::Ceiling);
}

}  // namespace tapedeck::strategy
