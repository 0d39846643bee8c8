#pragma once

#include "events/event.h"
#include "events/state.h"

#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck {

/// One of a decider's own outputs that it has said but not yet read back.
struct InFlight {
    Seq cause;
    Event event;
};

/// Where decide() speaks. What is emitted in one call is one group: on the tape as a whole, in this
/// order, or not at all; each event's cause is the record that was decided on.
class Outbox {
public:
    explicit Outbox(std::span<const InFlight> in_flight = {}) : in_flight_(in_flight) {}

    void emit(Event event) { events_.push_back(std::move(event)); }

    /// Own outputs caused by earlier records and not yet applied, oldest first. A function of the
    /// tape (design/tape.md section 6), so decisions may depend on it. What this call has emitted
    /// itself is in events().
    std::span<const InFlight> in_flight() const { return in_flight_; }

    const std::vector<Event>& events() const { return events_; }

    std::vector<Event> take() { return std::exchange(events_, {}); }

private:
    std::span<const InFlight> in_flight_;
    std::vector<Event> events_;
};

/// A pure function of the tape. No clock, no I/O, no randomness, no unordered iteration, no double
/// in money; its configuration comes to it in its ServiceStarted, the time in recorded_at.
class Decider {
public:
    virtual ~Decider() = default;

    /// Folds one record: the only way that state changes. Believes every fact; must not abort on
    /// anything that a source or another decider may have recorded.
    virtual void apply(const Recorded& recorded) = 0;

    /// Speaks about the record that was just applied. Sees state, cannot change it. At the start of
    /// its own service it states whatever is owed (a verdict for each open target, …), by level.
    virtual void decide(const Recorded& recorded, Outbox& out) const = 0;

    /// Canonical bytes of the whole state; their hash is the state hash.
    virtual void save(StateWriter& writer) const = 0;

    /// The inverse of save() into a freshly made decider. False: the bytes are not of this format.
    virtual bool load(StateReader& reader) = 0;
};

}  // namespace tapedeck
