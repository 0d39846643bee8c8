#include "execution/core/orders_story_test.h"

#include <random>

// Restarts and snapshots.
namespace tapedeck::execution::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ServiceStarted restarted(bool resumed = false) {
    auto event = started("execution.orders", {});
    event.resumed = resumed;
    return event;
}

TEST(OrdersRestartTest, AnApprovalThatIsStillValidIsIntendedOnceAfterIt) {
    OrderStory story;
    story.given(approved(entry("1")));  // durable, but its decision died with the process
    EXPECT_THAT(told(story.play(restarted())), ElementsAre("OrderIntended"));
    EXPECT_THAT(only<OrderIntended>(story.play(restarted(true))), IsEmpty());
}

TEST(OrdersRestartTest, AnApprovalThatHasExpiredMeanwhileIsDropped) {
    OrderStory story;
    auto order = entry("1");
    order.valid_until = story.now() + seconds(10);
    story.given(approved(order));
    story.after(seconds(11));
    EXPECT_THAT(told(story.play(restarted())), ElementsAre("OrderDropped approval_expired"));
}

TEST(OrdersRestartTest, AnIntentWithoutAnyAnswerIsUnknownNeverSentAgain) {
    OrderStory story;
    const Seq silent = story.intend(entry("1"));
    const Seq answered = story.open(entry("1"));
    EXPECT_THAT(
        told(story.play(restarted())),
        ElementsAre(line("OrderUnknown", silent, "restarted_after_intent")));
    EXPECT_EQ(story.state_of(answered), OrderState::Accepted);
    EXPECT_THAT(story.play(restarted()), IsEmpty());  // and said once
}

TEST(OrdersRestartTest, AResumedServiceLeavesSilenceToTheTimeout) {
    OrderStory story;
    const Seq silent = story.intend(entry("1"));
    EXPECT_THAT(story.play(restarted(true)), IsEmpty());
    EXPECT_THAT(
        told(story.tick(seconds(5))), ElementsAre(line("OrderUnknown", silent, "no_answer")));
}

TEST(OrdersRestartTest, KilledInACancelTheCancelIsAskedAboutAfterwards) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    story.play(CancelApproved{intent, "paused"});
    story.play(restarted());
    EXPECT_THAT(
        told(story.tick(seconds(6))), ElementsAre(line("OrderQueryRequested", intent, "1")));
}

TEST(OrdersRestartTest, ACancellationThatWasNeverSaidIsSaidAfterIt) {
    OrderStory story;
    const Seq intent = story.open(entry("1"));
    story.given(KillEngaged{false, {}});
    EXPECT_THAT(
        told(story.play(restarted())), ElementsAre(line("OrderCancelRequested", intent, "killed")));
}

TEST(OrdersRestartTest, AnAmendmentToWhatIsFilledAlreadyEndsTheOrder) {
    OrderStory story;
    const Seq intent = story.open(entry("3"));
    story.fill(intent, "1");
    story.play(OrderAmended{intent, quantity("1"), {}, {}, {}});
    EXPECT_EQ(story.state_of(intent), OrderState::Filled);
}

TEST(OrdersRestartTest, AnOutageLosesNoOpenOrder) {
    OrderStory story;
    std::vector<Seq> intents;
    intents.reserve(6);
    for (int i = 0; i < 6; ++i) intents.push_back(story.open(entry("1")));
    story.tick(minutes(600));
    story.play(restarted());
    EXPECT_EQ(story.decider().open_orders().size(), 6U);
    for (const Seq intent : intents) story.fill(intent, "1");
    EXPECT_EQ(story.position(), quantity("6"));
}

