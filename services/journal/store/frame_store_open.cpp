#include "journal/store/draft.h"
#include "journal/store/frame_store.h"
#include "journal/store/producer_fold.h"
#include "tape/chain_check.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

/// How a tape is opened: every state that a crash can leave is either whole or finished here
/// (design: tape.md sections 7 and 8).
namespace tapedeck::journal {

namespace {

/// The single file of older releases becomes the first segment.
Result<> adopt_legacy(const std::string& directory) {
    const std::string legacy = legacy_file(directory);
    if (!exists(legacy)) return {};
    auto database =
        TRY(sqlite::Database::open(legacy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX));
    auto locked = database.execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;");
    if (!locked) {
        return fail(
            legacy + ": " + locked.error().message +
                ": it is in use by another journal, or it is no tape",
            ExitCode::Integrity);
    }
    TRY(close_whole(std::move(database), legacy));
    return move_into_place(legacy, path_in(directory, {.kind = SegmentKind::Open, .first_seq = 1}));
}

/// No tables: the process died while it was made, and nothing was ever in it.
Result<bool> is_blank(sqlite::Database& database) {
    return TRY(database.value_of("SELECT count(*) FROM sqlite_master")) == "0";
}

Result<> remove_database(const std::string& path) {
    for (const char* ending : {"", "-wal", "-journal", "-shm"}) TRY(remove_file(path + ending));
    return {};
}

/// Of several forms of one segment the one to read: packed before sealed before ledger.
std::vector<SegmentName> without_twins(const std::vector<SegmentName>& names) {
    const auto rank = [](SegmentKind kind) {
        return kind == SegmentKind::Packed ? 0 : kind == SegmentKind::Sealed ? 1 : 2;
    };
    std::vector<SegmentName> result;
    for (const auto& name : names) {
        if (name.kind == SegmentKind::Open) continue;
        const bool twin = !result.empty() && result.back().first_seq == name.first_seq &&
                          result.back().last_seq == name.last_seq;
        if (!twin) {
            result.push_back(name);
        } else if (rank(name.kind) < rank(result.back().kind)) {
            result.back() = name;
        }
    }
    return result;
}

std::vector<SegmentName> open_ones(const std::vector<SegmentName>& names) {
    std::vector<SegmentName> result;
    std::copy_if(names.begin(), names.end(), std::back_inserter(result), [](const auto& name) {
        return name.kind == SegmentKind::Open;
    });
    return result;
}

}  // namespace

Result<FrameStore> FrameStore::open(
    const std::string& directory, const NewTape& if_missing, const StoreOptions& options) {
    return open_for_writing(directory, if_missing, options, Epoch::Raise);
}

Result<FrameStore> FrameStore::open_copy(
    const std::string& directory, const NewTape& if_missing, const StoreOptions& options) {
    return open_for_writing(directory, if_missing, options, Epoch::Keep);
}

Result<FrameStore> FrameStore::open_for_writing(
    const std::string& directory,
    const NewTape& if_missing,
    const StoreOptions& options,
    Epoch epoch) {
    if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
        return fail(
            directory + ": cannot make the journal's directory: " + std::strerror(errno) +
            "; make it, or set journal.dir to a place that this user may write");
    }
    FrameStore store;
    store.directory_ = directory;
    store.options_ = options;
    store.gauge_ = StorageGauge(options.segment_bytes);
    store.lock_ = TRY(DirectoryLock::take(directory));
    TRY(remove_drafts(directory));
    TRY(adopt_legacy(directory));
    TRY(store.settle_twins());
    TRY(store.open_segments(if_missing));
    if (store.profile_ != if_missing.profile) {
        return fail(
            store.path_ + " is a tape of profile \"" + store.profile_ + "\", not \"" +
                if_missing.profile + "\": give each profile a directory of its own",
            ExitCode::Configuration);
    }
    TRY(store.prove_open_segment());
    // After a failed fsync the cache may hold pages that no later fsync writes: what was read is
    // written anew before anything is built on it (Rebello et al., USENIX ATC 2020).
    TRY(store.flush());
    if (epoch == Epoch::Raise) TRY(store.raise_epoch());
    // A segment's end is told by the next one: if that was not committed, it is told now.
    if (!store.closed_.empty() && store.tally_.count_of(SegmentSealed::kType) == 0) {
        store.events_.push_back(sealed_event(store.closed_.entries().back()));
    }
    store.set_ballast_aside();
    const bool has_chores = options.pack || options.keep_bytes > 0 ||
                            options.keep_age > Duration::zero() ||
                            options.check_every > Duration::zero();
    if (has_chores) store.caretaker_ = std::make_unique<Caretaker>(directory, options.care_by);
    return store;
}

