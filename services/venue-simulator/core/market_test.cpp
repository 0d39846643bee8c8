#include "venue-simulator/core/venue_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

/// A venue with a life of its own.
class MarketTest : public VenueFixture {
protected:
    MarketTest() : VenueFixture({.candles = 60, .quotes = 12}, true) {}

    PairId btc_ = *find_pair("XBTUSD");
};

TEST_F(MarketTest, ThePastHasCandlesOfEveryIntervalThatAgree) {
    for (const std::int64_t minutes : kIntervals) {
        const auto candles = venue_->floor().history.candles(btc_, minutes, now_);
        EXPECT_GE(candles.size(), 60U) << minutes;
        for (std::size_t i = 1; i < candles.size(); ++i) {
            EXPECT_EQ(candles[i].opened - candles[i - 1].opened, std::chrono::minutes(minutes));
            EXPECT_GE(candles[i].high, candles[i].low);
        }
    }
    const auto fine = venue_->floor().history.candles(btc_, 5, now_);
    const auto coarse = venue_->floor().history.candles(btc_, 15, now_);
    const Candle& whole = coarse[coarse.size() - 2];
    Decimal volume;
    for (const auto& candle : fine) {
        const Duration into = candle.opened - whole.opened;
        if (into >= Duration{} && into < std::chrono::minutes(15)) volume = volume + candle.volume;
    }
    EXPECT_EQ(volume, whole.volume);
}

TEST_F(MarketTest, BooksStayUncrossedAndTradesGoOn) {
    const Exchange& exchange = venue_->floor().exchange;
    for (int i = 0; i < 40; ++i) {
        pass(std::chrono::seconds(1));
        for (PairId pair = 0; pair < pairs().size(); ++pair) {
            const auto bid = exchange.book(pair).best(Side::Buy);
            const auto ask = exchange.book(pair).best(Side::Sell);
            ASSERT_TRUE(bid && ask) << pairs()[pair].symbol;
            ASSERT_LT(*bid, *ask) << pairs()[pair].symbol;
        }
    }
    for (PairId pair = 0; pair < pairs().size(); ++pair) {
        EXPECT_GT(venue_->floor().history.trades(pair).size(), 10U) << pairs()[pair].symbol;
    }
}

TEST_F(MarketTest, TheSameSeedIsTheSameMarket) {
    const auto life = [] {
        Time now{std::chrono::seconds(1'700'000'000)};
        Venue venue({.seed = 3, .market = {.candles = 10, .quotes = 8}}, now);
        for (int i = 0; i < 20; ++i) venue.advance(now += std::chrono::seconds(1));
        venue.request(1, {.method = "GET", .target = "/0/public/Ticker"}, now);
        venue.request(2, {.method = "GET", .target = "/0/public/OHLC?pair=SOLEUR"}, now);
        std::string said;
        for (const auto& delivery : venue.take(now)) said += delivery.text;
        return said;
    };
    EXPECT_EQ(life(), life());
}

/// A client that applies updates as the page says, and checks every checksum.
TEST_F(MarketTest, WhoFollowsTheBookHasTheBook) {
    const SocketId id = open("/v2");
    say(id, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}})");
    std::map<Decimal, Decimal> bids;
    std::map<Decimal, Decimal> asks;
    std::size_t checked = 0;
    const auto apply = [](std::map<Decimal, Decimal>& side, const Json& changes) {
        for (const auto& change : changes.items) {
            const Decimal price = Decimal::parse(change.find("price")->text).value();
            side[price] = Decimal::parse(change.find("qty")->text).value();
            if (side[price].is_zero()) side.erase(price);
        }
    };
    for (int i = 0; i < 120; ++i) {
        for (const auto& text : heard(id)) {
            const Json message = parse_json(text).value();
            const Json* channel = message.find("channel");
            if (channel == nullptr || channel->text != "book") continue;
            const Json& data = message.find("data")->items.at(0);
            apply(bids, *data.find("bids"));
            apply(asks, *data.find("asks"));
            while (bids.size() > 10) bids.erase(bids.begin());
            while (asks.size() > 10) asks.erase(std::prev(asks.end()));
            std::vector<BookLevel> bid_levels;
            for (auto bid = bids.rbegin(); bid != bids.rend(); ++bid) {
                bid_levels.push_back({bid->first, bid->second});
            }
            std::vector<BookLevel> ask_levels;
            for (const auto& [price, quantity] : asks) ask_levels.push_back({price, quantity});
            ASSERT_EQ(
                std::to_string(book_checksum(btc_, bid_levels, ask_levels)),
                data.find("checksum")->text)
                << text;
            ++checked;
        }
        pass(std::chrono::milliseconds(250));
    }
    EXPECT_GT(checked, 60U);
}

TEST_F(MarketTest, MovingThePriceFillsWhatLiesOnTheWay) {
    const std::string id = field(
        post("AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&volume=0.1&price=55000"), "txid");
    const std::string stop = field(
        post("AddOrder", "pair=XBTUSD&type=sell&ordertype=stop-loss&volume=0.1&price=54500"),
        "txid");
    EXPECT_EQ(admin("price", R"({"pair":"XBTUSD","price":"54000"})"), R"({"ok":true})");
    EXPECT_EQ(venue_->floor().exchange.last_price(btc_), Decimal::from_integer(54000));
    EXPECT_EQ(venue_->floor().exchange.find(id)->status, OrderStatus::Filled);
    EXPECT_NE(venue_->floor().exchange.find(stop)->status, OrderStatus::Open);
}

}  // namespace
}  // namespace tapedeck::venue_simulator
