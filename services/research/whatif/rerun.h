#pragma once

#include "research/deciders.h"
#include "research/whatif/roots.h"
#include "research/whatif/seq_map.h"
#include "tape/host.h"
#include "venues/paper/paper.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::research {

struct RerunOptions {
    /// Keys of the configuration to decide by instead of those recorded: full key, canonical value.
    std::map<std::string, std::string> overrides = {};
    /// They hold from this record of the tape on; 0 = from the start of each service.
    Seq from = {};
    /// Names of producers by id, for tapes whose ServiceStarted does not tell its id.
    std::map<std::uint32_t, std::string> producers = {};
};

/// A recorded run again: what came from outside is told to the deciders of this build in recorded
/// order and at its recorded time, and what they say makes a new sequence of records, with seqs of
/// its own. The tape is read twice: index() all of it, then take() all of it.
///
/// Where things are put. What a decider says about an input that it spoke about on the tape, too,
/// comes where its recorded words are: so a live run keeps its latencies. All else comes as in
/// lockstep: at once, sorted by cause and decider (docs/tape-protocol.md).
///
/// The venue. As long as orders, cancellations and amendments are the recorded ones, in meaning and
/// order, the recorded venue's words are given where they were. From the first that is not, for
/// good, the paper venue answers, which has followed all along.
class Rerun {
public:
    struct Heard {
        const Recorded& record;  ///< of the new sequence
        Seq root;                ///< the recorded fact from outside that it goes back to, or is
        bool is_word = false;    ///< a decider's or a venue's; else a fact from outside
        bool is_simulated = false;
    };

    using Listener = std::function<void(const Heard&)>;

    Rerun(RerunOptions options, Listener listener);
    Rerun(const Rerun&) = delete;
    Rerun& operator=(const Rerun&) = delete;

    /// The first reading: who said something about what.
    void index(const Recorded& recorded);

    /// The second reading, the same records.
    void take(const Recorded& recorded);

    /// The tape has ended; what was decided on its very last records may be left unsaid.
    void finish();

    /// Whose words take() does not repeat, but decides again: strategy, risk, orders, portfolio.
    bool is_decided_again(const Recorded& recorded) const;

    /// Said by a decider or by a venue: not a fact from outside.
    bool is_word(const Recorded& recorded) const;

    /// Where the paper venue took over.
    struct Takeover {
        Seq seq;   ///< of the new sequence: the first other order, or where one is missing
        Seq root;  ///< the recorded fact that led to it
        Time time{};
        std::string reason;  ///< stable code: order_differs, order_missing, venue_configuration
    };

    const std::optional<Takeover>& takeover() const { return takeover_; }

    /// "risk.fraction 0.05 → 0.1": what the overrides change for the service of this producer; ""
    /// = nothing.
    std::string changes_of(const std::string& producer) const;

    /// Recorded facts that were left out since what they are about is not there: an operator's
    /// cancellation of an order that was never placed.
    std::uint64_t left_out() const { return left_out_; }

    Seq last_seq() const { return last_.seq; }

    /// The recorded fact from outside that a record of the new sequence goes back to, or is.
    Seq root_of(Seq seq) const;

private:
    struct Group {
        Seq cause;
        std::vector<Event> events;
        bool waits = false;  ///< for its recorded place
    };

    struct Member {
        NamedDecider named;
        std::uint32_t producer = 0;
        std::uint64_t number = 0;
        std::vector<Seq> spoke_about;  ///< recorded causes of its recorded words, ascending
        tape::InFlightQueue in_flight;
        std::deque<Group> said;
        std::optional<ServiceStarted> started;  ///< the last, as it was told it
        std::string changes;
        bool is_deciding = false;
        bool is_down = false;
    };

    struct Place {
        Time time{};
        Seq root = {};
        Seq recorded = {};  ///< its counterpart on the tape; 0 = it has none
        Member* speaker = nullptr;
        bool is_word = false;
    };

    // rerun.cpp: the tape
    void learn(const Recorded& recorded);
    Member* member_of(const Recorded& recorded);
    const Member* member_of(const Recorded& recorded) const;
    void take_fact(const Recorded& recorded);
    void take_venue_word(const Recorded& recorded);
    bool is_obsolete(const Recorded& recorded);
    bool continues_step(const Recorded& recorded) const;
    void override_now(const Recorded& recorded);

    bool overrides_hold(Seq at) const { return at >= options_.from; }

    ServiceStarted with_overrides(const ServiceStarted& started, Member& member) const;

    // rerun_words.cpp: what is said
    void place_recorded();
    void settle(Seq cause, std::size_t rank);

    void settle_all() { settle({}, 0); }

    void place(Member& member, std::span<const Recorded> recorded);
    void append(Recorded record, const Place& place);
    void believe(Member& member, const Recorded& record, bool is_own);
    void decide(Member& member, const Recorded& record, bool waits);
    void restart(Member& member, const ServiceStarted& started);
    ServiceStarted start_of_venue(const ServiceStarted& started);
    bool differs(const Group& group, std::span<const Recorded> recorded) const;
    void take_over(std::string reason, Seq root);
    void remember_request(const Recorded& record);

    std::size_t rank_of(const Member& member) const {
        return static_cast<std::size_t>(&member - members_.data());
    }

    Member& venue() { return members_.back(); }

    RerunOptions options_;
    Listener listener_;
    std::vector<Member> members_;  ///< in lockstep's order; the last is the paper venue
    std::map<std::uint32_t, std::string> names_;
    std::string account_;  ///< that risk trades
    SeqMap to_new_;
    SeqMap to_recorded_{SeqMap::Gaps::Bridged};  ///< facts from outside
    Roots roots_;
    std::vector<Recorded> group_;       ///< recorded words that are read, and belong together
    Recorded last_;                     ///< of the new sequence
    Recorded last_fact_;                ///< of the tape
    std::map<Seq, Recorded> requests_;  ///< cancellations and the like without an answer
    std::optional<Takeover> takeover_;
    std::uint32_t clock_ = 0;  ///< the producer that ticks in lockstep; 0 = the journal does
    std::uint64_t left_out_ = 0;
    bool has_overridden_ = false;
};

}  // namespace tapedeck::research
