#include "journal/store/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace tapedeck::journal {

namespace {

constexpr std::string_view kEnding = ".db";
constexpr std::string_view kDraftEnding = ".draft";

struct Prefix {
    SegmentKind kind;
    std::string_view text;
};

constexpr std::array<Prefix, 4> kPrefixes = {
    {{SegmentKind::Open, "open-"},
     {SegmentKind::Sealed, "seg-"},
     {SegmentKind::Packed, "pack-"},
     {SegmentKind::Ledger, "led-"}}};

auto failed(const std::string& path, const std::string& what) {
    return fail(path + ": cannot " + what + ": " + std::strerror(errno));
}

std::string digits(std::uint64_t seq) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%016llu", static_cast<unsigned long long>(seq));
    return text.data();
}

/// Takes a number off the front of `text`.
bool take_number(std::string_view& text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

Result<std::vector<std::string>> list(const std::string& directory) {
    const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(directory.c_str()), ::closedir);
    if (!handle) return failed(directory, "list the tape's segments");
    std::vector<std::string> files;
    while (const dirent* entry = ::readdir(handle.get())) files.emplace_back(entry->d_name);
    return files;
}

/// A descriptor that closes itself.
class File {
public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }

    int get() const { return descriptor_; }

    int release() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

}  // namespace

std::string SegmentName::file() const {
    for (const auto& [each, prefix] : kPrefixes) {
        if (each != kind) continue;
        std::string text = std::string(prefix) + digits(first_seq);
        if (kind != SegmentKind::Open) text += '-' + digits(last_seq);
        return text.append(kEnding);
    }
    return {};
}

std::optional<SegmentName> parse_segment_name(std::string_view file) {
    for (const auto& [kind, prefix] : kPrefixes) {
        if (!file.starts_with(prefix)) continue;
        SegmentName name{.kind = kind};
        std::string_view rest = file.substr(prefix.size());
        if (!take_number(rest, name.first_seq)) return std::nullopt;
        if (kind != SegmentKind::Open) {
            if (!rest.starts_with('-')) return std::nullopt;
            rest.remove_prefix(1);
            if (!take_number(rest, name.last_seq)) return std::nullopt;
        }
        if (rest == kEnding) return name;
    }
    return std::nullopt;
}

std::string legacy_file(const std::string& directory) {
    return directory + "/open.db";
}

std::string draft_of(const std::string& path) {
    return path + std::string(kDraftEnding);
}

Result<> remove_drafts(const std::string& directory) {
    for (const auto& file : TRY(list(directory))) {
        if (std::string_view(file).ends_with(kDraftEnding)) {
            TRY(remove_file(directory + "/" + file));
        }
    }
    return {};
}

Result<std::vector<SegmentName>> list_segments(const std::string& directory) {
    std::vector<SegmentName> names;
    for (const auto& file : TRY(list(directory))) {
        if (const auto name = parse_segment_name(file)) names.push_back(*name);
    }
    std::sort(names.begin(), names.end(), [](const SegmentName& a, const SegmentName& b) {
        return std::pair(a.first_seq, a.kind) < std::pair(b.first_seq, b.kind);
    });
    return names;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::uint64_t size_of(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<> sync(const std::string& path) {
    const File file(path, O_RDONLY);
    if (!file.is_open() || ::fsync(file.get()) != 0) return failed(path, "put it on disk");
    return {};
}

Result<> move_into_place(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) return failed(from, "rename it to " + to);
    return sync(to.substr(0, to.rfind('/')));
}

Result<> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed(path, "remove it");
    return {};
}

Result<> make_read_only(const std::string& path) {
    if (::chmod(path.c_str(), 0444) != 0) return failed(path, "make it read-only");
    return {};
}

void forget_cached(const std::string& path) {
    const File file(path, O_RDONLY);
    if (file.is_open()) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

Result<std::uint64_t> free_bytes(const std::string& path) {
    struct statvfs status {};

    if (::statvfs(path.c_str(), &status) != 0) return failed(path, "ask for free space");
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

Result<> preallocate(const std::string& path, std::uint64_t size) {
    const File file(path, O_WRONLY | O_CREAT, 0640);
    if (!file.is_open()) return failed(path, "make it");
    const int code = ::posix_fallocate(file.get(), 0, static_cast<off_t>(size));
    if (code == 0) return {};
    ::unlink(path.c_str());
    return fail(path + ": no room for it: " + std::strerror(code));
}

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
    const std::string path = directory + "/LOCK";
    File file(path, O_RDWR | O_CREAT, 0640);
    if (!file.is_open()) return failed(path, "open it");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            directory +
            " is in use by another journal: stop it first (tapedeck down), or set journal.dir "
            "to another directory");
    }
    return DirectoryLock(file.release());
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

DirectoryLock::~DirectoryLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tapedeck::journal
