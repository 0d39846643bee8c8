#include "risk/core/desk_test.h"

namespace tapedeck::risk {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<OrderApproved> of_purpose(const std::vector<Event>& said, OrderPurpose purpose) {
    std::vector<OrderApproved> result;
    for (const auto& order : only<OrderApproved>(said)) {
        if (order.terms.purpose == purpose) result.push_back(order);
    }
    return result;
}

TEST(RiskProtection, AFilledEntryGetsAStopAndATakeProfitThatCancelEachOther) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    const auto said = desk.fill(OrderPurpose::Entry, "9.94", "100.2");
    const Seq fill = desk.story.last_seq_of<OrderFilled>();
    ASSERT_EQ(said.size(), 2U);
    const auto stop = of_purpose(said, OrderPurpose::StopLoss).at(0);
    EXPECT_EQ(stop.target, fill);
    EXPECT_EQ(stop.terms.type, OrderType::Stop);
    EXPECT_EQ(stop.terms.side, Side::Sell);
    EXPECT_EQ(stop.terms.quantity, quantity("9.94"));
    EXPECT_EQ(stop.terms.trigger_price, price("97"));
    EXPECT_EQ(stop.terms.valid_until, Time{});
    EXPECT_EQ(stop.terms.group, fill.value);
    EXPECT_TRUE(stop.terms.reduce_only);
    const auto profit = of_purpose(said, OrderPurpose::TakeProfit).at(0);
    EXPECT_EQ(profit.terms.type, OrderType::TakeProfit);
    EXPECT_EQ(profit.terms.trigger_price, price("110"));
    EXPECT_EQ(profit.terms.group, fill.value);
}

TEST(RiskProtection, AShortIsProtectedTheOtherWayRound) {
    Desk desk(with({{"risk.allow_short", "true"}}));
    desk.ask("-1");
    desk.execute();
    const auto said = desk.fill(OrderPurpose::Entry, "9.94");
    const auto stop = of_purpose(said, OrderPurpose::StopLoss).at(0);
    EXPECT_EQ(stop.terms.side, Side::Buy);
    EXPECT_EQ(stop.terms.trigger_price, price("103"));
    EXPECT_EQ(of_purpose(said, OrderPurpose::TakeProfit).at(0).terms.trigger_price, price("90"));
}

TEST(RiskProtection, TheStrategysOwnLevelsAreTakenOntoTheTickTowardsThePrice) {
    Desk desk;
    auto target = desk.target("1");
    target.stop_price = price("96.123");
    target.take_profit_price = price("104.567");
    const auto order = approved_in(desk.ask(target));
    EXPECT_EQ(order.stop_price, price("96.13"));
    EXPECT_EQ(order.take_profit_price, price("104.56"));
}

TEST(RiskProtection, GrowsWithEachPartialFill) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    const auto first = desk.fill(OrderPurpose::Entry, "4");
    EXPECT_EQ(only<OrderApproved>(first).at(0).terms.quantity, quantity("4"));
    // Not intended yet: nothing that could be amended.
    EXPECT_TRUE(desk.fill(OrderPurpose::Entry, "1").empty());
    desk.execute();
    const auto amends = [&] {
        std::vector<AmendApproved> found;
        for (const auto& recorded : desk.story.tape()) {
            if (const auto* amend = recorded.event.as<AmendApproved>()) found.push_back(*amend);
        }
        return found;
    };
    ASSERT_EQ(amends().size(), 2U);  // once intended, both follow the position
    EXPECT_EQ(amends().at(0).quantity, quantity("5"));
    EXPECT_EQ(amends().at(1).quantity, quantity("5"));
    for (const auto& amend : amends()) {
        desk.story.play(OrderAmended{amend.intent, quantity("5"), {}, {}, {}});
    }
    EXPECT_EQ(only<AmendApproved>(desk.fill(OrderPurpose::Entry, "4.94")).size(), 2U);
    EXPECT_TRUE(desk.price("100").empty());  // asked for, and not asked for again
}

