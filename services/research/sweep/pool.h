#pragma once

#include "research/sweep/run.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace tapedeck::research {

/// How a number of tasks is run.
struct PoolOptions {
    RunOptions run{};
    std::size_t threads = 0;  ///< 0 = one a core
    /// Asked by the caller's thread ten times a second: yes ends the runs. May be empty.
    std::function<bool()> interrupted{};
    /// Told by the caller's thread how many have ended, ten times a second. May be empty.
    std::function<void(std::size_t ended)> progress{};
};

/// How it ended.
struct PoolOutcome {
    std::size_t ended = 0;  ///< runs that are done or failed
    std::size_t failed = 0;
    bool interrupted = false;
};

/// Hears each result on the caller's thread, one at a time, in the order in which they end. An
/// error ends the runs and is the pool's.
using TakeResult = std::function<Result<>(std::size_t task, RunResult result)>;

/// Runs `count` tasks over all cores. `task_of` makes the task of a number and is asked by several
/// threads at once; the tasks' data are shared and only read. What memory it takes does not grow
/// with `count`.
Result<PoolOutcome> run_pool(
    std::size_t count,
    const std::function<Task(std::size_t task)>& task_of,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    const TakeResult& take);

/// Threads that `wanted` comes to: at least one.
std::size_t threads_of(std::size_t wanted);

}  // namespace tapedeck::research
