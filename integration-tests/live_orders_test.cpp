#include "trading.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <random>

/// Orders of the whole stack at a venue: a Kraken of our own.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class LiveOrdersTest : public TradingTest {};

TEST_F(LiveOrdersTest, TheKeyIsAcceptedAndTheBalancesAreOnTheTape) {
    start();
    EXPECT_EQ(on_tape("USD"), Decimal::from_integer(100'000));
    EXPECT_EQ(on_tape("BTC"), Decimal::from_integer(2));
    const auto* done = hand_->find<ReconciliationCompleted>({});
    ASSERT_NE(done, nullptr);
    EXPECT_EQ(done->scope, "open_orders closed_orders fills balances");
    EXPECT_EQ(done->discrepancies, 0U);
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, ABuyAndASellAreFilledAndTheMoneyAgreesToTheLastDecimal) {
    start();
    const Seq buy = intend(market(Side::Buy, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(buy) == Quantity::parse("0.01").value(); }))
        << why();
    const auto* accepted = about<OrderAccepted>(buy);
    ASSERT_NE(accepted, nullptr);
    EXPECT_EQ(placed(buy), 1U);
    const auto* fill = about<OrderFilled>(buy);
    ASSERT_NE(fill, nullptr);
    EXPECT_TRUE(fill->fee.is_positive());
    EXPECT_EQ(fill->liquidity, Liquidity::Taker);
    // Every conclusion names the venue's own words, and they came before it.
    const auto& evidence = hand_->heard().at(fill->evidence.value - 1);
    EXPECT_NE(evidence->event.as<VenueMessageReceived>(), nullptr);

    const Seq sell = intend(market(Side::Sell, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(sell) == Quantity::parse("0.01").value(); }))
        << why();
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, ARestingOrderIsCanceled) {
    start();
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << why();
    hand_->say(CancelApproved{intent, "test"});
    const auto* canceled = about<OrderCanceled>(intent);
    ASSERT_NE(canceled, nullptr) << why();
    EXPECT_TRUE(canceled->filled.is_zero());
    EXPECT_EQ(venue_.orders().at(0).status, "canceled");
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, AnOrderIsFilledInPartsAndThenWhole) {
    start();
    venue_.strike(R"("fault":"partial_fill","count":1)");
    OrderTerms terms = market(Side::Buy, "BTC/USD", "0.02");
    terms.type = OrderType::Limit;
    terms.valid_until = {};
    terms.limit_price = bid("BTC/USD");
    const Seq intent = intend(terms);
    ASSERT_NE(about<OrderFilled>(intent), nullptr) << why();
    const auto at_venue = venue_.orders();
    ASSERT_EQ(at_venue.size(), 1U);
    if (at_venue[0].status == "open") {
        EXPECT_LT(filled(intent), terms.quantity);
        venue_.ask("fill", R"({"id":")" + at_venue[0].id + R"("})");
    }
    ASSERT_TRUE(hand_->wait_for([&] { return filled(intent) == terms.quantity; })) << why();
    EXPECT_GE(count_about<OrderFilled>(intent), 2U);
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, AnOrderIsAmendedInPlace) {
    start();
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << why();
    AmendApproved amend;
    amend.intent = intent;
    amend.quantity = Quantity::parse("0.015").value();
    amend.reason = "test";
    hand_->say(amend);
    const auto* amended = about<OrderAmended>(intent);
    ASSERT_NE(amended, nullptr) << why();
    EXPECT_EQ(venue_.orders().at(0).quantity, Decimal::parse("0.015").value());
    EXPECT_EQ(placed(intent), 1U);
}

