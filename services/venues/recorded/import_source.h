#pragma once

#include "venues/recorded/file_cursor.h"
#include "venues/recorded/import.h"
#include "venues/recorded/turns.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::recorded {

/// Counts a line that is not used, and keeps it while there is room.
void report_reject(SeriesReport& report, const std::string& place, const std::string& why);

/// The files of one series, in order of time. A file is open from its first row to its last only: a
/// folder with a file for each day is no folder of open files.
class ImportSources {
public:
    /// Reads in each file as far as its first good row. What is rejected goes to `report`; what was
    /// read counts up in `consumed`. Both outlive this.
    static Result<std::unique_ptr<ImportSources>> open(
        std::vector<FileDescription> files, SeriesReport& report, std::uint64_t& consumed);

    /// Of the next row of all; nothing at the end of all files.
    Result<std::optional<Time>> first_time();

    /// The rows at `time` of the first file that has some left, where `time` is first_time();
    /// empty when no file has any more.
    Result<std::vector<Placed>> take(Time time);

private:
    struct Source {
        FileDescription file;
        Time next{};  ///< of the row that comes
        bool at_end = false;
        std::unique_ptr<FileCursor> cursor;  ///< while it is open
        std::uint64_t counted = 0;           ///< of its bytes, in consumed_
    };

    ImportSources(SeriesReport& report, std::uint64_t& consumed)
        : report_(report), consumed_(consumed) {}

    /// Moves on to the next good row, and tells what was rejected before it.
    Result<> advance(Source& source);
    Result<> open_cursor(Source& source);
    bool is_aligned(const Row& row);
    void tell_rejections(Source& source);
    void queue(std::size_t index);

    SeriesReport& report_;
    std::uint64_t& consumed_;
    std::vector<Source> sources_;
    Turns turns_;  ///< of equal times the file that was named first
};

}  // namespace tapedeck::recorded
