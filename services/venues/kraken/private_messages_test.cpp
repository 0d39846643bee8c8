#include "venues/kraken/private_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tapedeck::kraken {
namespace {

using tapedeck::to_string;
using Verdict = SequenceGuard::Verdict;

class PrivateMessagesTest : public ::testing::Test {
protected:
    template <class T>
    T read(std::string_view frame) {
        auto message = decode_private(document_, frame);
        EXPECT_TRUE(message) << (message ? "" : message.error().message);
        if (!message) return {};
        const auto* wanted = std::get_if<T>(&*message);
        EXPECT_NE(wanted, nullptr) << frame;
        return wanted == nullptr ? T{} : *wanted;
    }

    /// One report, as the channel sends it.
    ExecutionReport report(const std::string& fields) {
        const auto update = read<ExecutionsUpdate>(
            R"({"channel":"executions","type":"update","sequence":2,"data":[)" + fields + "]}");
        EXPECT_EQ(update.reports.size(), 1U);
        return update.reports.empty() ? ExecutionReport{} : update.reports[0];
    }

    json::Document document_;
};

// One order as it was seen to live, and the fill that Kraken's documentation shows.
constexpr const char* kPending =
    R"({"order_id":"OVN7VD-7VYHS-APBKHA","symbol":"BTC/USDT","order_qty":0.00010000,)"
    R"("cum_cost":0.00000,"time_in_force":"GTC","exec_type":"pending_new","side":"buy",)"
    R"("order_type":"limit","cl_ord_id":"b17c7bb34d000200","limit_price_type":"static",)"
    R"("limit_price":80000.0,"stop_price":0.0,"order_status":"pending_new",)"
    R"("fee_usd_equiv":0.0000,"fee_ccy_pref":"fciq","timestamp":"2026-01-22T06:06:19.833306Z"})";
constexpr const char* kNew =
    R"({"timestamp":"2026-01-22T06:06:19.833306Z","order_status":"new","exec_type":"new",)"
    R"("cl_ord_id":"b17c7bb34d000200","order_id":"OVN7VD-7VYHS-APBKHA"})";
constexpr const char* kAmended =
    R"({"timestamp":"2026-01-22T06:06:27.552281Z","exec_type":"amended","order_status":"new",)"
    R"("cum_qty":0.00000000,"reason":"User requested","amended":true,"order_qty":0.00010000,)"
    R"("limit_price":81818.0,"limit_price_type":"static","cl_ord_id":"b17c7bb34d000200",)"
    R"("order_id":"OVN7VD-7VYHS-APBKHA"})";
constexpr const char* kCanceled =
    R"({"timestamp":"2026-01-22T06:06:36.039852Z","order_status":"canceled",)"
    R"("exec_type":"canceled","cum_qty":0.00000000,"cum_cost":0.00000,"fee_usd_equiv":0.0000,)"
    R"("avg_price":0.0,"cl_ord_id":"b17c7bb34d000200","cancel_reason":"User requested",)"
    R"("reason":"User requested","order_id":"OVN7VD-7VYHS-APBKHA"})";
constexpr const char* kTrade =
    R"({"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"exec_id":"TGBB7L-HT5LX-J3BZ4A",)"
    R"("exec_type":"trade","trade_id":62887576,"symbol":"BTC/USD","side":"sell",)"
    R"("last_qty":0.005,"last_price":26599.9,"liquidity_ind":"t","cost":132.9995,)"
    R"("order_type":"limit","timestamp":"2023-09-22T10:33:05.709993Z",)"
    R"("order_status":"partially_filled","cum_qty":0.005,"cum_cost":132.9995,)"
    R"("avg_price":26599.9,"fee_usd_equiv":0.3458,"fees":[{"asset":"USD","qty":0.3458}]})";

