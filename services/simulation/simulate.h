#pragma once

#include "base/expected.h"
#include "simulation/plan.h"
#include "simulation/world.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

/// Runs of the simulation, one after the other, and what becomes of one that fails.
namespace tapedeck::simulation {

/// One run in a directory of its own, which is gone afterwards; in memory where the system has a
/// place for that. An error: no such directory can be made.
Result<Outcome> run_once(
    const RunOptions& options, const std::function<void(const std::string&)>& trace = {});

/// The smallest run found that still fails: classes of faults dropped one by one, then the feed cut
/// in halves. Takes some dozen runs.
Result<RunOptions> shrink(const RunOptions& failing);

/// What many runs have seen.
struct Campaign {
    std::uint64_t runs = 0;
    std::uint64_t failed = 0;
    std::uint64_t noticed = 0;
    std::uint64_t records = 0;
    Duration simulated{};
    std::map<std::string, std::uint64_t> counts;

    void add(const Outcome& outcome);
};

}  // namespace tapedeck::simulation
