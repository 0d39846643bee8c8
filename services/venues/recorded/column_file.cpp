#include "venues/recorded/column_file.h"

#include "base/crc32c.h"
#include "venues/recorded/column_layout.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tapedeck::recorded {

namespace {

/// An index of more blocks is refused before anything is made of its size: 17 billion rows.
constexpr std::uint64_t kBlocksMax = std::uint64_t{1} << 22;
/// What a block of the widest rows cannot reach.
constexpr std::uint32_t kBlockBytesMax = std::uint32_t{8} << 20;

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

bool Descriptor::close() {
    const int number = std::exchange(number_, -1);
    return ::close(number) == 0;
}

tl::unexpected<Error> ColumnFile::damaged(const std::string& what) const {
    return fail(
        path_ + ": " + what +
            "; nothing of it is used: take the file away and import its data again",
        ExitCode::Integrity);
}

Result<ColumnFile> ColumnFile::open(const std::string& path) {
    ColumnFile file;
    file.path_ = path;
    file.file_ = std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.file_->number() < 0) {
        const bool missing = errno == ENOENT;
        return fail(
            path + ": cannot open it: " + std::strerror(errno),
            missing ? ExitCode::NotFound : ExitCode::Error);
    }

    struct stat about {};

    if (::fstat(file.file_->number(), &about) != 0) {
        return fail(path + ": cannot read it: " + std::strerror(errno));
    }
    if (!S_ISREG(about.st_mode)) return fail(path + ": is not a file");
    TRY(file.read_header(static_cast<std::uint64_t>(about.st_size)));
    return file;
}

