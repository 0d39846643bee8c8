#include "research/report/output.h"
#include "research/report/report_story_test.h"
#include "research/report/sheet.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <set>

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the words of the stories
using namespace std::chrono_literals;

TEST(TradesTest, ARoundTripIsFromFlatToFlatWithItsPartialExits) {
    ReportStory story;
    story.deposit("10000").price_is("100");
    const Seq opening = story.buy("10", "100", "1");
    story.after(1h).buy("10", "102", "1");
    story.after(1h).sell("5", "110", "0.5");
    story.after(1h).sell("15", "104", "1.5");
    const Report report = story.report();
    ASSERT_EQ(report.trades.size(), 1U);
    const Trade& trade = report.trades[0];
    EXPECT_EQ(trade.order, opening);
    EXPECT_EQ(trade.quantity, quantity("20"));
    EXPECT_EQ(trade.entry_price, price("101"));
    EXPECT_EQ(trade.exit_price, price("105.5"));
    EXPECT_EQ(trade.gross, money("90"));
    EXPECT_EQ(trade.fees, money("4"));
    EXPECT_EQ(trade.net, money("86"));
    EXPECT_EQ(trade.fills, 4U);
    EXPECT_EQ(trade.close, CloseType::Exit);
    EXPECT_EQ(trade.duration() / 1h, 3);
    EXPECT_EQ(imbalance(report), Money{});
}

TEST(TradesTest, AFlipEndsOneTradeAndBeginsTheNext) {
    ReportStory story;
    story.deposit("10000").price_is("100").buy("1", "100", "0.3");
    story.after(1h).price_is("110");
    story.trade({.side = Side::Sell, .quantity = "3"}, "110", "0.9");
    story.after(1h).price_is("105");
    const Report report = story.report();
    ASSERT_EQ(report.trades.size(), 1U);
    ASSERT_EQ(report.open_trades.size(), 1U);
    EXPECT_EQ(report.trades[0].gross, money("10"));
    EXPECT_EQ(report.trades[0].fees, money("0.6"));  // a third of the flip's is its
    EXPECT_EQ(report.trades[0].close, CloseType::Flip);
    EXPECT_EQ(report.open_trades[0].side, Side::Sell);
    EXPECT_EQ(report.open_trades[0].quantity, quantity("2"));
    EXPECT_EQ(report.open_trades[0].fees, money("0.6"));
    EXPECT_EQ(report.open_trades[0].net, money("9.4"));
    EXPECT_EQ(value_of(report, "trades"), 1);
    EXPECT_EQ(value_of(report, "open_trades"), 1);
    EXPECT_EQ(imbalance(report), Money{});
}

TEST(TradesTest, TheSumsAgreeToTheLastDecimalWhateverTheNumbers) {
    ReportStory story;
    story.deposit("10000").price_is("100");
    std::uint64_t chance = 12345;
    for (int i = 0; i < 300; ++i) {
        chance = chance * 6364136223846793005 + 1442695040888963407;
        const auto pick = [&](int shift, int bound) {
            return static_cast<int>((chance >> shift) % static_cast<unsigned>(bound));
        };
        const std::string at =
            "9" + std::to_string(pick(20, 9)) + "." + std::to_string(1000007 + pick(30, 8'000'000));
        const std::string amount = "0." + std::to_string(1000003 + pick(10, 8'000'000));
        const std::string fee = "0.0000" + std::to_string(11 + pick(40, 80));
        const bool other = pick(50, 3) == 0;
        ReportStory::Order order{
            .side = pick(55, 2) == 0 ? Side::Buy : Side::Sell, .quantity = amount};
        if (other) order.strategy = "rsi";
        story.after(1min).trade(order, at, fee);
        if (i == 100) story.deposit("333.333333333333333333");
        if (pick(45, 4) == 0) story.price_is(at);
    }
    const Report report = story.report();
    EXPECT_GT(report.trades.size(), 20U);
    EXPECT_EQ(imbalance(report), Money{});
    EXPECT_EQ(exact_of(report, "currency_profit"), Money{});
}

TEST(TradesTest, ARepeatedFillCountsOnce) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    const ReportStory::Order order{.side = Side::Buy, .quantity = "1"};
    const Seq intent = story.order(order);
    OrderFilled fill;
    fill.intent = intent;
    fill.account = "paper";
    fill.strategy = "macd";
    fill.instrument = instrument("demo:BTC/USD");
    fill.trade_id = "same";
    fill.price = price("100");
    fill.quantity = quantity("1");
    fill.fee_currency = "USD";
    story.add(fill);
    story.add(fill);
    EXPECT_EQ(story.report().open_trades[0].quantity, quantity("1"));
}

