#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "research/sweep/luck.h"
#include "research/sweep/walk_forward.h"

#include <cstdint>
#include <string>

namespace tapedeck::cli {

/// What a sweep's answer is made of. Everything outlives the printing.
struct SweepAnswer {
    const research::SweepPlan& plan;
    research::ResultStore& store;
    research::Ranking ranking;
    std::uint64_t top = 20;
    std::string database;
};

/// The ranking, what failed, and whether the best is more than luck; as a table or JSON. An error
/// when no run has a figure of that name, with the one that was probably meant.
Result<> print_ranking(Session& session, const SweepAnswer& answer);

/// The windows, the out-of-sample days all together, and what failed.
Result<> print_walk_forward(
    Session& session, const SweepAnswer& answer, const research::WalkForwardOutcome& outcome);

}  // namespace tapedeck::cli
