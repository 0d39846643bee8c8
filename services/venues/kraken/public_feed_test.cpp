#include "venues/kraken/public_feed.h"

#include "venues/kraken/fake_wire.h"
#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using tapedeck::to_string;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kStatus =
    R"({"channel":"status","type":"update","data":[{"system":"online","connection_id":1}]})";
constexpr std::string_view kHeartbeat = R"({"channel":"heartbeat"})";

/// The example of Kraken's documentation, "Book checksum": it adds up.
constexpr std::string_view kBook =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","asks":[)"
    R"({"price":45285.2,"qty":0.00100000},{"price":45286.4,"qty":1.54571953},)"
    R"({"price":45286.6,"qty":1.54571109},{"price":45289.6,"qty":1.54560911},)"
    R"({"price":45290.2,"qty":0.15890660},{"price":45291.8,"qty":1.54553491},)"
    R"({"price":45294.7,"qty":0.04454749},{"price":45296.1,"qty":0.35380000},)"
    R"({"price":45297.5,"qty":0.09945542},{"price":45299.5,"qty":0.18772827}],"bids":[)"
    R"({"price":45283.5,"qty":0.10000000},{"price":45283.4,"qty":1.54582015},)"
    R"({"price":45282.1,"qty":0.10000000},{"price":45281.0,"qty":0.10000000},)"
    R"({"price":45280.3,"qty":1.54592586},{"price":45279.0,"qty":0.07990000},)"
    R"({"price":45277.6,"qty":0.03310103},{"price":45277.5,"qty":0.30000000},)"
    R"({"price":45277.3,"qty":1.54602737},{"price":45276.6,"qty":0.15445238}],)"
    R"("checksum":3310070434,"timestamp":"2026-01-19T15:36:48.413515Z"}]})";

std::string acknowledged(const std::string& channel, const std::string& symbol = "BTC/USD") {
    return R"({"method":"subscribe","req_id":1,"result":{"channel":")" + channel +
           R"(","snapshot":true,"symbol":")" + symbol + R"("},"success":true})";
}

std::string candle(int minute, const std::string& close, bool is_snapshot = false) {
    const std::string at = "2026-01-19T15:0" + std::to_string(minute) + ":00.000000000Z";
    return R"({"channel":"ohlc","type":")" + std::string(is_snapshot ? "snapshot" : "update") +
           R"(","data":[{"symbol":"BTC/USD","open":100.0,"high":109.0,"low":99.0,"close":)" +
           close + R"(,"trades":1,"volume":1.00000000,"vwap":100.0,"interval_begin":")" + at +
           R"(","interval":1,"timestamp":")" + at + R"("}]})";
}

std::string trade(int number, bool is_snapshot = false) {
    return R"({"channel":"trade","type":")" + std::string(is_snapshot ? "snapshot" : "update") +
           R"(","data":[{"symbol":"BTC/USD","side":"buy","price":100.1,"qty":0.5,)"
           R"("ord_type":"market","trade_id":)" +
           std::to_string(number) + R"(,"timestamp":"2026-01-19T15:36:48.413515Z"}]})";
}

std::string envelope(std::string_view result) {
    return R"({"error":[],"result":)" + std::string(result) + "}";
}

class PublicFeedTest : public ::testing::Test {
protected:
    PublicFeedTest() { start("kraken:BTC/USD"); }

    /// A process anew, which knows nothing but what is in the cache.
    void start(std::string_view instrument, net::AnswerCache* cache = nullptr) {
        auto wire = std::make_unique<testing::FakeWire>();
        wire_ = wire.get();
        PublicFeedOptions options;
        options.instruments = {Instrument::parse(instrument).value()};
        options.cache = cache;
        feed_ = std::make_unique<PublicFeed>(options, std::move(wire));
    }

    /// Asks the feed after so much time; what it says of type T.
    template <class T>
    std::vector<T> said(Duration after = 1s) {
        poll(after);
        return of<T>();
    }

