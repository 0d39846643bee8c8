#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "cli/views.h"

#include <cstdint>
#include <string>

namespace tapedeck::cli {

struct TradesOptions {
    std::string id;  ///< "o-123": the story of one; "" = the list
    std::string to;
    std::string tag;
    ViewFilter filter;
    std::uint64_t count = 0;  ///< the last so many, 0 = all
};

/// `tapedeck trades`: the journal of round trips, or the story of one of them.
Result<> show_trades(Session& session, const TradesOptions& options);

}  // namespace tapedeck::cli
