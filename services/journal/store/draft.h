#pragma once

#include "base/expected.h"
#include "journal/store/sqlite.h"

#include <string>

namespace tapedeck::journal {

/// Takes a database out of WAL mode, so that the file is all there is, closes it and puts it on
/// disk.
Result<> close_whole(sqlite::Database database, const std::string& path);

/// A closed segment in the making: under another name until it is whole, checked and on disk. What
/// a crash leaves of it is thrown away by the next start.
class Draft {
public:
    /// Makes the file with these tables, in place of an older draft of it, and begins to write.
    static Result<Draft> begin(const std::string& path, const char* schema);

    sqlite::Database& database() { return database_; }

    /// Where it is while it is a draft.
    std::string path() const;

    /// Copies all that a segment says of itself, but for its frames: format, tape, start, manifest,
    /// the producers' marks.
    Result<> copy_facts(sqlite::Database& from);

    /// Commits, closes and syncs. No statement on its database may live on.
    Result<> close();

    /// After close(): the file gets its name, and is read-only from now on.
    Result<> publish();

private:
    std::string path_;
    sqlite::Database database_;
};

}  // namespace tapedeck::journal