    template <class T>
    std::vector<T> of() const {
        std::vector<T> result;
        for (const auto& sourced : news_.events) {
            if (const auto* event = sourced.event.as<T>()) result.push_back(*event);
        }
        return result;
    }

    void poll(Duration after = 1s) {
        now_.wall += after;
        now_.monotonic += after;
        auto news = feed_->poll(now_);
        error_ = news ? "" : news.error().message;
        news_ = news ? std::move(*news) : market_data::News{};
    }

    /// Until the socket is open and all is subscribed.
    void connect() {
        poll();
        EXPECT_TRUE(wire_->answer("/Assets", envelope(testing::kAssets)));
        poll();
        poll();
        EXPECT_TRUE(wire_->answer("/AssetPairs", envelope(testing::kPairs)));
        poll();
        reconnect();
    }

    void reconnect() {
        wire_->accept();
        wire_->say(std::string(kStatus));
        poll();
    }

    void acknowledge_all() {
        for (const char* channel : {"book", "trade", "ohlc"}) wire_->say(acknowledged(channel));
        wire_->say(acknowledged("instrument", ""));
        wire_->say(R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[]}})");
        wire_->say(std::string(kBook));
        wire_->say(candle(1, "101.0", true));
    }

    bool answer_tickers() {
        return wire_->answer(
            "/Ticker?pair=XBTUSD",
            envelope(R"({"XXBTZUSD":{"a":["30300.1","1","1.000"],"b":["30300.0","2","2.5"],)"
                     R"("c":["30303.2","0.1"],"v":["4","4"],"p":["30706.7","30689.1"],"t":[3,3],)"
                     R"("l":["29868.3","29868.4"],"h":["31631.0","31632.0"],"o":"30502.8"}})"));
    }

    /// Time passes with nothing but heartbeats.
    void idle(Duration time) {
        for (Duration gone{}; gone < time; gone += 1s) {
            wire_->say(std::string(kHeartbeat));
            poll();
        }
    }

    bool has_note(std::string_view code) const {
        for (const auto& note : news_.notes) {
            if (note.code == code) return true;
        }
        return false;
    }

    testing::FakeWire* wire_ = nullptr;
    std::unique_ptr<PublicFeed> feed_;
    market_data::Moment now_{parse_time("2026-01-19T15:00:00Z").value(), 1h};
    market_data::News news_;
    std::string error_;
};

TEST_F(PublicFeedTest, ListsWhatItIsAskedForThenSubscribes) {
    poll();
    ASSERT_EQ(wire_->requests.size(), 1U);
    EXPECT_EQ(wire_->requests[0].origin, "https://api.kraken.com");
    wire_->answer("/Assets", envelope(testing::kAssets));
    poll(0s);
    EXPECT_EQ(wire_->requests.size(), 1U) << "one request a second";
    poll();
    wire_->answer("/AssetPairs", envelope(testing::kPairs));
    const auto listed = said<InstrumentListed>();
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].price_tick, Price::parse("0.1").value());
    ASSERT_EQ(wire_->opened.size(), 1U);
    EXPECT_EQ(wire_->opened[0].second, "wss://ws.kraken.com/v2");
    reconnect();
    ASSERT_EQ(wire_->sent.size(), 4U);
    EXPECT_THAT(wire_->sent[0], HasSubstr(R"("channel":"book")"));
    EXPECT_THAT(wire_->sent[0], HasSubstr(R"(["BTC/USD"])"));
    EXPECT_THAT(wire_->sent[1], HasSubstr(R"("channel":"instrument")"));
    EXPECT_THAT(wire_->sent[2], HasSubstr(R"("interval":1)"));
    EXPECT_THAT(wire_->sent[3], HasSubstr(R"("snapshot":true)"));
}

TEST_F(PublicFeedTest, APairThatKrakenDoesNotHaveEndsTheProcess) {
    start("kraken:NOPE/USD");
    poll();
    wire_->answer("/Assets", envelope(testing::kAssets));
    poll();
    poll();
    wire_->answer("/AssetPairs", envelope(testing::kPairs));
    poll();
    EXPECT_THAT(error_, HasSubstr("kraken:NOPE/USD"));
    EXPECT_THAT(error_, HasSubstr("market-data.instruments"));
}

