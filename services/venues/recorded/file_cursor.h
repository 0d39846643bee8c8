#pragma once

#include "base/expected.h"
#include "market-data/core/settings.h"
#include "venues/recorded/format.h"
#include "venues/recorded/line_reader.h"
#include "venues/recorded/row.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::recorded {

/// A file that was looked into: what it is, and of what.
struct FileDescription {
    std::string path;
    const Format* format = nullptr;
    Instrument instrument;
    Duration interval{};       ///< of its bars; 0 for trades
    unsigned price_scale = 0;  ///< the most decimals of a price in its first kSampleLines, up to 8
    Fingerprint fingerprint;

    static constexpr int kSampleLines = 1000;
    static constexpr unsigned kPriceScaleMax = 8;

    /// "XBTEUR_1.csv, 123 bytes, crc32c 0a1b2c3d, candles 1m of kraken:BTC/EUR"
    std::string to_string() const;
};

/// Opens the file and recognises it by its first lines. Errors name the path and the fix.
Result<FileDescription> recognise_file(const FileWanted& wanted);

/// The same, and reads it once in full for its checksum.
Result<FileDescription> describe_file(const FileWanted& wanted);

/// The good rows of one file in order of time, and what was wrong in between.
class FileCursor {
public:
    /// So many bad rows in a row are no accident: the file is sorted the wrong way, or is another.
    static constexpr std::size_t kRejectedInARowMax = 10'000;

    /// A line that is shown instead of used.
    struct Rejection {
        std::uint64_t line = 0;
        std::string reason;
        std::string raw;  ///< at most 1 KiB
    };

    static Result<FileCursor> open(
        FileDescription file, market_data::BadLine on_bad_line, std::size_t buffer_size);

    /// Moves on to the next good row. False at the end of the file; then there may be rejections
    /// still. An error stays: each further call repeats it.
    Result<bool> next();

    const FileDescription& file() const { return file_; }

    const Row& row() const { return row_; }

    std::uint64_t line() const { return reader_.number(); }

    /// The row's line as it came, cut at 1 KiB and printable.
    std::string raw() const;

    /// What was rejected between the row before and this one.
    std::vector<Rejection>& rejections() { return rejections_; }

    /// Bytes of the file that have been read.
    std::uint64_t consumed() const { return reader_.consumed(); }

private:
    FileCursor(FileDescription file, market_data::BadLine on_bad_line, LineReader reader);

    Result<bool> find_row();

    /// What speaks against the row by itself and by its place in the file; "" = nothing.
    std::string contradiction() const;
    Result<> reject(std::string reason);

    FileDescription file_;
    market_data::BadLine on_bad_line_;
    LineReader reader_;
    Row row_;
    std::optional<Time> last_;  // begin of the last good row
    std::vector<Rejection> rejections_;
    std::optional<Error> error_;
};

}  // namespace tapedeck::recorded
