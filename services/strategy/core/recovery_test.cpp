// The same tape gives the same words and the same state, wherever a snapshot cuts it; and a golden
// day that says when that changes.

#include "strategy/core/indicators/test_walk.h"
#include "strategy/core/test_market.h"

#include <algorithm>
#include <iterator>

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;

std::string state_of(const Strategies& strategies) {
    StateWriter writer;
    strategies.save(writer);
    return writer.bytes();
}

Price cents(double value) {
    return round_to(Price(*Decimal::from_double(value)), price("0.01"), Rounding::HalfEven).value();
}

CandleClosed candle_of(const Bar& bar, Time open_time, const Instrument& of) {
    CandleClosed result;
    result.instrument = of;
    result.interval = 1min;
    result.open_time = open_time;
    result.open = cents(bar.open);
    result.close = cents(bar.close);
    result.high = std::max({cents(bar.high), result.open, result.close});
    result.low = std::min({cents(bar.low), result.open, result.close});
    result.volume = quantity("1");
    return result;
}

/// Four strategies of different kinds, on one and two instruments.
Entries four_strategies() {
    return {
        {"strategy.band.kind", "bollinger"},
        {"strategy.band.instruments", "kraken:BTC/EUR,kraken:ETH/EUR"},
        {"strategy.band.run_max", "20"},
        {"strategy.band.exit_at_middle", "true"},
        {"strategy.mom.kind", "macd"},
        {"strategy.mom.instruments", "kraken:BTC/EUR"},
        {"strategy.mom.interval", "3m"},
        {"strategy.mom.long_only", "false"},
        {"strategy.osc.kind", "rsi"},
        {"strategy.osc.instruments", "kraken:BTC/EUR"},
        {"strategy.osc.cooldown", "7m"},
        {"strategy.osc.stop_atr", "2"},
        {"strategy.poll.kind", "vote"},
        {"strategy.poll.instruments", "kraken:ETH/EUR"},
        {"strategy.poll.threshold", "0.3"}};
}

/// These and the two ciphers: one strategy of each kind.
Entries all_strategies() {
    Entries entries = four_strategies();
    const Entries ciphers = {
        {"strategy.ribbon.kind", "cipher_a"},
        {"strategy.ribbon.instruments", "kraken:BTC/EUR,kraken:ETH/EUR"},
        {"strategy.ribbon.bull_candle", "true"},
        {"strategy.ribbon.red_diamond", "true"},
        {"strategy.wave.kind", "cipher_b"},
        {"strategy.wave.instruments", "kraken:BTC/EUR"},
        {"strategy.wave.hidden_divergences", "true"},
        {"strategy.wave.long_only", "false"}};
    entries.insert(entries.end(), ciphers.begin(), ciphers.end());
    return entries;
}

/// A day in which targets are filled, denied and stopped out, candles are missing, and operators
/// interfere. Own words come back a few records late. Returns the whole tape.
std::vector<Recorded> a_day(std::uint64_t seed, int minutes) {
    Story<Strategies> story;
    Dice dice(seed);
    Walk btc(seed + 1000, 200);
    Walk eth(seed + 2000, 30);
    story.play(started("strategy", all_strategies()));
    std::map<std::pair<std::string, Instrument>, Ratio> wanted;
    Time open = kStart;
    for (int i = 0; i < minutes; ++i) {
        open += 1min;
        story.at(open + 1min);
        const CandleClosed of_btc = candle_of(btc.next(), open, kBtc);
        const CandleClosed of_eth = candle_of(eth.next(), open, kEth);
        if (dice.next() < 0.97) story.when(of_btc);
        if (dice.next() < 0.97) story.when(of_eth);
        if (dice.next() < 0.4) continue;  // what was said stays in flight
        for (const auto& event : story.settle()) {
            const auto* target = event.as<TargetSet>();
            if (target != nullptr)
                wanted[{target->strategy, target->instrument}] = target->exposure;
        }
        for (auto& [key, exposure] : wanted) {
            PositionChanged changed;
            changed.strategy = key.first;
            changed.instrument = key.second;
            changed.quantity = Quantity(exposure.decimal());
            if (dice.next() < 0.1) changed.quantity = {};  // stopped out, or never filled
            if (dice.next() < 0.3) story.when(changed);
        }
        if (dice.next() < 0.02) story.when(TradingPaused{Scope::All, "", false, {}});
        if (dice.next() < 0.02) story.when(TradingResumed{Scope::All, "", {}});
        if (dice.next() < 0.01) story.when(StrategyStopped{"osc", {}});
        if (dice.next() < 0.03) story.when(StrategyStarted{"osc", {}});
        if (dice.next() < 0.01) {
            story.settle();
            Entries changed = all_strategies();
            if (dice.next() < 0.5) changed.emplace_back("strategy.osc.period", "9");
            if (dice.next() < 0.3) changed.resize(5);  // only `band` is left
            story.when(started("strategy", changed));
        }
    }
    story.settle();
    return story.tape();
}