TEST_F(PublicFeedTest, AsksAgainWhileTheVenueIsAway) {
    poll();
    wire_->fail("/Assets");
    poll();
    EXPECT_TRUE(has_note("VENUE_NO_ANSWER"));
    poll();
    EXPECT_EQ(wire_->requests.size(), 2U);
    wire_->answer("/Assets", "<html>520</html>", 520);
    poll();
    poll(3s);
    EXPECT_EQ(wire_->requests.size(), 3U);
    wire_->answer("/Assets", envelope(testing::kAssets));
    poll();
    poll();
    wire_->answer("/AssetPairs", R"({"error":["EService:Unavailable"]})");
    poll();
    EXPECT_TRUE(has_note("VENUE_NO_ANSWER"));
    poll(3s);
    wire_->answer("/AssetPairs", envelope("[7]"));
    poll();
    EXPECT_TRUE(has_note("VENUE_PAIRS_UNREADABLE"));
    poll(3s);
    EXPECT_THAT(wire_->requests.back().request.target, HasSubstr("/Assets"));
}

TEST_F(PublicFeedTest, WhatAnotherProcessHasJustAskedIsNotAskedAgain) {
    net::AnswerCache cache({}, now_.wall);
    start("kraken:BTC/USD", &cache);
    connect();
    start("kraken:BTC/USD", &cache);
    EXPECT_EQ(said<InstrumentListed>().size(), 1U);
    EXPECT_THAT(wire_->requests, IsEmpty());
    EXPECT_EQ(wire_->opened.size(), 1U);
    EXPECT_FALSE(has_note("VENUE_CACHE_SERVES"));
}

TEST_F(PublicFeedTest, WhileTheVenueIsAwayTheCachesPairsServeAndItIsAskedOn) {
    net::AnswerCache cache({}, now_.wall);
    start("kraken:BTC/USD", &cache);
    connect();
    now_.wall += std::chrono::hours(48);
    start("kraken:BTC/USD", &cache);
    poll();
    EXPECT_TRUE(wire_->answer("/Assets", R"({"error":["EService:Unavailable"]})"));
    EXPECT_EQ(said<InstrumentListed>().size(), 1U);
    EXPECT_TRUE(has_note("VENUE_CACHE_SERVES"));
    EXPECT_EQ(wire_->opened.size(), 1U);
    poll(20s);
    poll(20s);
    EXPECT_TRUE(wire_->answer("/Assets", envelope(testing::kAssets)));
    poll(20s);
    poll(20s);
    EXPECT_TRUE(wire_->answer("/AssetPairs", envelope(testing::kPairs)));
    EXPECT_THAT(said<InstrumentListed>(), IsEmpty()) << "nothing has changed";
    EXPECT_EQ(cache.figures().old_served, 2U);
}

TEST_F(PublicFeedTest, CachedPairsThatCannotBeReadAreAskedOfTheVenue) {
    net::AnswerCache cache({}, now_.wall);
    cache.keep("https://api.kraken.com/0/public/Assets", envelope(testing::kAssets), now_.wall);
    cache.keep("https://api.kraken.com/0/public/AssetPairs", envelope("[7]"), now_.wall);
    start("kraken:BTC/USD", &cache);
    poll();
    EXPECT_TRUE(has_note("VENUE_PAIRS_UNREADABLE"));
    poll(3s);
    EXPECT_TRUE(wire_->answer("/Assets", envelope(testing::kAssets)));
    poll(3s);
    EXPECT_TRUE(wire_->answer("/AssetPairs", envelope(testing::kPairs)));
    EXPECT_EQ(said<InstrumentListed>().size(), 1U);
}

