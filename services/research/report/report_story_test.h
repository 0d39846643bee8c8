#pragma once

#include "research/report/report.h"
#include "testing/given.h"

#include <optional>
#include <string>
#include <vector>

/// For the tests: tapes of a few prices and fills, in words of trading.
namespace tapedeck::research::testing {

using tapedeck::testing::instrument;
using tapedeck::testing::money;
using tapedeck::testing::price;
using tapedeck::testing::quantity;
using tapedeck::testing::time;

class ReportStory {
public:
    explicit ReportStory(ReportOptions options = {}, std::string_view start = "2026-01-01")
        : fold_(options), now_(time(start)) {
        add(TapeStarted{.tape_id = 0x01c0ffee4711, .profile = "backtest", .format = 1});
    }

    ReportStory& at(std::string_view moment) { return at(time(moment)); }

    ReportStory& at(Time moment) {
        now_ = std::max(now_, moment);
        return *this;
    }

    ReportStory& after(Duration passed) { return at(now_ + passed); }

    Seq add(Event event, Seq cause = {}) {
        Recorded recorded;
        recorded.seq = last_ = last_.next();
        recorded.recorded_at = now_ += Duration(1);
        recorded.cause = cause;
        recorded.event = std::move(event);
        fold_.apply(recorded);
        return last_;
    }

    ReportStory& deposit(std::string_view amount, std::string currency = "USD") {
        add(CashDeposited{
            .account = "paper",
            .currency = std::move(currency),
            .amount = money(amount),
            .reason = "test"});
        return *this;
    }

    /// A trade of the market.
    ReportStory& price_is(std::string_view at, std::string_view of = "demo:BTC/USD") {
        last_price_ = add(TradePrinted{
            .instrument = instrument(of),
            .price = price(at),
            .quantity = quantity("1"),
            .taker_side = {},
            .trade_id = ""});
        return *this;
    }

    /// A minute of the market that ends now.
    Seq candle(std::string_view high, std::string_view low, std::string_view close) {
        const Time end = std::chrono::floor<std::chrono::seconds>(now_);
        return add(CandleClosed{
            .instrument = instrument("demo:BTC/USD"),
            .interval = std::chrono::minutes(1),
            .open_time = end - std::chrono::minutes(1),
            .open = price(low),
            .high = price(high),
            .low = price(low),
            .close = price(close),
            .volume = quantity("1"),
            .trades = {}});
    }

    struct Order {
        Side side = Side::Buy;
        std::string quantity;
        OrderPurpose purpose = OrderPurpose::Entry;
        std::string instrument = "demo:BTC/USD";
        std::string strategy = "macd";
        std::string reference{};
        std::string stop{};
        std::string reason = "crossed";
        std::string trigger{};
    };

    /// From the target to the intent, which is returned.
    Seq order(const Order& order) {
        Seq cause = last_price_;
        if (!order.reference.empty()) {
            cause = add(
                TargetSet{
                    .strategy = order.strategy,
                    .instrument = instrument(order.instrument),
                    .exposure = {},
                    .reference_price = price(order.reference),
                    .volatility = {},
                    .stop_price = {},
                    .take_profit_price = {},
                    .valid_until = {},
                    .reason = order.reason},
                last_price_);
        }
        OrderApproved approved;
        approved.target = cause;
        approved.terms = terms(order);
        approved.reason = order.reason;
        if (!order.stop.empty()) approved.stop_price = price(order.stop);
        const Seq approval = add(approved, cause);
        return add(OrderIntended{.approved = approval, .terms = terms(order)}, approval);
    }

    struct Fill {
        std::string price;
        std::string quantity;
        std::string fee = "0";
        std::string currency = "USD";
        Liquidity liquidity = Liquidity::Taker;
        Seq cause{};
    };

    Seq fill(const Order& order, Seq intent, const Fill& fill) {
        return add(
            OrderFilled{
                .intent = intent,
                .account = "paper",
                .strategy = order.strategy,
                .instrument = instrument(order.instrument),
                .trade_id = "t" + std::to_string(++fills_),
                .side = order.side,
                .price = price(fill.price),
                .quantity = quantity(fill.quantity),
                .fee = money(fill.fee),
                .fee_currency = fill.currency,
                .liquidity = fill.liquidity,
                .evidence = {}},
            fill.cause);
    }

    /// An order that is filled at once as a whole.
    Seq trade(const Order& each, std::string_view at, std::string_view fee = "0") {
        const Seq intent = order(each);
        fill(
            each,
            intent,
            {.price = std::string(at), .quantity = each.quantity, .fee = std::string(fee)});
        return intent;
    }

    Seq buy(std::string amount, std::string_view at, std::string_view fee = "0") {
        return trade({.side = Side::Buy, .quantity = std::move(amount)}, at, fee);
    }

    Seq sell(std::string amount, std::string_view at, std::string_view fee = "0") {
        return trade(
            {.side = Side::Sell, .quantity = std::move(amount), .purpose = OrderPurpose::Exit},
            at,
            fee);
    }

    Report report() const { return fold_.report(); }

    Time now() const { return now_; }

private:
    static OrderTerms terms(const Order& order) {
        OrderTerms terms;
        terms.account = "paper";
        terms.strategy = order.strategy;
        terms.instrument = instrument(order.instrument);
        terms.side = order.side;
        terms.purpose = order.purpose;
        terms.quantity = quantity(order.quantity);
        if (!order.trigger.empty()) terms.trigger_price = price(order.trigger);
        return terms;
    }

    ReportFold fold_;
    Time now_;
    Seq last_;
    Seq last_price_;
    int fills_ = 0;
};

inline double value_of(const Report& report, std::string_view key) {
    const Figure* figure = report.find(key);
    if (figure == nullptr || !figure->value) {
        ADD_FAILURE() << key << ": " << (figure == nullptr ? "no such figure" : figure->missing);
        return 0;
    }
    return *figure->value;
}

inline std::string missing_of(const Report& report, std::string_view key) {
    const Figure* figure = report.find(key);
    return figure == nullptr ? "no such figure" : figure->missing;
}

inline Money exact_of(const Report& report, std::string_view key) {
    const Figure* figure = report.find(key);
    return figure != nullptr && figure->exact ? *figure->exact : Money{};
}

/// Σ net of closed + open − carried + currency = end − start − flows.
inline Money imbalance(const Report& report) {
    Money sum = exact_of(report, "open_profit") - exact_of(report, "carried_profit");
    for (const auto& trade : report.trades) sum += trade.net_reporting;
    return sum - (report.end_equity - report.start_equity - report.flows);
}

}  // namespace tapedeck::research::testing
