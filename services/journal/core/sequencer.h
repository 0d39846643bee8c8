#pragma once

#include "base/seq.h"
#include "base/time.h"
#include "events/event.h"
#include "journal/core/lag_watch.h"
#include "tape/format.h"
#include "tape/protocol.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The journal's core: who may write, in which order, and what a commit makes durable. No socket,
/// no file, no clock: messages and the time come in, batches and replies go out.
namespace tapedeck::journal {

/// Where a message came from, and where its answer goes. The id is opaque to the core.
struct Peer {
    enum class Lane : std::uint8_t { High, Low };

    Lane lane = Lane::High;
    std::string id;

    friend auto operator<=>(const Peer&, const Peer&) = default;
};

struct Reply {
    Peer to;
    tape::Message message;
};

/// What the journal remembers of a producer, in the transaction of each of its frames. It is what
/// makes every record be on the tape at most once, with no window.
struct ProducerMark {
    std::uint32_t id = 0;
    std::string name;
    std::uint32_t epoch = 0;
    std::uint64_t last_number = 0;
    std::uint64_t last_seq = 0;
    std::uint64_t last_cause = 0;
    std::uint64_t fresh_seq = 0;  ///< of the last ServiceStarted that was not resumed
    std::string fingerprint;      ///< of build and configuration, 32 bytes
    bool alive = false;

    bool operator==(const ProducerMark&) const = default;
};

/// One transaction: a frame and the producers it moved.
struct Batch {
    std::optional<std::uint64_t> new_tape_id;  ///< the tape branches with this frame
    tape::FrameHeader header;
    std::string records;
    std::vector<ProducerMark> marks;
};

/// Where a tape stands when it is opened.
struct TapePosition {
    std::uint64_t tape_id = 0;
    std::uint32_t epoch = 1;  ///< of this journal instance, raised and committed already
    std::uint64_t last_seq = 0;
    std::int64_t last_recorded_at = 0;  ///< of the last record
    tape::Hash last_hash = tape::kGenesisHash;
    std::vector<ProducerMark> producers;
};

/// The operator goes on with less than was acknowledged, or a backup was restored: what comes now
/// is another tape, for seqs may have lived twice.
struct Branch {
    std::uint64_t tape_id = 0;  ///< of the new one
    std::string reason;
};

struct SequencerOptions {
    std::string profile;
    std::string build;
    std::optional<Branch> branch;
    /// The chain at `seq`, the end of a frame of this tape; nothing for any other seq.
    std::function<std::optional<tape::Hash>(std::uint64_t seq)> hash_at;
    /// The seqs of the snapshots kept of a producer that had this fingerprint, newest first.
    std::function<std::vector<Seq>(const std::string& producer, std::string_view fingerprint)>
        snapshots_of;
    /// A snapshot is asked for whenever producers have recorded so many records; 0 = never.
    std::uint64_t snapshot_records = 0;
    Duration snapshot_interval{};  ///< and after so much time; 0 = never
    /// How long a start waits for those who were alive, before it gives a new number.
    Duration witness_wait{std::chrono::seconds(1)};
    /// Lockstep: recorded and synthetic data at any speed. The clock is the feed's, and after each
    /// frame the journal waits until every one of `expected` but the feed has decided on it, so
    /// that the tape is a function of the input alone. Empty = off: the clock is the wall's.
    std::vector<std::string> expected;
    std::string clock_producer;  ///< in lockstep, the one of `expected` that may record ClockTicked
    Duration tick{std::chrono::seconds(1)};
    Duration lost_after{std::chrono::seconds(2)};
    /// Who is further behind is said to be lagging; by the wall's clock only, for in lockstep
    /// everybody is waited for.
    LagWatch::Limits lag{};
};

class Sequencer {
public:
    Sequencer(SequencerOptions options, TapePosition position);

    /// HELLO, APPEND, BEAT or BYE from a submit socket. `wall` is the tape's wall clock,
    /// `monotonic` the one that liveness is judged by. Answers that need no commit are in
    /// take_replies().
    void receive(
        const Peer& from, const tape::Header& header, std::string_view body, Duration monotonic);

    /// Time passes: ticks fall due, silent services are lost.
    void advance(Time wall, Duration monotonic);

    /// The journal's own word on what its storage has done or found; it comes with the next frame.
    void record(Event event) { say(std::move(event)); }

    /// There is no room for more market data: until there is, what comes on the low lane is
    /// answered READ_ONLY, and said again later.
    void refuse_market_data(bool refused) { market_data_refused_ = refused; }

    /// Somebody who outlived a crash knows better: from here on nothing is recorded. The first
    /// reason stays.
    void quarantine(std::string reason);

    /// Why nothing is recorded; "" = all is well.
    const std::string& quarantine_reason() const { return quarantine_; }

    /// The wall clock is so far from the tape's.
    void clock_jumped(Duration delta) { say(ClockJumped{delta}); }

    /// The producer that `header` speaks for, if it is the one in force.
    struct Speaker {
        std::string name;
        std::string fingerprint;
    };

    std::optional<Speaker> who_speaks(const tape::Header& header) const;

    /// The next frame to make durable, or nothing. Until committed() no other is given.
    std::optional<Batch> next_batch();

    /// The batch is durable: what it says is true now, its producers get their answers.
    void committed(const Batch& batch);

    std::vector<Reply> take_replies() { return std::exchange(replies_, {}); }

    std::uint64_t last_seq() const { return position_.last_seq; }

