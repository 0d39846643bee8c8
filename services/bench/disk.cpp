#include "bench/disk.h"

#include "bench/bench.h"
#include "bench/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tapedeck::bench {

namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kLargeWrite = std::size_t{1} << 20U;
/// Enough to leave the drive's own memory, little enough for a small one.
constexpr std::size_t kLargeTotalMax = std::size_t{512} << 20U;
constexpr std::size_t kFlushEvery = std::size_t{64} << 20U;

/// A file that is only appended to.
class AppendFile {
public:
    static Result<AppendFile> create(const std::filesystem::path& path) {
        const int descriptor = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
        if (descriptor < 0) return fail(path.string() + ": " + std::strerror(errno));
        return AppendFile(descriptor, path.string());
    }

    AppendFile(AppendFile&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

    AppendFile& operator=(AppendFile&&) = delete;

    ~AppendFile() {
        if (descriptor_ < 0) return;
        ::close(descriptor_);
        ::unlink(path_.c_str());
    }

    Result<> write(const std::vector<char>& bytes) const {
        const auto written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written == static_cast<ssize_t>(bytes.size())) return {};
        return fail(
            path_ + ": cannot write: " + (written < 0 ? std::strerror(errno) : "disk full"));
    }

    /// What comes next goes to the beginning again.
    Result<> rewind() const {
        if (::lseek(descriptor_, 0, SEEK_SET) == 0) return {};
        return fail(path_ + ": " + std::strerror(errno));
    }

    Result<> flush() const {
        if (::fdatasync(descriptor_) == 0) return {};
        return fail(path_ + ": fdatasync: " + std::strerror(errno));
    }

private:
    AppendFile(int descriptor, std::string path)
        : descriptor_(descriptor), path_(std::move(path)) {}

    int descriptor_;
    std::string path_;
};

/// Bytes a second that large writes reach, flushes counted.
Result<double> write_rate(const Options& options, const std::filesystem::path& directory) {
    const AppendFile file = TRY(AppendFile::create(directory / "large"));
    const std::vector<char> bytes(kLargeWrite, 'x');
    const Duration start = options.clock.monotonic();
    std::size_t total = 0;
    while (total < kLargeTotalMax && options.clock.monotonic() - start < options.time / 3) {
        TRY(file.write(bytes));
        total += bytes.size();
        if (total % kFlushEvery == 0) TRY(file.flush());
    }
    TRY(file.flush());
    return rate(total, options.clock.monotonic() - start);
}

}  // namespace

Result<Samples> flush_times(
    const ops::Clock& clock, const std::filesystem::path& directory, Duration time, Place place) {
    const AppendFile file = TRY(AppendFile::create(directory / "flush.tmp"));
    const std::vector<char> block(kBlock, 'x');
    TRY(file.write(block));
    TRY(file.flush());
    Samples samples;
    const Duration start = clock.monotonic();
    Duration before = start;
    do {
        if (place == Place::Same) TRY(file.rewind());
        TRY(file.write(block));
        TRY(file.flush());
        const Duration after = clock.monotonic();
        samples.add(after - before);
        before = after;
    } while (before - start < time);
    return samples;
}

Result<Report> bench_disk(const Options& options) {
    const Scratch scratch = TRY(Scratch::in(options.directory));
    Report report{
        .bench = "disk", .where = describe_machine(scratch.path()), .figures = {}, .notes = {}};
    Samples flush = TRY(flush_times(options.clock, scratch.path(), options.time / 3, Place::Next));
    Samples overwrite =
        TRY(flush_times(options.clock, scratch.path(), options.time / 3, Place::Same));
    const double p50 = flush.percentile_us(50);
    report.add(
        {.key = "fdatasync_p50_us", .what = "4 KiB appended and flushed, p50", .value = p50});
    report.add(
        {.key = "fdatasync_p99_us", .what = "the same, p99", .value = flush.percentile_us(99)});
    report.add(
        {.key = "flushes_per_second",
         .what = "the same, one after the other",
         .value = rate(flush.size(), options.time / 3)});
    report.add(
        {.key = "overwrite_p50_us",
         .what = "4 KiB written in place and flushed, p50",
         .value = overwrite.percentile_us(50)});
    const double written = TRY(write_rate(options, scratch.path()));
    report.add(
        {.key = "write_mb_per_second",
         .what = "large writes, flushed every 64 MiB",
         .value = written / 1e6});
    if (p50 < std::chrono::duration<double, std::micro>(kTooFastFlush).count()) {
        report.notes.emplace_back(
            "warning: a flush this fast is too good to be true: the disk, or what is below it, "
            "says \"durable\" before it is. A power cut may take acknowledged records.");
    } else if (p50 > std::chrono::duration<double, std::micro>(kSlowFlush).count()) {
        report.notes.emplace_back(
            "warning: every decision waits for a flush; above 2 ms it is felt in every order.");
    }
    return report;
}

}  // namespace tapedeck::bench
