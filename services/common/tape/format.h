#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The bytes of Tape Protocol, version 1 (docs/tape-protocol.md): message headers and frames. All
/// integers little-endian.
namespace tapedeck::tape {

inline constexpr std::uint32_t kProtocolVersion = 1;

using Hash = std::array<unsigned char, 32>;

inline std::string_view as_bytes(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string to_hex(const Hash& hash);

/// All zeros unless `bytes` are 32.
Hash hash_from(std::string_view bytes);

/// SHA-256.
Hash sha256(std::string_view bytes);

enum class MessageType : std::uint8_t {
    Hello = 1,
    Welcome = 2,
    Append = 3,
    Ack = 4,
    Nack = 5,
    Beat = 6,
    Bye = 7,
    Frame = 16,
    Watermark = 17,
    ReplayRequest = 32,
    ReplayData = 33,
    ReplayEnd = 34,
    Credit = 35,
    SnapshotPut = 48,
    SnapshotGet = 49,
    SnapshotData = 50,
};

enum class NackCode : std::uint64_t {
    Fenced = 1,  ///< a newer instance has this producer's name: exit
    Gap = 2,     ///< go back to `expected`
    BadCrc = 3,
    TooBig = 4,
    Version = 5,
    Busy = 6,  ///< try again later
    ReadOnly = 7,
    Quarantine = 8,
    Malformed = 9,   ///< the records do not parse, or are not this producer's to say
    WrongTape = 10,  ///< the sender followed another tape, or a longer one
    Damaged = 11,    ///< the history asked for does not verify
    Lost = 12,       ///< recorded as lost meanwhile: say HELLO again, then go on
    TakenOver = 13,  ///< to a HELLO: others have spoken under this name since; exit, begin anew
};

/// The first bytes of every message. What a, b and c mean depends on the type
/// (docs/tape-protocol.md).
struct Header {
    static constexpr std::size_t kSize = 64;
    static constexpr std::uint32_t kMagic = 0x31504154;  // "TAP1" in memory

    MessageType type = MessageType::Hello;
    std::uint8_t lane = 0;
    std::uint16_t count = 0;
    std::uint32_t epoch = 0;
    std::uint32_t producer = 0;
    std::uint32_t producer_epoch = 0;
    std::uint32_t flags = 0;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t c = 0;
    std::int64_t sent_at = 0;
};

struct Message {
    Header header;
    std::string body;
};

/// The header's bytes, with length and CRC32C over itself (CRC field 0) and the body.
std::string encode_header(const Header& header, std::string_view body);

/// An error says whether magic, length or CRC is wrong.
Result<Header> decode_header(std::string_view bytes, std::string_view body);

/// How a frame's records follow its header. 1 and 2 are taken by no frame: packing is by blocks.
inline constexpr std::uint32_t kCodecRaw = 0;
/// Retention has kept only some of the records (tape/ledger.h).
inline constexpr std::uint32_t kCodecLedger = 3;

/// What one commit makes durable; one link of the chain.
struct FrameHeader {
    static constexpr std::size_t kSize = 96;

    std::uint64_t first_seq = 0;
    std::uint32_t count = 0;
    std::uint32_t epoch = 0;
    std::int64_t recorded_at = 0;  ///< of the first record; record i is at recorded_at + i ns
    std::uint32_t raw_length = 0;
    std::uint32_t codec = kCodecRaw;
    Hash prev_hash{};
    Hash hash{};

    std::uint64_t last_seq() const { return first_seq + count - 1; }
};

inline constexpr std::uint32_t kMaxFrameRecords = 1024;
/// The journal stops adding to a frame here: full frames of ordinary records, so that a slow disk
/// is asked seldom.
inline constexpr std::size_t kFrameTargetBytes = std::size_t{256} * 1024;
/// One SNAPSHOT_PUT or SNAPSHOT_DATA carries at most so much of a state.
inline constexpr std::size_t kSnapshotChunk = std::size_t{512} * 1024;
/// A decider's state beyond this is not kept: it folds the tape from the start.
inline constexpr std::size_t kSnapshotMax = std::size_t{256} * 1024 * 1024;
/// One APPEND; it then has a frame of its own.
inline constexpr std::size_t kMaxAppendBytes = std::size_t{1024} * 1024;

/// hash = SHA-256("tapedeck.frame.1" | tape id | prev_hash | first_seq | count | epoch |
/// recorded_at | SHA-256(raw records)). A ledger frame brings the last of these along.
Hash frame_hash(std::uint64_t tape_id, const FrameHeader& header, std::string_view records);

/// The hash before a tape's first frame.
inline constexpr Hash kGenesisHash{};

/// The id from here on, when the first record is TapeStarted or TapeBranched.
std::optional<std::uint64_t> tape_id_begun(std::string_view records);

std::string encode_frame(const FrameHeader& header, std::string_view records);

/// CRC32C of the frame as encode_frame() gives it.
std::uint32_t frame_crc(const FrameHeader& header, std::string_view records);

/// The header of the frame at the front of `bytes`, which may go on behind it. An error when they
/// are too short for it.
Result<FrameHeader> decode_frame_at(std::string_view bytes);

/// The header of an encoded frame; `records` is a view of the rest. An error when lengths disagree.
Result<FrameHeader> decode_frame(std::string_view bytes, std::string_view& records);

/// Whether `header` links to (prev_seq, prev_hash). An error names the frame and what is wrong.
Result<> verify_link(std::uint64_t prev_seq, const Hash& prev_hash, const FrameHeader& header);

/// Whether it links, and its hash is that of its records.
Result<> verify_frame(
    std::uint64_t tape_id,
    std::uint64_t prev_seq,
    const Hash& prev_hash,
    const FrameHeader& header,
    std::string_view records);

}  // namespace tapedeck::tape