/// What `strategies` says about each record from `from` on.
std::vector<std::string> words(
    Strategies& strategies, const std::vector<Recorded>& tape, std::size_t from, std::size_t to) {
    std::vector<std::string> result;
    for (std::size_t i = from; i < to; ++i) {
        strategies.apply(tape[i]);
        // What was in flight here is what came back later with an earlier cause.
        std::vector<InFlight> in_flight;
        for (std::size_t k = i + 1; k < std::min(tape.size(), i + 200); ++k) {
            if (!tape[k].cause.exists() || tape[k].cause >= tape[i].seq) continue;
            in_flight.push_back({tape[k].cause, tape[k].event});
        }
        Outbox out(in_flight);
        strategies.decide(tape[i], out);
        for (const auto& event : out.events()) {
            result.push_back(std::to_string(tape[i].seq.value) + ' ' + to_json(event));
        }
    }
    return result;
}

TEST(RecoveryTest, ASnapshotAndTheRestAreTheWholeTape) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const auto tape = a_day(seed, 400);
        Strategies whole;
        Dice dice(seed);
        std::size_t begin = 0;
        while (begin < tape.size()) {
            const std::size_t end =
                std::min(tape.size(), begin + 1 + static_cast<std::size_t>(dice.next() * 150));
            const std::string snapshot = state_of(whole);
            Strategies restored;
            StateReader reader(snapshot);
            ASSERT_TRUE(restored.load(reader)) << "seed " << seed;
            ASSERT_TRUE(reader.at_end()) << "seed " << seed;
            ASSERT_EQ(state_of(restored), snapshot) << "seed " << seed;
            const auto expected = words(whole, tape, begin, end);
            EXPECT_EQ(words(restored, tape, begin, end), expected) << "seed " << seed;
            ASSERT_EQ(state_of(restored), state_of(whole))
                << "seed " << seed << ", records " << begin << " to " << end;
            begin = end;
        }
    }
}

TEST(RecoveryTest, DecidesWhatIsRecordedAndNothingElse) {
    for (std::uint64_t seed = 11; seed <= 16; ++seed) {
        const auto tape = a_day(seed, 400);
        std::vector<std::string> recorded;
        std::vector<Recorded> own;
        std::copy_if(tape.begin(), tape.end(), std::back_inserter(own), [](const Recorded& each) {
            return each.cause.exists();
        });
        std::stable_sort(own.begin(), own.end(), [](const Recorded& a, const Recorded& b) {
            return a.cause < b.cause;
        });
        for (const auto& each : own) {
            recorded.push_back(std::to_string(each.cause.value) + ' ' + to_json(each.event));
        }
        Strategies again;
        EXPECT_EQ(words(again, tape, 0, tape.size()), recorded) << "seed " << seed;
    }
}

TEST(RecoveryTest, EveryEvaluationIsInExactlyOneDecision) {
    // Of a strategy whose parameters never change: each candle of BTC, but those at the end.
    const auto tape = a_day(21, 600);
    std::map<std::uint64_t, int> count_by_cause;
    std::uint64_t counted = 0;
    std::uint64_t candles = 0;
    Seq last_cause;
    for (const auto& each : tape) {
        const auto* decision = each.event.as<DecisionMade>();
        if (decision == nullptr || decision->strategy != "band") continue;
        if (decision->instrument != kBtc) continue;
        EXPECT_GT(decision->first_cause, last_cause);  // in order, without overlap
        EXPECT_GE(decision->last_cause, decision->first_cause);
        last_cause = decision->last_cause;
        counted += decision->count;
    }
    for (const auto& each : tape) {
        const auto* of = each.event.as<CandleClosed>();
        if (of != nullptr && of->instrument == kBtc && each.seq <= last_cause) ++candles;
    }
    EXPECT_EQ(counted, candles);
    EXPECT_GT(counted, 500U);
}