TEST_F(PublicFeedTest, APairMissingInOldPairsMayHaveComeSince) {
    net::AnswerCache cache({}, now_.wall);
    start("kraken:BTC/USD", &cache);
    connect();
    now_.wall += std::chrono::hours(48);
    start("kraken:NEW/USD", &cache);
    poll();
    for (int i = 0; i < 10; ++i) {
        wire_->fail("/0/public");
        poll(20s);
    }
    EXPECT_EQ(error_, "");
    EXPECT_EQ(cache.figures().old_served, 2U);
    EXPECT_THAT(wire_->opened, IsEmpty());
}

TEST_F(PublicFeedTest, QuotesAreTheBestOfABookThatAddsUp) {
    connect();
    wire_->say(std::string(kBook));
    const auto quotes = said<QuoteChanged>();
    ASSERT_EQ(quotes.size(), 1U);
    EXPECT_EQ(quotes[0].bid, Price::parse("45283.5").value());
    EXPECT_EQ(quotes[0].ask, Price::parse("45285.2").value());
    EXPECT_EQ(quotes[0].ask_quantity, Quantity::parse("0.001").value());
}

TEST_F(PublicFeedTest, ABookThatDoesNotAddUpIsShownAndAskedForAgain) {
    connect();
    acknowledge_all();
    poll();
    wire_->sent.clear();
    wire_->say(R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[)"
               R"({"price":45283.5,"qty":0.20000000}],"asks":[],"checksum":1,)"
               R"("timestamp":"2026-01-19T15:36:49.413515Z"}]})");
    const auto rejected = said<MarketDataRejected>();
    ASSERT_EQ(rejected.size(), 1U);
    EXPECT_THAT(rejected[0].reason, HasSubstr("checksum"));
    EXPECT_THAT(of<QuoteChanged>(), IsEmpty());
    ASSERT_EQ(wire_->sent.size(), 2U);
    EXPECT_THAT(wire_->sent[0], HasSubstr("unsubscribe"));
    EXPECT_THAT(wire_->sent[1], HasSubstr(R"("subscribe")"));
    EXPECT_THAT(wire_->sent[1], HasSubstr(R"("book")"));
    wire_->say(std::string(kBook));
    poll(21s);
    EXPECT_EQ(of<QuoteChanged>().size(), 1U) << "the book lives again";
}

TEST_F(PublicFeedTest, HistoryComesBeforeWhatClosesMeanwhile) {
    connect();
    acknowledge_all();
    poll();
    wire_->say(candle(2, "102.0"));  // so minute 1 has closed
    EXPECT_THAT(said<CandleClosed>(), IsEmpty()) << "history is on its way";
    // 14:59 and 15:00 closed, 15:01 forming when it was asked.
    ASSERT_TRUE(wire_->answer(
        "/OHLC",
        envelope(R"({"XXBTZUSD":[[1768834740,"1","1","1","1","1","1",1],)"
                 R"([1768834800,"2","2","2","2","2","1",1],)"
                 R"([1768834860,"3","3","3","3","3","1",1]],"last":1768834800})")));
    const auto candles = said<CandleClosed>();
    ASSERT_EQ(candles.size(), 3U);
    EXPECT_EQ(to_string(candles[0].open_time), "2026-01-19T14:59:00.000Z");
    EXPECT_EQ(to_string(candles[1].open_time), "2026-01-19T15:00:00.000Z");
    EXPECT_EQ(to_string(candles[2].open_time), "2026-01-19T15:01:00.000Z");
    EXPECT_EQ(candles[2].close, Price::parse("101").value()) << "as the stream had it";
    wire_->say(candle(3, "103.0"));
    EXPECT_EQ(said<CandleClosed>().size(), 1U);
}

