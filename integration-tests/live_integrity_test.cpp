#include "trading.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

/// What the venue has and what the tape has: trade by trade, order by order, fee by fee.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Decimal decimal(const json& row, const char* key) {
    return Decimal::parse(row.at(key).get<std::string>()).value();
}

class LiveIntegrityTest : public TradingTest {
protected:
    json trades() { return json::parse(venue_.look("trades")); }

    /// Bought or sold at the market, and filled.
    Seq trade(Side side, std::string_view pair, std::string_view quantity) {
        const Seq intent = intend(market(side, pair, quantity));
        EXPECT_TRUE(hand_->wait_for([&] {
            return filled(intent) == Quantity::parse(quantity).value();
        })) << why();
        return intent;
    }

    /// What the command line says of this stack.
    Output told(std::vector<std::string> arguments) {
        for (const auto& each : stack_->arguments()) arguments.push_back(each);
        return run("tapedeck", arguments);
    }
};

TEST_F(LiveIntegrityTest, TheVenuesTradeHistoryIsTheTapesFillByFill) {
    start();
    trade(Side::Buy, "BTC/USD", "0.01");
    trade(Side::Sell, "BTC/USD", "0.004");
    trade(Side::Buy, "ETH/USD", "0.25");
    venue_.strike(R"("fault":"partial_fill","count":1)");
    const Price price = bid("BTC/USD");
    const Seq intent = intend(limit(Side::Buy, "BTC/USD", "0.02", price));
    ASSERT_NE(about<OrderFilled>(intent), nullptr) << why();
    // Below its price: on the way there the rest is filled, and whatever protects the positions.
    const Price whole(Decimal::from_integer(1));
    const Price below = round_to(
                            portion(price, Ratio::parse("0.99").value(), Rounding::Down).value(),
                            whole,
                            Rounding::Down)
                            .value();
    venue_.ask("price", R"({"pair":"XBTUSD","price":")" + below.to_string() + R"("})");
    ASSERT_TRUE(hand_->wait_for([&] {
        return filled(intent) == Quantity::parse("0.02").value() &&
               hand_->all<OrderFilled>().size() == trades().size();
    })) << why();

    const json history = trades();
    const auto fills = hand_->all<OrderFilled>();
    ASSERT_GE(history.size(), 4U);
    ASSERT_EQ(fills.size(), history.size());
    for (const auto& row : history) {
        const auto fill = std::find_if(fills.begin(), fills.end(), [&](const auto& each) {
            return each.trade_id == row.at("id").get<std::string>();
        });
        ASSERT_NE(fill, fills.end()) << row;
        EXPECT_EQ("kraken:" + row.at("pair").get<std::string>(), fill->instrument.name());
        EXPECT_EQ(row.at("side") == "buy", fill->side == Side::Buy) << row;
        EXPECT_EQ(row.at("liquidity") == "m", fill->liquidity == Liquidity::Maker) << row;
        EXPECT_EQ(decimal(row, "price"), fill->price.decimal()) << row;
        EXPECT_EQ(decimal(row, "vol"), fill->quantity.decimal()) << row;
        EXPECT_EQ(decimal(row, "fee"), fill->fee.decimal()) << row;
        const auto order = about<OrderAccepted>(fill->intent);
        ASSERT_NE(order, nullptr) << row;
        EXPECT_EQ(row.at("order"), order->venue_order_id);
    }
    expect_balances_agree();
}

