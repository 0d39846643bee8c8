#include "journal/store/frame_table.h"

#include <charconv>
#include <limits>
#include <sstream>

namespace tapedeck::journal {

namespace segment {

const char* const kFactsSchema = R"sql(
CREATE TABLE producer(
  id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, epoch INTEGER NOT NULL,
  last_number INTEGER NOT NULL, last_seq INTEGER NOT NULL, last_cause INTEGER NOT NULL,
  fresh_seq INTEGER NOT NULL, fingerprint BLOB NOT NULL, alive INTEGER NOT NULL) STRICT;
CREATE TABLE producer_before(
  id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, epoch INTEGER NOT NULL,
  last_number INTEGER NOT NULL, last_seq INTEGER NOT NULL, last_cause INTEGER NOT NULL,
  fresh_seq INTEGER NOT NULL, fingerprint BLOB NOT NULL, alive INTEGER NOT NULL) STRICT;
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
)sql";

const char* const kSchema = R"sql(
CREATE TABLE frame(
  first_seq INTEGER PRIMARY KEY,
  count INTEGER NOT NULL, epoch INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  codec INTEGER NOT NULL, raw_length INTEGER NOT NULL,
  crc32c INTEGER NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL, data BLOB NOT NULL) STRICT;
)sql";

const char* const kPackedSchema = R"sql(
CREATE TABLE block(
  first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL,
  raw_length INTEGER NOT NULL, crc32c INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE dictionary(data BLOB NOT NULL) STRICT;
)sql";

Result<std::optional<std::string>> find_meta(sqlite::Database& database, std::string_view key) {
    auto statement = TRY(database.prepare("SELECT value FROM meta WHERE key=?"));
    statement.bind_text(1, key);
    const int code = statement.step();
    if (code == SQLITE_DONE) return std::optional<std::string>{};
    if (code != SQLITE_ROW) return fail(database.error(), ExitCode::Integrity);
    return std::optional(std::string(statement.bytes(0)));
}

Result<std::string> meta(
    sqlite::Database& database, const std::string& path, std::string_view key) {
    auto found = find_meta(database, key);
    if (found && *found) return **found;
    const std::string why = found ? "" : " (" + found.error().message + ")";
    return fail(path + " is no tape: it has no " + std::string(key) + why, ExitCode::Integrity);
}

Result<std::uint64_t> meta_number(
    sqlite::Database& database, const std::string& path, std::string_view key) {
    const std::string text = TRY(meta(database, path, key));
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{} && rest == end) return number;
    return fail(
        path + " is damaged: its " + std::string(key) + " is \"" + text + "\"",
        ExitCode::Integrity);
}

Result<> set_meta(sqlite::Database& database, std::string_view key, std::string_view value) {
    auto insert = TRY(database.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)"));
    insert.bind_text(1, key).bind_text(2, value);
    if (insert.step() != SQLITE_DONE) return fail(database.error());
    return {};
}

Result<SegmentStart> load_start(sqlite::Database& database, const std::string& path) {
    SegmentStart start;
    const auto text = TRY(find_meta(database, "start"));
    if (!text) {
        start.before.tape_id = TRY(meta_number(database, path, "tape_id"));
        return start;
    }
    std::istringstream in(*text);
    std::string hash;
    std::string manifest;
    in >> start.before.tape_id >> start.before.last_seq >> start.before.last_recorded_at >> hash >>
        manifest;
    if (!in) return fail(path + ": where it starts does not parse", ExitCode::Integrity);
    start.before.last_hash = TRY(hash_from_hex(hash));
    start.previous_manifest = TRY(hash_from_hex(manifest));
    return start;
}

Result<> save_start(sqlite::Database& database, const SegmentStart& start) {
    std::ostringstream out;
    out << start.before.tape_id << ' ' << start.before.last_seq << ' '
        << start.before.last_recorded_at << ' ' << tape::to_hex(start.before.last_hash) << ' '
        << tape::to_hex(start.previous_manifest);
    return set_meta(database, "start", out.str());
}

Result<std::optional<Manifest>> load_manifest(sqlite::Database& database, const std::string& path) {
    const auto text = TRY(find_meta(database, "manifest"));
    if (!text) return std::optional<Manifest>{};
    auto manifest = Manifest::parse(*text);
    if (!manifest) {
        return fail(
            path + ": " + manifest.error().message + "; restore a backup", ExitCode::Integrity);
    }
    return std::optional(std::move(*manifest));
}

namespace {

std::string table_of(Marks which) {
    return which == Marks::Now ? "producer" : "producer_before";
}

}  // namespace

Result<std::vector<ProducerMark>> load_marks(sqlite::Database& database, Marks which) {
    std::vector<ProducerMark> marks;
    // Files older than segments have none of before: there is no before.
    auto known = TRY(database.prepare("SELECT 1 FROM sqlite_master WHERE name=?"));
    const std::string table = table_of(which);
    known.bind_text(1, table);
    if (known.step() != SQLITE_ROW) return marks;
    auto statement = TRY(database.prepare(
        "SELECT id, name, epoch, last_number, last_seq, last_cause, fingerprint, alive, fresh_seq "
        "FROM " +
        table + " ORDER BY id"));
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
        marks.push_back(std::move(mark));
    }
    if (code != SQLITE_DONE) return fail(database.error(), ExitCode::Integrity);
    return marks;
}

