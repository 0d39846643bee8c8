#pragma once

#include "base/instrument.h"
#include "events/market.h"
#include "venues/synthetic/random.h"

#include <array>
#include <cstdint>

/// The model behind the synthetic market. Prices are made up, but behave: calm and wild times,
/// trends and ranges, pairs that move together. All arithmetic is on integers and on doubles by +,
/// -, ·, / and sqrt in a fixed order, without contraction, so the same seed gives the same bits on
/// every build.
namespace tapedeck::synthetic {

/// One instrument's scale. Prices are counted in ticks, quantities in steps.
struct Profile {
    double price = 0;  ///< where it begins and, over months, belongs
    Decimal tick;
    Decimal step;
    double lot = 0;          ///< a typical trade, in steps
    double volatility = 0;   ///< of one second in a calm market, relative
    double half_spread = 0;  ///< relative
    double trades_per_second = 0;
};

/// The profile of an asset: fitting for BTC, ETH and SOL, plausible for every other.
Profile profile_of(const Instrument& instrument);

/// What all instruments share: the mood of the market as a whole.
class Tide {
public:
    explicit Tide(std::uint64_t seed) : random_(seed) {}

    /// The common shock of the next second, standard normal.
    double next() { return random_.gaussian(); }

private:
    Random random_;
};

/// One instrument's state. advance() is one second; what happened in it is read afterwards.
class Market {
public:
    /// How an instrument behaves for minutes to hours.
    enum class Regime { Range, Up, Down, Wild };

    static constexpr int kTradesMax = 2;  // a second

    struct Trade {
        bool is_buy = false;         ///< taker
        std::int64_t price = 0;      ///< ticks
        std::int64_t quantity = 0;   ///< steps
        std::int64_t before_ms = 0;  ///< before the second's end, 1 to 999
    };

    struct Quote {
        std::int64_t bid = 0;  ///< ticks
        std::int64_t ask = 0;
        std::int64_t bid_quantity = 0;  ///< steps
        std::int64_t ask_quantity = 0;
    };

    Market(const Profile& profile, std::uint64_t seed);

    void advance(double tide);

    /// Of the last second, earliest first; the first trade_count() of them.
    const std::array<Trade, kTradesMax>& trades() const { return trades_; }

    int trade_count() const { return trade_count_; }

    const Quote& quote() const { return quote_; }

    bool has_new_quote() const { return has_new_quote_; }

    Regime regime() const { return regime_; }

private:
    void change_regime();
    void move_price(double tide);
    void requote();
    void trade();
    std::int64_t draw_quantity(double typical);

    Profile profile_;
    double tick_ = 0;
    Random random_;
    Regime regime_ = Regime::Range;
    double price_ = 0;
    double anchor_ = 0;    // what a range reverts to
    double variance_ = 0;  // of one second's return
    double last_return_ = 0;
    double quoted_ = 0;  // the price that the quote was made for
    Quote quote_;
    bool has_new_quote_ = false;
    std::array<Trade, kTradesMax> trades_{};
    int trade_count_ = 0;
};

}  // namespace tapedeck::synthetic