TEST_F(LiveIntegrityTest, OpenOrdersAreTheSameAtTheVenueAndOnTheTape) {
    start();
    std::vector<Seq> intents;
    for (const char* quantity : {"0.01", "0.011", "0.012", "0.013", "0.014"}) {
        intents.push_back(intend(resting("BTC/USD", quantity)));
        ASSERT_NE(about<OrderAccepted>(intents.back()), nullptr) << why();
    }
    hand_->say(CancelApproved{intents[1], "test"});
    ASSERT_NE(about<OrderCanceled>(intents[1]), nullptr) << why();
    // One that the venue ends by itself, and one that somebody fills.
    const auto at_venue = [&](Seq intent) { return about<OrderAccepted>(intent)->venue_order_id; };
    venue_.ask("cancel", R"({"id":")" + at_venue(intents[2]) + R"("})");
    ASSERT_NE(about<OrderCanceled>(intents[2]), nullptr) << why();
    venue_.ask("fill", R"({"id":")" + at_venue(intents[3]) + R"("})");
    ASSERT_NE(about<OrderFilled>(intents[3]), nullptr) << why();

    // The fill has a position protected: what is on its way to the venue arrives.
    std::map<std::string, std::string> theirs;
    std::map<std::string, std::string> ours;
    const bool agree = hand_->wait_for([&] {
        theirs.clear();
        for (const auto& order : venue_.orders()) {
            if (order.status == "open") theirs[order.client_id] = order.quantity.to_string();
        }
        ours.clear();
        const json listing = json::parse(told({"orders", "--json"}).out, nullptr, false);
        if (listing.is_discarded()) return false;
        for (const auto& row : listing.at("rows")) {
            const std::string order = row.at("order");
            const auto number = order.find('-') + 1;
            ours[name_of(Seq{std::stoull(order.substr(number))})] = row.at("quantity");
        }
        return ours == theirs;
    });
    EXPECT_TRUE(agree) << why();
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(theirs.count(name_of(intents[0])), 1U);
    EXPECT_EQ(theirs.count(name_of(intents[4])), 1U);
    EXPECT_EQ(theirs.count(name_of(intents[1])), 0U);
    expect_balances_agree();
}

TEST_F(LiveIntegrityTest, FeesFollowTheTierOfTheThirtyDayVolume) {
    start();
    trade(Side::Buy, "BTC/USD", "0.3");
    trade(Side::Sell, "BTC/USD", "0.6");
    trade(Side::Buy, "BTC/USD", "0.1");

    // Kraken's published rungs: a trade pays by what was traded before it.
    struct Rung {
        int volume;
        const char* taker;
    };

    constexpr Rung kRungs[] = {{0, "0.004"}, {10'000, "0.0035"}, {50'000, "0.0024"}};
    Decimal volume;
    std::map<std::string, Decimal> charged;
    std::set<std::string> rates;
    for (const auto& row : trades()) {
        std::string rate;
        for (const Rung& rung : kRungs) {
            if (volume >= Decimal::from_integer(rung.volume)) rate = rung.taker;
        }
        const Decimal cost = decimal(row, "cost");
        const Decimal exact =
            multiply(cost, Decimal::parse(rate).value(), Rounding::HalfEven).value();
        const Decimal off = decimal(row, "fee") - exact;
        const Decimal half_a_unit = Decimal::parse("0.000005").value();
        EXPECT_LE(off, half_a_unit) << row << " at " << rate;
        EXPECT_GE(off, -half_a_unit) << row << " at " << rate;
        rates.insert(rate);
        volume = volume + cost;
        charged[row.at("id")] = decimal(row, "fee");
    }
    EXPECT_EQ(rates.size(), 3U) << "each rung was paid: " << volume.to_string();
    std::map<std::string, Decimal> paid;
    for (const auto& fill : hand_->all<OrderFilled>()) paid[fill.trade_id] = fill.fee.decimal();
    EXPECT_EQ(paid, charged);

    // Where the stack has just asked much with this key, there is nothing left to ask with.
    Output doctor = told({"doctor", "--venue", "kraken"});
    for (int i = 0; i < 6 && doctor.out.find("Rate limit") != std::string::npos; ++i) {
        std::this_thread::sleep_for(10s);
        doctor = told({"doctor", "--venue", "kraken"});
    }
    EXPECT_NE(doctor.out.find("0.24 % as taker, 0.14 % as maker"), std::string::npos)
        << doctor.out << doctor.err;
    expect_balances_agree();
}

}  // namespace
}  // namespace tapedeck::integration
