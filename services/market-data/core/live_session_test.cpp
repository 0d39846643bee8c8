#include "market-data/core/live_session.h"

#include "testing/given.h"

#include <gmock/gmock.h>

namespace tapedeck::market_data {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

/// Says what the test has put there.
class HandFeed final : public MarketFeed {
public:
    explicit HandFeed(News& news) : news_(news) {}

    std::string name() const override { return "hand"; }

    std::string source() const override { return "a hand"; }

    Result<News> poll(const Moment&) override { return std::exchange(news_, {}); }

    int wake_descriptor() const override { return -1; }

private:
    News& news_;
};

const char* const kName = "hand:BTC/USD";

class LiveSessionTest : public ::testing::Test {
protected:
    void begin(LiveSession::Options options = {.stale_after = 60s, .quote_interval = 100ms}) {
        session_.emplace(std::make_unique<HandFeed>(news_), marks_, options);
    }

    static Instrument btc() { return Instrument::parse(kName).value(); }

    static Time at(int minute) {
        return parse_time("2026-01-19T15:00:00Z").value() + std::chrono::minutes(minute);
    }

    static CandleClosed candle(int minute, const char* high = "10") {
        CandleClosed candle;
        candle.instrument = btc();
        candle.interval = 1min;
        candle.open_time = at(minute);
        candle.open = candle.close = candle.low = Price::parse("9").value();
        candle.high = Price::parse(high).value();
        return candle;
    }

    static TradePrinted trade(const char* id) {
        return {btc(), Price::parse("9").value(), Quantity::parse("1").value(), std::nullopt, id};
    }

    static QuoteChanged quote(const char* bid) {
        const Quantity one = Quantity::parse("1").value();
        return {btc(), Price::parse(bid).value(), one, Price::parse("12").value(), one};
    }

    /// What is recorded of this after so much time.
    template <class T>
    std::vector<T> said(std::vector<Event> events, Duration after = 1s) {
        now_.wall += after;
        now_.monotonic += after;
        for (auto& event : events) news_.events.push_back({std::move(event), happened(now_.wall)});
        EXPECT_TRUE(session_->poll(now_));
        std::vector<T> result;
        for (const auto& sourced : session_->waiting()) {
            if (const auto* event = sourced.event.as<T>()) result.push_back(*event);
        }
        if (is_taken_) session_->waiting().clear();
        return result;
    }

    News news_;
    Marks marks_;
    Moment now_{at(0), 1h};
    std::optional<LiveSession> session_;
    bool is_taken_ = true;
};

TEST_F(LiveSessionTest, BeginsByNamingItsSource) {
    begin();
    const auto started = said<FeedStarted>({});
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].source, "a hand");
    EXPECT_THAT(said<FeedStarted>({}), IsEmpty());
}

TEST_F(LiveSessionTest, LeavesOutWhatTheTapeHas) {
    Recorded recorded;
    recorded.event = candle(5);
    marks_.apply(recorded);
    recorded.event = trade("100");
    marks_.apply(recorded);
    begin();
    EXPECT_EQ(said<CandleClosed>({candle(4), candle(5), candle(6), candle(6)}).size(), 1U);
    EXPECT_EQ(said<TradePrinted>({trade("99"), trade("100"), trade("101")}).size(), 1U);
    EXPECT_EQ(said<TradePrinted>({trade("a"), trade("a")}).size(), 2U) << "no numbers, no order";
}

TEST_F(LiveSessionTest, ShowsWhatCannotBeTrueAndGoesOn) {
    begin();
    const auto rejected = said<MarketDataRejected>({candle(1, "8")});
    ASSERT_EQ(rejected.size(), 1U);
    EXPECT_EQ(rejected[0].reason, "high 8 is below low 9");
    EXPECT_EQ(rejected[0].origin, "hand");
    EXPECT_EQ(said<CandleClosed>({candle(1)}).size(), 1U) << "the right one still may come";
    EXPECT_EQ(said<MarketDataRejected>({quote("13")}).size(), 1U);
}

TEST_F(LiveSessionTest, QuotesComeNoFasterThanWanted) {
    begin({.stale_after = 60s, .quote_interval = 1s});
    EXPECT_EQ(said<QuoteChanged>({quote("9")}).size(), 1U);
    EXPECT_THAT(said<QuoteChanged>({quote("10")}, 400ms), IsEmpty());
    EXPECT_THAT(said<QuoteChanged>({quote("11")}, 400ms), IsEmpty());
    const auto last = said<QuoteChanged>({}, 400ms);
    ASSERT_EQ(last.size(), 1U) << "the last one, when its time has come";
    EXPECT_EQ(last[0].bid, Price::parse("11").value());
}

TEST_F(LiveSessionTest, SilenceIsToldAndItsEnd) {
    begin();
    EXPECT_THAT(said<FeedStale>({trade("1")}), IsEmpty());
    EXPECT_THAT(said<FeedStale>({}, 60s), IsEmpty());
    EXPECT_EQ(said<FeedStale>({}, 1s).size(), 1U);
    EXPECT_EQ(said<FeedRestored>({trade("2")}).size(), 1U);
}

TEST_F(LiveSessionTest, SilenceFromTheStartIsToldToo) {
    begin({.stale_after = 5s, .quote_interval = 100ms, .instruments = {btc()}});
    EXPECT_THAT(said<FeedStale>({}, 4s), IsEmpty());
    EXPECT_EQ(said<FeedStale>({}, 6s).size(), 1U);
    EXPECT_EQ(said<FeedRestored>({trade("1")}).size(), 1U);
}

TEST_F(LiveSessionTest, WhatHasNoRoomIsBoundedAndTradesLeftOutAreAGap) {
    begin({.stale_after = 60s, .quote_interval = {}, .waiting_max = 3});
    is_taken_ = false;
    std::vector<Event> events;
    for (int i = 1; i <= 10; ++i) events.emplace_back(trade(std::to_string(i).c_str()));
    EXPECT_EQ(said<TradePrinted>(events).size(), 2U) << "and FeedStarted";
    EXPECT_EQ(said<QuoteChanged>({quote("9")}).size(), 0U);
    session_->waiting().clear();
    const auto gaps = said<MarketDataGap>({trade("11")});
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].reason, GapReason::Conflated);
}

TEST(MarksTest, AreASnapshotAndTheRest) {
    Marks marks;
    CandleClosed candle;
    candle.instrument = Instrument::parse(kName).value();
    candle.interval = 1min;
    candle.open_time = Time(5min);
    Recorded recorded;
    recorded.event = candle;
    marks.apply(recorded);
    StateWriter writer;
    marks.save(writer);
    Marks loaded;
    StateReader reader(writer.bytes());
    ASSERT_TRUE(loaded.load(reader));
    EXPECT_EQ(loaded.last_candle(candle.instrument, 1min), Time(5min));
    EXPECT_EQ(loaded.last_candle(candle.instrument, 5min), Time{});
    EXPECT_EQ(loaded.last_trade(candle.instrument), 0U);
}

TEST(MarksTest, OnlyWholeNumbersAreTradeNumbers) {
    EXPECT_EQ(trade_number("59874571"), 59874571U);
    EXPECT_EQ(trade_number("TGBB7L"), 0U);
    EXPECT_EQ(trade_number("12a"), 0U);
    EXPECT_EQ(trade_number(""), 0U);
}

}  // namespace
}  // namespace tapedeck::market_data