TEST(RecoveryTest, ForeignBytesAreRefused) {
    Market market(registered_kinds());
    market.play(started("strategy", all_strategies()));
    for (int i = 0; i < 30; ++i) market.plays("100");
    const std::string good = market.state();
    for (std::size_t size = 0; size < good.size(); size += 7) {
        Strategies strategies;
        StateReader reader(std::string_view(good).substr(0, size));
        EXPECT_FALSE(strategies.load(reader)) << size;
    }
    std::string other = good;
    other[0] = 99;
    Strategies strategies;
    StateReader reader(other);
    EXPECT_FALSE(strategies.load(reader));
}

/// "minute strategy instrument exposure reason" of each target in `minutes` of a quiet market.
std::vector<std::string> golden_targets(std::uint64_t seed, int minutes) {
    Story<Strategies> story;
    Walk btc(seed, 200);
    Walk eth(seed + 1, 30);
    story.play(started("strategy", four_strategies()));
    std::vector<std::string> result;
    for (int i = 0; i < minutes; ++i) {
        const Time open = kStart + i * 1min;
        story.at(open + 1min);
        auto said = story.play(candle_of(btc.next(), open, kBtc));
        for (auto& event : story.play(candle_of(eth.next(), open, kEth))) said.push_back(event);
        for (const auto& target : only<TargetSet>(said)) {
            result.push_back(
                std::to_string(i) + ' ' + target.strategy + ' ' +
                std::string(target.instrument.base()) + ' ' + target.exposure.to_string() + ' ' +
                target.reason + ' ' + target.reference_price.to_string());
        }
    }
    return result;
}

TEST(GoldenTest, TheSameMarketGivesTheSameTargets) {
    EXPECT_THAT(
        golden_targets(7, 160),
        ElementsAre(
            "19 band ETH 1 close_below_lower_band 29.48",
            "33 poll ETH 1 votes_for_long 29.48",
            "35 poll ETH 0 votes_for_short 29.5",
            "38 poll ETH 1 votes_for_long 29.71",
            "42 poll ETH 0 votes_for_short 29.38",
            "45 band BTC 1 close_below_lower_band 199.86",
            "48 poll ETH 1 votes_for_long 29.61",
            "54 band BTC 0 close_above_upper_band 207.11",
            "64 poll ETH 0 votes_for_short 29.67",
            "66 poll ETH 1 votes_for_long 29.97",
            "68 poll ETH 0 votes_for_short 29.72",
            "71 band ETH 0 close_above_upper_band 30.24",
            "72 poll ETH 1 votes_for_long 30.06",
            "74 poll ETH 0 votes_for_short 29.83",
            "76 band BTC 1 close_below_lower_band 203.52",
            "77 band ETH 1 close_below_lower_band 29.34",
            "84 band BTC 0 close_above_upper_band 211.75",
            "87 poll ETH 1 votes_for_long 29.55",
            "107 poll ETH 0 votes_for_short 29.73",
            "116 poll ETH 1 votes_for_long 29.85",
            "118 poll ETH 0 votes_for_short 29.77",
            "119 poll ETH 1 votes_for_long 30.05",
            "123 band BTC 1 close_below_lower_band 203.26",
            "125 poll ETH 0 votes_for_short 29.86",
            "134 poll ETH 1 votes_for_long 29.93",
            "138 poll ETH 0 votes_for_short 29.59",
            "145 poll ETH 1 votes_for_long 29.91",
            "152 osc BTC 1 rsi_below_lower 194.37",
            "155 band ETH 0 close_above_upper_band 30.22",
            "159 poll ETH 0 votes_for_short 29.48"));
}

}  // namespace
}  // namespace tapedeck::strategy
