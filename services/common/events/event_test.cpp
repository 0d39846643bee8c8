#include "events/event.h"

#include "events/decider.h"

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

TEST(EventTest, IsTheOneThatWasPutIn) {
    ClockTicked tick;
    tick.time = time_from_ns(5);
    Event event(tick);
    ASSERT_NE(event.as<ClockTicked>(), nullptr);
    EXPECT_EQ(event.as<ClockTicked>()->time, tick.time);
    EXPECT_EQ(event.as<OrderFilled>(), nullptr);
    EXPECT_EQ(event.name(), "ClockTicked");
    EXPECT_EQ(event.type(), 18);
    event.emplace<FeedEnded>().records = 3;
    EXPECT_EQ(event.as<ClockTicked>(), nullptr);
    EXPECT_EQ(event.as<FeedEnded>()->records, 3U);
    EXPECT_NE(event, Event(tick));
}

TEST(EventTest, KnowsTheStartOfAService) {
    ServiceStarted started;
    started.service = "risk";
    started.configuration = {{"risk.max_position", "2"}};
    Recorded recorded;
    recorded.event = started;
    EXPECT_TRUE(is_start_of("risk", recorded));
    EXPECT_FALSE(is_start_of("strategy", recorded));
    EXPECT_EQ(configuration_of(started).text("risk.max_position"), "2");
    recorded.event = ClockTicked{};
    EXPECT_FALSE(is_start_of("risk", recorded));
}

TEST(EventTest, AVenuesWordsAreCutBetweenTwoLettersAndSaySo) {
    VenueMessageReceived message;
    message.set_text("{}");
    EXPECT_FALSE(message.is_cut());
    EXPECT_EQ(message.size, 2U);
    const std::string begin(VenueMessageReceived::kTextMax - 1, 'a');
    message.set_text(begin + "\xc3\xa9");  // two bytes, of which one would have room
    EXPECT_TRUE(message.is_cut());
    EXPECT_EQ(message.text, begin);
    EXPECT_EQ(message.size, begin.size() + 2);
    message.set_text(begin + "b");
    EXPECT_FALSE(message.is_cut());
}

TEST(OutboxTest, KeepsWhatWasSaidInOrderAndShowsWhatIsInFlight) {
    const std::vector<InFlight> in_flight = {{Seq{3}, ClockTicked{}}};
    Outbox out(in_flight);
    out.emit(FeedEnded{});
    out.emit(FeedStarted{});
    ASSERT_EQ(out.in_flight().size(), 1U);
    EXPECT_EQ(out.in_flight()[0].cause, Seq{3});
    ASSERT_EQ(out.events().size(), 2U);
    EXPECT_EQ(out.events()[0].name(), "FeedEnded");
    EXPECT_EQ(out.take().size(), 2U);
    EXPECT_TRUE(out.events().empty());
}

}  // namespace
}  // namespace tapedeck
