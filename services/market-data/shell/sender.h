#pragma once

#include "market-data/core/feed.h"
#include "market-data/core/pace.h"
#include "tape/producer.h"

#include <optional>
#include <string>

namespace tapedeck::market_data {

/// Sends a feed's steps to the tape, at the feed's pace, as far as the producer's window has room.
/// A restarted process makes the feed anew and says nothing of what is on the tape: the steps are
/// the same, so their records have the same numbers.
class Sender {
public:
    /// `first`: the feed's first step, if it has been taken already. `ticks`: the feed drives the
    /// tape's clock, each step begins with ClockTicked. All references must outlive the sender.
    Sender(
        Feed& feed, std::optional<Step> first, tape::Producer& producer, Speed speed, bool ticks);

    /// Sends what is due at `now` (any steady clock) and says how long to wait for more.
    Duration send(Duration now);

    /// The feed has ended, well or not, and everything it gave is durable.
    bool is_done() const { return ended_ && producer_.is_drained(); }

    /// How the feed ended: an error is a broken line, a file that is gone.
    const Result<>& outcome() const { return outcome_; }

private:
    void append(const Step& step);

    Feed& feed_;
    std::optional<Step> next_;
    tape::Producer& producer_;
    Pace pace_;
    bool ticks_;
    std::uint64_t on_tape_;    ///< records of this producer that are on the tape already
    std::uint64_t given_ = 0;  ///< records that the feed has given up to now
    bool ended_ = false;
    Result<> outcome_;
};

}  // namespace tapedeck::market_data
