#pragma once

#include "base/seq.h"
#include "tape/format.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::tape {

/// Follows the tape without gap or duplicate: joins by history and live frames, repairs every hole
/// from the journal's disk. No socket: messages come in, requests go out, frames come out in order.
class Follower {
public:
    /// Frames that arrived ahead of a hole; beyond this they are dropped and asked for again.
    static constexpr std::size_t kBufferBytes = std::size_t{16} * 1024 * 1024;
    static constexpr std::uint64_t kCreditBytes = std::uint64_t{4} * 1024 * 1024;

    /// `from`: the last seq that is known already, from a snapshot; 0 = nothing.
    explicit Follower(Seq from = {}) : last_(from) {}

    /// Everything through `seq`, the end of a frame, is known from a snapshot: what has come so far
    /// is forgotten. Before the first frame was handed out.
    Result<> start_at(Seq seq);

    /// FRAME or WATERMARK from LIVE. An error: the tape is another one, or its chain is broken.
    Result<> on_live(const Header& header, std::string_view body);

    /// REPLAY_DATA, REPLAY_END or NACK from REPLAY.
    Result<> on_replay(const Header& header, std::string_view body);

    /// What to say on REPLAY next, if anything: a request for the hole, or more credit.
    std::optional<Message> next_request(Duration monotonic);

    struct Frame {
        FrameHeader header;
        std::string bytes;  ///< header and records, as stored

        std::string_view records() const {
            return std::string_view(bytes).substr(FrameHeader::kSize);
        }
    };

    /// The next frame of the tape, or null.
    const Frame* front() const { return ready_.empty() ? nullptr : &ready_.front(); }

    void pop() {
        ready_bytes_ -= ready_.front().bytes.size();
        ready_.pop_front();
    }

    /// Bytes that wait to be taken: stop reading LIVE above some bound.
    std::size_t ready_bytes() const { return ready_bytes_; }

    /// The last record handed out or ready.
    Seq last() const { return last_; }

    const Hash& last_hash() const { return last_hash_; }

    /// The end of the tape as the journal last told; 0 = nothing heard yet.
    Seq tape_end() const { return tape_end_; }

    /// Everything that the journal has told of is ready or taken.
    bool is_live() const { return heard_ && last_ >= tape_end_; }

    /// The journal's epoch as last heard; it rises with every start of the journal.
    std::uint32_t epoch() const { return epoch_; }

    /// The journal must be asked anew (it restarted, or nothing came in reply).
    void forget_request() { requested_to_.reset(); }

private:
    Result<> take(std::string_view bytes);
    Result<> drain_buffer();

    Seq last_;
    Hash last_hash_{};
    bool hash_known_ = false;
    Seq tape_end_;
    std::uint32_t epoch_ = 0;
    bool heard_ = false;
    std::deque<Frame> ready_;
    std::size_t ready_bytes_ = 0;
    std::map<std::uint64_t, std::string> ahead_;  ///< by first seq
    std::size_t ahead_bytes_ = 0;
    std::optional<std::uint64_t> requested_to_;
    Duration requested_at_{};
    std::uint64_t credit_to_give_ = 0;
};

}  // namespace tapedeck::tape
