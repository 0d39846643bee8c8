#include "venues/synthetic/synthetic_feed.h"

#include "base/crc32c.h"
#include "market-data/core/quality.h"
#include "testing/given.h"

#include <cmath>
#include <map>
#include <numeric>

namespace tapedeck::synthetic {

namespace {

using namespace std::chrono_literals;
using market_data::Step;

market_data::FeedSettings market(std::uint64_t seed, Duration duration = {}) {
    market_data::FeedSettings settings;
    settings.seed = seed;
    settings.duration = duration;
    for (const auto* name : {"demo:BTC/USD", "demo:ETH/USD", "demo:SOL/USD"}) {
        settings.instruments.push_back(testing::instrument(name));
    }
    return settings;
}

/// The first events as they would be recorded, whole records one after the other.
std::string first_records(SyntheticFeed& feed, std::uint64_t count) {
    std::string bytes;
    std::uint64_t number = 0;
    while (number < count) {
        const auto step = feed.next().value();
        for (const auto& [event, origin] : step->events) {
            if (number == count) break;
            encode_record(bytes, 1, ++number, Seq{}, event, origin);
        }
    }
    return bytes;
}

std::map<std::string, std::vector<CandleClosed>> candles_of(SyntheticFeed& feed) {
    std::map<std::string, std::vector<CandleClosed>> result;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) {
            if (const auto* candle = event.as<CandleClosed>()) {
                result[std::string(candle->instrument.base())].push_back(*candle);
            }
        }
    }
    return result;
}

bool is_multiple(Decimal value, Decimal unit) {
    return value.units() % unit.units() == 0;
}

/// Wilder's RSI of 14, only to see that its signals occur.
std::vector<double> rsi_of(const std::vector<CandleClosed>& candles) {
    std::vector<double> result;
    double gain = 0;
    double loss = 0;
    for (std::size_t i = 1; i < candles.size(); ++i) {
        const double change = (candles[i].close - candles[i - 1].close).decimal().to_double();
        gain += (std::max(change, 0.0) - gain) / 14;
        loss += (std::max(-change, 0.0) - loss) / 14;
        if (i >= 14) result.push_back(100 * gain / (gain + loss));
    }
    return result;
}

int entries_below(const std::vector<double>& values, double level) {
    int entries = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        entries += values[i] < level && values[i - 1] >= level ? 1 : 0;
    }
    return entries;
}

/// Closes more than two deviations from the mean of the last twenty.
int outside_bollinger(const std::vector<CandleClosed>& candles) {
    int outside = 0;
    for (std::size_t i = 20; i <= candles.size(); ++i) {
        double sum = 0;
        double squares = 0;
        for (std::size_t j = i - 20; j < i; ++j) {
            const double close = candles[j].close.decimal().to_double();
            sum += close;
            squares += close * close;
        }
        const double mean = sum / 20;
        const double deviation = std::sqrt(std::max(squares / 20 - mean * mean, 0.0));
        const double last = candles[i - 1].close.decimal().to_double();
        outside += std::abs(last - mean) > 2 * deviation ? 1 : 0;
    }
    return outside;
}

std::string shown(const Step& step) {
    std::string result = to_string(step.time);
    for (const auto& [event, _] : step.events) result += '\n' + to_json(event);
    return result;
}

}  // namespace

