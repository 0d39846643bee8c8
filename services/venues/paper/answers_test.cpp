#include "events/client_order_id.h"
#include "venues/paper/venue_story_test.h"

#include <random>

// What the venue answers to requests, what it refuses, and how it comes back from the tape.
namespace tapedeck::paper::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PaperAnswersTest, DepositsOncePerCurrency) {
    Story<PaperVenue> story;
    const auto configured = started("execution.paper", {{"paper.cash", "EUR:100,USD:50"}});
    const auto said = only<CashDeposited>(story.play(configured));
    EXPECT_THAT(
        said,
        ElementsAre(
            CashDeposited{"paper", "EUR", money("100"), "paper_cash"},
            CashDeposited{"paper", "USD", money("50"), "paper_cash"}));
    EXPECT_THAT(story.play(configured), IsEmpty());
    EXPECT_THAT(
        only<CashDeposited>(
            story.play(started("execution.paper", {{"paper.cash", "EUR:900,GBP:1"}}))),
        ElementsAre(CashDeposited{"paper", "GBP", money("1"), "paper_cash"}));
}

TEST(PaperAnswersTest, SendsAndAcceptsInOneBreath) {
    VenueStory story;
    const auto [intent, said] = story.intend(market_order(Side::Buy, "1"));
    ASSERT_THAT(told(said), ElementsAre("OrderSent", "OrderAccepted"));
    const auto id = parse_client_order_id(only<OrderSent>(said)[0].client_order_id);
    EXPECT_EQ(id, (ClientOrderId{0xABCDEF, intent}));
    EXPECT_EQ(only<OrderAccepted>(said)[0].venue_order_id, "paper-" + std::to_string(intent.value));
}

TEST(PaperAnswersTest, LeavesOtherAccountsAlone) {
    VenueStory story;
    auto order = market_order(Side::Buy, "1");
    order.account = "kraken-main";
    const auto [intent, said] = story.intend(order);
    EXPECT_THAT(said, IsEmpty());
    EXPECT_THAT(story.play(OrderCancelRequested{intent, "x"}), IsEmpty());
    EXPECT_THAT(story.play(OrderQueryRequested{intent, 1}), IsEmpty());
}

TEST(PaperAnswersTest, NamesWhatIsWrongWithAnOrder) {
    VenueStory story;
    story.flat_candle("100");
    auto unlisted = market_order(Side::Buy, "1");
    unlisted.instrument = instrument("kraken:ETH/EUR");
    EXPECT_EQ(story.refused(unlisted), "unknown_instrument");
    EXPECT_EQ(story.refused(market_order(Side::Buy, "0")), "invalid_quantity");
    EXPECT_EQ(story.refused(market_order(Side::Buy, "-1")), "invalid_quantity");
    EXPECT_EQ(story.refused(market_order(Side::Buy, "1.0005")), "quantity_off_step");
    EXPECT_EQ(story.refused(market_order(Side::Buy, "0.009")), "minimum_not_met");
    EXPECT_EQ(story.refused(market_order(Side::Buy, "0.049")), "minimum_not_met");  // 4.9 EUR
    EXPECT_EQ(story.refused(market_order(Side::Buy, "0.05")), "");
    EXPECT_EQ(story.refused(limit_order(Side::Buy, "1", "99.95")), "price_off_tick");
    auto unpriced = market_order(Side::Buy, "1");
    unpriced.type = OrderType::Limit;
    EXPECT_EQ(story.refused(unpriced), "limit_price_missing");
    unpriced.type = OrderType::Stop;
    EXPECT_EQ(story.refused(unpriced), "trigger_price_missing");
    EXPECT_EQ(story.refused(market_order(Side::Sell, "1")), "insufficient_position");
    EXPECT_EQ(story.refused(stop_order(Side::Sell, "1", "90")), "nothing_to_reduce");
    auto late = market_order(Side::Buy, "1");
    late.valid_until = story.now() - seconds(1);
    EXPECT_EQ(story.refused(late), "deadline_elapsed");
    EXPECT_EQ(
        story.refused(limit_order(Side::Buy, "100000000000", "100000000000")), "invalid_quantity");
}