TEST_F(PublicFeedTest, HistoryOfBeforeServesUntilACandleHasClosedSince) {
    const std::string history =
        envelope(R"({"XXBTZUSD":[[1768834740,"1","1","1","1","1","1",1],)"
                 R"([1768834800,"2","2","2","2","2","1",1]],"last":1768834740})");
    net::AnswerCache cache({}, now_.wall);
    const auto candles_of_a_start = [&](bool answers) {
        start("kraken:BTC/USD", &cache);
        poll();
        poll();
        reconnect();
        acknowledge_all();
        std::size_t said = 0;
        for (int i = 0; i < 3; ++i) {
            EXPECT_FALSE(wire_->fail("/OHLC") && answers) << "it is not asked for";
            poll();
            said += of<CandleClosed>().size();
        }
        return said;
    };
    start("kraken:BTC/USD", &cache);
    connect();
    acknowledge_all();
    poll(5s);
    poll();
    ASSERT_TRUE(wire_->answer("/OHLC", history));
    EXPECT_EQ(said<CandleClosed>().size(), 1U) << "the last one is forming";
    EXPECT_EQ(candles_of_a_start(true), 1U) << "within the same minute";
    now_.wall += 1min;
    EXPECT_EQ(candles_of_a_start(false), 1U) << "old, because the venue does not answer";
    EXPECT_TRUE(std::any_of(wire_->requests.begin(), wire_->requests.end(), [](const auto& each) {
        return each.request.target.find("/OHLC") != std::string::npos;
    })) << "but it is asked";
}

TEST_F(PublicFeedTest, HistoryThatDoesNotComeHoldsNothingUpForEver) {
    connect();
    acknowledge_all();
    poll();
    wire_->say(candle(2, "102.0"));
    std::size_t said = 0;
    for (int i = 0; i < 60 && said == 0; ++i) {
        wire_->fail("/OHLC");
        wire_->say(std::string(kHeartbeat));
        poll();
        said += of<CandleClosed>().size();
    }
    EXPECT_EQ(said, 1U);
    EXPECT_TRUE(has_note("VENUE_HISTORY_MISSING"));
}

TEST_F(PublicFeedTest, TradesMissedWhileDisconnectedAreAGap) {
    connect();
    acknowledge_all();
    wire_->say(trade(100, true));
    wire_->say(trade(101));
    EXPECT_EQ(said<TradePrinted>().size(), 2U);
    wire_->cut();
    poll();
    EXPECT_TRUE(has_note("VENUE_DISCONNECTED"));
    poll(2s);
    ASSERT_EQ(wire_->opened.size(), 2U) << "opened again";
    reconnect();
    EXPECT_TRUE(has_note("VENUE_RESTORED"));
    wire_->say(trade(101, true));
    EXPECT_THAT(said<TradePrinted>(), IsEmpty()) << "said before";
    wire_->cut();
    poll();
    poll(3s);
    reconnect();
    wire_->say(trade(150, true));
    const auto gaps = said<MarketDataGap>();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].reason, GapReason::Disconnected);
    EXPECT_EQ(of<TradePrinted>().size(), 1U);
}

TEST_F(PublicFeedTest, AConnectionWithoutHeartbeatsIsLeft) {
    connect();
    acknowledge_all();
    poll();
    EXPECT_THAT(wire_->closed, IsEmpty());
    for (int i = 0; i < 11; ++i) poll();
    EXPECT_EQ(wire_->closed.size(), 1U);
    poll(2s);
    EXPECT_EQ(wire_->opened.size(), 2U);
}

TEST_F(PublicFeedTest, ASubscriptionThatIsNotAnsweredIsAFaultOfTheConnection) {
    connect();
    idle(12s);
    EXPECT_EQ(wire_->closed.size(), 1U);
}

TEST_F(PublicFeedTest, ASubscriptionThatFallsSilentIsAskedForAgain) {
    connect();
    acknowledge_all();
    poll();
    wire_->sent.clear();
    idle(62s);
    ASSERT_FALSE(wire_->sent.empty());
    EXPECT_THAT(wire_->sent[0], HasSubstr("unsubscribe"));
    EXPECT_THAT(wire_->closed, IsEmpty());
}

constexpr std::string_view kInstruments =
    R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{)"
    R"("symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,)"
    R"("qty_increment":1e-08,"price_precision":1,"cost_precision":5,"cost_min":0.5,)"
    R"("tick_size":0.1,"price_increment":0.1,"qty_min":5e-05}]}})";