// Golden: whoever changes these bytes changes the synthetic market of every recorded tape. Then the
// model's number in source() goes up.
TEST(SyntheticFeedTest, SeedOneIsTheSameMarketOnEveryBuild) {
    SyntheticFeed feed(market(1));
    EXPECT_EQ(crc32c(first_records(feed, 10'000)), 2155061484U);
}

TEST(SyntheticFeedTest, AnotherSeedIsAnotherMarket) {
    SyntheticFeed one(market(1));
    SyntheticFeed two(market(2));
    EXPECT_NE(first_records(one, 1'000), first_records(two, 1'000));
    EXPECT_NE(one.source(), two.source());
}

TEST(SyntheticFeedTest, AnInstrumentDoesNotDependOnTheOthers) {
    auto alone = market(1, 1h);
    alone.instruments.erase(alone.instruments.begin() + 1);
    SyntheticFeed three(market(1, 1h));
    SyntheticFeed two(alone);
    EXPECT_EQ(candles_of(three)["SOL"], candles_of(two)["SOL"]);
}

TEST(SyntheticFeedTest, StepsRiseByWholeSecondsAndHoldWhatHappenedInThem) {
    SyntheticFeed feed(market(3, 2h));
    Time last = SyntheticFeed::kStart;
    while (auto step = feed.next().value()) {
        ASSERT_GT(step->time, last);
        ASSERT_EQ(step->time.time_since_epoch() % 1s, 0s);
        for (const auto& [event, origin] : step->events) {
            ASSERT_LE(origin.happened_at, step->time);
            ASSERT_GT(origin.happened_at, step->time - 1s);
        }
        last = step->time;
    }
    EXPECT_LE(last, SyntheticFeed::kStart + 2h);
    EXPECT_GT(last, SyntheticFeed::kStart + 2h - 10s);
}

TEST(SyntheticFeedTest, PricesAreOnTheTickSizesOnTheStepAndNothingContradictsItself) {
    SyntheticFeed feed(market(4, 6h));
    std::map<Instrument, InstrumentListed> listed;
    for (const auto& each : feed.instruments()) listed[each.instrument] = each;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) {
            const InstrumentListed& rules = listed.at(instrument_of(event));
            const auto on_tick = [&](Price price) {
                return is_multiple(price.decimal(), rules.price_tick.decimal());
            };
            const auto on_step = [&](Quantity quantity) {
                return is_multiple(quantity.decimal(), rules.quantity_step.decimal());
            };
            if (const auto* trade = event.as<TradePrinted>()) {
                ASSERT_EQ(market_data::contradiction(*trade), "");
                ASSERT_TRUE(on_tick(trade->price) && on_step(trade->quantity));
            } else if (const auto* quote = event.as<QuoteChanged>()) {
                ASSERT_EQ(market_data::contradiction(*quote), "");
                ASSERT_LT(quote->bid, quote->ask);
                ASSERT_TRUE(on_tick(quote->bid) && on_tick(quote->ask));
                ASSERT_TRUE(on_step(quote->bid_quantity) && on_step(quote->ask_quantity));
            } else {
                ASSERT_EQ(market_data::contradiction(*event.as<CandleClosed>()), "");
            }
        }
    }
}

TEST(SyntheticFeedTest, CandlesAreThoseOfTheTrades) {
    SyntheticFeed feed(market(5, 1h));
    std::map<std::pair<Instrument, Time>, CandleClosed> candles;
    std::map<std::pair<Instrument, Time>, Quantity> volumes;
    std::map<std::pair<Instrument, Time>, Price> closes;
    while (auto step = feed.next().value()) {
        for (const auto& [event, origin] : step->events) {
            if (const auto* trade = event.as<TradePrinted>()) {
                const Time minute = std::chrono::floor<std::chrono::minutes>(origin.happened_at);
                volumes[{trade->instrument, minute}] += trade->quantity;
                closes[{trade->instrument, minute}] = trade->price;
            } else if (const auto* candle = event.as<CandleClosed>()) {
                ASSERT_EQ(candle->close_time(), step->time);
                candles[{candle->instrument, candle->open_time}] = *candle;
            }
        }
    }
    EXPECT_EQ(candles.size(), 180U);
    for (const auto& [key, candle] : candles) {
        EXPECT_EQ(candle.volume, volumes.at(key));
        EXPECT_EQ(candle.close, closes.at(key));
    }
}

TEST(SyntheticFeedTest, TradesAtAPlausibleRate) {
    SyntheticFeed feed(market(6, 24h));
    std::map<std::string, int> trades;
    while (auto step = feed.next().value()) {
        for (const auto& [event, _] : step->events) {
            if (const auto* trade = event.as<TradePrinted>()) {
                ++trades[std::string(trade->instrument.base())];
            }
        }
    }
    for (const auto& [base, count] : trades) {
        EXPECT_GT(count, 86'400 * 3 / 10) << base;
        EXPECT_LT(count, 86'400 * 12 / 10) << base;
    }
}

TEST(SyntheticFeedTest, GivesStrategiesSomethingToDoEveryDay) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        SyntheticFeed feed(market(seed, 24h));
        for (const auto& [base, candles] : candles_of(feed)) {
            const auto rsi = rsi_of(candles);
            std::vector<double> inverted;
            inverted.reserve(rsi.size());
            for (const double value : rsi) inverted.push_back(100 - value);
            EXPECT_GE(entries_below(rsi, 30), 5) << base << " oversold, seed " << seed;
            EXPECT_GE(entries_below(inverted, 30), 5) << base << " overbought, seed " << seed;
            EXPECT_GE(outside_bollinger(candles), 30) << base << " seed " << seed;
        }
    }
}

TEST(SyntheticFeedTest, VolatilityClusters) {
    SyntheticFeed feed(market(7, 72h));
    const auto candles = candles_of(feed).at("BTC");
    std::vector<double> sizes;
    for (std::size_t i = 1; i < candles.size(); ++i) {
        const double change = (candles[i].close - candles[i - 1].close).decimal().to_double();
        sizes.push_back(std::abs(change));
    }
    const double mean =
        std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(sizes.size());
    double together = 0;
    double own = 0;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
        together += (sizes[i] - mean) * (sizes[i - 1] - mean);
        own += (sizes[i] - mean) * (sizes[i] - mean);
    }
    EXPECT_GT(together / own, 0.1) << "a large minute is followed by a large one";
}

