#pragma once

#include "market-data/core/feed.h"
#include "simulation/dice.h"

#include <string>
#include <vector>

namespace tapedeck::simulation {

/// A market that hurries: a candle each data second for two pairs, wild enough that strategies
/// trade within seconds and stops are hit; quotes and trades in between.
class SimFeed final : public market_data::Feed {
public:
    /// Gives `steps` steps, half a second apart, from `start` on.
    SimFeed(std::uint64_t seed, std::uint32_t steps, Time start);

    Result<std::optional<market_data::Step>> next() override;

    std::string name() const override { return "simulated"; }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override;

    Result<> skip_to(Time time) override;

    market_data::FeedCounts counts() const override { return {records_, 0}; }

    bool can_go_stale() const override { return false; }

private:
    struct Pair {
        InstrumentListed listed;
        std::int64_t cents = 0;  ///< the last price
        std::int64_t open = 0;
        std::int64_t high = 0;
        std::int64_t low = 0;
        std::uint64_t trades = 0;
    };

    void move(Pair& pair);
    void say(Pair& pair, market_data::Step& step);

    Dice dice_;
    std::uint64_t seed_;
    std::uint32_t steps_;
    std::uint32_t given_ = 0;
    Time start_;
    std::vector<Pair> pairs_;
    std::uint64_t records_ = 0;
};

}  // namespace tapedeck::simulation
