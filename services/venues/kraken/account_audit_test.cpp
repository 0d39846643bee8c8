#include "venues/kraken/account_story_test.h"

// Queries and reconciliations: what lists of the venue prove, and what they don't.
namespace tapedeck::kraken::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(AccountQueryTest, AbsenceTakesBothListsWhole) {
    AccountStory story;
    const Seq intent = story.intend();
    const Seq asked = story.query(intent, 3);
    EXPECT_THAT(story.rest(asked, "OpenOrders", open_list("")), IsEmpty());
    const auto said =
        only<OrderStatusReported>(story.rest(asked, "ClosedOrders", closed_list("", 0)));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].state, VenueOrderState::Absent);
    EXPECT_EQ(said[0].attempt, 3U) << "the order manager's own number";
}

TEST(AccountQueryTest, HalvesOfTwoSetsMakeNoAnswer) {
    AccountStory story;
    const Seq asked = story.query(story.intend());
    story.rest(asked, "OpenOrders", open_list(""), 1);
    EXPECT_THAT(story.rest(asked, "ClosedOrders", closed_list("", 0), 2), IsEmpty());
}

TEST(AccountQueryTest, APageOfManyIsNoAbsence) {
    AccountStory story;
    const Seq asked = story.query(story.intend());
    story.rest(asked, "OpenOrders", open_list(""));
    EXPECT_THAT(story.rest(asked, "ClosedOrders", closed_list("", 51)), IsEmpty());
}

TEST(AccountQueryTest, AReconciliationAnswersWhatWasAskedBeforeItBegan) {
    AccountStory story;
    const Seq intent = story.intend();
    story.query(intent, 2);
    story.at(story.now() + std::chrono::seconds(5));
    const auto said = only<OrderStatusReported>(story.reconcile(1, "", "", ""));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].state, VenueOrderState::Absent);
    EXPECT_EQ(said[0].attempt, 2U);
    EXPECT_THAT(only<OrderStatusReported>(story.reconcile(2, "", "", "")), IsEmpty()) << "once";
}

TEST(AccountQueryTest, AWindowThatBeginsAfterTheOrderIsNoAbsence) {
    AccountStory story;
    const Seq intent = story.intend();
    story.query(intent);
    story.at(story.now() + std::chrono::seconds(60));
    const auto seconds = to_ns(story.now()) / 1'000'000'000;
    const std::string window =
        "start=" + std::to_string(seconds - 10) + "&end=" + std::to_string(seconds) + "&ofs=0";
    story.rest({}, "OpenOrders", open_list(""), 1);
    story.rest({}, "ClosedOrders", closed_list("", 0), 1, window);
    story.rest({}, "TradesHistory", envelope(R"({"trades":{},"count":0})"), 1, window);
    const auto facts = story.rest({}, "BalanceEx", envelope("{}"), 1);
    EXPECT_EQ(only<ReconciliationCompleted>(facts).size(), 1U);
    EXPECT_THAT(only<OrderStatusReported>(facts), IsEmpty()) << "it may have come and gone before";
}

TEST(AccountQueryTest, AnOrderFoundOpenIsAdopted) {
    AccountStory story;
    const Seq intent = story.intend();
    const Seq asked = story.query(intent);
    EXPECT_THAT(
        told(story.rest(
            asked, "OpenOrders", open_list(listed_order("OX", client_id(intent), "open")))),
        ElementsAre("OrderAccepted OX", "OrderStatusReported open"));
}

TEST(AccountQueryTest, AnOrderFoundClosedComesWithItsEndAndThenItsFills) {
    AccountStory story;
    const Seq intent = story.intend();
    const Seq asked = story.query(intent);
    story.rest(asked, "OpenOrders", open_list(""));
    const auto closed =
        listed_order("OX", client_id(intent), "canceled", "0.4", R"(,"reason":"User requested")");
    const auto said = story.rest(asked, "ClosedOrders", closed_list(closed, 1));
    EXPECT_THAT(
        told(said),
        ElementsAre("OrderAccepted OX", "OrderCanceled requested", "OrderStatusReported canceled"));
    EXPECT_EQ(only<OrderCanceled>(said)[0].filled, quantity("0.4"));
    const auto fills = only<OrderFilled>(
        story.rest(asked, "QueryTrades", envelope("{" + listed_trade("T1", "OX") + "}")));
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_EQ(fills[0].intent, intent);
    EXPECT_EQ(fills[0].fee_currency, "USD");
}

