#pragma once

#include "base/expected.h"
#include "journal/store/files.h"
#include "journal/store/frame_table.h"
#include "journal/store/manifest.h"
#include "journal/store/packing.h"
#include "journal/store/sqlite.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::journal {

/// A segment that is never written to again, in whichever form, for reading. One thread.
class ClosedSegment {
public:
    /// Checks that the file is whole, that its manifest is, and that its first and last frames are
    /// the manifest's; not what lies between. Errors (exit 8) name the file.
    static Result<ClosedSegment> open(const std::string& directory, const SegmentName& name);

    /// A segment in a file of any name.
    static Result<ClosedSegment> open_file(const std::string& path);

    const Manifest& manifest() const { return manifest_; }

    const std::string& path() const { return path_; }

    /// As FrameTable::read.
    Result<bool> read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);

    /// Proves every frame and the whole against the manifest; `progress` hears the last good seq
    /// now and then, and stops it by saying false.
    Result<> verify(const std::function<bool(std::uint64_t last_seq)>& progress);

    /// SQLite's own view of its pages: blind to what is in them.
    Result<> check_pages();

    /// The producers' marks behind its last frame, of a segment of rows.
    Result<std::vector<ProducerMark>> marks();

    /// What it says of itself besides, to be copied along.
    sqlite::Database& database() { return database_; }

private:
    Result<> check_ends();

    std::string path_;
    sqlite::Database database_;
    Manifest manifest_;
    FrameTable rows_;
    std::optional<BlockTable> blocks_;
};

}  // namespace tapedeck::journal
