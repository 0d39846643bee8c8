#include "venues/kraken/trader_story_test.h"

// Sending: what leaves, when, by which way, and what is said about it.
namespace tapedeck::kraken::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kNo = R"("success":false,"error":"EOrder:Insufficient funds")";

TEST_F(TraderTest, AnIntentIsSentOnceAndSaidToBe) {
    ready();
    const Seq intent = intend();
    poll();
    EXPECT_EQ(sent("add_order"), 1);
    EXPECT_EQ(sent(client_id(intent)), 1);
    ASSERT_EQ(of<OrderSent>().size(), 1U);
    EXPECT_EQ(of<OrderSent>()[0].client_order_id, client_id(intent));
    for (const auto& recorded : tape_) trader_->on_record(recorded);  // told again
    polls(3);
    EXPECT_EQ(sent("add_order"), 1);
}

TEST_F(TraderTest, WhatIsOlderThanItselfIsNeverSent) {
    record(our_start(6));  // an earlier life
    const Seq old = intend();
    ready();
    polls(3);
    EXPECT_EQ(sent(client_id(old)), 0);
    EXPECT_EQ(asked("AddOrder"), 0);
}

TEST_F(TraderTest, NothingIsSentBeforeTheAccountIsReconciled) {
    is_healthy_ = true;
    TraderOptions options;
    options.tier = Tier::Pro;
    begin(options);
    // The switch is on its way, one call at a time.
    wire_->answer("CancelAllOrdersAfter", envelope(R"({"currentTime":"2026-01-22T06:00:00Z"})"));
    polls(2);
    link();
    intend();
    polls(3);
    EXPECT_EQ(sent("add_order"), 0);
    answer_audit();
    polls(2);
    EXPECT_EQ(of<OrderRejected>().size(), 1U) << "meanwhile it is too old";
}

TEST_F(TraderTest, AnOrderIsSentOnlyWhileItIsValid) {
    ready();
    auto order = terms();
    order.valid_until = now_.wall + 1s;
    intend(order);
    poll(2s);
    EXPECT_EQ(sent("add_order"), 0);
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_EQ(of<OrderRejected>()[0].code, "deadline_elapsed");
    EXPECT_FALSE(of<OrderRejected>()[0].evidence.exists()) << "nothing was sent";
    EXPECT_THAT(of<OrderSent>(), IsEmpty());
}

TEST_F(TraderTest, ItsDeadlineIsItsValidityAndNeverLongerThanFiveSeconds) {
    ready();
    auto order = terms();
    order.valid_until = now_.wall + 3s;
    intend(order);
    poll();
    EXPECT_THAT(
        wire_->sent.back(), HasSubstr("\"deadline\":\"" + tapedeck::to_string(order.valid_until)));
    intend();
    poll();
    EXPECT_THAT(
        wire_->sent.back(), HasSubstr("\"deadline\":\"" + tapedeck::to_string(now_.wall + 5s)));
}

TEST_F(TraderTest, WhatTheVenueWouldRefuseIsNotSent) {
    ready();
    auto order = terms();
    order.limit_price = price("40000.05");
    intend(order);
    poll();
    EXPECT_EQ(sent("add_order"), 0);
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_EQ(of<OrderRejected>()[0].code, "price_off_tick");
}

TEST_F(TraderTest, AnAnswerIsRecordedAsItCameWithWhatItAnswers) {
    ready();
    const Seq intent = intend();
    poll();
    answer("add_order", kNo);
    poll();
    const auto messages = of<VenueMessageReceived>();
    EXPECT_EQ(messages.back().about, intent);
    EXPECT_EQ(messages.back().channel, "answer");
    EXPECT_THAT(messages.back().text, HasSubstr("Insufficient funds"));
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_TRUE(of<OrderRejected>()[0].evidence.exists());
}

