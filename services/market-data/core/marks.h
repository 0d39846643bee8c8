#pragma once

#include "events/decider.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace tapedeck::market_data {

/// How far the tape is with each instrument: a restarted live feed is told history again, by the
/// venue, and says only what is new. A decider that never speaks, for the sake of its snapshots.
class Marks final : public Decider {
public:
    static constexpr std::string_view kService = "market-data.marks";

    void apply(const Recorded& recorded) override;

    void decide(const Recorded&, Outbox&) const override {}

    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    /// When the last candle of this kind opened; the epoch = there is none.
    Time last_candle(const Instrument& instrument, Duration interval) const;

    /// The highest trade id, where the venue's are numbers; 0 = there is none.
    std::uint64_t last_trade(const Instrument& instrument) const;

    template <class A>
    void archive(A& a) {
        a(candles_);
        a(trades_);
    }

private:
    std::map<std::pair<Instrument, Duration>, Time> candles_;
    std::map<Instrument, std::uint64_t> trades_;
};

/// A trade id that is a number; 0 for any other.
std::uint64_t trade_number(std::string_view id);

}  // namespace tapedeck::market_data
