#include "venues/paper/fees.h"

namespace tapedeck::paper {
namespace {

struct Tier {
    std::int64_t volume;  // from this 30-day volume on
    std::int64_t maker;   // basis points
    std::int64_t taker;
};

// Kraken's published spot ladder.
constexpr std::array<Tier, 10> kKraken{{
    {0, 25, 40},
    {10'000, 20, 35},
    {50'000, 14, 24},
    {100'000, 12, 22},
    {250'000, 10, 20},
    {500'000, 8, 18},
    {1'000'000, 6, 16},
    {2'500'000, 4, 14},
    {5'000'000, 2, 12},
    {10'000'000, 0, 10},
}};

Ratio basis_points(std::int64_t count) {
    return Ratio(Decimal::from_units(Decimal::kOne / 10'000 * count));
}

}  // namespace

Ratio Fees::rate(Liquidity liquidity, Money volume) const {
    const bool is_maker = liquidity == Liquidity::Maker;
    switch (schedule) {
        case FeeSchedule::Zero: return {};
        case FeeSchedule::Flat: return is_maker ? maker : taker;
        case FeeSchedule::Kraken: break;
    }
    Tier reached = kKraken.front();
    for (const Tier& tier : kKraken) {
        if (volume >= Money(Decimal::from_integer(tier.volume))) reached = tier;
    }
    return basis_points(is_maker ? reached.maker : reached.taker);
}

Checked<Money> fee_of(Money value, Ratio rate) {
    const Money cent(Decimal::from_units(Decimal::kOne / 100'000'000));
    return round_to(TRY(portion(value, rate, Rounding::Up)), cent, Rounding::Up);
}

}  // namespace tapedeck::paper
