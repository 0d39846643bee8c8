#include "market-data/core/session.h"

#include "market-data/core/scripted_feed.h"
#include "testing/given.h"

namespace tapedeck::market_data {

namespace {

using namespace std::chrono_literals;

const Time kNoon = testing::time("2026-01-01T12:00Z");

Step trade(Time time, std::string_view instrument) {
    Step step{time, {}};
    step.events.push_back(
        {TradePrinted{
             testing::instrument(instrument), testing::price("10"), testing::quantity("1"), {}, ""},
         happened(time)});
    return step;
}

std::vector<Step> script() {
    return {
        trade(kNoon, "demo:BTC/USD"),
        trade(kNoon + 30s, "demo:ETH/USD"),
        trade(kNoon + 90s, "demo:ETH/USD"),
        trade(kNoon + 100s, "demo:BTC/USD")};
}

Session session(std::vector<Step> steps, std::optional<Error> error = {}) {
    return Session(std::make_unique<ScriptedFeed>(std::move(steps), std::move(error)), 1min);
}

std::vector<std::string> play(Feed& feed) {
    std::vector<std::string> result;
    while (true) {
        auto step = feed.next();
        if (!step) {
            result.push_back("error: " + step.error().message);
            return result;
        }
        if (!*step) return result;
        for (const auto& [event, _] : (*step)->events) {
            result.push_back(to_string((*step)->time).substr(11, 8) + ' ' + to_json(event));
        }
    }
}

}  // namespace

TEST(SessionTest, SurroundsTheDataWithItsBeginningAndEnd) {
    Session feed = session(script());
    std::vector<std::string> names;
    std::optional<Step> last;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) names.emplace_back(event.name());
        last = std::move(step);
    }
    EXPECT_THAT(
        names,
        ::testing::ElementsAre(
            "FeedStarted",
            "InstrumentListed",
            "TradePrinted",
            "TradePrinted",
            "FeedStale",
            "TradePrinted",
            "FeedRestored",
            "TradePrinted",
            "FeedEnded"));
    const auto* ended = last->events.back().event.as<FeedEnded>();
    ASSERT_NE(ended, nullptr);
    EXPECT_EQ(*ended, (FeedEnded{"scripted", 4, 0}));
}

TEST(SessionTest, TheBeginningNamesTheSourceAndWhatShapesIt) {
    Session feed = session(script());
    const auto step = feed.next().value();
    EXPECT_EQ(
        *step->events[0].event.as<FeedStarted>(),
        (FeedStarted{"scripted", "a script; stale_after=1m"}));
    EXPECT_EQ(feed.source(), "a script; stale_after=1m");
}

TEST(SessionTest, AnErrorComesAfterEverythingBeforeItAndStays) {
    Session feed = session(script(), Error{"a.csv:5: broken", ExitCode::Error});
    const auto said = play(feed);
    ASSERT_EQ(said.size(), 9U);
    EXPECT_EQ(said[7].substr(0, 8), "12:01:40");
    EXPECT_EQ(said[8], "error: a.csv:5: broken");
    EXPECT_FALSE(feed.next());
}

TEST(SessionTest, SkippingEqualsTaking) {
    for (const auto at : {-1s, 0s, 30s, 60s, 95s, 100s, 200s}) {
        Session taken = session(script());
        Session skipped = session(script());
        auto expected = play(taken);
        std::erase_if(expected, [&](const std::string& line) {
            return line.substr(0, 8) <= to_string(kNoon + at).substr(11, 8);
        });
        ASSERT_TRUE(skipped.skip_to(kNoon + at));
        EXPECT_EQ(play(skipped), expected) << at.count();
    }
}

TEST(SessionTest, AFeedWithoutDataSaysNothing) {
    Session feed = session({});
    EXPECT_THAT(play(feed), ::testing::IsEmpty());
}

}  // namespace tapedeck::market_data
