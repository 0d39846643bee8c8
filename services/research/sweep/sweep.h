#pragma once

#include "research/sweep/plan.h"
#include "research/sweep/pool.h"
#include "research/sweep/store.h"

#include <cstdint>
#include <set>
#include <string>

namespace tapedeck::research {

/// Runs every set of the plan but those of `skip` over the same data, on all cores; `take` hears
/// each with the number of its set. A set that fails is a result as well. The plan and the
/// recording of the data outlive the call and are only read.
Result<PoolOutcome> run_sweep(
    const SweepPlan& plan,
    const RecordingView& data,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    const TakeResult& take,
    const std::set<std::uint64_t>& skip = {});

/// A sweep that is kept, as `tapedeck sweep` runs it: what `part` of the store has already is not
/// run again.
Result<PoolOutcome> run_stored_sweep(
    const SweepPlan& plan,
    const RecordingView& data,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    ResultStore& store);

/// The part of the store of a sweep without windows.
inline Part whole_part() {
    return {0, "all"};
}

/// Whether less of this figure is better: drawdowns, risks and costs.
bool is_better_low(const std::string& key);

}  // namespace tapedeck::research
