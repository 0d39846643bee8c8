#include "venues/synthetic/market.h"

#include "base/crc32c.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::synthetic {

namespace {

/// A regime's drift and variance are those of a second; a mood lasts its mean number of seconds,
/// geometrically distributed.
struct Mood {
    double drift;            // relative
    double variance_factor;  // against the profile's calm
    double reversion;        // pull to the anchor a second
    double mean_seconds;
};

// A trend of 6e-6 a second makes 0.5 % in 14 minutes, against 0.3 % of noise: enough to carry an
// RSI of 14 minutes out of its band and to turn a MACD, not so much that it goes without saying.
constexpr std::array<Mood, 4> kMoods{
    {{0.0, 1.0, 4e-4, 2400},
     {6e-6, 1.2, 0.0, 1200},
     {-6e-6, 1.4, 0.0, 1200},
     {0.0, 8.0, 0.0, 900}}};

/// Where a regime leads, as chances added up: range; range or up; range, up or down; else wild.
/// Up and down mirror each other, so that nothing drifts in the long run.
struct Turn {
    double range;
    double up;
    double down;
};

constexpr std::array<Turn, 4> kTurns{
    {{0.0, 0.43, 0.86}, {0.60, 0.60, 0.85}, {0.60, 0.85, 0.85}, {0.60, 0.80, 1.0}}};

const Mood& mood_of(Market::Regime regime) {
    return kMoods[static_cast<std::size_t>(regime)];
}

// Volatility clusters: the variance takes up a share of each squared return and forgets slowly, as
// in a GARCH(1,1), with the mood's variance as its level.
constexpr double kSurprise = 0.012;
constexpr double kMemory = 0.985;
constexpr double kTideShare = 0.6;     // of an instrument's shock that is the market's
constexpr double kOwnShare = 0.8;      // 0.6² + 0.8² = 1
constexpr double kReturnMax = 0.02;    // a second
constexpr double kHomesick = 2e-7;     // pull to the profile's price a second: months, not days
constexpr double kPriceRange = 20;     // never further from the profile's price, as a factor
constexpr double kRequoteSpreads = 3;  // a quote moves with a trade, or when it is this far off
constexpr double kDepth = 8;           // what rests against a typical trade
constexpr double kSecondTrade = 0.25;  // chance of another trade, relative to the first's
constexpr double kBusiest = 0.95;      // chance of a trade in a second, at most
constexpr std::int64_t kBeforeMsMax = 999;

Decimal decimal(const char* text) {
    return Decimal::parse(text).value();
}

}  // namespace

