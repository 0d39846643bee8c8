#include "research/report/report_story_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the words of the stories
using namespace std::chrono_literals;

constexpr auto kDay = std::chrono::days(1);

/// A year in which 1 BTC goes from 100 to 200, a little every day.
Report doubled() {
    ReportStory story;
    story.deposit("100").price_is("100").buy("1", "100");
    for (int day = 1; day <= 365; ++day) {
        story.at(time("2026-01-01") + day * kDay);
        story.price_is(day == 365 ? "200" : std::to_string(100 + day / 4));
    }
    return story.report();
}

TEST(EquityFiguresTest, TwiceAsMuchInAYearIsACagrOfAHundredPercent) {
    const Report report = doubled();
    EXPECT_EQ(report.days.size(), 365U);
    EXPECT_NEAR(value_of(report, "cagr"), 1, 1e-9);
    EXPECT_NEAR(value_of(report, "total_return"), 1, 1e-12);
    EXPECT_NEAR(value_of(report, "hold_btc"), 1, 1e-12);
    EXPECT_EQ(report.end_equity, money("200"));
    EXPECT_EQ(report.conventions.annualisation_days, 365);
    EXPECT_EQ(report.find("sharpe")->n, 365U);
    // Never down: ∞, not a number that stands for it.
    EXPECT_TRUE(std::isinf(value_of(report, "calmar")));
    EXPECT_TRUE(std::isinf(value_of(report, "recovery_factor")));
    EXPECT_TRUE(std::isinf(value_of(report, "sortino")));
}

TEST(EquityFiguresTest, AYearWithoutATradeCountsItsDays) {
    ReportStory story;
    story.deposit("100").price_is("100");
    story.at("2027-01-01").price_is("150");
    const Report report = story.report();
    EXPECT_EQ(report.days.size(), 365U);
    EXPECT_EQ(value_of(report, "volatility"), 0);
    EXPECT_EQ(missing_of(report, "sharpe"), "the returns have no spread");
    EXPECT_EQ(value_of(report, "total_return"), 0);
    EXPECT_EQ(value_of(report, "max_drawdown"), 0);
    EXPECT_EQ(value_of(report, "time_in_market"), 0);
    EXPECT_EQ(missing_of(report, "hold_btc"), "BTC was not traded");
}

TEST(EquityFiguresTest, EighteenDaysAreTooFewForYearsAndForSpread) {
    ReportStory story;
    story.deposit("100").price_is("100").buy("1", "100");
    for (int day = 1; day <= 18; ++day) story.after(kDay).price_is(day % 2 == 0 ? "110" : "105");
    const Report report = story.report();
    for (const char* key : {"cagr", "calmar"}) {
        EXPECT_EQ(missing_of(report, key), "18 d < 90 d") << key;
    }
    for (const char* key :
         {"volatility", "sharpe", "sharpe_error", "sortino", "probabilistic_sharpe"}) {
        EXPECT_EQ(missing_of(report, key), "18 d < 30 d") << key;
    }
}

TEST(EquityFiguresTest, ADepositIsNoProfit) {
    ReportStory with;
    ReportStory without;
    for (ReportStory* story : {&with, &without}) {
        story->deposit("100").price_is("100").buy("0.5", "100");
        story->at("2026-01-02").after(12h).price_is("120");
        if (story == &with) story->deposit("55");  // half of the equity
        story->after(1h).sell("0.5", "120");
        story->at("2026-01-03").after(1min).price_is("120");
    }
    const Report a = with.report();
    const Report b = without.report();
    EXPECT_EQ(a.flows, money("55"));
    EXPECT_EQ(exact_of(a, "net_profit"), money("10"));
    EXPECT_NEAR(value_of(a, "total_return"), 0.1, 1e-12);
    ASSERT_EQ(a.days.size(), b.days.size());
    for (std::size_t i = 0; i < a.days.size(); ++i) EXPECT_NEAR(a.days[i].r, b.days[i].r, 1e-12);
    EXPECT_EQ(a.days[1].flow, money("55"));
    EXPECT_EQ(imbalance(a), Money{});
    EXPECT_EQ(value_of(a, "max_drawdown"), 0);
}

