#include "events/print.h"
#include "recorded_market.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

/// A recorded market through five processes: what comes out, that it comes out twice the same, and
/// that killing any of them changes nothing.
namespace tapedeck::integration {
namespace {

class RecordedMarketTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        market_ = new Market(1500);
        tape_ = new std::vector<Recorded>(play(*market_));
    }

    static void TearDownTestSuite() {
        delete tape_;
        delete market_;
    }

    static const std::vector<Recorded>& tape() { return *tape_; }

    static Market* market_;               // NOLINT: a private static
    static std::vector<Recorded>* tape_;  // NOLINT: a private static
};

Market* RecordedMarketTest::market_ = nullptr;               // NOLINT: a private static
std::vector<Recorded>* RecordedMarketTest::tape_ = nullptr;  // NOLINT: a private static

TEST_F(RecordedMarketTest, HasEveryCandleAndSomeTrades) {
    EXPECT_EQ(all<CandleClosed>(tape()).size(), 4500U);
    EXPECT_GE(all<OrderFilled>(tape()).size(), 20U);
    EXPECT_EQ(all<FeedEnded>(tape()).size(), 1U);
}

TEST_F(RecordedMarketTest, GivesEveryTargetAVerdict) {
    std::map<std::uint64_t, int> verdicts;
    for (const auto& [recorded, target] : all<TargetSet>(tape())) verdicts[recorded.seq.value] = 0;
    ASSERT_FALSE(verdicts.empty());
    for (const auto& [recorded, approved] : all<OrderApproved>(tape())) {
        if (verdicts.contains(approved.target.value)) ++verdicts[approved.target.value];
        // What reduces a position may be called for by its state; what opens one is judged.
        if (approved.terms.purpose != OrderPurpose::Entry) continue;
        EXPECT_GE(approved.checks.size(), 20U) << recorded.seq.value;
    }
    for (const auto& [recorded, denied] : all<OrderDenied>(tape())) {
        ++verdicts[denied.target.value];
    }
    for (const auto& [seq, count] : verdicts) EXPECT_GE(count, 1) << "target at seq " << seq;
}

TEST_F(RecordedMarketTest, ExplainsEveryFillBackToTheMarket) {
    std::map<std::uint64_t, const Recorded*> by_seq;
    for (const auto& recorded : tape()) by_seq[recorded.seq.value] = &recorded;
    for (const auto& [recorded, fill] : all<OrderFilled>(tape())) {
        ASSERT_TRUE(by_seq.contains(fill.intent.value));
        const auto* intended = by_seq[fill.intent.value]->event.as<OrderIntended>();
        ASSERT_NE(intended, nullptr);
        const Recorded* at = by_seq[intended->approved.value];
        ASSERT_NE(at->event.as<OrderApproved>(), nullptr);
        int steps = 0;
        while (at->cause.exists() && ++steps < 100) {
            ASSERT_LT(at->cause, at->seq);
            at = by_seq[at->cause.value];
        }
        const bool is_market =
            at->event.as<CandleClosed>() != nullptr || at->event.as<ClockTicked>() != nullptr;
        EXPECT_TRUE(is_market) << "fill at seq " << recorded.seq.value << " goes back to "
                               << at->event.name();
    }
}

TEST_F(RecordedMarketTest, PositionsAreTheSumOfFillsAndCashBalancesToTheLastDecimal) {
    expect_books_balance(tape());
}

TEST_F(RecordedMarketTest, ProtectsEveryPosition) {
    std::set<std::string> purposes;
    for (const auto& [recorded, intended] : all<OrderIntended>(tape())) {
        purposes.insert(std::string(to_string(intended.terms.purpose)));
    }
    EXPECT_TRUE(purposes.contains("entry"));
    EXPECT_TRUE(purposes.contains("stop_loss"));
    EXPECT_TRUE(purposes.contains("take_profit"));
}