Profile profile_of(const Instrument& instrument) {
    const auto base = instrument.base();
    if (base == "BTC") {
        return {64000, decimal("0.1"), decimal("0.00001"), 3000, 1.0e-4, 1.5e-5, 0.9};
    }
    if (base == "ETH") {
        return {3200, decimal("0.01"), decimal("0.0001"), 6000, 1.2e-4, 2.5e-5, 0.6};
    }
    if (base == "SOL") {
        return {150, decimal("0.01"), decimal("0.001"), 9000, 1.5e-4, 5e-5, 0.35};
    }
    // Somewhere between 1 and 101, the same for the same name.
    const std::uint32_t hash = crc32c(base);
    const double price = 1.0 + static_cast<double>(hash % 10'000) / 100.0;
    return {price, decimal("0.0001"), decimal("0.01"), 5000, 1.5e-4, 8e-5, 0.3};
}

Market::Market(const Profile& profile, std::uint64_t seed)
    : profile_(profile),
      tick_(profile.tick.to_double()),
      random_(seed),
      price_(profile.price),
      anchor_(profile.price),
      variance_(profile.volatility * profile.volatility) {
    requote();
    has_new_quote_ = false;
}

void Market::advance(double tide) {
    trade_count_ = 0;
    has_new_quote_ = false;
    change_regime();
    move_price(tide);

    const double calm = profile_.volatility * profile_.volatility;
    const double excitement = 0.5 + 0.5 * std::sqrt(variance_ / calm);
    const double chance = std::min(profile_.trades_per_second * excitement, kBusiest);
    // Drawn in any case, so that what a second draws does not depend on what it does.
    const double first = random_.uniform();
    const double second = random_.uniform();
    const bool trades = first < chance;
    const bool is_off = std::abs(price_ - quoted_) >
                        kRequoteSpreads * std::max(profile_.half_spread * price_, tick_);
    if (!trades && !is_off) return;
    requote();
    if (!trades) return;
    trade();
    if (second < chance * kSecondTrade) trade();
    if (trade_count_ == 2 && trades_[0].before_ms < trades_[1].before_ms) {
        std::swap(trades_[0].before_ms, trades_[1].before_ms);
    }
}

void Market::change_regime() {
    const double chance = 1.0 / mood_of(regime_).mean_seconds;
    if (random_.uniform() >= chance) return;
    const double pick = random_.uniform();
    const Turn& turn = kTurns[static_cast<std::size_t>(regime_)];
    regime_ = pick < turn.range  ? Regime::Range
              : pick < turn.up   ? Regime::Up
              : pick < turn.down ? Regime::Down
                                 : Regime::Wild;
    anchor_ = price_;
}

void Market::move_price(double tide) {
    const Mood& mood = mood_of(regime_);
    const double calm = profile_.volatility * profile_.volatility;
    const double level = calm * mood.variance_factor;
    const double squared = last_return_ * last_return_;
    variance_ = kMemory * variance_ + kSurprise * squared + (1.0 - kMemory - kSurprise) * level;
    variance_ = std::clamp(variance_, 0.1 * calm, 50.0 * calm);

    const double shock = kTideShare * tide + kOwnShare * random_.gaussian();
    const double noise = std::sqrt(variance_) * shock;
    last_return_ = std::clamp(noise, -kReturnMax, kReturnMax);
    const double to_anchor = mood.reversion * (anchor_ - price_) / price_;
    const double to_home = kHomesick * (profile_.price - price_) / profile_.price;
    const double change = last_return_ + mood.drift + to_anchor + to_home;
    price_ = price_ + price_ * change;
    price_ = std::clamp(price_, profile_.price / kPriceRange, profile_.price * kPriceRange);
}

void Market::requote() {
    const double half = profile_.half_spread * price_;
    quote_.bid = static_cast<std::int64_t>(std::floor((price_ - half) / tick_));
    quote_.ask = static_cast<std::int64_t>(std::ceil((price_ + half) / tick_));
    quote_.bid = std::max<std::int64_t>(quote_.bid, 1);
    quote_.ask = std::max(quote_.ask, quote_.bid + 1);
    quote_.bid_quantity = draw_quantity(profile_.lot * kDepth);
    quote_.ask_quantity = draw_quantity(profile_.lot * kDepth);
    quoted_ = price_;
    has_new_quote_ = true;
}

/// A taker at the quote; who buys into a rising market is more common than who sells.
void Market::trade() {
    Trade& trade = trades_[static_cast<std::size_t>(trade_count_++)];
    const double lean = last_return_ > 0 ? 0.68 : 0.32;
    trade.is_buy = random_.uniform() < lean;
    trade.price = trade.is_buy ? quote_.ask : quote_.bid;
    const std::int64_t resting = trade.is_buy ? quote_.ask_quantity : quote_.bid_quantity;
    trade.quantity = std::min(draw_quantity(profile_.lot), resting);
    trade.before_ms =
        1 + static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(kBeforeMsMax));
}

/// Most are small, few are large, none is dust: u⁴ has its mean at 1/5, so the mean is the typical.
std::int64_t Market::draw_quantity(double typical) {
    const double u = random_.uniform();
    const double squared = u * u;
    return 1 + static_cast<std::int64_t>(typical * (0.1 + 4.5 * squared * squared));
}

}  // namespace tapedeck::synthetic
