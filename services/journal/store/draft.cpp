#include "journal/store/draft.h"

#include "journal/store/files.h"
#include "journal/store/frame_table.h"

namespace tapedeck::journal {

Result<> close_whole(sqlite::Database database, const std::string& path) {
    const std::string mode = TRY(database.value_of("PRAGMA journal_mode=DELETE;"));
    if (mode != "delete") return fail(path + ": cannot leave write-ahead logging (" + mode + ")");
    database = {};
    TRY(sync(path));
    return sync(path.substr(0, path.rfind('/')));
}

Result<Draft> Draft::begin(const std::string& path, const char* schema) {
    Draft draft;
    draft.path_ = path;
    TRY(remove_file(draft.path()));
    draft.database_ = TRY(sqlite::Database::open(
        draft.path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX));
    // Synced once, as a whole, by close(): until then it is worth nothing.
    TRY(draft.database_.execute(
        "PRAGMA page_size=8192; PRAGMA auto_vacuum=NONE; PRAGMA journal_mode=OFF; "
        "PRAGMA synchronous=OFF; BEGIN;"));
    TRY(draft.database_.execute(segment::kFactsSchema));
    TRY(draft.database_.execute(schema));
    return draft;
}

std::string Draft::path() const {
    return draft_of(path_);
}

Result<> Draft::copy_facts(sqlite::Database& from) {
    auto select = TRY(from.prepare("SELECT key, value FROM meta ORDER BY key"));
    int code = 0;
    while ((code = select.step()) == SQLITE_ROW) {
        TRY(segment::set_meta(database_, select.bytes(0), select.bytes(1)));
    }
    if (code != SQLITE_DONE) return fail(from.error(), ExitCode::Integrity);
    for (const auto which : {segment::Marks::Now, segment::Marks::Before}) {
        const auto marks = TRY(segment::load_marks(from, which));
        TRY(segment::save_marks(database_, which, marks));
    }
    return {};
}

Result<> Draft::close() {
    TRY(database_.execute("COMMIT;"));
    database_ = {};
    return sync(path());
}

Result<> Draft::publish() {
    TRY(make_read_only(path()));
    return move_into_place(path(), path_);
}

}  // namespace tapedeck::journal
