#include "execution/core/orders_story_test.h"

namespace tapedeck::execution::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(OrdersTest, IntendsAnApprovalAtOnceWithItsTerms) {
    OrderStory story;
    const auto said = only<OrderIntended>(story.when(approved(entry("0.5"))));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].approved, story.last_seq());
    EXPECT_EQ(said[0].terms, entry("0.5"));
}

TEST(OrdersTest, SaysNothingTwiceWhileItIsInFlight) {
    OrderStory story;
    story.when(approved(entry("0.5")));
    EXPECT_THAT(story.when(ClockTicked{story.now()}), IsEmpty());
    EXPECT_THAT(told(story.when(approved(entry("0.5")))), ElementsAre("OrderIntended"));
}

TEST(OrdersTest, FollowsAnOrderToItsEnd) {
    OrderStory story;
    const Seq intent = story.intend(entry("3"));
    EXPECT_EQ(story.state_of(intent), OrderState::Intended);
    story.play(OrderSent{intent, ""});
    EXPECT_EQ(story.state_of(intent), OrderState::Sent);
    story.play(OrderAccepted{intent, "V-1", {}});
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
    story.play(story.fill_of(intent, "1", "100"));
    EXPECT_EQ(story.state_of(intent), OrderState::PartiallyFilled);
    story.play(story.fill_of(intent, "2", "101.5"));
    EXPECT_EQ(story.state_of(intent), OrderState::Filled);
    EXPECT_TRUE(story.decider().open_orders().empty());
    // (1 × 100 + 2 × 101.5) / 3 = 303 / 3
    EXPECT_EQ(story.decider().find(intent)->average_price(), price("101"));
    EXPECT_EQ(story.position(), quantity("3"));
}

TEST(OrdersTest, NamesItsOrdersByTapeAndSeq) {
    OrderStory story;
    const std::string id = story.decider().client_order_id_of(Seq{17});
    EXPECT_TRUE(id.starts_with("00000"));
    EXPECT_TRUE(id.ends_with("-8000-000000000011"));  // 17 = 0x11
}

TEST(OrdersTest, CountsARepeatedFillOnce) {
    OrderStory story;
    const Seq intent = story.open(entry("3"));
    const auto fill = story.fill_of(intent, "1");
    story.play(fill);
    story.play(fill);
    EXPECT_EQ(story.decider().find(intent)->filled, quantity("1"));
    EXPECT_EQ(story.position(), quantity("1"));
}

TEST(OrdersTest, AFillForADeadOrderIsAFill) {
    OrderStory story;
    const Seq canceled = story.open(entry("3"));
    story.play(OrderCanceled{canceled, {}, "requested", {}});
    story.fill(canceled, "1");
    EXPECT_EQ(story.state_of(canceled), OrderState::Canceled);
    EXPECT_EQ(story.position(), quantity("1"));
    // And one for an order that nobody remembers.
    story.play(story.fill_of(Seq{999'999}, "0.5"));
    EXPECT_EQ(story.position(), quantity("1.5"));
}

TEST(OrdersTest, AnotherVenueIdBringsACanceledOrderBackSoThatItCanBeCanceled) {
    OrderStory story;
    const Seq intent = story.open(entry("3"));
    story.fill(intent, "1");
    const std::string first = story.decider().find(intent)->venue_order_ids.at(0);
    story.play(OrderCanceled{intent, quantity("1"), "requested", {}});
    story.play(OrderAccepted{intent, first, {}});  // an old message
    EXPECT_EQ(story.state_of(intent), OrderState::Canceled);
    story.play(OrderAccepted{intent, "V-twin", {}});
    EXPECT_EQ(story.state_of(intent), OrderState::PartiallyFilled);
    EXPECT_EQ(story.decider().open_orders().size(), 1U);
    EXPECT_THAT(
        told(story.play(CancelOrdered{{}, {}})),
        ElementsAre(line("OrderCancelRequested", intent, "operator")));
    story.play(OrderCanceled{intent, quantity("1"), "requested", {}});
    EXPECT_EQ(story.state_of(intent), OrderState::Canceled);
    EXPECT_TRUE(story.decider().open_orders().empty());
}

TEST(OrdersTest, AFullFillCancelsTheOthersOfItsGroup) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1", 77));
    const Seq profit = story.open(take_profit("1", 77));
    EXPECT_THAT(
        told(story.fill(profit, "1")),
        ElementsAre(line("OrderCancelRequested", stop_loss, "one_cancels_other")));
}

TEST(OrdersTest, APartialFillReducesTheOthersOfItsGroup) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1", 77));
    const Seq profit = story.open(take_profit("1", 77));
    const auto said = only<OrderAmendRequested>(story.fill(profit, "0.4"));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].intent, stop_loss);
    EXPECT_EQ(said[0].quantity, quantity("0.6"));  // 1 − 0.4
    EXPECT_EQ(said[0].reason, "one_cancels_other");
    // A second part before the venue has answered: from the wanted 0.6, not from the old 1.
    const auto again = only<OrderAmendRequested>(story.fill(profit, "0.1"));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].quantity, quantity("0.5"));
}

