#include "research/sweep/sweep.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace tapedeck::research {

namespace {

std::vector<std::size_t> sets_to_run(const SweepPlan& plan, const std::set<std::uint64_t>& skip) {
    std::vector<std::size_t> sets;
    for (std::size_t set = 0; set < plan.size(); ++set) {
        if (!skip.contains(set)) sets.push_back(set);
    }
    return sets;
}

}  // namespace

Result<PoolOutcome> run_sweep(
    const SweepPlan& plan,
    const RecordingView& data,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    const TakeResult& take,
    const std::set<std::uint64_t>& skip) {
    const auto sets = sets_to_run(plan, skip);
    const auto task_of = [&](std::size_t i) {
        Task task;
        task.data = data;
        task.overrides = plan.overrides(sets[i]);
        return task;
    };
    return run_pool(
        sets.size(), task_of, make_settings, options, [&](std::size_t i, RunResult result) {
            return take(sets[i], std::move(result));
        });
}

Result<PoolOutcome> run_stored_sweep(
    const SweepPlan& plan,
    const RecordingView& data,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    ResultStore& store) {
    const auto ended = TRY(store.ended(whole_part()));
    const auto keep = [&](std::size_t set, const RunResult& result) {
        return store.add(whole_part(), set, plan.values(set), result);
    };
    return run_sweep(plan, data, make_settings, options, keep, ended);
}

bool is_better_low(const std::string& key) {
    static constexpr std::array<std::string_view, 26> kBeginnings = {
        "average_drawdown",
        "bootstrap_drawdown",
        "borrow",
        "cvar_",
        "days_lost",
        "fees",
        "funding",
        "latency_",
        "longest_drawdown",
        "longest_loss_streak",
        "losses",
        "maker_fees",
        "max_drawdown",
        "orders_unknown",
        "p_value",
        "rejected",
        "sharpe_error",
        "slippage_",
        "taker_fees",
        "tick_to_",
        "tracking_error",
        "turnover",
        "ulcer",
        "under_water",
        "var_",
        "volatility"};
    return std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](std::string_view beginning) {
        return key.starts_with(beginning);
    });
}

}  // namespace tapedeck::research
