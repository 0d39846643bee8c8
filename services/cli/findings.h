#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

/// One line of `doctor`.
struct Finding {
    std::string verdict;  ///< ok, warn, FAIL
    std::string text;
};

Finding ok(std::string text);
Finding warn(std::string text);
Finding failed(std::string text);

/// Prints them, one a line; an error if one has failed.
Result<> report(Session& session, const std::vector<Finding>& found);

}  // namespace tapedeck::cli
