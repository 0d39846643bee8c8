#include "research/sweep/walk_forward.h"

#include "research/sweep/sweep_story_test.h"

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Time kEnd = kBegin + std::chrono::days(100);

TEST(WindowsTest, OutOfSamplePartsFollowOneAnotherToTheEnd) {
    const auto windows = cut_windows(kBegin, kEnd, {.count = 3, .in_sample = 0.5}).value();
    ASSERT_EQ(windows.size(), 3U);
    EXPECT_EQ(windows[0].in_begin, kBegin);
    EXPECT_EQ(windows[2].out_end, kEnd);
    for (std::size_t i = 0; i < 3; ++i) {
        // Four equal parts of 25 days, the first of them for choosing only.
        EXPECT_EQ(windows[i].out_begin - windows[i].in_begin, std::chrono::days(25)) << i;
        EXPECT_EQ(windows[i].out_end - windows[i].out_begin, std::chrono::days(25)) << i;
        if (i > 0) {
            EXPECT_EQ(windows[i].out_begin, windows[i - 1].out_end) << i;
        }
    }
}

TEST(WindowsTest, AShareThatDoesNotDivideTheDaysIsCutAtMidnight) {
    const auto windows = cut_windows(kBegin, kEnd, {.count = 6, .in_sample = 0.7}).value();
    ASSERT_EQ(windows.size(), 6U);
    for (const auto& window : windows) {
        EXPECT_EQ(window.out_begin, std::chrono::floor<std::chrono::days>(window.out_begin));
        const auto in = window.out_begin - window.in_begin;
        const auto whole = window.out_end - window.in_begin;
        EXPECT_NEAR(static_cast<double>(in / 1h) / static_cast<double>(whole / 1h), 0.7, 0.03);
    }
    EXPECT_EQ(windows.back().out_end, kEnd);
}

TEST(WindowsTest, DurationsGiveAsManyWindowsAsFit) {
    const auto windows = cut_windows(
        kBegin, kEnd, {.in_length = std::chrono::days(40), .out_length = std::chrono::days(25)});
    ASSERT_TRUE(windows);
    ASSERT_EQ(windows->size(), 2U);
    EXPECT_EQ((*windows)[1].in_begin, kBegin + std::chrono::days(25));
    EXPECT_EQ((*windows)[1].out_end, kBegin + std::chrono::days(90));
}

TEST(WindowsTest, AnchoredTheyAllBeginWithTheData) {
    const auto windows =
        cut_windows(kBegin, kEnd, {.count = 3, .in_sample = 0.5, .is_anchored = true}).value();
    for (const auto& window : windows) EXPECT_EQ(window.in_begin, kBegin);
    EXPECT_EQ(windows[2].out_begin, kBegin + std::chrono::days(75));
}

TEST(WindowsTest, WhatDoesNotFitIsTold) {
    const auto why = [](const WindowOptions& options) {
        const auto windows = cut_windows(kBegin, kEnd, options);
        EXPECT_FALSE(windows);
        return windows ? std::string() : windows.error().message;
    };
    EXPECT_THAT(why({.count = 0}), HasSubstr("from 1 on"));
    EXPECT_THAT(why({.count = 2, .in_sample = 1}), HasSubstr("share between 0 and 1"));
    EXPECT_THAT(why({.in_length = 24h}), HasSubstr("both"));
    EXPECT_THAT(
        why({.in_length = std::chrono::days(90), .out_length = std::chrono::days(20)}),
        HasSubstr("fits into"));
    EXPECT_THAT(why({.in_length = 1h, .out_length = 1min}), HasSubstr("more than 1000"));
}

class WalkForwardTest : public ::testing::Test {
protected:
    WalkForwardOutcome walk(const PoolOptions& options = pool_of(2)) {
        auto outcome = walk_forward(
            plan_,
            recording_,
            cut_windows(kBegin, kBegin + std::chrono::days(120), {.count = 2, .in_sample = 0.5})
                .value(),
            {.key = "total_return"},
            settings_with,
            options,
            store_);
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
        return outcome ? std::move(*outcome) : WalkForwardOutcome{};
    }

