#pragma once

#include "base/expected.h"
#include "market-data/core/quality.h"
#include "venues/recorded/column_block.h"
#include "venues/recorded/series.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// One series on disk. All numbers little-endian.
///
///     header   kHeaderSize bytes: magic, version, kind, interval, rows, first and last time, where
///              the index is, its CRC, holes, instrument; then a CRC over all that
///     blocks   one behind the other, kBlockRows rows each, the last one fewer (column_block.h)
///     index    for each block kEntrySize bytes: place, size, CRC, rows, first and last time
///
/// The index ends the file. So every byte is under a CRC-32C, and the header's covers all of them.
namespace tapedeck::recorded {

/// What is missing between the bars of a series.
struct Holes {
    std::uint64_t count = 0;
    std::uint64_t missing = 0;                   ///< bars, in all of them
    std::optional<market_data::Hole> longest{};  ///< the first of them, if several are as long
};

/// What the header tells.
struct SeriesFacts {
    Series series;
    std::uint64_t rows = 0;
    Time first{};                ///< begin of the first row
    Time last{};                 ///< begin of the last row
    Holes holes;                 ///< none for trades
    std::uint64_t bytes = 0;     ///< of the file
    std::uint32_t checksum = 0;  ///< over all that is in it

    /// When the last row is known: a bar's close.
    Time end() const { return last + series.interval; }
};

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    int number() const { return number_; }

    /// False if the system could not close it, and so may not have written all of it.
    bool close();

private:
    int number_;
};

/// A series to read. Opened by its header and index alone, in milliseconds at any size; each block
/// is proven when it is read. Read, not mapped: what the disk cannot give is an error, not a
/// signal.
class ColumnFile {
public:
    struct Block {
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t crc = 0;
        std::uint32_t rows = 0;
        std::uint64_t first_row = 0;  ///< counted from 0 in the file
        Time first{};
        Time last{};
    };

    /// Errors name the file, what is wrong with it and the fix: exit 3 when it is not there, 8 when
    /// it is damaged.
    static Result<ColumnFile> open(const std::string& path);

    const SeriesFacts& facts() const { return facts_; }

    const std::string& path() const { return path_; }

    const std::vector<Block>& blocks() const { return blocks_; }

    /// The first block with rows at or after `time`; blocks().size() if there is none.
    std::size_t block_at(Time time) const;

    /// Reads one block, proven by its CRC, into `rows`. An error (exit 8) names file and block.
    Result<> read(std::size_t block, std::vector<StoredRow>& rows) const;

private:
    ColumnFile() = default;

    Result<> read_header(std::uint64_t size);
    Result<> read_index(std::uint64_t index_at, std::uint64_t blocks);
    Result<> read_bytes(std::uint64_t offset, std::size_t size, std::string& out) const;
    tl::unexpected<Error> damaged(const std::string& what) const;

    std::string path_;
    std::shared_ptr<Descriptor> file_;
    SeriesFacts facts_;
    std::uint32_t index_crc_ = 0;
    std::vector<Block> blocks_;
    mutable std::string bytes_;  // of the block that is read
};

/// Goes through the rows of a file, in order.
class SeriesCursor {
public:
    /// The rows that begin in [from, to); no bound where there is none.
    SeriesCursor(ColumnFile file, std::optional<Time> from, std::optional<Time> to);

    /// Moves on to the next row; false at the end. An error stays.
    Result<bool> next();

    const StoredRow& row() const { return rows_[at_]; }

    /// Of row(), counted from 1 in the file.
    std::uint64_t number() const { return file_.blocks()[block_].first_row + at_ + 1; }

    const ColumnFile& file() const { return file_; }

    /// Bytes of the blocks that were read, and of all in the range.
    std::uint64_t consumed() const { return consumed_; }

    std::uint64_t total() const { return total_; }

private:
    Result<bool> next_block();

    ColumnFile file_;
    std::optional<Time> from_;
    std::optional<Time> to_;
    std::vector<StoredRow> rows_;
    std::size_t block_ = 0;
    std::size_t at_ = 0;
    bool started_ = false;
    bool at_end_ = false;
    std::optional<Error> error_;
    std::uint64_t consumed_ = 0;
    std::uint64_t total_ = 0;
};

/// Writes a series beside `path` and puts it in its place when all of it is on disk. After a crash,
/// at any moment, the old file or the new one is there. One writer at a time to a path.
class ColumnWriter {
public:
    static Result<std::unique_ptr<ColumnWriter>> create(
        const std::string& path, const Series& series);

    ColumnWriter(const ColumnWriter&) = delete;
    ColumnWriter& operator=(const ColumnWriter&) = delete;

    /// Takes away what was written, unless it was committed.
    ~ColumnWriter();

    /// Appends a row; in order of time, bars each later than the one before.
    Result<> add(const StoredRow& row);

    std::uint64_t rows() const { return facts_.rows; }

    const SeriesFacts& facts() const { return facts_; }

    /// Makes it the file of its path. At least one row.
    Result<> commit();

private:
    ColumnWriter(std::string path, const Series& series, int file);

    Result<> write_block();
    Result<> write(std::string_view bytes);
    std::string header() const;
    void count_hole(const StoredRow& row);

    std::string path_;
    std::string draft_;
    Descriptor file_;
    SeriesFacts facts_;
    std::optional<market_data::BarSequence> bars_;
    std::vector<StoredRow> rows_;
    std::string index_;
    std::uint64_t blocks_ = 0;
    std::uint64_t size_ = 0;
    bool committed_ = false;
};

}  // namespace tapedeck::recorded
