#include "risk/core/desk_test.h"

/// The staged roll-out: what may be risked in a stage, who opens the next one, and what falls back.
namespace tapedeck::risk {
namespace {

using namespace std::chrono_literals;

Config ramp(Config more = {}) {
    Config stages{
        {"risk.stage.observe.order", "1"},
        {"risk.stage.observe.max_position", "0"},
        {"risk.stage.observe.gate_hours", "2"},
        {"risk.stage.tiny.order", "2"},
        {"risk.stage.tiny.max_quantity", "0.5"},
        {"risk.stage.tiny.max_quantity_asset", "BTC"},
        {"risk.stage.tiny.gate_drawdown", "0.01"},
        {"risk.stage.tiny.gate_trades", "1"},
        {"risk.stage.tiny.gate_reconciliation_clean", "true"},
        {"risk.stage.full.order", "3"}};
    stages.insert(stages.end(), more.begin(), more.end());  // the last word counts
    return stages;
}

class Ramp : public Desk {
public:
    explicit Ramp(Config more = {}) : Desk(ramp(std::move(more))) {}

    /// What risk says to the operator's wish.
    std::vector<Event> want(std::string stage) {
        return story.play(StageOrdered{std::move(stage), {}});
    }

    std::string refusal(std::string stage) {
        const auto refused = only<StageRefused>(want(std::move(stage)));
        EXPECT_EQ(refused.size(), 1U);
        return refused.empty() ? ""
                               : refused.front().reason + ": " + failing(refused.front().gates);
    }

    std::string present() { return book_stage().present->name; }

    StageReport book_stage() { return story.decider().stage(); }

    /// Time goes on, and prices with it.
    void pass(Duration duration) {
        story.after(duration);
        price("100");
        price("100", kEth);
    }

    Ramp& up_to(const std::string& stage) {
        pass(2h);
        EXPECT_EQ(only<StageChanged>(want("tiny")).size(), 1U);
        if (stage == "tiny") return *this;
        round_trip();
        EXPECT_EQ(only<StageChanged>(want("full")).size(), 1U);
        return *this;
    }

    void round_trip() {
        go_long();
        ask("0");
        execute();
        fill(OrderPurpose::Exit, entry_quantity());
        pass(1min);
    }

    std::vector<Event> trip() {
        return story.play(EmergencyStopTripped{
            .code = DenyCode::DrawdownReached,
            .value = {},
            .limit = {},
            .flattens = false,
            .reason = "drawdown_reached"});
    }
};

template <class T>
std::vector<T> on_tape(const Desk& desk) {
    std::vector<T> found;
    for (const auto& recorded : desk.story.tape()) {
        if (const auto* event = recorded.event.as<T>()) found.push_back(*event);
    }
    return found;
}

TEST(RiskStages, WithoutStagesAllIsAsItWas) {
    Desk desk;
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.sizing.capped_by, "max_position");
    EXPECT_TRUE(check_of(order.checks, DenyCode::StageAllocation)->passed);
    EXPECT_TRUE(on_tape<StageChanged>(desk).empty());
    const auto refused = only<StageRefused>(desk.story.play(StageOrdered{"full", {}}));
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused.front().reason, "no_stages");
    EXPECT_EQ(desk.story.decider().stage().present, nullptr);
}

TEST(RiskStages, TheFirstStartStatesTheFirstStageAndARestartKeepsTheOneThereIs) {
    Ramp desk;
    const auto first = on_tape<StageChanged>(desk);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first.front().from, "");
    EXPECT_EQ(first.front().to, "observe");
    EXPECT_EQ(first.front().move, StageMove::Started);
    desk.up_to("tiny");
    desk.story.play(started("risk", ramp()));
    EXPECT_EQ(desk.present(), "tiny");
    EXPECT_EQ(on_tape<StageChanged>(desk).size(), 2U);
}

TEST(RiskStages, AStageThatIsConfiguredNoMoreGivesWayToTheFirst) {
    Ramp desk;
    desk.up_to("tiny");
    desk.story.play(started("risk", {{"risk.stage.other.order", "7"}}));
    EXPECT_EQ(desk.present(), "other");
    EXPECT_EQ(on_tape<StageChanged>(desk).back().reason, "stage_removed");
    desk.story.play(started("risk", {}));
    EXPECT_EQ(desk.book_stage().present, nullptr);
    desk.story.play(started("risk", ramp()));
    EXPECT_EQ(desk.present(), "observe");  // whoever leaves the ramp begins anew
}