    tapedeck::testing::TemporaryDirectory directory_;
    SweepPlan plan_ = plan_of({"risk.fixed_notional=500,1000,3000"});
    ResultStore store_ = ResultStore::create(directory_ / "w.sqlite", identity_of(plan_)).value();
    Recording recording_ = wavy_market(120);
};

TEST_F(WalkForwardTest, TheBestInSampleIsHeldAgainstTheNextDays) {
    const auto outcome = walk();
    ASSERT_EQ(outcome.windows.size(), 2U);
    EXPECT_EQ(outcome.pool.ended, 2U * 3 + 2);
    for (std::size_t i = 0; i < 2; ++i) {
        ASSERT_TRUE(outcome.windows[i].chosen);
        const std::uint64_t chosen = *outcome.windows[i].chosen;
        for (std::uint64_t set = 0; set < 3; ++set) {
            const auto in = store_.figures(in_part(i), set).value();
            EXPECT_LE(*in.at("total_return").value, *outcome.windows[i].in_figure) << set;
        }
        EXPECT_THAT(store_.ended(out_part(i)).value(), ElementsAre(chosen));
        // 40 days, and no day of the warm-up among them.
        const auto returns = store_.returns(out_part(i), chosen).value();
        EXPECT_GE(returns.size(), 40U);
        EXPECT_LE(returns.size(), 41U);
        EXPECT_TRUE(std::any_of(returns.begin(), returns.end(), [](double r) { return r != 0; }));
    }
    const auto all = out_of_sample_returns(outcome, store_).value();
    EXPECT_GE(all.size(), 80U);
}

TEST_F(WalkForwardTest, GoingOnRunsNothingAgain) {
    walk();
    const auto again = walk();
    EXPECT_EQ(again.pool.ended, 0U);
    EXPECT_EQ(again.windows.size(), 2U);
    EXPECT_TRUE(again.windows[1].chosen);
}

TEST_F(WalkForwardTest, NothingIsTradedInTheWarmUpAndTheFirstSignalAfterItIs) {
    Task task;
    task.data = recording_.all();
    task.counts_from = kBegin + std::chrono::days(60);
    const auto run = run_task(task, settings_with, pool_of(1).run, [] { return false; });
    ASSERT_TRUE(run);
    ASSERT_FALSE(run->failed) << run->message;
    EXPECT_GE(run->returns.size(), 60U);
    EXPECT_LE(run->returns.size(), 61U);

    // A run that begins there without a warm-up trades as much: this rule needs no past.
    Task cold;
    cold.data = recording_.between(*task.counts_from, Time::max());
    const auto without = run_task(cold, settings_with, pool_of(1).run, [] { return false; });
    ASSERT_TRUE(without);
    const auto total = [](const RunResult& result) {
        double index = 1;
        for (const double r : result.returns) index *= 1 + r;
        return index;
    };
    EXPECT_NEAR(total(*run), total(*without), 0.02);
    EXPECT_NE(total(*run), 1);
}

TEST(FiguresOfTest, DailyReturnsGiveTheUsualFigures) {
    std::vector<double> returns(365, 0.0);
    returns[10] = 0.5;
    returns[20] = -0.5;
    returns[30] = 1.0;
    std::map<std::string, Figure> figures;
    for (const auto& each : figures_of(returns)) figures[each.key] = each;
    EXPECT_NEAR(*figures["total_return"].value, 0.5, 1e-12);
    EXPECT_NEAR(*figures["cagr"].value, 0.5, 1e-12);
    EXPECT_NEAR(*figures["max_drawdown"].value, 0.5, 1e-12);
    EXPECT_TRUE(figures["sharpe"].value);
    const auto few = figures_of({0.01, 0.02});
    EXPECT_EQ(few[1].missing, "2 d < 90 d");
    EXPECT_FALSE(few[3].value);
}

}  // namespace
}  // namespace tapedeck::research