TEST_F(LiveOrdersTest, OneCancelsTheOther) {
    start();
    const Seq entry = intend(market(Side::Buy, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(entry) == Quantity::parse("0.01").value(); }))
        << why();
    OrderTerms stop = market(Side::Sell, "BTC/USD", "0.01");
    stop.type = OrderType::Stop;
    stop.purpose = OrderPurpose::StopLoss;
    stop.valid_until = {};
    stop.group = entry.value;
    stop.trigger_price = *resting("BTC/USD", "1").limit_price;
    OrderTerms target = stop;
    target.type = OrderType::Limit;
    target.purpose = OrderPurpose::TakeProfit;
    target.trigger_price.reset();
    target.limit_price = bid("BTC/USD") + *stop.trigger_price;
    const Seq stop_intent = intend(stop);
    const Seq target_intent = intend(target);
    ASSERT_NE(about<OrderAccepted>(stop_intent), nullptr) << why();
    const auto* accepted = about<OrderAccepted>(target_intent);
    ASSERT_NE(accepted, nullptr) << why();
    venue_.ask("fill", R"({"id":")" + accepted->venue_order_id + R"("})");
    const auto* canceled = about<OrderCanceled>(stop_intent);
    ASSERT_NE(canceled, nullptr) << why();
    EXPECT_EQ(filled(target_intent), Quantity::parse("0.01").value());
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, FiftyOrdersAtOnceEachEndOnce) {
    start();
    constexpr int kOrders = 50;
    std::vector<Event> approvals;
    for (int i = 0; i < kOrders; ++i) {
        OrderApproved approved;
        const auto pair = i % 2 == 0 ? "BTC/USD" : "ETH/USD";
        const auto side = i % 4 < 2 ? Side::Buy : Side::Sell;
        approved.terms = market(side, pair, i % 2 == 0 ? "0.001" : "0.01");
        approvals.emplace_back(approved);
    }
    hand_->say(approvals);
    const auto is_filled = [&] {
        std::size_t done = 0;
        for (const auto& each : hand_->heard()) {
            const auto* intent = each->event.as<OrderIntended>();
            const bool is_ours = intent != nullptr && intent->terms.purpose == OrderPurpose::Entry;
            if (is_ours) done += filled(each->seq) == intent->terms.quantity;
        }
        return done == kOrders;
    };
    ASSERT_TRUE(hand_->wait_for(is_filled)) << why();
    for (const auto& each : hand_->heard()) {
        if (each->event.as<OrderIntended>() == nullptr) continue;
        EXPECT_EQ(placed(each->seq), 1U) << "seq " << each->seq.value;
    }
    EXPECT_TRUE(hand_->all<OrderUnknown>().empty());
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, ATimeoutAfterTheOrderTookEffectIsResolvedByEvidenceAndNotRepeated) {
    start({"execution.answer_timeout=1s"});
    venue_.strike(R"("fault":"no_answer","method":"add_order","took_effect":true,"count":1)");
    venue_.strike(R"("fault":"missing","channel":"executions","count":1)");
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << why();
    EXPECT_EQ(placed(intent), 1U);
    EXPECT_EQ(count_about<OrderRejected>(intent), 0U);
}

TEST_F(LiveOrdersTest, AnOrderThatNeverArrivedIsHeldUnknownUntilItsWindowIsOver) {
    start({"execution.answer_timeout=1s", "execution.arrival_margin=1s"});
    venue_.strike(R"("fault":"no_answer","method":"add_order","count":1)");
    OrderTerms terms = market(Side::Buy, "BTC/USD", "0.01");
    terms.valid_until = hand_->heard().back()->recorded_at + 5s;
    const Seq intent = intend(terms);
    ASSERT_NE(about<OrderUnknown>(intent), nullptr) << why();
    const auto* resolved = about<OrderResolved>(intent, 90s);
    ASSERT_NE(resolved, nullptr) << why();
    EXPECT_EQ(resolved->resolution, Resolution::NeverArrived);
    EXPECT_EQ(placed(intent), 0U);
    std::size_t absences = 0;
    for (const auto& status : hand_->all<OrderStatusReported>()) {
        absences += status.intent == intent && status.state == VenueOrderState::Absent;
    }
    EXPECT_GE(absences, 3U);
}

TEST_F(LiveOrdersTest, AFillThatComesBeforeTheAnswerCountsOnce) {
    start();
    venue_.strike(R"("fault":"fill_before_ack","count":1)");
    const Seq intent = intend(market(Side::Buy, "ETH/USD", "0.1"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(intent) == Quantity::parse("0.1").value(); }))
        << why();
    EXPECT_EQ(placed(intent), 1U);
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, InAValidatingAccountOrdersAreCheckedAndNotPlaced) {
    start({"kraken.validate_only=true"});
    const Seq intent = intend(market(Side::Buy, "BTC/USD", "0.01"));
    const auto* rejected = about<OrderRejected>(intent);
    ASSERT_NE(rejected, nullptr) << why();
    EXPECT_EQ(rejected->code, "validated");
    EXPECT_TRUE(rejected->evidence.exists());
    EXPECT_TRUE(venue_.orders().empty());
    const Seq absurd = intend(market(Side::Buy, "BTC/USD", "1000"));
    const auto* refused = about<OrderRejected>(absurd);
    ASSERT_NE(refused, nullptr) << why();
    EXPECT_EQ(refused->code, "insufficient_funds");
}

TEST_F(LiveOrdersTest, AnExternalOrderIsAdoptedAndLeftAlone) {
    start();
    // The order of an earlier tape of this account: nobody here has intended it.
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << why();
    stack_->stop();
    hand_.reset();
    start();
    const auto* found = hand_->find<ExternalOrderFound>({});
    ASSERT_NE(found, nullptr) << why();
    EXPECT_EQ(found->instrument, Instrument::parse("kraken:BTC/USD").value());
    EXPECT_EQ(venue_.orders().at(0).status, "open");
}

