#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

struct HealthOptions {
    std::vector<std::string> services;  ///< empty = all of the stack
    bool live = false;                  ///< only whether their loops turn
};

/// `tapedeck health`: asks each process itself, over its socket in run/. Exit 4 when one does not
/// answer, 10 when one is stuck or, unless `live`, not ready.
Result<> show_health(Session& session, const HealthOptions& options);

}  // namespace tapedeck::cli