TEST(TradesTest, ReasonsStopsAndRComeFromTheOrdersBehindTheFills) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.trade(
        {.side = Side::Buy,
         .quantity = "2",
         .reference = "100",
         .stop = "95",
         .reason = "rsi_below_lower"},
        "101",
        "1");
    story.after(1h).price_is("95");
    story.trade(
        {.side = Side::Sell,
         .quantity = "2",
         .purpose = OrderPurpose::StopLoss,
         .reason = "stop_loss",
         .trigger = "95"},
        "94",
        "1");
    const Report report = story.report();
    ASSERT_EQ(report.trades.size(), 1U);
    const Trade& trade = report.trades[0];
    EXPECT_EQ(trade.entry_reason, "rsi_below_lower");
    EXPECT_EQ(trade.exit_reason, "stop_loss");
    EXPECT_EQ(trade.close, CloseType::StopLoss);
    EXPECT_EQ(trade.initial_risk, money("12"));  // (101 − 95) × 2
    EXPECT_NEAR(*trade.r, -16.0 / 12, 1e-12);
    EXPECT_NEAR(*trade.entry_slippage_bps, 100, 1e-9);
    EXPECT_NEAR(*trade.exit_slippage_bps, 1 / 95.0 * 10'000, 1e-9);
    EXPECT_EQ(value_of(report, "closed_stop_loss"), 1);
    EXPECT_EQ(value_of(report, "r_share"), 1);
}

TEST(TradesTest, WithoutAStopThereIsNoR) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.after(1h).sell("1", "110");
    const Report report = story.report();
    EXPECT_FALSE(report.trades[0].r);
    EXPECT_EQ(missing_of(report, "expectancy_r"), "no trade had a stop");
    EXPECT_EQ(value_of(report, "r_share"), 0);
}

TEST(TradesTest, ExcursionsComeFromEveryPriceWhileOpen) {
    ReportStory story;
    story.deposit("1000").price_is("50").price_is("100").buy("2", "100", "1");
    story.after(1h).price_is("90").price_is("130").price_is("120");
    story.sell("2", "120", "1");
    story.price_is("300");
    const Trade trade = story.report().trades.at(0);
    EXPECT_EQ(trade.mae, money("-20"));
    EXPECT_EQ(trade.mfe, money("60"));
    EXPECT_NEAR(value_of(story.report(), "exit_efficiency"), 38.0 / 60, 1e-12);
    EXPECT_EQ(exact_of(story.report(), "left_on_table"), money("22"));
}

TEST(TradesTest, ACandlesExtremesCountWhenTheTradeWasThereForAllOfIt) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.at("2026-01-01T00:00:30Z").buy("1", "100");
    story.at("2026-01-01T00:01:00Z").candle("500", "1", "100");  // it began before the trade
    story.at("2026-01-01T00:02:00Z").candle("103", "98", "101");
    EXPECT_EQ(story.report().open_trades.at(0).mae, money("-2"));
    EXPECT_EQ(story.report().open_trades.at(0).mfe, money("3"));
    // The candle that fills the stop says nothing of what came after.
    story.at("2026-01-01T00:03:00Z");
    const ReportStory::Order stop{
        .side = Side::Sell, .quantity = "1", .purpose = OrderPurpose::StopLoss, .trigger = "95"};
    const Seq intent = story.order(stop);
    const Seq candle = story.candle("104", "60", "70");
    story.fill(stop, intent, {.price = "95", .quantity = "1", .cause = candle});
    const Trade trade = story.report().trades.at(0);
    EXPECT_EQ(trade.mae, money("-5"));
    EXPECT_EQ(trade.mfe, money("3"));
}

TEST(TradesTest, AMarketOrderFilledAtACandlesOpenWasThereForIt) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    const ReportStory::Order entry{.side = Side::Buy, .quantity = "1"};
    const Seq intent = story.order(entry);
    story.after(1min);
    const Seq candle = story.candle("105", "97", "101");
    story.fill(entry, intent, {.price = "100", .quantity = "1", .cause = candle});
    story.after(1h).price_is("101");
    EXPECT_EQ(story.report().open_trades.at(0).mae, money("-3"));
    EXPECT_EQ(story.report().open_trades.at(0).mfe, money("5"));
}

