#include "risk/core/desk_test.h"

/// The stack itself: no new risk while it is not well, and protection all the same.
namespace tapedeck::risk {
namespace {

using namespace std::chrono_literals;

ServiceStarted starts(std::string service) {
    ServiceStarted started;
    started.service = std::move(service);
    started.producer_epoch = 1;
    return started;
}

ServiceLost loses(std::string service) {
    return {.service = std::move(service), .producer_epoch = 1};
}

TEST(RiskHealth, WhoHasNeverStartedIsNotGone) {
    Desk desk;  // on its tape only risk has
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, ACoreServiceThatIsGoneStopsNewRiskUntilItIsBack) {
    for (const char* service : {"market-data", "strategy", "execution.orders", "execution.paper"}) {
        Desk desk;
        desk.story.play(starts(service));
        desk.story.play(loses(service));
        const auto denied = denied_in(desk.ask("1"));
        EXPECT_EQ(to_string(denied.code), "service_down") << service;
        EXPECT_EQ(numbers_of(denied.checks, DenyCode::ServiceDown), "1 0 -1");
        desk.story.play(starts(service));
        approved_in(desk.ask("1"));
    }
}

TEST(RiskHealth, AServiceThatSaidByeIsGoneToo) {
    Desk desk;
    ServiceLost bye = loses("strategy");
    bye.said_bye = true;
    desk.story.play(bye);
    EXPECT_EQ(code_in(desk.ask("1")), "service_down");
}

TEST(RiskHealth, OthersMayComeAndGo) {
    Desk desk;
    desk.story.play(loses("operator"));
    desk.story.play(loses("strategy2"));
    desk.story.play(loses("notifier"));
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, WhichServicesCountIsASetting) {
    Desk desk(with({{"risk.core_services", "notifier"}}));
    desk.story.play(loses("strategy"));
    approved_in(desk.ask("1"));
    Desk other(with({{"risk.core_services", "notifier"}}));
    other.story.play(loses("notifier"));
    EXPECT_EQ(code_in(other.ask("1")), "service_down");
}

TEST(RiskHealth, InLockstepEverybodyIsWaitedForSoNobodyIsMissed) {
    Health health;
    health.lost(loses("market-data"));
    health.lagging(ServiceLagging{"strategy", 1000, 5s});
    const std::vector<std::string> core{"market-data", "strategy"};
    EXPECT_EQ(health.down(core), 1);
    EXPECT_EQ(health.behind(core), 1);
    health.ticked(6);  // the feed's tick
    EXPECT_EQ(health.down(core), 0);
    EXPECT_EQ(health.behind(core), 0);
    health.ticked(0);  // the journal's
    EXPECT_EQ(health.down(core), 1);
}

TEST(RiskHealth, WhoIsBehindStopsNewRiskUntilItHasCaughtUp) {
    Desk desk;
    desk.story.play(ServiceLagging{"strategy", 1000, 5s});
    EXPECT_EQ(code_in(desk.ask("1")), "service_behind");
    desk.story.play(ServiceCaughtUp{"strategy"});
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, ALostServiceIsDownAndNoLongerBehindAndAStartEndsBoth) {
    Desk desk;
    desk.story.play(ServiceLagging{"strategy", 1000, 5s});
    desk.story.play(loses("strategy"));
    EXPECT_EQ(code_in(desk.ask("1")), "service_down");
    desk.story.play(starts("strategy"));
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, ADecisionThatIsNotProvenStopsNewRiskUntilTheOperatorResumesAll) {
    Desk desk;
    desk.story.play(DecisionDiverged{"execution.orders", Seq{1}, Seq{2}, "a", "b"});
    EXPECT_EQ(code_in(desk.ask("1")), "service_unproven");
    desk.story.play(starts("execution.orders"));  // a restart proves nothing
    EXPECT_EQ(code_in(desk.ask("1")), "service_unproven");
    desk.story.play(TradingResumed{Scope::Strategy, "s", {}});
    EXPECT_EQ(code_in(desk.ask("1")), "service_unproven");
    desk.story.play(TradingResumed{Scope::All, "", {}});
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, OnlyAStorageThatStopsStopsNewRisk) {
    Desk desk;
    desk.story.play(StorageLow{StorageLevel::Warn, 2'000'000'000});
    desk.story.play(StorageLow{StorageLevel::Stop, 1'000'000'000});
    EXPECT_EQ(code_in(desk.ask("1")), "storage_stopped");
    desk.story.play(StorageLow{StorageLevel::Warn, 2'000'000'000});
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, AClockThatJumpedIsNotTrustedUntilTheOperatorResumes) {
    for (const Duration delta : {Duration(1001ms), Duration(-1001ms), Duration::min()}) {
        Desk desk;
        desk.story.play(ClockJumped{delta});
        desk.story.play(ClockJumped{0s});  // it came back: it may go again
        EXPECT_EQ(code_in(desk.ask("1")), "clock_unsteady");
        desk.story.play(TradingResumed{Scope::All, "", {}});
        approved_in(desk.ask("1"));
    }
    Desk desk;
    desk.story.play(ClockJumped{1s});
    approved_in(desk.ask("1"));
}

TEST(RiskHealth, ClosingAPositionNeedsNoneOfIt) {
    Desk desk;
    desk.go_long();
    desk.story.play(loses("strategy"));
    desk.story.play(ServiceLagging{"market-data", 1000, 5s});
    desk.story.play(DecisionDiverged{"strategy", Seq{1}, Seq{2}, "a", "b"});
    desk.story.play(StorageLow{StorageLevel::Stop, 0});
    desk.story.play(ClockJumped{1h});
    const auto exit = approved_in(desk.ask("0"));
    EXPECT_EQ(exit.terms.purpose, OrderPurpose::Exit);
}

TEST(RiskHealth, ProtectionIsPlacedAllTheSame) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    desk.story.play(loses("market-data"));
    const auto said = only<OrderApproved>(desk.fill(OrderPurpose::Entry, desk.entry_quantity()));
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.front().terms.purpose, OrderPurpose::StopLoss);
}

TEST(RiskHealth, SurvivesARestartByBeingAFold) {
    Desk desk;
    desk.story.play(loses("strategy"));
    desk.story.play(DecisionDiverged{"risk", Seq{1}, Seq{2}, "a", "b"});
    StateWriter writer;
    desk.story.decider().save(writer);
    Risk loaded;
    StateReader reader(writer.bytes());
    ASSERT_TRUE(loaded.load(reader));
    EXPECT_EQ(loaded.health().all_down().count("strategy"), 1U);
    EXPECT_EQ(loaded.health().unproven(), 1);
}

}  // namespace
}  // namespace tapedeck::risk