TEST(RiskStages, AStageOfNothingDeniesEveryEntryWithItsNumbers) {
    Ramp desk;
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_EQ(to_string(denied.code), "stage_allocation");
    EXPECT_TRUE(denied.reason.starts_with("stage_allocation: stage observe")) << denied.reason;
    const auto check = check_of(denied.checks, DenyCode::StageAllocation);
    EXPECT_EQ(number_of(check->limit), "0");
    EXPECT_TRUE(check->headroom->is_negative());
    EXPECT_EQ(check->detail, "stage observe");
    EXPECT_EQ(denied.checks.size(), 57U);
}

TEST(RiskStages, AnAllocationIsTheWorthOfItsAssetForEveryPair) {
    Ramp desk;
    desk.up_to("tiny");
    desk.price("200", kEth);
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.sizing.capped_by, "stage");
    // 0.5 BTC at 100 is 50; with slippage and fee 0.497 fit into it.
    EXPECT_EQ(order.terms.quantity, quantity("0.497"));
    EXPECT_EQ(number_of(check_of(order.checks, DenyCode::StageAllocation)->limit), "50");
    auto eth = desk.target("1", "other");
    eth.instrument = kEth;
    eth.reference_price = price("200");
    EXPECT_EQ(approved_in(desk.ask(eth)).terms.quantity, quantity("0.248"));
}

TEST(RiskStages, AnAllocationThatCannotBeValuedAllowsNothing) {
    Desk desk(with(
        {{"risk.stage.tiny.order", "1"},
         {"risk.stage.tiny.max_quantity", "0.5"},
         {"risk.stage.tiny.max_quantity_asset", "XMR"}}));
    const auto denied = denied_in(desk.ask("1"));
    EXPECT_FALSE(check_of(denied.checks, DenyCode::StageAllocation)->passed);
}

TEST(RiskStages, AnAllocationMayBeOfTheCurrencyAndAShareOfEquity) {
    Desk desk(with(
        {{"risk.stage.tiny.order", "1"},
         {"risk.stage.tiny.max_quantity", "30"},
         {"risk.stage.tiny.max_quantity_asset", "USD"},
         {"risk.stage.tiny.max_position", "0.002"}}));
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(number_of(check_of(order.checks, DenyCode::StageAllocation)->limit), "20");
}

TEST(RiskStages, AnAdvanceIsRefusedWhileAGateIsClosedAndNamesEach) {
    Ramp desk;
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 0 of 2");
    desk.pass(1h);
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 1 of 2");
    EXPECT_EQ(desk.present(), "observe");
    desk.pass(1h);
    const auto changed = only<StageChanged>(desk.want("tiny"));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed.front().move, StageMove::Advanced);
    EXPECT_EQ(changed.front().gates.size(), 2U);
    EXPECT_EQ(desk.refusal("full"), "gates_closed: trades 0 of 1");
}

TEST(RiskStages, TheLossInAStageAndItsTradesAreMeasured) {
    Ramp desk(with(
        {{"risk.stage.tiny.max_quantity", "40"},
         {"risk.max_position", "0.9"},
         {"risk.fraction", "0.4"},
         {"risk.max_risk_per_trade", "1"}}));
    desk.up_to("tiny");
    desk.go_long();    // some 40 at 100
    desk.price("97");  // at the worst 1 % of 10000 is gone
    desk.price("100");
    const std::string refusal = desk.refusal("full");
    EXPECT_TRUE(refusal.starts_with("gates_closed: drawdown 0.0119")) << refusal;
    EXPECT_TRUE(refusal.ends_with(" of 0.01, trades 0 of 1")) << refusal;
}

TEST(RiskStages, OnlyTheNextStageOpensAndAnyLowerOneAtOnce) {
    Ramp desk;
    desk.pass(2h);
    EXPECT_EQ(desk.refusal("full"), "not_the_next: ");
    EXPECT_EQ(desk.refusal("observe"), "already_there: ");
    EXPECT_EQ(desk.refusal("huge"), "stage_unknown: ");
    desk.up_to("full");
    const auto changed = only<StageChanged>(desk.want("observe"));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed.front().move, StageMove::Lowered);
    EXPECT_EQ(desk.present(), "observe");
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 0 of 2");
}

TEST(RiskStages, AWishIsNotGrantedTwice) {
    Ramp desk;
    desk.pass(2h);
    desk.story.when(StageOrdered{"tiny", {}});
    desk.story.when(StageOrdered{"tiny", {}});
    const auto said = desk.story.settle();
    EXPECT_EQ(only<StageChanged>(said).size(), 1U);
    ASSERT_EQ(only<StageRefused>(said).size(), 1U);
    EXPECT_EQ(only<StageRefused>(said).front().reason, "already_there");
}

