#include "venues/kraken/trader_story_test.h"

// What goes on besides orders: token, stream, reconciliation, nonces, breaker, dead man's switch.
namespace tapedeck::kraken::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(TraderTest, SaysAtTheStartThatTheLinkIsDown) {
    begin();
    ASSERT_EQ(of<AccountLinkChanged>().size(), 1U);
    EXPECT_FALSE(of<AccountLinkChanged>()[0].is_up);
}

TEST_F(TraderTest, TheLinkIsUpOnceBothSnapshotsAreThere) {
    begin();
    give_token();
    wire_->accept();
    poll();
    EXPECT_EQ(sent(R"("channel":"executions")"), 1);
    EXPECT_EQ(sent(R"("channel":"balances")"), 1);
    wire_->say(R"({"channel":"executions","type":"snapshot","sequence":1,"data":[]})");
    poll();
    EXPECT_EQ(of<AccountLinkChanged>().size(), 1U);
    wire_->say(R"({"channel":"balances","type":"snapshot","sequence":1,"data":[]})");
    poll();
    ASSERT_EQ(of<AccountLinkChanged>().size(), 2U);
    EXPECT_TRUE(of<AccountLinkChanged>()[1].is_up);
}

TEST_F(TraderTest, NoSecretIsEverRecorded) {
    ready();
    intend();
    poll();
    wire_->say(
        R"({"method":"add_order","req_id":)" + number_of("add_order") +
        R"(,"success":false,"error":"EGeneral:Unknown )" + std::string(kToken) + "\"}");
    poll();
    for (const auto& recorded : tape_) {
        EXPECT_THAT(to_json(recorded), Not(HasSubstr(std::string(kToken))));
        EXPECT_THAT(to_json(recorded), Not(HasSubstr(std::string(kSecret))));
    }
    EXPECT_THAT(notes_, Not(HasSubstr(std::string(kToken))));
    EXPECT_THAT(of<VenueMessageReceived>().back().text, HasSubstr("EGeneral"));
}

TEST_F(TraderTest, AGapInTheSequenceReconciles) {
    ready();
    wire_->say(frame({}, 2));
    wire_->say(frame({}, 4));
    poll();
    EXPECT_FALSE(of<AccountLinkChanged>().back().is_up);
    EXPECT_THAT(of<AccountLinkChanged>().back().reason, HasSubstr("gap"));
    const auto audits = of<ReconciliationCompleted>().size();
    polls(2);
    EXPECT_EQ(wire_->opened.size(), 2U) << "a new connection, with new snapshots";
    wire_->accept();
    poll();
    snapshots();
    answer_audit();
    EXPECT_EQ(of<ReconciliationCompleted>().size(), audits + 1);
}

TEST_F(TraderTest, AFrameThatCameTwiceIsRecordedOnce) {
    ready();
    wire_->say(frame({}, 2));
    wire_->say(frame({}, 2));
    const auto before = of<VenueMessageReceived>().size();
    poll();
    EXPECT_EQ(of<VenueMessageReceived>().size(), before + 1);
}

TEST_F(TraderTest, ASilentConnectionIsDead) {
    ready();
    is_beating_ = false;
    polls(12);
    EXPECT_FALSE(of<AccountLinkChanged>().back().is_up);
    EXPECT_FALSE(wire_->closed.empty());
}

TEST_F(TraderTest, AVenueThatThrowsItOutAgainAndAgainIsNotStormed) {
    ready();
    const std::size_t before = wire_->opened.size();
    std::size_t seen = before;
    wire_->cut("thrown out");
    const std::string token = R"({"token":")" + std::string(kToken) + R"(","expires":900})";
    for (const Duration end = now_.monotonic + 10min; now_.monotonic < end;) {
        wire_->answer("GetWebSocketsToken", envelope(token));  // where one is asked for
        if (wire_->opened.size() > seen) {
            seen = wire_->opened.size();
            wire_->accept();
            poll();
            snapshots();
            wire_->cut("thrown out");
        }
        poll();
    }
    EXPECT_GT(wire_->opened.size() - before, 20U) << "it goes on trying";
    EXPECT_LT(wire_->opened.size() - before, 75U) << "150 in ten minutes are banned";
}

TEST_F(TraderTest, ASessionThatIsNotValidGetsANewToken) {
    ready();
    const int before = asked("GetWebSocketsToken");
    intend();
    poll();
    answer("add_order", R"("success":false,"error":"ESession:Invalid session")");
    polls(5);
    EXPECT_EQ(asked("GetWebSocketsToken"), before + 1);
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_EQ(of<OrderRejected>()[0].code, "invalid_session");
}

TEST_F(TraderTest, AnOldTokenIsNotUsedForANewConnection) {
    TraderOptions options;
    options.reconcile_every = 1h;
    ready(options);
    const int before = asked("GetWebSocketsToken");
    polls(500);
    wire_->cut();
    polls(5);
    EXPECT_EQ(asked("GetWebSocketsToken"), before + 1);
}