TEST_F(PrivateMessagesTest, ReadsAnOrderThatIsTaken) {
    const auto pending = report(kPending);
    EXPECT_EQ(pending.type, ExecType::PendingNew);
    EXPECT_EQ(pending.status, OrderStatus::PendingNew);
    EXPECT_EQ(pending.order, (OrderRef{"OVN7VD-7VYHS-APBKHA", "b17c7bb34d000200"}));
    EXPECT_EQ(pending.symbol, "BTC/USDT");
    EXPECT_EQ(pending.side, Side::Buy);
    EXPECT_EQ(pending.quantity->to_string(), "0.0001");
    EXPECT_EQ(pending.limit_price->to_string(), "80000");
    EXPECT_FALSE(pending.trigger_price) << "stop_price 0 means none";
    EXPECT_FALSE(pending.filled);
    EXPECT_EQ(to_string(pending.happened), "2026-01-22T06:06:19.833306Z");
}

TEST_F(PrivateMessagesTest, ReadsAFill) {
    const auto trade = report(kTrade);
    EXPECT_EQ(trade.type, ExecType::Trade);
    EXPECT_EQ(trade.status, OrderStatus::PartiallyFilled);
    EXPECT_EQ(trade.filled->to_string(), "0.005");
    ASSERT_TRUE(trade.fill);
    EXPECT_EQ(trade.fill->trade_id, "TGBB7L-HT5LX-J3BZ4A");
    EXPECT_EQ(trade.fill->price.to_string(), "26599.9");
    EXPECT_EQ(trade.fill->quantity.to_string(), "0.005");
    EXPECT_EQ(trade.fill->cost.to_string(), "132.9995");
    EXPECT_EQ(trade.fill->liquidity, Liquidity::Taker);
    ASSERT_EQ(trade.fill->fees.size(), 1U);
    EXPECT_EQ(trade.fill->fees[0], (Fee{"USD", Money::parse("0.3458").value()}));
}

TEST_F(PrivateMessagesTest, ReadsTheTriggerOfAStop) {
    const auto stop = report(
        R"({"order_id":"O1","exec_type":"new","stop_price":1,"triggers":{"price":25000.5}})");
    EXPECT_EQ(stop.trigger_price->to_string(), "25000.5");
    EXPECT_EQ(
        report(R"({"order_id":"O1","exec_type":"new","stop_price":7})").trigger_price->to_string(),
        "7");
}

TEST_F(PrivateMessagesTest, ReadsSnapshotsAndTheirSequence) {
    const auto update = read<ExecutionsUpdate>(
        R"({"channel":"executions","type":"snapshot","data":[],"sequence":1})");
    EXPECT_TRUE(update.is_snapshot);
    EXPECT_EQ(update.sequence, 1U);
    const auto balances =
        read<BalancesUpdate>(R"({"channel":"balances","type":"snapshot","data":[{"asset":"USDT",)"
                             R"("asset_class":"currency","wallets":[{"type":"spot","id":"main",)"
                             R"("balance":100.00000000}],"balance":100.00000000}],"sequence":1})");
    ASSERT_EQ(balances.balances.size(), 1U);
    EXPECT_EQ(balances.balances[0].currency, "USDT");
    EXPECT_EQ(balances.balances[0].balance.to_string(), "100");
}

TEST_F(PrivateMessagesTest, ReadsWhyABalanceMoved) {
    const auto update = read<BalancesUpdate>(
        R"({"channel":"balances","type":"update","data":[{"ledger_id":"DATKX6-PEHL4-HYQ7LX",)"
        R"("ref_id":"LKAKN2-N2DJV-4GJCBU","timestamp":"2023-09-22T10:33:05.709982Z",)"
        R"("type":"trade","asset":"USD","asset_class":"currency","category":"trade",)"
        R"("wallet_type":"spot","wallet_id":"main","amount":-19.9743,"fee":0.0499,)"
        R"("balance":118.0677}],"sequence":5})");
    ASSERT_EQ(update.balances.size(), 1U);
    const auto& row = update.balances[0];
    EXPECT_EQ(row.currency, "USD");
    EXPECT_EQ(row.balance.to_string(), "118.0677");
    EXPECT_EQ(row.amount.to_string(), "-19.9743");
    EXPECT_EQ(row.fee.to_string(), "0.0499");
    EXPECT_EQ(row.wallet, "spot main");
    EXPECT_EQ(row.ref_id, "LKAKN2-N2DJV-4GJCBU");
    EXPECT_EQ(row.type, "trade");
    EXPECT_EQ(update.sequence, 5U);
}

