#pragma once

#include "journal/core/sequencer.h"
#include "journal/store/frame_store.h"
#include "tape/transport.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace tapedeck::journal {

/// The journal's four sockets around its core and its store: numbers, makes durable, then publishes
/// and acknowledges; serves history between two commits. One thread; step() turns the wheel.
class Server {
public:
    /// Over ZeroMQ.
    static Result<Server> bind(
        const std::string& run_directory, FrameStore store, SequencerOptions options);

    /// Over `transport`.
    static Result<Server> bind(
        const std::string& run_directory,
        FrameStore store,
        SequencerOptions options,
        std::unique_ptr<tape::Transport> transport);

    /// Receives, commits at most one frame, serves a slice of history; waits at most `longest` when
    /// there is nothing to do. An error means that a commit's outcome is unknown, or that the disk
    /// lies: exit, and recover.
    Result<> step(Time wall, Duration monotonic, Duration longest);

    /// Publishes the end of the tape once more and moves the WAL into the file.
    void close();

    const Sequencer& sequencer() const { return sequencer_; }

    /// Frames committed, records in them, messages refused for a bad header.
    struct Counters {
        std::uint64_t frames = 0;
        std::uint64_t records = 0;
        std::uint64_t refused = 0;
    };

    const Counters& counters() const { return counters_; }

private:
    /// Somebody who reads history, by credit.
    struct Reader {
        std::uint64_t next = 0;
        std::uint64_t to = 0;
        std::int64_t credit = 0;
        std::uint32_t tag = 0;  ///< the request's own, echoed in every answer to it
        Duration stuck_since{};
    };

    struct Channels {
        std::unique_ptr<tape::Channel> high;
        std::unique_ptr<tape::Channel> low;
        std::unique_ptr<tape::Channel> live;
        std::unique_ptr<tape::Channel> replay;
    };

    Server(
        std::unique_ptr<tape::Transport> transport,
        FrameStore store,
        SequencerOptions options,
        Channels channels);

    void receive_submits(tape::Channel& channel, Peer::Lane lane, int most, Duration monotonic);
    void receive_replay_requests(Duration monotonic);
    Result<bool> commit_one();
    Result<> tend_store(Duration monotonic);
    void send_replies();
    void publish_watermark(Duration monotonic);
    Result<bool> serve_history(Duration monotonic);
    Result<> serve(const std::string& peer, Reader& reader, Duration monotonic);
    bool send_frame(const std::string& peer, Reader& reader, std::string_view frame);
    void remember(const Batch& batch, std::string frame);

    struct Recent {
        std::uint64_t first_seq = 0;
        std::uint64_t last_seq = 0;
        std::string bytes;
    };

    std::unique_ptr<tape::Transport> transport_;  // outlives the channels
    FrameStore store_;
    Sequencer sequencer_;
    Channels channels_;
    std::map<std::string, Reader> readers_;
    std::deque<Recent> recent_;
    std::size_t recent_bytes_ = 0;
    std::uint64_t previous_first_seq_ = 0;
    Duration last_watermark_{};
    std::uint64_t frames_since_checkpoint_ = 0;
    Counters counters_;
};

}  // namespace tapedeck::journal
