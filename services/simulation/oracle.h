#pragma once

#include "events/codec.h"
#include "simulation/sim_transport.h"
#include "tape/format.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::journal {
class FrameStore;
}

namespace tapedeck::simulation {

/// The first thing that did not hold; the run ends there.
class Verdict {
public:
    /// `checker` as in simulation.md §4: "tape", "follower", "group", "books", "proof", …
    void fail(std::string_view checker, const std::string& what) {
        if (!what_) what_ = std::string(checker) + ": " + what;
    }

    bool ok() const { return !what_.has_value(); }

    const std::string& what() const { return *what_; }

private:
    std::optional<std::string> what_;
};

/// Sees everything that leaves a process and everything that is applied, and holds it against what
/// has left before: what was published or acknowledged is on the tape for ever, in one order, each
/// group whole, each number once.
class Oracle {
public:
    explicit Oracle(Verdict& verdict) : verdict_(verdict) {}

    /// Sees each record of the tape once, in order, when it is known to be durable.
    std::function<void(const Recorded&)> on_record;

    /// A message has left `from`.
    void sent(const tape::Header& header, std::string_view body);

    /// The journal has opened its store and nothing else: what is there must be what has been seen.
    /// New frames at its end are the commits that it died over.
    void opened(journal::FrameStore& store);

    /// The disk has rotted: from here on what is found on it may differ, if only somebody notices.
    void expect_damage() { expects_damage_ = true; }

    /// The tape on the disk is not the one that was published.
    bool is_damaged() const { return is_damaged_; }

    /// The store has refused to read what rotted, as `tapedeck verify` would tell.
    bool was_refused() const { return was_refused_; }

    /// The first record that rot has taken from the tape's end; 0 = none.
    std::uint64_t lost_from() const { return lost_from_; }

    /// A process has taken a record. It begins with the first, after a snapshot, or at the end.
    void applied(ProcessId process, const Recorded& recorded);

    /// Everything known to be durable, in order.
    const std::vector<Recorded>& records() const { return records_; }

    std::uint64_t last_seq() const { return records_.size(); }

    const tape::Hash& last_hash() const { return last_hash_; }

    /// The last record that says more than that time passes: neither a tick nor a snapshot.
    std::uint64_t last_news() const { return last_news_; }

private:
    struct Frame {
        tape::FrameHeader header;
        std::string bytes;
    };

    /// What is known of a producer from the tape alone.
    struct Producer {
        std::string name;
        std::uint64_t last_number = 0;
        std::uint64_t last_cause = 0;
        bool is_decider = false;
    };

    /// Groups that were submitted, by their first number; there may be several: of a number that
    /// was never recorded, a changed build says something else.
    using Groups = std::map<std::pair<std::uint32_t, std::uint64_t>, std::set<std::string>>;

    /// A fault of the tape's, unless the disk may have rotted.
    void differs(const std::string& what);
    void saw_frame(std::string_view bytes, std::string_view where);
    void add_frame(const tape::FrameHeader& header, std::string_view records, std::string bytes);
    void check_groups(const tape::FrameHeader& header, std::string_view records);
    void check_cause(const RecordPrefix& first);
    void add_records(const tape::FrameHeader& header, std::string_view records);
    void add_record(Recorded recorded);
    void check_number(const Recorded& recorded);
    const Frame* frame_at(std::uint64_t first_seq) const;
    void saw_ack(const tape::Header& header);

    Verdict& verdict_;
    bool expects_damage_ = false;
    bool is_damaged_ = false;
    bool was_refused_ = false;
    std::uint64_t lost_from_ = 0;
    std::uint64_t tape_id_ = 0;
    std::uint32_t epoch_ = 0;
    std::uint32_t epoch_seen_ = 0;  ///< the highest that anybody has been told
    tape::Hash last_hash_ = tape::kGenesisHash;
    std::int64_t last_recorded_at_ = 0;
    std::uint64_t last_news_ = 0;
    std::vector<Frame> frames_;
    std::vector<Recorded> records_;
    std::map<std::uint32_t, Producer> producers_;
    Groups groups_;
    std::map<ProcessId, std::uint64_t> applied_;
};

}  // namespace tapedeck::simulation
