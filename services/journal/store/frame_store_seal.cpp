#include "base/verify.h"
#include "journal/store/draft.h"
#include "journal/store/frame_store.h"

/// How a segment ends and the next begins (docs/tape-protocol.md, *Files*): whatever step is the
/// last before a crash, a start goes on from there.
namespace tapedeck::journal {

Result<> FrameStore::seal() {
    VERIFY(tally_.frames() > 0);
    TRY(database_.execute("PRAGMA wal_checkpoint(TRUNCATE);"));
    after("checkpoint");
    TRY(write_manifest());
    after("manifest");
    frames_ = {};
    upsert_producer_ = {};
    begin_ = {};
    commit_ = {};
    TRY(close_sealed());
    TRY(create_next());
    after("next");
    TRY(prepare_statements());
    events_.push_back(sealed_event(closed_.entries().back()));
    log("SEGMENT_SEALED", closed_.entries().back().name.file());
    return {};
}

Result<> FrameStore::write_manifest() {
    TRY(segment::set_meta(database_, "manifest", tally_.manifest().encode()));
    return database_.execute("PRAGMA wal_checkpoint(TRUNCATE);");
}

/// The open file has its manifest: from here on it is closed, whatever it is called.
Result<> FrameStore::close_sealed() {
    const auto manifest = TRY(segment::load_manifest(database_, path_));
    VERIFY(manifest.has_value());
    const SegmentName name{SegmentKind::Sealed, manifest->first_seq(), manifest->end.last_seq};
    TRY(close_whole(std::exchange(database_, {}), path_));
    after("close");
    TRY(move_into_place(path_, path_in(directory_, name)));
    after("rename");
    TRY(make_read_only(path_in(directory_, name)));
    after("read-only");
    return closed_.add(name);
}

void FrameStore::after(std::string_view step) const {
    if (options_.after_step) options_.after_step(step);
}

/// Goes on behind the last closed segment, with what that one knows.
Result<> FrameStore::create_next() {
    const auto marks = TRY(load_last_closed());
    return create(closed_.end(), marks);
}

Result<std::vector<ProducerMark>> FrameStore::load_last_closed() {
    ClosedSegment* const last = TRY(closed_.segment(closed_.entries().size() - 1));
    TRY(load_facts(last->database(), last->path()));
    return TRY(last->marks());
}

Result<> FrameStore::create(const SegmentStart& start, const std::vector<ProducerMark>& marks) {
    TRY(open_writer(
        path_in(directory_, {.kind = SegmentKind::Open, .first_seq = start.before.last_seq + 1})));
    TRY(database_.execute("BEGIN IMMEDIATE;"));
    TRY(database_.execute(segment::kFactsSchema));
    TRY(database_.execute(segment::kSchema));
    TRY(segment::set_meta(database_, "format", segment::kFormat));
    TRY(segment::set_meta(database_, "tape_id", std::to_string(position_.tape_id)));
    TRY(segment::set_meta(database_, "profile", profile_));
    TRY(segment::set_meta(database_, "epoch", std::to_string(epoch_)));
    TRY(segment::save_start(database_, start));
    TRY(segment::save_marks(database_, segment::Marks::Now, marks));
    TRY(segment::save_marks(database_, segment::Marks::Before, marks));
    TRY(database_.execute("COMMIT;"));
    // Into the file at once: were the log lost, the tape would still know who it is.
    TRY(database_.execute("PRAGMA wal_checkpoint(TRUNCATE);"));
    TRY(sync(directory_));
    tally_ = Tally(start);
    at_ = start.before;
    open_bytes_ = 0;
    return {};
}

}  // namespace tapedeck::journal
