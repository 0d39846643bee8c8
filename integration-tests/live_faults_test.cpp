#include "trading.h"

/// Keys, budgets, networks and breakers: what goes wrong between the stack and a venue.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class LiveFaultsTest : public TradingTest {
protected:
    std::size_t logged(const std::string& text) const {
        const std::string log = stack_->log_of("execution");
        std::size_t count = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++count;
        return count;
    }

    bool wait_for_log(const std::string& text) {
        return hand_->wait_for([&] { return logged(text) > 0; });
    }

    bool wait_for_link(Seq from, bool is_up) {
        return hand_->find<AccountLinkChanged>(from, [&](const AccountLinkChanged& link) {
            return link.is_up == is_up;
        }) != nullptr;
    }

    void fills(std::string_view pair, std::string_view quantity) {
        const Seq intent = intend(market(Side::Buy, pair, quantity));
        ASSERT_TRUE(hand_->wait_for([&] {
            return filled(intent) == Quantity::parse(quantity).value();
        })) << why();
    }
};

struct AuthError {
    const char* text;
    const char* code;
};

TEST_F(LiveFaultsTest, EachErrorOfTheKeyIsNamedAndOrdersWaitUntilItIsGone) {
    start();
    for (const auto& error :
         {AuthError{"EAPI:Invalid key", "auth"},
          AuthError{"EAPI:Invalid signature", "auth"},
          AuthError{"EGeneral:Permission denied", "permission"},
          AuthError{"EAPI:Invalid nonce", "nonce"}}) {
        SCOPED_TRACE(error.text);
        venue_.strike(
            R"("fault":"error","method":"GetWebSocketsToken","text":")" + std::string(error.text) +
            R"(","count":1)");
        const Seq from = hand_->last().next();
        venue_.ask("expire_tokens");
        venue_.ask("drop_sockets");
        ASSERT_TRUE(wait_for_link(from, false)) << why();
        ASSERT_TRUE(wait_for_link(from, true)) << why();
    }
    const auto failures = hand_->all<VenueRequestFailed>();
    EXPECT_GE(failures.size(), 1U);
}

TEST_F(LiveFaultsTest, ARefusalForTheRateIsRecognisedAndWaitedOut) {
    start();
    venue_.strike(R"("fault":"rate_limited","method":"OpenOrders","count":2)");
    const Seq from = hand_->last().next();
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_reconciliation(from)) << why();
    // It was the same reconciliation that went on, and the breaker has nothing to do with it.
    EXPECT_EQ(logged("BREAKER"), 0U);
    fills("BTC/USD", "0.001");
}

TEST_F(LiveFaultsTest, TheBreakerOpensAfterFiveFailuresAndTriesAgain) {
    start({"kraken.breaker_pause=2s"});
    venue_.strike(R"("fault":"http_error","status":503,"method":"OpenOrders","count":3)");
    venue_.strike(R"("fault":"http_error","status":503,"method":"ClosedOrders","count":2)");
    const Seq from = hand_->last().next();
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_log("VENUE_BREAKER_OPEN")) << why();
    const Output health = run("tapedeck", {"health", "execution", "--home", stack_->home()});
    EXPECT_NE(health.out.find("breaker open: REST rests"), std::string::npos) << health.out;
    ASSERT_TRUE(wait_for_log("VENUE_BREAKER_HALF_OPEN")) << why();
    ASSERT_NE(
        hand_->find<ReconciliationCompleted>(
            from, [](const ReconciliationCompleted& done) { return done.is_complete; }, 90s),
        nullptr)
        << why();
    EXPECT_EQ(logged("VENUE_BREAKER_CLOSED"), 1U);
    fills("BTC/USD", "0.001");
}