TEST(OrdersTest, OrdersWithoutAGroupDoNotTouchEachOther) {
    OrderStory story;
    story.holding("2");
    story.open(stop("1"));
    const Seq profit = story.open(take_profit("1"));
    EXPECT_THAT(story.fill(profit, "1"), IsEmpty());
}

TEST(OrdersTest, AFlatPositionCancelsWhatProtectedIt) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    auto sold = story.fill_of(Seq{999'999}, "1");  // by hand, at the venue
    sold.side = Side::Sell;
    EXPECT_THAT(
        told(story.play(sold)),
        ElementsAre(line("OrderCancelRequested", stop_loss, "position_closed")));
}

TEST(OrdersTest, AnExitWaitsUntilTheProtectiveOrdersAreGone) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    const Seq profit = story.open(take_profit("1"));
    EXPECT_THAT(
        told(story.play(approved(exit("1")))),
        UnorderedElementsAre(
            line("OrderCancelRequested", stop_loss, "exit_pending"),
            line("OrderCancelRequested", profit, "exit_pending")));
    EXPECT_THAT(story.play(OrderCanceled{stop_loss, {}, "requested", {}}), IsEmpty());
    const auto said = story.play(OrderCanceled{profit, {}, "requested", {}});
    ASSERT_EQ(only<OrderIntended>(said).size(), 1U);
    EXPECT_EQ(only<OrderIntended>(said)[0].terms.quantity, quantity("1"));
}

TEST(OrdersTest, AnExitClosesNoMoreThanIsLeft) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    story.play(approved(exit("1")));
    story.fill(stop_loss, "0.3");  // while the cancellation was under way
    const auto said =
        only<OrderIntended>(story.play(OrderCanceled{stop_loss, quantity("0.3"), "requested", {}}));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].terms.quantity, quantity("0.7"));
}

TEST(OrdersTest, AnExitWaitsForTheFillsThatTheCancellationTellsOf) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    story.play(approved(exit("1")));
    EXPECT_THAT(
        only<OrderIntended>(story.play(OrderCanceled{stop_loss, quantity("0.3"), "requested", {}})),
        IsEmpty());
    const auto said = only<OrderIntended>(story.fill(stop_loss, "0.3"));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].terms.quantity, quantity("0.7"));
}

TEST(OrdersTest, AnExitOfAClosedPositionIsDropped) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    story.play(approved(exit("1")));
    const Seq approval{story.last_seq().value - 1};
    const auto said = story.fill(stop_loss, "1");
    EXPECT_EQ(only<OrderDropped>(said), (std::vector{OrderDropped{approval, "position_closed"}}));
    EXPECT_TRUE(story.decider().waiting_approvals().empty());
}

