#pragma once

#include "base/expected.h"
#include "journal/store/merkle.h"
#include "tape/chain.h"
#include "tape/format.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tapedeck::journal {

/// Where a segment begins: the tape as it stood before, and the manifest of the segment before.
struct SegmentStart {
    tape::ChainPosition before;
    tape::Hash previous_manifest{};  ///< zeros before the first segment

    bool operator==(const SegmentStart&) const = default;
};

/// What is in a closed segment; it stays the same when the segment is packed or goes to the ledger.
struct Manifest {
    SegmentStart start;
    tape::ChainPosition end;
    std::int64_t first_recorded_at = 0;
    std::uint64_t frames = 0;
    tape::Hash merkle_root{};  ///< over the frames' hashes
    std::map<std::uint16_t, std::uint64_t> count_by_type;

    std::uint64_t first_seq() const { return start.before.last_seq + 1; }

    /// Lines of text: whoever has SHA-256 can check it by hand.
    std::string encode() const;

    /// Errors: it is not whole.
    static Result<Manifest> parse(std::string_view text);

    /// SHA-256 of the text; the next manifest names it.
    tape::Hash hash() const { return tape::sha256(encode()); }

    bool operator==(const Manifest&) const = default;
};

/// Makes a segment's manifest while its frames are written or read.
class Tally {
public:
    explicit Tally(const SegmentStart& start = {}) { manifest_.start = start; }

    /// A frame that has been proven; `end` is the chain behind it. An error: its records do not
    /// parse.
    Result<> take(
        const tape::FrameHeader& header, std::string_view records, const tape::ChainPosition& end);

    Manifest manifest() const;

    std::uint64_t frames() const { return manifest_.frames; }

    std::uint64_t count_of(std::uint16_t type) const;

    std::int64_t first_recorded_at() const { return manifest_.first_recorded_at; }

    const SegmentStart& start() const { return manifest_.start; }

private:
    Manifest manifest_;
    MerkleTree merkle_;
};

/// The reverse of tape::to_hex; an error for anything else.
Result<tape::Hash> hash_from_hex(std::string_view hex);

}  // namespace tapedeck::journal
