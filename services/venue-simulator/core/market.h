#pragma once

#include "venue-simulator/core/desk.h"
#include "venue-simulator/core/dice.h"

#include <map>
#include <set>
#include <vector>

namespace tapedeck::venue_simulator {

/// The others: a market maker and takers around a seeded walk, pair by pair, so that books, trades
/// and candles live. All of it is the house's, which has no limits and no history.
class Market {
public:
    struct Options {
        std::size_t candles = 720;  ///< of each interval that the past holds
        std::size_t quotes = 40;    ///< on each side of a book
    };

    Market(Floor& floor, std::uint64_t seed, Options options);

    /// The past up to `start`, and the first quotes.
    void begin(Time start);

    /// As many steps as are due.
    void advance(Time now);

    void set_running(bool running) { is_running_ = running; }

    bool is_running() const { return is_running_; }

    /// Everybody who would have traded on the way has, and the last trade is at this price.
    void move_price(PairId pair, Decimal price, Time now);

    /// Takes the house's quotes away.
    void clear(PairId pair, Time now);

    static constexpr Duration kStep{std::chrono::milliseconds(250)};

private:
    struct OfPair {
        Decimal fair;
        std::set<OrderKey> bids;
        std::set<OrderKey> asks;
    };

    void make_past(PairId pair, Time start);
    std::vector<Time> past_moments(Time start) const;
    void step(PairId pair, Time now);
    void drop_stale(PairId pair, Side side, Time now);
    void refill(PairId pair, Side side, std::size_t most, Time now);
    void take_some(PairId pair, Time now);
    Decimal walked(PairId pair, Decimal price, std::int64_t ppm);
    Decimal random_quantity(PairId pair);
    Decimal half_spread(PairId pair) const;
    void take(PairId pair, Side side, Decimal quantity, Decimal limit, Time now);

    Floor& floor_;
    Options options_;
    Dice dice_;
    std::vector<OfPair> of_;
    bool is_running_ = true;
    Time next_step_{};
};

}  // namespace tapedeck::venue_simulator
