#pragma once

#include "base/expected.h"
#include "base/settings.h"
#include "research/backtest/recording.h"
#include "research/report/figure.h"
#include "strategy/core/kind.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::research {

/// The checked configuration with these overrides ("risk.fraction=0.02") on top, or what is wrong
/// with it. Asked by several threads at once.
using MakeSettings = std::function<Result<Settings>(const std::vector<std::string>& overrides)>;

/// One backtest that is to be run.
struct Task {
    RecordingView data{};
    std::vector<std::string> overrides{};
    /// From here on it trades, and its report begins. What lies before is warm-up: the strategies
    /// see it, and trading is paused. Nothing = from the first step on.
    std::optional<Time> counts_from{};
};

/// What one backtest came to. One that could not be run has a message and no figures.
struct RunResult {
    bool failed = false;
    std::string message{};  ///< why it failed
    std::vector<Figure> figures{};
    std::vector<double> returns{};  ///< of each day
};

/// What all runs share.
struct RunOptions {
    std::string build{};  ///< that ServiceStarted tells
    /// Kinds of strategies; null = those that are registered. They outlive the runs.
    const std::vector<strategy::Kind>* kinds = nullptr;
};

/// Runs one task. Asks `stopped` every few thousand steps; nothing when it said yes.
std::optional<RunResult> run_task(
    const Task& task,
    const MakeSettings& make_settings,
    const RunOptions& options,
    const std::function<bool()>& stopped);

}  // namespace tapedeck::research
