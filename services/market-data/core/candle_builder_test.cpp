#include "market-data/core/candle_builder.h"

#include "market-data/core/scripted_feed.h"
#include "testing/given.h"

namespace tapedeck::market_data {

namespace {

using namespace std::chrono_literals;
using testing::instrument;
using testing::price;
using testing::quantity;
using testing::time;

const Instrument kBtc = instrument("demo:BTC/USD");
const Time kNoon = time("2026-01-01T12:00Z");

Step trades(Time time, const std::vector<std::string_view>& prices) {
    Step step{time, {}};
    for (const auto each : prices) {
        step.events.push_back(
            {TradePrinted{kBtc, price(each), quantity("2"), {}, ""}, happened(time)});
    }
    return step;
}

std::unique_ptr<Feed> built(std::vector<Step> steps) {
    return std::make_unique<CandleFeed>(
        std::make_unique<ScriptedFeed>(std::move(steps)), 1min, std::vector{kBtc});
}

/// "12:01:00 CandleClosed" for each event, in order.
std::vector<std::string> play(Feed& feed) {
    std::vector<std::string> result;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) {
            result.push_back(to_string(step->time).substr(11, 8) + ' ' + std::string(event.name()));
        }
    }
    return result;
}

}  // namespace

TEST(CandleBuilderTest, BuildsACandleOfTheTradesOfItsInterval) {
    CandleBuilder builder(kBtc, 1min);
    EXPECT_FALSE(builder.closes_at());
    builder.add(kNoon + 10s, price("10"), quantity("1"));
    builder.add(kNoon + 20s, price("12"), quantity("2"));
    builder.add(kNoon + 30s, price("9"), quantity("0.5"));
    builder.add(kNoon + 59s, price("11"), quantity("1"));
    EXPECT_EQ(builder.closes_at(), kNoon + 1min);
    EXPECT_FALSE(builder.finish(kNoon + 1min - 1ns));
    const auto candle = builder.finish(kNoon + 1min);
    const CandleClosed expected{
        .instrument = kBtc,
        .interval = 1min,
        .open_time = kNoon,
        .open = price("10"),
        .high = price("12"),
        .low = price("9"),
        .close = price("11"),
        .volume = quantity("4.5"),
        .trades = 4};
    EXPECT_EQ(candle, expected);
    EXPECT_FALSE(builder.finish(kNoon + 1h)) << "an empty minute gives no candle";
}

TEST(CandleBuilderTest, AlignsToUtcWhateverTheFirstTrade) {
    CandleBuilder builder(kBtc, 4h);
    builder.add(time("2026-01-01T13:59Z"), price("10"), quantity("1"));
    EXPECT_EQ(builder.finish(time("2026-01-01T16:00Z"))->open_time, kNoon);
}

TEST(CandleFeedTest, ClosesACandleAtItsTimeEvenIfNothingElseHappensThen) {
    const auto feed = built({trades(kNoon + 10s, {"10"}), trades(kNoon + 150s, {"11"})});
    EXPECT_THAT(
        play(*feed),
        ::testing::ElementsAre(
            "12:00:10 TradePrinted", "12:01:00 CandleClosed", "12:02:30 TradePrinted"))
        << "the last minute never ends";
    EXPECT_EQ(feed->counts().records, 3U);
}

TEST(CandleFeedTest, ATradeAtTheVeryCloseBelongsToTheNextCandle) {
    const auto feed = built(
        {trades(kNoon, {"10"}), trades(kNoon + 60s, {"20", "21"}), trades(kNoon + 130s, {"5"})});
    std::vector<CandleClosed> candles;
    while (auto step = feed->next().value()) {
        for (const auto& [event, origin] : step->events) {
            if (const auto* candle = event.as<CandleClosed>()) {
                EXPECT_EQ(origin.happened_at, candle->close_time());
                candles.push_back(*candle);
            }
        }
    }
    ASSERT_EQ(candles.size(), 2U);
    EXPECT_EQ(candles[0].close, price("10"));
    EXPECT_EQ(candles[1].open, price("20"));
    EXPECT_EQ(candles[1].close, price("21"));
}

TEST(CandleFeedTest, SkippingEqualsTaking) {
    const std::vector<Step> steps{
        trades(kNoon + 10s, {"10"}), trades(kNoon + 150s, {"11"}), trades(kNoon + 250s, {"12"})};
    for (const auto at : {5s, 10s, 30s, 60s, 100s, 150s, 180s, 250s, 999s}) {
        const auto taken = built(steps);
        const auto skipped = built(steps);
        std::vector<std::string> expected = play(*taken);
        std::erase_if(expected, [&](const std::string& line) {
            return line.substr(0, 8) <= to_string(kNoon + at).substr(11, 8);
        });
        ASSERT_TRUE(skipped->skip_to(kNoon + at));
        EXPECT_EQ(play(*skipped), expected) << at.count();
        EXPECT_EQ(skipped->counts().records, taken->counts().records);
    }
}

}  // namespace tapedeck::market_data
