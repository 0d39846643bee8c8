#include "research/whatif/whatif.h"

#include "events/print.h"
#include "research/made_tape_test.h"

#include <gmock/gmock.h>

#include <memory>

namespace tapedeck::research {
namespace {

using ::testing::HasSubstr;
using testing::MadeTape;
using testing::play;
using testing::start_all;
using testing::strategy_configuration;
using testing::Written;

using Records = std::vector<Written>;

WhatIfOptions with(std::map<std::string, std::string> overrides, Seq from = {}) {
    return {.rerun = {.overrides = std::move(overrides), .from = from}};
}

std::unique_ptr<WhatIf> run(const Records& records, WhatIfOptions options = {}) {
    auto what_if = std::make_unique<WhatIf>(std::move(options));
    for (const auto& each : records) what_if->index(each.recorded);
    for (const auto& each : records) what_if->take(each.recorded);
    what_if->finish();
    return what_if;
}

/// The records of the new sequence.
std::vector<Recorded> again(const Records& records, RerunOptions options = {}) {
    std::vector<Recorded> result;
    Rerun rerun(
        std::move(options), [&](const Rerun::Heard& heard) { result.push_back(heard.record); });
    for (const auto& each : records) rerun.index(each.recorded);
    for (const auto& each : records) rerun.take(each.recorded);
    rerun.finish();
    return result;
}

std::string line_of(const Recorded& recorded) {
    return std::to_string(recorded.seq.value) + ' ' + to_string(recorded.recorded_at) + ' ' +
           std::to_string(recorded.producer) + " ← " + std::to_string(recorded.cause.value) + ' ' +
           std::string(recorded.event.name()) + ' ' + to_json(recorded.event);
}

void expect_same(const std::vector<Recorded>& records, const Records& expected) {
    for (std::size_t i = 0; i < std::min(records.size(), expected.size()); ++i) {
        ASSERT_EQ(line_of(records[i]), line_of(expected[i].recorded));
    }
    EXPECT_EQ(records.size(), expected.size());
    for (std::size_t i = records.size(); i < expected.size(); ++i) {
        ADD_FAILURE() << "missing: " << line_of(expected[i].recorded);
    }
}

MadeTape made(std::size_t lag = 0) {
    MadeTape tape(lag);
    start_all(tape);
    play(tape, 80);
    tape.settle();
    return tape;
}

MadeTape made_with(MadeTape::Configuration risk, const std::string& period = "2") {
    MadeTape tape;
    tape.start("strategy", strategy_configuration(period));
    tape.start("risk", std::move(risk));
    tape.start("execution.orders", {});
    tape.start("execution.portfolio", {});
    tape.start("execution.paper", {{"paper.cash", "USD:10000"}});
    tape.input(made().records()[made().find(InstrumentListed::kType)].recorded.event);
    play(tape, 80);
    tape.settle();
    return tape;
}

class WhatIfLagTest : public ::testing::TestWithParam<std::size_t> {};

// 0: recorded at once, as in lockstep. 1, 3: a live run's words come later than their causes.
INSTANTIATE_TEST_SUITE_P(Lags, WhatIfLagTest, ::testing::Values(0, 1, 3));

TEST_P(WhatIfLagTest, TheRecordedConfigurationGivesTheRecordedRunRecordForRecord) {
    const MadeTape tape = made(GetParam());
    expect_same(again(tape.records()), tape.records());
}

TEST_P(WhatIfLagTest, TheRecordedConfigurationChangesNothing) {
    const MadeTape tape = made(GetParam());
    const auto what_if = run(tape.records());
    EXPECT_EQ(what_if->changes().count(), 0U);
    EXPECT_GT(what_if->changes().equal(), 20U);
    EXPECT_FALSE(what_if->takeover());
    EXPECT_TRUE(what_if->changed_settings().empty());
    EXPECT_GT(what_if->again().counts().fills, 3U);
    EXPECT_EQ(what_if->again().counts().fills, what_if->recorded().counts().fills);
    EXPECT_EQ(what_if->again().counts().simulated_fills, 0U);
    ASSERT_EQ(what_if->equity().size(), 1U);
    EXPECT_EQ(what_if->equity()[0].recorded, what_if->equity()[0].again);
    EXPECT_TRUE(what_if->equity()[0].recorded);
}

TEST_P(WhatIfLagTest, AfterTheFirstOtherOrderFillsAreSimulated) {
    const MadeTape tape = made(GetParam());
    const auto what_if = run(tape.records(), with({{"risk.fraction", "0.1"}}));
    const Recorded& first = tape.records()[tape.find(OrderApproved::kType)].recorded;
    ASSERT_TRUE(what_if->takeover());
    EXPECT_EQ(what_if->takeover()->reason, "order_differs");
    const auto& changes = what_if->changes().all();
    ASSERT_GT(changes.size(), 2U);
    EXPECT_EQ(changes[0].kind, ChangeKind::Changes);
    EXPECT_EQ(changes[0].event, "OrderApproved");
    ASSERT_TRUE(changes[0].recorded);
    EXPECT_EQ(changes[0].recorded->seq, first.seq);
    EXPECT_EQ(changes[0].cause, "configuration");
    EXPECT_EQ(changes[0].explanation, "risk.fraction 0.05 → 0.1");
    EXPECT_EQ(changes[1].event, "OrderIntended");
    EXPECT_EQ(changes[1].cause, "follows");
    EXPECT_GT(what_if->again().counts().fills, 3U);
    EXPECT_EQ(what_if->again().counts().simulated_fills, what_if->again().counts().fills);
    EXPECT_EQ(what_if->recorded().counts().simulated_fills, 0U);
    ASSERT_EQ(what_if->equity().size(), 1U);
    EXPECT_NE(what_if->equity()[0].recorded, what_if->equity()[0].again);
}

TEST(WhatIfTest, IsTheRunThatTheOtherConfigurationWouldHaveMade) {
    const MadeTape tape = made();
    const std::vector<MadeTape::Configuration> others = {
        {{"risk.day_trades", "500"}, {"risk.fraction", "0.1"}},
        {{"risk.day_trades", "3"}, {"risk.fraction", "0.05"}}};
    for (const auto& other : others) {
        const MadeTape expected = made_with(other);
        expect_same(
            again(tape.records(), {.overrides = {other.begin(), other.end()}}), expected.records());
    }
}

TEST(WhatIfTest, AnotherStrategyGivesTheRunThatItWouldHaveMade) {
    const MadeTape tape = made();
    const MadeTape expected =
        made_with({{"risk.day_trades", "500"}, {"risk.fraction", "0.05"}}, "5");
    expect_same(
        again(tape.records(), {.overrides = {{"strategy.rsi.period", "5"}}}), expected.records());
}

TEST(WhatIfTest, ALimitThatWasNotThereDeniesAndSaysWhichRule) {
    const MadeTape tape = made();
    const auto what_if = run(tape.records(), with({{"risk.day_trades", "3"}}));
    const auto& changes = what_if->changes().all();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes[0].kind, ChangeKind::Changes);
    EXPECT_EQ(changes[0].event, "OrderDenied");
    EXPECT_EQ(changes[0].recorded_code, "approved entry");
    EXPECT_EQ(changes[0].again_code, "denied day_trades_reached");
    EXPECT_EQ(changes[0].strategy, "rsi");
    EXPECT_EQ(changes[0].cause, "configuration");
    EXPECT_THAT(changes[0].explanation, HasSubstr("day_trades_reached: limit 500 → 3"));
    EXPECT_THAT(changes[0].explanation, HasSubstr("risk.day_trades 500 → 3"));
    ASSERT_TRUE(what_if->takeover());
    EXPECT_EQ(what_if->takeover()->reason, "order_missing");
    EXPECT_EQ(what_if->takeover()->root, changes[0].input);
    EXPECT_GT(what_if->again().counts().denials_by_rule.at("day_trades_reached"), 0U);
    EXPECT_LT(what_if->again().counts().orders, what_if->recorded().counts().orders);
    // Up to there the fills are the recorded ones.
    const auto& counts = what_if->again().counts();
    EXPECT_GT(counts.fills, counts.simulated_fills);
}

TEST(WhatIfTest, AnotherStrategySettingIsTheCauseOfWhatAppearsAndVanishes) {
    const MadeTape tape = made();
    const auto what_if = run(tape.records(), with({{"strategy.rsi.period", "5"}}));
    const auto& changes = what_if->changes().all();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes[0].event, "DecisionMade");
    EXPECT_EQ(changes[0].cause, "configuration");
    EXPECT_EQ(changes[0].explanation, "strategy.rsi.period 2 → 5");
    EXPECT_NE(changes[0].again_code, changes[0].recorded_code);
    EXPECT_EQ(what_if->changed_settings().at("strategy"), "strategy.rsi.period 2 → 5");
    bool has_targets = false;
    for (const auto& [code, count] : what_if->changes().counts()) {
        has_targets = has_targets || code.event == "TargetSet";
    }
    EXPECT_TRUE(has_targets);
}