TEST_F(PublicFeedTest, InstrumentsThatComeAfterTheBookLeaveItAlone) {
    connect();
    acknowledge_all();
    EXPECT_EQ(said<QuoteChanged>().size(), 1U);
    wire_->say(std::string(kInstruments));
    EXPECT_THAT(said<InstrumentListed>(), IsEmpty()) << "the same rules";
    std::size_t quotes = 0;
    for (int i = 0; i < 21; ++i) {
        wire_->say(std::string(kHeartbeat));
        quotes += said<QuoteChanged>().size();
    }
    EXPECT_EQ(quotes, 1U) << "the book lives on";
}

TEST_F(PublicFeedTest, InstrumentsAreSilentForHoursAndThatIsNoFault) {
    connect();
    acknowledge_all();
    poll();
    wire_->sent.clear();
    for (int i = 0; i < 150; ++i) {
        wire_->say(trade(200 + i));
        wire_->say(std::string(kHeartbeat));
        poll();
    }
    for (const auto& sent : wire_->sent) EXPECT_THAT(sent, Not(HasSubstr("instrument")));
}

TEST_F(PublicFeedTest, AQuoteThatStandsIsSaidAgainButNotWhenTheBookIsDead) {
    connect();
    acknowledge_all();
    poll();
    std::size_t quotes = 0;
    for (int i = 0; i < 45; ++i) {
        wire_->say(std::string(kHeartbeat));
        quotes += said<QuoteChanged>().size();
    }
    EXPECT_EQ(quotes, 2U) << "every twenty seconds";
}

TEST_F(PublicFeedTest, PricesComeByRestWhileThereIsNoConnection) {
    connect();
    acknowledge_all();
    poll();
    wire_->cut();
    poll();
    for (int i = 0; i < 8; ++i) poll();
    ASSERT_TRUE(answer_tickers());
    const auto quotes = said<QuoteChanged>();
    ASSERT_EQ(quotes.size(), 1U);
    EXPECT_EQ(quotes[0].bid, Price::parse("30300").value());
}

TEST_F(PublicFeedTest, AVenueThatThrowsItOutAgainAndAgainIsNotStormedAndPricesComeByRest) {
    connect();
    acknowledge_all();
    poll();
    wire_->cut();
    poll();
    const std::size_t before = wire_->opened.size();
    std::size_t quotes = 0;
    std::size_t seen = before;
    for (Duration gone{}; gone < 10min; gone += 1s) {
        if (wire_->opened.size() > seen) {
            seen = wire_->opened.size();
            wire_->accept();
            wire_->say(std::string(kStatus));
            wire_->cut("thrown out");
        }
        answer_tickers();
        quotes += said<QuoteChanged>().size();
    }
    EXPECT_GT(wire_->opened.size() - before, 20U) << "it goes on trying";
    EXPECT_LT(wire_->opened.size() - before, 75U) << "150 in ten minutes are banned";
    EXPECT_GE(quotes, 28U) << "one that stands is said every twenty seconds";
}

TEST_F(PublicFeedTest, WhatItCannotReadIsNoted) {
    connect();
    wire_->say(R"({"channel":"trade","data":[{"price":)");
    poll();
    EXPECT_TRUE(has_note("VENUE_MESSAGE_UNREADABLE"));
    EXPECT_THAT(wire_->closed, IsEmpty());
}

TEST_F(PublicFeedTest, ARefusedSubscriptionIsNotedAndTriedAgain) {
    connect();
    const std::size_t before = wire_->sent.size();
    wire_->say(R"({"error":"EService:Unavailable","method":"subscribe","req_id":1,)"
               R"("success":false})");
    poll();
    EXPECT_TRUE(has_note("VENUE_SUBSCRIPTION_REFUSED"));
    EXPECT_EQ(wire_->sent.size(), before);
}

}  // namespace
}  // namespace tapedeck::kraken