TEST(SyntheticFeedTest, StaysOnEarthForWeeks) {
    // A second of the market costs about the same in every asset: one is enough.
    auto settings = market(8);
    settings.instruments.resize(1);
    SyntheticFeed feed(settings);
    for (int week = 1; week <= 6; ++week) {
        ASSERT_TRUE(feed.skip_to(SyntheticFeed::kStart + std::chrono::days(7 * week)));
        const auto step = feed.next().value();
        ASSERT_FALSE(step->events.empty());
        for (const auto& [event, _] : step->events) {
            const auto* trade = event.as<TradePrinted>();
            if (trade == nullptr) continue;
            EXPECT_GT(trade->price, testing::price("10000")) << week;
            EXPECT_LT(trade->price, testing::price("400000")) << week;
        }
    }
}

TEST(SyntheticFeedTest, SkippingEqualsTaking) {
    for (const auto at : {0s, 59s, 61s, 1'200s, 1'230s, 5'000s}) {
        SyntheticFeed taken(market(9, 25min));
        SyntheticFeed skipped(market(9, 25min));
        // From the middle of a minute, so that there is an open candle.
        for (int i = 0; i < 30; ++i) {
            ASSERT_EQ(taken.next().value()->time, skipped.next().value()->time);
        }
        ASSERT_TRUE(skipped.skip_to(SyntheticFeed::kStart + at));
        while (auto step = skipped.next().value()) {
            auto expected = taken.next().value();
            while (expected->time <= SyntheticFeed::kStart + at) expected = taken.next().value();
            ASSERT_EQ(shown(*step), shown(*expected)) << at.count();
        }
        while (auto rest = taken.next().value()) EXPECT_LE(rest->time, SyntheticFeed::kStart + at);
        EXPECT_EQ(taken.counts().records, skipped.counts().records) << at.count();
    }
}

TEST(SyntheticFeedTest, BeginsWhereItIsTold) {
    auto settings = market(1, 10s);
    settings.start = testing::time("2027-05-01T00:00:00.750Z");
    SyntheticFeed feed(settings);
    EXPECT_GE(feed.next().value()->time, testing::time("2027-05-01T00:00:01Z"));
    while (auto step = feed.next().value()) {
        EXPECT_LE(step->time, testing::time("2027-05-01T00:00:10Z"));
    }
    EXPECT_EQ(feed.progress()->read, 10U);
    EXPECT_EQ(feed.progress()->total, 10U);
    EXPECT_FALSE(SyntheticFeed(market(1)).progress()) << "without a duration it never ends";
}

TEST(SyntheticFeedTest, AnyNameIsAnInstrument) {
    market_data::FeedSettings settings;
    settings.duration = 10min;
    settings.instruments = {testing::instrument("demo:WHATEVER/EUR")};
    settings.precision[settings.instruments[0]].notional_min = testing::money("7");
    SyntheticFeed feed(settings);
    EXPECT_EQ(feed.instruments().at(0).notional_min, testing::money("7"));
    EXPECT_EQ(candles_of(feed)["WHATEVER"].size(), 10U);
}

}  // namespace tapedeck::synthetic