TEST_F(LiveOrdersTest, AKilledExecutionFindsWhatItHadSent) {
    start({"execution.answer_timeout=1s"});
    const Seq resting_intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(resting_intent), nullptr) << why();
    stack_->kill("execution");
    venue_.ask("fill", R"({"id":")" + venue_.orders().at(0).id + R"("})");
    const Seq killed_at = hand_->last();
    stack_->start("execution");
    ASSERT_TRUE(wait_for_reconciliation(killed_at)) << why();
    ASSERT_TRUE(hand_->wait_for([&] {
        return filled(resting_intent) == Quantity::parse("0.01").value();
    })) << why();
    const Seq next = intend(market(Side::Buy, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(next) == Quantity::parse("0.01").value(); }))
        << why();
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, FiveHundredOrdersUnderKillsAndFaultsAreEachThereOnceAndNoneForgotten) {
    start({"execution.answer_timeout=2s", "execution.arrival_margin=1s"});
    constexpr std::size_t kOrders = 500;
    constexpr std::size_t kAtOnce = 10;
    std::mt19937_64 random(20261121);
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    // The network's and the venue's troubles, each with some probability.
    for (const auto* rule :
         {R"("fault":"no_answer","method":"add_order","took_effect":true,"probability":0.03)",
          R"("fault":"no_answer","method":"add_order","probability":0.02)",
          R"("fault":"drop","method":"add_order","took_effect":true,"probability":0.01)",
          R"("fault":"drop_socket","channel":"executions","probability":0.01)",
          R"("fault":"missing","channel":"executions","probability":0.02)",
          R"("fault":"repeated","channel":"executions","probability":0.05)",
          R"("fault":"unavailable","method":"AddOrder","probability":0.2)",
          R"("fault":"fill_before_ack","probability":0.1)",
          R"("fault":"http_error","status":502,"method":"OpenOrders","probability":0.1)"}) {
        venue_.strike(rule);
    }
    std::size_t approved = 0;
    std::size_t kills = 0;
    Duration killed_at = monotonic_now();
    const Duration deadline = monotonic_now() + 150s;
    while (approved < kOrders && monotonic_now() < deadline) {
        std::vector<Event> approvals;
        for (std::size_t i = 0; i < kAtOnce; ++i, ++approved) {
            OrderApproved each;
            const auto side = approved % 2 == 0 ? Side::Buy : Side::Sell;
            each.terms = approved % 3 == 0 ? market(side, "ETH/USD", "0.01")
                                           : market(side, "BTC/USD", "0.001");
            each.terms.strategy = "hand" + std::to_string(approved % 5);
            each.reason = "storm";
            approvals.emplace_back(each);
        }
        hand_->say(approvals);
        const Duration until = monotonic_now() + std::chrono::milliseconds(random() % 2400);
        hand_->wait_for([&] { return monotonic_now() >= until; });
        if (monotonic_now() - killed_at > 12s && chance(60)) {
            killed_at = monotonic_now();
            if (++kills % 3 == 2) {
                venue_.restart();
            } else {
                stack_->kill("execution");
                stack_->start("execution");
            }
        } else if (chance(5)) {
            venue_.process().signal(SIGSTOP);
            const Duration frozen_until = monotonic_now() + 2s;
            hand_->wait_for([&] { return monotonic_now() >= frozen_until; });
            venue_.process().signal(SIGCONT);
        }
    }
    ASSERT_EQ(approved, kOrders);
    EXPECT_GE(kills, 3U) << "twice execution, once the venue";
    venue_.heal();
    // Every intent has an end or rests, by evidence, and nothing is unknown any more.
    const auto open_ends = [&] { return unresolved(); };
    ASSERT_TRUE(hand_->wait_for([&] { return open_ends().empty(); }, 450s))
        << open_ends().size() << " intents without an end, first " << open_ends().front().value
        << why();
    std::map<std::string, std::size_t> by_name;
    for (const auto& order : venue_.orders()) ++by_name[order.client_id];
    for (const auto& [name, count] : by_name) EXPECT_EQ(count, 1U) << name;
    for (const auto& each : hand_->heard()) {
        if (each->event.as<OrderIntended>() == nullptr) continue;
        const bool was_accepted = count_about<OrderAccepted>(each->seq) > 0;
        EXPECT_EQ(by_name.contains(name_of(each->seq)), was_accepted) << "seq " << each->seq.value;
    }
    expect_balances_agree();
}

}  // namespace
}  // namespace tapedeck::integration