TEST(RiskProtection, APartialFillOfTheStopLeavesTheSiblingToExecution) {
    Desk desk;
    desk.go_long();
    EXPECT_TRUE(desk.fill(OrderPurpose::StopLoss, "3", "97").empty());
    const Seq profit = desk.intended(OrderPurpose::TakeProfit).first;
    EXPECT_TRUE(desk.story.play(OrderAmended{profit, quantity("6.94"), {}, {}, {}}).empty());
    EXPECT_TRUE(desk.fill(OrderPurpose::StopLoss, "6.94", "97").empty());
    EXPECT_TRUE(desk.story.play(OrderCanceled{profit, {}, "requested", {}}).empty());
    EXPECT_TRUE(desk.story.decider().reservations().empty());
}

TEST(RiskProtection, IsRestoredAtOnceWhenSomebodyCancelsIt) {
    Desk desk;
    desk.go_long();
    const Seq stop = desk.intended(OrderPurpose::StopLoss).first;
    const auto said = desk.story.play(OrderCanceled{stop, {}, "requested", {}});
    const auto again = approved_in(said);
    EXPECT_EQ(again.terms.purpose, OrderPurpose::StopLoss);
    EXPECT_EQ(again.terms.group, desk.intended(OrderPurpose::TakeProfit).second.group);
}

TEST(RiskProtection, ARefusedStopIsTriedAgainAfterAPauseAndBlocksEntriesMeanwhile) {
    Desk desk(with({{"risk.max_position", "0.5"}}));
    desk.go_long();
    const Seq stop = desk.intended(OrderPurpose::StopLoss).first;
    EXPECT_TRUE(desk.story.play(OrderRejected{stop, "refused", "", {}}).empty());
    EXPECT_EQ(code_in(desk.ask(desk.target("0.1", "other"))), "unprotected");
    desk.story.after(seconds(5));
    EXPECT_EQ(approved_in(desk.price("100")).terms.purpose, OrderPurpose::StopLoss);
}

TEST(RiskProtection, APositionWhoseStopIsRefusedThriceIsClosed) {
    Desk desk;
    desk.go_long();
    for (int refusal = 0; refusal < 3; ++refusal) {
        desk.story.play(
            OrderRejected{desk.intended(OrderPurpose::StopLoss).first, "refused", "", {}});
        desk.story.after(minutes(1));
        desk.price("100");
        desk.execute();
    }
    const auto close = desk.intended(OrderPurpose::Emergency);
    EXPECT_TRUE(close.first.exists());
    EXPECT_EQ(close.second.quantity, quantity("9.94"));
}

TEST(RiskProtection, NoProtectionWhileAnExitIsPendingAndItReturnsForWhatIsLeft) {
    Desk desk;
    desk.go_long();
    EXPECT_EQ(approved_in(desk.ask("0.5")).terms.purpose, OrderPurpose::Exit);
    // Execution clears the way first; nobody puts the stops back meanwhile.
    const Seq stop = desk.intended(OrderPurpose::StopLoss).first;
    const Seq profit = desk.intended(OrderPurpose::TakeProfit).first;
    EXPECT_TRUE(desk.story.play(OrderCanceled{stop, {}, "requested", {}}).empty());
    EXPECT_TRUE(desk.story.play(OrderCanceled{profit, {}, "requested", {}}).empty());
    desk.execute();
    const auto said = desk.fill(OrderPurpose::Exit, "4.94");
    ASSERT_EQ(said.size(), 2U);
    EXPECT_EQ(only<OrderApproved>(said).at(0).terms.quantity, quantity("5"));
    EXPECT_EQ(only<OrderApproved>(said).at(0).terms.trigger_price, price("97"));
}