TEST_F(RecordedMarketTest, RunTwiceGivesTheSameTapeRecordByRecord) {
    const auto again = play(*market_);
    ASSERT_EQ(again.size(), tape().size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        ASSERT_EQ(again[i].recorded_at, tape()[i].recorded_at) << "seq " << i + 1;
        ASSERT_EQ(again[i].cause, tape()[i].cause) << "seq " << i + 1;
        if (again[i].event.as<TapeStarted>() != nullptr) continue;  // its id is random
        if (const auto* sent = again[i].event.as<OrderSent>()) {
            const auto* first = tape()[i].event.as<OrderSent>();
            ASSERT_NE(first, nullptr);
            EXPECT_NE(sent->client_order_id, first->client_order_id) << "it names the tape";
            EXPECT_EQ(sent->intent, first->intent);
            continue;
        }
        ASSERT_EQ(again[i].event, tape()[i].event) << "seq " << i + 1 << "\n"
                                                   << to_json(again[i]) << "\n"
                                                   << to_json(tape()[i]);
    }
}

TEST_F(RecordedMarketTest, ABacktestSaysTheSameEventForEvent) {
    const auto found = backtest(market_->files(), {});
    ASSERT_GT(all<OrderFilled>(found).size(), 20U);
    expect_same_story(story_of(found), story_of(tape()));
    expect_books_balance(found);
}

/// A day that really was, where the data are there.
TEST(RecordedDayTest, ABacktestSaysTheSameEventForEvent) {
    const char* named = std::getenv("TAPEDECK_DATA");
    const std::string data =
        named != nullptr ? named : std::string(TAPEDECK_SOURCE_DIR) + "/../shared/data";
    std::vector<std::string> files;
    for (const char* pair : {"BTC", "ETH", "XRP"}) {
        files.push_back(
            data + "/candles/demo_bitfinex_" + pair +
            "USD_1m_2019Q4.csv.gz=test:" + (pair == std::string("XRP") ? "SOL" : pair) + "/USD@1m");
        if (!std::filesystem::exists(files.back().substr(0, files.back().find('=')))) {
            GTEST_SKIP() << "no real data in " << data;
        }
    }
    const std::vector<std::string> day{
        "market-data.start=2019-11-08T00:00:00Z", "market-data.duration=24h"};
    std::vector<std::string> settings{
        "market-data.feed=recorded",
        "market-data.files=" + files[0] + "," + files[1] + "," + files[2],
        "market-data.speed=max"};
    settings.insert(settings.end(), day.begin(), day.end());
    Stack stack(settings);
    stack.start_all();
    ASSERT_TRUE(stack.wait_for_end()) << stack.last_words();
    stack.stop();
    const auto live = stack.tape();
    const auto found = backtest(files, day);
    ASSERT_FALSE(found.empty());
    EXPECT_GT(all<CandleClosed>(found).size(), 3000U);
    EXPECT_GT(all<OrderFilled>(found).size(), 10U);
    expect_same_story(story_of(found), story_of(live));
    expect_books_balance(found);
}

/// The market that an earlier run has recorded, played again: the same decisions and fills.
TEST(TapeAsMarketTest, TheTapeOfARunGivesTheSameRunAgain) {
    const Market market(600);
    Stack first(market.settings());
    first.start_all();
    ASSERT_TRUE(first.wait_for_end()) << first.last_words();
    first.stop();
    Stack again(
        {"market-data.feed=recorded",
         "market-data.files=" + first.home(),
         "market-data.speed=max"});
    again.start_all();
    ASSERT_TRUE(again.wait_for_end()) << again.last_words();
    again.stop();
    auto expected = story_of(first.tape());
    auto found = story_of(again.tape());
    for (auto* story : {&expected, &found}) {
        std::erase_if(*story, [](const std::string& line) {
            return line.starts_with("FeedStarted") || line.starts_with("FeedEnded");
        });
    }
    ASSERT_GT(expected.size(), 1800U);
    expect_same_story(found, expected);
}

class KillTest : public RecordedMarketTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(KillTest, TheRunEndsAsTheUndisturbedOne) {
    Stack stack(market_->settings());
    stack.start_all();
    const std::uint64_t size = tape().size();
    for (const std::uint64_t at : {size / 5, size / 3, size / 2}) {
        ASSERT_TRUE(stack.wait_for_seq(at));
        stack.kill(GetParam());
        stack.start(GetParam());
    }
    ASSERT_TRUE(stack.wait_for_end());
    stack.stop();
    expect_same_story(story_of(stack.tape()), story_of(tape()));
}

INSTANTIATE_TEST_SUITE_P(
    EachProcess,
    KillTest,
    ::testing::Values("journal", "market-data", "strategy", "risk", "execution"),
    [](const auto& tested) {
        std::string name = tested.param;
        std::erase(name, '-');
        return name;
    });

}  // namespace
}  // namespace tapedeck::integration
