#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "events/codec.h"
#include "events/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The sources of market data without a socket. Start reading here: a feed gives steps, the process
/// sends them. Recorded files and the synthetic market (services/venues) are feeds; so is Session,
/// which wraps either of them with what belongs around the data.
namespace tapedeck::market_data {

/// An event and where it comes from.
struct SourcedEvent {
    Event event;
    Origin origin;
};

/// The origin of a fact that says of itself when it happened, and no more.
inline Origin happened(Time at) {
    return {at, {}, {}};
}

/// Everything that belongs to one moment of the tape's time, in the order in which it is said.
struct Step {
    Time time{};
    std::vector<SourcedEvent> events;
};

/// How far a feed of known length has come, in bytes of its input.
struct Progress {
    std::uint64_t read = 0;
    std::uint64_t total = 0;
};

/// What a feed has given up to now, with what was skipped.
struct FeedCounts {
    std::uint64_t records = 0;   ///< trades, quotes and candles
    std::uint64_t rejected = 0;  ///< MarketDataRejected
};

/// A source of steps. The same input gives the same steps, always: after a crash the process makes
/// the feed anew and skips the steps that are on the tape already.
class Feed {
public:
    Feed() = default;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;
    virtual ~Feed() = default;

    /// The next step, later than all before it; nullopt when there are no more. After an error
    /// everything before the fault has been given, and each further call repeats the error.
    virtual Result<std::optional<Step>> next() = 0;

    /// "recorded" or "synthetic": the name in FeedStarted and FeedEnded.
    virtual std::string name() const = 0;

    /// The input and everything that shapes it (seed, files with size and checksum). Two feeds with
    /// the same text give the same steps.
    virtual std::string source() const = 0;

    /// What can come, sorted by name.
    virtual std::vector<InstrumentListed> instruments() const = 0;

    /// Goes on with the first step after `time`, as if the steps up to it had been taken.
    virtual Result<> skip_to(Time time) = 0;

    virtual FeedCounts counts() const = 0;

    /// Nothing for feeds without a known length.
    virtual std::optional<Progress> progress() const { return std::nullopt; }

    /// False if no instrument can fall silent: then nobody needs to watch.
    virtual bool can_go_stale() const { return true; }
};

/// True for the events that are market data proper: trades, quotes, candles.
inline bool is_market_data(const Event& event) {
    return event.as<CandleClosed>() != nullptr || event.as<TradePrinted>() != nullptr ||
           event.as<QuoteChanged>() != nullptr;
}

}  // namespace tapedeck::market_data
