#include "risk/core/desk_test.h"

/// Sizes computed by hand. Equity 10000, price 100, worst case of a unit 100 × 1.002 × 1.004.
namespace tapedeck::risk {
namespace {

struct Row {
    std::string story;
    Config config;
    std::string exposure = "1";
    std::string volatility = "";
    std::string stop = "";
    std::string quantity;
    std::string capped_by = "";
    std::string stop_price = "97";
};

const Config kRoomy{{"risk.max_position", "1"}, {"risk.max_risk_per_trade", "1"}};

Config roomy(Config more) {
    more.insert(more.end(), kRoomy.begin(), kRoomy.end());
    return more;
}

std::vector<Row> rows() {
    return {
        {.story = "fixed: 1000 / 100",
         .config = roomy({{"risk.sizing", "fixed"}, {"risk.fixed_notional", "1000"}}),
         .quantity = "10"},
        {.story = "fixed, a third of it, rounded down to the step: 333.3 / 100",
         .config = roomy({{"risk.sizing", "fixed"}, {"risk.fixed_notional", "1000"}}),
         .exposure = "0.33333",
         .quantity = "3.333"},
        {.story = "fraction: 10000 × 0.25 / 100",
         .config = roomy({{"risk.fraction", "0.25"}}),
         .quantity = "25"},
        {.story = "fraction at its limit: 1000 / 100.6008 = 9.9402",
         .config = {},
         .quantity = "9.94",
         .capped_by = "max_position"},
        {.story = "risk_fraction: 10000 × 0.01 / (100 − 97) = 33.333",
         .config = roomy({{"risk.sizing", "risk_fraction"}}),
         .quantity = "33.333"},
        {.story = "risk_fraction with the strategy's stop: 100 / (100 − 95) = 20",
         .config = roomy({{"risk.sizing", "risk_fraction"}}),
         .stop = "95",
         .quantity = "20",
         .stop_price = "95"},
        {.story = "atr: 100 / (2 × 2.5) = 20, and the stop where the sizing counts on it",
         .config = roomy({{"risk.sizing", "atr"}}),
         .volatility = "2.5",
         .quantity = "20",
         .stop_price = "95"},
        {.story = "atr with its own multiple: 100 / (1.5 × 4) = 16.666",
         .config = roomy({{"risk.sizing", "atr"}, {"risk.atr_multiple", "1.5"}}),
         .volatility = "4",
         .quantity = "16.666",
         .stop_price = "94"},
        {.story = "a close stop makes a large position; cash is 10000 / 100.6008 = 99.4028",
         .config = roomy(
             {{"risk.sizing", "risk_fraction"},
              {"risk.max_position", "2"},
              {"risk.max_venue_exposure", "2"},
              {"risk.max_total_exposure", "2"}}),
         .stop = "99.5",
         .quantity = "99.402",
         .capped_by = "cash",
         .stop_price = "99.5"},
        {.story = "venue: 2000 / 100.6008 = 19.8805",
         .config = roomy({{"risk.fraction", "0.5"}, {"risk.max_venue_exposure", "0.2"}}),
         .quantity = "19.88",
         .capped_by = "max_venue_exposure"},
        {.story = "total: 3000 / 100.6008 = 29.8208",
         .config = roomy({{"risk.fraction", "0.5"}, {"risk.max_total_exposure", "0.3"}}),
         .quantity = "29.82",
         .capped_by = "max_total_exposure"},
    };
}

TEST(RiskSizing, EveryMethodAsComputedByHand) {
    for (const auto& row : rows()) {
        SCOPED_TRACE(row.story);
        Config config = row.config;  // the first of equal keys is overridden by the later
        std::reverse(config.begin(), config.end());
        Desk desk(config);
        auto target = desk.target(row.exposure);
        if (!row.volatility.empty()) target.volatility = price(row.volatility);
        if (!row.stop.empty()) target.stop_price = price(row.stop);
        const auto order = approved_in(desk.ask(target));
        EXPECT_EQ(order.terms.quantity.to_string(), row.quantity);
        EXPECT_EQ(order.sizing.capped_by, row.capped_by);
        EXPECT_EQ(order.stop_price, price(row.stop_price));
        EXPECT_EQ(order.sizing.target_quantity, order.terms.quantity);
    }
}

TEST(RiskSizing, AddsWhatIsMissingToTheTarget) {
    Desk desk(kRoomy);
    desk.ask("0.5");
    desk.execute();
    desk.fill(OrderPurpose::Entry, "5");
    desk.execute();
    const auto order = approved_in(desk.ask("1"));
    EXPECT_EQ(order.terms.purpose, OrderPurpose::Entry);
    EXPECT_EQ(order.terms.quantity, quantity("5"));
    EXPECT_EQ(order.sizing.position_quantity, quantity("5"));
    EXPECT_EQ(order.sizing.target_quantity, quantity("10"));
}

TEST(RiskSizing, ReservesTheWorstCaseAndReleasesItWithEachFillAndEnd) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    EXPECT_EQ(desk.story.decider().reservations().at(0).reserved, money("999.971952"));
    desk.fill(OrderPurpose::Entry, "4.97");
    EXPECT_EQ(desk.story.decider().reservations().at(0).reserved, money("499.985976"));
    desk.cancel_order(desk.intended(OrderPurpose::Entry).first);
    for (const auto& open : desk.story.decider().reservations()) {
        EXPECT_EQ(open.reserved, Money{});  // the stop and the take-profit reserve nothing
    }
}

TEST(RiskSizing, NothingIsReleasedWhileAnOrderIsUnknown) {
    Desk desk;
    desk.ask("1");
    desk.execute();
    const Seq intent = desk.intended(OrderPurpose::Entry).first;
    desk.story.play(OrderUnknown{intent, "no_answer"});
    desk.story.after(std::chrono::hours(24));
    desk.story.play(ClockTicked{});
    EXPECT_EQ(desk.story.decider().reservations().at(0).reserved, money("999.971952"));
    desk.story.play(OrderResolved{intent, Resolution::NeverArrived, Seq{1}});
    EXPECT_TRUE(desk.story.decider().reservations().empty());
}

TEST(RiskSizing, ADroppedApprovalGivesItsReservationBack) {
    Desk desk;
    desk.ask("1");
    const Seq approved = desk.story.last_seq_of<OrderApproved>();
    desk.story.play(OrderDropped{approved, "approval_expired"});
    EXPECT_TRUE(desk.story.decider().reservations().empty());
}

TEST(RiskSizing, TwoTargetsInFlightShareOneLimit) {
    Desk desk;
    const auto first = only<OrderApproved>(desk.story.when(desk.target("0.6", "a")));
    const auto second = only<OrderApproved>(desk.story.when(desk.target("0.6", "b")));
    ASSERT_EQ(first.size() + second.size(), 2U);
    EXPECT_EQ(first.front().terms.quantity, quantity("6"));
    EXPECT_EQ(second.front().terms.quantity, quantity("3.94"));  // (1000 − 603.6048) / 100.6008
    EXPECT_EQ(second.front().sizing.capped_by, "max_position");
    EXPECT_LE(first.front().reserved + second.front().reserved, money("1000"));
}

}  // namespace
}  // namespace tapedeck::risk