/// A venue and a risk gone wild: every event the order manager knows, about any order, in any
/// order.
Event anything(std::mt19937_64& random, const OrderStory& story) {
    const auto& tape = story.tape();
    const auto pick = [&](std::uint64_t n) { return random() % n; };
    Seq intent{pick(story.last_seq().value + 2)};
    for (int tries = 0; tries < 20; ++tries) {
        const auto& candidate = tape[pick(tape.size())];
        if (candidate.event.as<OrderIntended>() == nullptr) continue;
        intent = candidate.seq;
        break;
    }
    const Quantity some(Decimal::from_units(static_cast<Int128>(1 + pick(4)) * Decimal::kOne / 4));
    switch (pick(18)) {
        case 0: return approved(entry("1"));
        case 1: return approved(exit("1"));
        case 2: return approved(stop("1", 1 + pick(3)));
        case 3: return approved(take_profit("1", 1 + pick(3)));
        case 4: return OrderSent{intent, ""};
        case 5: return OrderAccepted{intent, "V-" + std::to_string(pick(9)), {}};
        case 6: {
            OrderFilled fill;
            fill.intent = intent;
            fill.account = "paper";
            fill.strategy = "macd";
            fill.instrument = btc();
            fill.trade_id = std::to_string(pick(500));
            fill.side = pick(2) == 0 ? Side::Buy : Side::Sell;
            fill.price = price("100");
            fill.quantity = some;
            return fill;
        }
        case 7: return OrderCanceled{intent, some, "requested", {}};
        case 8: return OrderExpired{intent, {}, {}};
        case 9: return OrderRejected{intent, "x", "", {}};
        case 10: {
            const auto states = enum_names(VenueOrderState{});
            return OrderStatusReported{
                intent,
                states[pick(states.size())].value,
                "",
                some,
                static_cast<std::uint32_t>(1 + pick(4)),
                {}};
        }
        case 11: return OrderCancelRejected{intent, "no", {}};
        case 12: return OrderAmendRejected{intent, "no", {}};
        case 13: return OrderAmended{intent, some, {}, price("93"), {}};
        case 14: return CancelApproved{intent, "paused"};
        case 15: return AmendApproved{intent, some, {}, {}, "resize"};
        case 16: return pick(30) == 0 ? Event(KillEngaged{}) : Event(KillReleased{});
        default: return pick(40) == 0 ? Event(restarted()) : Event(ClockTicked{story.now()});
    }
}

TEST(OrdersRestartTest, ApplyingAllIsASnapshotAndTheRest) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        std::mt19937_64 random(seed);
        OrderStory story;
        for (int i = 0; i < 1500; ++i) {
            story.after(milliseconds(random() % 3000));
            story.when(anything(random, story));
            if (random() % 3 != 0) story.settle();
        }
        const auto& tape = story.tape();
        const std::size_t cut = random() % tape.size();
        Orders first;
        for (std::size_t i = 0; i < cut; ++i) first.apply(tape[i]);
        StateWriter snapshot;
        first.save(snapshot);
        Orders second;
        StateReader reader(snapshot.bytes());
        ASSERT_TRUE(second.load(reader));
        ASSERT_TRUE(reader.at_end());
        for (std::size_t i = cut; i < tape.size(); ++i) second.apply(tape[i]);
        StateWriter writer;
        second.save(writer);
        EXPECT_EQ(writer.bytes(), story.state()) << "seed " << seed << ", cut " << cut;
    }
}

TEST(OrdersRestartTest, NeverFallsIntoALoopWithItself) {
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
        std::mt19937_64 random(seed);
        OrderStory story;
        for (int i = 0; i < 400; ++i) {
            story.after(milliseconds(random() % 20'000));
            EXPECT_LT(story.play(anything(random, story)).size(), 100U) << "seed " << seed;
        }
    }
}

TEST(OrdersRestartTest, AForeignSnapshotIsRefused) {
    Orders orders;
    StateReader empty("");
    EXPECT_FALSE(orders.load(empty));
    StateWriter writer;
    writer(std::uint32_t{99});
    StateReader other(writer.bytes());
    EXPECT_FALSE(orders.load(other));
}

}  // namespace
}  // namespace tapedeck::execution::testing
