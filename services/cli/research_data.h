#pragma once

#include "base/expected.h"
#include "base/settings.h"
#include "cli/session.h"
#include "research/backtest/backtest.h"

#include <memory>
#include <string>
#include <vector>

namespace CLI {  // NOLINT: its own name
class App;
}

namespace tapedeck::cli {

/// What a backtest or sweep runs over.
struct DataOptions {
    std::vector<std::string> files;  ///< as `up --data` takes them
    std::string from;                ///< a time; "" = all there is
    std::string to;                  ///< likewise; not itself included
};

/// The flags for it: --data, --from, --to.
void add_data_options(CLI::App& command, DataOptions& options);

/// Market data in memory, and the configuration of the stack for them.
struct LoadedData {
    Settings settings;
    std::vector<std::string> overrides;  ///< that the data asked for, on top of the profile
    std::unique_ptr<research::Recording> recording;
    research::RecordingView view;

    /// A backtest's options for these settings; the tape's id is a function of settings and data.
    research::BacktestOptions backtest(const Settings& own) const;

    research::BacktestOptions backtest() const { return backtest(settings); }
};

/// Opens, checks and loads the data, with a progress line. Strategies and currency go to the
/// instruments that are in them, as with `up --data`. Errors: the file and line, or the key, and
/// the fix; 130 when interrupted.
Result<LoadedData> load_data(Session& session, const DataOptions& options);

}  // namespace tapedeck::cli