TEST(RiskProtection, TheStopTrailsTheBestPriceByStepsAndNeverLoosens) {
    Desk desk(with({{"risk.trailing", "0.02"}, {"risk.trailing_step", "0.005"}}));
    desk.go_long();
    EXPECT_EQ(desk.intended(OrderPurpose::StopLoss).second.trigger_price, price("98"));
    EXPECT_TRUE(desk.price("100.4").empty());  // 98.392: less than half a percent better
    const auto amend = only<AmendApproved>(desk.price("101"));
    ASSERT_EQ(amend.size(), 1U);
    EXPECT_EQ(amend.front().trigger_price, price("98.98"));
    EXPECT_EQ(amend.front().reason, "trailing");
    EXPECT_TRUE(desk.price("103").empty());  // the amendment is not answered yet
    const auto next = only<AmendApproved>(desk.story.play(
        OrderAmended{amend.front().intent, quantity("9.94"), {}, price("98.98"), {}}));
    EXPECT_EQ(next.at(0).trigger_price, price("100.94"));
    EXPECT_TRUE(desk.price("101").empty());
}

TEST(RiskProtection, ARefusedAmendmentIsNotRepeatedAtOnce) {
    Desk desk(with({{"risk.trailing", "0.02"}}));
    desk.go_long();
    const auto amend = only<AmendApproved>(desk.price("102"));
    ASSERT_EQ(amend.size(), 1U);
    EXPECT_TRUE(desk.story.play(OrderAmendRejected{amend.front().intent, "no", {}}).empty());
    EXPECT_TRUE(desk.price("102").empty());
    desk.story.after(seconds(6));
    EXPECT_EQ(only<AmendApproved>(desk.price("102")).size(), 1U);
}

TEST(RiskProtection, AnUnknownStopIsNotReplaced) {
    Desk desk;
    desk.go_long();
    const Seq stop = desk.intended(OrderPurpose::StopLoss).first;
    EXPECT_TRUE(desk.story.play(OrderUnknown{stop, "no_answer"}).empty());
    EXPECT_TRUE(desk.price("99").empty());
    const auto said = desk.story.play(OrderResolved{stop, Resolution::NeverArrived, Seq{1}});
    EXPECT_TRUE(said.empty());
    desk.story.after(seconds(5));
    EXPECT_EQ(approved_in(desk.price("99")).terms.purpose, OrderPurpose::StopLoss);
}

TEST(RiskProtection, IsReestablishedByLevelAtTheStartOfTheService) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    const auto [intent, terms] = desk.intended(OrderPurpose::Entry);
    OrderFilled filled;
    filled.intent = intent;
    filled.account = "paper";
    filled.strategy = "s";
    filled.instrument = kBtc;
    filled.trade_id = "t";
    filled.price = price("100");
    filled.quantity = terms.quantity;
    desk.story.given(filled);  // applied while nobody decided
    EXPECT_EQ(only<OrderApproved>(desk.story.play(started("risk", {}))).size(), 2U);
    EXPECT_TRUE(desk.story.play(started("risk", {})).empty());
}

TEST(RiskProtection, ADroppedExitIsTriedAgainBecauseTheTargetStands) {
    Desk desk;
    desk.go_long();
    const auto exit = approved_in(desk.ask("0"));
    const Seq approved = desk.story.last_seq_of<OrderApproved>();
    EXPECT_TRUE(desk.story.play(OrderDropped{approved, "approval_expired"}).empty());
    desk.story.after(seconds(5));
    const auto again = approved_in(desk.price("99"));
    EXPECT_EQ(again.terms.purpose, OrderPurpose::Exit);
    EXPECT_EQ(again.terms.quantity, exit.terms.quantity);
    EXPECT_EQ(again.reason, "exit_again");
}

TEST(RiskProtection, AnEntryThatIsNoLongerWantedIsCanceledAndWhatItFilledIsClosed) {
    Desk desk(with({{"risk.entry", "limit"}}));
    desk.ask("1");
    desk.execute();
    const Seq entry = desk.intended(OrderPurpose::Entry).first;
    const auto said = desk.ask("0");
    EXPECT_EQ(code_in(said), "nothing_to_do");
    ASSERT_EQ(only<CancelApproved>(said).size(), 1U);
    EXPECT_EQ(only<CancelApproved>(said).front().intent, entry);
    // It fills before the cancel arrives: the target still says flat.
    const auto raced = approved_in(desk.fill(OrderPurpose::Entry, "2"));
    EXPECT_EQ(raced.terms.purpose, OrderPurpose::Exit);
    EXPECT_EQ(raced.terms.quantity, quantity("2"));
}

