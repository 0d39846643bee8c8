#include "venues/paper/venue_story_test.h"

// How orders fill against trades and quotes.
namespace tapedeck::paper::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PaperTicksTest, AMarketOrderFillsAtTheQuoteWithWhatItDisplays) {
    VenueStory story;
    story.quote("99", "5", "101", "0.4");
    story.open(market_order(Side::Buy, "1"));
    EXPECT_THAT(told(story.quote("99", "5", "101", "0.4")), ElementsAre("fill 0.4 @ 101 taker"));
    // The feed knows nothing of us and shows the same 0.4 again: it is gone all the same.
    EXPECT_THAT(story.quote("99", "5", "101", "0.4"), IsEmpty());
    EXPECT_THAT(told(story.quote("99", "5", "101", "0.7")), ElementsAre("fill 0.3 @ 101 taker"));
    EXPECT_THAT(told(story.quote("99", "5", "102", "9")), ElementsAre("fill 0.3 @ 102 taker"));
}

TEST(PaperTicksTest, AFillInFlightIsNotSaidTwice) {
    VenueStory story;
    story.open(market_order(Side::Buy, "1"));
    EXPECT_EQ(told(story.when(story.quote_of("99", "5", "101", "0.4"))).size(), 1U);
    EXPECT_THAT(story.when(story.quote_of("99", "5", "101", "0.4")), IsEmpty());
    EXPECT_THAT(
        told(story.when(story.quote_of("99", "5", "102", "5"))),
        ElementsAre("fill 0.6 @ 102 taker"));
    EXPECT_THAT(story.when(story.quote_of("99", "5", "103", "5")), IsEmpty());
    story.settle();
    EXPECT_EQ(story.held(), quantity("1"));
}

TEST(PaperTicksTest, ATradeLetsAMarketOrderTakeTheLatestQuote) {
    VenueStory story;
    story.quote("99", "5", "101", "5");
    story.open(market_order(Side::Buy, "0.5"));
    EXPECT_THAT(told(story.trade("100")), ElementsAre("fill 0.5 @ 101 taker"));
}

TEST(PaperTicksTest, WithoutAQuoteItTakesTheNextTrade) {
    VenueStory story{"participation=0.5", "slippage_bps=10"};
    story.open(market_order(Side::Buy, "1"));
    // Half of 1.2; 100 × 1.001 = 100.1
    EXPECT_THAT(told(story.trade("100", "1.2")), ElementsAre("fill 0.6 @ 100.1 taker"));
    EXPECT_THAT(told(story.trade("100", "9")), ElementsAre("fill 0.4 @ 100.1 taker"));
}

TEST(PaperTicksTest, NothingFillsBeforeTheLatencyIsOver) {
    VenueStory story{"latency=250ms"};
    story.open(market_order(Side::Buy, "1"));
    story.pass(milliseconds(200));
    EXPECT_THAT(story.trade("100"), IsEmpty());
    story.pass(milliseconds(51));
    EXPECT_THAT(told(story.trade("101")), ElementsAre("fill 1 @ 101 taker"));
}

TEST(PaperTicksTest, ALimitRestsUntilATradeGoesThroughIt) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "3", "95"));
    EXPECT_THAT(story.trade("96"), IsEmpty());
    EXPECT_THAT(story.trade("95"), IsEmpty());
    EXPECT_THAT(told(story.trade("94.9", "1")), ElementsAre("fill 1 @ 95 maker"));
    EXPECT_THAT(told(story.quote("94", "9", "94.5", "0.5")), ElementsAre("fill 0.5 @ 95 maker"));
}

TEST(PaperTicksTest, ATouchCountsOnlyIfTheTakerCameFromTheOtherSide) {
    VenueStory story{"limit_fills_on_touch=true"};
    story.open(limit_order(Side::Buy, "1", "95"));
    story.trade("96");
    auto trade = story.trade_of("95", "1");
    trade.taker_side = Side::Buy;
    EXPECT_THAT(story.play(trade), IsEmpty());
    trade.taker_side = Side::Sell;
    EXPECT_THAT(told(story.play(trade)), ElementsAre("fill 1 @ 95 maker"));
}

TEST(PaperTicksTest, AStopGoesOffAtATradeAndFillsAtTheBid) {
    VenueStory story;
    story.holding("1");
    story.open(stop_order(Side::Sell, "1", "95"));
    story.quote("95.5", "9", "96", "9");
    EXPECT_THAT(told(story.trade("95")), ElementsAre("fill 1 @ 95.5 taker"));
}

