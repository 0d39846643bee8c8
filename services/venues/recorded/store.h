#pragma once

#include "base/expected.h"
#include "venues/recorded/column_file.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The store: a directory with a file for each series.
namespace tapedeck::recorded {

/// One file of the store; what is wrong with it, if something is.
struct StoredFile {
    std::string path;
    std::optional<SeriesFacts> facts;
    std::string fault;  ///< one sentence that names the file; "" = none
};

/// All files of the store, sorted by series, those that cannot be opened last. Headers and indexes
/// are read, no block. A store that is not there has none.
Result<std::vector<StoredFile>> list_store(const std::string& store);

/// Opens the file of a series. Exit 3 with what the store has instead, when it has no such series.
Result<ColumnFile> open_series(const std::string& store, const Series& series);

/// Reads all of a file: every block's CRC, every row's place and plausibility, and that the header
/// counts right. "" if all is well, else the first fault, with its block.
/// `progress` hears the bytes that were read since it was asked last; false stops (exit 130).
Result<std::string> check_file(
    const std::string& path, const std::function<bool(std::uint64_t)>& progress);

/// Makes the store's directory if need be, and holds it for one import until this is let go. Exit 6
/// when another process has it.
Result<std::unique_ptr<Descriptor>> lock_store(const std::string& store);

}  // namespace tapedeck::recorded