TEST(PaperAnswersTest, HoldsCashForOpenOrders) {
    VenueStory story{"fees=flat", "taker_fee=0.01", "cash=EUR:1000"};
    EXPECT_EQ(story.refused(limit_order(Side::Buy, "10", "100")), "insufficient_funds");  // + fee
    story.open(limit_order(Side::Buy, "5", "100"));
    // Held: 5 × 100 × 1.01 = 505; left 495; 4.9 × 100 × 1.01 = 494.9
    EXPECT_EQ(story.refused(limit_order(Side::Buy, "5", "100")), "insufficient_funds");
    const Seq second = story.open(limit_order(Side::Buy, "4.9", "100"));
    EXPECT_EQ(story.refused(limit_order(Side::Buy, "0.1", "100")), "insufficient_funds");
    story.play(OrderCancelRequested{second, "x"});
    EXPECT_EQ(story.refused(limit_order(Side::Buy, "0.1", "100")), "");
}

TEST(PaperAnswersTest, HoldsCashForOrdersWhoseAnswerIsInFlight) {
    VenueStory story{"cash=EUR:1000"};
    story.when(OrderIntended{Seq{1}, limit_order(Side::Buy, "6", "100")});
    const auto said = story.when(OrderIntended{Seq{1}, limit_order(Side::Buy, "6", "100")});
    EXPECT_THAT(told(said), ElementsAre("OrderSent", "OrderRejected insufficient_funds"));
}

TEST(PaperAnswersTest, NeverSpendsMoreThanThereIs) {
    VenueStory story{"fees=flat", "taker_fee=0.01", "cash=EUR:1000"};
    story.open(market_order(Side::Buy, "20"));  // no price is known yet
    const auto said = story.flat_candle("100");
    // 1000 / (100 × 1.01) = 9.9009…, on the step: 9.9, which costs 990 + 9.9
    EXPECT_THAT(
        told(said), ElementsAre("fill 9.9 @ 100 taker", "OrderCanceled insufficient_funds"));
    EXPECT_EQ(story.cash(), money("0.1"));
}

TEST(PaperAnswersTest, NeverSellsMoreThanThereIs) {
    VenueStory story;
    story.holding("1");
    story.open(market_order(Side::Sell, "1"));
    story.open(market_order(Side::Sell, "1"));
    EXPECT_THAT(
        told(story.flat_candle("100")),
        ElementsAre("fill 1 @ 100 taker", "OrderCanceled insufficient_position"));
    EXPECT_EQ(story.held(), Quantity{});
}

TEST(PaperAnswersTest, ReduceOnlyReducesOnly) {
    VenueStory story;
    story.holding("1");
    auto order = market_order(Side::Sell, "3");
    order.reduce_only = true;
    story.open(order);
    EXPECT_THAT(
        told(story.flat_candle("100")),
        ElementsAre("fill 1 @ 100 taker", "OrderCanceled reduce_only"));
}

TEST(PaperAnswersTest, Cancels) {
    VenueStory story;
    const Seq intent = story.open(limit_order(Side::Buy, "2", "95"));
    story.trade("94", "0.5");
    EXPECT_THAT(
        only<OrderCanceled>(story.play(OrderCancelRequested{intent, "x"})),
        ElementsAre(OrderCanceled{intent, quantity("0.5"), "requested", {}}));
    EXPECT_THAT(
        told(story.play(OrderCancelRequested{intent, "x"})),
        ElementsAre("OrderCancelRejected not_open"));
    EXPECT_THAT(story.trade("90"), IsEmpty());
}

TEST(PaperAnswersTest, CancelsAnOrderWhoseAcceptanceIsInFlight) {
    VenueStory story;
    story.when(OrderIntended{Seq{1}, market_order(Side::Buy, "1")});
    const Seq intent = story.last_seq();
    EXPECT_THAT(
        told(story.when(OrderCancelRequested{intent, "x"})),
        ElementsAre("OrderCanceled requested"));
    // And only once.
    EXPECT_THAT(
        told(story.when(OrderCancelRequested{intent, "x"})),
        ElementsAre("OrderCancelRejected not_open"));
    story.settle();
    EXPECT_TRUE(story.decider().open_orders().empty());
}

TEST(PaperAnswersTest, AFillInFlightCountsInTheCancellation) {
    VenueStory story;
    const Seq intent = story.open(limit_order(Side::Buy, "2", "95"));
    story.when(story.trade_of("94", "0.5"));
    EXPECT_THAT(
        only<OrderCanceled>(story.when(OrderCancelRequested{intent, "x"})),
        ElementsAre(OrderCanceled{intent, quantity("0.5"), "requested", {}}));
    EXPECT_THAT(story.when(story.trade_of("94", "0.5")), IsEmpty());
}

