#pragma once

#include "market-data/core/feed.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tapedeck::market_data {

/// Why a piece of data cannot be true ("high 10 is below open 11"); empty if nothing speaks against
/// it. A candle without volume and a locked book (bid = ask) are possible.
std::string contradiction(const CandleClosed& candle);
std::string contradiction(const TradePrinted& trade);
std::string contradiction(const QuoteChanged& quote);

/// [from, to) in which `missing` bars should have opened.
struct Hole {
    Time from{};
    Time to{};
    std::uint64_t missing = 0;
};

/// Where a bar stands in its stream.
struct Place {
    enum class Fault {
        None,
        Misaligned,  ///< does not open on a multiple of its interval, UTC
        Duplicate,   ///< opens when the one before did
        Backwards,   ///< opens before the one before
    };
    Fault fault = Fault::None;
    std::optional<Hole> hole;  ///< before this bar; only where there is no fault
};

/// The order of the bars of one instrument and interval. A faulty bar leaves no trace: the next one
/// is compared with the last good one.
class BarSequence {
public:
    /// The interval must be positive.
    explicit BarSequence(Duration interval);

    Place place(Time open_time);

private:
    Duration interval_;
    bool has_grid_ = false;
    std::optional<Time> last_;
};

/// One sentence about a fault, for a bar that opened at `open_time`; "" for none.
std::string describe(Place::Fault fault, Time open_time, Duration interval);

/// Notices an instrument that falls silent while the time goes on, and its return. It sees only the
/// steps, so what it says is a function of the feed.
///
/// The limit of an instrument is `stale_after`, but never less than kCandlesPerLimit intervals of
/// its candles while nothing but candles comes: an hourly candle is no hourly silence. Time passes
/// only in steps: a hole in the data of a lone instrument is a MarketDataGap, not staleness.
class StalenessWatch {
public:
    /// A minute without a trade has no candle in most archives; three in a row are a silence.
    static constexpr int kCandlesPerLimit = 3;

    /// stale_after must be positive.
    explicit StalenessWatch(Duration stale_after);

    /// From `time` on something is to be heard of it.
    void expect(const Instrument& instrument, Time time);

    /// Puts FeedStale for whoever is silent for longer than the limit at the step's time, and
    /// FeedRestored for whoever comes back, in front of the step's events.
    Step apply(Step step);

private:
    struct Watched {
        Time last_at{};
        Duration interval{};  ///< the shortest of its candles; 0 as soon as it trades or quotes
        bool stale = false;
    };

    Duration limit_of(const Watched& watched) const;
    void hear(const Event& event, Time time, std::vector<SourcedEvent>& said);
    void find_silent(Time time, std::vector<SourcedEvent>& said);

    Duration stale_after_;
    std::map<Instrument, Watched> watched_;  // bounded by the feed's instruments
    Time check_at_ = Time::max();            // nobody's limit passes before
};

}  // namespace tapedeck::market_data
