#include "tape/chain.h"

#include "tape/records.h"

namespace tapedeck::tape {

Result<std::uint64_t> tape_id_after(
    const FrameHeader& header, std::string_view records, std::uint64_t before) {
    RecordCursor cursor(header, records);
    if (!TRY(cursor.next()) || cursor.seq() != Seq{header.first_seq}) return before;
    return tape_id_begun(cursor.bytes()).value_or(before);
}

Result<> Chain::take(const FrameHeader& header, std::string_view records) {
    const auto tape_id = tape_id_after(header, records, at_.tape_id);
    // A first record that does not parse: the hash tells what is wrong with the frame.
    TRY(verify_frame(tape_id.value_or(at_.tape_id), at_.last_seq, at_.last_hash, header, records));
    TRY(tape_id);
    if (at_.last_seq > 0 && header.recorded_at <= at_.last_recorded_at) {
        return fail(
            "frame at seq " + std::to_string(header.first_seq) +
                " was recorded before the one it follows",
            ExitCode::Integrity);
    }
    at_.tape_id = *tape_id;
    at_.last_seq = header.last_seq();
    at_.last_hash = header.hash;
    at_.last_recorded_at = header.recorded_at + header.count - 1;
    return {};
}

}  // namespace tapedeck::tape
