#include "tape/records.h"

#include <cstring>

namespace tapedeck::tape {

RecordCursor::RecordCursor(const FrameHeader& header, std::string_view records)
    : first_seq_(header.first_seq),
      first_recorded_at_(header.recorded_at),
      count_(header.count),
      is_ledger_(header.codec == kCodecLedger),
      rest_(records) {
    // Too short for its hash: next() says so.
    if (is_ledger_ && rest_.size() >= sizeof(Hash)) rest_.remove_prefix(sizeof(Hash));
}

Result<bool> RecordCursor::next() {
    if (is_ledger_) {
        if (rest_.empty()) return false;
        TRY(take_ledger_index());
    } else if (next_index_ == count_) {
        return false;
    }
    prefix_ = TRY(read_prefix(rest_));
    bytes_ = rest_.substr(0, RecordPrefix::kSize + prefix_.body_length);
    rest_.remove_prefix(bytes_.size());
    index_ = next_index_++;
    return true;
}

/// Places rise within a ledger frame.
Result<> RecordCursor::take_ledger_index() {
    std::uint32_t place = 0;
    if (rest_.size() >= sizeof place) std::memcpy(&place, rest_.data(), sizeof place);
    if (rest_.size() < sizeof place || place < next_index_ || place >= count_) {
        return fail(
            "frame at seq " + std::to_string(first_seq_) + ": what the ledger kept does not parse",
            ExitCode::Integrity);
    }
    rest_.remove_prefix(sizeof place);
    next_index_ = place;
    return {};
}

Result<LedgerFrame> to_ledger(
    const FrameHeader& header,
    std::string_view records,
    const std::function<bool(Seq, const RecordPrefix&)>& keep) {
    LedgerFrame result;
    result.header = header;
    result.header.codec = kCodecLedger;
    const Hash content =
        header.codec == kCodecLedger ? hash_from(records.substr(0, sizeof(Hash))) : sha256(records);
    result.records = std::string(as_bytes(content));
    RecordCursor cursor(header, records);
    while (TRY(cursor.next())) {
        if (!keep(cursor.seq(), cursor.prefix())) continue;
        const auto place = static_cast<std::uint32_t>(cursor.seq().value - header.first_seq);
        result.records.append(reinterpret_cast<const char*>(&place), sizeof place);
        result.records += cursor.bytes();
        ++result.kept;
    }
    result.header.raw_length = static_cast<std::uint32_t>(result.records.size());
    return result;
}

}  // namespace tapedeck::tape
