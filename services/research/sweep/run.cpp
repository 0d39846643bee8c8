#include "research/sweep/run.h"

#include "research/backtest/backtest.h"
#include "research/report/report.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace tapedeck::research {

namespace {

/// Takes the steps before `from` with trading paused. False when stopped.
bool warm_up(
    Backtest& backtest, const Task& task, Time from, const std::function<bool()>& stopped) {
    const auto& [recording, first, end] = task.data;
    const std::size_t until =
        task.data.empty() ? first : recording->between(recording->time_of(first), from).end;
    std::size_t left = std::clamp(until, first, end) - first;
    TradingPaused paused;
    paused.request = {"sweep", "warm-up", ""};
    backtest.tell(paused);
    while (left > 0) {
        if (stopped()) return false;
        const std::size_t steps = std::min(left, Backtest::kManySteps);
        backtest.advance(steps);
        left -= steps;
    }
    TradingResumed resumed;
    resumed.request = {"sweep", "warm-up is over", ""};
    backtest.tell(resumed);
    return true;
}

std::optional<RunResult> run_with(
    const Task& task,
    Settings configuration,
    const RunOptions& options,
    const std::function<bool()>& stopped) {
    ReportOptions report_options;
    report_options.from = task.counts_from;
    ReportFold fold(report_options);
    BacktestOptions backtest_options;
    backtest_options.configuration = std::move(configuration);
    backtest_options.build = options.build;
    if (options.kinds != nullptr) backtest_options.kinds = options.kinds;
    Backtest backtest(task.data, std::move(backtest_options), [&](const Recorded& recorded) {
        fold.apply(recorded);
    });
    if (task.counts_from && !warm_up(backtest, task, *task.counts_from, stopped)) return {};
    do {
        if (stopped()) return {};
    } while (backtest.advance(Backtest::kManySteps));
    RunResult result;
    Report report = fold.report();
    result.figures = std::move(report.figures);
    for (const auto& day : report.days) result.returns.push_back(day.r);
    return result;
}

RunResult failure(std::string message) {
    RunResult result;
    result.failed = true;
    result.message = std::move(message);
    return result;
}

}  // namespace

std::optional<RunResult> run_task(
    const Task& task,
    const MakeSettings& make_settings,
    const RunOptions& options,
    const std::function<bool()>& stopped) {
    // What a run throws (a strategy of somebody's own, no memory) is that run's end, not the
    // sweep's.
    try {
        auto configuration = make_settings(task.overrides);
        if (!configuration) return failure(configuration.error().message);
        return run_with(task, std::move(*configuration), options, stopped);
    } catch (const std::exception& error) {
        return failure(error.what());
    }
}

}  // namespace tapedeck::research