TEST(RiskProtection, AReversalClosesFirstAndEntersByLevelWhenFlat) {
    Desk desk(with({{"risk.allow_short", "true"}}));
    desk.go_long();
    const auto exit = approved_in(desk.ask("-1"));
    const Seq target = desk.story.last_seq_of<TargetSet>();
    EXPECT_EQ(exit.terms.purpose, OrderPurpose::Exit);
    for (const auto purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        desk.cancel_order(desk.intended(purpose).first);
    }
    desk.execute();
    const auto entry = approved_in(desk.fill(OrderPurpose::Exit, "9.94"));
    EXPECT_EQ(entry.terms.purpose, OrderPurpose::Entry);
    EXPECT_EQ(entry.terms.side, Side::Sell);
    EXPECT_EQ(entry.target, target);
}

TEST(RiskProtection, AReversalThatCameTooLateIsDenied) {
    Desk desk(with({{"risk.allow_short", "true"}}));
    desk.go_long();
    desk.ask("-1");
    for (const auto purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        desk.cancel_order(desk.intended(purpose).first);
    }
    desk.execute();
    desk.story.after(minutes(2) + seconds(1));
    EXPECT_EQ(code_in(desk.fill(OrderPurpose::Exit, "9.94")), "target_expired");
    EXPECT_TRUE(desk.price("100").empty());
}

TEST(RiskProtection, ATargetOlderThanAllowedIsDeniedAlsoWhileItIsValid) {
    Desk desk(with({{"risk.allow_short", "true"}, {"risk.max_target_age", "30s"}}));
    desk.go_long();
    desk.ask("-1");
    for (const auto purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        desk.cancel_order(desk.intended(purpose).first);
    }
    desk.execute();
    desk.story.after(seconds(31));
    EXPECT_EQ(code_in(desk.fill(OrderPurpose::Exit, "9.94")), "target_too_old");
}

TEST(RiskProtection, DustThatTheVenueWouldRefuseIsLeftAlone) {
    Desk desk;
    desk.go_long();
    desk.ask("0");
    for (const auto purpose : {OrderPurpose::StopLoss, OrderPurpose::TakeProfit}) {
        desk.cancel_order(desk.intended(purpose).first);
    }
    desk.execute();
    desk.fill(OrderPurpose::Exit, "9.935");
    EXPECT_TRUE(
        desk.story
            .play(OrderCanceled{desk.intended(OrderPurpose::Exit).first, {}, "reduce_only", {}})
            .empty());
    desk.story.after(minutes(10));
    EXPECT_TRUE(desk.price("100").empty());
}

TEST(RiskProtection, DustByWorthIsLeftAloneAndBlocksNobody) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    // 0.04 at 100 is 4 USD: more than the smallest quantity, less than the smallest worth.
    EXPECT_TRUE(only<OrderApproved>(desk.fill(OrderPurpose::Entry, "0.04")).empty());
    desk.cancel_order(desk.intended(OrderPurpose::Entry).first);
    EXPECT_TRUE(only<OrderApproved>(desk.price("90")).empty());
    auto other = desk.target("1", "another");
    other.instrument = kEth;
    EXPECT_EQ(only<OrderApproved>(desk.ask(other)).size(), 1U);
}

TEST(RiskProtection, AFillThatIsToldTwiceIsFoldedOnce) {
    Desk desk;
    desk.go_long();
    const auto before = desk.story.decider().equity();
    OrderFilled filled;
    for (const auto& recorded : desk.story.tape()) {
        if (const auto* found = recorded.event.as<OrderFilled>()) filled = *found;
    }
    EXPECT_TRUE(desk.story.play(filled).empty());
    EXPECT_EQ(desk.story.decider().equity(), before);
}

}  // namespace
}  // namespace tapedeck::risk
