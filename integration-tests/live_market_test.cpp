#include "net/http.h"
#include "ops/health.h"
#include "recorded_market.h"
#include "venue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <thread>

/// A venue's public data, live: a Kraken of our own, with its faults.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class LiveMarketTest : public ::testing::Test {
protected:
    void start(const std::string& override = "") {
        auto settings = venue_.settings();
        if (!override.empty()) settings.push_back(override);
        stack_.emplace(std::move(settings));
        stack_->start_all();
        client_ = stack_->connect();
        std::map<Instrument, int> candles;
        ASSERT_TRUE(wait_for([&](const Recorded& recorded) {
            if (const auto* candle = recorded.event.as<CandleClosed>()) {
                ++candles[candle->instrument];
            }
            const auto is_long = [](const auto& each) { return each.second >= 300; };
            return candles.size() == 2 && std::all_of(candles.begin(), candles.end(), is_long);
        })) << stack_->last_words();
        ASSERT_TRUE(wait_for_event<QuoteChanged>()) << stack_->last_words();
    }

    /// Reads on from where it was until `wanted` is on the tape; false after `patience`.
    bool wait_for(const std::function<bool(const Recorded&)>& wanted, Duration patience = 30s) {
        const Duration deadline = monotonic_now() + patience;
        while (monotonic_now() < deadline) {
            if (!client_) client_ = stack_->connect();
            if (!client_ || !client_->ask()) {
                client_.reset();
                continue;
            }
            bool found = false;
            const Seq end = client_->tape_end();
            const auto done =
                client_->read(seen_.next(), end, [&](const tape::Follower::Frame& frame) {
                    return tape::for_each_record(
                        frame.header,
                        frame.records(),
                        [](std::uint16_t) { return true; },
                        [&](const Recorded& recorded) {
                            seen_ = recorded.seq;
                            found = wanted(recorded);
                            return !found;
                        });
                });
            if (found) return true;
            if (!done) client_.reset();
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }

    template <class T>
    bool wait_for_event(Duration patience = 30s) {
        return wait_for(
            [](const Recorded& recorded) { return recorded.event.as<T>() != nullptr; }, patience);
    }

    std::size_t logged(const std::string& code) const {
        const std::string log = stack_->log_of("market-data");
        std::size_t count = 0;
        for (auto at = log.find(code); at != std::string::npos; at = log.find(code, at + 1)) {
            ++count;
        }
        return count;
    }

    bool wait_for_log(const std::string& code, std::size_t count = 1) const {
        const Duration deadline = monotonic_now() + 30s;
        while (logged(code) < count && monotonic_now() < deadline) {
            std::this_thread::sleep_for(20ms);
        }
        return logged(code) >= count;
    }

    /// From here on only what is recorded later counts.
    void look_from_here() {
        ASSERT_TRUE(client_->ask());
        seen_ = client_->tape_end();
    }

    /// Candles and trades are on the tape once, and in order.
    void expect_no_repetition() {
        stack_->stop();
        std::set<std::pair<Instrument, Time>> candles;
        std::set<std::pair<Instrument, std::string>> trades;
        for (const auto& recorded : stack_->tape()) {
            if (const auto* candle = recorded.event.as<CandleClosed>()) {
                EXPECT_TRUE(candles.emplace(candle->instrument, candle->open_time).second)
                    << "seq " << recorded.seq.value;
            } else if (const auto* trade = recorded.event.as<TradePrinted>()) {
                EXPECT_TRUE(trades.emplace(trade->instrument, trade->trade_id).second)
                    << "seq " << recorded.seq.value;
            }
        }
        EXPECT_GT(candles.size(), 300U);
    }

    Venue venue_;
    std::optional<Stack> stack_;
    std::unique_ptr<tape::Client> client_;
    Seq seen_;
};

TEST_F(LiveMarketTest, PricesTradesAndSeveralHundredCandlesAreOnTheTape) {
    start();
    ASSERT_TRUE(wait_for_event<TradePrinted>()) << stack_->last_words();
    stack_->stop();
    const auto tape = stack_->tape();
    std::map<Instrument, Time> last;
    for (const auto& [recorded, candle] : all<CandleClosed>(tape)) {
        EXPECT_GT(candle.open_time, last[candle.instrument]) << "in order";
        last[candle.instrument] = candle.open_time;
    }
    EXPECT_EQ(all<InstrumentListed>(tape).size(), 2U);
    EXPECT_TRUE(all<MarketDataRejected>(tape).empty());
    EXPECT_EQ(all<FeedStarted>(tape).size(), 1U);
    for (const auto& [recorded, target] : all<TargetSet>(tape)) {
        EXPECT_GT(target.valid_until, recorded.recorded_at) << "of an old candle";
    }
}

