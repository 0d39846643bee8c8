#include "venues/paper/venue_story_test.h"

// How orders fill against candles: the open is certain, all else is assumed against us.
namespace tapedeck::paper::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PaperCandlesTest, AMarketOrderFillsAtTheNextOpen) {
    VenueStory story;
    story.flat_candle("90");
    story.open(market_order(Side::Buy, "2"));
    EXPECT_THAT(told(story.candle("100", "110", "95", "105")), ElementsAre("fill 2 @ 100 taker"));
    EXPECT_EQ(story.held(), quantity("2"));
    EXPECT_EQ(story.cash(), money("99800"));
}

TEST(PaperCandlesTest, ATakerPaysSlippageRoundedAgainstItToTheTick) {
    VenueStory story{"slippage_bps=5"};
    story.open(market_order(Side::Buy, "1"));
    // 100.1 × 1.0005 = 100.15005, up to the tick: 100.2
    EXPECT_THAT(told(story.flat_candle("100.1")), ElementsAre("fill 1 @ 100.2 taker"));
    story.open(market_order(Side::Sell, "1"));
    // 100.1 × 0.9995 = 100.04995, down to the tick: 100
    EXPECT_THAT(told(story.flat_candle("100.1")), ElementsAre("fill 1 @ 100 taker"));
}

TEST(PaperCandlesTest, TakesNoMoreThanItsShareOfTheVolume) {
    VenueStory story{"participation=0.1"};
    story.open(market_order(Side::Buy, "2"));
    // A tenth of 12.345 is 1.2345, on the step of 0.001: 1.234
    EXPECT_THAT(told(story.flat_candle("100", "12.345")), ElementsAre("fill 1.234 @ 100 taker"));
    EXPECT_THAT(story.flat_candle("100", "0"), IsEmpty());
    EXPECT_THAT(told(story.flat_candle("101", "50")), ElementsAre("fill 0.766 @ 101 taker"));
}

TEST(PaperCandlesTest, OrdersShareTheVolumeOfACandleByAge) {
    VenueStory story;
    story.open(market_order(Side::Buy, "2"));
    story.open(market_order(Side::Buy, "2"));
    EXPECT_THAT(
        told(story.flat_candle("100", "3")),
        ElementsAre("fill 2 @ 100 taker", "fill 1 @ 100 taker"));
}

TEST(PaperCandlesTest, TheCandleInWhichItWasIntendedDoesNotFillIt) {
    VenueStory story;
    auto candle = story.next_candle("100", "101", "99", "100");
    story.open(market_order(Side::Buy, "1"));  // half-way would be the same: it opened before
    candle.open_time -= seconds(3);
    EXPECT_THAT(story.play(candle), IsEmpty());
    EXPECT_THAT(told(story.flat_candle("102")), ElementsAre("fill 1 @ 102 taker"));
}

TEST(PaperCandlesTest, ALatencyOfACandleOrMoreSkipsCandles) {
    VenueStory story{"latency=90s"};
    story.open(market_order(Side::Buy, "1"));
    EXPECT_THAT(story.flat_candle("100"), IsEmpty());
    EXPECT_THAT(story.flat_candle("101"), IsEmpty());  // opens 60 s after the intent
    EXPECT_THAT(told(story.flat_candle("102")), ElementsAre("fill 1 @ 102 taker"));
}

TEST(PaperCandlesTest, ALimitFillsOnlyWhenItIsTradedThrough) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "1", "95"));
    EXPECT_THAT(story.candle("100", "101", "95", "100"), IsEmpty());  // touched
    EXPECT_THAT(told(story.candle("100", "101", "94.9", "100")), ElementsAre("fill 1 @ 95 maker"));
    story.open(limit_order(Side::Sell, "1", "105"));
    EXPECT_THAT(story.candle("100", "105", "99", "100"), IsEmpty());
    EXPECT_THAT(told(story.candle("100", "106", "99", "100")), ElementsAre("fill 1 @ 105 maker"));
}

