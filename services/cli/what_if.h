#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <cstddef>
#include <string>

namespace tapedeck::cli {

struct WhatIfVerbOptions {
    std::string from;          ///< the other configuration holds from here on; "" = the beginning
    std::string to;            ///< "" = the end
    std::size_t changes = 10;  ///< so many are shown
};

/// `tapedeck whatif`: the recorded run again with the keys of --set, or as this build decides:
/// which decisions appear, vanish or change and why, and what both runs came to. Exit 0 whatever
/// differs.
Result<> what_if(Session& session, const WhatIfVerbOptions& options);

}  // namespace tapedeck::cli