TEST(PaperAnswersTest, Amends) {
    VenueStory story;
    story.holding("1");
    const Seq intent = story.open(stop_order(Side::Sell, "1", "90"));
    EXPECT_THAT(
        only<OrderAmended>(story.play(OrderAmendRequested{intent, {}, {}, price("95"), "trail"})),
        ElementsAre(OrderAmended{intent, quantity("1"), {}, price("95"), {}}));
    EXPECT_THAT(
        told(story.play(OrderAmendRequested{intent, {}, {}, price("95.05"), "trail"})),
        ElementsAre("OrderAmendRejected price_off_tick"));
    EXPECT_THAT(told(story.trade("95", "0.4")), ElementsAre("fill 0.4 @ 95 taker"));
    EXPECT_THAT(
        told(story.play(OrderAmendRequested{intent, quantity("0.4"), {}, {}, "smaller"})),
        ElementsAre("OrderAmendRejected quantity_already_filled"));
    EXPECT_THAT(
        told(story.play(OrderAmendRequested{intent, quantity("0.5"), {}, {}, "smaller"})),
        ElementsAre("OrderAmended"));
    EXPECT_THAT(told(story.trade("96")), ElementsAre("fill 0.1 @ 96 taker"));
    EXPECT_THAT(
        told(story.play(OrderAmendRequested{intent, quantity("0.6"), {}, {}, "larger"})),
        ElementsAre("OrderAmendRejected not_open"));
}

TEST(PaperAnswersTest, TellsWhatBecameOfAnOrder) {
    VenueStory story;
    const auto asked = [&](Seq intent) { return told(story.play(OrderQueryRequested{intent, 3})); };
    const Seq open = story.open(limit_order(Side::Buy, "2", "95"));
    story.trade("94", "0.5");
    const auto answer = only<OrderStatusReported>(story.play(OrderQueryRequested{open, 7}));
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].state, VenueOrderState::Open);
    EXPECT_EQ(answer[0].filled, quantity("0.5"));
    EXPECT_EQ(answer[0].attempt, 7U);
    story.trade("94", "5");
    EXPECT_THAT(asked(open), ElementsAre("OrderStatusReported filled"));
    const Seq canceled = story.open(limit_order(Side::Buy, "2", "95"));
    story.play(OrderCancelRequested{canceled, "x"});
    EXPECT_THAT(asked(canceled), ElementsAre("OrderStatusReported canceled"));
    const Seq rejected = story.intend(market_order(Side::Buy, "0")).first;
    EXPECT_THAT(asked(rejected), ElementsAre("OrderStatusReported rejected"));
}

TEST(PaperAnswersTest, LosesSomeAnswersSomeOfThemOfLiveOrders) {
    VenueStory story{"lost_answers=0.5", "lost_answers_seed=7", "cash=EUR:100000000"};
    int answered = 0;
    int live = 0;
    int dead = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto [intent, said] = story.intend(limit_order(Side::Buy, "1", "95"));
        ASSERT_EQ(only<OrderSent>(said).size(), 1U);
        if (!only<OrderAccepted>(said).empty()) {
            ++answered;
            continue;
        }
        const auto status =
            only<OrderStatusReported>(story.play(OrderQueryRequested{intent, 1})).at(0);
        const bool is_open = status.state == VenueOrderState::Open;
        EXPECT_EQ(is_open, story.decider().open_orders().contains(intent));
        EXPECT_TRUE(is_open || status.state == VenueOrderState::Absent);
        ++(is_open ? live : dead);
    }
    EXPECT_NEAR(answered, 500, 60);
    EXPECT_NEAR(live, 250, 50);
    EXPECT_NEAR(dead, 250, 50);
    EXPECT_GT(story.trade("90", "2000").size(), 700U);  // the lost live ones fill as well
}

TEST(PaperAnswersTest, AnswersAfterARestartWhatItHadNotAnswered) {
    VenueStory story;
    story.given(OrderIntended{Seq{1}, limit_order(Side::Buy, "1", "95")});
    auto expired = limit_order(Side::Buy, "1", "95");
    expired.valid_until = story.now() + seconds(1);
    story.given(OrderIntended{Seq{1}, expired});
    story.pass(seconds(2));
    EXPECT_THAT(
        told(story.play(story.start())),
        ElementsAre("OrderSent", "OrderAccepted", "OrderSent", "OrderRejected deadline_elapsed"));
    EXPECT_THAT(story.play(story.start()), IsEmpty());
}

