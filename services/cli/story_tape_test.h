#pragma once

#include "cli/hand_made_tape.h"

/// A tape with one trade from candle to position and one denial; for the tests.
namespace tapedeck::cli::testing {

struct StoryTape : HandMadeTape {
    Seq candle, decision, target, approved, intent, sent, accepted, first_fill, second_fill, moved;
    Seq denied_target, denied;

    StoryTape() {
        using namespace tapedeck::testing;  // NOLINT: literals
        add(started("risk", {{"risk.max_position", "0.1"}}));
        add(InstrumentListed{
            .instrument = btc_,
            .price_tick = price("0.1"),
            .quantity_step = quantity("0.001"),
            .quantity_min = quantity("0.001"),
            .notional_min = money("5")});
        add(CashDeposited{
            .account = "paper", .currency = "USD", .amount = money("10000"), .reason = "start"});
        a_candle_makes_a_target();
        risk_approves_and_an_order_goes_out();
        the_venue_fills_it();
        the_next_target_is_denied();
    }

private:
    const Instrument btc_ = tapedeck::testing::instrument("demo:BTC/USD");

    void a_candle_makes_a_target() {
        using namespace tapedeck::testing;  // NOLINT: literals
        at("2026-11-20T12:05:00.201Z");
        candle = add(CandleClosed{
            .instrument = btc_,
            .interval = std::chrono::minutes(1),
            .open_time = time("2026-11-20T12:04:00Z"),
            .open = price("64200"),
            .high = price("64220"),
            .low = price("64190"),
            .close = price("64210"),
            .volume = quantity("3.5"),
            .trades = {}});
        decision = add(
            DecisionMade{
                .strategy = "macd_btc",
                .instrument = btc_,
                .outcome = Outcome::Signal,
                .reason = "macd_crossed_above",
                .readings = {{"macd", 18.4}, {"signal", 17.9}},
                .count = 1,
                .first_cause = candle,
                .last_cause = candle},
            candle);
        target = add(
            TargetSet{
                .strategy = "macd_btc",
                .instrument = btc_,
                .exposure = ratio("1"),
                .reference_price = price("64210"),
                .volatility = {},
                .stop_price = {},
                .take_profit_price = {},
                .valid_until = time("2026-11-20T12:07:00Z"),
                .reason = "macd_crossed_above"},
            candle);
    }

    void risk_approves_and_an_order_goes_out() {
        using namespace tapedeck::testing;  // NOLINT: literals
        OrderTerms terms;
        terms.account = "paper";
        terms.strategy = "macd_btc";
        terms.instrument = btc_;
        terms.side = Side::Buy;
        terms.quantity = quantity("0.015");
        OrderApproved approval;
        approval.target = target;
        approval.terms = terms;
        approval.reserved = money("970.5");
        approval.stop_price = price("62283.7");
        approval.take_profit_price = price("70631");
        approval.reason = "entry";
        approval.sizing = {
            .method = "fraction",
            .equity = money("10000"),
            .target_quantity = quantity("0.015"),
            .position_quantity = {},
            .capped_by = "max_position"};
        approval.checks = {
            {DenyCode::Killed, true, {}, {}, {}, {}},
            {DenyCode::PositionAboveLimit,
             true,
             Decimal::parse("963.15").value(),
             Decimal::parse("1000").value(),
             Decimal::parse("36.85").value(),
             {}}};
        approved = add(approval, target);
        intent = add(OrderIntended{.approved = approved, .terms = terms}, approved);
        sent = add(OrderSent{.intent = intent, .client_order_id = "c-1"}, intent);
        accepted =
            add(OrderAccepted{.intent = intent, .venue_order_id = "P-1", .evidence = {}}, intent);
    }

    void the_venue_fills_it() {
        using namespace tapedeck::testing;  // NOLINT: literals
        at("2026-11-20T12:05:00.250Z");
        OrderFilled fill;
        fill.intent = intent;
        fill.account = "paper";
        fill.strategy = "macd_btc";
        fill.instrument = btc_;
        fill.trade_id = "t1";
        fill.price = price("64209.5");
        fill.quantity = quantity("0.005");
        fill.fee = money("0.83");
        fill.fee_currency = "USD";
        first_fill = add(fill);
        fill.trade_id = "t2";
        fill.price = price("64212.5");
        fill.quantity = quantity("0.01");
        fill.fee = money("1.67");
        second_fill = add(fill);
        moved = add(
            PositionChanged{
                .account = "paper",
                .strategy = "macd_btc",
                .instrument = btc_,
                .fill = second_fill,
                .quantity = quantity("0.015"),
                .cost = money("963.1725"),
                .average_price = price("64211.5"),
                .realised = {},
                .realised_total = {},
                .fees_total = money("2.5"),
                .cash = money("9034.3275"),
                .account_quantity = quantity("0.015")},
            second_fill);
    }

    void the_next_target_is_denied() {
        using namespace tapedeck::testing;  // NOLINT: literals
        at("2026-11-20T12:06:00.100Z");
        TargetSet again = *records()[target.value - 1].event.as<TargetSet>();
        again.strategy = "rsi_btc";
        again.reason = "rsi_below_lower";
        denied_target = add(again, candle);
        denied = add(
            OrderDenied{
                .target = denied_target,
                .strategy = "rsi_btc",
                .instrument = btc_,
                .code = DenyCode::PositionAboveLimit,
                .checks =
                    {{DenyCode::Killed, true, {}, {}, {}, {}},
                     {DenyCode::PositionAboveLimit,
                      false,
                      Decimal::parse("1926.3").value(),
                      Decimal::parse("1000").value(),
                      Decimal::parse("-926.3").value(),
                      {}}},
                .reason = "position_above_limit"},
            denied_target);
    }
};

}  // namespace tapedeck::cli::testing
