#include "execution/core/orders_story_test.h"

// How others failed: each test is a case that users of another project met, above it project and
// issue. What a venue's adapter must get right is in venues/kraken/failures_of_others_test.cpp.
namespace tapedeck::execution::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// nautechsystems/nautilus_trader #4152: rejected because the retries had run out.
TEST(FailuresOfOthersTest, AnAmbiguousSubmitStaysUnknownThroughAnyNumberOfFailedQueries) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, seconds(10)));
    for (int day = 0; day < 30; ++day) {
        EXPECT_THAT(  // asked, and never answered
            told(story.tick(minutes(24 * 60))),
            Each(StartsWith(line("OrderQueryRequested", intent))));
        EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
    }
    EXPECT_GE(story.decider().find(intent)->queries, 30U);
}

// nautechsystems/nautilus_trader #4215: a retry went out although the stream had accepted.
TEST(FailuresOfOthersTest, AStreamMessageCancelsThePlannedSteps) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    const auto said = story.play(OrderAccepted{intent, "V-9", {}});
    EXPECT_THAT(told(said), ElementsAre(line("OrderResolved", intent, "accepted")));
    EXPECT_EQ(only<OrderResolved>(said)[0].evidence, Seq{story.last_seq().value - 1});
    EXPECT_EQ(story.state_of(intent), OrderState::Accepted);
    EXPECT_THAT(story.tick(minutes(5)), IsEmpty());
}

// nautechsystems/nautilus_trader #3972, #4154, #4270: a modification that replaces, with a fill
// before its answer, another on the old leg after it, and the new leg's first message lost.
TEST(FailuresOfOthersTest, WhatRemainsOfAReplacedOrderIsCountedOverAllItsLegs) {
    OrderStory story;
    const Seq intent = story.open(entry("3"));
    story.play(AmendApproved{intent, quantity("2"), {}, {}, "smaller"});
    story.fill(intent, "0.5");
    story.play(OrderAmended{intent, quantity("2"), {}, {}, {}});
    EXPECT_EQ(story.decider().find(intent)->remaining(), quantity("1.5"));
    story.fill(intent, "0.25");
    story.play(OrderAccepted{intent, "V-new", {}});  // a venue id nobody knew, with our client id
    EXPECT_EQ(story.decider().find(intent)->venue_order_ids.size(), 2U) << "both are held";
    EXPECT_EQ(story.state_of(intent), OrderState::PartiallyFilled);
    EXPECT_EQ(story.decider().find(intent)->remaining(), quantity("1.25"));
    story.fill(intent, "1.25");
    EXPECT_EQ(story.state_of(intent), OrderState::Filled);
    EXPECT_EQ(story.position(), quantity("2"));
}

// nautechsystems/nautilus_trader #3493, #3046: a fill was inferred, then came the real one; and a
// restart replayed what had been counted.
TEST(FailuresOfOthersTest, NoFillIsInventedFromAStatusAndNoneCountsTwice) {
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

    Orders restored;
    const std::string snapshot = story.state();
    StateReader reader(snapshot);
    ASSERT_TRUE(restored.load(reader));
    Recorded replayed;
    replayed.seq = story.last_seq().next();
    replayed.event = real;
    restored.apply(replayed);
    EXPECT_EQ(restored.position_of(position_key(entry("1"))), quantity("1"));
}

// nautechsystems/nautilus_trader #3085: one trade id named both fills of a position that flipped.
TEST(FailuresOfOthersTest, OneTradeIdOnTwoSidesIsTwoFills) {
    OrderStory story;
    const auto bought = story.fill_of(Seq{999'999}, "1", "100", "X");
    auto sold = bought;
    sold.side = Side::Sell;
    sold.quantity = quantity("0.4");
    story.play(bought);
    story.play(sold);
    story.play(bought);
    EXPECT_EQ(story.position(), quantity("0.6"));
}

// hummingbot/hummingbot #493, #2342, #6901: a timeout was a failure, so a second order went out
// while the first one lived.
TEST(FailuresOfOthersTest, ATimeoutIsUnknownAndNoSecondOrderGoesOut) {
    OrderStory story;
    story.holding("1");
    const Seq first = unknown(story, exit("1"));
    EXPECT_EQ(story.state_of(first), OrderState::Unknown);
    // What the unknown exit may be closing is not closed again.
    EXPECT_THAT(told(story.play(approved(exit("1")))), ElementsAre("OrderDropped position_closed"));
    for (int minute = 0; minute < 60; ++minute) {
        EXPECT_THAT(
            told(story.tick(minutes(1))), Each(StartsWith(line("OrderQueryRequested", first))));
    }
    story.fill(first, "1");  // it was live
    EXPECT_EQ(story.state_of(first), OrderState::Filled);
    EXPECT_EQ(story.position(), Quantity{});
}

// freqtrade/freqtrade #4403, #2054, #4612: not found for a while, an order was guessed to be gone,
// or asked about without a pause.
TEST(FailuresOfOthersTest, AbsenceWaitsForTheEndOfTheWindowAndIsAskedForAtAPace) {
    OrderStory story;
    const Seq intent = unknown(story, valid_for(story, minutes(60)));
    const Time until = story.decider().find(intent)->terms.valid_until;
    std::size_t queries = 0;
    while (story.now() + seconds(1) < until) {
        for (const auto& query : only<OrderQueryRequested>(story.tick(seconds(1)))) {
            ++queries;
            ASSERT_THAT(
                story.play(status(intent, VenueOrderState::Absent, query.attempt)), IsEmpty());
        }
    }
    EXPECT_EQ(story.state_of(intent), OrderState::Unknown);
    EXPECT_LE(queries, 63U) << "after 1, 5 and 15 s one a minute";
    EXPECT_GE(queries, 58U);
}

// xLydianSoftware/Qubx #434: "never placed, canceled, or filled" was read as "still alive": 14,000
// cancels in 20 hours.
TEST(FailuresOfOthersTest, ARefusedCancelIsAskedAboutNotRepeated) {
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
                EXPECT_GE(queries, cancels) << "asked about first";
                story.play(OrderCancelRejected{intent, "unknown order", {}});
            }
            if (const auto* query = event.as<OrderQueryRequested>()) {
                ++queries;
                story.play(status(intent, VenueOrderState::Open, query->attempt));
            }
        }
    }
    // A minute or more between two cancels, though the venue says each time that it is open.
    EXPECT_LE(cancels, 1'210);
    EXPECT_GE(cancels, 1'000);
}

}  // namespace
}  // namespace tapedeck::execution::testing
