#include "base/crc32c.h"
#include "base/replace_file.h"
#include "base/verify.h"
#include "venues/recorded/column_file.h"
#include "venues/recorded/column_layout.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tapedeck::recorded {

namespace {

Result<> cannot_write(const std::string& path) {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return fail(
        path + ": cannot write it: " + std::strerror(errno) +
        (full ? "; make room and import again, what was stored before is untouched" : ""));
}

}  // namespace

Result<std::unique_ptr<ColumnWriter>> ColumnWriter::create(
    const std::string& path, const Series& series) {
    const std::string draft = path + ".new";
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) return fail(draft + ": cannot make it: " + std::strerror(errno));
    std::unique_ptr<ColumnWriter> writer(new ColumnWriter(path, series, file));
    // Its place; what belongs there is known at the end.
    TRY(writer->write(std::string(kHeaderSize, '\0')));
    return writer;
}

ColumnWriter::ColumnWriter(std::string path, const Series& series, int file)
    : path_(std::move(path)), draft_(path_ + ".new"), file_(file) {
    facts_.series = series;
    if (series.kind != Kind::Trades) bars_.emplace(series.interval);
    rows_.reserve(kBlockRows);
}

ColumnWriter::~ColumnWriter() {
    if (!committed_) ::unlink(draft_.c_str());
}

Result<> ColumnWriter::add(const StoredRow& row) {
    if (facts_.rows == 0) facts_.first = row.begin;
    VERIFY(facts_.rows == 0 || row.begin >= facts_.last);
    facts_.last = row.begin;
    ++facts_.rows;
    if (bars_) count_hole(row);
    rows_.push_back(row);
    return rows_.size() == kBlockRows ? write_block() : Result<>{};
}

void ColumnWriter::count_hole(const StoredRow& row) {
    const auto place = bars_->place(row.begin);
    VERIFY(place.fault == market_data::Place::Fault::None);
    if (!place.hole) return;
    Holes& holes = facts_.holes;
    ++holes.count;
    holes.missing += place.hole->missing;
    if (!holes.longest || place.hole->missing > holes.longest->missing) {
        holes.longest = place.hole;
    }
}

Result<> ColumnWriter::write_block() {
    const std::string bytes = encode_block(facts_.series.kind, rows_);
    LittleEndian(index_)
        .put(size_, 8)
        .put(bytes.size(), 4)
        .put(crc32c(bytes), 4)
        .put(rows_.size(), 4)
        .put(0, 4)
        .put(rows_.front().begin)
        .put(rows_.back().begin);
    ++blocks_;
    rows_.clear();
    return write(bytes);
}

Result<> ColumnWriter::write(std::string_view bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return cannot_write(draft_);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

std::string ColumnWriter::header() const {
    const auto longest = facts_.holes.longest.value_or(market_data::Hole{});
    const auto name = facts_.series.instrument.name();
    std::string out(kColumnMagic);
    LittleEndian(out)
        .put(kColumnVersion, 4)
        .put(static_cast<std::uint64_t>(facts_.series.kind), 4)
        .put(static_cast<std::uint64_t>(facts_.series.interval.count()), 8)
        .put(facts_.rows, 8)
        .put(facts_.first)
        .put(facts_.last)
        .put(blocks_, 8)
        .put(size_, 8)
        .put(crc32c(index_), 4)
        .put(0, 4)
        .put(facts_.holes.count, 8)
        .put(facts_.holes.missing, 8)
        .put(longest.from)
        .put(longest.to)
        .put(longest.missing, 8)
        .put(name.size(), 1);
    out += name;
    out.resize(kHeaderSize - 4, '\0');
    LittleEndian(out).put(crc32c(out), 4);
    return out;
}

Result<> ColumnWriter::commit() {
    VERIFY(facts_.rows > 0 && !committed_);
    if (!rows_.empty()) TRY(write_block());
    const std::string bytes = header();
    TRY(write(index_));
    const ssize_t count = ::pwrite(file_.number(), bytes.data(), bytes.size(), 0);
    const bool written = count == static_cast<ssize_t>(bytes.size());
    if (!written || ::fdatasync(file_.number()) != 0 || !file_.close()) {
        return cannot_write(draft_);
    }
    TRY(move_into_place(draft_, path_));
    committed_ = true;
    facts_.bytes = size_;
    facts_.checksum = crc32c(std::string_view(bytes).substr(0, kHeaderSize - 4));
    return {};
}

}  // namespace tapedeck::recorded