TEST(WhatIfTest, TheOtherConfigurationMayHoldFromSomewhereOn) {
    const MadeTape tape = made();
    const Seq from = tape.records()[tape.find(CandleClosed::kType, 40)].recorded.seq;
    const auto what_if = run(tape.records(), with({{"risk.fraction", "0.1"}}, from));
    ASSERT_FALSE(what_if->changes().all().empty());
    for (const auto& change : what_if->changes().all()) EXPECT_GE(change.input, from);
    ASSERT_TRUE(what_if->takeover());
    EXPECT_GT(what_if->takeover()->root, from);
    const auto& counts = what_if->again().counts();
    EXPECT_GT(counts.simulated_fills, 0U);
    EXPECT_GT(counts.fills, counts.simulated_fills);
}

TEST(WhatIfTest, AnotherPaperVenueFillsFromTheBeginning) {
    const MadeTape tape = made();
    const auto what_if = run(tape.records(), with({{"paper.slippage_bps", "50"}}));
    ASSERT_TRUE(what_if->takeover());
    EXPECT_EQ(what_if->takeover()->reason, "venue_configuration");
    const auto& counts = what_if->again().counts();
    EXPECT_GT(counts.fills, 0U);
    EXPECT_EQ(counts.fills, counts.simulated_fills);
    EXPECT_NE(what_if->equity()[0].recorded, what_if->equity()[0].again);
}