Result<> ColumnFile::read_bytes(std::uint64_t offset, std::size_t size, std::string& out) const {
    out.resize(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::pread(
            file_->number(), out.data() + done, size - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return damaged(std::string("cannot be read: ") + std::strerror(errno));
        if (count == 0) return damaged("is cut short");
        done += static_cast<std::size_t>(count);
    }
    return {};
}

Result<> ColumnFile::read_header(std::uint64_t size) {
    if (size < kHeaderSize) return damaged("is cut short, or is no series of market data");
    TRY(read_bytes(0, kHeaderSize, bytes_));
    const std::string_view header = bytes_;
    LittleEndianReader in(header);
    if (in.text(kColumnMagic.size()) != kColumnMagic) {
        return damaged("is damaged at its beginning, or is no series of market data");
    }
    const std::uint32_t version = in.take32();
    const std::uint32_t crc = LittleEndianReader(header.substr(kHeaderSize - 4)).take32();
    if (crc != crc32c(header.substr(0, kHeaderSize - 4))) {
        return damaged("its header is damaged (checksum)");
    }
    if (version != kColumnVersion) {
        return fail(
            path_ + ": has version " + std::to_string(version) + ", this build reads " +
            std::to_string(kColumnVersion) + "; import its data again with this build");
    }
    const auto kind = in.take32();
    const auto interval = Duration(static_cast<std::int64_t>(in.take(8)));
    facts_.rows = in.take(8);
    facts_.first = in.take_time();
    facts_.last = in.take_time();
    const std::uint64_t blocks = in.take(8);
    const std::uint64_t index_at = in.take(8);
    index_crc_ = in.take32();
    in.take32();  // reserved
    facts_.holes.count = in.take(8);
    facts_.holes.missing = in.take(8);
    market_data::Hole longest;
    longest.from = in.take_time();
    longest.to = in.take_time();
    longest.missing = in.take(8);
    if (longest.missing > 0) facts_.holes.longest = longest;
    const auto name_size = static_cast<std::size_t>(in.take(1));
    const auto name = in.text(Instrument::kMaxLength);
    const auto instrument = Instrument::parse(name.substr(0, name_size));
    const bool possible =
        instrument && kind <= static_cast<std::uint32_t>(Kind::Trades) &&
        (kind == static_cast<std::uint32_t>(Kind::Trades) ? interval == Duration::zero()
                                                          : is_interval(interval));
    if (!possible) return damaged("its header says what cannot be");
    facts_.series = {*instrument, static_cast<Kind>(kind), interval};
    facts_.bytes = size;
    facts_.checksum = crc;
    if (blocks == 0 || blocks > kBlocksMax || index_at < kHeaderSize || index_at > size ||
        size - index_at != blocks * kEntrySize) {
        return damaged("is cut short, or something was added to it");
    }
    return read_index(index_at, blocks);
}

Result<> ColumnFile::read_index(std::uint64_t index_at, std::uint64_t blocks) {
    TRY(read_bytes(index_at, blocks * kEntrySize, bytes_));
    if (crc32c(bytes_) != index_crc_) return damaged("its index is damaged (checksum)");
    LittleEndianReader in(bytes_);
    std::uint64_t end = kHeaderSize;
    std::uint64_t rows = 0;
    bool possible = true;
    blocks_.reserve(blocks);
    for (std::uint64_t i = 0; i < blocks; ++i) {
        Block block;
        block.offset = in.take(8);
        block.size = in.take32();
        block.crc = in.take32();
        block.rows = in.take32();
        in.take32();  // reserved
        block.first = in.take_time();
        block.last = in.take_time();
        block.first_row = rows;
        possible = possible && block.offset == end && block.size <= kBlockBytesMax &&
                   block.rows > 0 && block.rows <= kBlockRows && block.last >= block.first &&
                   (blocks_.empty() || block.first >= blocks_.back().last);
        end += block.size;
        rows += block.rows;
        blocks_.push_back(block);
    }
    possible = possible && end == index_at && rows == facts_.rows &&
               blocks_.front().first == facts_.first && blocks_.back().last == facts_.last;
    if (!possible) return damaged("its index says what cannot be");
    return {};
}

std::size_t ColumnFile::block_at(Time time) const {
    const auto found =
        std::lower_bound(blocks_.begin(), blocks_.end(), time, [](const Block& block, Time wanted) {
            return block.last < wanted;
        });
    return static_cast<std::size_t>(found - blocks_.begin());
}

Result<> ColumnFile::read(std::size_t index, std::vector<StoredRow>& rows) const {
    const Block& block = blocks_.at(index);
    const std::string name =
        "block " + std::to_string(index + 1) + " of " + std::to_string(blocks_.size());
    TRY(read_bytes(block.offset, block.size, bytes_));
    if (crc32c(bytes_) != block.crc) return damaged(name + " is damaged (checksum)");
    const std::string fault = decode_block(facts_.series.kind, bytes_, block.rows, rows);
    if (!fault.empty()) return damaged(name + ": " + fault);
    if (rows.front().begin != block.first || rows.back().begin != block.last) {
        return damaged(name + ": its times are not those of the index");
    }
    return {};
}

SeriesCursor::SeriesCursor(ColumnFile file, std::optional<Time> from, std::optional<Time> to)
    : file_(std::move(file)), from_(from), to_(to) {
    if (from_) block_ = file_.block_at(*from_);
    for (std::size_t i = block_; i < file_.blocks().size(); ++i) {
        const auto& block = file_.blocks()[i];
        if (to_ && block.first >= *to_) break;
        total_ += block.size;
    }
}

Result<bool> SeriesCursor::next_block() {
    if (started_) ++block_;
    started_ = true;
    if (block_ >= file_.blocks().size()) return false;
    TRY(file_.read(block_, rows_));
    consumed_ += file_.blocks()[block_].size;
    at_ = 0;
    if (!from_) return true;
    // Only the first block that is read has rows before it.
    while (at_ < rows_.size() && rows_[at_].begin < *from_) ++at_;
    from_.reset();
    return true;
}

Result<bool> SeriesCursor::next() {
    if (error_) return tl::make_unexpected(*error_);
    if (at_end_) return false;
    if (started_ && at_ + 1 < rows_.size()) {
        ++at_;
    } else {
        auto more = next_block();
        if (!more) {
            error_ = more.error();
            return more;
        }
        at_end_ = !*more;
    }
    if (!at_end_ && to_ && rows_[at_].begin >= *to_) at_end_ = true;
    return !at_end_;
}

}  // namespace tapedeck::recorded