TEST(AccountQueryTest, RestBehindTheStreamContradictsNothing) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    story.stream({report(id, "", ended("canceled", "0", "User requested"))});
    const Seq asked = story.query(intent);
    EXPECT_THAT(
        story.rest(asked, "OpenOrders", open_list(listed_order(id, client_id(intent), "open"))),
        IsEmpty());
    EXPECT_THAT(story.rest(asked, "ClosedOrders", closed_list("", 0)), IsEmpty());
}

TEST(AccountAuditTest, SaysWhatItFoundAndHowFarItCame) {
    AccountStory story;
    const Seq intent = story.open();
    const auto said = story.reconcile(
        1,
        listed_order(AccountStory::id_of(intent), client_id(intent), "open"),
        "",
        listed_trade("T1", AccountStory::id_of(intent)));
    EXPECT_EQ(told(said).front(), "OrderFilled T1");
    const auto done = only<ReconciliationCompleted>({said.back()}).at(0);
    EXPECT_TRUE(done.is_complete) << done.missing;
    EXPECT_EQ(done.open_orders, 1U);
    EXPECT_EQ(done.fills, 1U);
    EXPECT_EQ(done.new_fills, 1U);
    EXPECT_EQ(done.external_orders, 0U);
    EXPECT_EQ(done.watermark, done.to);
    EXPECT_EQ(story.decider().watermark(), done.to);
}

TEST(AccountAuditTest, AnOutageLosesNoOrder) {
    AccountStory story;
    const Seq filled = story.intend();
    const Seq open = story.intend();
    const auto said = story.reconcile(
        1,
        listed_order("OO", client_id(open), "open"),
        listed_order("OF", client_id(filled), "closed", "1.0"),
        listed_trade("T1", "OF", "1.0"));
    EXPECT_THAT(told(said), Contains("OrderFilled T1"));
    EXPECT_EQ(story.decider().find(filled)->filled, quantity("1"));
    EXPECT_EQ(story.decider().venue_order_id_of(open), "OO");
}

TEST(AccountAuditTest, AMissingAnswerMakesItIncompleteAndMovesNoMark) {
    AccountStory story;
    story.rest({}, "OpenOrders", open_list(""), 1);
    story.rest({}, "ClosedOrders", error_envelope("EGeneral:Internal error"), 1);
    const auto said = only<ReconciliationCompleted>(story.rest({}, "BalanceEx", envelope("{}"), 1));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_FALSE(said[0].is_complete);
    EXPECT_EQ(said[0].missing, "closed_orders fills");
    EXPECT_EQ(said[0].watermark, Time{});
}

TEST(AccountAuditTest, APageLeftOutMakesItIncomplete) {
    AccountStory story;
    story.rest({}, "OpenOrders", open_list(""), 1);
    story.rest({}, "ClosedOrders", closed_list("", 0), 1, "start=1&end=2&ofs=0");
    const std::string page =
        envelope(R"({"trades":{)" + listed_trade("T1", "OX") + R"(},"count":2})");
    story.rest({}, "TradesHistory", page, 1, "start=1&end=2&ofs=0");
    story.rest({}, "TradesHistory", page, 1, "start=1&end=2&ofs=50");
    const auto said = only<ReconciliationCompleted>(story.rest({}, "BalanceEx", envelope("{}"), 1));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].missing, "fills");
}

TEST(AccountAuditTest, ItsLastQuestionUnansweredEndsItAsWell) {
    AccountStory story;
    VenueRequestFailed failed;
    failed.venue = "kraken";
    failed.account = "main";
    failed.channel = "BalanceEx";
    failed.attempt = 4;
    failed.was_written = true;
    const auto said = only<ReconciliationCompleted>(story.play(failed));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_FALSE(said[0].is_complete);
    EXPECT_EQ(said[0].number, 4U);
}

TEST(AccountAuditTest, AnOrderInNeitherListIsADiscrepancyOnce) {
    AccountStory story;
    story.open();
    EXPECT_THAT(told(story.reconcile(1, "", "", "")), ElementsAre("ReconciliationCompleted"))
        << "too fresh to be sure";
    story.after(minutes(5));
    EXPECT_THAT(
        told(story.reconcile(2, "", "", "")),
        ElementsAre("DiscrepancyFound order_absent", "ReconciliationCompleted"));
    EXPECT_THAT(told(story.reconcile(3, "", "", "")), ElementsAre("ReconciliationCompleted"));
}

