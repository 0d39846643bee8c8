#include "trading.h"

#include <algorithm>
#include <csignal>
#include <thread>

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
        << stack_->last_words();
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
        << stack_->last_words();
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, ARestingOrderIsCanceled) {
    start();
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << stack_->last_words();
    hand_->say(CancelApproved{intent, "test"});
    const auto* canceled = about<OrderCanceled>(intent);
    ASSERT_NE(canceled, nullptr) << stack_->last_words();
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
    ASSERT_NE(about<OrderFilled>(intent), nullptr) << stack_->last_words();
    const auto at_venue = venue_.orders();
    ASSERT_EQ(at_venue.size(), 1U);
    if (at_venue[0].status == "open") {
        EXPECT_LT(filled(intent), terms.quantity);
        venue_.ask("fill", R"({"id":")" + at_venue[0].id + R"("})");
    }
    ASSERT_TRUE(hand_->wait_for([&] { return filled(intent) == terms.quantity; }))
        << stack_->last_words();
    EXPECT_GE(count_about<OrderFilled>(intent), 2U);
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, AnOrderIsAmendedInPlace) {
    start();
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << stack_->last_words();
    AmendApproved amend;
    amend.intent = intent;
    amend.quantity = Quantity::parse("0.015").value();
    amend.reason = "test";
    hand_->say(amend);
    const auto* amended = about<OrderAmended>(intent);
    ASSERT_NE(amended, nullptr) << stack_->last_words();
    EXPECT_EQ(venue_.orders().at(0).quantity, Decimal::parse("0.015").value());
    EXPECT_EQ(placed(intent), 1U);
}

TEST_F(LiveOrdersTest, OneCancelsTheOther) {
    start();
    const Seq entry = intend(market(Side::Buy, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(entry) == Quantity::parse("0.01").value(); }))
        << stack_->last_words();
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
    ASSERT_NE(about<OrderAccepted>(stop_intent), nullptr) << stack_->last_words();
    const auto* accepted = about<OrderAccepted>(target_intent);
    ASSERT_NE(accepted, nullptr) << stack_->last_words();
    venue_.ask("fill", R"({"id":")" + accepted->venue_order_id + R"("})");
    const auto* canceled = about<OrderCanceled>(stop_intent);
    ASSERT_NE(canceled, nullptr) << stack_->last_words();
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
    const auto approved = hand_->say(std::move(approvals));
    const auto is_filled = [&] {
        std::size_t done = 0;
        for (const auto& each : hand_->heard()) {
            const auto* intent = each->event.as<OrderIntended>();
            if (intent != nullptr) done += filled(each->seq) == intent->terms.quantity;
        }
        return done == kOrders;
    };
    ASSERT_TRUE(hand_->wait_for(is_filled)) << stack_->last_words();
    EXPECT_EQ(venue_.orders().size(), static_cast<std::size_t>(kOrders));
    EXPECT_TRUE(hand_->all<OrderUnknown>().empty());
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, ATimeoutAfterTheOrderTookEffectIsResolvedByEvidenceAndNotRepeated) {
    start({"execution.answer_timeout=1s"});
    venue_.strike(R"("fault":"no_answer","method":"add_order","took_effect":true,"count":1)");
    venue_.strike(R"("fault":"missing","channel":"executions","count":1)");
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    const auto* resolved = about<OrderResolved>(intent, 60s);
    const auto* accepted = about<OrderAccepted>(intent, 60s);
    ASSERT_TRUE(resolved != nullptr || accepted != nullptr) << stack_->last_words();
    EXPECT_EQ(placed(intent), 1U);
    EXPECT_EQ(count_about<OrderRejected>(intent), 0U);
}

TEST_F(LiveOrdersTest, AnOrderThatNeverArrivedIsHeldUnknownUntilItsWindowIsOver) {
    start({"execution.answer_timeout=1s", "execution.arrival_margin=1s"});
    venue_.strike(R"("fault":"no_answer","method":"add_order","count":1)");
    OrderTerms terms = market(Side::Buy, "BTC/USD", "0.01");
    terms.valid_until = hand_->heard().back()->recorded_at + 5s;
    const Seq intent = intend(terms);
    ASSERT_NE(about<OrderUnknown>(intent), nullptr) << stack_->last_words();
    const auto* resolved = about<OrderResolved>(intent, 90s);
    ASSERT_NE(resolved, nullptr) << stack_->last_words();
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
        << stack_->last_words();
    EXPECT_EQ(placed(intent), 1U);
    expect_balances_agree();
}

TEST_F(LiveOrdersTest, AnExternalOrderIsAdoptedAndLeftAlone) {
    start();
    // The order of an earlier tape of this account: nobody here has intended it.
    const Seq intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << stack_->last_words();
    stack_->stop();
    hand_.reset();
    start();
    const auto* found = hand_->find<ExternalOrderFound>({});
    ASSERT_NE(found, nullptr) << stack_->last_words();
    EXPECT_EQ(found->instrument, Instrument::parse("kraken:BTC/USD").value());
    EXPECT_EQ(venue_.orders().at(0).status, "open");
}

TEST_F(LiveOrdersTest, AKilledExecutionFindsWhatItHadSent) {
    start({"execution.answer_timeout=1s"});
    const Seq resting_intent = intend(resting("BTC/USD", "0.01"));
    ASSERT_NE(about<OrderAccepted>(resting_intent), nullptr) << stack_->last_words();
    stack_->kill("execution");
    venue_.ask("fill", R"({"id":")" + venue_.orders().at(0).id + R"("})");
    const Seq killed_at = hand_->last();
    stack_->start("execution");
    ASSERT_TRUE(wait_for_reconciliation(killed_at)) << stack_->last_words();
    ASSERT_TRUE(hand_->wait_for([&] {
        return filled(resting_intent) == Quantity::parse("0.01").value();
    })) << stack_->last_words();
    expect_balances_agree();
    const Seq next = intend(market(Side::Buy, "BTC/USD", "0.01"));
    ASSERT_TRUE(hand_->wait_for([&] { return filled(next) == Quantity::parse("0.01").value(); }))
        << stack_->last_words();
    expect_balances_agree();
}

}  // namespace
}  // namespace tapedeck::integration
