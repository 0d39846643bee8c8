#pragma once

#include "execution/core/orders.h"
#include "testing/given.h"

/// What the order manager's tests say over and over.
namespace tapedeck::execution::testing {

using namespace tapedeck::testing;  // NOLINT: a header for tests only
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline Instrument btc() {
    return instrument("kraken:BTC/EUR");
}

inline OrderTerms terms(OrderPurpose purpose, Side side, std::string_view amount) {
    OrderTerms result;
    result.account = "paper";
    result.strategy = "macd";
    result.instrument = btc();
    result.side = side;
    result.purpose = purpose;
    result.quantity = quantity(amount);
    result.reduce_only = purpose != OrderPurpose::Entry;
    return result;
}

inline OrderTerms entry(std::string_view amount) {
    return terms(OrderPurpose::Entry, Side::Buy, amount);
}

inline OrderTerms exit(std::string_view amount) {
    return terms(OrderPurpose::Exit, Side::Sell, amount);
}

inline OrderTerms emergency(std::string_view amount) {
    return terms(OrderPurpose::Emergency, Side::Sell, amount);
}

inline OrderTerms stop(std::string_view amount, std::uint64_t group = 0) {
    auto result = terms(OrderPurpose::StopLoss, Side::Sell, amount);
    result.type = OrderType::Stop;
    result.trigger_price = price("90");
    result.group = group;
    return result;
}

inline OrderTerms take_profit(std::string_view amount, std::uint64_t group = 0) {
    auto result = terms(OrderPurpose::TakeProfit, Side::Sell, amount);
    result.type = OrderType::TakeProfit;
    result.trigger_price = price("120");
    result.group = group;
    return result;
}

inline OrderApproved approved(OrderTerms order) {
    OrderApproved event;
    event.terms = std::move(order);
    return event;
}

inline OrderStatusReported status(
    Seq intent, VenueOrderState state, std::uint32_t attempt, std::string_view filled = "0") {
    return {intent, state, "V-1", quantity(filled), attempt, {}};
}

/// A tape around the order manager, with a venue that says what the test says.
class OrderStory : public Story<Orders> {
public:
    OrderStory() {
        given(TapeStarted{0xABCDEF, "demo", 1});
        play(started("execution.orders", {{"execution.answer_timeout", "5s"}}));
    }

    /// Approves an order and returns its intent. Must be intended at once.
    Seq intend(OrderTerms order) {
        const auto recorded = play(approved(std::move(order)));
        EXPECT_EQ(only<OrderIntended>(recorded).size(), 1U);
        for (auto at = tape().rbegin(); at != tape().rend(); ++at) {
            if (at->event.as<OrderIntended>() != nullptr) return at->seq;
        }
        return {};
    }

    /// Likewise, and the venue accepts it.
    Seq open(OrderTerms order) {
        const Seq intent = intend(std::move(order));
        play(OrderAccepted{intent, "V-" + std::to_string(intent.value), {}});
        return intent;
    }

    OrderFilled fill_of(
        Seq intent, std::string_view amount, std::string_view at = "100", std::string id = "") {
        const Order* order = decider().find(intent);
        OrderFilled fill;
        fill.intent = intent;
        fill.account = "paper";
        fill.strategy = "macd";
        fill.instrument = btc();
        fill.trade_id = id.empty() ? "T" + std::to_string(++trades_) : std::move(id);
        fill.side = order == nullptr ? Side::Buy : order->terms.side;
        fill.price = price(at);
        fill.quantity = quantity(amount);
        return fill;
    }

    /// The venue fills; returns what the order manager says about it.
    std::vector<Event> fill(Seq intent, std::string_view amount) {
        return play(fill_of(intent, amount));
    }

    /// A position to protect or to exit: bought and filled.
    OrderStory& holding(std::string_view amount) {
        fill(open(entry(amount)), amount);
        return *this;
    }

    std::vector<Event> tick(Duration later) {
        after(later);
        return play(ClockTicked{now()});
    }

    OrderState state_of(Seq intent) {
        const Order* order = decider().find(intent);
        EXPECT_NE(order, nullptr);
        return order == nullptr ? OrderState{} : order->state;
    }

    Quantity position() { return decider().position_of({"paper", btc(), "macd"}); }

private:
    int trades_ = 0;
};

/// What was said, as "OrderCancelRequested 7 killed": type, intent, reason.
inline std::vector<std::string> told(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& event : events) {
        std::string line(event.name());
        event.visit([&](const auto& e) {
            if constexpr (requires { e.intent.value; }) {
                line += ' ' + std::to_string(e.intent.value);
            }
            if constexpr (requires { e.attempt; }) line += ' ' + std::to_string(e.attempt);
            if constexpr (requires { e.resolution; }) {
                line += ' ' + std::string(to_string(e.resolution));
            }
            if constexpr (requires { line += e.reason; }) line += ' ' + e.reason;
        });
        result.push_back(std::move(line));
    }
    return result;
}

/// "OrderCancelRequested 7 killed".
inline std::string line(std::string_view name, Seq intent, std::string_view rest = "") {
    std::string result = std::string(name) + ' ' + std::to_string(intent.value);
    if (!rest.empty()) result += ' ' + std::string(rest);
    return result;
}

/// An order that is Unknown: intended with this much validity, no answer for 5 s.
inline Seq unknown(OrderStory& story, OrderTerms order) {
    const Seq intent = story.intend(std::move(order));
    EXPECT_EQ(
        told(story.tick(seconds(5))), (std::vector{line("OrderUnknown", intent, "no_answer")}));
    return intent;
}

inline OrderTerms valid_for(const OrderStory& story, Duration validity) {
    auto order = entry("1");
    order.valid_until = story.now() + validity;
    return order;
}

}  // namespace tapedeck::execution::testing
