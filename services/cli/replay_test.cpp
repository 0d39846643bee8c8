#include "cli/decided_tape_test.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tapedeck::cli {
namespace {

using testing::DecidedTape;
using ::testing::HasSubstr;
using testing::made_tape;
using ::testing::Not;
using testing::run_command;
using testing::Said;

Said run_on(DecidedTape& tape, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--tape", tape.path()});
    return run_command(arguments);
}

std::string text(Seq seq) {
    return std::to_string(seq.value);
}

/// The made tape with one approval that says something else than risk decided.
research::testing::MadeTape spoiled() {
    auto made = made_tape();
    const std::size_t at = made.find(OrderApproved::kType, 1);
    Recorded changed = made.records()[at].recorded;
    changed.event.as<OrderApproved>()->reserved = tapedeck::testing::money("1");
    made.rewrite(at, changed);
    return made;
}

TEST(ReplayVerifyTest, EveryDecisionOfAnHonestTapeIsIdentical) {
    DecidedTape tape;
    const Said said = run_on(tape, {"replay", "--verify"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("identical: all "));
    EXPECT_THAT(said.out, HasSubstr("execution.portfolio"));
    const auto object = nlohmann::json::parse(run_on(tape, {"replay", "--verify", "--json"}).out);
    EXPECT_TRUE(object["identical"]);
    EXPECT_EQ(object["seq"], tape.records().size());
    EXPECT_GT(object["decisions"], 50);
    EXPECT_TRUE(object["first_difference"].is_null());
}

TEST(ReplayVerifyTest, ADecisionThatIsNotTheOneIsShownWithItsInputAndCause) {
    DecidedTape tape(spoiled());
    const Recorded& changed = tape.nth(OrderApproved::kType, 1);
    const Said said = run_on(tape, {"replay", "--verify"});
    EXPECT_EQ(said.code, 8);
    EXPECT_THAT(said.out, HasSubstr("DIVERGED at seq " + text(changed.cause)));
    EXPECT_THAT(said.out, HasSubstr("(seq " + text(changed.seq) + ")"));
    EXPECT_THAT(said.out, HasSubstr("reserved \"1\" → "));
    EXPECT_THAT(said.out, HasSubstr("input     OrderFilled"));
    const Said json = run_on(tape, {"replay", "--verify", "--json"});
    EXPECT_EQ(json.code, 8);
    const auto object = nlohmann::json::parse(json.out);
    EXPECT_FALSE(object["identical"]);
    EXPECT_EQ(object["first_difference"]["decider"], "risk");
    EXPECT_EQ(object["first_difference"]["input_seq"], changed.cause.value);
    EXPECT_EQ(object["first_difference"]["recorded_seq"], changed.seq.value);
    // Only what comes from there on.
    EXPECT_EQ(run_on(tape, {"replay", "--verify", "--to", text(changed.cause)}).code, 0);
}

TEST(ReplayVerifyTest, AnotherSettingIsTheCauseOfTheFirstDecisionThatDiffers) {
    DecidedTape tape;
    const Said said = run_on(tape, {"replay", "--verify", "--set", "strategy.rsi.period=5"});
    EXPECT_EQ(said.code, 8);
    EXPECT_THAT(said.out, HasSubstr("configuration: strategy.rsi.period 2 → 5"));
    EXPECT_EQ(run_on(tape, {"replay", "--verify", "--set", "strategy.rsi.period=2"}).code, 0);
    const Said risk = run_on(tape, {"replay", "--verify", "--set", "risk.fraction=0.060"});
    EXPECT_THAT(risk.out, HasSubstr("risk.fraction 0.05 → 0.06\n")) << "in canonical text";
}

TEST(ReplayVerifyTest, WrongSettingsAndWordsAreNamed) {
    DecidedTape tape;
    const Said range = run_on(tape, {"replay", "--verify", "--set", "strategy.rsi.period=x"});
    EXPECT_EQ(range.code, 5);
    EXPECT_THAT(range.err, HasSubstr("strategy.rsi.period"));
    const Said key = run_on(tape, {"replay", "--verify", "--set", "stratgy.rsi.period=3"});
    EXPECT_EQ(key.code, 5);
    EXPECT_THAT(key.err, HasSubstr("did you mean \"strategy.rsi.period\""));
    EXPECT_EQ(run_on(tape, {"replay"}).code, 2);
}

TEST(ReplayStepTest, ShowsWhatEachDeciderSaysAndWhatChanges) {
    DecidedTape tape;
    const Recorded& target = tape.nth(TargetSet::kType);
    const Said verdict = run_on(tape, {"replay", "step", text(target.seq)});
    EXPECT_EQ(verdict.code, 0) << verdict.err;
    EXPECT_THAT(verdict.out, HasSubstr("risk                OrderApproved"));
    const Recorded& approved = tape.nth(OrderApproved::kType);
    EXPECT_THAT(verdict.out, HasSubstr("→ " + text(approved.seq) + "\n"));
    const Recorded& fill = tape.nth(OrderFilled::kType);
    const Said filled = run_on(tape, {"replay", "step", text(fill.seq)});
    EXPECT_THAT(filled.out, HasSubstr("execution.portfolio PositionChanged"));
    EXPECT_THAT(filled.out, HasSubstr("  + position rsi demo:BTC/USD "));
    const Said several = run_on(tape, {"replay", "step", text(fill.seq), "-n", "3", "--json"});
    EXPECT_EQ(std::count(several.out.begin(), several.out.end(), '\n'), 3);
    EXPECT_EQ(run_on(tape, {"replay", "step", "999999"}).code, 3);
}

TEST(ReplayStepTest, MarksADecisionThatIsDifferentOnTheTape) {
    DecidedTape tape(spoiled());
    const Recorded& changed = tape.nth(OrderApproved::kType, 1);
    const Said said = run_on(tape, {"replay", "step", text(changed.cause)});
    EXPECT_THAT(said.out, HasSubstr("→ " + text(changed.seq) + "  AND DIFFERENT THERE"));
}

TEST(ReplayFindTest, FindsTheFirstAndTheLastRecordOfAKindAndState) {
    DecidedTape tape;
    const auto first = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"replay", "find"});
        arguments.emplace_back("--json");
        const Said said = run_on(tape, arguments);
        EXPECT_EQ(said.code, 0) << said.err;
        return nlohmann::json::parse(said.out)["seq"].get<std::uint64_t>();
    };
    EXPECT_EQ(first({"--type", "OrderFilled"}), tape.nth(OrderFilled::kType).seq.value);
    EXPECT_EQ(first({"fills >= 2"}), tape.nth(OrderFilled::kType, 1).seq.value);
    EXPECT_EQ(first({"position(demo:BTC/USD, rsi) > 0"}), tape.nth(OrderFilled::kType).seq.value);
    EXPECT_GT(first({"open_orders = 0", "--reverse"}), first({"open_orders > 0"}));
    EXPECT_EQ(
        first({"orders == 1 and not killed", "--type", "OrderIntended"}),
        tape.nth(OrderIntended::kType).seq.value);
    const Said shown = run_on(tape, {"replay", "find", "cash < 10000"});
    EXPECT_THAT(shown.out, HasSubstr("→ seq " + text(tape.nth(OrderFilled::kType).seq)));
    EXPECT_EQ(run_on(tape, {"replay", "find", "equity > 1000000"}).code, 3);
}

