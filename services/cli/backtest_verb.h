#pragma once

#include "base/expected.h"
#include "cli/research_data.h"
#include "cli/session.h"

namespace tapedeck::cli {

struct BacktestVerbOptions {
    DataOptions data;
    bool keep = false;  ///< as a tape in the session's home, or in one of the run's own
    std::string html;   ///< a file to write the report's page to; "" = none
};

/// `tapedeck backtest`: the stack's deciders over recorded data, as fast as they go, and the report
/// of it. Errors: bad data (file and line), bad settings (key), 130 when interrupted.
Result<> backtest(Session& session, const BacktestVerbOptions& options);

}  // namespace tapedeck::cli
