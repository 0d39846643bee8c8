#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "market-data/core/feed.h"

#include <string>
#include <vector>

namespace tapedeck::market_data {

/// When somebody is asked: the host's two clocks.
struct Moment {
    Time wall{};
    Duration monotonic{};
};

/// What an operator may want to know of a connection: for the log, not for the tape.
struct Note {
    bool is_warning = false;
    std::string code;  ///< stable: "VENUE_CONNECTED"
    std::string text;
};

/// What a live market has said since it was last asked.
struct News {
    std::vector<SourcedEvent> events;  ///< in the order in which they came
    std::vector<Note> notes;
};

/// A market that goes on whether we look or not: a venue's public data. Nothing of it can be asked
/// for twice, so what comes is said as it comes. No thread, no socket of its own.
class MarketFeed {
public:
    MarketFeed() = default;
    MarketFeed(const MarketFeed&) = delete;
    MarketFeed& operator=(const MarketFeed&) = delete;
    virtual ~MarketFeed() = default;

    /// "kraken": the name in FeedStarted.
    virtual std::string name() const = 0;

    /// Where the data come from, for FeedStarted.
    virtual std::string source() const = 0;

    /// Takes what has come, asks for what is due. An error ends the process: a configuration that
    /// the venue contradicts. A venue that is away is no error: it is asked again.
    virtual Result<News> poll(const Moment& now) = 0;

    /// Readable when poll() has something to do before its next turn.
    virtual int wake_descriptor() const = 0;
};

}  // namespace tapedeck::market_data
