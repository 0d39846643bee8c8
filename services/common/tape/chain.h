#pragma once

#include "base/expected.h"
#include "tape/format.h"

#include <cstdint>
#include <string_view>

namespace tapedeck::tape {

/// Where a chain of frames has been proven to.
struct ChainPosition {
    std::uint64_t tape_id = 0;
    std::uint64_t last_seq = 0;
    std::int64_t last_recorded_at = 0;  ///< of the last record
    Hash last_hash = kGenesisHash;

    bool operator==(const ChainPosition&) const = default;
};

/// The tape's id from this frame on: another than `before` when it begins with TapeStarted or
/// TapeBranched. An error: its first record does not parse.
Result<std::uint64_t> tape_id_after(
    const FrameHeader& header, std::string_view records, std::uint64_t before);

/// Proves frame after frame: order, time, links and hashes. Goes along when the tape branches.
class Chain {
public:
    explicit Chain(const ChainPosition& from) : at_(from) {}

    /// An error names the frame and what is wrong with it; the position stays.
    Result<> take(const FrameHeader& header, std::string_view records);

    const ChainPosition& position() const { return at_; }

private:
    ChainPosition at_;
};

}  // namespace tapedeck::tape
