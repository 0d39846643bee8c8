#include "journal/store/frame_store.h"

namespace tapedeck::journal {

/// One transaction. SQLITE_DONE, or what went wrong.
int FrameStore::write(const Batch& batch) {
    int code = begin_.step();
    begin_.reset();
    if (code != SQLITE_DONE) return code;
    code = frames_.insert(batch.header, batch.records);
    if (code != SQLITE_DONE) return code;
    for (const auto& mark : batch.marks) {
        code = segment::put_mark(upsert_producer_, mark);
        if (code != SQLITE_DONE) return code;
    }
    const auto tape_id = tape::tape_id_after(batch.header, batch.records, at_.tape_id);
    if (tape_id && *tape_id != at_.tape_id) {
        const auto done = segment::set_meta(database_, "tape_id", std::to_string(*tape_id));
        if (!done) return sqlite3_extended_errcode(database_.get());
    }
    if (batch.header.epoch > epoch_) {
        const auto done = segment::set_meta(database_, "epoch", std::to_string(batch.header.epoch));
        if (!done) return sqlite3_extended_errcode(database_.get());
    }
    code = commit_.step();
    commit_.reset();
    return code;
}

Result<> FrameStore::append(const Batch& batch) {
    int code = write(batch);
    if ((code & 0xff) == SQLITE_FULL && drop_ballast()) {
        TRY(roll_back(batch));
        code = write(batch);
    }
    if (code != SQLITE_DONE) return commit_failed(batch);
    return committed(batch);
}

/// A full disk is a failure that leaves nothing behind, if SQLite says that it has rolled back and
/// the frame is not there: only then may the same seqs be used again.
Result<> FrameStore::roll_back(const Batch& batch) {
    if (!database_.is_idle() && !database_.execute("ROLLBACK;")) return commit_failed(batch);
    if (!database_.is_idle()) return commit_failed(batch);
    bool found = false;
    const auto read =
        frames_.read(batch.header.first_seq, batch.header.first_seq, [&](const StoredFrame& frame) {
            found = frame.header.last_seq() >= batch.header.first_seq;
            return false;
        });
    if (!read || found) return commit_failed(batch);
    return {};
}

Result<> FrameStore::commit_failed(const Batch& batch) {
    const std::string why = database_.error();
    // The log is evidence: closing must not move into the file what may not be on the disk.
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return fail(
        path_ + ": commit of seq " + std::to_string(batch.header.first_seq) + " failed: " + why +
            "; nobody knows yet whether it is on disk: the next start reads it from there",
        ExitCode::OutcomeUnknown);
}

Result<> FrameStore::committed(const Batch& batch) {
    at_.tape_id = TRY(tape::tape_id_after(batch.header, batch.records, at_.tape_id));
    at_.last_seq = batch.header.last_seq();
    at_.last_hash = batch.header.hash;
    at_.last_recorded_at = batch.header.recorded_at + batch.header.count - 1;
    epoch_ = std::max(epoch_, batch.header.epoch);
    open_bytes_ += batch.records.size() + kRowBytes;
    TRY(tally_.take(batch.header, batch.records, at_));
    return {};
}

Result<bool> FrameStore::read_open(
    std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    if (database_.get() == nullptr) return true;
    return frames_.read(from, to, visit);
}

Result<> FrameStore::read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    if (TRY(closed_.read(from, to, visit))) TRY(read_open(from, to, visit));
    return {};
}

Result<std::optional<tape::Hash>> FrameStore::hash_at(std::uint64_t seq) {
    std::optional<tape::Hash> hash;
    TRY(read(seq, seq, [&](const StoredFrame& frame) {
        if (frame.header.last_seq() == seq) hash = frame.header.hash;
        return false;
    }));
    return hash;
}

Result<> FrameStore::verify(const std::function<void(std::uint64_t)>& progress) {
    TRY(closed_.verify([&](std::uint64_t last_seq) {
        progress(last_seq);
        return true;
    }));
    SegmentStart start = closed_.end();
    if (database_.get() != nullptr) {
        const SegmentStart says = TRY(segment::load_start(database_, path_));
        if (!closed_.empty() && says != start) {
            return fail(
                path_ + ": does not follow the segment before it: one is missing; restore a backup",
                ExitCode::Integrity);
        }
        start = says;
    }
    TRY(prove_frames(start, [&](const tape::FrameHeader& header, std::string_view) -> Result<> {
        if (tally_.frames() % 1024 == 0) progress(header.last_seq());
        return {};
    }));
    progress(at_.last_seq);
    return {};
}

void FrameStore::checkpoint() {
    if (database_.get() == nullptr) return;  // sealing has failed half way: there is none open
    sqlite3_wal_checkpoint_v2(
        database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

Result<> FrameStore::flush() {
    TRY(database_.execute("PRAGMA wal_checkpoint(TRUNCATE);"));
    TRY(sync(path_));
    return sync(directory_);
}

void FrameStore::log(const std::string& code, const std::string& message) const {
    if (options_.log) options_.log(code, message);
}

}  // namespace tapedeck::journal