TEST(TradesTest, WhatDoesNotBeatItsFeesIsNeitherWinNorLoss) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    for (const char* exit : {"101", "110", "90", "99", "120"}) {
        story.after(1h).buy("1", "100", "0.5");
        story.after(1h).sell("1", exit, "0.5");
    }
    const Report report = story.report();
    EXPECT_EQ(value_of(report, "wins"), 2);
    EXPECT_EQ(value_of(report, "losses"), 1);
    EXPECT_EQ(value_of(report, "break_even"), 2);
    EXPECT_NEAR(value_of(report, "win_rate"), 0.4, 1e-12);
    EXPECT_NEAR(value_of(report, "payoff"), 14.0 / 11, 1e-12);
    EXPECT_NEAR(value_of(report, "profit_factor"), 28.0 / 13, 1e-12);  // 9+19 over 11+0+2
    EXPECT_EQ(exact_of(report, "expectancy"), money("3"));
    EXPECT_EQ(exact_of(report, "best_trade"), money("19"));
    EXPECT_EQ(exact_of(report, "stress_double_fees"), money("10"));
}

TEST(TradesTest, WithoutALossTheProfitFactorIsInfinite) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.after(1h).sell("1", "110");
    EXPECT_TRUE(std::isinf(value_of(story.report(), "profit_factor")));
    EXPECT_TRUE(std::isinf(value_of(story.report(), "payoff")));
    EXPECT_EQ(missing_of(story.report(), "average_loss"), "no loss");
}

TEST(TradesTest, FeesInTheBaseCurrencyAreWorthTheirPrice) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    const ReportStory::Order order{.side = Side::Buy, .quantity = "2"};
    const Seq intent = story.order(order);
    story.fill(
        order,
        intent,
        {.price = "100",
         .quantity = "2",
         .fee = "0.01",
         .currency = "BTC",
         .liquidity = Liquidity::Maker});
    story.after(1h).price_is("200").sell("2", "200");
    const Report report = story.report();
    EXPECT_EQ(report.trades.at(0).fees, money("1"));
    EXPECT_EQ(report.trades.at(0).maker_fees, money("1"));
    // The fee is owed in BTC, and what it came to cost since is not the trade's.
    EXPECT_EQ(report.end_equity, money("1198"));
    EXPECT_EQ(exact_of(report, "currency_profit"), money("-1"));
    EXPECT_NEAR(value_of(report, "maker_share"), 200.0 / 600, 1e-12);
}

TEST(TradesTest, BreakdownsSumUpToTheTrades) {
    ReportStory story;
    story.deposit("10000").price_is("100");
    for (int i = 0; i < 12; ++i) {
        ReportStory::Order order{.side = Side::Buy, .quantity = "1"};
        if (i % 4 == 0) order.strategy = "rsi";
        story.after(5h).trade(order, "100", "0.1");
        order.side = Side::Sell;
        order.purpose = OrderPurpose::Exit;
        story.after(1h).trade(order, i % 3 == 0 ? "90" : "110", "0.1");
    }
    const Report report = story.report();
    ASSERT_FALSE(report.breakdowns.empty());
    for (const auto& breakdown : report.breakdowns) {
        if (breakdown.by == "tag") continue;  // no trade has one
        std::uint64_t trades = 0;
        Money net;
        for (const auto& cell : breakdown.cells) {
            trades += cell.trades;
            net += cell.net;
        }
        EXPECT_EQ(trades, 12U) << breakdown.by;
        EXPECT_EQ(net, exact_of(report, "net_profit")) << breakdown.by;
    }
    const auto& by_strategy = report.breakdowns.front().cells;
    ASSERT_EQ(by_strategy.size(), 2U);
    EXPECT_EQ(by_strategy[0].trades, 9U);
    EXPECT_TRUE(by_strategy[0].is_thin());
}