TEST(EquityFiguresTest, AWithdrawalWithinTheDayCutsIt) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("10", "100");
    story.after(6h).price_is("110").sell("5", "110");  // 1100
    story.deposit("-550");
    story.after(6h).price_is("121");  // 550 becomes 605
    const Report report = story.report();
    ASSERT_EQ(report.days.size(), 1U);
    EXPECT_NEAR(report.days[0].r, 1.1 * 1.1 - 1, 1e-12);
    EXPECT_EQ(report.days[0].equity, money("605"));
    EXPECT_EQ(imbalance(report), Money{});
}

TEST(EquityFiguresTest, ADipWithinTheDayIsADrawdown) {
    ReportStory story;
    story.deposit("100").price_is("100").buy("1", "100");
    story.after(1h).price_is("80");
    story.after(1h).price_is("100");
    story.after(21h).price_is("101");
    const Report report = story.report();
    EXPECT_NEAR(value_of(report, "max_drawdown"), 0.2, 1e-12);
    ASSERT_EQ(report.drawdowns.size(), 1U);
    EXPECT_EQ(to_string(*report.drawdowns[0].recovery).substr(0, 16), "2026-01-01T02:00");
    EXPECT_NEAR(value_of(report, "max_drawdown_duration"), 7200, 1);
    EXPECT_NEAR(value_of(report, "under_water"), 1.0 / 23, 1e-6);
    EXPECT_EQ(value_of(report, "worst_day"), value_of(report, "best_day"));
}

TEST(EquityFiguresTest, TheFiveDeepestDrawdownsAreKeptAndOneMayBeOpen) {
    ReportStory story;
    story.deposit("1000").price_is("1000").buy("1", "1000");
    for (const char* at :
         {"990",
          "1001",
          "900",
          "1002",
          "950",
          "1003",
          "980",
          "1004",
          "800",
          "1005",
          "970",
          "1006",
          "700"}) {
        story.after(1h).price_is(at);
    }
    const Report report = story.report();
    ASSERT_EQ(report.drawdowns.size(), 5U);
    EXPECT_NEAR(report.drawdowns[0].depth, 1 - 700.0 / 1006, 1e-12);
    EXPECT_FALSE(report.drawdowns[0].recovery);
    EXPECT_NEAR(report.drawdowns[1].depth, 1 - 800.0 / 1004, 1e-12);
    EXPECT_EQ(missing_of(report, "max_drawdown_duration"), "not recovered");
    EXPECT_EQ(report.find("average_drawdown")->n, 7U);
}

TEST(EquityFiguresTest, TheCandleThatEndsADayBelongsToIt) {
    ReportStory story;
    story.deposit("100").price_is("100").buy("1", "100");
    story.at("2026-01-02").add(ClockTicked{time("2026-01-02")});
    story.candle("110", "100", "110");
    story.after(12h).price_is("110");
    const Report report = story.report();
    ASSERT_EQ(report.days.size(), 2U);
    EXPECT_NEAR(report.days[0].r, 0.1, 1e-12);
    EXPECT_EQ(report.days[1].r, 0);
}

TEST(EquityFiguresTest, ARuinIsSaidAndEndsTheRatios) {
    ReportStory story;
    story.deposit("100").price_is("100").buy("2", "100");
    for (int day = 1; day <= 100; ++day) story.after(kDay).price_is(day == 50 ? "49" : "100");
    const Report report = story.report();
    ASSERT_TRUE(report.ruined_at);
    EXPECT_EQ(value_of(report, "total_return"), -1);
    EXPECT_TRUE(missing_of(report, "sharpe").starts_with("ruined at 2026-02-20"))
        << missing_of(report, "sharpe");
    EXPECT_TRUE(missing_of(report, "cagr").starts_with("ruined at"));
    EXPECT_EQ(value_of(report, "max_drawdown"), 1);
}