Result<> save_marks(
    sqlite::Database& database, Marks which, const std::vector<ProducerMark>& marks) {
    auto insert = TRY(prepare_mark(database, which));
    for (const auto& mark : marks) {
        if (put_mark(insert, mark) != SQLITE_DONE) return fail(database.error());
    }
    return {};
}

Result<sqlite::Statement> prepare_mark(sqlite::Database& database, Marks which) {
    // An update in place: to replace the row would write the index of the names too, a page more in
    // every commit.
    return database.prepare(
        "INSERT INTO " + table_of(which) +
        "(id, name, epoch, last_number, last_seq, last_cause, fingerprint, alive, fresh_seq) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET epoch=excluded.epoch, "
        "last_number=excluded.last_number, last_seq=excluded.last_seq, "
        "last_cause=excluded.last_cause, fingerprint=excluded.fingerprint, alive=excluded.alive, "
        "fresh_seq=excluded.fresh_seq");
}

int put_mark(sqlite::Statement& statement, const ProducerMark& mark) {
    statement.bind(1, mark.id)
        .bind_text(2, mark.name)
        .bind(3, mark.epoch)
        .bind(4, as_signed(mark.last_number))
        .bind(5, as_signed(mark.last_seq))
        .bind(6, as_signed(mark.last_cause))
        .bind_blob(7, mark.fingerprint)
        .bind(8, mark.alive ? 1 : 0)
        .bind(9, as_signed(mark.fresh_seq));
    const int code = statement.step();
    statement.reset();
    return code;
}

}  // namespace segment

Result<FrameTable> FrameTable::prepare(sqlite::Database& database, const std::string& path) {
    FrameTable table;
    table.path_ = path;
    table.database_ = database.get();
    table.insert_ = TRY(database.prepare(
        "INSERT INTO frame(first_seq, count, epoch, recorded_at, codec, raw_length, crc32c, "
        "prev_hash, hash, data) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    table.select_ = TRY(database.prepare(
        "SELECT first_seq, count, epoch, recorded_at, codec, raw_length, crc32c, prev_hash, hash, "
        "data FROM frame WHERE first_seq >= coalesce((SELECT max(first_seq) FROM frame WHERE "
        "first_seq <= ?1), 0) AND first_seq <= ?2 ORDER BY first_seq"));
    return table;
}

int FrameTable::insert(const tape::FrameHeader& header, std::string_view records) {
    insert_.bind(1, as_signed(header.first_seq))
        .bind(2, header.count)
        .bind(3, header.epoch)
        .bind(4, header.recorded_at)
        .bind(5, header.codec)
        .bind(6, header.raw_length)
        .bind(7, tape::frame_crc(header, records))
        .bind_blob(8, tape::as_bytes(header.prev_hash))
        .bind_blob(9, tape::as_bytes(header.hash))
        .bind_blob(10, records);
    const int code = insert_.step();
    insert_.reset();
    return code;
}

void FrameTable::reset() {
    insert_.reset();
    select_.reset();
}

Result<bool> FrameTable::check(const StoredFrame& frame, std::uint32_t crc) const {
    if (tape::frame_crc(frame.header, frame.records) == crc &&
        frame.records.size() == frame.header.raw_length) {
        return true;
    }
    return fail(
        path_ + ": frame at seq " + std::to_string(frame.header.first_seq) +
            " is damaged: its CRC32C does not match; restore a backup",
        ExitCode::Integrity);
}

Result<bool> FrameTable::read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    constexpr auto kLast = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    select_.reset();
    select_.bind(1, as_signed(std::min(from, kLast)));
    select_.bind(2, as_signed(std::min(to, kLast)));
    StoredFrame frame;
    int code = 0;
    Result<bool> result = true;
    while ((code = select_.step()) == SQLITE_ROW) {
        auto& header = frame.header;
        header.first_seq = as_unsigned(select_.integer(0));
        header.count = static_cast<std::uint32_t>(select_.integer(1));
        header.epoch = static_cast<std::uint32_t>(select_.integer(2));
        header.recorded_at = select_.integer(3);
        header.codec = static_cast<std::uint32_t>(select_.integer(4));
        header.raw_length = static_cast<std::uint32_t>(select_.integer(5));
        header.prev_hash = tape::hash_from(select_.bytes(7));
        header.hash = tape::hash_from(select_.bytes(8));
        frame.records.assign(select_.bytes(9));
        result = check(frame, static_cast<std::uint32_t>(select_.integer(6)));
        if (!result) break;
        if (header.last_seq() < from) continue;
        if (!visit(frame)) {
            result = false;
            break;
        }
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        result = fail(path_ + ": " + sqlite3_errmsg(database_), ExitCode::Integrity);
    }
    select_.reset();
    return result;
}

}  // namespace tapedeck::journal
