#include "venues/paper/venue_story_test.h"

namespace tapedeck::paper {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Five are held by the account, of which one is guarded by a stop at 95 and a take-profit at 105:
/// one cancels other. Whoever sends the cancels and amends is slow.
class PaperGroupTest : public ::testing::Test {
protected:
    PaperGroupTest() {
        story_.holding("5");
        auto stop = stop_order(Side::Sell, "1", "95");
        stop.group = 7;
        stop_ = story_.open(stop);
        auto profit = take_profit_order(Side::Sell, "1", "105");
        profit.group = 7;
        profit_ = story_.open(profit);
    }

    OrderAmended amended(Seq intent, std::string_view to, std::string_view trigger) const {
        OrderAmended event;
        event.intent = intent;
        event.quantity = quantity(to);
        event.trigger_price = price(trigger);
        return event;
    }

    VenueStory story_;
    Seq stop_;
    Seq profit_;
};

TEST_F(PaperGroupTest, WhatOneHasFilledTheOtherDoesNot) {
    EXPECT_THAT(told(story_.flat_candle("94")), ElementsAre("fill 1 @ 94 taker"));
    EXPECT_THAT(story_.flat_candle("106"), IsEmpty());
    EXPECT_EQ(story_.held(), quantity("4"));
}

TEST_F(PaperGroupTest, NorWhileTheFillIsInFlight) {
    EXPECT_EQ(story_.when(story_.next_candle("94", "94", "94", "94")).size(), 1U);
    EXPECT_THAT(story_.when(story_.next_candle("106", "106", "106", "106")), IsEmpty());
    story_.settle();
    EXPECT_EQ(story_.held(), quantity("4"));
}

TEST_F(PaperGroupTest, APartialFillLeavesTheOtherTheRest) {
    const auto said = story_.candle("94", "94", "94", "94", "0.4");
    EXPECT_THAT(told(said), ElementsAre("fill 0.4 @ 94 taker"));
    story_.given(OrderCanceled{stop_, quantity("0.4"), "requested", {}});
    EXPECT_THAT(told(story_.flat_candle("106")), ElementsAre("fill 0.6 @ 105 taker"));
    EXPECT_EQ(story_.held(), quantity("4"));
}

TEST_F(PaperGroupTest, BothTogetherFillNoMoreThanTheyGuard) {
    story_.candle("94", "94", "94", "94", "0.4");
    // What is left of the stop, which has gone off, comes first.
    EXPECT_THAT(told(story_.flat_candle("106")), ElementsAre("fill 0.6 @ 106 taker"));
    EXPECT_EQ(story_.held(), quantity("4"));
}

TEST_F(PaperGroupTest, TheAmendThatFollowsAPartialFillIsNotTakenOffTwice) {
    story_.candle("94", "94", "94", "94", "0.4");
    story_.given(amended(profit_, "0.6", "105"));
    story_.given(OrderCanceled{stop_, quantity("0.4"), "requested", {}});
    EXPECT_THAT(told(story_.flat_candle("106")), ElementsAre("fill 0.6 @ 105 taker"));
}

TEST_F(PaperGroupTest, AnAmendFromBeforeTheFillChangesNothingAboutIt) {
    story_.candle("94", "94", "94", "94", "0.4");
    story_.given(amended(profit_, "1", "104"));  // a trailing price, asked for earlier
    story_.given(OrderCanceled{stop_, quantity("0.4"), "requested", {}});
    EXPECT_THAT(told(story_.flat_candle("106")), ElementsAre("fill 0.6 @ 104 taker"));
}

}  // namespace
}  // namespace tapedeck::paper
