#pragma once

#include "base/expected.h"
#include "journal/core/sequencer.h"
#include "journal/store/manifest.h"
#include "journal/store/sqlite.h"
#include "tape/format.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The tables of a segment's file, as docs/tape-protocol.md has them.
namespace tapedeck::journal {

/// A stored frame whose CRC has been checked: the header and a copy of its records.
struct StoredFrame {
    tape::FrameHeader header;
    std::string records;
};

/// Called with frames in order, until it says false.
using FrameVisitor = std::function<bool(const StoredFrame&)>;

/// The table of frames, one row each.
class FrameTable {
public:
    FrameTable() = default;

    /// `path` is for messages.
    static Result<FrameTable> prepare(sqlite::Database& database, const std::string& path);

    /// Within the caller's transaction. SQLITE_DONE, or what went wrong.
    int insert(const tape::FrameHeader& header, std::string_view records);

    /// The frames that hold seqs from … to. A damaged one is an error and is not shown. False:
    /// `visit` said so.
    Result<bool> read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);

    /// After an error within a transaction.
    void reset();

private:
    Result<bool> check(const StoredFrame& frame, std::uint32_t crc) const;

    sqlite::Statement insert_;
    sqlite::Statement select_;
    std::string path_;
    sqlite3* database_ = nullptr;
};

namespace segment {

inline constexpr std::string_view kFormat = "1";

/// Of a ledger segment: how many records retention has kept.
inline constexpr std::string_view kKeptRecords = "kept_records";

/// What every segment says of itself: producers' marks and meta.
extern const char* const kFactsSchema;

/// The frames of a segment of rows, open or ledger.
extern const char* const kSchema;

/// The blocks of a packed one.
extern const char* const kPackedSchema;

Result<std::optional<std::string>> find_meta(sqlite::Database& database, std::string_view key);

/// The error names the path and what is missing: then it is no tape.
Result<std::string> meta(sqlite::Database& database, const std::string& path, std::string_view key);

/// A count among the meta. What is there and is no number is damage (exit 8), like what is missing.
Result<std::uint64_t> meta_number(
    sqlite::Database& database, const std::string& path, std::string_view key);

/// Within the caller's transaction or on its own.
Result<> set_meta(sqlite::Database& database, std::string_view key, std::string_view value);

/// Where the segment begins; the start of a tape for files older than segments.
Result<SegmentStart> load_start(sqlite::Database& database, const std::string& path);
Result<> save_start(sqlite::Database& database, const SegmentStart& start);

/// Nothing of an open segment.
Result<std::optional<Manifest>> load_manifest(sqlite::Database& database, const std::string& path);

/// Which marks of the producers a segment holds.
enum class Marks {
    Now,     ///< as of its last frame
    Before,  ///< as of before its first
};

Result<std::vector<ProducerMark>> load_marks(sqlite::Database& database, Marks which);

Result<> save_marks(
    sqlite::Database& database, Marks which, const std::vector<ProducerMark>& marks);

/// Puts one mark into its table; prepared once.
Result<sqlite::Statement> prepare_mark(sqlite::Database& database, Marks which);
int put_mark(sqlite::Statement& statement, const ProducerMark& mark);

}  // namespace segment

inline std::int64_t as_signed(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

inline std::uint64_t as_unsigned(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

}  // namespace tapedeck::journal
