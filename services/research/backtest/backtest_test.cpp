#include "research/backtest/backtest.h"

#include "events/codec.h"
#include "research/backtest/backtest_story_test.h"
#include "research/verifier.h"

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using ::testing::ElementsAre;

std::string bytes_of(const Recorded& recorded) {
    std::string bytes;
    encode_record(bytes, recorded.producer, recorded.number, recorded.cause, recorded.event);
    return bytes;
}

std::string bytes_of(const std::vector<Recorded>& records) {
    std::string all;
    for (const auto& each : records)
        all += bytes_of(each) + std::to_string(to_ns(each.recorded_at));
    return all;
}

/// A market that buys, is stopped out, buys again and takes its profit.
Minutes lively() {
    Minutes minutes;
    for (int round = 0; round < 20; ++round) {
        minutes.flat("199").flat("200").flat("201").candle("200", "201", "150", "190");
        minutes.flat("180").candle("180", "206", "180", "205").flat("206");
        minutes.candle("207", "240", "206", "230").flat("100").flat("40").flat("60");
    }
    return minutes;
}

TEST(Backtest, FillsAtTheOpenOfTheCandleAfterTheSignal) {
    Minutes minutes;
    minutes.flat("199").flat("200").candle("201", "202", "200", "201").flat("201");
    const Recording recording = minutes.recording();
    const Played run(recording);
    // 1000 EUR at the last price, 200: 5 BTC. 5 · 201 = 1005; a taker's 0.2 % of it is 2.01.
    EXPECT_THAT(run.fills(), ElementsAre("buy 5 at 201 fee 2.01 taker"));
    EXPECT_EQ(run.cash(), "8992.99");
}

TEST(Backtest, StopAndTakeProfitInOneCandleFillTheStop) {
    Minutes minutes;
    minutes.flat("199").flat("200").flat("200").candle("200", "230", "190", "225").flat("199");
    const Recording recording = minutes.recording();
    const Played run(recording);
    // The stop lies at 200 · 0.97 = 194, the take-profit at 220, and the candle reaches both.
    EXPECT_THAT(
        run.fills(), ElementsAre("buy 5 at 200 fee 2 taker", "sell 5 at 194 fee 1.94 taker"));
    EXPECT_EQ(run.cash(), "9966.06");  // 10000 - 1000 - 2 + 970 - 1.94
}

TEST(Backtest, AGapThroughTheStopFillsAtTheOpen) {
    Minutes minutes;
    minutes.flat("199").flat("200").flat("200").candle("180", "185", "170", "175").flat("175");
    const Recording recording = minutes.recording();
    const Played run(recording);
    EXPECT_THAT(
        run.fills(), ElementsAre("buy 5 at 200 fee 2 taker", "sell 5 at 180 fee 1.8 taker"));
    EXPECT_EQ(run.cash(), "9896.2");  // 10000 - 1000 - 2 + 900 - 1.8
}

TEST(Backtest, ATakeProfitGetsItsPriceEvenWhereTheOpenIsBetter) {
    Minutes minutes;
    minutes.flat("199").flat("200").flat("200").candle("240", "250", "230", "235").flat("199");
    const Recording recording = minutes.recording();
    const Played run(recording);
    EXPECT_THAT(
        run.fills(), ElementsAre("buy 5 at 200 fee 2 taker", "sell 5 at 220 fee 2.2 taker"));
    EXPECT_EQ(run.cash(), "10095.8");  // 10000 - 1000 - 2 + 1100 - 2.2
}

TEST(Backtest, AThinMarketFillsInParts) {
    Minutes minutes;
    minutes.flat("199").flat("200");
    minutes.candle("200", "200", "200", "200", "2").candle("202", "202", "202", "202", "1000");
    minutes.flat("202");
    const Recording recording = minutes.recording();
    const Played run(recording, steered({{"strategy.a.valid_for", "10m"}}));
    EXPECT_THAT(
        run.fills(), ElementsAre("buy 2 at 200 fee 0.8 taker", "buy 3 at 202 fee 1.212 taker"));
    EXPECT_EQ(run.cash(), "8991.988");  // 10000 - 400 - 0.8 - 606 - 1.212
}

