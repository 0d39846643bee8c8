#include "risk/core/desk_test.h"

/// An account at a venue: no new risk until the venue has said what there is, and exits all the
/// same.
namespace tapedeck::risk {
namespace {

using namespace std::chrono_literals;

AccountLinkChanged link(bool is_up) {
    return {.venue = "kraken", .account = "main", .is_up = is_up, .reason = ""};
}

ReconciliationCompleted reconciled(std::uint32_t number) {
    ReconciliationCompleted done;
    done.venue = "kraken";
    done.account = "main";
    done.number = number;
    done.is_complete = true;
    return done;
}

/// The first answer to the questions of a reconciliation.
VenueMessageReceived answer(std::uint32_t number) {
    VenueMessageReceived message;
    message.venue = "kraken";
    message.account = "main";
    message.channel = "OpenOrders";
    message.attempt = number;
    return message;
}

DiscrepancyFound discrepancy(std::string subject, std::string name = "", Seq intent = {}) {
    DiscrepancyFound found;
    found.venue = "kraken";
    found.account = "main";
    found.subject = std::move(subject);
    found.name = std::move(name);
    found.intent = intent;
    return found;
}

/// A desk whose account is at Kraken. Its stream is up and it has been reconciled, number 1.
class VenueDesk : public Desk {
public:
    explicit VenueDesk(Config config = {}) : Desk(at_kraken(std::move(config))) {
        CashDeposited deposited;
        deposited.account = "main";
        deposited.currency = "USD";
        deposited.amount = money("10000");
        story.play(deposited);
        story.play(link(true));
        story.play(reconciled(1));
    }

    /// What the rule says of a target now; "" = approved.
    std::string obstacle() {
        const auto said = ask("1");
        if (!only<OrderApproved>(said).empty()) return "";
        return denied_in(said).reason;
    }

