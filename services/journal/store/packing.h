#pragma once

#include "base/expected.h"
#include "journal/store/files.h"
#include "journal/store/frame_table.h"
#include "journal/store/sqlite.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_DCtx_s;
struct ZSTD_DDict_s;

namespace tapedeck::journal {

/// The table of a packed segment: blocks of whole frames as they were, under zstd with the
/// segment's own dictionary. Keeps the last block it has unpacked, as history is asked for in
/// slices smaller than that.
class BlockTable {
public:
    /// `path` is for messages.
    static Result<BlockTable> prepare(sqlite::Database& database, const std::string& path);

    /// As FrameTable::read.
    Result<bool> read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);

private:
    struct FreeContext {
        void operator()(ZSTD_DCtx_s* context) const;
    };

    struct FreeDictionary {
        void operator()(ZSTD_DDict_s* dictionary) const;
    };

    /// The block's frames, one after the other; what `select_` stands on, or the kept one.
    Result<> unpack(std::uint64_t first_seq);

    sqlite::Statement select_;
    std::string path_;
    sqlite3* database_ = nullptr;
    std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
    std::unique_ptr<ZSTD_DDict_s, FreeDictionary> dictionary_;
    std::string block_;
    std::uint64_t block_seq_ = 0;  ///< the kept block's first; 0 = none
};

/// What became of a sealed segment.
struct Packed {
    SegmentName name;
    std::uint64_t bytes_before = 0;
    std::uint64_t bytes_after = 0;
};

/// True: give up, there are more urgent things.
using Stopping = std::function<bool()>;

/// Writes the packed form of a sealed segment beside it, proves that the same frames come out of
/// it bit for bit, and only then gives it its name. The sealed file stays: whoever reads it removes
/// it. Errors: the segment is damaged (exit 8), no room, stopped (exit 130); then nothing is left
/// behind but a draft.
Result<Packed> pack(
    const std::string& directory, const SegmentName& sealed, const Stopping& stopping);

}  // namespace tapedeck::journal