TEST(Backtest, AShortGainsWhenThePriceFalls) {
    Minutes minutes;
    minutes.flat("60").flat("50").flat("50").candle("46", "46", "44", "44").flat("60");
    const Recording recording = minutes.recording();
    const Played run(
        recording,
        steered(
            {{"strategy.a.long_only", "false"},
             {"risk.allow_short", "true"},
             {"paper.allow_short", "true"}}));
    // 1000 EUR at 50: 20 BTC sold; bought back by the take-profit, 10 % below.
    EXPECT_THAT(
        run.fills(), ElementsAre("sell 20 at 50 fee 2 taker", "buy 20 at 45 fee 1.8 taker"));
    EXPECT_EQ(run.cash(), "10096.2");  // 10000 + 1000 - 2 - 900 - 1.8
}

TEST(Backtest, TheSameInputGivesTheSameRecords) {
    const Recording recording = lively().recording();
    const Played first(recording);
    const Played second(recording);
    EXPECT_GT(first.fills().size(), 30U);
    EXPECT_EQ(bytes_of(first.records()), bytes_of(second.records()));
}

TEST(Backtest, OtherStepsOfTheLoopGiveTheSameRecords) {
    const Recording recording = lively().recording();
    const Played whole(recording);
    std::vector<Recorded> records;
    Backtest backtest(
        recording.all(), steered(), [&](const Recorded& each) { records.push_back(each); });
    while (backtest.advance(1)) {
    }
    EXPECT_EQ(bytes_of(whole.records()), bytes_of(records));
    EXPECT_EQ(backtest.steps_done(), recording.steps());
}

TEST(Backtest, ItsDecidersSayTheSameWhenTheTapeIsProven) {
    // The proof runs the kinds of the registry, so this one trades by RSI.
    Minutes minutes;
    for (int i = 0; i < 400; ++i) {
        const int level = 200 + (i % 14 < 7 ? i % 7 : 7 - i % 7) * 3;
        minutes.flat(std::to_string(level));
    }
    const Recording recording = minutes.recording();
    BacktestOptions options = steered({{"strategy.a.kind", "rsi"}, {"strategy.a.period", "3"}});
    options.kinds = &strategy::registered_kinds();
    const Played run(recording, options);
    ASSERT_GT(run.fills().size(), 10U);

    ProofOptions proof;
    Verifier verifier(proof);
    for (const auto& each : run.records()) verifier.take(each, bytes_of(each));
    for (const auto& decider : verifier.proofs()) {
        EXPECT_FALSE(decider.tally().first.has_value())
            << decider.name() << ": " << recorded_text(*decider.tally().first);
        EXPECT_EQ(decider.tally().decisions, decider.tally().identical) << decider.name();
        EXPECT_EQ(decider.owed(), 0U) << decider.name();
    }
}

TEST(Backtest, APartOfTheDataIsARunOfItsOwn) {
    const Minutes minutes = lively();
    const Recording recording = minutes.recording();
    const Time from = kBegin + std::chrono::minutes(23);
    const Time to = kBegin + std::chrono::minutes(90);
    const Played run(recording.between(from, to), steered());
    const auto candles = run.all<CandleClosed>();
    ASSERT_FALSE(candles.empty());
    EXPECT_GE(candles.front().close_time(), from);
    EXPECT_LT(candles.back().close_time(), to);
    EXPECT_EQ(run.all<FeedStarted>().size(), 1U);
    ASSERT_EQ(run.all<FeedEnded>().size(), 1U);
    EXPECT_EQ(run.all<FeedEnded>().front().records, candles.size());
    EXPECT_EQ(run.all<InstrumentListed>().size(), 1U);
}

TEST(Backtest, NoDataGiveATapeWithoutAMarket) {
    const Recording recording = lively().recording();
    const Played run(RecordingView{&recording, 0, 0}, steered());
    EXPECT_TRUE(run.all<ClockTicked>().empty());
    EXPECT_EQ(run.all<ServiceStarted>().size(), 6U);
}

TEST(Backtest, AnOperatorsWordIsHeard) {
    const Recording recording = lively().recording();
    Backtest backtest(recording.all(), steered());
    backtest.advance(1);
    backtest.tell(KillEngaged{});
    backtest.run();
    EXPECT_TRUE(backtest.portfolio().positions().empty());
}

TEST(Backtest, TimesRiseAndCausesComeBefore) {
    const Played run(lively().recording());
    Time last{};
    std::uint64_t seq = 0;
    for (const auto& each : run.records()) {
        EXPECT_EQ(each.seq.value, ++seq);
        EXPECT_GT(each.recorded_at, last);
        EXPECT_LT(each.cause.value, each.seq.value);
        last = each.recorded_at;
    }
}

}  // namespace
}  // namespace tapedeck::research
