#include "market-data/core/quality.h"

#include "testing/given.h"

namespace tapedeck::market_data {

namespace {

using namespace std::chrono_literals;
using testing::instrument;
using testing::price;
using testing::quantity;
using testing::time;

const Instrument kBtc = instrument("demo:BTC/USD");
const Instrument kEth = instrument("demo:ETH/USD");
const Time kNoon = time("2026-01-01T12:00Z");

CandleClosed candle(
    std::string_view open,
    std::string_view high,
    std::string_view low,
    std::string_view close,
    std::string_view volume = "1") {
    return {
        .instrument = kBtc,
        .interval = 1min,
        .open_time = kNoon,
        .open = price(open),
        .high = price(high),
        .low = price(low),
        .close = price(close),
        .volume = quantity(volume),
        .trades = {}};
}

Step step(Time time, std::vector<Event> events) {
    Step result{time, {}};
    for (auto& event : events) result.events.push_back({std::move(event), happened(time)});
    return result;
}

TradePrinted trade_of(const Instrument& instrument) {
    return {instrument, price("100"), quantity("1"), {}, ""};
}

CandleClosed candle_of(const Instrument& instrument, Duration interval) {
    CandleClosed result = candle("10", "11", "9", "10");
    result.instrument = instrument;
    result.interval = interval;
    return result;
}

std::vector<std::string> names(const Step& step) {
    std::vector<std::string> result;
    for (const auto& [event, _] : step.events) {
        result.push_back(std::string(event.name()) + ' ' + instrument_of(event).to_string());
    }
    return result;
}

}  // namespace

TEST(ContradictionTest, SaysWhatIsImpossibleAboutACandle) {
    EXPECT_EQ(contradiction(candle("10", "11", "9", "10")), "");
    EXPECT_EQ(contradiction(candle("10", "10", "10", "10", "0")), "");
    EXPECT_EQ(contradiction(candle("11", "10", "9", "10")), "high 10 is below open 11");
    EXPECT_EQ(contradiction(candle("10", "10", "9", "10.5")), "high 10 is below close 10.5");
    EXPECT_EQ(contradiction(candle("8", "10", "9", "10")), "low 9 is above open 8");
    EXPECT_EQ(contradiction(candle("10", "10", "9", "8")), "low 9 is above close 8");
    EXPECT_EQ(contradiction(candle("8", "7", "9", "8")), "high 7 is below low 9");
    EXPECT_EQ(contradiction(candle("10", "11", "0", "10")), "low 0 is not positive");
    EXPECT_EQ(contradiction(candle("10", "11", "-1", "10")), "low -1 is not positive");
    EXPECT_EQ(contradiction(candle("10", "11", "9", "10", "-1")), "volume -1 is negative");
}

TEST(ContradictionTest, SaysWhatIsImpossibleAboutATradeOrAQuote) {
    TradePrinted trade = trade_of(kBtc);
    EXPECT_EQ(contradiction(trade), "");
    trade.price = price("0");
    EXPECT_EQ(contradiction(trade), "price 0 is not positive");
    trade = trade_of(kBtc);
    trade.quantity = quantity("-2");
    EXPECT_EQ(contradiction(trade), "quantity -2 is not positive");

    QuoteChanged quote{kBtc, price("10"), quantity("1"), price("10"), quantity("0")};
    EXPECT_EQ(contradiction(quote), "") << "a locked book is possible";
    quote.bid = price("10.5");
    EXPECT_EQ(contradiction(quote), "bid 10.5 is above ask 10");
    quote.bid = price("0");
    EXPECT_EQ(contradiction(quote), "bid 0 is not positive");
    quote.bid = price("9");
    quote.ask_quantity = quantity("-1");
    EXPECT_EQ(contradiction(quote), "ask quantity -1 is negative");
}

TEST(BarSequenceTest, FindsTheHoleBetweenTwoBars) {
    BarSequence sequence(1min);
    EXPECT_FALSE(sequence.place(kNoon).hole);
    EXPECT_FALSE(sequence.place(kNoon + 1min).hole);
    const auto place = sequence.place(kNoon + 5min);
    EXPECT_EQ(place.fault, Place::Fault::None);
    ASSERT_TRUE(place.hole);
    EXPECT_EQ(place.hole->from, kNoon + 2min);
    EXPECT_EQ(place.hole->to, kNoon + 5min);
    EXPECT_EQ(place.hole->missing, 3U);
}

TEST(BarSequenceTest, AFaultyBarLeavesNoTrace) {
    BarSequence sequence(1min);
    sequence.place(kNoon);
    EXPECT_EQ(sequence.place(kNoon).fault, Place::Fault::Duplicate);
    EXPECT_EQ(sequence.place(kNoon - 1min).fault, Place::Fault::Backwards);
    EXPECT_EQ(sequence.place(kNoon + 90s).fault, Place::Fault::Misaligned);
    const auto place = sequence.place(kNoon + 1min);
    EXPECT_EQ(place.fault, Place::Fault::None);
    EXPECT_FALSE(place.hole);
}

TEST(BarSequenceTest, AWeekHasNoGrid) {
    BarSequence sequence(std::chrono::days(7));
    EXPECT_EQ(sequence.place(time("2026-01-05")).fault, Place::Fault::None);
    EXPECT_FALSE(sequence.place(time("2026-01-12")).hole);
}

TEST(BarSequenceTest, DescribesAFault) {
    EXPECT_EQ(
        describe(Place::Fault::Misaligned, kNoon + 30s, 1min),
        "opens at 2026-01-01T12:00:30.000Z, not on a multiple of 1m");
    EXPECT_EQ(
        describe(Place::Fault::Duplicate, kNoon, 1min),
        "opens at 2026-01-01T12:00:00.000Z, as the one before does");
}

TEST(StalenessWatchTest, TellsOfSilenceOnceAndOfTheReturn) {
    StalenessWatch watch(1min);
    watch.apply(step(kNoon, {trade_of(kBtc), trade_of(kEth)}));
    EXPECT_EQ(watch.apply(step(kNoon + 60s, {trade_of(kEth)})).events.size(), 1U)
        << "the limit is reached, not passed";
    const Step silent = watch.apply(step(kNoon + 61s, {trade_of(kEth)}));
    EXPECT_THAT(
        names(silent),
        ::testing::ElementsAre("FeedStale demo:BTC/USD", "TradePrinted demo:ETH/USD"));
    const auto* stale = silent.events[0].event.as<FeedStale>();
    EXPECT_EQ(stale->last_at, kNoon);
    EXPECT_EQ(stale->limit, 1min);
    EXPECT_EQ(watch.apply(step(kNoon + 90s, {trade_of(kEth)})).events.size(), 1U);
    const Step back = watch.apply(step(kNoon + 100s, {trade_of(kBtc)}));
    EXPECT_THAT(
        names(back),
        ::testing::ElementsAre("FeedRestored demo:BTC/USD", "TradePrinted demo:BTC/USD"));
    EXPECT_EQ(back.events[0].event.as<FeedRestored>()->stale_since, kNoon);
    EXPECT_THAT(
        names(watch.apply(step(kNoon + 161s, {trade_of(kEth)}))),
        ::testing::ElementsAre("FeedStale demo:BTC/USD", "TradePrinted demo:ETH/USD"))
        << "a second silence is told as well";
}

TEST(StalenessWatchTest, WaitsForThreeCandlesWhereOnlyCandlesCome) {
    StalenessWatch watch(1min);
    watch.apply(step(kNoon, {candle_of(kBtc, 1h), trade_of(kEth)}));
    EXPECT_EQ(watch.apply(step(kNoon + 3h, {trade_of(kEth)})).events.size(), 1U)
        << "three hours are three candles";
    EXPECT_THAT(
        names(watch.apply(step(kNoon + 3h + 1s, {trade_of(kEth)}))),
        ::testing::ElementsAre("FeedStale demo:BTC/USD", "TradePrinted demo:ETH/USD"));
}

TEST(StalenessWatchTest, ALoneInstrumentIsNeverStaleAtItsOwnReturn) {
    StalenessWatch watch(1min);
    watch.apply(step(kNoon, {trade_of(kBtc)}));
    EXPECT_EQ(watch.apply(step(kNoon + 10h, {trade_of(kBtc)})).events.size(), 1U);
}

TEST(StalenessWatchTest, ARejectedPieceIsNoSignOfLife) {
    StalenessWatch watch(1min);
    watch.apply(step(kNoon, {trade_of(kBtc)}));
    const MarketDataRejected rejected{kBtc, "high 1 is below low 2", "a.csv:2", ""};
    EXPECT_THAT(
        names(watch.apply(step(kNoon + 61s, {rejected}))),
        ::testing::ElementsAre("FeedStale demo:BTC/USD", "MarketDataRejected demo:BTC/USD"));
}

}  // namespace tapedeck::market_data