TEST_F(LiveMarketTest, ABadChecksumIsShownAndThatBookComesBack) {
    start();
    venue_.ask("rules", R"({"fault":"bad_checksum","channel":"book","pair":"XBTUSD","count":1})");
    ASSERT_TRUE(wait_for_event<MarketDataRejected>()) << stack_->last_words();
    ASSERT_TRUE(wait_for([](const Recorded& recorded) {
        const auto* quote = recorded.event.as<QuoteChanged>();
        return quote != nullptr && quote->instrument.base() == "BTC";
    })) << stack_->last_words();
    EXPECT_EQ(logged("VENUE_BOOK_RESYNC"), 1U);
    EXPECT_EQ(logged("VENUE_DISCONNECTED"), 0U);
}

TEST_F(LiveMarketTest, ALostConnectionIsRestoredAndNothingIsSaidTwice) {
    start();
    for (std::size_t i = 1; i <= 3; ++i) {
        venue_.ask("drop_sockets");
        ASSERT_TRUE(wait_for_log("VENUE_RESTORED", i)) << stack_->last_words();
        look_from_here();
        ASSERT_TRUE(wait_for_event<TradePrinted>()) << stack_->last_words();
        ASSERT_TRUE(wait_for_event<QuoteChanged>()) << stack_->last_words();
    }
    EXPECT_EQ(logged("VENUE_DISCONNECTED"), 3U);
    expect_no_repetition();
}

TEST_F(LiveMarketTest, AKilledMarketDataSaysOnlyWhatIsNew) {
    start();
    ASSERT_TRUE(wait_for_event<TradePrinted>()) << stack_->last_words();
    for (int i = 0; i < 2; ++i) {
        stack_->kill("market-data");
        stack_->start("market-data");
        ASSERT_TRUE(wait_for_event<FeedStarted>()) << stack_->last_words();
        ASSERT_TRUE(wait_for_event<QuoteChanged>()) << stack_->last_words();
        ASSERT_TRUE(wait_for_event<TradePrinted>()) << stack_->last_words();
    }
    expect_no_repetition();
}

TEST_F(LiveMarketTest, TheVenueMayBeKilledAndComeBack) {
    start();
    venue_.restart();
    ASSERT_TRUE(wait_for_log("VENUE_RESTORED")) << stack_->last_words();
    look_from_here();
    ASSERT_TRUE(wait_for_event<QuoteChanged>()) << stack_->last_words();
}

TEST_F(LiveMarketTest, AStartWhileTheVenueIsAwayIsServedByTheCacheAndPricesAreStale) {
    start("market-data.stale_after=3s");
    stack_->kill("market-data");
    venue_.process().signal(SIGKILL);
    look_from_here();
    stack_->start("market-data");
    std::set<Instrument> stale;
    ASSERT_TRUE(wait_for([&](const Recorded& recorded) {
        if (const auto* silent = recorded.event.as<FeedStale>()) stale.insert(silent->instrument);
        return stale.size() == 2;
    })) << stack_->last_words();
    const auto status =
        net::http_get(ops::health_socket(stack_->home() + "/run", "market-data"), "/status", 5s);
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_NE(
        status->body.find(R"("cache_disk_hits":2,"cache_hit_percent":100)"), std::string::npos)
        << "both questions for the pairs: " << status->body;
    EXPECT_GT(logged("VENUE_DISCONNECTED"), 1U) << "so the pairs were known";

    venue_.restart();
    std::set<Instrument> restored;
    ASSERT_TRUE(wait_for([&](const Recorded& recorded) {
        if (const auto* back = recorded.event.as<FeedRestored>()) restored.insert(back->instrument);
        return restored.size() == 2;
    })) << stack_->last_words();
}

TEST_F(LiveMarketTest, WithoutTheStreamSeveralPairsArePricedByOneRequest) {
    start();
    const std::int64_t before = venue_.counted("rest.Ticker");
    venue_.strike(R"("fault":"drop_socket","channel":"status")");  // with which a stream begins
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_log("VENUE_DISCONNECTED")) << stack_->last_words();
    look_from_here();
    const Duration deadline = monotonic_now() + 60s;  // longer pauses between attempts, then this
    while (venue_.counted("rest.Ticker") == before && monotonic_now() < deadline) {
        std::this_thread::sleep_for(50ms);
    }
    std::set<Instrument> priced;
    ASSERT_TRUE(wait_for([&](const Recorded& recorded) {
        if (const auto* quote = recorded.event.as<QuoteChanged>()) priced.insert(quote->instrument);
        return priced.size() == 2;
    })) << stack_->last_words();
    EXPECT_EQ(venue_.counted("rest.Ticker"), before + 1);
    venue_.heal();
    ASSERT_TRUE(wait_for_log("VENUE_RESTORED")) << stack_->last_words();
}

}  // namespace
}  // namespace tapedeck::integration
