#pragma once

#include "base/seq.h"
#include "events/decider.h"
#include "tape/producer.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
        if (settled_ < items_.size()) ++settled_;
        // Moved up now and then, and not for each: a queue of thousands would be moved each time.
        if (2 * settled_ < items_.size()) return;
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(settled_));
        settled_ = 0;
    }

    std::span<const InFlight> all() const { return std::span(items_).subspan(settled_); }

private:
    std::vector<InFlight> items_;
    std::size_t settled_ = 0;  ///< at the front of items_
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

    /// Begins with the state as it was right after `at` instead of an empty one. Before the first
    /// take(). False: the bytes are not this build's; the decider may be spoilt then.
    bool load(Seq at, std::string_view state);

    /// The state as of the last SnapshotRequested that was decided on, to be kept by the journal;
    /// nothing when there is none, or when it has been taken already.
    struct Snapshot {
        Seq at;
        std::string state;
    };

    std::optional<Snapshot> take_snapshot() { return std::exchange(snapshot_, std::nullopt); }

    /// Why the state that was loaded is not the one that the tape speaks of; "" = nothing is wrong.
    const std::string& doubt() const { return doubt_; }

    /// The next record of the tape. The caller has made sure that the producer has room.
    void take(const Recorded& recorded);

    const std::string& name() const { return producer_.name(); }

    const Producer& producer() const { return producer_; }

    Seq applied() const { return applied_; }

    Seq decided() const { return decided_; }

    std::uint64_t decisions() const { return decisions_; }

private:
    void process(const Recorded& recorded);
    SnapshotTaken take_state(Seq at);
    void check_loaded(const SnapshotTaken& taken);

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
    std::optional<Snapshot> snapshot_;
    Seq loaded_at_;
    std::string loaded_hash_;
    std::string doubt_;
};

/// Of the bytes of a state: how save() writes it. Part of what makes a snapshot usable.
inline constexpr std::uint32_t kStateFormat = 1;

}  // namespace tapedeck::tape
