#pragma once

#include "research/deciders.h"
#include "tape/host.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::research {

/// One way in which the tape is not what its deciders say it must be.
struct Difference {
    enum class Kind {
        Changed,     ///< both spoke about the input, and not the same
        Missing,     ///< said now, and not on the tape, where later words are
        Unexpected,  ///< on the tape, and not said now
        Numbering,   ///< the producer's numbers are not 1, 2, 3 …
        State,       ///< the state after a SnapshotRequested has another hash
    };

    Kind kind = Kind::Changed;
    Seq cause;                           ///< the input that was decided on
    Seq recorded_seq = {};               ///< the recorded output that differs; 0 = none
    std::optional<Event> expected = {};  ///< as computed again
    std::optional<Event> recorded = {};  ///< as on the tape
    std::string service = {};
    std::string build = {};  ///< of the process that recorded it
    /// What explains it: "configuration", "code", or "record" where neither does.
    std::string reason = {};
    std::string explanation = {};  ///< in words: "strategy.rsi.period 14 → 21"
};

constexpr auto enum_names(Difference::Kind) {
    using enum Difference::Kind;
    return std::array<EnumName<Difference::Kind>, 5>{
        {{Changed, "changed"},
         {Missing, "missing"},
         {Unexpected, "unexpected"},
         {Numbering, "numbering"},
         {State, "state"}}};
}

/// The same in one line for each side: "OrderApproved {…}", "" where it is silent.
std::string expected_text(const Difference& difference);
std::string recorded_text(const Difference& difference);

/// What the proof of one decider has come to.
struct Tally {
    std::uint64_t inputs = 0;      ///< records decided on again
    std::uint64_t decisions = 0;   ///< recorded outputs compared
    std::uint64_t identical = 0;   ///< of these, equal to the byte
    std::uint64_t states = 0;      ///< state hashes compared
    std::uint64_t undecided = 0;   ///< said now, never recorded: build or configuration changed
    std::uint64_t different = 0;   ///< decided by a process of this release
    std::uint64_t of_another = 0;  ///< differences too, but decided by another release
    std::optional<Difference> first;
    std::optional<Difference> first_of_another;
    /// The first by a process of this release since the last start that was not resumed: what an
    /// alert tells, once for each build and configuration.
    std::optional<Difference> first_since_start;
};

struct ProofOptions {
    /// What runs here, as ops::identity() says it; "" = any release counts as this one.
    std::string build = {};
    /// Keys of the configuration to decide by instead of those recorded: full key, canonical value.
    std::map<std::string, std::string> overrides = {};
    /// Causes before this are folded and decided, but not compared.
    Seq from = {};
    /// Names of producers by id, for tapes whose ServiceStarted does not tell its id.
    std::map<std::uint32_t, std::string> producers = {};
};

/// Proves one decider against the tape: believes each record, decides on it as tape::Host does, and
/// compares what it says with what is recorded, to the byte and in number order.
///
/// Nothing is read ahead: what is in flight for a decision is what this decider itself has said
/// about earlier inputs and not read back yet, and as long as all is equal that is the set that the
/// live host saw, whatever the lag and however often it was killed. After a difference what the
/// tape says is believed; differences that follow may come of the first.
///
/// A restart needs no second fold: a decider's configuration comes to it in its ServiceStarted, at
/// that place of the tape, so its state is one fold of all records whoever ran when. A start that
/// was not resumed voids what was said and not recorded: no process ever decides those inputs.
class DeciderProof {
public:
    /// `options` outlives it.
    DeciderProof(NamedDecider decider, const ProofOptions& options);

    /// The next record of the tape; `bytes` are prefix and body as they are stored.
    void take(const Recorded& recorded, std::string_view bytes);

    const std::string& name() const { return named_.name; }

    /// Its service has started on the tape so far. One that never did has nothing to prove.
    bool has_begun() const { return is_deciding_; }

    const Decider& decider() const { return *named_.decider; }

    const Tally& tally() const { return tally_; }

    /// All that is caused by records up to here is recorded and compared.
    Seq proven() const;

    /// What was said about the record taken last.
    std::span<const InFlight> said_last() const;

    /// Words that are not on the tape yet, nor anything later: all that was said is recorded, or
    /// the process ended before, or was caught in the middle.
    std::size_t owed() const { return in_flight_.all().size(); }

    /// Whether any of the overrides is this decider's to read.
    bool is_overridden() const { return is_overridden_; }

private:
    void begin(const ServiceStarted& started, const Recorded& recorded);
    void decide(const Recorded& recorded);
    void compare(const Recorded& recorded, std::string_view bytes);
    void compare_state(const SnapshotTaken& taken, const Recorded& recorded);
    void keep_state(Seq seq);
    void miss_before(Seq cause);
    void report(Difference difference);
    void explain(Difference& difference) const;
    bool is_own_key(std::string_view key) const;

    NamedDecider named_;
    const ProofOptions& options_;
    Tally tally_;
    tape::InFlightQueue in_flight_;
    std::map<Seq, std::string> states_;  ///< hashes after the last SnapshotRequested
    std::string encoded_;
    ServiceStarted started_;  ///< the last, as recorded
    std::uint32_t producer_ = 0;
    std::uint64_t number_ = 0;
    Seq last_;
    std::size_t said_last_ = 0;
    bool is_deciding_ = false;
    bool is_another_release_ = false;
    bool is_overridden_ = false;
};

/// "strategy.rsi.period 14 → 21; …": how overrides differ from what a service was started with.
std::string changes_by(
    const std::map<std::string, std::string>& overrides, const ServiceStarted& started);

/// "0.1.0+0123456789ab" of a build's identity: what programs built from the same sources share.
std::string_view release_of(std::string_view build);

}  // namespace tapedeck::research
