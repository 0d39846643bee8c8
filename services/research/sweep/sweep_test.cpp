#include "research/sweep/sweep.h"

#include "research/sweep/sweep_story_test.h"

#include <atomic>
#include <map>

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Figure* find(const RunResult& result, const std::string& key) {
    for (const auto& figure : result.figures) {
        if (figure.key == key) return &figure;
    }
    return nullptr;
}

/// All results of a sweep by set.
std::map<std::size_t, RunResult> results_of(
    const SweepPlan& plan, const Recording& recording, const PoolOptions& options) {
    std::map<std::size_t, RunResult> results;
    const auto outcome = run_sweep(
        plan, recording.all(), settings_with, options, [&](std::size_t set, RunResult result) {
            EXPECT_TRUE(results.emplace(set, std::move(result)).second);
            return Result<>{};
        });
    EXPECT_TRUE(outcome);
    return results;
}

TEST(SweepTest, EverySetIsRunOnceHoweverManyThreads) {
    const Recording recording = wavy_market(40);
    const auto plan = plan_of({"risk.fixed_notional=500..3000:500", "risk.stop_loss=0.05,0.5"});
    const auto one = results_of(plan, recording, pool_of(1));
    const auto four = results_of(plan, recording, pool_of(4));
    ASSERT_EQ(one.size(), 12U);
    ASSERT_EQ(four.size(), 12U);
    std::set<double> returns;
    for (const auto& [set, result] : one) {
        ASSERT_FALSE(result.failed) << result.message;
        const Figure* figure = find(result, "total_return");
        ASSERT_NE(figure, nullptr);
        ASSERT_TRUE(figure->value);
        returns.insert(*figure->value);
        EXPECT_EQ(figure->value, find(four.at(set), "total_return")->value) << set;
        EXPECT_EQ(result.returns, four.at(set).returns) << set;
        EXPECT_GE(result.returns.size(), 40U);
    }
    EXPECT_GT(returns.size(), 6U);  // the parameters matter
}

TEST(SweepTest, ASetThatFailsIsAResultAndTheOthersGoOn) {
    const Recording recording = wavy_market(5);
    const auto plan = plan_of({"risk.fixed_notional=0,1000", "strategy.a.kind=levels,thrower"});
    const auto results = results_of(plan, recording, pool_of(2));
    ASSERT_EQ(results.size(), 4U);
    EXPECT_TRUE(results.at(0).failed);
    EXPECT_THAT(results.at(0).message, HasSubstr("risk.fixed_notional: must be above 0"));
    EXPECT_TRUE(results.at(1).failed);
    EXPECT_FALSE(results.at(2).failed);
    EXPECT_FALSE(results.at(2).figures.empty());
    EXPECT_TRUE(results.at(3).failed);
    EXPECT_EQ(results.at(3).message, "no such thing");
}

TEST(SweepTest, WhatIsKeptIsNotRunAgain) {
    const Recording recording = wavy_market(5);
    const auto plan = plan_of({"risk.fixed_notional=0,500,1000,1500"});
    const tapedeck::testing::TemporaryDirectory directory;
    auto store = ResultStore::create(directory / "s.sqlite", identity_of(plan)).value();
    std::atomic<int> runs = 0;
    const MakeSettings counting = [&](const std::vector<std::string>& overrides) {
        ++runs;
        return settings_with(overrides);
    };
    // Interrupted at once: at most one run a thread has ended.
    auto options = pool_of(1);
    options.interrupted = [&] { return runs.load() > 0; };
    const auto first = run_stored_sweep(plan, recording.all(), counting, options, store);
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->interrupted || runs == 4);
    const auto kept = store.count().value();
    EXPECT_EQ(kept, first->ended);

    runs = 0;
    options.interrupted = {};
    const auto second = run_stored_sweep(plan, recording.all(), counting, options, store);
    ASSERT_TRUE(second);
    EXPECT_EQ(static_cast<std::uint64_t>(runs), 4 - kept);
    EXPECT_EQ(store.count().value(), 4U);
    EXPECT_EQ(store.failed().value().size(), 1U);

    runs = 0;
    const auto third = run_stored_sweep(plan, recording.all(), counting, options, store);
    ASSERT_TRUE(third);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(third->ended, 0U);
}

TEST(SweepTest, AnErrorOfTheKeeperEndsItAndIsTold) {
    const Recording recording = wavy_market(5);
    const auto plan = plan_of({"risk.fixed_notional=500..5000:500"});
    std::size_t heard = 0;
    const auto outcome = run_sweep(
        plan,
        recording.all(),
        settings_with,
        pool_of(2),
        [&](std::size_t, const RunResult&) -> Result<> {
            ++heard;
            return fail("disk full");
        });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, "disk full");
    EXPECT_EQ(heard, 1U);
}

TEST(SweepTest, ProgressIsToldUpToTheEnd) {
    const Recording recording = wavy_market(5);
    const auto plan = plan_of({"risk.fixed_notional=500..3000:500"});
    auto options = pool_of(2);
    std::vector<std::size_t> told;
    options.progress = [&](std::size_t ended) { told.push_back(ended); };
    results_of(plan, recording, options);
    ASSERT_FALSE(told.empty());
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_EQ(told.back(), 6U);
}

TEST(SweepTest, LessOfADrawdownIsBetter) {
    EXPECT_TRUE(is_better_low("max_drawdown"));
    EXPECT_TRUE(is_better_low("ulcer"));
    EXPECT_TRUE(is_better_low("fees_bps"));
    EXPECT_FALSE(is_better_low("sharpe"));
    EXPECT_FALSE(is_better_low("stress_double_fees"));
    EXPECT_FALSE(is_better_low("total_return"));
}

}  // namespace
}  // namespace tapedeck::research
