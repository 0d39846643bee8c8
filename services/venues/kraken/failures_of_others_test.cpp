#include "venues/kraken/trader_story_test.h"

// How others failed: each test is a case that users of another project met, above it project and
// issue. Some need the wire, for others the books do. What the order manager must get right is in
// execution/core/failures_of_others_test.cpp.
namespace tapedeck::kraken::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using FailuresOfOthersTest = TraderTest;

// nautechsystems/nautilus_trader #4958: the query needed the venue's id, which nobody had.
TEST_F(FailuresOfOthersTest, AnOrderIsAskedForByItsClientIdWithNothingElseKnown) {
    ready();
    const Seq intent = intend();
    poll();
    ASSERT_TRUE(books_.venue_order_id_of(intent).empty());
    record(OrderQueryRequested{intent, 1});
    polls(2);
    EXPECT_THAT(wire_->requests.back().request.target, HasSubstr("OpenOrders"));
    EXPECT_THAT(wire_->requests.back().request.body, HasSubstr("cl_ord_id=" + client_id(intent)));
    ASSERT_TRUE(
        wire_->answer("OpenOrders", open_list(listed_order("OX", client_id(intent), "open"))));
    poll();
    ASSERT_EQ(of<OrderAccepted>().size(), 1U);
    EXPECT_EQ(of<OrderAccepted>()[0].intent, intent);
    EXPECT_EQ(of<OrderAccepted>()[0].venue_order_id, "OX");
    ASSERT_EQ(of<OrderStatusReported>().size(), 1U);
    EXPECT_EQ(of<OrderStatusReported>()[0].state, VenueOrderState::Open);
}

// nautechsystems/nautilus_trader #4288: the end of a replaced leg was read as the order's, so that
// replacements were sent.
TEST_F(FailuresOfOthersTest, TheEndOfAnOldLegDoesNotEndTheOrder) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    EXPECT_THAT(
        story.stream({report(id, "", ended("canceled", "0.2", "Order replaced"))}), IsEmpty());
    EXPECT_THAT(
        told(story.stream({report("ONEW", client_id(intent), std::string(kPendingNew))})),
        ElementsAre("OrderAccepted ONEW"));
    EXPECT_THAT(
        told(story.stream({report(id, "", trade("T1", "0.2"))})), ElementsAre("OrderFilled T1"));
    const auto said = only<OrderCanceled>(
        story.stream({report("ONEW", "", ended("canceled", "0.1", "User requested"))}));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].filled, quantity("0.3")) << "over both legs";
}

// nautechsystems/nautilus_trader #4564: a modification in an outage left two live orders, and the
// one that nobody saw filled six hours later.
TEST_F(FailuresOfOthersTest, TwoVenueIdsUnderOneClientIdAreBothHeldAndAlerted) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    EXPECT_THAT(
        told(story.stream({report("OTWIN", client_id(intent), std::string(kPendingNew))})),
        ElementsAre("OrderAccepted OTWIN", "DiscrepancyFound two_venue_orders"));
    EXPECT_EQ(story.decider().find(intent)->legs.size(), 2U);
    // One of them goes: the other one still may fill.
    EXPECT_THAT(
        story.stream({report("OTWIN", "", ended("canceled", "0", "User requested"))}), IsEmpty());
    story.after(6h);
    const auto filled = only<OrderFilled>(story.stream({report(id, "", trade("T1"))}));
    ASSERT_EQ(filled.size(), 1U);
    EXPECT_EQ(filled[0].intent, intent);
    EXPECT_THAT(
        told(story.stream({report(id, "", ended("expired", "0.4"))})), ElementsAre("OrderExpired"));
}