TEST_F(PrivateMessagesTest, AnswersNameTheOrder) {
    const auto added = read<RequestAnswered>(
        R"({"method":"add_order","req_id":1,"result":{"cl_ord_id":"3178d58d4d000200",)"
        R"("order_id":"OXZPAJ-ONWQU-KMAMPL"},"success":true})");
    EXPECT_EQ(added.method, "add_order");
    EXPECT_EQ(added.request, 1U);
    EXPECT_FALSE(added.error);
    ASSERT_EQ(added.orders.size(), 1U);
    EXPECT_EQ(added.orders[0].value(), (OrderRef{"OXZPAJ-ONWQU-KMAMPL", "3178d58d4d000200"}));
    const auto amended = read<RequestAnswered>(
        R"({"method":"amend_order","req_id":2,"result":{"amend_id":"TTB6D6-Q4HHW-DQ5FQW",)"
        R"("cl_ord_id":"mine"},"success":true})");
    EXPECT_EQ(amended.amend_id, "TTB6D6-Q4HHW-DQ5FQW");
    EXPECT_EQ(amended.orders.at(0)->client_order_id, "mine");
}

TEST_F(PrivateMessagesTest, FailuresSayWhetherTheyProveAnything) {
    const auto refused = read<RequestAnswered>(
        R"({"error":"EOrder:Insufficient funds","method":"add_order","req_id":3,)"
        R"("success":false})");
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.error->code, "insufficient_funds");
    EXPECT_TRUE(refused.error->proves_refusal);
    EXPECT_TRUE(refused.orders.empty());
    const auto open = read<RequestAnswered>(
        R"({"error":"EService:Unavailable","method":"add_order","req_id":4,"success":false})");
    EXPECT_FALSE(open.error->proves_refusal);
}

TEST_F(PrivateMessagesTest, ABatchIsAnsweredOrderByOrder) {
    const auto batch = read<RequestAnswered>(
        R"({"method":"batch_add","req_id":5,"result":[{"order_id":"O1","cl_ord_id":"a"},)"
        R"({"error":"EOrder:Insufficient funds"}],"success":true})");
    ASSERT_EQ(batch.orders.size(), 2U);
    EXPECT_EQ(batch.orders[0].value(), (OrderRef{"O1", "a"}));
    EXPECT_EQ(batch.orders[1].error().code, "insufficient_funds");
}

TEST_F(PrivateMessagesTest, CancelsAreCounted) {
    EXPECT_EQ(
        read<RequestAnswered>(R"({"method":"cancel_all","result":{"count":3},"success":true})")
            .count,
        3U);
    EXPECT_EQ(
        read<RequestAnswered>(R"({"method":"batch_cancel","orders_cancelled":2,"success":true})")
            .count,
        2U);
    const auto armed = read<RequestAnswered>(
        R"({"method":"cancel_all_orders_after","result":{"currentTime":"2023-03-24T17:41:56Z",)"
        R"("triggerTime":"2023-03-24T17:42:56Z"},"success":true})");
    ASSERT_TRUE(armed.trigger_at);
    EXPECT_EQ(to_string(*armed.trigger_at), "2023-03-24T17:42:56.000Z");
    const auto off = read<RequestAnswered>(
        R"({"method":"cancel_all_orders_after","result":{"triggerTime":"0"},"success":true})");
    EXPECT_EQ(off.trigger_at, Time{});
}

TEST_F(PrivateMessagesTest, SharesWhatBothSocketsSay) {
    read<Heartbeat>(R"({"channel":"heartbeat"})");
    EXPECT_EQ(read<Pong>(R"({"method":"pong","req_id":3})").request, 3U);
    EXPECT_EQ(
        read<SubscriptionAnswered>(
            R"({"error":"ESession:Invalid session","method":"subscribe","success":false,)"
            R"("status":"error","req_id":2})")
            .error,
        "ESession:Invalid session");
    const auto ack = read<SubscriptionAnswered>(
        R"({"method":"subscribe","result":{"channel":"executions","maxratecount":180,)"
        R"("snap_orders":true},"success":true})");
    EXPECT_EQ(ack.channel, "executions");
    EXPECT_EQ(ack.max_rate_count, 180U);
    read<NotUnderstood>(R"({"channel":"trade","type":"update","data":[]})");
}

