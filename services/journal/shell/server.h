#pragma once

#include "journal/core/sequencer.h"
#include "journal/store/frame_store.h"
#include "journal/store/snapshot_store.h"
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
    /// What the server keeps on disk.
    struct Stores {
        FrameStore frames;
        SnapshotStore snapshots;
    };

    /// Over ZeroMQ.
    static Result<std::unique_ptr<Server>> bind(
        const std::string& run_directory, Stores stores, SequencerOptions options);

    /// Over `transport`.
    static Result<std::unique_ptr<Server>> bind(
        const std::string& run_directory,
        Stores stores,
        SequencerOptions options,
        std::unique_ptr<tape::Transport> transport);

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) = delete;
    Server& operator=(Server&&) = delete;
    ~Server() = default;

    /// Receives, commits at most one frame, serves a slice of history; waits at most `longest` when
    /// there is nothing to do. An error means that a commit's outcome is unknown, or that the disk
    /// lies: exit, and recover.
    Result<> step(Time wall, Duration monotonic, Duration longest);

    /// Publishes the end of the tape once more and moves the WAL into the file.
    void close();

    const Sequencer& sequencer() const { return sequencer_; }

    /// The wall clock is so far from the tape's: goes on the tape.
    void clock_jumped(Duration delta) { sequencer_.clock_jumped(delta); }

    /// What was found out before the start: nothing is recorded, history is served.
    void quarantine(std::string reason) { sequencer_.quarantine(std::move(reason)); }

    /// Frames committed, records in them, messages refused for a bad header.
    struct Counters {
        std::uint64_t frames = 0;
        std::uint64_t records = 0;
        std::uint64_t refused = 0;
        std::uint64_t snapshots_lost = 0;  ///< could not be written
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
        Stores stores,
        SequencerOptions options,
        Channels channels);

    SequencerOptions with_memory(SequencerOptions options);
    void receive_submits(tape::Channel& channel, Peer::Lane lane, int most, Duration monotonic);
    void receive_replay_requests(Duration monotonic);
    Result<bool> commit_one();
    Result<> tend_store(Duration monotonic);
    void send_replies();
    void publish_watermark(Duration monotonic);
    Result<bool> serve_history(Duration monotonic);
    Result<> serve(const std::string& peer, Reader& reader, Duration monotonic);
    bool send_frame(const std::string& peer, Reader& reader, std::string_view frame);
    void keep_piece(const tape::Header& header, std::string_view piece);
    void give_piece(const std::string& peer, const tape::Header& header);
    std::optional<tape::Hash> hash_at(std::uint64_t seq);
    void remember(const Batch& batch, std::string frame);

    struct Recent {
        std::uint64_t first_seq = 0;
        std::uint64_t last_seq = 0;
        std::string bytes;
    };

    std::unique_ptr<tape::Transport> transport_;  // outlives the channels
    Stores stores_;
    Sequencer sequencer_;
    Channels channels_;
    std::map<std::string, Reader> readers_;

    /// A state that is on its way here, by producer.
    struct Arriving {
        Seq at;
        std::string state;
    };

    std::map<std::uint32_t, Arriving> arriving_;

    /// The state that was asked for last, unpacked: it is asked for piece by piece.
    struct Leaving {
        std::string producer;
        Seq at;
        std::string state;
    };

    Leaving leaving_;
    std::deque<Recent> recent_;
    std::size_t recent_bytes_ = 0;
    std::uint64_t previous_first_seq_ = 0;
    Duration last_watermark_{};
    std::uint64_t frames_since_checkpoint_ = 0;
    Counters counters_;
};

}  // namespace tapedeck::journal