TEST(PaperCandlesTest, ALimitFillsOnTouchIfToldTo) {
    VenueStory story{"limit_fills_on_touch=true"};
    story.open(limit_order(Side::Buy, "1", "95"));
    EXPECT_THAT(told(story.candle("100", "101", "95", "100")), ElementsAre("fill 1 @ 95 maker"));
}

TEST(PaperCandlesTest, ALimitThatTheOpenAlreadyCrossesTakesTheOpen) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "1", "105"));
    EXPECT_THAT(told(story.flat_candle("100")), ElementsAre("fill 1 @ 100 taker"));
}

TEST(PaperCandlesTest, SlippageNeverPushesALimitBeyondItsPrice) {
    VenueStory story{"slippage_bps=100"};
    story.open(limit_order(Side::Buy, "1", "100.5"));
    EXPECT_THAT(told(story.flat_candle("100")), ElementsAre("fill 1 @ 100.5 taker"));  // not 101
}

TEST(PaperCandlesTest, ARestingLimitThatIsGappedThroughGetsItsOwnPrice) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "1", "95"));
    story.flat_candle("100");
    EXPECT_THAT(told(story.flat_candle("90")), ElementsAre("fill 1 @ 95 maker"));
}

TEST(PaperCandlesTest, AStopFillsAtItsPriceOrTheWorseOpen) {
    VenueStory story;
    story.holding("2");
    story.open(stop_order(Side::Sell, "1", "95"));
    EXPECT_THAT(story.candle("100", "101", "95.1", "96"), IsEmpty());
    EXPECT_THAT(told(story.candle("96", "97", "95", "97")), ElementsAre("fill 1 @ 95 taker"));
    story.open(stop_order(Side::Sell, "1", "95"));
    EXPECT_THAT(told(story.candle("92", "99", "91", "98")), ElementsAre("fill 1 @ 92 taker"));
}

TEST(PaperCandlesTest, AStopSlipsToo) {
    VenueStory story{"slippage_bps=100"};
    story.holding("1");
    story.open(stop_order(Side::Sell, "1", "95"));
    // 95 × 0.99 = 94.05, down to the tick
    EXPECT_THAT(told(story.candle("100", "101", "90", "96")), ElementsAre("fill 1 @ 94 taker"));
}

TEST(PaperCandlesTest, ATakeProfitFillsAtItsPriceEvenIfTheOpenIsBetter) {
    VenueStory story;
    story.holding("2");
    story.open(take_profit_order(Side::Sell, "1", "110"));
    EXPECT_THAT(story.candle("100", "110", "99", "105"), IsEmpty());  // touched
    EXPECT_THAT(told(story.candle("105", "111", "99", "105")), ElementsAre("fill 1 @ 110 taker"));
    story.open(take_profit_order(Side::Sell, "1", "110"));
    EXPECT_THAT(told(story.candle("120", "121", "119", "120")), ElementsAre("fill 1 @ 110 taker"));
}

TEST(PaperCandlesTest, StopAndTakeProfitInOneCandleTheStopIsAssumedFirst) {
    VenueStory story;
    story.holding("1");
    story.open(take_profit_order(Side::Sell, "1", "110"));
    story.open(stop_order(Side::Sell, "1", "95"));
    EXPECT_THAT(told(story.candle("100", "112", "94", "111")), ElementsAre("fill 1 @ 95 taker"));
    EXPECT_EQ(story.held(), Quantity{});
    EXPECT_EQ(story.decider().open_orders().size(), 1U);  // the order manager cancels it
    EXPECT_THAT(
        told(story.candle("111", "112", "110", "111")),
        ElementsAre("OrderCanceled reduce_only"));  // and if not, it closes nothing twice
}

