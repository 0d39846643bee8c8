#include "research/backtest/recording.h"

#include "research/backtest/backtest_story_test.h"

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests

std::vector<Event> events_of(const Recording& recording) {
    std::vector<Event> all;
    Recorded recorded;
    for (std::size_t step = 0; step < recording.steps(); ++step) {
        recording.visit_step(step, recorded, [&] { all.push_back(recorded.event); });
    }
    return all;
}

TEST(Recording, GivesBackWhatItTook) {
    Minutes minutes;
    const std::vector<Event> given = {
        TradePrinted{kBtc, price("64210.12345678"), quantity("0.00000001"), Side::Sell, "t-1"},
        TradePrinted{kBtc, price("64210"), quantity("3"), {}, ""},
        QuoteChanged{kBtc, price("1"), quantity("2"), price("3"), quantity("4")},
        MarketDataGap{kBtc, kBegin, kBegin + std::chrono::minutes(3), GapReason::Conflated, 3},
        TradePrinted{
            instrument("kraken:ETH/EUR"), price("2"), quantity("1"), Side::Buy, "another"}};
    for (const auto& each : given) minutes.event(each);
    const Recording recording = minutes.recording();
    EXPECT_EQ(events_of(recording), given);
    EXPECT_EQ(recording.market_data(recording.all()), 4U);
}

TEST(Recording, KeepsNumbersThatDoNotFitItsRows) {
    Minutes minutes;
    minutes.candle("0.000000123456789", "0.0000002", "0.0000001", "0.00000015", "0.5");
    minutes.candle("1", "2", "1", "2", "0.123456789012345678");
    minutes.event(TradePrinted{kBtc, price("100000000000"), quantity("1"), {}, "dear"});
    minutes.event(TradePrinted{kBtc, price("1"), quantity("0.0000000000001"), {}, "little"});
    const Recording recording = minutes.recording();
    std::vector<Event> given;
    for (const auto& step : minutes.steps()) {
        for (const auto& sourced : step.events) given.push_back(sourced.event);
    }
    EXPECT_EQ(events_of(recording), given);
    EXPECT_EQ(recording.steps(), 2U);
}

TEST(Recording, LeavesOutWhatAFeedSaysAroundItsData) {
    Minutes minutes;
    minutes.event(FeedStarted{"list", "by hand"}).event(listed(kBtc)).flat("200");
    minutes.event(listed(kBtc)).event(FeedEnded{"list", 1, 0});
    const auto events = events_of(minutes.recording());
    // An instrument that is listed again later is data: its rules have changed.
    ASSERT_EQ(events.size(), 2U);
    EXPECT_NE(events[0].as<CandleClosed>(), nullptr);
    EXPECT_NE(events[1].as<InstrumentListed>(), nullptr);
}

TEST(Recording, StepsAreFoundByTime) {
    Minutes minutes;
    for (int i = 0; i < 10; ++i) minutes.flat("200");
    const Recording recording = minutes.recording();
    const auto view =
        recording.between(kBegin + std::chrono::minutes(3), kBegin + std::chrono::minutes(5));
    EXPECT_EQ(view.end - view.first, 2U);
    EXPECT_EQ(recording.time_of(view.first), kBegin + std::chrono::minutes(3));
    EXPECT_EQ(recording.market_data(view), 2U);
    EXPECT_TRUE(recording.between(kBegin, kBegin).empty());
}

TEST(Recording, KnowsItsShortestCandles) {
    Minutes minutes;
    minutes.flat("200").event(CandleClosed{
        .instrument = kBtc,
        .interval = std::chrono::hours(1),
        .open_time = kBegin,
        .open = price("1"),
        .high = price("1"),
        .low = price("1"),
        .close = price("1"),
        .volume = quantity("1"),
        .trades = {}});
    const Recording recording = minutes.recording();
    EXPECT_EQ(recording.shortest_candle(kBtc), std::chrono::minutes(1));
    EXPECT_EQ(recording.shortest_candle(instrument("kraken:ETH/EUR")), Duration::zero());
}

TEST(Recording, StopsWhenItIsTold) {
    std::vector<market_data::Step> steps;
    for (int i = 1; i <= 10'000; ++i) steps.push_back({kBegin + std::chrono::minutes(i), {}});
    ListFeed feed(steps, {});
    const auto loaded = Recording::load(feed, [](const market_data::Feed&) { return false; });
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().exit_code, ExitCode::Interrupted);
}

}  // namespace
}  // namespace tapedeck::research
