#include "research/sweep/store.h"

#include "research/sweep/sweep_story_test.h"

#include <limits>
#include <sstream>

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ResultStoreTest : public ::testing::Test {
protected:
    ResultStore store() {
        auto made = ResultStore::create(path_, identity_);
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return std::move(*made);
    }

    std::string why_not_resumed(const SweepIdentity& identity) {
        const auto resumed = ResultStore::resume(path_, identity);
        EXPECT_FALSE(resumed);
        if (resumed) return "";
        EXPECT_EQ(resumed.error().exit_code, ExitCode::Refused);
        return resumed.error().message;
    }

    tapedeck::testing::TemporaryDirectory directory_;
    std::string path_ = directory_ / "sweep.sqlite";
    SweepIdentity identity_ = identity_of(plan_of({"risk.a=1..9", "risk.b=x,y"}));
    Part all_ = whole_part();
};

TEST_F(ResultStoreTest, WhatIsKeptIsReadBack) {
    auto kept = store();
    RunResult result = result_with("total_return", 0.25);
    result.figures.push_back(
        {.key = "sharpe", .section = "ratios", .label = "Sharpe", .missing = "2 d < 30 d"});
    result.figures.push_back(
        {.key = "net",
         .section = "trades",
         .label = "Net",
         .unit = Unit::Money,
         .value = 0.1,
         .exact = money("0.100000000000000001")});
    result.figures.push_back(
        {.key = "profit_factor",
         .section = "trades",
         .label = "",
         .value = std::numeric_limits<double>::infinity()});
    ASSERT_TRUE(kept.add(all_, 4, {"5", "x"}, result));
    const auto figures = kept.figures(all_, 4).value();
    ASSERT_EQ(figures.size(), 4U);
    EXPECT_EQ(figures.at("total_return").value, 0.25);
    EXPECT_EQ(figures.at("total_return").unit, Unit::Percent);
    EXPECT_EQ(figures.at("total_return").n, 7U);
    EXPECT_EQ(figures.at("sharpe").value, std::nullopt);
    EXPECT_EQ(figures.at("sharpe").missing, "2 d < 30 d");
    EXPECT_EQ(figures.at("net").exact, money("0.100000000000000001"));
    EXPECT_EQ(
        figures.at("profit_factor").value,
        std::optional<double>(std::numeric_limits<double>::infinity()));
    EXPECT_THAT(kept.returns(all_, 4).value(), ElementsAre(0.01, -0.02));
    EXPECT_THAT(kept.ended(all_).value(), ElementsAre(4U));
    EXPECT_THAT(kept.figures(all_, 5).value(), IsEmpty());
    EXPECT_THAT(kept.ended({1, "in"}).value(), IsEmpty());
}

TEST_F(ResultStoreTest, RanksByAFigureAndWhatHasNoneComesLast) {
    auto kept = store();
    ASSERT_TRUE(kept.add(all_, 0, {"1", "x"}, result_with("other", 9)));
    ASSERT_TRUE(kept.add(all_, 1, {"2", "x"}, result_with("sharpe", 1)));
    ASSERT_TRUE(kept.add(all_, 2, {"3", "x"}, result_with("sharpe", 2)));
    ASSERT_TRUE(kept.add(all_, 3, {"4", "x"}, result_with("sharpe", 2)));
    RunResult failed;
    failed.failed = true;
    failed.message = "no such thing";
    ASSERT_TRUE(kept.add(all_, 4, {"5", "x"}, failed));
    const auto sets = [&](bool lowest, std::uint64_t count) {
        std::vector<std::uint64_t> found;
        const auto runs = kept.ranking(all_, "sharpe", lowest, count).value();
        for (const auto& run : runs) {
            found.push_back(run.set);
        }
        return found;
    };
    EXPECT_THAT(sets(false, 0), ElementsAre(2U, 3U, 1U, 0U));
    EXPECT_THAT(sets(true, 2), ElementsAre(1U, 2U));
    EXPECT_EQ(kept.done(all_).value(), 4U);
    EXPECT_EQ(kept.count().value(), 5U);
    const auto runs = kept.failed().value();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].set, 4U);
    EXPECT_EQ(runs[0].message, "no such thing");
    EXPECT_THAT(runs[0].values, ElementsAre("5", "x"));
}

TEST_F(ResultStoreTest, GoesOnWhereItWas) {
    {
        auto kept = store();
        ASSERT_TRUE(kept.add(all_, 3, {"4", "y"}, result_with("sharpe", 1)));
    }
    auto again = ResultStore::resume(path_, identity_);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_THAT(again->ended(all_).value(), ElementsAre(3U));
    ASSERT_TRUE(again->add(all_, 4, {"5", "y"}, result_with("sharpe", 2)));
    EXPECT_EQ(again->keys().value().size(), 1U);
    EXPECT_EQ(again->values_of(all_, "sharpe").value().size(), 2U);
}

TEST_F(ResultStoreTest, AnotherSweepsFileIsRefusedWithTheReason) {
    store();
    auto other = identity_;
    other.build = "2+b.y";
    EXPECT_THAT(why_not_resumed(other), HasSubstr("made by build 1+a.x, this is 2+b.y"));
    other = identity_;
    other.data = "elsewhere";
    EXPECT_THAT(why_not_resumed(other), HasSubstr("other data: by hand"));
    other = identity_;
    other.plan = "grid";
    EXPECT_THAT(why_not_resumed(other), HasSubstr("another plan: grid; risk.a=1,2"));
    other = identity_;
    other.configuration = "risk.currency=USD\nrisk.sizing=fixed\n";
    EXPECT_THAT(why_not_resumed(other), HasSubstr("now it says risk.currency=USD"));
}

TEST_F(ResultStoreTest, NothingIsOverwrittenUnasked) {
    store();
    const auto again = ResultStore::create(path_, identity_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().exit_code, ExitCode::Refused);
    EXPECT_THAT(again.error().message, HasSubstr("--resume"));
    ASSERT_TRUE(ResultStore::discard(path_));
    store();
    const auto missing = ResultStore::resume(directory_ / "none.sqlite", identity_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().exit_code, ExitCode::NotFound);
}

TEST_F(ResultStoreTest, OnlyAFileOfASweepIsDiscarded) {
    const std::string notes = directory_.write("notes.txt", "my own notes, of many words");
    EXPECT_FALSE(ResultStore::discard(notes));
    EXPECT_TRUE(std::filesystem::exists(notes));
    EXPECT_TRUE(ResultStore::discard(directory_ / "none.sqlite"));
}

TEST_F(ResultStoreTest, TheCsvHasARowARunAndAColumnAParameterAndFigure) {
    auto kept = store();
    ASSERT_TRUE(kept.add(all_, 1, {"2", "a,b"}, result_with("sharpe", 1.5)));
    RunResult failed;
    failed.failed = true;
    failed.message = "\"b\" is wrong";
    ASSERT_TRUE(kept.add(all_, 0, {"1", "x"}, failed));
    std::ostringstream out;
    ASSERT_TRUE(kept.write_csv(out));
    EXPECT_EQ(
        out.str(),
        "window,sample,set,status,message,risk.a,risk.b,sharpe\n"
        "0,all,1,failed,\"\"\"b\"\" is wrong\",1,x,\n"
        "0,all,2,done,,2,\"a,b\",1.5\n");
}

}  // namespace
}  // namespace tapedeck::research
