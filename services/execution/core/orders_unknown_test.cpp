#include "execution/core/orders_story_test.h"

// The resolver: what happens to an order whose answer does not come. The cases that others are
// known to have met are in failures_of_others_test.cpp.
namespace tapedeck::execution::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OrdersUnknownTest, NoAnswerIsUnknownAndThenAskedAboutAtAPace) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
    EXPECT_THAT(story.tick(milliseconds(900)), IsEmpty());
    // 1 s after it became Unknown, then 5 s, 15 s, 60 s, 60 s after the query before.
    EXPECT_THAT(
        told(story.tick(milliseconds(101))), ElementsAre(line("OrderQueryRequested", intent, "1")));
    EXPECT_THAT(story.tick(milliseconds(4900)), IsEmpty());
    EXPECT_THAT(
        told(story.tick(milliseconds(101))), ElementsAre(line("OrderQueryRequested", intent, "2")));
    EXPECT_THAT(story.tick(milliseconds(14'900)), IsEmpty());
    EXPECT_THAT(
        told(story.tick(milliseconds(101))), ElementsAre(line("OrderQueryRequested", intent, "3")));
    for (const char* attempt : {"4", "5", "6"}) {
        EXPECT_THAT(story.tick(seconds(59)), IsEmpty());
        EXPECT_THAT(
            told(story.tick(milliseconds(1001))),
            ElementsAre(line("OrderQueryRequested", intent, attempt)));
    }
}

TEST(OrdersUnknownTest, ASentOrderIsAsUnknownAsOneThatWasNot) {
    OrderStory story;
    const Seq intent = story.intend(entry("1"));
    story.play(OrderSent{intent, ""});
    EXPECT_THAT(
        told(story.tick(seconds(5))), ElementsAre(line("OrderUnknown", intent, "no_answer")));
}

TEST(OrdersUnknownTest, AskedForByClientIdAloneAndFoundOpenItIsAccepted) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    story.tick(seconds(2));
    ASSERT_TRUE(story.decider().find(intent)->venue_order_ids.empty());
    const auto said = only<OrderResolved>(story.play(status(intent, VenueOrderState::Open, 1)));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].resolution, Resolution::Accepted);
    EXPECT_EQ(said[0].evidence, Seq{story.last_seq().value - 1});
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
}

TEST(OrdersUnknownTest, AbsentInThreeAnsweredQueriesAfterTheWindowItNeverArrived) {
    OrderStory story;
    // Valid for 2 minutes, and 5 s margin: the window ends 125 s after the approval.
    const Seq intent = unknown(story, valid_for(story, minutes(2)));
    std::vector<Event> said;
    std::vector<std::uint32_t> attempts;
    Time first{};
    while (only<OrderResolved>(said).empty() && attempts.size() < 20) {
        for (const auto& query : only<OrderQueryRequested>(story.tick(seconds(1)))) {
            const bool is_over =
                story.now() > story.decider().find(intent)->terms.valid_until + seconds(5);
            if (is_over && first == Time{}) first = story.now();
            if (is_over) attempts.push_back(query.attempt);
            said = story.play(status(intent, VenueOrderState::Absent, query.attempt));
        }
    }
    ASSERT_EQ(attempts.size(), 3U);
    // The pace starts again with the end of the window: +1 s, then 5 s and 15 s.
    EXPECT_LE(first, story.decider().find(intent)->terms.valid_until + seconds(8));
    EXPECT_LE(story.now() - first, seconds(22));
    const auto resolved = only<OrderResolved>(said);
    EXPECT_EQ(resolved[0].resolution, Resolution::NeverArrived);
    EXPECT_TRUE(resolved[0].evidence.exists());
    EXPECT_EQ(story.state_of(intent), OrderState::Rejected);
    EXPECT_TRUE(story.decider().open_orders().empty());
}

TEST(OrdersUnknownTest, OneAnswerRepeatedIsOneAnswer) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, seconds(6)));
    story.tick(minutes(1));
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(story.play(status(intent, VenueOrderState::Absent, 1)), IsEmpty());
    }
    EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
}

TEST(OrdersUnknownTest, AnOrderWithoutValidityIsGivenTheArrivalWindow) {
    OrderStory story;
    story.holding("1");
    const Seq intent = unknown(story, stop("1"));
    bool resolved = false;
    const Time intended_at = story.decider().find(intent)->intended_at;
    while (!resolved && story.now() < intended_at + minutes(10)) {
        for (const auto& query : only<OrderQueryRequested>(story.tick(seconds(1)))) {
            const auto said = story.play(status(intent, VenueOrderState::Absent, query.attempt));
            resolved = !only<OrderResolved>(said).empty();
        }
    }
    EXPECT_TRUE(resolved);
    EXPECT_GT(story.now(), intended_at + seconds(65));  // 60 s window, 5 s margin
}

