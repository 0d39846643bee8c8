#include "risk/core/desk_test.h"

namespace tapedeck::risk {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Config kBold{
    {"risk.max_position", "0.9"},
    {"risk.fraction", "0.5"},
    {"risk.stop_loss", "0.2"},
    {"risk.max_risk_per_trade", "1"}};

Config bold(Config more) {
    more.insert(more.end(), kBold.begin(), kBold.end());
    return more;
}

TEST(RiskEmergency, ADayLossTripsWithinTheEventThatCausesItAndClosesEverything) {
    Desk desk(kBold);
    desk.go_long();  // 50 at 100
    EXPECT_TRUE(desk.price("90.01").empty());
    const auto said = desk.price("90");  // 50 × 10 of 10000: five percent
    ASSERT_EQ(said.size(), 2U);
    const auto tripped = only<EmergencyStopTripped>(said).at(0);
    EXPECT_EQ(tripped.code, DenyCode::DayLossReached);
    EXPECT_EQ(number_of(tripped.value), "0.05");
    EXPECT_EQ(number_of(tripped.limit), "0.05");
    EXPECT_TRUE(tripped.flattens);
    const auto close = only<OrderApproved>(said).at(0);
    EXPECT_EQ(close.terms.purpose, OrderPurpose::Emergency);
    EXPECT_EQ(close.terms.quantity, quantity("50"));
    EXPECT_EQ(close.target, desk.story.last_seq_of<TradePrinted>());
    EXPECT_EQ(close.reason, "emergency_stop");
    EXPECT_TRUE(desk.price("80").empty());  // said once
}

TEST(RiskEmergency, DeniesEntriesUntilTheNextUtcDay) {
    Desk desk(bold({{"risk.flatten_on_emergency", "false"}}));
    desk.story.at(time("2026-03-01T10:00Z"));
    desk.price("100");
    desk.price("100", kEth);
    desk.go_long();
    EXPECT_EQ(only<OrderApproved>(desk.price("90")).size(), 0U);
    auto eth = desk.target("0.5");
    eth.instrument = kEth;
    EXPECT_EQ(code_in(desk.ask(eth)), "emergency_stopped");
    desk.story.at(time("2026-03-01T23:59:59Z"));
    EXPECT_TRUE(desk.story.play(ClockTicked{}).empty());
    desk.story.at(time("2026-03-02T00:00:00Z"));
    const auto said = desk.story.play(ClockTicked{});
    ASSERT_EQ(only<EmergencyStopReleased>(said).size(), 1U);
    EXPECT_EQ(only<EmergencyStopReleased>(said).front().reason, "new_day");
    desk.price("90");
    desk.price("100", kEth);
    eth = desk.target("0.5");
    eth.instrument = kEth;
    const auto order = approved_in(desk.ask(eth));
    EXPECT_EQ(numbers_of(order.checks, DenyCode::DayLossReached), "0 0.05 0.05");
    EXPECT_EQ(numbers_of(order.checks, DenyCode::DayTradesReached), "1 5 4");
}

TEST(RiskEmergency, ADayLossIsAlsoARuleOfItsOwnWhileTheTripIsStillInFlight) {
    Desk desk(bold({{"risk.flatten_on_emergency", "false"}}));
    desk.go_long();
    TradePrinted trade;
    trade.instrument = kBtc;
    trade.price = price("90");
    EXPECT_EQ(desk.story.when(trade).size(), 1U);
    auto eth = desk.target("0.5");
    eth.instrument = kEth;
    const auto denied = only<OrderDenied>(desk.story.when(eth));
    ASSERT_EQ(denied.size(), 1U);
    EXPECT_EQ(denied.front().code, DenyCode::EmergencyStopped);
    EXPECT_FALSE(check_of(denied.front().checks, DenyCode::DayLossReached)->passed);
}

TEST(RiskEmergency, ADrawdownStaysUntilAnOperatorResumesAndIsMeasuredFromThereOn) {
    Desk desk(bold(
        {{"risk.day_loss", "1"},
         {"risk.stop_loss", "0.2"},
         {"risk.max_stop_distance", "1"},
         {"risk.flatten_on_emergency", "false"}}));
    desk.story.at(time("2026-03-01T10:00Z"));
    desk.price("100");
    desk.go_long();
    const auto tripped = only<EmergencyStopTripped>(desk.price("60"));
    ASSERT_EQ(tripped.size(), 1U);
    EXPECT_EQ(tripped.front().code, DenyCode::DrawdownReached);
    EXPECT_FALSE(tripped.front().flattens);
    desk.story.after(hours(48));
    EXPECT_TRUE(desk.price("60").empty());
    EXPECT_EQ(code_in(desk.ask(desk.target("0.1", "other"))), "emergency_stopped");

    EXPECT_TRUE(desk.story.play(TradingResumed{Scope::Venue, "kraken", {}}).empty());
    const auto said = desk.story.play(TradingResumed{Scope::All, "", {}});
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(only<EmergencyStopReleased>(said).at(0).code, DenyCode::DrawdownReached);
    EXPECT_TRUE(desk.price("59").empty());
    EXPECT_EQ(only<EmergencyStopTripped>(desk.price("28")).size(), 1U);
}

TEST(RiskEmergency, AFactBeyondAllRangeStopsTradingInsteadOfTheProcess) {
    Desk desk;
    desk.go_long();
    OrderFilled absurd;
    absurd.account = "paper";
    absurd.strategy = "s";
    absurd.instrument = kBtc;
    absurd.trade_id = "absurd";
    absurd.price = Price(Decimal::from_units(static_cast<Int128>(1) << 126));
    absurd.quantity = Quantity(Decimal::from_units(static_cast<Int128>(1) << 126));
    const auto said = desk.story.play(absurd);
    ASSERT_FALSE(only<EmergencyStopTripped>(said).empty());
    EXPECT_EQ(only<EmergencyStopTripped>(said).front().code, DenyCode::ComputationFailed);
}

TEST(RiskEmergency, ADepositIsNoProfitAndAWithdrawalNoLoss) {
    Desk desk;
    EXPECT_TRUE(desk.deposit("5000").empty());
    EXPECT_TRUE(desk.deposit("-12000").empty());
    EXPECT_EQ(desk.story.decider().equity(), money("3000"));
    EXPECT_EQ(desk.story.decider().drawdown(), Ratio{});
}

TEST(RiskEmergency, EquityIsCashAndPositionsAtTheLastPriceWithFeesPaid) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    auto [intent, terms] = desk.intended(OrderPurpose::Entry);
    OrderFilled filled;
    filled.intent = intent;
    filled.account = "paper";
    filled.strategy = "s";
    filled.instrument = kBtc;
    filled.trade_id = "t";
    filled.price = price("100.1");
    filled.quantity = terms.quantity;
    filled.fee = money("2.5");
    filled.fee_currency = "USD";
    desk.story.play(filled);
    desk.price("102");
    // 10000 − 9.94 × 100.1 − 2.5 + 9.94 × 102
    EXPECT_EQ(desk.story.decider().equity(), money("10016.386"));
    EXPECT_EQ(desk.story.decider().day().result, money("16.386"));
}