TEST(OrdersTest, AnExitThatExpiresWhileItWaitsIsDropped) {
    OrderStory story;
    story.holding("1");
    story.open(stop("1"));
    auto late = exit("1");
    late.valid_until = story.now() + seconds(2);
    story.play(approved(late));
    EXPECT_THAT(told(story.tick(seconds(1))), IsEmpty());
    EXPECT_THAT(told(story.tick(seconds(2))), ElementsAre("OrderDropped approval_expired"));
}

TEST(OrdersTest, TwoExitsTogetherCloseThePositionOnce) {
    OrderStory story;
    story.holding("1");
    story.when(approved(exit("0.8")));
    const auto said = only<OrderIntended>(story.when(approved(exit("0.8"))));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].terms.quantity, quantity("0.2"));  // 1 − 0.8 in flight
}

TEST(OrdersTest, AnEmergencyWaitsForExitsToo) {
    OrderStory story;
    story.holding("1");
    const Seq resting = story.open(exit("1"));
    EXPECT_THAT(
        told(story.play(approved(emergency("1")))),
        ElementsAre(line("OrderCancelRequested", resting, "exit_pending")));
    const auto said = story.play(OrderCanceled{resting, {}, "requested", {}});
    ASSERT_EQ(only<OrderIntended>(said).size(), 1U);
    EXPECT_EQ(only<OrderIntended>(said)[0].terms.purpose, OrderPurpose::Emergency);
}

TEST(OrdersTest, PassesOnWhatRiskWantsCanceledOrAmended) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    const auto amended = only<OrderAmendRequested>(
        story.play(AmendApproved{stop_loss, {}, {}, price("95"), "trail"}));
    ASSERT_EQ(amended.size(), 1U);
    EXPECT_EQ(amended[0].trigger_price, price("95"));
    EXPECT_EQ(amended[0].quantity, std::nullopt);
    EXPECT_EQ(amended[0].reason, "trail");
    story.play(OrderAmended{stop_loss, quantity("1"), {}, price("95"), {}});
    EXPECT_EQ(story.decider().find(stop_loss)->terms.trigger_price, price("95"));
    EXPECT_THAT(
        told(story.play(CancelApproved{stop_loss, "paused"})),
        ElementsAre(line("OrderCancelRequested", stop_loss, "paused")));
    EXPECT_THAT(story.play(CancelApproved{stop_loss, "paused"}), IsEmpty());
}

TEST(OrdersTest, DoesNotAskForTermsThatTheOrderHas) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    EXPECT_THAT(
        story.play(AmendApproved{stop_loss, quantity("1"), {}, price("90"), "resize"}), IsEmpty());
}

TEST(OrdersTest, AmendsOnlyWhatTheVenueHasConfirmed) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.intend(stop("1"));
    EXPECT_THAT(story.play(AmendApproved{stop_loss, {}, {}, price("95"), "trail"}), IsEmpty());
    EXPECT_THAT(
        told(story.play(OrderAccepted{stop_loss, "V-1", {}})),
        ElementsAre(line("OrderAmendRequested", stop_loss, "trail")));
}

TEST(OrdersTest, ANewWishOvertakesTheOneUnderWay) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    story.play(AmendApproved{stop_loss, {}, {}, price("95"), "trail"});
    EXPECT_THAT(story.play(AmendApproved{stop_loss, {}, {}, price("95"), "trail"}), IsEmpty());
    const auto newer = only<OrderAmendRequested>(
        story.play(AmendApproved{stop_loss, {}, {}, price("96"), "trail"}));
    ASSERT_EQ(newer.size(), 1U);
    // The answer to the first doesn't count for the second.
    story.play(OrderAmended{stop_loss, quantity("1"), {}, price("95"), {}});
    EXPECT_EQ(story.decider().find(stop_loss)->wanted.trigger_price, price("96"));
    story.play(OrderAmended{stop_loss, quantity("1"), {}, price("96"), {}});
    EXPECT_TRUE(story.decider().find(stop_loss)->wanted.is_empty());
    EXPECT_THAT(story.tick(minutes(5)), IsEmpty());
}