    std::uint32_t epoch() const { return position_.epoch; }

    std::uint64_t tape_id() const { return position_.tape_id; }

    const tape::Hash& last_hash() const { return position_.last_hash; }

    bool lockstep() const { return !options_.expected.empty(); }

    const SequencerOptions& options() const { return options_; }

    /// Who is there and how far it is: for status and health.
    std::vector<tape::ServiceStatus> services() const;

    /// The answer to a mere reader's HELLO on REPLAY.
    tape::Message welcome_reader() const;

    tape::Message watermark() const;

private:
    struct Producer {
        ProducerMark mark;
        Peer peer;
        std::string instance;           ///< of the process that has the grant
        std::uint64_t started_seq = 0;  ///< of its ServiceStarted, once that is durable
        bool resumed = false;
        bool is_decider = false;
        bool connected = false;           ///< this journal instance has heard of it
        std::uint64_t queued_number = 0;  ///< highest number accepted, committed or not
        std::uint64_t applied = 0;
        std::uint64_t decided = 0;
        Duration heard{};
        bool beats = false;    ///< since its HELLO: before that, nobody knows how far it is
        bool lagging = false;  ///< on the tape
    };

    struct Append {
        std::uint32_t producer = 0;
        std::uint32_t producer_epoch = 0;
        std::uint64_t last_number = 0;
        std::uint64_t cause = 0;
        std::uint32_t count = 0;
        std::string records;
        std::optional<Time> clock;  ///< it begins with ClockTicked
    };

    struct WaitingHello {
        Peer peer;
        tape::Hello hello;
    };

    struct Granted {
        std::uint32_t producer = 0;
        std::uint64_t seq = 0;
        bool resumed = false;
    };

    void on_hello(const Peer& from, const tape::Header& header, std::string_view body);
    void on_append(const Peer& from, const tape::Header& header, std::string_view body);
    void on_beat(const Peer& from, const tape::Header& header);
    void on_bye(const tape::Header& header);
    void grant(const WaitingHello& waiting);
    void admit_waiting();
    void look_for_lost(Duration monotonic);
    void look_for_lagging();
    bool keeps_up_matters(const Producer& producer) const;
    bool is_taken_over(const tape::Hello& hello, const tape::Header& header) const;
    bool is_known_instance(const Peer& from, const tape::Hello& hello);
    bool is_witness_against_us(const tape::Header& header, const tape::Hello& hello);
    bool contradicts(const std::string& name, std::uint64_t seq, std::string_view hash);
    bool waits_for_witnesses() const;
    void request_snapshot(Batch& batch);
    std::uint64_t submitted_records() const;
    Result<Append> check_records(
        const Producer& producer, const tape::Header& header, std::string_view body) const;

    Producer* find(const tape::Header& header);
    Producer& producer_named(const std::string& name);
    void drop_queued(std::uint32_t producer);
    bool round_is_complete() const;
    bool is_expected(std::string_view name) const;
    std::size_t rank_of(std::uint32_t producer) const;

    void say(Event event);
    void fill_own(Batch& batch);
    void fill_wall(Batch& batch);
    void fill_lockstep(Batch& batch);
    void take_append(Batch& batch, std::deque<Append>& queue);
    void seal(Batch& batch);
    bool fits(const Batch& batch, const Append& append) const;

    void reply(const Peer& to, tape::Header header, std::string body = {});
    void nack(
        const Peer& to,
        tape::NackCode code,
        std::uint64_t expected,
        std::string text,
        std::uint32_t producer = 0);
    /// The producer that `header` speaks for, or null after telling it why it may not speak.
    Producer* speaker(const Peer& from, const tape::Header& header);
    void welcome(const Granted& granted);

    SequencerOptions options_;
    TapePosition position_;
    std::map<std::uint32_t, Producer> producers_;
    std::vector<WaitingHello> waiting_;  ///< lockstep: until everybody is here
    bool quorum_ = false;

    std::vector<Event> own_;         ///< to be recorded by the journal itself, before anything else
    std::vector<Granted> granting_;  ///< whose ServiceStarted is in own_, in order; no seq yet
    std::deque<Append> high_;
    std::deque<Append> low_;
    std::deque<Append> round_;  ///< lockstep: what deciders said about what is published

    std::string quarantine_;
    std::set<std::string, std::less<>> witnesses_;  ///< alive at the last commit, not heard of yet
    std::optional<Duration> witness_deadline_;
    std::uint64_t snapshots_due_ = 0;  ///< whole snapshot_records in the tape as committed
    std::optional<std::uint64_t> branching_to_;  ///< until that is durable
    std::optional<Time> snapshot_at_;            ///< when the last one was asked for, or we started

    LagWatch lag_;
    Time wall_{};
    std::optional<Duration> started_;  ///< the first look at the monotonic clock
    std::optional<Time> clock_;        ///< lockstep: the feed's time for the next frame
    Time next_tick_{};
    bool in_commit_ = false;
    bool market_data_refused_ = false;
    std::vector<Granted> granted_in_batch_;
    std::vector<std::uint32_t> acknowledge_in_batch_;
    std::vector<Reply> replies_;
};

/// Of a producer's build and configuration: SHA-256, 32 bytes. The same means that it goes on
/// deciding where it was.
std::string fingerprint_of(
    const std::string& build, const std::vector<SettingValue>& configuration);

/// The journal's own producer id.
inline constexpr std::uint32_t kJournalProducer = 0;

}  // namespace tapedeck::journal
