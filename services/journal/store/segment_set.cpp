#include "journal/store/segment_set.h"

#include <algorithm>

namespace tapedeck::journal {

namespace {

/// Segments that are kept open: readers of history are few, and mostly near each other.
constexpr std::size_t kOpenMost = 4;

}  // namespace

Result<SegmentSet> SegmentSet::load(std::string directory, const std::vector<SegmentName>& names) {
    SegmentSet set;
    set.directory_ = std::move(directory);
    for (const auto& name : names) TRY(set.add(name));
    return set;
}

Result<SegmentSet> SegmentSet::load_file(const std::string& path) {
    SegmentSet set;
    auto segment = TRY(ClosedSegment::open_file(path));
    set.entries_.push_back({{}, segment.manifest(), segment.manifest().hash(), size_of(path)});
    set.open_.push_front(std::move(segment));
    return set;
}

SegmentStart SegmentSet::end() const {
    if (entries_.empty()) return {};
    return {entries_.back().manifest.end, entries_.back().manifest_hash};
}

std::uint64_t SegmentSet::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& entry : entries_) sum += entry.bytes;
    return sum;
}

Result<> SegmentSet::add(const SegmentName& name) {
    auto segment = TRY(ClosedSegment::open(directory_, name));
    const SegmentStart& start = segment.manifest().start;
    const SegmentStart expected = end();
    if (start.before.last_seq != expected.before.last_seq) {
        return fail(
            segment.path() + ": does not follow seq " + std::to_string(expected.before.last_seq) +
                ": a segment is missing; restore a backup",
            ExitCode::Integrity);
    }
    // Of the first one the tape's id alone is not known from before.
    const bool links = entries_.empty() ? start.before.last_hash == tape::kGenesisHash &&
                                              start.previous_manifest == tape::Hash{}
                                        : start == expected;
    if (!links) {
        return fail(
            segment.path() + ": its manifest does not name the segment before it; restore a backup",
            ExitCode::Integrity);
    }
    entries_.push_back(
        {name, segment.manifest(), segment.manifest().hash(), size_of(segment.path())});
    return {};
}

Result<bool> SegmentSet::replace(const SegmentName& made) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.name.first_seq == made.first_seq && entry.name.last_seq == made.last_seq;
    });
    if (found == entries_.end()) return false;
    const auto segment = TRY(ClosedSegment::open(directory_, made));
    if (segment.manifest() != found->manifest) {
        return fail(segment.path() + ": has another manifest than before", ExitCode::Integrity);
    }
    const std::string old = path_in(directory_, found->name);
    open_.remove_if([&](const ClosedSegment& each) { return each.path() == old; });
    found->name = made;
    found->bytes = size_of(segment.path());
    return true;
}

Result<ClosedSegment*> SegmentSet::segment(std::size_t index) {
    const Entry& entry = entries_[index];
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const ClosedSegment& each) {
        return each.manifest().first_seq() == entry.manifest.first_seq();
    });
    if (found != open_.end()) {
        open_.splice(open_.begin(), open_, found);
    } else {
        open_.push_front(TRY(ClosedSegment::open(directory_, entry.name)));
        if (open_.size() > kOpenMost) open_.pop_back();
    }
    return &open_.front();
}

Result<bool> SegmentSet::read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    const auto first =
        std::partition_point(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.manifest.end.last_seq < from;
        });
    for (auto it = first; it != entries_.end() && it->manifest.first_seq() <= to; ++it) {
        ClosedSegment* each = TRY(segment(static_cast<std::size_t>(it - entries_.begin())));
        if (!TRY(each->read(from, to, visit))) return false;
    }
    return true;
}

Result<> SegmentSet::verify(const std::function<bool(std::uint64_t)>& progress) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        ClosedSegment* each = TRY(segment(i));
        TRY(each->verify(progress));
    }
    return {};
}

}  // namespace tapedeck::journal