TEST_F(TraderTest, ATimeoutAfterTheBytesLeftIsNoRejection) {
    ready();
    const Seq intent = intend();
    poll();
    polls(12);
    ASSERT_EQ(of<VenueRequestFailed>().size(), 1U);
    EXPECT_EQ(of<VenueRequestFailed>()[0].about, intent);
    EXPECT_TRUE(of<VenueRequestFailed>()[0].was_written);
    EXPECT_THAT(of<OrderRejected>(), IsEmpty());
    EXPECT_EQ(sent("add_order"), 1) << "never repeated";
    EXPECT_EQ(asked("AddOrder"), 0) << "nor by the other way";
}

TEST_F(TraderTest, ALostConnectionLeavesWhatWasSentUnknown) {
    ready();
    intend();
    poll();
    wire_->cut();
    polls(3);
    ASSERT_EQ(of<VenueRequestFailed>().size(), 1U);
    EXPECT_TRUE(of<VenueRequestFailed>()[0].was_written);
    EXPECT_THAT(of<OrderRejected>(), IsEmpty());
    EXPECT_EQ(asked("AddOrder"), 0);
    EXPECT_FALSE(of<AccountLinkChanged>().back().is_up);
}

TEST_F(TraderTest, WhileTheSocketIsDownOrdersGoByRest) {
    ready();
    wire_->cut();
    poll();
    const Seq intent = intend();
    poll();
    ASSERT_EQ(asked("AddOrder"), 1);
    EXPECT_THAT(wire_->requests.back().request.body, HasSubstr("cl_ord_id=" + client_id(intent)));
    EXPECT_EQ(of<OrderSent>().size(), 1U);
    wire_->answer("AddOrder", envelope(R"({"descr":{"order":"buy"},"txid":["OREST"]})"));
    poll();
    ASSERT_EQ(of<OrderAccepted>().size(), 1U);
    EXPECT_EQ(of<OrderAccepted>()[0].venue_order_id, "OREST");
}

TEST_F(TraderTest, AnOrderOfWhichNoByteWasWrittenIsRejected) {
    ready();
    wire_->cut();
    poll();
    intend();
    poll();
    ASSERT_TRUE(wire_->fail("AddOrder", false));
    poll();
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_EQ(of<OrderRejected>()[0].code, "not_sent");
    EXPECT_EQ(asked("AddOrder"), 1);
}

TEST_F(TraderTest, AnOrderByRestIsNeverRepeated) {
    ready();
    wire_->cut();
    poll();
    intend();
    poll();
    ASSERT_TRUE(wire_->fail("AddOrder", true));
    polls(20);
    EXPECT_EQ(asked("AddOrder"), 1);
    EXPECT_THAT(of<OrderRejected>(), IsEmpty());
}

TEST_F(TraderTest, ACancelGoesFirst) {
    ready();
    const Seq first = intend();
    poll();
    answer("add_order", R"("success":true,"result":{"order_id":"O1"})");
    poll();
    wire_->sent.clear();
    intend();
    record(OrderCancelRequested{first, "operator"});
    poll();
    ASSERT_EQ(wire_->sent.size(), 2U);
    EXPECT_THAT(wire_->sent[0], HasSubstr("cancel_order"));
    EXPECT_THAT(wire_->sent[0], HasSubstr("O1"));
    EXPECT_THAT(wire_->sent[1], HasSubstr("add_order"));
}

TEST_F(TraderTest, ACancelWaitsForTheAnswerToItsOrderButNotForEver) {
    ready();
    const Seq intent = intend();
    poll(100ms);
    record(OrderCancelRequested{intent, "operator"});
    poll(100ms);
    EXPECT_EQ(sent("cancel_order"), 0);
    poll(3s);
    EXPECT_EQ(sent("cancel_order"), 1);
    EXPECT_THAT(wire_->sent.back(), HasSubstr(client_id(intent))) << "by our own name";
}

