#pragma once

#include "base/expected.h"
#include "cli/research_data.h"
#include "cli/session.h"

#include <cstdint>

namespace tapedeck::cli {

struct LookaheadVerbOptions {
    DataOptions data;
    std::uint64_t cuts = 20;
    std::uint64_t seed = 1;
};

/// `tapedeck lookahead`: whether any decision is another one when the future is cut off. Exit 8
/// when there is one, or a candle that was given before it had closed; 130 when interrupted.
Result<> lookahead(Session& session, const LookaheadVerbOptions& options);

}  // namespace tapedeck::cli