/// Packing and retention write the new form beside the old one and remove that later.
Result<> FrameStore::settle_twins() {
    const auto names = TRY(list_segments(directory_));
    for (const auto& name : names) {
        if (name.kind == SegmentKind::Open) continue;
        const auto has = [&](SegmentKind kind) {
            const SegmentName other{kind, name.first_seq, name.last_seq};
            return std::find(names.begin(), names.end(), other) != names.end();
        };
        const bool packed = name.kind == SegmentKind::Sealed && has(SegmentKind::Packed);
        const bool retired = name.kind != SegmentKind::Ledger && has(SegmentKind::Ledger);
        if (packed || retired) TRY(remove_file(path_in(directory_, name)));
        if (!retired || packed) continue;
        auto ledger = TRY(
            ClosedSegment::open(directory_, {SegmentKind::Ledger, name.first_seq, name.last_seq}));
        const std::uint64_t kept =
            TRY(segment::meta_number(ledger.database(), ledger.path(), segment::kKeptRecords));
        events_.push_back(SegmentRetired{
            .first_seq = Seq{name.first_seq},
            .last_seq = Seq{name.last_seq},
            .kept_records = kept});
    }
    return {};
}

Result<> FrameStore::open_segments(const NewTape& if_missing) {
    const auto names = TRY(list_segments(directory_));
    const auto open = open_ones(names);
    if (open.size() > 1) {
        return fail(
            directory_ + ": has two open segments, " + open[0].file() + " and " + open[1].file() +
                ": it was put together from two tapes; restore a backup",
            ExitCode::Integrity);
    }
    closed_ = TRY(SegmentSet::load(directory_, without_twins(names)));
    if (!open.empty()) {
        const std::string path = path_in(directory_, open[0]);
        TRY(open_writer(path));
        if (TRY(is_blank(database_))) {
            database_ = {};
            TRY(remove_database(path));
        } else if (TRY(segment::load_manifest(database_, path))) {
            TRY(close_sealed());
        }
    }
    if (database_.get() == nullptr) {
        if (closed_.empty()) {
            profile_ = if_missing.profile;
            position_.tape_id = if_missing.tape_id;
            TRY(create({.before = {.tape_id = if_missing.tape_id}}, {}));
        } else {
            TRY(create_next());
        }
    }
    TRY(load_facts(database_, path_));
    return prepare_statements();
}

Result<> FrameStore::open_writer(const std::string& path) {
    path_ = path;
    // A log that is still there was left by a crash: if the disk failed then, memory may hold what
    // the disk does not, and only the disk counts.
    const bool was_left = size_of(path + "-wal") > 0;
    if (was_left) {
        forget_cached(path);
        forget_cached(path + "-wal");
    }
    database_ = TRY(sqlite::Database::open(
        path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX));
    TRY(configure_writer());
    // The kernel need not forget: what was read all the same must be on the disk before a
    // checkpoint moves it into the file page by page.
    return was_left ? database_.rewrite_log() : Result<>{};
}