// hummingbot/hummingbot #3374: orders lost in network errors stayed on the book, and six dead buys
// filled.
TEST_F(FailuresOfOthersTest, ARestartAfterAnOutageAdoptsAllOpenOrders) {
    record(our_start(6));  // an earlier life
    std::vector<Seq> lost;
    std::string listed;
    std::vector<std::string> fills;
    for (int i = 0; i < 6; ++i) {
        const Seq intent = intend();
        auto failed = no_answer(intent);
        failed.was_written = true;
        record(failed);
        const auto id = AccountStory::id_of(intent);
        listed += (i == 0 ? "" : ",") + listed_order(id, client_id(intent), "open");
        fills.push_back(report(id, "", trade("T" + std::to_string(i), "1.0")));
        lost.push_back(intent);
    }
    begin({.tier = Tier::Pro});
    link();
    answer_audit(listed);
    ASSERT_EQ(of<OrderAccepted>().size(), lost.size());
    EXPECT_EQ(of<ReconciliationCompleted>().back().external_orders, 0U);
    wire_->say(frame(fills));
    poll();
    ASSERT_EQ(of<OrderFilled>().size(), lost.size());
    for (std::size_t i = 0; i < lost.size(); ++i) {
        EXPECT_EQ(of<OrderAccepted>()[i].intent, lost[i]);
        EXPECT_EQ(of<OrderFilled>()[i].intent, lost[i]);
    }
    EXPECT_EQ(sent("add_order"), 0);
}

// hummingbot/hummingbot #8457: in an outage of DNS six accepted orders were dropped.
TEST_F(FailuresOfOthersTest, AFailedQueryIsNoEvidence) {
    AccountStory story;
    const Seq intent = story.intend();
    const Seq asked = story.query(intent);
    EXPECT_THAT(story.rest(asked, "OpenOrders", error_envelope("EService:Busy")), IsEmpty());
    EXPECT_THAT(story.rest(asked, "ClosedOrders", closed_list("", 0)), IsEmpty());
    const Seq again = story.query(intent, 2);
    EXPECT_THAT(story.rest(again, "OpenOrders", open_list("")), IsEmpty());
    EXPECT_THAT(story.with_status(502).rest(again, "ClosedOrders", "gateway"), IsEmpty());
    EXPECT_THAT(story.play(no_answer(again)), IsEmpty()) << "unwritten, but a query";
    EXPECT_FALSE(story.decider().find(intent)->is_ended);
}

// hummingbot/hummingbot, exchange_py_base.py: an order was saved only once the venue had accepted
// it, and its id came from the clock.
TEST_F(FailuresOfOthersTest, TheIntentIsDurableFirstAndItsOrdersNameFollowsFromIt) {
    record(our_start(6));
    const Seq lost = intend();  // killed with its bytes on their way: the tape has no more of it
    ready();
    OrderApproved approval;
    approval.terms = terms();
    record(approval);
    polls(2);
    EXPECT_EQ(sent("add_order"), 0) << "approved, and not on the tape as an intent";
    const Seq intent = intend();
    poll();
    EXPECT_EQ(sent(to_uuid_text({kTapeId, intent})), 1);
    wire_->say(frame({report("OLOST", client_id(lost), std::string(kPendingNew))}));
    poll();
    ASSERT_EQ(of<OrderAccepted>().size(), 1U);
    EXPECT_EQ(of<OrderAccepted>()[0].intent, lost);
    EXPECT_EQ(sent(client_id(lost)), 0) << "never sent again";
}

// QuantConnect/Lean.Brokerages.TradeStation #95: a healthy stream, heartbeats and all, without the
// fills.
TEST_F(FailuresOfOthersTest, TheScheduledReconciliationFindsFillsThatAHealthyStreamLeftOut) {
    ready();
    const Seq intent = intend();
    poll();
    answer("add_order", R"("success":true,"result":{"order_id":"O1"})");
    polls(301);
    EXPECT_THAT(of<OrderFilled>(), IsEmpty());
    answer_audit("", listed_trade("T1", "O1", "1.0"));
    ASSERT_EQ(of<OrderFilled>().size(), 1U);
    EXPECT_EQ(of<OrderFilled>()[0].intent, intent);
    EXPECT_TRUE(of<AccountLinkChanged>().back().is_up) << "all the time";
}

}  // namespace
}  // namespace tapedeck::kraken::testing
