#pragma once

#include "base/expected.h"
#include "events/event.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck {

/// What a record is made of before it has a place on the tape: the producer writes these bytes, the
/// journal stores them unchanged (design: "Records, frames, chain" in docs/tape-protocol.md).
struct RecordPrefix {
    static constexpr std::size_t kSize = 32;

    std::uint32_t body_length = 0;
    std::uint16_t type = 0;        ///< of the event: its field number in Envelope's oneof
    std::uint16_t flags = 0;       ///< reserved, 0
    std::uint32_t instrument = 0;  ///< CRC32C of the name; 0 = none
    std::uint32_t producer = 0;    ///< id given by the journal
    std::uint64_t number = 0;      ///< the producer's own: 1, 2, 3 …
    std::uint64_t cause = 0;       ///< seq of the record that caused this one; 0 = from outside
};

/// Where and when a fact comes from; empty for what deciders say.
struct Origin {
    Time happened_at{};
    Time received_at{};
    std::string source_key;
};

/// The instrument an event is about, or none.
Instrument instrument_of(const Event& event);

/// Appends the whole record, prefix and body.
void encode_record(
    std::string& out,
    std::uint32_t producer,
    std::uint64_t number,
    Seq cause,
    const Event& event,
    const Origin& origin = {});

/// The prefix at the front of `bytes`, or an error when they are too short for it or for the body
/// it announces.
Result<RecordPrefix> read_prefix(std::string_view bytes);

/// Decodes the record at the front of `bytes` into `out` (all but seq and recorded_at, which are
/// the frame's) and returns its length. An error names what disagrees. An event type that this
/// build does not know is an error too: ask is_known_type first to skip it.
Result<std::size_t> decode_record(std::string_view bytes, Recorded& out);

bool is_known_type(std::uint16_t type);

/// The type of the event of that name ("OrderFilled"), or 0.
std::uint16_t type_by_name(std::string_view name);

/// The name of a type, or "" for one that this build does not know.
std::string_view name_of_type(std::uint16_t type);

}  // namespace tapedeck