TEST_F(LiveFaultsTest, WhileTheNetworkIsGoneNothingIsSentAndAfterwardsAllAgrees) {
    start();
    venue_.process().signal(SIGSTOP);
    const Seq from = hand_->last().next();
    const Seq intent = intend(market(Side::Buy, "BTC/USD", "0.001"));
    ASSERT_TRUE(wait_for_link(from, false)) << why();
    venue_.process().signal(SIGCONT);
    ASSERT_TRUE(wait_for_link(from, true)) << why();
    ASSERT_TRUE(hand_->wait_for([&] { return unresolved().empty(); }, 60s)) << why();
    EXPECT_LE(placed(intent), 1U);
    fills("BTC/USD", "0.001");
    expect_balances_agree();
}

TEST_F(LiveFaultsTest, WithoutTheStreamOrdersGoByRest) {
    start();
    venue_.strike(R"("fault":"error","method":"GetWebSocketsToken","text":"EService:Busy")");
    const Seq from = hand_->last().next();
    venue_.ask("expire_tokens");
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_link(from, false)) << why();
    const Seq intent = intend(market(Side::Buy, "BTC/USD", "0.001"));
    const auto* sent = about<OrderSent>(intent);
    ASSERT_NE(sent, nullptr) << why();
    const auto* answered = hand_->find<VenueMessageReceived>(
        intent, [](const VenueMessageReceived& message) { return message.channel == "AddOrder"; });
    ASSERT_NE(answered, nullptr) << why();
    EXPECT_EQ(placed(intent), 1U);
    venue_.heal();
    ASSERT_TRUE(wait_for_link(intent, true)) << why();
    ASSERT_TRUE(hand_->wait_for([&] { return filled(intent) == Quantity::parse("0.001").value(); }))
        << why();
    expect_balances_agree();
}

TEST_F(LiveFaultsTest, MissingFillsAreFoundByTheNextReconciliation) {
    start({"kraken.reconcile_every=10s"});
    venue_.strike(R"("fault":"no_fills","channel":"executions")");
    const Seq intent = intend(market(Side::Buy, "BTC/USD", "0.001"));
    ASSERT_TRUE(
        hand_->wait_for([&] { return filled(intent) == Quantity::parse("0.001").value(); }, 60s))
        << why();
    EXPECT_EQ(count_about<OrderFilled>(intent), 1U);
}

TEST_F(LiveFaultsTest, ADepositThatTheStreamDidNotTellIsFoundInTheLedger) {
    start({"kraken.reconcile_every=10s"});
    venue_.strike(R"("fault":"no_fills","channel":"balances")");
    venue_.ask("deposit", R"({"asset":"USD","amount":"1234.5"})");
    const auto is_it = [](const CashDeposited& deposit) { return deposit.reason == "deposit"; };
    const auto* told = hand_->find<CashDeposited>({}, is_it, 120s);
    ASSERT_NE(told, nullptr) << why();
    EXPECT_EQ(told->amount, Money::parse("1234.5").value());
    const Seq told_at = hand_->last();
    ASSERT_TRUE(wait_for_reconciliation(told_at)) << why();
    EXPECT_TRUE(hand_->all<DiscrepancyFound>().empty()) << why();
    expect_balances_agree();
}

TEST_F(LiveFaultsTest, TheDeadMansSwitchIsKeptOnWhileWeLiveAndOffAfterAnOrderedEnd) {
    start({"kraken.dead_mans_switch=30s"});
    const Seq intent = intend(resting("BTC/USD", "0.001"));
    ASSERT_NE(about<OrderAccepted>(intent), nullptr) << why();
    const auto is_on = [](const VenueMessageReceived& message) {
        return message.text.find("cancel_all_orders_after") != std::string::npos;
    };
    ASSERT_NE(hand_->find<VenueMessageReceived>({}, is_on), nullptr) << why();
    stack_->process("execution").signal(SIGTERM);
    EXPECT_EQ(stack_->process("execution").wait(), 0) << stack_->log_of("execution");
    EXPECT_EQ(logged("DEAD_MANS_SWITCH_LEFT_ON"), 0U);
    EXPECT_EQ(venue_.orders().at(0).status, "open");
}

}  // namespace
}  // namespace tapedeck::integration
