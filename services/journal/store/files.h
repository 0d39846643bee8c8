#pragma once

#include "base/expected.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The journal's directory: which file is what, and moving files so that a crash between any two
/// steps leaves something that the next start understands.
namespace tapedeck::journal {

enum class SegmentKind : std::uint8_t {
    Open,    ///< open-<first>.db, being written to
    Sealed,  ///< seg-<first>-<last>.db, closed for ever
    Packed,  ///< pack-<first>-<last>.db, the same frames, compressed
    Ledger,  ///< led-<first>-<last>.db, what retention has kept of them
};

struct SegmentName {
    SegmentKind kind = SegmentKind::Open;
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;  ///< 0 of an open one

    /// Seqs have 16 digits, so that a listing is in the tape's order.
    std::string file() const;

    friend auto operator<=>(const SegmentName&, const SegmentName&) = default;
};

/// Nothing for a file that is no segment.
std::optional<SegmentName> parse_segment_name(std::string_view file);

inline std::string path_in(const std::string& directory, const SegmentName& name) {
    return directory + "/" + name.file();
}

/// The one file of a tape before there were segments.
std::string legacy_file(const std::string& directory);

/// What an unfinished file is called until it is whole; a start throws it away.
std::string draft_of(const std::string& path);

/// All segments by first seq, then by kind. Errors: the directory cannot be read.
Result<std::vector<SegmentName>> list_segments(const std::string& directory);

/// Throws away what was never finished.
Result<> remove_drafts(const std::string& directory);

bool exists(const std::string& path);

/// Bytes; 0 if it is not there.
std::uint64_t size_of(const std::string& path);

/// Everything of the file or directory that is in memory goes to the disk.
Result<> sync(const std::string& path);

/// Renames within one directory and syncs it.
Result<> move_into_place(const std::string& from, const std::string& to);

/// A file that is not there is as good as removed.
Result<> remove_file(const std::string& path);

/// Closed segments are read-only, against careless hands.
Result<> make_read_only(const std::string& path);

/// Pages of the file that the kernel has clean are forgotten: what is read next comes from the
/// disk. After a failed fsync memory and disk may differ.
void forget_cached(const std::string& path);

/// What an ordinary user may still write to the file system of `path`.
Result<std::uint64_t> free_bytes(const std::string& path);

/// A file of `size` bytes for which the disk has room for sure. Errors: it has not.
Result<> preallocate(const std::string& path, std::uint64_t size);

/// Keeps every other journal off a directory as long as it lives; the kernel's own lock, so a crash
/// leaves nothing behind.
class DirectoryLock {
public:
    DirectoryLock() = default;

    /// Errors: another process has it.
    static Result<DirectoryLock> take(const std::string& directory);

    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;
    ~DirectoryLock();

private:
    explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
};

}  // namespace tapedeck::journal