TEST(PaperTicksTest, AStopGoesOffAtAQuote) {
    VenueStory story;
    story.holding("1");
    story.open(stop_order(Side::Sell, "1", "95"));
    EXPECT_THAT(story.quote("95.1", "9", "96", "9"), IsEmpty());
    EXPECT_THAT(told(story.quote("94", "0.3", "96", "9")), ElementsAre("fill 0.3 @ 94 taker"));
    EXPECT_THAT(told(story.quote("97", "9", "98", "9")), ElementsAre("fill 0.7 @ 97 taker"));
}

TEST(PaperTicksTest, ATakeProfitGoesOffWhenItIsTradedThrough) {
    VenueStory story;
    story.holding("1");
    story.open(take_profit_order(Side::Sell, "1", "110"));
    EXPECT_THAT(story.trade("110"), IsEmpty());
    EXPECT_THAT(told(story.trade("110.5")), ElementsAre("fill 1 @ 110.5 taker"));
}

TEST(PaperTicksTest, ImmediateOrCancelTakesWhatIsThere) {
    VenueStory story;
    auto order = limit_order(Side::Buy, "1", "101");
    order.time_in_force = TimeInForce::ImmediateOrCancel;
    const Seq intent = story.open(order);
    const auto said = story.quote("99", "5", "101", "0.4");
    EXPECT_THAT(
        told(said), ElementsAre("fill 0.4 @ 101 taker", "OrderCanceled immediate_or_cancel"));
    EXPECT_EQ(
        only<OrderCanceled>(said)[0],
        (OrderCanceled{intent, quantity("0.4"), "immediate_or_cancel", {}}));
    story.open(order);
    EXPECT_THAT(
        told(story.quote("99", "5", "102", "5")), ElementsAre("OrderCanceled immediate_or_cancel"));
}

TEST(PaperTicksTest, FillOrKillTakesAllOrNothing) {
    VenueStory story;
    auto order = limit_order(Side::Buy, "1", "101");
    order.time_in_force = TimeInForce::FillOrKill;
    story.open(order);
    EXPECT_THAT(
        told(story.quote("99", "5", "101", "0.999")), ElementsAre("OrderCanceled fill_or_kill"));
    story.open(order);
    EXPECT_THAT(told(story.quote("99", "5", "100.9", "1")), ElementsAre("fill 1 @ 100.9 taker"));
}

TEST(PaperTicksTest, PostOnlyNeverTakes) {
    VenueStory story;
    auto order = limit_order(Side::Buy, "1", "101");
    order.post_only = true;
    story.open(order);
    EXPECT_THAT(told(story.quote("99", "5", "101", "5")), ElementsAre("OrderCanceled post_only"));
    order.limit_price = price("100");
    story.open(order);
    EXPECT_THAT(story.quote("99", "5", "101", "5"), IsEmpty());
    EXPECT_THAT(told(story.quote("98", "5", "99", "5")), ElementsAre("fill 1 @ 100 maker"));
}

TEST(PaperTicksTest, ACandleOfTradesThatWereSeenIsNotMatchedAgain) {
    VenueStory story;
    story.open(limit_order(Side::Buy, "5", "95"));
    auto candle = story.next_candle("100", "100", "94", "100", "1");
    story.trade("94", "1");
    EXPECT_EQ(story.held(), quantity("1"));
    EXPECT_THAT(story.play(candle), IsEmpty());
}

TEST(PaperTicksTest, AQuoteFromBeforeAGapIsNoPrice) {
    VenueStory story;
    story.quote("99", "5", "101", "5");
    story.play(MarketDataGap{btc(), {}, {}, GapReason::Disconnected, 0});
    story.open(market_order(Side::Buy, "1"));
    EXPECT_THAT(told(story.trade("120")), ElementsAre("fill 1 @ 120 taker"));
}

TEST(PaperTicksTest, ATradeIsPlacedInTimeByWhenItHappened) {
    VenueStory story{"latency=1s"};
    story.open(market_order(Side::Buy, "1"));
    Recorded late;
    late.seq = story.last_seq().next();
    late.recorded_at = story.now() + seconds(2);
    late.happened_at = story.now();  // on the way when the order arrived
    late.event = story.trade_of("100", "1");
    story.decider().apply(late);
    Outbox out;
    story.decider().decide(late, out);
    EXPECT_THAT(out.events(), IsEmpty());
}

}  // namespace
}  // namespace tapedeck::paper::testing
