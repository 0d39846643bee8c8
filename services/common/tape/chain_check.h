#pragma once

#include "base/expected.h"
#include "tape/chain.h"
#include "tape/format.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tapedeck::tape {

/// Proves frame after frame, as Chain does, for a tape that is read from one end to the other: a
/// frame's hash needs that frame alone, so hashes are computed on all processors. What is found is
/// told in order, as if there were one.
class ChainCheck {
public:
    /// Sees each frame that is proven, in order, with the position behind it, on the thread that
    /// adds. Its error ends the check.
    using Visit = std::function<Result<>(
        const FrameHeader& header, std::string_view records, const ChainPosition& position)>;

    explicit ChainCheck(const ChainPosition& from, Visit visit = {});

    ChainCheck(const ChainCheck&) = delete;
    ChainCheck& operator=(const ChainCheck&) = delete;
    ~ChainCheck();

    /// Takes the next frame. An error is that of the first bad frame up to now, and stays.
    Result<> add(const FrameHeader& header, std::string_view records);

    /// All that was added is checked.
    Result<> finish();

    /// Behind the last frame that is known to be good: some frames behind what was added, until
    /// finish().
    const ChainPosition& position() const { return at_; }

private:
    struct Frame {
        FrameHeader header;
        std::uint64_t tape_id = 0;
        bool parses = false;    ///< its first record, which may say the tape's id
        std::size_t begin = 0;  ///< of its records, in the batch's bytes
        std::size_t size = 0;
        bool hashes = false;
    };

    /// What one thread takes at once. Batches are reused: their memory is.
    struct Batch {
        std::vector<Frame> frames;
        std::string bytes;

        std::string_view records_of(const Frame& frame) const {
            return std::string_view(bytes).substr(frame.begin, frame.size);
        }

        bool taken = false;
        bool done = false;
    };

    void work();
    static void hash(Batch& batch);
    void hand_over();
    Result<> link(const Batch& batch);
    Result<> link_oldest();

    ChainPosition at_;
    Visit visit_;
    std::uint64_t tape_id_;  ///< behind the last frame added
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