TEST_F(TraderTest, WhereBalancesDoNotAgreeTheLedgerIsReadBeforeItIsADiscrepancy) {
    ready();
    const std::string held = R"("ZUSD":{"balance":"250.0000","hold_trade":"0"})";
    polls(301);
    answer_lists();
    answer_balances(held);
    EXPECT_THAT(of<CashDeposited>(), IsEmpty());
    polls(61);
    answer_lists();
    const std::string at = std::to_string(to_ns(now_.wall) / 1'000'000'000);
    ASSERT_TRUE(wire_->answer(
        "Ledgers",
        envelope(
            R"({"ledger":{"L1":{"refid":"R1","time":)" + at +
            R"(,"type":"deposit","subtype":"","aclass":"currency","asset":"ZUSD",)"
            R"("amount":"250.0000","fee":"0.0000","balance":"250.0000"}},"count":1})")));
    polls(20);
    answer_balances(held);
    ASSERT_EQ(of<CashDeposited>().size(), 1U);
    EXPECT_EQ(of<CashDeposited>()[0].reason, "deposit");
    EXPECT_THAT(of<DiscrepancyFound>(), IsEmpty());
    EXPECT_FALSE(books_.wants_ledger());
    polls(301);
    answer_lists();
    polls(20);
    answer_balances(held);
    EXPECT_EQ(asked("Ledgers"), 1) << "nothing is missing";
}

TEST_F(TraderTest, ReconcilesEveryFewMinutes) {
    ready();
    const int before = asked("OpenOrders");
    polls(290);
    EXPECT_EQ(asked("OpenOrders"), before);
    polls(15);
    EXPECT_EQ(asked("OpenOrders"), before + 1);
    answer_audit();
    EXPECT_EQ(of<ReconciliationCompleted>().back().number, 2U);
}

TEST_F(TraderTest, ReadsOnFromTheWatermarkLessAnOverlap) {
    ready();
    const Time watermark = of<ReconciliationCompleted>().back().watermark;
    polls(301);
    ASSERT_TRUE(wire_->answer("OpenOrders", envelope(R"({"open":{}})")));
    polls(10);
    const auto seconds = to_ns(watermark - 2min) / 1'000'000'000;
    EXPECT_THAT(wire_->requests.back().request.body, HasSubstr("start=" + std::to_string(seconds)));
}

TEST_F(TraderTest, AReconciliationReadsEveryPage) {
    begin({.tier = Tier::Pro});
    link();
    poll();
    wire_->answer("OpenOrders", envelope(R"({"open":{}})"));
    polls(10);
    std::string list;
    for (int i = 0; i < 50; ++i) {
        list += (i == 0 ? "" : ",") + listed_order("OC" + std::to_string(i), "", "canceled");
    }
    wire_->answer("ClosedOrders", envelope(R"({"closed":{)" + list + R"(},"count":51})"));
    polls(10);
    EXPECT_THAT(wire_->requests.back().request.body, HasSubstr("ofs=50"));
    wire_->answer(
        "ClosedOrders",
        envelope(R"({"closed":{)" + listed_order("OL", "", "canceled") + R"(},"count":51})"));
    polls(20);
    wire_->answer("TradesHistory", envelope(R"({"trades":{},"count":0})"));
    polls(20);
    wire_->answer("BalanceEx", envelope("{}"));
    poll();
    ASSERT_EQ(of<ReconciliationCompleted>().size(), 1U);
    EXPECT_TRUE(of<ReconciliationCompleted>()[0].is_complete);
    EXPECT_EQ(of<ReconciliationCompleted>()[0].closed_orders, 51U);
}

TEST_F(TraderTest, AReconciliationThatFailsIsIncompleteAndMadeAnew) {
    begin({.tier = Tier::Pro});
    link();
    poll();
    wire_->answer("OpenOrders", error_envelope("EGeneral:Permission denied"));
    polls(10);
    wire_->answer("ClosedOrders", envelope(R"({"closed":{},"count":0})"));
    polls(20);
    wire_->answer("TradesHistory", envelope(R"({"trades":{},"count":0})"));
    polls(20);
    wire_->answer("BalanceEx", envelope("{}"));
    poll();
    ASSERT_EQ(of<ReconciliationCompleted>().size(), 1U);
    EXPECT_EQ(of<ReconciliationCompleted>()[0].missing, "open_orders");
    intend();
    poll();
    EXPECT_EQ(sent("add_order"), 0);
    polls(31);
    answer_audit();
    EXPECT_TRUE(of<ReconciliationCompleted>().back().is_complete);
}

TEST_F(TraderTest, AReconciliationEndsOnceThoughItsLastQuestionWasRepeated) {
    begin({.tier = Tier::Pro});
    link();
    poll();
    wire_->answer("OpenOrders", envelope(R"({"open":{}})"));
    polls(10);
    wire_->answer("ClosedOrders", envelope(R"({"closed":{},"count":0})"));
    polls(20);
    wire_->answer("TradesHistory", envelope(R"({"trades":{},"count":0})"));
    polls(20);
    wire_->fail("BalanceEx");
    polls(5);
    wire_->answer("BalanceEx", error_envelope("EService:Busy"));
    polls(5);
    wire_->answer("BalanceEx", envelope("{}"));
    poll();
    ASSERT_EQ(of<ReconciliationCompleted>().size(), 1U);
    EXPECT_TRUE(of<ReconciliationCompleted>()[0].is_complete);
}

TEST_F(TraderTest, AReconciliationWhoseLastQuestionIsGivenUpEndsIncomplete) {
    begin({.tier = Tier::Pro});
    link();
    poll();
    for (const char* method : {"OpenOrders", "ClosedOrders", "TradesHistory", "BalanceEx"}) {
        for (int i = 0; i < 3; ++i) {
            EXPECT_TRUE(wire_->answer(method, error_envelope("EService:Busy"))) << method << i;
            polls(40);
        }
    }
    ASSERT_FALSE(of<ReconciliationCompleted>().empty());
    EXPECT_EQ(of<ReconciliationCompleted>()[0].missing, "open_orders closed_orders fills balances");
    EXPECT_EQ(of<ReconciliationCompleted>().size(), 1U);
}

TEST_F(TraderTest, NothingLeavesBeforeTheNoncesMarkIsDurable) {
    writes_marks_ = false;
    make_trader();
    record(our_start());
    polls(3);
    EXPECT_EQ(asked("/private/"), 0);
    writes_marks_ = true;
    polls(2);
    EXPECT_EQ(asked("/private/"), 1);
    ASSERT_FALSE(marks_.empty());
    EXPECT_GT(marks_.back(), static_cast<std::uint64_t>(to_ns(now_.wall)));
}

TEST_F(TraderTest, NoncesOnlyRiseOverRestartsToo) {
    TraderOptions options;
    options.nonce_mark = static_cast<std::uint64_t>(to_ns(now_.wall + 30s));
    make_trader(options);
    record(our_start());
    polls(3);
    ASSERT_EQ(asked("/private/"), 1);
    const auto& body = wire_->requests.back().request.body;
    const auto at = body.find("nonce=") + 6;
    EXPECT_GT(std::stoull(body.substr(at)), options.nonce_mark);
}

TEST_F(TraderTest, OneRestCallAtATimeSoThatNoncesArriveInTheirOrder) {
    ready();
    wire_->cut();
    poll();
    intend();
    intend();
    polls(2);
    EXPECT_EQ(asked("AddOrder"), 1);
    wire_->answer("AddOrder", envelope(R"({"descr":{"order":"buy"},"txid":["O1"]})"));
    polls(2);
    EXPECT_EQ(asked("AddOrder"), 2);
}

TEST_F(TraderTest, TheBreakerOpensAfterFiveFailuresAndLetsOneProbePass) {
    make_trader();
    record(our_start());
    int calls = 0;
    for (int i = 0; i < 200 && calls < 5; ++i) {
        poll();
        if (wire_->fail("/private/", true)) ++calls;
    }
    poll();
    const int before = asked("/private/");
    polls(10);
    EXPECT_EQ(asked("/private/"), before) << "open";
    polls(20);
    EXPECT_EQ(asked("/private/"), before + 1) << "one probe";
}

TEST_F(TraderTest, TheDeadMansSwitchIsRefreshedOnlyWhileHealthy) {
    switch_every_ = 20s;
    ready();
    polls(60);
    EXPECT_EQ(sent(R"("timeout":60)"), 3) << "every 20 s";
    is_healthy_ = false;
    polls(60);
    EXPECT_EQ(sent(R"("timeout":60)"), 3);
}

TEST_F(TraderTest, WithoutHealthNoOrderLeavesButCancelsDo) {
    ready();
    const Seq resting = intend();
    poll();
    answer("add_order", R"("success":true,"result":{"order_id":"O1"})");
    poll();
    is_healthy_ = false;
    intend();
    record(OrderCancelRequested{resting, "killed"});
    polls(3);
    EXPECT_EQ(sent("add_order"), 1);
    EXPECT_EQ(sent("cancel_order"), 1);
}

TEST_F(TraderTest, TheDeadMansSwitchGoesByRestWhileTheSocketIsDown) {
    is_healthy_ = true;
    begin();
    EXPECT_EQ(asked("CancelAllOrdersAfter"), 1);
}

TEST_F(TraderTest, AnOrderedEndSwitchesItOff) {
    ready();
    trader_->stand_down();
    polls(60);
    EXPECT_EQ(sent(R"("timeout":0)"), 1);
    EXPECT_EQ(sent(R"("timeout":60)"), 0);
}

}  // namespace
}  // namespace tapedeck::kraken::testing
