#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

struct UpOptions {
    std::vector<std::string> data;  ///< recorded files; empty: the profile's own feed
    std::string speed = "max";      ///< of recorded files
    std::string venue;              ///< paper orders on its live market: the profile of its name
    bool watch = false;
    bool detach = false;
};

/// Runs the stack until it is told to stop; over recorded files, until they end.
Result<> up(Session& session, const UpOptions& options);

/// Stops the stack that `up` runs in this home. Exit 4 when there is none.
Result<> down(Session& session);

/// "…/runs/<first file>-20261120T120500" beside the profile's home: a home of its own for each run
/// over files that names none. Runs are compared, not mixed.
std::string run_directory_for(const Session& session, const std::vector<std::string>& files);

/// The overrides that recorded files ask for: the feed, and strategies and currency of the
/// instruments that are in them, unless the operator says otherwise by --set.
Result<std::vector<std::string>> overrides_for_data(
    const Session& session, const UpOptions& options);

}  // namespace tapedeck::cli
