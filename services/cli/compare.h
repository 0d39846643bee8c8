#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

struct CompareVerbOptions {
    std::vector<std::string> runs;  ///< two or three: tapes' files, directories, or homes
    std::string day;                ///< "2026-11-20"; "" = every UTC day that all have
    std::string tolerance = "2m";   ///< of fills in time
    std::string price_tolerance_bps = "10";
};

/// `tapedeck compare A B [C]`: what runs decided and did on the same UTC days, backtest, paper or
/// live: side by side, with the first decision that differs, why, and a parity score for each day.
/// Exit 3 when they have no day in common; else 0.
Result<> compare_runs(Session& session, const CompareVerbOptions& options);

}  // namespace tapedeck::cli
