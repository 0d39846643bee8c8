#pragma once

#include "base/expected.h"
#include "tape/format.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tapedeck::tape {

/// Checks the frames of a tape in order: each follows the one before, links to it, and hashes to
/// what it says. A frame's hash needs that frame alone, so hashes are computed on all processors;
/// what is found is told in order, as if there were one.
class ChainCheck {
public:
    /// Begins after (`seq`, `hash`, `recorded_at` of the last record); 0 and the genesis hash at
    /// the beginning of a tape.
    ChainCheck(
        std::uint64_t tape_id, std::uint64_t seq, const Hash& hash, std::int64_t recorded_at);

    ChainCheck(const ChainCheck&) = delete;
    ChainCheck& operator=(const ChainCheck&) = delete;
    ~ChainCheck();

    /// Takes the next frame. An error is that of the first bad frame up to now, and stays.
    Result<> add(const FrameHeader& header, std::string_view records);

    /// All that was added is checked.
    Result<> finish();

    /// The last frame that is known to be good: its last seq, its hash, when its last record was
    /// recorded. Up to date after finish().
    std::uint64_t last_seq() const { return last_seq_; }

    /// As the last frame that begins a tape has it (tape::tape_id_after).
    std::uint64_t tape_id() const { return tape_id_; }

    const Hash& last_hash() const { return last_hash_; }

    std::int64_t last_recorded_at() const { return last_recorded_at_; }

private:
    struct Frame {
        FrameHeader header;
        std::uint64_t tape_id = 0;
        std::size_t begin = 0;  ///< of its records, in the batch's bytes
        bool hashes = false;
    };

    /// What one thread takes at once. Batches are reused: their memory is.
    struct Batch {
        std::vector<Frame> frames;
        std::string bytes;
        bool taken = false;
        bool done = false;
    };

    void work();
    static void hash(Batch& batch);
    void hand_over();
    Result<> link(const Batch& batch);
    Result<> link_oldest();

    std::uint64_t tape_id_;
    std::uint64_t last_seq_;
    Hash last_hash_;
    std::int64_t last_recorded_at_;
    std::optional<Error> error_;

    std::optional<Batch> filling_;
    std::vector<Batch> spare_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<Batch> batches_;  // oldest first; addresses stay while others come and go
    bool stopping_ = false;

    std::vector<std::thread> threads_;
};

}  // namespace tapedeck::tape
