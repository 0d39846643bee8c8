#include "journal/store/closed_segment.h"

#include <array>
#include <fstream>

namespace tapedeck::journal {

namespace {

/// SQLite's header says how many pages there are: a file that is shorter has lost its end.
Result<> check_size(const std::string& path) {
    std::array<unsigned char, 100> header{};
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(header.data()), header.size());
    if (!file) return fail(path + ": is cut short; restore a backup", ExitCode::Integrity);
    const auto big_endian = [&](std::size_t at, std::size_t bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | header[at + i];
        return value;
    };
    const std::uint64_t page = big_endian(16, 2) == 1 ? 65536 : big_endian(16, 2);
    if (size_of(path) >= page * big_endian(28, 4)) return {};
    return fail(path + ": is cut short; restore a backup", ExitCode::Integrity);
}

}  // namespace

Result<ClosedSegment> ClosedSegment::open(const std::string& directory, const SegmentName& name) {
    ClosedSegment segment = TRY(open_file(path_in(directory, name)));
    const Manifest& manifest = segment.manifest_;
    if (manifest.first_seq() != name.first_seq || manifest.end.last_seq != name.last_seq) {
        return fail(
            segment.path_ + ": holds seqs " + std::to_string(manifest.first_seq()) + " to " +
                std::to_string(manifest.end.last_seq) + ", not what its name says",
            ExitCode::Integrity);
    }
    return segment;
}

Result<ClosedSegment> ClosedSegment::open_file(const std::string& path) {
    ClosedSegment segment;
    segment.path_ = path;
    TRY(check_size(path));
    segment.database_ = TRY(sqlite::Database::open_immutable(path));
    auto manifest = TRY(segment::load_manifest(segment.database_, path));
    if (!manifest) return fail(path + ": has no manifest: it is not closed", ExitCode::Integrity);
    segment.manifest_ = std::move(*manifest);
    auto packed = TRY(segment.database_.prepare("SELECT 1 FROM sqlite_master WHERE name='block'"));
    if (packed.step() == SQLITE_ROW) {
        segment.blocks_ = TRY(BlockTable::prepare(segment.database_, path));
    } else {
        segment.rows_ = TRY(FrameTable::prepare(segment.database_, path));
    }
    TRY(segment.check_ends());
    return segment;
}

Result<bool> ClosedSegment::read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    return blocks_ ? blocks_->read(from, to, visit) : rows_.read(from, to, visit);
}

Result<> ClosedSegment::check_ends() {
    bool starts = false;
    bool ends = false;
    const std::uint64_t first = manifest_.first_seq();
    TRY(read(first, first, [&](const StoredFrame& frame) {
        starts = frame.header.first_seq == first &&
                 frame.header.prev_hash == manifest_.start.before.last_hash;
        return false;
    }));
    const std::uint64_t last = manifest_.end.last_seq;
    TRY(read(last, last, [&](const StoredFrame& frame) {
        ends = frame.header.last_seq() == last && frame.header.hash == manifest_.end.last_hash;
        return false;
    }));
    if (starts && ends) return {};
    return fail(
        path_ + ": its " + (starts ? "last" : "first") +
            " frame is not the one that its manifest names; restore a backup",
        ExitCode::Integrity);
}

Result<> ClosedSegment::verify(const std::function<bool(std::uint64_t)>& progress) {
    tape::Chain chain(manifest_.start.before);
    Tally tally(manifest_.start);
    bool partial = false;
    Result<> sound;
    const bool whole = TRY(read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        sound = chain.take(frame.header, frame.records);
        if (sound) sound = tally.take(frame.header, frame.records, chain.position());
        partial = partial || frame.header.codec == tape::kCodecLedger;
        if (!sound) return false;
        return tally.frames() % 1024 != 0 || progress(chain.position().last_seq);
    }));
    if (!sound) return fail(path_ + ": " + sound.error().message, ExitCode::Integrity);
    if (!whole) return fail("stopped", ExitCode::Interrupted);
    Manifest found = tally.manifest();
    // Retention took records away; the frames that they were in are all there.
    if (partial) found.count_by_type = manifest_.count_by_type;
    if (found == manifest_) return {};
    return fail(
        path_ + ": its frames are not those that its manifest speaks of; restore a backup",
        ExitCode::Integrity);
}

Result<> ClosedSegment::check_pages() {
    const std::string answer = TRY(database_.value_of("PRAGMA quick_check(1)"));
    if (answer == "ok") return {};
    return fail(path_ + ": " + answer + "; restore a backup", ExitCode::Integrity);
}

Result<std::vector<ProducerMark>> ClosedSegment::marks() {
    return segment::load_marks(database_, segment::Marks::Now);
}

}  // namespace tapedeck::journal
