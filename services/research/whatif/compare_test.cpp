#include "research/whatif/compare.h"

#include "research/made_tape_test.h"

#include <gmock/gmock.h>

namespace tapedeck::research {
namespace {

using tapedeck::testing::price;
using tapedeck::testing::quantity;
using tapedeck::testing::time;
using ::testing::HasSubstr;
using testing::MadeTape;
using testing::play;
using testing::start_all;
using testing::strategy_configuration;
using testing::Written;

using Records = std::vector<Written>;

const Time kDay = time("2026-11-20T00:00:00Z");

MadeTape made(
    std::size_t lag = 0,
    const std::string& fraction = "0.05",
    const std::string& slippage_bps = "5",
    const std::string& build = "1+a.x") {
    MadeTape tape(lag);
    tape.start("strategy", strategy_configuration());
    tape.start("risk", {{"risk.day_trades", "500"}, {"risk.fraction", fraction}});
    tape.start("execution.orders", {});
    tape.start("execution.portfolio", {});
    tape.start(
        "execution.paper",
        {{"paper.cash", "USD:10000"}, {"paper.slippage_bps", slippage_bps}},
        build);
    MadeTape listing;
    start_all(listing);
    tape.input(listing.records()[listing.find(InstrumentListed::kType)].recorded.event);
    play(tape, 80);
    tape.settle();
    return tape;
}

DaySheets sheets_of(const Records& records, std::optional<Time> only = std::nullopt) {
    DaySheets sheets(only);
    for (const auto& each : records) sheets.take(each.recorded);
    sheets.finish();
    return sheets;
}

DayComparison compared(const Records& a, const Records& b) {
    const auto first = sheets_of(a);
    const auto second = sheets_of(b);
    const auto result = compare(first.days().at(kDay), second.days().at(kDay), {});
    EXPECT_TRUE(result);
    return result.value_or(DayComparison{});
}

TEST(CompareTest, ARunIsAtParityWithItself) {
    const MadeTape tape = made();
    const auto result = compared(tape.records(), tape.records());
    EXPECT_EQ(result.parity(), 100.0);
    EXPECT_GT(result.decisions_equal, 20U);
    EXPECT_GT(result.fills_equal, 3U);
    EXPECT_EQ(result.data_equal, 80U);
    EXPECT_EQ(result.stretches_different, 0U);
    EXPECT_EQ(result.price_bps_mean, 0.0);
    EXPECT_FALSE(result.first);
    EXPECT_EQ(result.compared(), result.decisions_equal + result.fills_equal);
}

TEST(CompareTest, ALiveRunThatSpeaksLaterStillDecidesTheSame) {
    const auto result = compared(made(0).records(), made(3).records());
    EXPECT_EQ(result.data_different, 0U);
    EXPECT_EQ(result.stretches_different, 0U);
    ASSERT_TRUE(result.parity());
    EXPECT_GT(*result.parity(), 50.0);
}

TEST(CompareTest, AnotherConfigurationIsTheCauseOfTheFirstDifference) {
    const auto result = compared(made().records(), made(0, "0.1").records());
    ASSERT_TRUE(result.first);
    EXPECT_EQ(result.first->cause, "configuration");
    EXPECT_THAT(result.first->explanation, HasSubstr("risk.fraction 0.05 → 0.1"));
    EXPECT_EQ(result.first->strategy, "rsi");
    EXPECT_EQ(result.first->a, "approved entry");
    EXPECT_TRUE(result.first->seq_a.exists());
    EXPECT_GT(result.decisions_different, 0U);
    EXPECT_GT(result.fills_different, 0U) << "the quantities are others";
    ASSERT_TRUE(result.parity());
    EXPECT_LT(*result.parity(), 100.0);
}

TEST(CompareTest, WhereFillsDifferFirstThePaperVenuesSettingsAreTheCauseAndNotItsBuild) {
    const auto result = compared(made().records(), made(0, "0.05", "1000", "2+b.y").records());
    ASSERT_TRUE(result.first);
    EXPECT_EQ(result.first->cause, "configuration");
    EXPECT_THAT(result.first->explanation, HasSubstr("paper.slippage_bps 5 → 1000"));
}

TEST(CompareTest, OtherDataBeforeTheFirstDifferenceAreItsCause) {
    const MadeTape tape = made();
    MadeTape other = made();
    const std::size_t target = other.find(TargetSet::kType);
    const Seq cause = other.records()[target].recorded.cause;
    Recorded candle = other.records()[cause.value - 1].recorded;
    candle.event.as<CandleClosed>()->volume = quantity("9");
    other.rewrite(cause.value - 1, candle);
    Recorded changed = other.records()[target].recorded;
    changed.event.as<TargetSet>()->reason = "another";
    other.rewrite(target, changed);
    const auto result = compared(tape.records(), other.records());
    EXPECT_EQ(result.data_different, 1U);
    ASSERT_TRUE(result.first);
    EXPECT_EQ(result.first->cause, "data");
    EXPECT_EQ(result.first->input, candle.event.as<CandleClosed>()->close_time());
}

TEST(CompareTest, FillsAreHeldAgainstEachOtherInBasisPointsAndFees) {
    const MadeTape tape = made();
    MadeTape other = made();
    const std::size_t at = other.find(OrderFilled::kType);
    Recorded fill = other.records()[at].recorded;
    auto& said = *fill.event.as<OrderFilled>();
    ASSERT_EQ(said.side, Side::Buy);
    const double before = said.price.decimal().to_double();
    said.price += price("90");
    said.fee += tapedeck::testing::money("0.5");
    other.rewrite(at, fill);
    const auto result = compared(tape.records(), other.records());
    ASSERT_TRUE(result.price_bps_worst);
    EXPECT_NEAR(*result.price_bps_worst, 90 / before * 10'000, 1e-6);
    EXPECT_EQ(result.fills_different, 1U);
    EXPECT_EQ(result.fee_difference.at("USD"), tapedeck::testing::money("0.5"));
    EXPECT_LT(*result.parity(), 100.0);
    EXPECT_EQ(result.decisions_equal, compared(tape.records(), tape.records()).decisions_equal);
}

TEST(CompareTest, ADayWithoutADecisionHasNoParityAndSaysWhy) {
    MadeTape quiet;
    start_all(quiet, "79");
    play(quiet, 10);
    quiet.settle();
    const auto result = compared(quiet.records(), quiet.records());
    EXPECT_FALSE(result.parity());
    EXPECT_THAT(result.missing(), HasSubstr("no"));
}

TEST(DaySheetsTest, SumsBelongToTheirDayAndProfitIsEquityLessDeposits) {
    const MadeTape tape = made();
    const auto sheets = sheets_of(tape.records());
    ASSERT_EQ(sheets.days().size(), 1U);
    const DaySheet& sheet = sheets.days().at(kDay);
    RunSheet whole;
    for (const auto& each : tape.records()) whole.apply(each.recorded, false);
    EXPECT_EQ(sheet.counts.fills, whole.counts().fills);
    const auto totals = whole.portfolio().totals();
    ASSERT_EQ(totals.size(), 1U);
    EXPECT_EQ(sheet.profit.at("USD"), totals[0].equity - totals[0].deposits);
    EXPECT_GT(sheet.executions.size(), 3U);
    EXPECT_LE(sheet.executions.size(), sheet.counts.fills);
    EXPECT_TRUE(sheets_of(tape.records(), kDay + std::chrono::days(1)).days().empty());
}

}  // namespace
}  // namespace tapedeck::research
