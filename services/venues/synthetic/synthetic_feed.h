#pragma once

#include "market-data/core/candle_builder.h"
#include "market-data/core/feed.h"
#include "market-data/core/settings.h"
#include "venues/synthetic/market.h"

#include <string>
#include <vector>

namespace tapedeck::synthetic {

/// A made-up market that never closes: one step a second, with the trades and quotes of that second
/// and, on the minute, the candles built from the trades. A function of seed, instruments and
/// start; an instrument's prices don't depend on which others there are.
class SyntheticFeed final : public market_data::Feed {
public:
    /// Where the time begins unless settings say otherwise.
    static constexpr Time kStart = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    static constexpr Duration kCandle = std::chrono::minutes(1);

    /// Takes seed, instruments, start (cut to the second), duration and precision. The first step
    /// is a second after the start.
    explicit SyntheticFeed(const market_data::FeedSettings& settings);

    /// A second without a trade or quote gives no step.
    Result<std::optional<market_data::Step>> next() override;

    std::string name() const override { return "synthetic"; }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override;

    /// Makes the seconds up to `time` without an event of them: some 5 million a second.
    Result<> skip_to(Time time) override;

    market_data::FeedCounts counts() const override { return {records_, 0}; }

    std::optional<market_data::Progress> progress() const override;

    /// It trades all the time.
    bool can_go_stale() const override { return false; }

private:
    struct Pair {
        InstrumentListed listed;
        Profile profile;
        Market market;
        market_data::CandleBuilder candle;
        std::uint64_t trades = 0;  // so far: the trade ids
    };

    bool is_over() const;
    void advance();

    /// One second, with all that is to say about it.
    market_data::Step make_step();
    void say_trades(Pair& pair, market_data::Step& step);

    /// One second, of which only the counts are kept.
    void skip_second();

    std::uint64_t seed_;
    Time start_;
    Duration duration_;
    Time now_;
    Tide tide_;
    std::vector<Pair> pairs_;  // sorted by instrument
    std::uint64_t records_ = 0;
};

}  // namespace tapedeck::synthetic