TEST(RiskControl, AKillLatchesSurvivesARestartAndIsReleasedByTheOperatorAlone) {
    Desk desk;
    desk.go_long();
    EXPECT_TRUE(desk.story.play(KillEngaged{}).empty());
    for (const auto purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        desk.cancel_order(desk.intended(purpose).first);  // execution cancels by itself
    }
    desk.story.play(started("risk", {}));
    EXPECT_TRUE(desk.price("100").empty());
    EXPECT_EQ(code_in(desk.ask(desk.target("1", "other"))), "killed");
    EXPECT_EQ(only<OrderApproved>(desk.story.play(KillReleased{})).size(), 2U);  // protection
}

TEST(RiskControl, AKillThatFlattensClosesPositions) {
    Desk desk;
    desk.go_long();
    KillEngaged kill;
    kill.flatten = true;
    const auto close = approved_in(desk.story.play(kill));
    EXPECT_EQ(close.terms.purpose, OrderPurpose::Emergency);
    EXPECT_EQ(close.reason, "kill");
}

TEST(RiskControl, APauseCancelsOpenEntriesInItsScopeUnlessTheyAreKept) {
    for (const bool keep : {false, true}) {
        Desk desk(with({{"risk.entry", "limit"}}));
        desk.ask("0.5");
        desk.execute();
        EXPECT_TRUE(desk.story.play(TradingPaused{Scope::Strategy, "other", false, {}}).empty());
        const auto said = desk.story.play(TradingPaused{Scope::Strategy, "s", keep, {}});
        EXPECT_EQ(only<CancelApproved>(said).size(), keep ? 0U : 1U);
        EXPECT_TRUE(desk.price("100").empty());
    }
}

