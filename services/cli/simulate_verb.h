#pragma once

#include "cli/session.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::cli {

struct SimulateOptions {
    std::optional<std::uint64_t> seed;  ///< the first; nothing = one that nobody has chosen
    std::uint64_t seeds = 1;
    double minutes = 0;  ///< 0 = as many as `seeds`; else as many as there is time for
    bool trace = false;
    std::uint64_t until = 0;
    std::string plant;
    std::string without;  ///< classes of faults, comma separated
    std::uint32_t steps = 0;
    bool shrink = false;
    bool keep_going = false;  ///< after a failing seed
};

/// Runs the stack under seeds and prints what came of it. An error when a seed fails.
Result<> simulate(Session& session, const SimulateOptions& options);

}  // namespace tapedeck::cli
