#pragma once

#include "market-data/core/market_feed.h"
#include "market-data/core/marks.h"
#include "market-data/core/quality.h"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tapedeck::market_data {

/// A live feed with everything around its data: FeedStarted first; what cannot be true is shown and
/// not used; what the tape has already is left out; quotes at a bounded rate; staleness by the wall
/// clock. What waits for room on the tape is bounded too: then quotes go first, and trades that had
/// to be dropped are a gap.
class LiveSession {
public:
    struct Options {
        Duration stale_after{};     ///< positive
        Duration quote_interval{};  ///< of an instrument no more than one quote in so long; 0 = all
        std::size_t waiting_max = 20'000;  ///< events that wait for room
        /// Of these something is to be heard: one that is silent from the start is stale, too, and
        /// what the tape knows of it from before is not taken for the present.
        std::vector<Instrument> instruments{};
    };

    /// `marks` must outlive the session.
    LiveSession(std::unique_ptr<MarketFeed> feed, const Marks& marks, const Options& options);

    /// Asks the feed; what it says waits in waiting(). The notes are for the log.
    Result<std::vector<Note>> poll(const Moment& now);

    /// What is to be recorded, oldest first; the caller takes from the front.
    std::deque<SourcedEvent>& waiting() { return waiting_; }

    const MarketFeed& feed() const { return *feed_; }

private:
    struct Quotes {
        std::optional<SourcedEvent> held;
        Duration said_at{};
        bool was_said = false;
    };

    void take(SourcedEvent sourced, std::vector<SourcedEvent>& out);
    void take_candle(SourcedEvent sourced, std::vector<SourcedEvent>& out);
    void take_trade(SourcedEvent sourced, std::vector<SourcedEvent>& out);
    void take_quote(SourcedEvent sourced, std::vector<SourcedEvent>& out);
    void release_quotes(Duration now, std::vector<SourcedEvent>& out);
    void queue(std::vector<SourcedEvent> events, Time now);

    std::unique_ptr<MarketFeed> feed_;
    const Marks& marks_;
    Options options_;
    StalenessWatch watch_;
    bool opened_ = false;
    std::map<std::pair<Instrument, Duration>, Time> candles_;  ///< said by this session
    std::map<Instrument, std::uint64_t> trades_;
    std::map<Instrument, Quotes> quotes_;
    std::deque<SourcedEvent> waiting_;
    std::map<Instrument, Time> dropped_since_;
};

}  // namespace tapedeck::market_data
