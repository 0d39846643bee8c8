#pragma once

#include "base/expected.h"
#include "cli/research_data.h"
#include "cli/session.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tapedeck::cli {

struct SweepVerbOptions {
    DataOptions data;
    std::vector<std::string> parameters;  ///< "strategy.rsi.period=5..30:5"
    std::uint64_t random = 0;             ///< so many sets by chance; 0 = the whole grid
    std::uint64_t seed = 1;
    std::uint64_t threads = 0;  ///< 0 = one a core
    std::string rank = "sharpe";
    bool lowest = false;  ///< the least of the figure is the best
    std::uint64_t top = 20;
    std::uint32_t walk_forward = 0;  ///< windows; 0 = none, or as many as fit by durations
    std::string in_sample;           ///< a share or a duration; "" = 0.7
    std::string out_of_sample;       ///< a duration
    bool anchored = false;
    std::string database;  ///< "" = in the home
    std::string csv;
    bool resume = false;
    bool fresh = false;
};

/// `tapedeck sweep`: every set of parameters over the same data, kept in a file, ranked, and held
/// against luck. Errors: a parameter (exit 2), data, configuration, a file of another sweep (6);
/// 130 when interrupted, with everything kept that was done.
Result<> sweep(Session& session, const SweepVerbOptions& options);

}  // namespace tapedeck::cli
