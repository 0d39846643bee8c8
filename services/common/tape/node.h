#pragma once

#include "events/decider.h"
#include "tape/follower.h"
#include "tape/host.h"
#include "tape/producer.h"
#include "tape/transport.h"

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

    Seq last() const { return taken_; }

    Seq tape_end() const { return follower_.tape_end(); }

private:
    struct Member {
        std::unique_ptr<Producer> producer;
        std::unique_ptr<Host> host;  ///< null for a source
        Seq beaten;                  ///< decided seq of the last BEAT
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
    bool journal_is_down_ = true;
    Duration heard_{};
    Duration last_beat_{};
    std::uint32_t epoch_ = 0;
    Duration hello_sent_at_{};
};

}  // namespace tapedeck::tape
