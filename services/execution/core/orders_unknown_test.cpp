#include "execution/core/orders_story_test.h"

// The resolver: what happens to an order whose answer does not come. Regressions carry the
// project and issue in which others met the case.
namespace tapedeck::execution::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An order that is Unknown: intended with this much validity, no answer for 5 s.
Seq unknown(OrderStory& story, OrderTerms order) {
    const Seq intent = story.intend(std::move(order));
    EXPECT_THAT(
        told(story.tick(seconds(5))), ElementsAre(line("OrderUnknown", intent, "no_answer")));
    return intent;
}

OrderTerms valid_for(OrderStory& story, Duration validity) {
    auto order = entry("1");
    order.valid_until = story.now() + validity;
    return order;
}

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

TEST(OrdersUnknownTest, AskedForByClientIdAloneAndFoundOpenItIsAccepted_Nautilus4958) {
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

TEST(OrdersUnknownTest, StaysUnknownThroughAnyNumberOfFailedQueries_Nautilus4152_Hummingbot8457) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, seconds(10)));
    for (int day = 0; day < 30; ++day) {
        for (const auto& event : story.tick(minutes(24 * 60))) {
            EXPECT_NE(event.as<OrderQueryRequested>(), nullptr);  // asked, never answered
        }
        EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
    }
}

TEST(OrdersUnknownTest, AbsenceProvesNothingBeforeTheWindowIsOver_Freqtrade4403) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(2)));
    for (int i = 0; i < 6; ++i) {  // well into the validity: 1 + 5 + 15 + 60 s = 81 s
        for (const auto& query : only<OrderQueryRequested>(story.tick(seconds(16)))) {
            EXPECT_THAT(
                only<OrderResolved>(
                    story.play(status(intent, VenueOrderState::Absent, query.attempt))),
                IsEmpty());
        }
    }
    EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
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

TEST(OrdersUnknownTest, TheStreamResolvesAtOnceAndCancelsWhatWasPlanned_Nautilus4215) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    const auto said = story.play(OrderAccepted{intent, "V-9", {}});
    EXPECT_THAT(told(said), ElementsAre(line("OrderResolved", intent, "accepted")));
    EXPECT_EQ(only<OrderResolved>(said)[0].evidence, Seq{story.last_seq().value - 1});
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
    EXPECT_THAT(story.tick(minutes(5)), IsEmpty());
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

TEST(OrdersUnknownTest, NoFillIsInventedFromAStatus_Nautilus3493) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    story.tick(seconds(2));
    EXPECT_THAT(
        told(story.play(status(intent, VenueOrderState::Filled, 1, "1"))),
        ElementsAre(line("OrderResolved", intent, "accepted")));
    EXPECT_EQ(story.position(), Quantity{});
    EXPECT_EQ(story.decider().open_orders().size(), 1U);
    // The fill itself is asked for until it comes, and counts once.
    EXPECT_THAT(
        only<OrderQueryRequested>(story.tick(seconds(10))),
        ElementsAre(OrderQueryRequested{intent, 2}));
    const auto real = story.fill_of(intent, "1");
    story.play(real);
    story.play(real);
    EXPECT_EQ(story.position(), quantity("1"));
    EXPECT_TRUE(story.decider().open_orders().empty());
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

TEST(OrdersUnknownTest, ARefusedCancelIsAskedAboutNotRepeated_Qubx434) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    story.play(CancelApproved{intent, "paused"});
    EXPECT_THAT(story.play(OrderCancelRejected{intent, "unknown order", {}}), IsEmpty());
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
    int cancels = 0;
    int queries = 0;
    for (int second = 0; second < 20 * 3600; ++second) {
        for (const auto& event : story.tick(seconds(1))) {
            if (event.as<OrderCancelRequested>() != nullptr) {
                ++cancels;
                story.play(OrderCancelRejected{intent, "unknown order", {}});
            }
            if (const auto* query = event.as<OrderQueryRequested>()) {
                ++queries;
                story.play(status(intent, VenueOrderState::Open, query->attempt));
            }
        }
    }
    // A minute or more between two cancels: in 20 h some 1,200, not 14,000.
    EXPECT_LE(cancels, 1'210);
    EXPECT_GE(cancels, 1'000);
    EXPECT_GE(queries, cancels);
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

TEST(OrdersUnknownTest, ATimeoutIsNoFailureAndNoSecondOrderGoesOut_Hummingbot493_2342_6901) {
    OrderStory story;
    story.holding("1");
    const Seq first = story.intend(exit("1"));
    story.tick(seconds(5));
    EXPECT_EQ(story.state_of(first), OrderState::Unknown);
    // What the unknown exit may be closing is not closed again.
    EXPECT_THAT(told(story.play(approved(exit("1")))), ElementsAre("OrderDropped position_closed"));
}

}  // namespace
}  // namespace tapedeck::execution::testing
