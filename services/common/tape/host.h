#pragma once

#include "base/seq.h"
#include "events/decider.h"
#include "tape/producer.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace tapedeck::tape {

/// Own outputs that were said and not yet read back, oldest first.
class InFlightQueue {
public:
    void add(Seq cause, const std::vector<Event>& events) {
        for (const auto& event : events) items_.push_back({cause, event});
    }

    /// One of our own records was read back: it is the oldest, for numbers are contiguous.
    void settle_one() {
        if (!items_.empty()) items_.erase(items_.begin());
    }

    std::span<const InFlight> all() const { return items_; }

private:
    std::vector<InFlight> items_;
};

/// Runs one decider over the tape: believes each record, then decides on it, then submits what was
/// said as one group, which changes nothing until it comes back through here. After a restart it
/// decides exactly what was not recorded (design: docs/tape-protocol.md, "Rules for the decider
/// host").
class Host {
public:
    /// Both must outlive the host.
    Host(Decider& decider, Producer& producer) : decider_(decider), producer_(producer) {}

    /// The producer has its first WELCOME: from where to decide is known now.
    void begin();

    /// The next record of the tape. The caller has made sure that the producer has room.
    void take(const Recorded& recorded);

    const std::string& name() const { return producer_.name(); }

    Seq applied() const { return applied_; }

    Seq decided() const { return decided_; }

    std::uint64_t decisions() const { return decisions_; }

private:
    void process(const Recorded& recorded);

    Decider& decider_;
    Producer& producer_;
    Seq decide_from_;
    Seq read_ahead_to_;  ///< own outputs up to here are on the tape already
    std::deque<Recorded> held_;
    InFlightQueue in_flight_;
    Seq seen_;
    Seq applied_;
    Seq decided_;
    std::uint64_t decisions_ = 0;
};

}  // namespace tapedeck::tape