TEST(OrdersTest, CancelsOneOrderOrAllOfThemForTheOperator) {
    OrderStory story;
    const Seq first = story.open(entry("1"));
    const Seq second = story.open(entry("1"));
    const Seq third = story.open(entry("1"));
    EXPECT_THAT(
        told(story.play(CancelOrdered{second, {}})),
        ElementsAre(line("OrderCancelRequested", second, "operator")));
    EXPECT_THAT(
        told(story.play(CancelOrdered{{}, {}})),
        ElementsAre(
            line("OrderCancelRequested", first, "operator"),
            line("OrderCancelRequested", third, "operator")));
}

TEST(OrdersTest, CancelingAllReachesAnIntentThatIsInFlight) {
    OrderStory story;
    story.when(approved(entry("1")));
    story.when(CancelOrdered{{}, {}});
    const auto recorded = told(story.settle());
    ASSERT_EQ(recorded.size(), 2U);
    EXPECT_TRUE(recorded[1].starts_with("OrderCancelRequested")) << recorded[1];
    // What is approved afterwards stays.
    EXPECT_THAT(told(story.play(approved(entry("1")))), ElementsAre("OrderIntended"));
}

TEST(OrdersTest, AKillCancelsEverythingAndLetsNothingThrough) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    const Seq more = story.open(entry("1"));
    story.play(approved(exit("1")));  // waits for the stop
    story.when(approved(entry("2")));
    story.when(KillEngaged{false, {}});
    const auto recorded = told(story.settle());
    EXPECT_THAT(
        recorded,
        ::testing::IsSupersetOf(
            {std::string("OrderDropped killed"), line("OrderCancelRequested", more, "killed")}));
    EXPECT_EQ(recorded.back().substr(0, 20), "OrderCancelRequested");  // the intent in flight
    EXPECT_TRUE(story.decider().find(stop_loss)->cancel.is_open);

    EXPECT_THAT(told(story.play(approved(entry("1")))), ElementsAre("OrderDropped killed"));
    EXPECT_THAT(told(story.play(approved(emergency("1")))), ElementsAre("OrderDropped killed"));
    story.play(KillReleased{});
    EXPECT_THAT(told(story.play(approved(entry("1")))), ElementsAre("OrderIntended"));
}

TEST(OrdersTest, AKillThatFlattensLetsEmergencyExitsThrough) {
    OrderStory story;
    story.holding("1");
    story.play(KillEngaged{true, {}});
    EXPECT_THAT(told(story.play(approved(emergency("1")))), ElementsAre("OrderIntended"));
    EXPECT_THAT(told(story.play(approved(exit("1")))), ElementsAre("OrderDropped killed"));
}

TEST(OrdersTest, ASecondKillTakesNothingOfTheFirstBack) {
    // Risk goes on to close positions, so what it sends must go through: else the two of them
    // approve and drop for ever.
    OrderStory story;
    story.holding("1");
    story.play(KillEngaged{true, {}});
    story.play(KillEngaged{false, {}});
    EXPECT_THAT(told(story.play(approved(emergency("1")))), ElementsAre("OrderIntended"));
    story.play(KillReleased{});
    story.play(KillEngaged{false, {}});
    EXPECT_THAT(told(story.play(approved(emergency("1")))), ElementsAre("OrderDropped killed"));
}

TEST(OrdersTest, TheKillSurvivesARestart) {
    OrderStory story;
    story.play(KillEngaged{false, {}});
    story.play(started("execution.orders", {}));
    EXPECT_THAT(told(story.play(approved(entry("1")))), ElementsAre("OrderDropped killed"));
}

TEST(OrdersTest, EndedOrdersLeaveMemory) {
    OrderStory story;
    for (int i = 0; i < 600; ++i) {
        const Seq intent = story.open(entry("1"));
        story.play(OrderCanceled{intent, {}, "requested", {}});
    }
    EXPECT_TRUE(story.decider().open_orders().empty());
    EXPECT_EQ(story.decider().ended_orders().size(), Orders::kEndedKept);
    EXPECT_LT(story.state().size(), 200'000U);
}

}  // namespace
}  // namespace tapedeck::execution::testing