TEST_F(TraderTest, AnOrderCanceledBeforeItWasSentNeverLeaves) {
    begin();
    link();
    const Seq intent = intend();
    record(OrderCancelRequested{intent, "killed"});
    poll();
    ASSERT_EQ(of<OrderRejected>().size(), 1U);
    EXPECT_EQ(of<OrderRejected>()[0].code, "canceled_before_sending");
    EXPECT_EQ(sent("order\""), 0);
}

TEST_F(TraderTest, EveryLegThatLivesIsCanceled) {
    ready();
    const Seq intent = intend();
    poll();
    wire_->say(frame(
        {report("O1", client_id(intent), std::string(kPendingNew)),
         report("O2", client_id(intent), std::string(kPendingNew))}));
    poll();
    record(OrderCancelRequested{intent, "operator"});
    poll();
    EXPECT_EQ(sent("cancel_order"), 2);
}

TEST_F(TraderTest, AnAmendmentSaysOnlyWhatChanges) {
    ready();
    const Seq intent = intend();
    poll();
    answer("add_order", R"("success":true,"result":{"order_id":"O1"})");
    poll();
    record(OrderAmendRequested{intent, quantity("0.5"), {}, {}, "resize"});
    poll();
    EXPECT_THAT(wire_->sent.back(), HasSubstr(R"("order_qty":0.5)"));
    EXPECT_THAT(wire_->sent.back(), Not(HasSubstr("limit_price")));
}

TEST_F(TraderTest, NeverSpendsMoreThanTheEnginesPoints) {
    ready();
    wire_->say(
        R"({"method":"subscribe","req_id":1,"success":true,"result":{"channel":"executions",)"
        R"("maxratecount":60,"snapshot":true}})");
    poll();
    for (int i = 0; i < 60; ++i) intend();
    poll(1ms);
    EXPECT_EQ(sent("add_order"), 36) << "60 less the reserve of 24 for cancels";
    const int before = sent("add_order");
    poll(2s);
    EXPECT_GT(sent("add_order"), before) << "the rest as points come free";
}

TEST_F(TraderTest, AQueryAsksBothListsAndThenForTheFillsThatAreMissing) {
    ready();
    const Seq intent = intend();
    poll();
    record(OrderQueryRequested{intent, 1});
    polls(2);
    ASSERT_TRUE(wire_->answer("OpenOrders", envelope(R"({"open":{}})")));
    polls(20);
    EXPECT_THAT(wire_->requests.back().request.body, HasSubstr("cl_ord_id=" + client_id(intent)));
    ASSERT_TRUE(wire_->answer(
        "ClosedOrders",
        envelope(
            R"({"closed":{)" +
            listed_order("OX", client_id(intent), "closed", "1.0", R"(,"trades":["T1"])") +
            R"(},"count":1})")));
    polls(20);
    ASSERT_TRUE(
        wire_->answer("QueryTrades", envelope("{" + listed_trade("T1", "OX", "1.0") + "}")));
    poll();
    ASSERT_EQ(of<OrderFilled>().size(), 1U);
    EXPECT_EQ(of<OrderFilled>()[0].intent, intent);
    EXPECT_EQ(of<OrderStatusReported>().back().state, VenueOrderState::Filled);
}

TEST_F(TraderTest, AQueryThatFailsIsRepeatedThenGivenUp) {
    ready();
    const Seq intent = intend();
    poll();
    record(OrderQueryRequested{intent, 1});
    const int before = asked("OpenOrders");
    for (int i = 0; i < 3; ++i) {
        polls(5);
        EXPECT_TRUE(wire_->fail("OpenOrders", true));
    }
    polls(30);
    EXPECT_EQ(asked("OpenOrders") - before, 3);
    EXPECT_THAT(of<OrderStatusReported>(), IsEmpty()) << "a failed query is no answer";
    record(OrderQueryRequested{intent, 2});
    polls(5);
    EXPECT_EQ(asked("OpenOrders") - before, 4);
}

}  // namespace
}  // namespace tapedeck::kraken::testing
