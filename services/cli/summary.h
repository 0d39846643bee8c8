#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

/// What a run came to: orders, fills, denials by code, money, a line for each strategy and
/// instrument, and what to type next.
Result<std::string> run_summary(Session& session);

}  // namespace tapedeck::cli