TEST(PaperAnswersTest, AnOrderThatIsRefusedTooLateDoesNotExpireAsWell) {
    for (int seed = 1; seed <= 16; ++seed) {  // some of them are of orders that live unanswered
        const std::string seed_is = "lost_answers_seed=" + std::to_string(seed);
        VenueStory story{"lost_answers=1", seed_is};
        auto late = limit_order(Side::Buy, "1", "95");
        late.valid_until = story.now() + seconds(1);
        story.given(OrderIntended{Seq{1}, late});
        story.pass(seconds(2));
        EXPECT_THAT(
            told(story.play(story.start())),
            ElementsAre("OrderSent", "OrderRejected deadline_elapsed"))
            << seed_is;
    }
}

TEST(PaperAnswersTest, GivesEachFillAnIdOfItsOwnThatATapeRepeats) {
    VenueStory story;
    const Seq intent = story.open(limit_order(Side::Buy, "2", "95"));
    const auto first = only<OrderFilled>(story.trade("94", "0.5")).at(0);
    const auto second = only<OrderFilled>(story.trade("94", "0.5")).at(0);
    EXPECT_EQ(first.trade_id, "paper-" + std::to_string(intent.value) + "-1");
    EXPECT_EQ(second.trade_id, "paper-" + std::to_string(intent.value) + "-2");
    EXPECT_EQ(first.account, "paper");
    EXPECT_EQ(first.strategy, "macd");
    EXPECT_EQ(first.fee_currency, "EUR");
}

TEST(PaperAnswersTest, ApplyingAllIsASnapshotAndTheRest) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        std::mt19937_64 random(seed);
        VenueStory story{"lost_answers=0.2", "participation=0.5", "fees=kraken"};
        std::vector<Seq> intents;
        for (int i = 0; i < 1500; ++i) {
            const auto pick = [&](std::uint64_t n) { return random() % n; };
            const std::string at = std::to_string(90 + pick(20));
            const std::string amount = std::to_string(1 + pick(3));
            const Side side = pick(2) == 0 ? Side::Buy : Side::Sell;
            const Seq some = intents.empty() ? Seq{1} : intents[pick(intents.size())];
            std::optional<Event> event;
            switch (pick(12)) {
                case 0: event = OrderIntended{Seq{1}, market_order(side, amount)}; break;
                case 1:
                case 2: event = OrderIntended{Seq{1}, limit_order(side, amount, at)}; break;
                case 3: event = OrderIntended{Seq{1}, stop_order(side, amount, at)}; break;
                case 4: event = OrderIntended{Seq{1}, take_profit_order(side, amount, at)}; break;
                case 5: event = OrderCancelRequested{some, "x"}; break;
                case 6: event = OrderAmendRequested{some, {}, price(at), price(at), "x"}; break;
                case 7: event = OrderQueryRequested{some, 1}; break;
                case 8:
                    event = story.quote_of(at, "2", std::to_string(std::stoi(at) + 1), "2");
                    break;
                case 9: event = story.trade_of(at, amount); break;
                case 10: event = story.next_candle(at, "112", "88", at, "3"); break;
                default: event = ClockTicked{story.pass(seconds(20)).now()}; break;
            }
            const bool is_intent = event->as<OrderIntended>() != nullptr;
            story.when(std::move(*event));
            if (is_intent) intents.push_back(story.last_seq());
            if (pick(3) != 0) story.settle();
            ASSERT_FALSE(story.held().is_negative()) << "seed " << seed;
            ASSERT_FALSE(story.cash().is_negative()) << "seed " << seed;
        }
        const auto& tape = story.tape();
        const std::size_t cut = random() % tape.size();
        PaperVenue first;
        for (std::size_t i = 0; i < cut; ++i) first.apply(tape[i]);
        StateWriter snapshot;
        first.save(snapshot);
        PaperVenue second;
        StateReader reader(snapshot.bytes());
        ASSERT_TRUE(second.load(reader));
        ASSERT_TRUE(reader.at_end());
        for (std::size_t i = cut; i < tape.size(); ++i) second.apply(tape[i]);
        StateWriter writer;
        second.save(writer);
        EXPECT_EQ(writer.bytes(), story.state()) << "seed " << seed << ", cut " << cut;
    }
}

}  // namespace
}  // namespace tapedeck::paper::testing