TEST(EquityFiguresTest, ExposureIsWeightedByTime) {
    ReportStory story;
    story.deposit("1000").price_is("100");
    story.after(6h).buy("5", "100");
    story.after(6h).sell("5", "100");
    story.after(12h).price_is("100");
    const Report report = story.report();
    EXPECT_NEAR(value_of(report, "time_in_market"), 0.25, 1e-9);
    EXPECT_NEAR(value_of(report, "gross_exposure_mean"), 0.125, 1e-9);
    EXPECT_NEAR(value_of(report, "gross_exposure_max"), 0.5, 1e-12);
    EXPECT_NEAR(value_of(report, "turnover"), 1, 1e-9);
    EXPECT_EQ(value_of(report, "concentration"), 1);
}

TEST(EquityFiguresTest, OtherCurrenciesCountAtTheirPrice) {
    ReportStory story;
    story.deposit("1000").deposit("1", "BTC");
    story.price_is("500");  // only now is it known what a BTC is worth
    story.after(1h).price_is("600");
    const Report report = story.report();
    EXPECT_EQ(report.start_equity, money("1500"));
    EXPECT_EQ(report.end_equity, money("1600"));
    EXPECT_EQ(exact_of(report, "currency_profit"), money("100"));
}

TEST(EquityFiguresTest, MoneyWithoutAPriceIsWarnedOf) {
    ReportStory story;
    story.deposit("1000").deposit("5", "GBP").after(1h).price_is("500");
    const Report report = story.report();
    EXPECT_EQ(report.end_equity, money("1000"));
    EXPECT_EQ(report.warnings[0], "money in GBP is not counted: no price in USD");
}

TEST(EquityFiguresTest, TheMarkIsTheMiddleOfAFreshQuote) {
    ReportStory story;
    story.deposit("1000").price_is("100").buy("1", "100");
    story.add(QuoteChanged{
        .instrument = instrument("demo:BTC/USD"),
        .bid = price("110"),
        .bid_quantity = quantity("1"),
        .ask = price("112"),
        .ask_quantity = quantity("1")});
    story.after(30s).price_is("150");
    EXPECT_EQ(story.report().end_equity, money("1011"));
    story.after(31s).price_is("150");
    EXPECT_EQ(story.report().end_equity, money("1050"));
}

TEST(EquityFiguresTest, AReportMayBeginLaterWithWhatIsHeldByThen) {
    ReportStory story({.risk_free = 0, .from = time("2026-01-03")});
    story.deposit("1000").price_is("100").buy("5", "100", "1");
    story.after(1h).sell("2", "110", "1");
    story.at("2026-01-02").after(1h).price_is("120");
    story.at("2026-01-03").after(1h).price_is("130");
    story.sell("3", "130", "1");
    const Report report = story.report();
    EXPECT_EQ(report.start_equity, money("1078"));  // 1000 − 2 fees + 20 + 60
    EXPECT_EQ(report.end_equity, money("1107"));
    ASSERT_EQ(report.trades.size(), 1U);
    EXPECT_EQ(exact_of(report, "carried_profit"), money("78"));
    EXPECT_EQ(imbalance(report), Money{});
    EXPECT_EQ(report.days.size(), 1U);
}

TEST(EquityFiguresTest, ATapeWithoutCashHasNoEquity) {
    ReportStory story;
    story.price_is("100");
    const Report report = story.report();
    EXPECT_EQ(missing_of(report, "total_return"), "no cash was ever deposited");
    EXPECT_TRUE(report.days.empty());
}

TEST(EquityFiguresTest, TheCurveIsBoundedAndKeepsExtremes) {
    ReportStory story;
    story.deposit("1000").price_is("1000").buy("1", "1000");
    for (int i = 0; i < 20'000; ++i) {
        story.after(1min).price_is(i == 7'777 ? "400" : i % 2 == 0 ? "1000" : "1010");
    }
    const Report report = story.report();
    EXPECT_LE(report.curve.size(), Report::kCurvePoints);
    EXPECT_GE(report.curve.size(), Report::kCurvePoints / 4);
    double lowest = 1;
    for (std::size_t i = 1; i < report.curve.size(); ++i) {
        EXPECT_LT(report.curve[i - 1].time, report.curve[i].time);
        lowest = std::min(lowest, report.curve[i].index);
    }
    EXPECT_NEAR(lowest, 0.4, 1e-12);
}

}  // namespace
}  // namespace tapedeck::research