TEST_F(PrivateMessagesTest, DamagedFramesNeverCrash) {
    std::vector<std::string> frames;
    for (const auto* fields : {kPending, kNew, kAmended, kCanceled, kTrade}) {
        frames.push_back(
            R"({"channel":"executions","type":"update","sequence":2,"data":[)" +
            std::string(fields) + "]}");
    }
    frames.emplace_back(
        R"({"method":"batch_add","result":[{"order_id":"O1"},{"error":"E:x"}],"success":true})");
    std::mt19937_64 random(20261121);
    constexpr std::string_view kBytes = "{}[]\",:0123456789.eE-nt";
    int refused = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string frame = frames[random() % frames.size()];
        for (auto changes = random() % 3; changes > 0; --changes) {
            frame[random() % frame.size()] = kBytes[random() % kBytes.size()];
        }
        if (random() % 4 == 0) frame.resize(random() % frame.size());
        refused += decode_private(document_, frame) ? 0 : 1;
    }
    EXPECT_GT(refused, 5000);
    EXPECT_LT(refused, 20000);
}

TEST(SequenceGuardTest, TellsALossFromARepetition) {
    SequenceGuard guard;
    EXPECT_EQ(guard.check(2, false), Verdict::Gap) << "the snapshot is missing";
    EXPECT_EQ(guard.check(1, true), Verdict::Next);
    EXPECT_EQ(guard.check(2, false), Verdict::Next);
    EXPECT_EQ(guard.check(2, false), Verdict::Repeated);
    EXPECT_EQ(guard.check(4, false), Verdict::Gap);
    EXPECT_EQ(guard.check(3, false), Verdict::Next) << "a gap isn't skipped";
    EXPECT_EQ(guard.check(1, true), Verdict::Next) << "subscribed again";
    EXPECT_EQ(guard.check(2, false), Verdict::Next);
}

TEST_F(PrivateMessagesTest, PartsOfAnOrderArePutTogether) {
    OrderFold fold;
    fold.apply(report(kPending));
    fold.apply(report(kNew));
    fold.apply(report(kAmended));
    const auto& order = fold.apply(report(kCanceled));
    EXPECT_EQ(order.status, OrderStatus::Canceled);
    EXPECT_EQ(order.symbol, "BTC/USDT");
    EXPECT_EQ(order.side, Side::Buy);
    EXPECT_EQ(order.limit_price->to_string(), "81818");
    EXPECT_EQ(order.quantity->to_string(), "0.0001");
    EXPECT_EQ(order.filled->to_string(), "0");
    EXPECT_EQ(order.reason, "User requested");
    EXPECT_EQ(fold.size(), 1U);
    fold.forget("OVN7VD-7VYHS-APBKHA");
    EXPECT_EQ(fold.find("OVN7VD-7VYHS-APBKHA"), nullptr);
}

TEST_F(PrivateMessagesTest, WhatHasEndedDoesNotLiveAgain) {
    OrderFold fold;
    fold.apply(report(kPending));
    fold.apply(report(kCanceled));
    fold.apply(report(R"({"order_id":"OVN7VD-7VYHS-APBKHA","exec_type":"trade","order_status":)"
                      R"("partially_filled","exec_id":"T1","last_qty":0.00005,"last_price":80000,)"
                      R"("cum_qty":0.00005,"cum_cost":4})"));
    const auto& late = fold.apply(report(kNew));
    EXPECT_EQ(late.status, OrderStatus::Canceled);
    EXPECT_EQ(late.filled->to_string(), "0.00005") << "but a late fill is a fill";
    EXPECT_EQ(late.cost->to_string(), "4");
    EXPECT_FALSE(late.fill) << "told once";
}

}  // namespace
}  // namespace tapedeck::kraken