TEST(WhatIfTest, AnotherReleaseIsNamedWhereNoSettingIsTheCause) {
    MadeTape tape = made();
    const std::size_t at = tape.find(TargetSet::kType, 1);
    Recorded changed = tape.records()[at].recorded;
    changed.event.as<TargetSet>()->exposure = Ratio(*Decimal::parse("0.5"));
    tape.rewrite(at, changed);
    WhatIfOptions options;
    options.build = "2+b.y";
    const auto what_if = run(tape.records(), std::move(options));
    const auto& changes = what_if->changes().all();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes[0].event, "TargetSet");
    EXPECT_EQ(changes[0].cause, "code");
    EXPECT_EQ(changes[0].explanation, "decided by 1+a, this is 2+b");
}

/// The same run as if a real venue had filled the orders of its own account.
Records at_a_real_venue(RerunOptions& options) {
    MadeTape tape;
    tape.start("strategy", strategy_configuration());
    tape.start(
        "risk", {{"risk.account", "main"}, {"risk.day_trades", "500"}, {"risk.fraction", "0.05"}});
    tape.start("execution.orders", {});
    tape.start("execution.portfolio", {});
    tape.start("execution.paper", {{"paper.account", "main"}, {"paper.cash", "USD:10000"}});
    tape.input(made().records()[made().find(InstrumentListed::kType)].recorded.event);
    play(tape, 80);
    tape.settle();
    constexpr std::uint32_t kKraken = 8;
    options.producers[kKraken] = "execution.kraken";
    const std::uint32_t paper = tape.producer("execution.paper");
    Records records = tape.records();
    for (auto& [recorded, bytes] : records) {
        if (recorded.producer == paper) recorded.producer = kKraken;
        if (auto* started = recorded.event.as<ServiceStarted>()) {
            if (started->service != "execution.paper") continue;
            started->configuration = {{"paper.account", "paper"}, {"paper.cash", "USD:77"}};
        }
        if (auto* deposit = recorded.event.as<CashDeposited>()) deposit->reason = "venue";
    }
    return records;
}

TEST(WhatIfTest, ARealVenuesFillsStayUntilTheFirstOtherOrder) {
    WhatIfOptions options;
    const Records records = at_a_real_venue(options.rerun);
    expect_same(again(records, options.rerun), records);
    options.rerun.overrides = {{"risk.fraction", "0.1"}};
    int candles = 0;
    for (const auto& each : records) {
        if (each.recorded.event.as<CandleClosed>() == nullptr || ++candles != 40) continue;
        options.rerun.from = each.recorded.seq;
    }
    const auto what_if = run(records, options);
    const auto& counts = what_if->again().counts();
    ASSERT_TRUE(what_if->takeover());
    EXPECT_GT(counts.fills, counts.simulated_fills) << "the recorded ones";
    EXPECT_GT(counts.simulated_fills, 0U) << "the paper venue's";
    ASSERT_EQ(what_if->equity().size(), 1U) << "the paper venue has no cash of its own here";
    EXPECT_EQ(what_if->equity()[0].account, "main");
}

TEST(WhatIfTest, ACancellationOfAnOrderThatIsNotThereIsLeftOut) {
    MadeTape tape = made();
    const Seq intent = tape.records()[tape.find(OrderIntended::kType)].recorded.seq;
    tape.input(CancelOrdered{.intent = intent, .request = {}}, 7);
    const auto what_if = run(tape.records(), with({{"strategy.rsi.period", "79"}}));
    EXPECT_EQ(what_if->again().counts().orders, 0U);
    EXPECT_EQ(what_if->left_out(), 1U);
}

}  // namespace
}  // namespace tapedeck::research