TEST(RiskStages, AnEmergencyStopFallsBackOneStageInTheSameBreath) {
    Ramp desk(with(
        {{"risk.stage.full.max_position", "0.9"},
         {"risk.max_position", "0.9"},
         {"risk.fraction", "0.5"},
         {"risk.stop_loss", "0.2"},
         {"risk.max_risk_per_trade", "1"}}));
    desk.up_to("full");
    desk.pass(1min);
    desk.go_long();
    const auto said = desk.price("89");
    ASSERT_EQ(only<EmergencyStopTripped>(said).size(), 1U);
    const auto changed = only<StageChanged>(said);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed.front().move, StageMove::FellBack);
    EXPECT_EQ(changed.front().from, "full");
    EXPECT_EQ(changed.front().to, "tiny");
    EXPECT_EQ(changed.front().reason, "day_loss_reached");
    EXPECT_EQ(only<OrderApproved>(said).at(0).terms.purpose, OrderPurpose::Emergency);
    // What trips while that stands is the same trouble.
    EXPECT_EQ(only<StageChanged>(desk.price("58")).size(), 0U);
    EXPECT_EQ(desk.present(), "tiny");
    EXPECT_TRUE(desk.refusal("full").starts_with("gates_closed: undisturbed 2 of 0"));
}

TEST(RiskStages, WhatTripsWhileAnAdvanceIsOnItsWayStillFallsBack) {
    Ramp desk;
    desk.pass(2h);
    desk.story.when(StageOrdered{"tiny", {}});
    auto found = DiscrepancyFound{};
    found.account = "paper";
    found.subject = "balance";
    desk.story.when(found);
    const auto changed = only<StageChanged>(desk.story.settle());
    ASSERT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed.back().move, StageMove::FellBack);
    EXPECT_EQ(desk.present(), "observe");
}

TEST(RiskStages, AKilledStackDoesNotAdvanceAndAnotherAccountBeginsAnew) {
    Ramp desk;
    desk.pass(2h);
    desk.story.play(KillEngaged{});
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: undisturbed 1 of 0");
    desk.story.play(KillReleased{});
    desk.up_to("tiny");
    desk.story.play(started("risk", ramp({{"risk.account", "main"}})));
    EXPECT_EQ(desk.present(), "observe");
}

TEST(RiskStages, BelowTheFirstStageThereIsNoneAndItsHoursBeginAgain) {
    Ramp desk;
    desk.pass(2h);
    EXPECT_TRUE(only<StageChanged>(desk.trip()).empty());
    desk.story.play(TradingResumed{Scope::All, "", {}});
    EXPECT_EQ(desk.present(), "observe");
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 0 of 2");
    desk.pass(2h);
    EXPECT_EQ(only<StageChanged>(desk.want("tiny")).size(), 1U);
    EXPECT_EQ(desk.present(), "tiny");  // the old alarm is over
}

AccountLinkChanged link_up() {
    return {.venue = "kraken", .account = "paper", .is_up = true, .reason = ""};
}

ReconciliationCompleted reconciled(std::uint32_t number, std::uint64_t findings = 0) {
    ReconciliationCompleted done;
    done.venue = "kraken";
    done.account = "paper";
    done.number = number;
    done.is_complete = true;
    done.discrepancies = findings;
    return done;
}

DiscrepancyFound discrepancy(std::string name) {
    DiscrepancyFound found;
    found.venue = "kraken";
    found.account = "paper";
    found.subject = "balance";
    found.name = std::move(name);
    return found;
}

TEST(RiskStages, DiscrepanciesFallBackOnceAndTheLastReconciliationMustBeClean) {
    Ramp desk(with({{"risk.max_reconciliation_age", "0s"}}));
    desk.story.play(link_up());
    desk.story.play(reconciled(1));
    desk.up_to("full");
    const auto changed = only<StageChanged>(desk.story.play(discrepancy("USD")));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed.front().reason, "discrepancy_found");
    EXPECT_TRUE(desk.story.play(discrepancy("BTC")).empty());
    desk.story.play(reconciled(2, 2));
    EXPECT_EQ(
        desk.refusal("full"),
        "gates_closed: undisturbed 2 of 0, trades 0 of 1, reconciliation_clean 2 of 0");
    desk.story.play(TradingResumed{Scope::All, "", {}});
    EXPECT_EQ(desk.refusal("full"), "gates_closed: trades 0 of 1, reconciliation_clean 2 of 0");
    desk.story.play(reconciled(3));
    EXPECT_EQ(desk.refusal("full"), "gates_closed: trades 0 of 1");
    // Explained and found again: a new trouble.
    EXPECT_EQ(only<StageChanged>(desk.story.play(discrepancy("USD"))).size(), 1U);
    EXPECT_EQ(desk.present(), "observe");
}

