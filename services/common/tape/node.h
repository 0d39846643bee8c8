#pragma once

#include "events/decider.h"
#include "tape/follower.h"
#include "tape/host.h"
#include "tape/producer.h"
#include "tape/snapshot_fetch.h"
#include "tape/transport.h"
#include "tape/witness.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::tape {

/// One process's conversation with the journal: its producers, its deciders and the tape they
/// follow. One thread; step() turns the wheel.
class Node {
public:
    struct Options {
        std::string run_directory;  ///< with the journal's sockets
        std::string build;
        bool market_data_lane = false;  ///< submit on SUBMIT_LOW
        /// Tells one start of a process from another; "" = a random one.
        std::string instance = {};
        /// What this process had written down before it started.
        std::optional<Witness> witness = {};
        /// A source that wants no history: it follows from the end on.
        bool only_new = false;
        /// step() stops waiting when this is readable; −1 = none.
        int wake_descriptor = -1;
    };

    /// Over ZeroMQ.
    static Result<std::unique_ptr<Node>> connect(const Options& options);

    /// Over `transport`.
    static Result<std::unique_ptr<Node>> connect(
        const Options& options, std::unique_ptr<Transport> transport);

    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Runs `decider` under this name with this configuration. It must outlive the node. Before the
    /// first step().
    Host& add_decider(const std::string& name, Decider& decider, const Settings& configuration);

    /// A source: its records have no cause. Before the first step().
    Producer& add_source(
        const std::string& name, const Settings& configuration, Time clock_start = {});

    /// Sees each record after the deciders have.
    void on_record(std::function<void(const Recorded&)> observer) {
        observer_ = std::move(observer);
    }

    /// Sends, receives, decides; waits at most `longest` when there is nothing to do. `monotonic`
    /// is the time that liveness is judged by.
    Result<> step(Duration monotonic, Duration longest);

    /// Says BYE for each producer.
    void leave();

    /// Nothing has come from the journal for a second.
    bool journal_is_down() const { return journal_is_down_; }

    /// Caught up with the tape's end as last told, all producers welcomed.
    bool is_live() const;

    /// The tape's time is its feed's: the journal waits for every decider after each frame.
    bool is_lockstep() const;

    Seq last() const { return taken_; }

    /// Up to then (by the clock of step()) each of our producers was the only one of its name, as
    /// the journal has confirmed since; 0 = it has not. A BEAT is sent four times a second.
    Duration confirmed_at() const;

    /// To be written down: the end of what was taken. Nothing on a tape that may lose its end in a
    /// power cut, or before the first frame.
    std::optional<Witness> witness() const;

    /// Why the journal takes no records from us; "" = it does.
    std::string quarantine() const;

    /// The snapshot that this process began with; 0 = it folded the tape from the start.
    Seq started_from() const { return started_from_; }

    Seq tape_end() const { return follower_.tape_end(); }

private:
    struct Member {
        std::unique_ptr<Producer> producer;
        std::unique_ptr<Host> host;             ///< null for a source
        Seq beaten;                             ///< decided seq of the last BEAT
        std::optional<Host::Snapshot> keeping;  ///< on its way to the journal
        std::size_t kept = 0;                   ///< bytes of it that were sent
    };

    struct Channels {
        std::unique_ptr<Channel> submit;
        std::unique_ptr<Channel> live;
        std::unique_ptr<Channel> replay;
    };

    Node(Options options, std::unique_ptr<Transport> transport, Channels channels);

    Producer& add(Hello hello, Decider* decider);
    Result<> receive_submit();
    Result<> receive_live(Duration monotonic);
    Result<> receive_replay();
    Result<> take_ready();
    Result<bool> make_ready(Duration monotonic);
    Result<> load_snapshot();
    Result<> begin();
    Result<> take_frame(const Follower::Frame& frame);
    void send_snapshots();
    std::vector<const Producer*> deciders() const;
    void send(Duration monotonic);
    void send_beats(Duration monotonic);
    bool all_welcomed() const;
    bool have_room() const;

    Options options_;
    std::unique_ptr<Transport> transport_;  // outlives the channels
    Channels channels_;
    std::vector<Member> members_;
    Follower follower_;
    std::function<void(const Recorded&)> observer_;
    Recorded recorded_;
    Seq taken_;
    bool begun_ = false;
    std::optional<SnapshotFetch> fetch_;
    Seq fetch_below_;  ///< snapshots from here on have failed; 0 = none has
    Seq started_from_;
    bool journal_is_down_ = true;
    Duration heard_{};
    Duration last_beat_{};
    std::uint32_t epoch_ = 0;
    Duration hello_sent_at_{};
};

}  // namespace tapedeck::tape
