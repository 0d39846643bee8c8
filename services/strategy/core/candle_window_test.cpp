// Small candles become those of the strategy's interval, and what is missing shows.

#include "strategy/core/test_market.h"

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ClosedWindows take(CandleWindow& window, const CandleClosed& candle) {
    return window.take(candle, *bar_of(candle));
}

TEST(CandleWindowTest, PutsSmallCandlesTogether) {
    CandleWindow window(5min);
    const char* closes[] = {"100", "120", "90", "95"};
    Time open = kStart;
    for (const char* close : closes) {
        EXPECT_FALSE(take(window, candle(open, close)).now);
        open += 1min;
    }
    const auto closed = take(window, candle(open, "105"));
    ASSERT_TRUE(closed.now);
    EXPECT_FALSE(closed.late);
    EXPECT_TRUE(closed.now->complete);
    EXPECT_EQ(closed.now->close_time, kStart + 5min);
    EXPECT_EQ(closed.now->close, price("105"));
    EXPECT_EQ(closed.now->bar.open, 100);
    EXPECT_EQ(closed.now->bar.high, 121);
    EXPECT_EQ(closed.now->bar.low, 89);
    EXPECT_EQ(closed.now->bar.close, 105);
    EXPECT_EQ(closed.now->bar.volume, 5);
}

TEST(CandleWindowTest, WindowsAreAlignedToUtcSoThatTheFirstIsIncomplete) {
    CandleWindow window(5min);
    EXPECT_FALSE(take(window, candle(kStart + 3min, "100")).now);
    const auto closed = take(window, candle(kStart + 4min, "100"));
    ASSERT_TRUE(closed.now);
    EXPECT_FALSE(closed.now->complete);
    EXPECT_EQ(closed.now->close_time, kStart + 5min);
}

TEST(CandleWindowTest, AHoleMakesAWindowIncomplete) {
    CandleWindow window(3min);
    take(window, candle(kStart, "100"));
    const auto closed = take(window, candle(kStart + 2min, "100"));
    ASSERT_TRUE(closed.now);
    EXPECT_FALSE(closed.now->complete);
}

TEST(CandleWindowTest, AWindowWhoseLastPartNeverComesIsClosedByTheNext) {
    CandleWindow window(3min);
    take(window, candle(kStart, "100"));
    take(window, candle(kStart + 1min, "101"));
    const auto closed = take(window, candle(kStart + 3min, "102"));
    EXPECT_FALSE(closed.now);
    ASSERT_TRUE(closed.late);
    EXPECT_FALSE(closed.late->complete);
    EXPECT_EQ(closed.late->bar.close, 101);
    EXPECT_EQ(closed.late->close_time, kStart + 3min);
}

TEST(CandleWindowTest, AGapThatWasReportedMakesAWindowIncomplete) {
    MarketDataGap gap;
    gap.instrument = kBtc;
    gap.from = kStart + 70s;
    gap.to = kStart + 80s;
    CandleWindow before(2min);  // reported while the window is open
    take(before, candle(kStart, "100"));
    before.take(gap);
    EXPECT_FALSE(take(before, candle(kStart + 1min, "100")).now->complete);
    EXPECT_FALSE(take(before, candle(kStart + 2min, "100")).now);
    EXPECT_TRUE(take(before, candle(kStart + 3min, "100")).now->complete);

    CandleWindow early(2min);  // and before it is
    early.take(gap);
    take(early, candle(kStart, "100"));
    EXPECT_FALSE(take(early, candle(kStart + 1min, "100")).now->complete);
}

TEST(CandleWindowTest, ACandleOfTheIntervalItselfIsTakenAsItIs) {
    CandleWindow window(5min);
    EXPECT_TRUE(take(window, candle(kStart, "100", kBtc, 5min)).now->complete);
    EXPECT_TRUE(take(window, candle(kStart + 20min, "100", kBtc, 5min)).now->complete);
}

TEST(CandleWindowTest, NothingIsTakenTwice) {
    CandleWindow window(5min);
    for (int i = 0; i < 4; ++i) take(window, candle(kStart + i * 1min, "100"));
    EXPECT_FALSE(take(window, candle(kStart + 3min, "500")).now);  // again
    EXPECT_FALSE(take(window, candle(kStart, "500", kBtc, 5min)).now);
    const auto closed = take(window, candle(kStart + 4min, "101"));
    ASSERT_TRUE(closed.now);
    EXPECT_TRUE(closed.now->complete);
    EXPECT_EQ(closed.now->bar.high, 102);
    EXPECT_FALSE(take(window, candle(kStart, "500", kBtc, 5min)).now);
}

TEST(CandleWindowTest, LongerAndUnevenCandlesAreOfNoUse) {
    CandleWindow window(5min);
    EXPECT_FALSE(window.is_made_of(15min));
    EXPECT_FALSE(window.is_made_of(2min));
    EXPECT_FALSE(window.is_made_of(0min));
    EXPECT_FALSE(take(window, candle(kStart, "100", kBtc, 15min)).now);
}

TEST(CandleWindowTest, AStrategyOnFiveMinutesSpeaksEveryFiveMinutes) {
    Market market;
    market.play(levels_started({{"strategy.a.interval", "5m"}}));
    for (int i = 0; i < 4; ++i) EXPECT_THAT(market.plays("300"), IsEmpty());
    const auto said = only<TargetSet>(market.plays("210"));
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_EQ(said[0].reference_price, price("210"));
    EXPECT_EQ(said[0].valid_until, kStart + 15min);
}

TEST(CandleWindowTest, NoTargetComesFromAnIncompleteCandle) {
    Market market;
    market.play(levels_started({{"strategy.a.interval", "3m"}}));
    market.plays("210");
    market.skip(1);
    EXPECT_THAT(market.plays("210"), IsEmpty());
    market.plays("210");
    market.plays("210");
    const auto said = market.plays("210");  // the signal still stands
    EXPECT_THAT(decisions(said), ElementsAre("blocked candle_incomplete 1", "signal high 1"));
}

}  // namespace
}  // namespace tapedeck::strategy
