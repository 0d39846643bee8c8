#pragma once

#include "venue-simulator/core/order.h"

#include <array>
#include <deque>
#include <optional>
#include <vector>

/// What was traded: the last trades, candles of all intervals, and the figures of the day.
namespace tapedeck::venue_simulator {

constexpr std::array<std::int64_t, 9> kIntervals = {1, 5, 15, 30, 60, 240, 1440, 10080, 21600};

struct Candle {
    Time opened{};
    Decimal open{};
    Decimal high{};
    Decimal low{};
    Decimal close{};
    Decimal volume{};
    Decimal turnover{};  ///< the sum of price · quantity
    std::int64_t trades = 0;

    Decimal vwap() const;
};

/// Of today since 00:00 UTC, or of the last 24 hours to the minute.
struct DayFigures {
    Decimal open{};
    Decimal high{};
    Decimal low{};
    Decimal volume{};
    Decimal vwap{};
    std::int64_t trades = 0;
};

class History {
public:
    History();

    void record(const PublicTrade& trade);
    /// Trades before `now`, when they are in no list any more: candles alone, and of those only
    /// what is served by then.
    void record_past(const PublicTrade& trade, Time now);

    /// Oldest first, at most 720; nothing for an interval that there isn't. Minutes without trades
    /// have flat candles, up to `now`.
    std::vector<Candle> candles(PairId pair, std::int64_t minutes, Time now) const;
    std::optional<Candle> last_candle(PairId pair, std::int64_t minutes) const;

    const std::deque<PublicTrade>& trades(PairId pair) const { return of_[pair].trades; }

    DayFigures today(PairId pair, Time now) const;
    DayFigures last_24_hours(PairId pair, Time now) const;

    static std::optional<std::size_t> interval_index(std::int64_t minutes);
    static Time begin_of(Time moment, std::int64_t minutes);

private:
    struct OfPair {
        std::array<std::deque<Candle>, kIntervals.size()> candles;
        std::deque<PublicTrade> trades;
    };

    void add_to_candles(const PublicTrade& trade, Time now);
    DayFigures figures(PairId pair, Time since) const;

    std::vector<OfPair> of_;
};

}  // namespace tapedeck::venue_simulator