TEST(AccountAuditTest, AFillThatTheListsClaimAndNobodyTellsIsADiscrepancy) {
    AccountStory story;
    const Seq intent = story.open();
    story.after(minutes(5));
    const auto open = listed_order(AccountStory::id_of(intent), client_id(intent), "open", "0.3");
    EXPECT_THAT(
        told(story.reconcile(1, open, "", "")),
        ElementsAre("DiscrepancyFound fill_missing", "ReconciliationCompleted"));
}

TEST(AccountAuditTest, WhatLiesInAProgrammeOfTheVenueIsNotCompared) {
    AccountStory story;
    story.reconcile(1, "", "", "", R"({"XBT.F":{"balance":"1"}})");
    for (const std::uint32_t number : {2U, 3U}) {
        EXPECT_THAT(
            told(story.reconcile(number, "", "", "", R"({"XBT.F":{"balance":"2"}})")),
            ElementsAre("ReconciliationCompleted"));
    }
}

TEST(AccountAuditTest, AReplacedOrderWithoutASuccessorHasEnded) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    story.stream({report(id, "", ended("canceled", "0", "Order replaced"))});
    story.after(minutes(5));
    const auto closed =
        listed_order(id, client_id(intent), "canceled", "0", R"(,"reason":"Order replaced")");
    EXPECT_THAT(told(story.reconcile(1, "", closed, "")), Contains("OrderCanceled replaced"));
}

TEST(AccountAuditTest, AFillOfNobodysOrderIsExternalOnceAllIsRead) {
    AccountStory story;
    story.after(minutes(20));
    const auto said = story.reconcile(1, "", "", listed_trade("T7", "OHAND"));
    EXPECT_THAT(told(said), ElementsAre("OrderFilled T7", "ReconciliationCompleted"));
    EXPECT_EQ(only<OrderFilled>(said)[0].instrument, instrument("kraken:BTC/USD"));
    EXPECT_EQ(only<OrderFilled>(said)[0].strategy, "external");
}

TEST(AccountAuditTest, ATradeInTheLedgerWithoutItsFillIsADiscrepancy) {
    AccountStory story;
    story.open();
    VenueMessageReceived message;
    message.channel = "balances";
    story.hears(
        message,
        R"({"channel":"balances","type":"update","sequence":2,"data":[{"ledger_id":"L1",)"
        R"("ref_id":"T5","timestamp":"2026-01-22T06:10:00Z","type":"trade","asset":"USD",)"
        R"("wallet_type":"spot","wallet_id":"main","amount":-16000.0,"fee":32.5,"balance":1.0}]})");
    story.after(minutes(20));
    EXPECT_THAT(told(story.reconcile(1, "", "", "")), Contains("DiscrepancyFound fill_missing"));
}

std::string holding(const std::string& dollars, const std::string& bitcoins) {
    return R"({"ZUSD":{"balance":")" + dollars + R"(","hold_trade":"0"},"XXBT":{"balance":")" +
           bitcoins + R"(","hold_trade":"0"}})";
}

TEST(AccountAuditTest, TheFirstBalancesAreWhatThereWas) {
    AccountStory story;
    const auto said =
        only<CashDeposited>(story.reconcile(1, "", "", "", holding("50000.0000", "0.5")));
    ASSERT_EQ(said.size(), 2U);
    EXPECT_EQ(said[0].currency, "BTC");
    EXPECT_EQ(said[1].currency, "USD");
    EXPECT_EQ(said[1].amount, money("50000"));
    EXPECT_EQ(said[1].reason, "opening_balance");
}

TEST(AccountAuditTest, FillsExplainWhatTheBalancesBecame) {
    AccountStory story;
    story.reconcile(1, "", "", "", holding("50000", "0"));
    const Seq intent = story.open();
    story.stream({report(AccountStory::id_of(intent), "", trade("T1"))});
    // 50,000 − 0.4 × 40,000 − 32.5 = 33,967.5
    for (const std::uint32_t number : {2U, 3U}) {
        EXPECT_THAT(
            told(story.reconcile(number, "", "", "", holding("33967.5000", "0.4"))),
            Not(Contains("DiscrepancyFound balance")));
    }
}

