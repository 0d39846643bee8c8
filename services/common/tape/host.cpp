#include "tape/host.h"

#include "base/verify.h"
#include "events/state.h"
#include "tape/format.h"

#include <algorithm>

namespace tapedeck::tape {

void Host::begin() {
    VERIFY(producer_.first_welcome().has_value());
    const Welcome& welcome = *producer_.first_welcome();
    // What was decided before is on the tape; what came before this build and configuration is not
    // this code's to decide.
    decide_from_ = Seq{std::max(welcome.last_cause + 1, welcome.fresh_seq)};
    read_ahead_to_ = Seq{welcome.last_own_seq};
}

bool Host::load(Seq at, std::string_view state) {
    VERIFY(!seen_.exists());
    StateReader reader(state);
    if (!decider_.load(reader) || !reader.at_end()) return false;
    seen_ = at;
    applied_ = at;
    decided_ = at;
    loaded_at_ = at;
    loaded_hash_ = std::string(as_bytes(sha256(state)));
    return true;
}

SnapshotTaken Host::take_state(Seq at) {
    StateWriter writer;
    decider_.save(writer);
    SnapshotTaken taken{
        .service = producer_.name(),
        .at_seq = at,
        .state_hash = std::string(as_bytes(sha256(writer.bytes()))),
        .format = kStateFormat,
        .build = producer_.build(),
        .size = writer.bytes().size()};
    if (writer.bytes().size() <= kSnapshotMax) snapshot_ = Snapshot{at, writer.bytes()};
    return taken;
}

/// The tape has the hash of what was loaded: it was recorded right after the snapshot was cut.
void Host::check_loaded(const SnapshotTaken& taken) {
    if (taken.at_seq != loaded_at_ || taken.service != producer_.name()) return;
    if (taken.state_hash == loaded_hash_) return;
    doubt_ = producer_.name() + ": the snapshot at seq " + std::to_string(loaded_at_.value) +
             " is not the state that the tape speaks of";
}

void Host::take(const Recorded& recorded) {
    // Holes between frames are the follower's to repair; retention makes some within frames.
    VERIFY(recorded.seq > seen_);
    seen_ = recorded.seq;
    // Between the first input to decide and our last recorded output lie records that were said
    // before and are in flight for those decisions: read ahead to know them.
    const bool between = recorded.seq >= decide_from_ && recorded.seq <= read_ahead_to_;
    if (!between) {
        process(recorded);
        return;
    }
    if (recorded.producer == producer_.id()) in_flight_.add(recorded.cause, {recorded.event});
    held_.push_back(recorded);
    if (recorded.seq < read_ahead_to_) return;
    for (const auto& held : held_) process(held);
    held_.clear();
}

void Host::process(const Recorded& recorded) {
    if (recorded.producer == producer_.id()) in_flight_.settle_one();
    decider_.apply(recorded);
    if (const auto* taken = recorded.event.as<SnapshotTaken>(); taken && loaded_at_.exists()) {
        check_loaded(*taken);
    }
    applied_ = recorded.seq;
    decided_ = recorded.seq;
    if (recorded.seq < decide_from_) return;  // what is recorded is not decided again

    Outbox out(in_flight_.all());
    decider_.decide(recorded, out);
    ++decisions_;
    if (recorded.event.as<SnapshotRequested>() != nullptr) out.emit(take_state(recorded.seq));
    if (out.events().empty()) return;
    in_flight_.add(recorded.seq, out.events());
    producer_.append(recorded.seq, out.events());
}

}  // namespace tapedeck::tape