TEST(PaperCandlesTest, TheStopOfAnotherStrategyKeepsNoProfitFromBeingTaken) {
    VenueStory story;
    story.holding("2");
    story.open(take_profit_order(Side::Sell, "1", "110"));
    auto others = stop_order(Side::Sell, "1", "95");
    others.strategy = "rsi";
    story.open(others);
    EXPECT_THAT(
        told(story.candle("100", "112", "94", "111")),
        ElementsAre("fill 1 @ 95 taker", "fill 1 @ 110 taker"));
}

TEST(PaperCandlesTest, AStopThatWasSetOffGoesOnAsAMarketOrder) {
    VenueStory story;
    story.holding("2");
    story.open(stop_order(Side::Sell, "2", "95"));
    EXPECT_THAT(
        told(story.candle("100", "101", "94", "100", "0.5")), ElementsAre("fill 0.5 @ 95 taker"));
    EXPECT_THAT(told(story.candle("100", "101", "99", "100")), ElementsAre("fill 1.5 @ 100 taker"));
}

TEST(PaperCandlesTest, AStopToBuyWorksTheOtherWayRound) {
    VenueStory story{"allow_short=true"};
    story.open(market_order(Side::Sell, "1"));
    story.flat_candle("100");
    ASSERT_EQ(story.held(), quantity("-1"));
    story.open(stop_order(Side::Buy, "1", "105"));
    story.open(take_profit_order(Side::Buy, "1", "90"));
    EXPECT_THAT(story.candle("100", "104.9", "90", "100"), IsEmpty());
    EXPECT_THAT(told(story.candle("107", "108", "89", "100")), ElementsAre("fill 1 @ 107 taker"));
}

TEST(PaperCandlesTest, ALongerCandleOverTheSameMinutesIsNotMatchedAgain) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "5", "95"));
    const Time began = story.next_candle("100", "100", "100", "100").open_time;
    story.play([&] {
        CandleClosed first;
        first.instrument = btc();
        first.interval = minutes(1);
        first.open_time = began;
        first.open = first.high = first.close = price("100");
        first.low = price("94");
        first.volume = quantity("1");
        return first;
    }());
    EXPECT_EQ(story.held(), quantity("1"));
    CandleClosed longer;
    longer.instrument = btc();
    longer.interval = minutes(5);
    longer.open_time = began;
    longer.open = longer.high = longer.close = price("100");
    longer.low = price("94");
    longer.volume = quantity("1");
    EXPECT_THAT(story.play(longer), IsEmpty());
}

TEST(PaperCandlesTest, ExpiryComesBeforeACandleThatClosesLater) {
    VenueStory story;
    auto order = market_order(Side::Buy, "1");
    order.valid_until = story.now() + seconds(59);
    story.open(order);
    EXPECT_THAT(told(story.flat_candle("100")), ElementsAre("OrderExpired"));
    // The same, with a tick in between: any density of ticks gives the same.
    order.valid_until = story.now() + seconds(59);
    story.open(order);
    const auto candle = story.next_candle("100", "100", "100", "100");
    EXPECT_THAT(told(story.play(ClockTicked{story.now()})), ElementsAre("OrderExpired"));
    EXPECT_THAT(story.play(candle), IsEmpty());
}

TEST(PaperCandlesTest, OnlyGoodTillDateAndMarketOrdersExpire) {
    VenueStory story;
    auto order = limit_order(Side::Buy, "1", "90");
    order.valid_until = story.now() + seconds(10);
    story.open(order);
    EXPECT_THAT(story.flat_candle("100"), IsEmpty());  // good till canceled rests
    order.time_in_force = TimeInForce::GoodTillDate;
    order.valid_until = story.now() + seconds(10);
    story.open(order);
    EXPECT_THAT(told(story.flat_candle("100")), ElementsAre("OrderExpired"));
    EXPECT_EQ(story.decider().open_orders().size(), 1U);
}

}  // namespace
}  // namespace tapedeck::paper::testing