TEST(AccountAuditTest, ABalanceThatNothingExplainsIsADiscrepancyTheSecondTime) {
    AccountStory story;
    story.reconcile(1, "", "", "", holding("50000", "0"));
    EXPECT_THAT(
        only<DiscrepancyFound>(story.reconcile(2, "", "", "", holding("49000", "0"))), IsEmpty())
        << "a fill may be on its way";
    const auto said = only<DiscrepancyFound>(story.reconcile(3, "", "", "", holding("49000", "0")));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].subject, "balance");
    EXPECT_EQ(said[0].name, "USD");
    EXPECT_EQ(said[0].expected, "50000");
    EXPECT_EQ(said[0].observed, "49000");
    EXPECT_THAT(
        only<DiscrepancyFound>(story.reconcile(4, "", "", "", holding("49000", "0"))), IsEmpty());
}

TEST(AccountAuditTest, ADepositIsToldByTheLedger) {
    AccountStory story;
    story.reconcile(1, "", "", "", holding("50000", "0"));
    VenueMessageReceived message;
    message.channel = "balances";
    const auto said = only<CashDeposited>(story.hears(
        message,
        R"({"channel":"balances","type":"update","sequence":2,"data":[{"ledger_id":"L2",)"
        R"("ref_id":"R2","timestamp":"2026-01-22T06:10:00Z","type":"deposit","asset":"USD",)"
        R"("wallet_type":"spot","wallet_id":"main","amount":250.0,"fee":0.0,)"
        R"("balance":50250.0}]})"));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].amount, money("250"));
    EXPECT_EQ(said[0].reason, "deposit");
    for (const std::uint32_t number : {2U, 3U}) {
        EXPECT_THAT(
            only<DiscrepancyFound>(story.reconcile(number, "", "", "", holding("50250", "0"))),
            IsEmpty());
    }
}

std::string ledger_row(
    const std::string& id,
    const std::string& type,
    std::int64_t seconds,
    const std::string& asset,
    const std::string& amount,
    const std::string& fee = "0") {
    return "\"" + id + R"(":{"refid":"R","time":)" + std::to_string(seconds) + R"(,"type":")" +
           type + R"(","subtype":"","aclass":"currency","asset":")" + asset + R"(","amount":")" +
           amount + R"(","fee":")" + fee + R"(","balance":"0"})";
}

/// The stream was down when it came: REST's ledger tells.
TEST(AccountAuditTest, ADepositThatTheStreamDidNotTellIsFoundInTheLedger) {
    AccountStory story;
    story.reconcile(1, "", "", "", holding("50000", "0"));
    EXPECT_FALSE(story.decider().wants_ledger());
    const auto agreed = to_ns(story.decider().balances_agreed_at()) / 1'000'000'000;
    story.at(story.now() + std::chrono::minutes(10));
    EXPECT_THAT(
        only<DiscrepancyFound>(story.reconcile(2, "", "", "", holding("50249.5", "0"))), IsEmpty());
    EXPECT_TRUE(story.decider().wants_ledger());

    const std::string rows = ledger_row("L1", "deposit", agreed - 100, "ZUSD", "7") + "," +
                             ledger_row("L2", "trade", agreed + 100, "ZUSD", "9") + "," +
                             ledger_row("L3", "deposit", agreed + 200, "ZUSD", "250", "0.5") + "," +
                             ledger_row("L4", "staking", agreed + 300, "ETH.S", "1");
    const auto said = only<CashDeposited>(
        story.rest({}, "Ledgers", envelope(R"({"ledger":{)" + rows + R"(},"count":4})"), 3));
    ASSERT_EQ(said.size(), 1U) << "older than the agreement, a trade, a programme of the venue's";
    EXPECT_EQ(said[0].currency, "USD");
    EXPECT_EQ(said[0].amount, money("249.5"));
    EXPECT_EQ(said[0].reason, "deposit");
    EXPECT_THAT(
        only<CashDeposited>(
            story.rest({}, "Ledgers", envelope(R"({"ledger":{)" + rows + R"(},"count":4})"), 3)),
        IsEmpty())
        << "once";
    EXPECT_THAT(
        only<DiscrepancyFound>(story.reconcile(3, "", "", "", holding("50249.5", "0"))), IsEmpty());
    EXPECT_FALSE(story.decider().wants_ledger());
}

}  // namespace
}  // namespace tapedeck::kraken::testing