TEST(ReplayFindTest, WhatIsNotUnderstoodIsAUsageErrorWithAHint) {
    DecidedTape tape;
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"equty > 3", "did you mean \"equity\""},
        {"equity >", "a number is missing"},
        {"equity > 3 3", "was not expected"},
        {"(equity > 3", "a \")\" is missing"},
        {"position > 3", "takes (INSTRUMENT, STRATEGY)"},
        {"killed(now)", "takes nothing"},
        {"> 3", "a quantity is missing"},
        {std::string(200, '('), "too deep"}};
    for (const auto& [expression, words] : cases) {
        const Said said = run_on(tape, {"replay", "find", expression});
        EXPECT_EQ(said.code, 2) << expression;
        EXPECT_THAT(said.err, HasSubstr(words)) << expression;
    }
}

TEST(BisectTest, SaysWhereAStateBeganAndHowOften) {
    DecidedTape tape;
    const Said said = run_on(tape, {"bisect", "--predicate", "open_positions > 0"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(
        said.out, HasSubstr("holds first after seq " + text(tape.nth(OrderFilled::kType).seq)));
    EXPECT_THAT(said.out, HasSubstr(" times up to seq "));
    EXPECT_EQ(run_on(tape, {"bisect", "--predicate", "killed"}).code, 3);
    EXPECT_EQ(run_on(tape, {"bisect"}).code, 2);
    EXPECT_EQ(run_on(tape, {"bisect", "--predicate", "killed", "--invariant", "cash"}).code, 2);
}

TEST(BisectTest, AnHonestTapeKeepsEveryInvariant) {
    DecidedTape tape;
    for (const char* name : {"positions", "cash", "verdicts", "chain"}) {
        const Said said = run_on(tape, {"bisect", "--invariant", name});
        EXPECT_EQ(said.code, 0) << said.out << said.err;
        EXPECT_THAT(said.out, HasSubstr(std::string(name) + " holds up to seq "));
    }
    EXPECT_EQ(run_on(tape, {"bisect", "--invariant", "cahs"}).code, 2);
}

TEST(BisectTest, NamesTheRecordThatBreaksAnInvariant) {
    auto made = made_tape();
    const std::size_t at = made.find(PositionChanged::kType, 2);
    Recorded changed = made.records()[at].recorded;
    auto& event = *changed.event.as<PositionChanged>();
    event.quantity = event.quantity + tapedeck::testing::quantity("1");
    event.cash = event.cash - tapedeck::testing::money("1");
    made.rewrite(at, changed);
    const std::size_t denied = made.find(TargetSet::kType, 1);
    DecidedTape tape(made);
    for (const char* name : {"positions", "cash"}) {
        const Said said = run_on(tape, {"bisect", "--invariant", name});
        EXPECT_EQ(said.code, 8) << name;
        EXPECT_THAT(said.out, HasSubstr("broken at seq " + std::to_string(at + 1)));
    }
    // A target whose verdict speaks of another one has none.
    const Seq target = made.records()[denied].recorded.seq;
    for (std::size_t i = 0; i < made.records().size(); ++i) {
        Recorded verdict = made.records()[i].recorded;
        auto* approved = verdict.event.as<OrderApproved>();
        auto* refused = verdict.event.as<OrderDenied>();
        if (approved != nullptr && approved->target == target) {
            approved->terms.purpose = OrderPurpose::Emergency;
            approved->target = Seq{1};
            made.rewrite(i, verdict);
        } else if (refused != nullptr && refused->target == target) {
            refused->target = Seq{1};
            made.rewrite(i, verdict);
        }
    }
    DecidedTape without(made);
    const Said said = run_on(without, {"bisect", "--invariant", "verdicts"});
    EXPECT_EQ(said.code, 8) << said.out;
}

TEST(DiffTest, TapesOfTheSameDecisionsAreTheSame) {
    DecidedTape a;
    DecidedTape b;
    b.path();  // it is written now
    const Said said = run_command({"diff", a.path(), b.home()});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("the same: every word of every producer"));
}

TEST(DiffTest, NamesTheFirstDecisionThatDiffersItsInputAndTheSettingBehindIt) {
    DecidedTape a;
    DecidedTape b(made_tape("3"));
    const Said said = run_command({"diff", a.path(), b.path()});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.out, HasSubstr("of strategy\n"));
    EXPECT_THAT(said.out, HasSubstr("cause  configuration: strategy.rsi.period 2 → 3"));
    EXPECT_THAT(said.out, HasSubstr("because "));
    const auto object =
        nlohmann::json::parse(run_command({"diff", a.path(), b.path(), "--json"}).out);
    EXPECT_FALSE(object["same"]);
    EXPECT_EQ(object["first_difference"]["producer"], "strategy");
    EXPECT_EQ(run_command({"diff", a.path(), "/no/tape"}).code, 3);
    EXPECT_EQ(run_command({"diff", a.path()}).code, 2);
}

