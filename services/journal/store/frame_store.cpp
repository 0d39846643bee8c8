#include "journal/store/frame_store.h"

#include "base/crc32c.h"
#include "tape/chain_check.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace tapedeck::journal {

namespace {

constexpr std::string_view kFormat = "1";

constexpr auto kSchema = R"sql(
CREATE TABLE frame(
  first_seq INTEGER PRIMARY KEY,
  count INTEGER NOT NULL, epoch INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  codec INTEGER NOT NULL, raw_length INTEGER NOT NULL,
  crc32c INTEGER NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE producer(
  id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, epoch INTEGER NOT NULL,
  last_number INTEGER NOT NULL, last_seq INTEGER NOT NULL, last_cause INTEGER NOT NULL,
  fresh_seq INTEGER NOT NULL,
  fingerprint BLOB NOT NULL, alive INTEGER NOT NULL) STRICT;
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
)sql";

std::int64_t as_signed(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::uint64_t as_unsigned(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

bool exists(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

Result<FrameStore> FrameStore::open(
    const std::string& directory, const NewTape& if_missing, Sync sync) {
    if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
        return fail(
            directory + ": cannot make the journal's directory: " + std::strerror(errno) +
            "; make it, or set journal.dir to a place that this user may write");
    }
    FrameStore store;
    store.path_ = file_in(directory);
    const bool is_new = !exists(store.path_);
    store.database_ = TRY(sqlite::Database::open(
        store.path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX));
    TRY(store.configure_writer(sync));
    if (is_new || !store.database_.value_of("SELECT 1 FROM meta WHERE key='tape_id'")) {
        TRY(store.create(if_missing));
    }
    TRY(store.load_meta());
    if (store.profile_ != if_missing.profile) {
        return fail(
            store.path_ + " is a tape of profile \"" + store.profile_ + "\", not \"" +
                if_missing.profile + "\": give each profile a directory of its own",
            ExitCode::Configuration);
    }
    TRY(store.prepare_statements());
    TRY(store.load_producers());
    TRY(store.verify([](std::uint64_t) {}));
    TRY(store.check_producers());
    TRY(store.raise_epoch());
    return store;
}

Result<FrameStore> FrameStore::open_to_read(const std::string& path) {
    FrameStore store;

    struct stat status {};

    const bool found = ::stat(path.c_str(), &status) == 0;
    store.path_ = found && S_ISDIR(status.st_mode) ? file_in(path) : path;
    if (!exists(store.path_)) {
        return fail(store.path_ + ": there is no tape here", ExitCode::NotFound);
    }
    // Read-write, because a WAL that a crash left behind must be read through its index; the tape
    // itself is not written to.
    store.database_ =
        TRY(sqlite::Database::open(store.path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX));
    auto locked = store.database_.execute("PRAGMA query_only=ON; SELECT count(*) FROM meta;");
    if (!locked) {
        return fail(
            store.path_ + ": cannot read the tape: " + locked.error().message +
                " (a running journal keeps it to itself: ask the journal, without --tape)",
            ExitCode::Error);
    }
    TRY(store.load_meta());
    TRY(store.prepare_statements());
    TRY(store.load_producers());
    return store;
}

Result<> FrameStore::configure_writer(Sync sync) {
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
        if (why.find("locked") == std::string::npos) {
            return fail(
                path_ + ": " + why + "; it is no tape, or a damaged one: restore a backup",
                ExitCode::Integrity);
        }
        return fail(
            path_ +
            " is in use by another journal: stop it first (tapedeck down), or set journal.dir to "
            "another directory");
    }
    if (*mode != "wal") {
        return fail(path_ + ": SQLite refused write-ahead logging (" + *mode + ")");
    }
    TRY(database_.execute(
        std::string(
            sync == Sync::Commit ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=NORMAL;") +
        "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=-1;"
        "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
        "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"));
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return {};
}

Result<> FrameStore::create(const NewTape& tape) {
    TRY(database_.execute("BEGIN IMMEDIATE;"));
    TRY(database_.execute(kSchema));
    auto insert = TRY(database_.prepare("INSERT INTO meta(key, value) VALUES(?, ?)"));
    const std::pair<std::string_view, std::string> entries[] = {
        {"format", std::string(kFormat)},
        {"tape_id", std::to_string(tape.tape_id)},
        {"profile", tape.profile},
        {"epoch", "0"}};
    for (const auto& [key, value] : entries) {
        insert.bind_text(1, key).bind_text(2, value);
        if (insert.step() != SQLITE_DONE) return fail(path_ + ": " + database_.error());
        insert.reset();
    }
    return database_.execute("COMMIT;");
}

Result<std::string> FrameStore::meta(std::string_view key) {
    auto statement = TRY(database_.prepare("SELECT value FROM meta WHERE key=?"));
    statement.bind_text(1, key);
    if (statement.step() != SQLITE_ROW) {
        return fail(path_ + " is no tape: it has no " + std::string(key), ExitCode::Integrity);
    }
    return std::string(statement.bytes(0));
}

Result<> FrameStore::load_meta() {
    const std::string format = TRY(meta("format"));
    if (format != kFormat) {
        return fail(
            path_ + " has tape format " + format +
                ", this build reads format 1: use the release "
                "that wrote it, or a newer one",
            ExitCode::Integrity);
    }
    profile_ = TRY(meta("profile"));
    position_.tape_id = std::stoull(TRY(meta("tape_id")));
    position_.epoch = static_cast<std::uint32_t>(std::stoul(TRY(meta("epoch"))));
    return {};
}

Result<> FrameStore::prepare_statements() {
    insert_frame_ = TRY(database_.prepare(
        "INSERT INTO frame(first_seq, count, epoch, recorded_at, codec, raw_length, crc32c, "
        "prev_hash, hash, data) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    upsert_producer_ = TRY(database_.prepare(
        "INSERT OR REPLACE INTO producer(id, name, epoch, last_number, last_seq, last_cause, "
        "fingerprint, alive, fresh_seq) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    select_frames_ = TRY(database_.prepare(
        "SELECT first_seq, count, epoch, recorded_at, codec, raw_length, crc32c, prev_hash, hash, "
        "data FROM frame WHERE first_seq >= coalesce((SELECT max(first_seq) FROM frame WHERE "
        "first_seq <= ?1), 0) AND first_seq <= ?2 ORDER BY first_seq"));
    update_tape_id_ = TRY(database_.prepare("UPDATE meta SET value=? WHERE key='tape_id'"));
    begin_ = TRY(database_.prepare("BEGIN IMMEDIATE"));
    commit_ = TRY(database_.prepare("COMMIT"));
    return {};
}

Result<> FrameStore::load_producers() {
    auto statement = TRY(database_.prepare(
        "SELECT id, name, epoch, last_number, last_seq, last_cause, fingerprint, alive, fresh_seq "
        "FROM producer ORDER BY id"));
    int code = 0;
    while ((code = statement.step()) == SQLITE_ROW) {
        ProducerMark mark;
        mark.id = static_cast<std::uint32_t>(statement.integer(0));
        mark.name = std::string(statement.bytes(1));
        mark.epoch = static_cast<std::uint32_t>(statement.integer(2));
        mark.last_number = as_unsigned(statement.integer(3));
        mark.last_seq = as_unsigned(statement.integer(4));
        mark.last_cause = as_unsigned(statement.integer(5));
        mark.fingerprint = std::string(statement.bytes(6));
        mark.alive = statement.integer(7) != 0;
        mark.fresh_seq = as_unsigned(statement.integer(8));
        position_.producers.push_back(std::move(mark));
    }
    if (code != SQLITE_DONE) return fail(path_ + ": " + database_.error());
    return {};
}

Result<> FrameStore::raise_epoch() {
    ++position_.epoch;
    auto update = TRY(database_.prepare("UPDATE meta SET value=? WHERE key='epoch'"));
    const std::string text = std::to_string(position_.epoch);
    update.bind_text(1, text);
    if (update.step() != SQLITE_DONE) return fail(path_ + ": " + database_.error());
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

Result<> FrameStore::append(const Batch& batch) {
    const auto check = [&](int code) -> Result<> {
        if (code == SQLITE_DONE) return {};
        return fail(
            path_ + ": commit of seq " + std::to_string(batch.header.first_seq) +
            " failed: " + database_.error() + "; what is durable is found out at the next start");
    };
    TRY(check(begin_.step()));
    begin_.reset();
    const auto& header = batch.header;
    insert_frame_.bind(1, as_signed(header.first_seq))
        .bind(2, header.count)
        .bind(3, header.epoch)
        .bind(4, header.recorded_at)
        .bind(5, header.codec)
        .bind(6, header.raw_length)
        .bind(7, crc32c(batch.records))
        .bind_blob(8, tape::as_bytes(header.prev_hash))
        .bind_blob(9, tape::as_bytes(header.hash))
        .bind_blob(10, batch.records);
    TRY(check(insert_frame_.step()));
    insert_frame_.reset();
    for (const auto& mark : batch.marks) {
        upsert_producer_.bind(1, mark.id)
            .bind_text(2, mark.name)
            .bind(3, mark.epoch)
            .bind(4, as_signed(mark.last_number))
            .bind(5, as_signed(mark.last_seq))
            .bind(6, as_signed(mark.last_cause))
            .bind_blob(7, mark.fingerprint)
            .bind(8, mark.alive ? 1 : 0)
            .bind(9, as_signed(mark.fresh_seq));
        TRY(check(upsert_producer_.step()));
        upsert_producer_.reset();
    }
    if (batch.new_tape_id) {
        const std::string text = std::to_string(*batch.new_tape_id);
        update_tape_id_.bind_text(1, text);
        TRY(check(update_tape_id_.step()));
        update_tape_id_.reset();
    }
    TRY(check(commit_.step()));
    commit_.reset();
    if (batch.new_tape_id) position_.tape_id = *batch.new_tape_id;
    return {};
}

Result<> FrameStore::read(
    std::uint64_t from, std::uint64_t to, const std::function<bool(const StoredFrame&)>& visit) {
    constexpr auto kLast = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    select_frames_.reset();
    select_frames_.bind(1, as_signed(std::min(from, kLast)));
    select_frames_.bind(2, as_signed(std::min(to, kLast)));
    StoredFrame frame;
    int code = 0;
    Result<> result;
    while ((code = select_frames_.step()) == SQLITE_ROW) {
        auto& header = frame.header;
        header.first_seq = as_unsigned(select_frames_.integer(0));
        header.count = static_cast<std::uint32_t>(select_frames_.integer(1));
        header.epoch = static_cast<std::uint32_t>(select_frames_.integer(2));
        header.recorded_at = select_frames_.integer(3);
        header.codec = static_cast<std::uint32_t>(select_frames_.integer(4));
        header.raw_length = static_cast<std::uint32_t>(select_frames_.integer(5));
        const auto crc = static_cast<std::uint32_t>(select_frames_.integer(6));
        header.prev_hash = tape::hash_from(select_frames_.bytes(7));
        header.hash = tape::hash_from(select_frames_.bytes(8));
        frame.records.assign(select_frames_.bytes(9));
        if (crc32c(frame.records) != crc || frame.records.size() != header.raw_length) {
            result = fail(
                path_ + ": frame at seq " + std::to_string(header.first_seq) +
                    " is damaged: its CRC32C does not match; restore a backup",
                ExitCode::Integrity);
            break;
        }
        if (header.last_seq() < from) continue;
        if (!visit(frame)) break;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        result = fail(path_ + ": " + database_.error(), ExitCode::Integrity);
    }
    select_frames_.reset();
    return result;
}

Result<> FrameStore::verify(const std::function<void(std::uint64_t)>& progress) {
    tape::ChainCheck check(position_.tape_id, 0, tape::kGenesisHash, 0);
    Result<> chain;
    std::uint64_t frames = 0;
    const auto done =
        read(1, std::numeric_limits<std::uint64_t>::max(), [&](const StoredFrame& frame) {
            chain = check.add(frame.header, frame.records);
            if (++frames % 1024 == 0) progress(check.last_seq());
            return chain.has_value();
        });
    // Damage further back is told first: it is what the rest hangs on.
    if (chain) chain = check.finish();
    position_.last_seq = check.last_seq();
    position_.last_hash = check.last_hash();
    position_.last_recorded_at = check.last_recorded_at();
    if (!chain) return fail(path_ + ": " + chain.error().message, ExitCode::Integrity);
    if (!done) return done;
    if (check.last_seq() > 0 && check.tape_id() != position_.tape_id) {
        return fail(
            path_ + ": its frames are of another tape id than it says; restore a backup",
            ExitCode::Integrity);
    }
    progress(check.last_seq());
    return {};
}

void FrameStore::checkpoint() {
    sqlite3_wal_checkpoint_v2(
        database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace tapedeck::journal
