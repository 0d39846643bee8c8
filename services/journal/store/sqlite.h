#pragma once

#include "base/expected.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// SQLite, tamed: handles that close themselves and statements that are prepared once and kept.
namespace tapedeck::journal::sqlite {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

/// A prepared statement. bind() by position from 1, then step(); reset() before the next use.
class Statement {
public:
    Statement() = default;

    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    Statement& bind(int position, std::int64_t value) {
        sqlite3_bind_int64(statement_.get(), position, value);
        return *this;
    }

    Statement& bind_real(int position, double value) {
        sqlite3_bind_double(statement_.get(), position, value);
        return *this;
    }

    /// The bytes must live until reset().
    Statement& bind_blob(int position, std::string_view bytes) {
        sqlite3_bind_blob64(statement_.get(), position, bytes.data(), bytes.size(), SQLITE_STATIC);
        return *this;
    }

    /// The text must live until reset().
    Statement& bind_text(int position, std::string_view text) {
        sqlite3_bind_text64(
            statement_.get(), position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
        return *this;
    }

    /// SQLITE_ROW, SQLITE_DONE, or what went wrong.
    int step() { return sqlite3_step(statement_.get()); }

    int reset() {
        const int code = sqlite3_reset(statement_.get());
        sqlite3_clear_bindings(statement_.get());
        return code;
    }

    std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_.get(), column);
    }

    double real(int column) const { return sqlite3_column_double(statement_.get(), column); }

    bool is_null(int column) const {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }

    /// Valid until the next step() or reset().
    std::string_view bytes(int column) const {
        const void* data = sqlite3_column_blob(statement_.get(), column);
        const int size = sqlite3_column_bytes(statement_.get(), column);
        return data == nullptr
                   ? std::string_view{}
                   : std::string_view(
                         static_cast<const char*>(data), static_cast<std::size_t>(size));
    }

private:
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

class Database {
public:
    /// `flags` as of sqlite3_open_v2. The error names the path.
    static Result<Database> open(const std::string& path, int flags) {
        sqlite3* raw = nullptr;
        const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
        Database database;
        database.handle_.reset(raw);
        if (code != SQLITE_OK) return fail(path + ": " + sqlite3_errstr(code));
        sqlite3_extended_result_codes(raw, 1);
        return database;
    }

    /// A file that nobody will ever write to again: no locks, no WAL, read through memory.
    static Result<Database> open_immutable(const std::string& path) {
        std::string escaped;
        for (const char c : path) {
            if (c == '%' || c == '?' || c == '#') {
                constexpr std::string_view kDigits = "0123456789ABCDEF";
                escaped += '%';
                escaped += kDigits[static_cast<unsigned char>(c) >> 4U];
                escaped += kDigits[static_cast<unsigned char>(c) & 0xFU];
            } else {
                escaped += c;
            }
        }
        Database database = TRY(open(
            "file:" + escaped + "?immutable=1",
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX));
        TRY(
            database.execute("PRAGMA mmap_size=2147418112; PRAGMA cell_size_check=ON;"
                             "PRAGMA trusted_schema=OFF;"));
        return database;
    }

    Result<> execute(const std::string& sql) {
        char* text = nullptr;
        const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, &text);
        if (code == SQLITE_OK) return {};
        std::string message = text != nullptr ? text : sqlite3_errstr(code);
        sqlite3_free(text);
        return failed(code, message);
    }

    Result<Statement> prepare(std::string_view sql) {
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v3(
            handle_.get(),
            sql.data(),
            static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &raw,
            nullptr);
        // Our statements are right: a schema that they do not fit is not the one that we wrote.
        if (code == SQLITE_ERROR) return failed(SQLITE_CORRUPT, error());
        if (code != SQLITE_OK) return failed(code, error());
        return Statement(raw);
    }

    /// The one value of a query, as text: pragmas answer so.
    Result<std::string> value_of(std::string_view sql) {
        Statement statement = TRY(prepare(sql));
        const int code = statement.step();
        if (code != SQLITE_ROW) return failed(code, error());
        return std::string(statement.bytes(0));
    }

    /// Writes the write-ahead log over itself and syncs it. After a failed fsync the kernel shows
    /// pages that no later fsync writes, for it holds them for clean (Rebello et al., USENIX ATC
    /// 2020): written anew they reach the disk, and only then may anything be built on them.
    Result<> rewrite_log() {
        sqlite3_file* log = nullptr;
        sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
        if (log == nullptr || log->pMethods == nullptr) return {};
        sqlite3_int64 size = 0;
        int code = log->pMethods->xFileSize(log, &size);
        std::string chunk;  // SQLite writes less than 128 KiB at once
        for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size;) {
            const auto length = static_cast<int>(std::min<sqlite3_int64>(size - at, 65536));
            chunk.resize(static_cast<std::size_t>(length));
            code = log->pMethods->xRead(log, chunk.data(), length, at);
            if (code == SQLITE_OK) code = log->pMethods->xWrite(log, chunk.data(), length, at);
            at += length;
        }
        if (code == SQLITE_OK) code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
        if (code == SQLITE_OK) return {};
        return fail(path() + "-wal: cannot be put on disk: " + sqlite3_errstr(code));
    }

    /// Whether no transaction is open.
    bool is_idle() const { return sqlite3_get_autocommit(handle_.get()) != 0; }

    std::string error() const { return sqlite3_errmsg(handle_.get()); }

    sqlite3* get() const { return handle_.get(); }

private:
    /// What SQLite answered as an error of ours. A file that it cannot make sense of is damage.
    tl::unexpected<Error> failed(int code, const std::string& message) const {
        const int kind = code & 0xFF;  // without its detail
        if (kind != SQLITE_CORRUPT && kind != SQLITE_NOTADB) return fail(message);
        return fail(path() + " is damaged: " + message + "; restore a backup", ExitCode::Integrity);
    }

    std::string path() const {
        const char* const path = sqlite3_db_filename(handle_.get(), "main");
        return path != nullptr ? path : "";
    }

    std::unique_ptr<sqlite3, CloseDatabase> handle_;
};

}  // namespace tapedeck::journal::sqlite
