#include "journal/store/ledger.h"

#include "journal/core/sequencer.h"
#include "journal/store/closed_segment.h"
#include "journal/store/draft.h"
#include "tape/records.h"

#include <map>

namespace tapedeck::journal {

namespace {

/// The block of market events in the vocabulary (events/market.h).
constexpr std::uint16_t kFirstMarketType = 40;
constexpr std::uint16_t kLastMarketType = 59;
constexpr std::uint64_t kAll = ~std::uint64_t{0};

auto interrupted() {
    return fail("stopped", ExitCode::Interrupted);
}

/// The last seq of each producer in the segment.
Result<std::map<std::uint32_t, Seq>> last_seqs(ClosedSegment& segment, const Stopping& stopping) {
    std::map<std::uint32_t, Seq> last;
    Result<> parsed;
    const bool whole = TRY(segment.read(1, kAll, [&](const StoredFrame& frame) {
        tape::RecordCursor cursor(frame.header, frame.records);
        Result<bool> more = true;
        while ((more = cursor.next()) && *more) last[cursor.prefix().producer] = cursor.seq();
        if (!more) parsed = tl::make_unexpected(more.error());
        return parsed.has_value() && !stopping();
    }));
    TRY(parsed);
    if (!whole) return interrupted();
    return last;
}

/// Returns how many records were kept.
Result<std::uint64_t> write_ledger(
    ClosedSegment& source, sqlite::Database& database, const Stopping& stopping) {
    const auto last = TRY(last_seqs(source, stopping));
    FrameTable table = TRY(FrameTable::prepare(database, source.path()));
    std::uint64_t kept = 0;
    Result<> written;
    const auto keep = [&](Seq seq, const RecordPrefix& prefix) {
        if (outlives_retention(prefix)) return true;
        return prefix.producer != kJournalProducer && last.at(prefix.producer) == seq;
    };
    const bool whole = TRY(source.read(1, kAll, [&](const StoredFrame& frame) {
        const auto ledger = tape::to_ledger(frame.header, frame.records, keep);
        if (!ledger) {
            written = tl::make_unexpected(ledger.error());
        } else if (table.insert(ledger->header, ledger->records) != SQLITE_DONE) {
            written = fail(database.error());
        } else {
            kept += ledger->kept;
        }
        return written.has_value() && !stopping();
    }));
    TRY(written);
    if (!whole) return interrupted();
    return kept;
}

}  // namespace

bool outlives_retention(const RecordPrefix& prefix) {
    const bool is_market = prefix.type >= kFirstMarketType && prefix.type <= kLastMarketType;
    return !is_market && prefix.type != ClockTicked::kType;
}

Result<Retired> retire(
    const std::string& directory, const SegmentName& segment, const Stopping& stopping) {
    ClosedSegment source = TRY(ClosedSegment::open(directory, segment));
    Retired retired{.name = {SegmentKind::Ledger, segment.first_seq, segment.last_seq}};
    Draft draft = TRY(Draft::begin(path_in(directory, retired.name), segment::kSchema));
    TRY(draft.copy_facts(source.database()));
    retired.kept_records = TRY(write_ledger(source, draft.database(), stopping));
    TRY(segment::set_meta(
        draft.database(), segment::kKeptRecords, std::to_string(retired.kept_records)));
    TRY(draft.close());
    ClosedSegment written = TRY(ClosedSegment::open_file(draft.path()));
    TRY(written.verify([&](std::uint64_t) { return !stopping(); }));
    TRY(draft.publish());
    return retired;
}

}  // namespace tapedeck::journal