Result<> FrameStore::configure_writer() {
    sqlite3_busy_timeout(database_.get(), 0);
    // EXCLUSIVE before WAL: no shared memory, no second process (docs/decisions/0002). Order
    // matters.
    auto mode = database_
                    .execute(
                        "PRAGMA page_size=8192; PRAGMA auto_vacuum=NONE; "
                        "PRAGMA locking_mode=EXCLUSIVE;")
                    .and_then([&] { return database_.value_of("PRAGMA journal_mode=WAL;"); });
    auto locked = mode ? database_.execute("BEGIN IMMEDIATE; COMMIT;") : Result<>{};
    if (!mode || !locked) {
        const std::string why = mode ? locked.error().message : mode.error().message;
        const int code = sqlite3_errcode(database_.get()) & 0xFF;  // without its detail
        if (code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN) {
            // The disk has failed, which says nothing about the tape on it.
            return fail(path_ + ": " + why + "; make room or mend the disk, then start again");
        }
        if (why.find("locked") == std::string::npos) {
            return fail(
                path_ + ": " + why + "; it is no tape, or a damaged one: restore a backup",
                ExitCode::Integrity);
        }
        return fail(
            path_ + " is being read by another process (a command with --tape): end it first",
            ExitCode::Refused);
    }
    if (*mode != "wal") {
        return fail(path_ + ": SQLite refused write-ahead logging (" + *mode + ")");
    }
    TRY(database_.execute(
        std::string(
            options_.sync == StoreOptions::Sync::Commit ? "PRAGMA synchronous=FULL;"
                                                        : "PRAGMA synchronous=NORMAL;") +
        "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=-1;"
        "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
        "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"));
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return {};
}

Result<> FrameStore::load_facts(sqlite::Database& database, const std::string& path) {
    const std::string format = TRY(segment::meta(database, path, "format"));
    if (format != segment::kFormat) {
        return fail(
            path + " has tape format " + format +
                ", this build reads format 1: use the release that wrote it, or a newer one",
            ExitCode::Integrity);
    }
    profile_ = TRY(segment::meta(database, path, "profile"));
    position_.tape_id = TRY(segment::meta_number(database, path, "tape_id"));
    epoch_ = static_cast<std::uint32_t>(TRY(segment::meta_number(database, path, "epoch")));
    position_.epoch = epoch_;
    return {};
}

Result<> FrameStore::prepare_statements() {
    frames_ = TRY(FrameTable::prepare(database_, path_));
    upsert_producer_ = TRY(segment::prepare_mark(database_, segment::Marks::Now));
    begin_ = TRY(database_.prepare("BEGIN IMMEDIATE"));
    commit_ = TRY(database_.prepare("COMMIT"));
    return {};
}

Result<> FrameStore::prove_frames(const SegmentStart& start, const ProvenVisitor& visit) {
    tally_ = Tally(start);
    at_ = start.before;
    open_bytes_ = 0;
    tape::ChainCheck check(
        start.before,
        [&](const tape::FrameHeader& header,
            std::string_view records,
            const tape::ChainPosition& position) -> Result<> {
            TRY(tally_.take(header, records, position));
            TRY(visit(header, records));
            at_ = position;
            open_bytes_ += records.size() + kRowBytes;
            return {};
        });
    Result<> sound;
    const auto done = read_open(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        sound = check.add(frame.header, frame.records);
        return sound.has_value();
    });
    // Damage further back is told first: it is what the rest hangs on.
    if (sound) sound = check.finish();
    position_.last_seq = at_.last_seq;
    position_.last_hash = at_.last_hash;
    position_.last_recorded_at = at_.last_recorded_at;
    if (!sound) return fail(path_ + ": " + sound.error().message, ExitCode::Integrity);
    if (!done) return tl::make_unexpected(done.error());
    if (at_.last_seq == 0 || at_.tape_id == position_.tape_id) return {};
    return fail(
        path_ + ": its frames are of another tape id than it says; restore a backup",
        ExitCode::Integrity);
}

