#pragma once

#include "base/expected.h"
#include "cli/session.h"

namespace tapedeck::cli {

/// One line for each thing that could spoil a night: ok, warn or FAIL. Exit 1 when one fails.
Result<> doctor(Session& session);

}  // namespace tapedeck::cli
