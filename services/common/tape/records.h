#pragma once

#include "base/expected.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/codec.h"
#include "tape/format.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::tape {

/// Goes through the records of a frame, raw or ledger, without decoding their bodies. The bytes
/// must outlive it.
class RecordCursor {
public:
    RecordCursor(const FrameHeader& header, std::string_view records);

    /// Moves on to the next record; false behind the last one. An error names the frame and what
    /// is wrong with it.
    Result<bool> next();

    /// Of the record that next() moved to. In a ledger frame seqs have holes.
    Seq seq() const { return Seq{first_seq_ + index_}; }

    Time recorded_at() const { return time_from_ns(first_recorded_at_ + index_); }

    const RecordPrefix& prefix() const { return prefix_; }

    /// The whole record, prefix and body.
    std::string_view bytes() const { return bytes_; }

private:
    Result<> take_ledger_index();

    std::uint64_t first_seq_;
    std::int64_t first_recorded_at_;
    std::uint32_t count_;
    bool is_ledger_;
    std::string_view rest_;
    std::uint32_t next_index_ = 0;
    std::uint32_t index_ = 0;
    RecordPrefix prefix_;
    std::string_view bytes_;
};

/// What retention leaves of a frame: 32 bytes SHA-256 of its records as they were, so that its hash
/// can still be proven, then for each record that is kept u32 place in the frame and the record.
struct LedgerFrame {
    FrameHeader header;
    std::string records;
    std::uint32_t kept = 0;
};

/// The ledger frame of `header` with those records that `keep` wants. A ledger frame loses more.
Result<LedgerFrame> to_ledger(
    const FrameHeader& header,
    std::string_view records,
    const std::function<bool(Seq, const RecordPrefix&)>& keep);

}  // namespace tapedeck::tape
