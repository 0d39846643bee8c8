#pragma once

#include "base/expected.h"
#include "venues/recorded/column_file.h"
#include "venues/recorded/series_merge.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Files of market data into the store, validated. `tapedeck data import` is this with a table.
namespace tapedeck::recorded {

struct ImportOptions {
    std::string store;               ///< the store's directory; made if it is not there
    std::vector<std::string> files;  ///< as market-data.files has them; directories too
    OnConflict on_conflict = OnConflict::Refuse;
    bool strict = false;   ///< a rejected line is as bad as a contradiction: nothing is stored
    bool dry_run = false;  ///< everything but storing
    /// Bytes of the files that were read, and of all. False stops; nothing half is left.
    std::function<bool(std::uint64_t read, std::uint64_t total)> progress{};
};

/// What came of one series.
struct SeriesReport {
    static constexpr std::size_t kShownMax = 20;
    static constexpr std::size_t kHolesMax = 10;

    Series series;
    std::vector<std::string> files;
    std::uint64_t rows = 0;  ///< good ones in the files
    Moment::Counts counts;
    std::uint64_t rejected = 0;
    std::vector<std::string> rejections{};      ///< the first kShownMax: "path:line: why"
    std::vector<std::string> contradictions{};  ///< the first kShownMax
    std::optional<SeriesFacts> stored{};        ///< what the series is now, or would be
    std::vector<market_data::Hole> holes{};     ///< the kHolesMax longest, the longest first
    bool changed = false;                       ///< the stored file is another one now
    std::optional<Error> error{};               ///< why nothing of it was stored
};

struct ImportReport {
    std::vector<SeriesReport> series;  ///< sorted
    /// Files of a directory that are no market data, with the reason.
    std::vector<std::string> skipped;
};

/// Imports all files, each series of them by itself: one that fails does not hold the others up,
/// and is as it was before. Fails as a whole when a file cannot be recognised, when another import
/// runs, and when it is stopped (exit 130). Importing the same files again changes nothing.
Result<ImportReport> import_files(const ImportOptions& options);

}  // namespace tapedeck::recorded