TEST(TradesTest, NotesBelongToTheTradesOfTheirOrders) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    const Seq entry = story.buy("1", "100");
    story.after(1h);
    const Seq exit = story.sell("1", "110");
    const auto note = [&](Seq about, std::vector<std::string> tags) {
        story.add(NoteTaken{
            .about = about,
            .text = "chased it",
            .tags = std::move(tags),
            .request = {.by = "alice", .reason = "", .idempotency_key = ""}});
    };
    note(exit, {"late", "news"});
    note(entry, {"late"});
    note(Seq{1}, {"other"});
    const Report report = story.report();
    const Trade& trade = report.trades.at(0);
    ASSERT_EQ(trade.notes.size(), 2U);
    EXPECT_EQ(trade.notes[0].by, "alice");
    EXPECT_EQ(trade.tags(), (std::vector<std::string>{"late", "news"}));
    ASSERT_EQ(report.breakdowns.back().by, "tag");
    ASSERT_EQ(report.breakdowns.back().cells.size(), 2U);
    EXPECT_EQ(report.breakdowns.back().cells[0].net, money("10"));
    const auto json = nlohmann::json::parse(to_json(trade));
    EXPECT_EQ(json["notes"][0]["text"], "chased it");
    EXPECT_NE(trades_csv(report).find("late news"), std::string::npos);
}

TEST(ReportOutputTest, EveryFigureSaysItsValueOrWhyThereIsNone) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.after(30h).sell("1", "110");
    const Report report = story.report();
    ASSERT_EQ(report.figures.size(), figure_kinds().size());
    std::set<std::string> keys;
    for (const auto& figure : report.figures) {
        EXPECT_TRUE(keys.insert(figure.key).second) << figure.key << " twice";
        EXPECT_NE(figure.missing, "not known") << figure.key << " was forgotten";
        EXPECT_EQ(figure.value.has_value(), figure.missing.empty()) << figure.key;
        if (figure.unit == Unit::Money && figure.value) {
            EXPECT_TRUE(figure.exact || figure.key.ends_with("est_equity")) << figure.key;
        }
    }
}

TEST(ReportOutputTest, TheSameTapeGivesTheSameBytes) {
    const auto make = [] {
        ReportStory story;
        story.deposit("1000").price_is("100").buy("1", "100");
        for (int i = 0; i < 40; ++i) story.after(24h).price_is(i % 2 == 0 ? "101.3" : "99.9");
        story.sell("1", "110");
        return story.report();
    };
    EXPECT_EQ(to_json(make()), to_json(make()));
    EXPECT_EQ(to_text(make()), to_text(make()));
}

TEST(ReportOutputTest, JsonHasFullPrecisionAndAReasonForWhatIsMissing) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.after(30h).price_is("103.123456789012345678");
    const auto json = nlohmann::json::parse(to_json(story.report()));
    EXPECT_EQ(json["end_equity"], "1003.123456789012345678");
    EXPECT_EQ(json["conventions"]["annualisation_days"], 365);
    EXPECT_EQ(json["conventions"]["run"], "01c0ffee4711");
    EXPECT_EQ(json["days"].size(), 2U);
    EXPECT_EQ(json["open_trades"][0]["net"], "3.123456789012345678");
    bool found = false;
    for (const auto& figure : json["figures"]) {
        if (figure["key"] != "sharpe") continue;
        found = true;
        EXPECT_TRUE(figure["value"].is_null());
        EXPECT_EQ(figure["missing"], "2 d < 30 d");
        EXPECT_EQ(figure["n"], 2);
    }
    EXPECT_TRUE(found);
}

TEST(ReportOutputTest, TextBeginsWithItsConventionsAndNamesEverySample) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.after(30h).sell("1", "110");
    const std::string text = to_text(story.report());
    EXPECT_TRUE(text.starts_with("annualisation 365 d · rf 0 % · daily 00:00 UTC · mark-to-market"))
        << text;
    EXPECT_NE(text.find("n = 2 days"), std::string::npos) << text;
    EXPECT_NE(text.find("n/a (2 d < 90 d)"), std::string::npos) << text;
    EXPECT_NE(text.find("warning: only 1 closed trades"), std::string::npos) << text;
    EXPECT_NE(text.find("∞"), std::string::npos) << text;
}

TEST(ReportOutputTest, TablesHaveALineForEachTradeDayAndFigure) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.trade({.side = Side::Buy, .quantity = "1", .reason = "a,b \"c\""}, "100");
    story.after(30h).price_is("110");
    const Report report = story.report();
    const auto lines = [](const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines(trades_csv(report)), 2);
    EXPECT_NE(trades_csv(report).find("\"a,b \"\"c\"\"\""), std::string::npos);
    EXPECT_EQ(lines(daily_csv(report)), 3);
    EXPECT_EQ(lines(figures_csv(report)), static_cast<long>(report.figures.size()) + 1);
}

}  // namespace
}  // namespace tapedeck::research