TEST(RiskStages, TimeInWhichRiskDidNotRunDoesNotCount) {
    Ramp desk;
    desk.pass(1h);
    desk.story.play(ServiceLost{.service = "risk", .producer_epoch = 1});
    desk.story.after(10h);
    desk.story.play(started("risk", ramp()));
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 1 of 2");
    desk.story.after(10h);
    desk.story.play(JournalStarted{});  // what was before it is when it stopped
    desk.story.play(started("risk", ramp()));
    EXPECT_EQ(desk.refusal("tiny"), "gates_closed: hours 1 of 2");
}

TEST(RiskStages, ALowerStageCancelsTheEntriesOfTheHigherOneAndKeepsPositions) {
    Ramp desk(with({{"risk.entry", "limit"}}));
    desk.up_to("tiny");
    desk.go_long();
    auto eth = desk.target("1", "other");
    eth.instrument = kEth;
    desk.ask(eth);
    desk.execute();
    const auto said = desk.want("observe");
    EXPECT_EQ(only<CancelApproved>(said).size(), 1U);
    EXPECT_TRUE(only<OrderApproved>(said).empty());
    EXPECT_EQ(approved_in(desk.ask("0")).terms.purpose, OrderPurpose::Exit);
}

TEST(RiskStages, AWishThatARestartFindsOpenIsRefusedNotGrantedLate) {
    Ramp desk;
    desk.pass(2h);
    desk.story.given(StageOrdered{"tiny", {}});
    const auto said = only<StageRefused>(desk.story.play(started("risk", ramp())));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said.front().reason, "restarted");
}

TEST(RiskStages, ASnapshotHoldsStageAndMeasurements) {
    Ramp desk;
    desk.up_to("tiny");
    desk.pass(90min);
    Risk loaded;
    const std::string state = desk.story.state();
    StateReader reader(state);
    ASSERT_TRUE(loaded.load(reader));
    const auto report = loaded.stage();
    ASSERT_NE(report.present, nullptr);
    EXPECT_EQ(report.present->name, "tiny");
    EXPECT_EQ(report.next->name, "full");
    EXPECT_EQ(report.previous->name, "observe");
    EXPECT_EQ(report.gates, desk.book_stage().gates);
    StateWriter again;
    loaded.save(again);
    EXPECT_EQ(again.bytes(), state);
}

TEST(RiskStages, ShowsHowMuchOfTheAllocationIsUsed) {
    Ramp desk;
    desk.up_to("tiny");
    desk.go_long();
    std::map<std::string, std::string> shown;
    for (const auto& use : desk.story.decider().utilisation()) {
        shown[use.name] = number_of(use.value) + " of " + number_of(use.limit);
    }
    EXPECT_EQ(shown["stage tiny kraken:BTC/USD"], "49.7 of 50");
}

TEST(RiskStages, ContradictionsAreNamedWithTheirFix) {
    const auto one = [](Config values) {
        Settings settings;
        for (auto& [key, value] : values) settings.set(key, value);
        const auto found = problems(settings);
        EXPECT_EQ(found.size(), 1U) << ::testing::PrintToString(found);
        return found.empty() ? std::string() : found.front();
    };
    EXPECT_THAT(one({{"risk.stage.a.gate_hours", "1"}}), ::testing::HasSubstr("order is missing"));
    EXPECT_THAT(
        one({{"risk.stage.a.order", "1"}, {"risk.stage.b.order", "1"}}),
        ::testing::HasSubstr("give each stage its own"));
    EXPECT_THAT(
        one({{"risk.stage.a.order", "1"}, {"risk.stage.a.max_quantity", "1"}}),
        ::testing::HasSubstr("need each other"));
    EXPECT_THAT(
        one(
            {{"risk.stage.a.order", "1"},
             {"risk.stage.a.max_position", "0"},
             {"risk.stage.a.gate_trades", "1"}}),
        ::testing::HasSubstr("can never hold"));
    EXPECT_THAT(
        one(
            {{"risk.stage.a.order", "1"},
             {"risk.stage.a.max_position", "0.5"},
             {"risk.stage.b.order", "2"},
             {"risk.stage.b.max_position", "0.1"}}),
        ::testing::HasSubstr("risk.stage.a.max_position 0.5 is above risk.stage.b.max_position"));
}

}  // namespace
}  // namespace tapedeck::risk