TEST(RiskControl, APausedPositionKeepsItsProtection) {
    Desk desk;
    desk.go_long();
    desk.story.play(TradingPaused{Scope::All, "", false, {}});
    const Seq stop = desk.intended(OrderPurpose::StopLoss).first;
    const auto said = desk.story.play(OrderCanceled{stop, {}, "requested", {}});
    EXPECT_EQ(approved_in(said).terms.purpose, OrderPurpose::StopLoss);
}

TEST(RiskControl, FlattenClosesTheScopeAndPausesIt) {
    Desk desk;
    desk.go_long();
    EXPECT_TRUE(desk.story.play(FlattenOrdered{kEth, {}}).empty());
    const auto close = approved_in(desk.story.play(FlattenOrdered{{}, {}}));
    EXPECT_EQ(close.terms.purpose, OrderPurpose::Emergency);
    EXPECT_EQ(close.reason, "flatten");
    EXPECT_EQ(code_in(desk.ask(desk.target("1", "other"))), "paused");
}

TEST(RiskControl, ARefusedEmergencyCloseIsTriedAgainWithGrowingPauses) {
    Desk desk;
    desk.go_long();
    desk.story.play(FlattenOrdered{{}, {}});
    desk.execute();
    desk.story.play(OrderRejected{desk.intended(OrderPurpose::Emergency).first, "refused", "", {}});
    desk.story.after(std::chrono::seconds(5));
    EXPECT_EQ(approved_in(desk.price("100")).terms.purpose, OrderPurpose::Emergency);
    desk.execute();
    desk.story.play(OrderRejected{desk.intended(OrderPurpose::Emergency).first, "refused", "", {}});
    desk.story.after(std::chrono::seconds(5));
    EXPECT_TRUE(desk.price("100").empty());
    desk.story.after(std::chrono::seconds(5));
    EXPECT_EQ(approved_in(desk.price("100")).terms.purpose, OrderPurpose::Emergency);
}

TEST(RiskControl, ACloseThatAKillHasCrossedIsTriedAgainAfterAPauseOrWhenAskedFor) {
    Desk desk;
    desk.go_long();
    const auto dropped = [&](const std::vector<Event>& said) {
        return desk.story.play(OrderDropped{desk.story.last_seq(), "killed"}).empty() &&
               approved_in(said).terms.purpose == OrderPurpose::Emergency;
    };
    EXPECT_TRUE(dropped(desk.story.play(FlattenOrdered{{}, {}})));
    EXPECT_TRUE(desk.price("100").empty());
    desk.story.after(std::chrono::seconds(5));
    EXPECT_TRUE(dropped(desk.price("100")));
    EXPECT_TRUE(desk.price("100").empty());
    const auto said = desk.story.play(KillEngaged{.flatten = true, .request = {}});
    EXPECT_EQ(approved_in(said).reason, "kill");
}

TEST(RiskControl, ShowsItsLimitsAndWhatIsUsedOfThem) {
    Desk desk(with({{"risk.strategy.s.budget", "0.5"}}));
    desk.go_long();
    std::map<std::string, std::string> shown;
    for (const auto& use : desk.story.decider().utilisation()) {
        shown[use.name] = number_of(use.value) + " of " + number_of(use.limit);
    }
    EXPECT_EQ(shown["day_trades"], "1 of 5");
    EXPECT_EQ(shown["max_open_orders"], "2 of 50");
    EXPECT_EQ(shown["max_total_exposure"], "994 of 10000");
    EXPECT_EQ(shown["max_position kraken:BTC/USD"], "994 of 1000");
    EXPECT_EQ(shown["max_venue_exposure kraken"], "994 of 10000");
    EXPECT_EQ(shown["budget s"], "994 of 5000");
    EXPECT_EQ(desk.story.decider().reservations().size(), 2U);
}

}  // namespace
}  // namespace tapedeck::risk
