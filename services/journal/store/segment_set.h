#pragma once

#include "base/expected.h"
#include "journal/store/closed_segment.h"
#include "journal/store/files.h"
#include "journal/store/manifest.h"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace tapedeck::journal {

/// The closed segments of a directory as one piece of tape. One thread.
class SegmentSet {
public:
    struct Entry {
        SegmentName name;
        Manifest manifest;
        tape::Hash manifest_hash{};
        std::uint64_t bytes = 0;
    };

    /// Opens each of `names`, by first seq, and checks that each manifest names the one before. An
    /// error (exit 8) names the file that is damaged or missing.
    static Result<SegmentSet> load(std::string directory, const std::vector<SegmentName>& names);

    /// Files of any name, for reading one alone: it need not begin the tape.
    static Result<SegmentSet> load_file(const std::string& path);

    const std::vector<Entry>& entries() const { return entries_; }

    bool empty() const { return entries_.empty(); }

    /// Where the segment behind the last of these begins.
    SegmentStart end() const;

    std::uint64_t bytes() const;

    /// The next segment, that has just been sealed.
    Result<> add(const SegmentName& name);

    /// `made` holds the same frames as the entry of the same seqs, and is read in its place. False:
    /// there is no such entry.
    Result<bool> replace(const SegmentName& made);

    /// As FrameTable::read.
    Result<bool> read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);

    /// As ClosedSegment::verify, of all.
    Result<> verify(const std::function<bool(std::uint64_t last_seq)>& progress);

    /// The segment of this entry, open for reading until another few have been asked for.
    Result<ClosedSegment*> segment(std::size_t index);

private:
    std::string directory_;
    std::vector<Entry> entries_;
    std::list<ClosedSegment> open_;  ///< the last that were read, the newest first
};

}  // namespace tapedeck::journal