TEST(OrdersUnknownTest, AFillResolvesToo) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    EXPECT_THAT(
        told(story.fill(intent, "0.4")), ElementsAre(line("OrderResolved", intent, "accepted")));
    EXPECT_EQ(story.state_of(intent), OrderState::PartiallyFilled);
    const Seq other = unknown(story, valid_for(story, minutes(60)));
    EXPECT_THAT(told(story.fill(other, "1")), ElementsAre(line("OrderResolved", other, "ended")));
    EXPECT_EQ(story.state_of(other), OrderState::Filled);
}

TEST(OrdersUnknownTest, AnAnswerThatOvertakesTheDoubtStands) {
    OrderStory story;
    const Seq intent = story.intend(entry("1"));
    story.after(seconds(5));
    const auto doubt = story.when(ClockTicked{story.now()});
    ASSERT_EQ(only<OrderUnknown>(doubt).size(), 1U);
    story.when(OrderAccepted{intent, "V-1", {}});  // recorded before OrderUnknown comes back
    EXPECT_THAT(
        told(story.settle()),
        ElementsAre(
            line("OrderUnknown", intent, "no_answer"), line("OrderResolved", intent, "accepted")));
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
}

TEST(OrdersUnknownTest, AnOrderFoundDeadAfterItsFillsWereSeenHasEnded) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    story.fill(intent, "0.4");
    story.play(OrderRejected{intent, "strange", "", {}});  // against the fill
    EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
    story.tick(seconds(2));
    const auto said = story.play(status(intent, VenueOrderState::Canceled, 1, "0.4"));
    EXPECT_THAT(told(said), ElementsAre(line("OrderResolved", intent, "ended")));
    EXPECT_EQ(story.state_of(intent), OrderState::Canceled);
}

TEST(OrdersUnknownTest, AContradictionIsUnknownAndAskedAbout) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    EXPECT_THAT(
        told(story.play(OrderRejected{intent, "post_only", "", {}})),
        ElementsAre(line("OrderUnknown", intent, "conflicting_evidence")));
    EXPECT_THAT(
        told(story.tick(seconds(1))), ElementsAre(line("OrderQueryRequested", intent, "1")));
}

TEST(OrdersUnknownTest, AnOrderBelievedNeverToHaveArrivedComesBackWhenItShowsItself) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    const Seq rejected = story.intend(entry("1"));
    story.play(OrderRejected{rejected, "unavailable", "", {}});
    EXPECT_EQ(story.decider().open_orders().size(), 1U);
    story.fill(rejected, "0.2");
    EXPECT_EQ(story.state_of(rejected), OrderState::PartiallyFilled);
    EXPECT_EQ(story.decider().open_orders().size(), 2U);
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
}

TEST(OrdersUnknownTest, ACancelWithoutAnAnswerIsAskedAbout) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    story.play(CancelApproved{intent, "paused"});
    EXPECT_THAT(story.tick(seconds(5)), IsEmpty());
    EXPECT_THAT(
        told(story.tick(seconds(1))), ElementsAre(line("OrderQueryRequested", intent, "1")));
    // Canceled, as it turns out, after a fill that the stream had swallowed: first the fill.
    EXPECT_THAT(story.play(status(intent, VenueOrderState::Canceled, 1, "0.3")), IsEmpty());
    EXPECT_THAT(
        told(story.fill(intent, "0.3")), ElementsAre(line("OrderResolved", intent, "ended")));
    EXPECT_EQ(story.state_of(intent), OrderState::Canceled);
}

TEST(OrdersUnknownTest, TermsThatTheVenueKeepsRefusingAreWantedNoMore) {
    OrderStory story;
    story.holding("1");
    const Seq stop_loss = story.open(stop("1"));
    story.play(AmendApproved{stop_loss, {}, {}, price("95"), "trail"});
    int amends = 1;
    story.play(OrderAmendRejected{stop_loss, "no", {}});
    for (int second = 0; second < 3600; ++second) {
        for (const auto& event : story.tick(seconds(1))) {
            if (event.as<OrderAmendRequested>() != nullptr) {
                ++amends;
                story.play(OrderAmendRejected{stop_loss, "no", {}});
            }
            if (const auto* query = event.as<OrderQueryRequested>()) {
                story.play(status(stop_loss, VenueOrderState::Open, query->attempt));
            }
        }
    }
    EXPECT_EQ(amends, 5);
    EXPECT_TRUE(story.decider().find(stop_loss)->wanted.is_empty());
}

}  // namespace
}  // namespace tapedeck::execution::testing