TEST(DiffTest, AnInputThatDiffersIsTheCauseOfWhatFollows) {
    auto made = made_tape();
    const std::size_t at = made.find(CandleClosed::kType, 3);
    Recorded changed = made.records()[at].recorded;
    changed.event.as<CandleClosed>()->volume = tapedeck::testing::quantity("4");
    made.rewrite(at, changed);
    DecidedTape a;
    DecidedTape b(made);
    const Said said = run_command({"diff", a.path(), b.path()});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.out, HasSubstr("FIRST DIFFERENCE: word 5 of market-data"));
    EXPECT_THAT(said.out, HasSubstr("cause  input"));
}

TEST(WhyNotTest, CountsWhatTheStrategyThoughtAndHowNearItCame) {
    DecidedTape tape;
    const Said said =
        run_on(tape, {"whynot", "rsi", "demo:BTC/USD", "--at", "12:10", "--for", "40m"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("rsi demo:BTC/USD  2026-11-20T12:10:00.000Z to "));
    EXPECT_THAT(said.out, HasSubstr("40 candles, "));
    EXPECT_THAT(said.out, HasSubstr("signal"));
    const auto object = nlohmann::json::parse(
        run_on(tape, {"whynot", "rsi", "demo:BTC/USD", "--at", "12:10", "--for", "40m", "--json"})
            .out);
    std::uint64_t sum = 0;
    for (const auto& each : object["outcomes"]) sum += each["count"].get<std::uint64_t>();
    EXPECT_EQ(sum, object["evaluations"]);
    EXPECT_EQ(
        object["evaluations"].get<std::uint64_t>() + object["unrecorded"].get<std::uint64_t>(),
        object["candles"].get<std::uint64_t>());
}

TEST(WhyNotTest, TellsWhatStoodInTheWay) {
    auto made = made_tape();
    using namespace tapedeck::testing;  // NOLINT: literals
    TradingPaused paused;
    paused.request = {"alice", "CPI", ""};
    made.input(paused, 7);
    made.input(FeedStale{instrument("demo:BTC/USD"), {}, {}});
    made.input(FeedStale{instrument("demo:ETH/USD"), {}, {}});
    made.input(ServiceLost{"risk", 1, false}, 0);
    made.input(AccountLinkChanged{"demo", "main", false, "connection reset"});
    made.input(AccountLinkChanged{"other", "spare", false, "connection reset"});
    StageChanged stage;
    stage.from = "full";
    stage.to = "small";
    stage.move = StageMove::FellBack;
    stage.reason = "emergency_stop";
    play(made, 25, 80);
    made.input(stage);
    play(made, 5, 105);
    DecidedTape tape(made);
    const Said said = run_on(tape, {"whynot", "rsi", "demo:BTC/USD", "--for", "20m"});
    EXPECT_THAT(said.out, HasSubstr("paused by alice \"CPI\", from "));
    EXPECT_THAT(said.out, HasSubstr("feed stale, from "));
    EXPECT_THAT(said.out, HasSubstr("risk lost, from "));
    EXPECT_THAT(said.out, HasSubstr("account \"main\" without its stream, from "));
    EXPECT_THAT(said.out, Not(HasSubstr("spare"))) << "of another venue";
    EXPECT_THAT(said.out, HasSubstr("stage \"small\": emergency_stop, at "));
    EXPECT_THAT(said.out, HasSubstr("0 orders"));
    const auto count = [&](const std::string& words) {
        return said.out.find(words) != said.out.rfind(words);
    };
    EXPECT_FALSE(count("feed stale")) << "another instrument's is none of ours";
}

TEST(WhyNotTest, WhatIsNotThereIsNamed) {
    DecidedTape tape;
    const Said strategy = run_on(tape, {"whynot", "macd", "demo:BTC/USD"});
    EXPECT_EQ(strategy.code, 3);
    EXPECT_THAT(strategy.err, HasSubstr("there is rsi on demo:BTC/USD"));
    EXPECT_EQ(run_on(tape, {"whynot", "rsi", "bitcoin"}).code, 2);
    EXPECT_EQ(run_on(tape, {"whynot", "rsi", "demo:BTC/USD", "--for", "soon"}).code, 2);
    EXPECT_EQ(run_on(tape, {"whynot", "rsi", "demo:BTC/USD", "--at", "2020-01-01"}).code, 3);
}

}  // namespace
}  // namespace tapedeck::cli