    static Config at_kraken(Config config) {
        config.emplace_back("risk.account", "main");
        return config;
    }
};

TEST(RiskAccounts, ThePaperAccountIsAlwaysReady) {
    Desk desk;
    desk.story.play(link(false));  // somebody else's
    const auto order = approved_in(desk.ask("1"));
    EXPECT_TRUE(check_of(order.checks, DenyCode::AccountNotReady)->passed);
    EXPECT_EQ(numbers_of(order.checks, DenyCode::AccountNotReady), "none none none");
}

TEST(RiskAccounts, AnAccountThatKrakensProcessNamesMustBeReadyBeforeAnythingWasHeardOfIt) {
    Desk desk(with({{"risk.account", "main"}}));
    desk.story.play(started("execution.kraken", {{"kraken.account", "main"}}));
    const auto denied = denied_in(desk.ask("1"));
    const auto check = check_of(denied.checks, DenyCode::AccountNotReady);
    EXPECT_FALSE(check->passed);
    EXPECT_EQ(check->detail, "its private stream is down");
}

TEST(RiskAccounts, NewRiskNeedsAStreamThatIsUpAndAReconciliationSinceThen) {
    VenueDesk desk;
    desk.story.play(link(false));
    EXPECT_EQ(desk.obstacle(), "account_not_ready: its private stream is down");
    desk.story.play(link(true));
    EXPECT_EQ(
        desk.obstacle(), "account_not_ready: not reconciled since its private stream came up");
    auto incomplete = reconciled(2);
    incomplete.is_complete = false;
    desk.story.play(incomplete);
    EXPECT_NE(desk.obstacle(), "");
    desk.story.play(reconciled(3));
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, AReconciliationThatBeganBeforeTheStreamCameUpDoesNotCount) {
    VenueDesk desk;
    desk.story.play(link(false));
    desk.story.play(answer(2));
    desk.story.play(link(true));
    desk.story.play(reconciled(2));
    EXPECT_NE(desk.obstacle(), "");
    desk.story.play(reconciled(3));
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, AStartOfKrakensProcessEndsWhatItsForerunnerKnew) {
    VenueDesk desk;
    desk.story.play(started("execution.kraken", {{"kraken.account", "main"}}));
    EXPECT_EQ(desk.obstacle(), "account_not_ready: its private stream is down");
    VenueDesk other;  // it trades another account now
    other.story.play(started("execution.kraken", {{"kraken.account", "other"}}));
    EXPECT_NE(other.obstacle(), "");
}

TEST(RiskAccounts, ATapeThatGoesOnUnderAnotherIdIsReconciledFirst) {
    VenueDesk desk;
    desk.story.play(TapeBranched{});
    EXPECT_NE(desk.obstacle(), "");
    desk.story.play(reconciled(2));
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, AReconciliationMayBeSoOldAndNoOlder) {
    VenueDesk desk(with({{"risk.max_reconciliation_age", "1m"}}));
    desk.story.after(1min - 1s);
    const auto order = approved_in(desk.ask("1"));
    const auto check = check_of(order.checks, DenyCode::AccountNotReady);
    EXPECT_EQ(number_of(check->limit), "60");
    EXPECT_TRUE(check->headroom && !check->headroom->is_negative());
    VenueDesk late(with({{"risk.max_reconciliation_age", "1m"}}));
    late.story.after(1min + 1s);
    const std::string obstacle = late.obstacle();
    EXPECT_TRUE(
        obstacle.starts_with("account_not_ready: last reconciled longer ago than 1m: 61.") &&
        obstacle.ends_with(" against 60"))
        << obstacle;
    VenueDesk patient(with({{"risk.max_reconciliation_age", "0s"}}));
    patient.story.after(2min);
    EXPECT_EQ(patient.obstacle(), "");
}

TEST(RiskAccounts, ADiscrepancyStandsAlsoAfterAReconciliationThatFindsNothingMore) {
    VenueDesk desk;
    desk.story.play(discrepancy("balance", "USD"));
    desk.story.play(reconciled(2));
    EXPECT_EQ(desk.obstacle(), "account_not_ready: discrepancies that stand: 1");
    desk.story.play(TradingResumed{Scope::Venue, "kraken", {}});
    EXPECT_NE(desk.obstacle(), "");
    desk.story.play(TradingResumed{Scope::All, "", {}});
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, AnotherAccountsDiscrepancyIsNoneOfOurs) {
    VenueDesk desk;
    auto found = discrepancy("balance", "USD");
    found.account = "other";
    desk.story.play(found);
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, WordsThatCouldNotBeReadAreAnsweredByAReconciliationThatBeganAfterThem) {
    for (const char* subject : {"message_unreadable", "message_cut"}) {
        VenueDesk desk;
        desk.story.play(answer(2));
        desk.story.play(discrepancy(subject, "executions"));
        desk.story.play(reconciled(2));
        EXPECT_NE(desk.obstacle(), "") << subject;
        auto finding = reconciled(3);
        finding.discrepancies = 1;
        desk.story.play(finding);
        EXPECT_NE(desk.obstacle(), "") << subject;
        desk.story.play(reconciled(4));
        EXPECT_EQ(desk.obstacle(), "") << subject;
    }
}

TEST(RiskAccounts, AMissingFillIsExplainedByTheFill) {
    VenueDesk desk;
    desk.story.play(discrepancy("fill_missing", "T1"));
    auto of_order = discrepancy("fill_missing", "O1", Seq{7});
    of_order.expected = "1";
    of_order.observed = "3";
    desk.story.play(of_order);
    OrderFilled fill;
    fill.account = "main";
    fill.strategy = "external";
    fill.instrument = kEth;
    fill.price = price("100");
    fill.quantity = quantity("0.1");
    fill.fee_currency = "USD";
    fill.trade_id = "T1";
    desk.story.play(fill);
    EXPECT_EQ(desk.obstacle(), "account_not_ready: discrepancies that stand: 1");
    fill.intent = Seq{7};
    fill.trade_id = "T2";
    fill.quantity = quantity("1.9");
    desk.story.play(fill);
    EXPECT_NE(desk.obstacle(), "");
    fill.trade_id = "T3";
    fill.quantity = quantity("0.1");
    desk.story.play(fill);
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, AnAbsentOrderIsExplainedByItsEnd) {
    VenueDesk desk;
    desk.story.play(discrepancy("order_absent", "O1", Seq{7}));
    desk.story.play(OrderCanceled{Seq{8}, {}, "requested", {}});
    EXPECT_NE(desk.obstacle(), "");
    desk.story.play(OrderCanceled{Seq{7}, {}, "requested", {}});
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, DiscrepanciesBeyondThoseThatAreToldApartAreCounted) {
    VenueDesk desk;
    for (int i = 0; i < 300; ++i) desk.story.play(discrepancy("fill_absurd", std::to_string(i)));
    desk.story.play(discrepancy("fill_absurd", "1"));
    EXPECT_EQ(desk.obstacle(), "account_not_ready: discrepancies that stand: 300");
    desk.story.play(TradingResumed{Scope::All, "", {}});
    EXPECT_EQ(desk.obstacle(), "");
}

TEST(RiskAccounts, ExternalOrdersAreCountedAndInNobodysWay) {
    VenueDesk desk;
    ExternalOrderFound found;
    found.venue = "kraken";
    found.account = "main";
    desk.story.play(found);
    EXPECT_EQ(desk.story.decider().venue_account()->external_orders(), 1U);
    EXPECT_EQ(desk.obstacle(), "");
    desk.story.play(reconciled(2));  // it names none any more
    EXPECT_EQ(desk.story.decider().venue_account()->external_orders(), 0U);
}

TEST(RiskAccounts, ExitsAndProtectionGoAllTheSame) {
    VenueDesk desk;
    desk.ask("1");
    desk.execute();
    desk.story.play(link(false));
    desk.story.play(discrepancy("balance", "USD"));
    const auto stops = only<OrderApproved>(desk.fill(OrderPurpose::Entry, desk.entry_quantity()));
    ASSERT_FALSE(stops.empty());
    EXPECT_EQ(stops.front().terms.purpose, OrderPurpose::StopLoss);
    EXPECT_EQ(approved_in(desk.ask("0")).terms.purpose, OrderPurpose::Exit);
}

TEST(RiskAccounts, SurvivesARestartByBeingAFold) {
    VenueDesk desk;
    auto missing = discrepancy("fill_missing", "O1", Seq{7});
    missing.expected = "1";
    missing.observed = "3";
    desk.story.play(missing);
    StateWriter writer;
    desk.story.decider().save(writer);
    Risk loaded;
    StateReader reader(writer.bytes());
    ASSERT_TRUE(loaded.load(reader));
    EXPECT_EQ(loaded.account_obstacle(), "discrepancies that stand: 1");
    StateWriter again;
    loaded.save(again);
    EXPECT_EQ(again.bytes(), writer.bytes());
}

TEST(RiskAccounts, ShowsTheAgeOfTheReconciliationAndWhatIsContradicted) {
    VenueDesk desk;
    desk.story.play(discrepancy("balance", "USD"));
    std::map<std::string, std::string> shown;
    for (const auto& use : desk.story.decider().utilisation()) {
        shown[use.name] = number_of(use.limit);
    }
    EXPECT_EQ(shown["max_reconciliation_age"], "900");
    EXPECT_EQ(shown["discrepancies"], "0");
    EXPECT_EQ(desk.story.decider().account_obstacle(), "discrepancies that stand: 1");
}

}  // namespace
}  // namespace tapedeck::risk