Result<> FrameStore::prove_open_segment() {
    const SegmentStart start = TRY(segment::load_start(database_, path_));
    const SegmentStart expected = closed_.end();
    const bool follows = closed_.empty() ? start.before.last_seq == 0 : start == expected;
    if (!follows) {
        return fail(
            path_ + ": begins behind seq " + std::to_string(start.before.last_seq) +
                ", the segments before it end with seq " +
                std::to_string(expected.before.last_seq) + ": one is missing; restore a backup",
            ExitCode::Integrity);
    }
    position_.producers = TRY(segment::load_marks(database_, segment::Marks::Now));
    ProducerFold fold(TRY(segment::load_marks(database_, segment::Marks::Before)));
    TRY(prove_frames(
        start, [&](const tape::FrameHeader& header, std::string_view records) -> Result<> {
            epoch_ = std::max(epoch_, header.epoch);
            return fold.take(header, records);
        }));
    TRY(check_producers());
    const auto same = fold.check(position_.producers);
    if (!same) {
        return fail(
            path_ + ": " + same.error().message + "; restore a backup", ExitCode::Integrity);
    }
    for (const auto& folded : fold.marks()) {
        for (auto& mark : position_.producers) {
            if (mark.id == folded.id) mark.alive = folded.alive;
        }
    }
    return {};
}

/// A producer whose last record lies beyond the tape's end proves that frames are gone.
Result<> FrameStore::check_producers() const {
    for (const auto& mark : position_.producers) {
        if (mark.last_seq <= position_.last_seq) continue;
        return fail(
            path_ + ": producer " + mark.name + " recorded seq " + std::to_string(mark.last_seq) +
                ", but the tape ends at " + std::to_string(position_.last_seq) +
                ": frames are missing; restore a backup",
            ExitCode::Integrity);
    }
    return {};
}

Result<> FrameStore::raise_epoch() {
    position_.epoch = ++epoch_;
    return segment::set_meta(database_, "epoch", std::to_string(epoch_));
}

Result<FrameStore> FrameStore::open_to_read(const std::string& path) {
    FrameStore store;

    struct stat status {};

    if (::stat(path.c_str(), &status) != 0) {
        return fail(path + ": there is no tape here", ExitCode::NotFound);
    }
    if (!S_ISDIR(status.st_mode)) {
        store.directory_ = path.substr(0, path.rfind('/'));
        const auto name = parse_segment_name(path.substr(path.rfind('/') + 1));
        if (!name || name->kind == SegmentKind::Open) {
            TRY(store.open_read_only(path));
        } else {
            store.closed_ = TRY(SegmentSet::load_file(path));
            store.position_.producers = TRY(store.load_last_closed());
        }
        return store;
    }
    store.directory_ = path;
    const auto names = TRY(list_segments(path));
    store.closed_ = TRY(SegmentSet::load(path, without_twins(names)));
    const auto open = open_ones(names);
    const std::string legacy = legacy_file(path);
    if (!open.empty()) {
        TRY(store.open_read_only(path_in(path, open[0])));
    } else if (exists(legacy)) {
        TRY(store.open_read_only(legacy));
    } else if (!store.closed_.empty()) {
        store.position_.producers = TRY(store.load_last_closed());
    } else {
        return fail(path + ": there is no tape here", ExitCode::NotFound);
    }
    return store;
}

Result<> FrameStore::open_read_only(const std::string& path) {
    path_ = path;
    // Read-write, because a WAL that a crash left behind must be read through its index; the tape
    // itself is not written to.
    database_ = TRY(sqlite::Database::open(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX));
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    auto locked = database_.execute("PRAGMA query_only=ON; SELECT count(*) FROM meta;");
    if (!locked) {
        return fail(
            path_ + ": cannot read the tape: " + locked.error().message +
                " (a running journal keeps it to itself: ask the journal, without --tape)",
            ExitCode::Error);
    }
    TRY(load_facts(database_, path_));
    TRY(prepare_statements());
    position_.producers = TRY(segment::load_marks(database_, segment::Marks::Now));
    return {};
}

bool FrameStore::is_tape(const std::string& directory) {
    const auto names = list_segments(directory);
    return (names && !names->empty()) || exists(legacy_file(directory));
}

std::string FrameStore::file_in(const std::string& directory) {
    const auto names = list_segments(directory);
    const auto open = names ? open_ones(*names) : std::vector<SegmentName>{};
    if (!open.empty()) return path_in(directory, open[0]);
    std::string legacy = legacy_file(directory);
    if (exists(legacy)) return legacy;
    return path_in(directory, {.kind = SegmentKind::Open, .first_seq = 1});
}

}  // namespace tapedeck::journal
