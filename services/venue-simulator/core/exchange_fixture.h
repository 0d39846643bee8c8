#pragma once

#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/text.h"

#include <gtest/gtest.h>

namespace tapedeck::venue_simulator {

inline Decimal number(const char* text) {
    return Decimal::parse(text).value();
}

inline constexpr Time kStart{std::chrono::seconds(1'700'000'000)};

/// A market with one account, 100,000 USD and 10 BTC, and an empty book.
class ExchangeFixture : public ::testing::Test {
protected:
    ExchangeFixture() {
        me_ = exchange_.open_account(
            {.name = "me",
             .tier = Tier::Pro,
             .balances =
                 {{*find_asset("USD"), number("100000")}, {*find_asset("BTC"), number("10")}}},
            kStart);
    }

    static OrderTerms limit(Side side, const char* quantity, const char* price) {
        return {
            .pair = *find_pair("XBTUSD"),
            .side = side,
            .type = OrderType::Limit,
            .quantity = number(quantity),
            .limit = number(price)};
    }

    static OrderTerms market(Side side, const char* quantity) {
        return {
            .pair = *find_pair("XBTUSD"),
            .side = side,
            .type = OrderType::Market,
            .quantity = number(quantity)};
    }

    OrderKey place(const OrderTerms& terms) {
        const auto placed = exchange_.place(me_, terms, now_);
        EXPECT_TRUE(placed.has_value()) << (placed ? "" : placed.error());
        return placed ? *placed : 0;
    }

    std::string refusal(const OrderTerms& terms) {
        const auto placed = exchange_.place(me_, terms, now_);
        return placed ? "accepted" : placed.error();
    }

    OrderKey house(Side side, const char* quantity, const char* price) {
        return exchange_.place(Exchange::kMaker, limit(side, quantity, price), now_).value();
    }

    const Order& order(OrderKey key) { return *exchange_.find(key); }

    std::string usd() { return text(exchange_.account(me_).balance(*find_asset("USD"))); }

    std::string btc() { return text(exchange_.account(me_).balance(*find_asset("BTC"))); }

    std::string usd_hold() { return text(exchange_.on_hold(me_, *find_asset("USD"))); }

    std::string btc_hold() { return text(exchange_.on_hold(me_, *find_asset("BTC"))); }

    static std::string text(Decimal value) { return value.to_string(); }

    /// "bid 2@100 1@99 ask ..." of the first levels.
    std::string book() {
        std::string said;
        for (const Side side : {Side::Buy, Side::Sell}) {
            said += side == Side::Buy ? "bid" : " ask";
            for (const auto& level : exchange_.book(*find_pair("XBTUSD")).levels(side, 3)) {
                said += " " + text(level.quantity) + "@" + text(level.price);
            }
        }
        return said;
    }

    /// "pending_new new trade filled", since the last call.
    std::string executions() {
        static const std::vector<std::string> kNames = {
            "pending", "new", "trade", "filled", "canceled", "expired", "amended", "triggered"};
        std::string said;
        for (const auto& event : exchange_.take_events()) {
            if (const auto* execution = std::get_if<Execution>(&event)) {
                if (!said.empty()) said += " ";
                said += kNames[static_cast<std::size_t>(execution->type)];
            }
        }
        return said;
    }

    Exchange exchange_{7};
    AccountId me_ = 0;
    Time now_ = kStart;
};

}  // namespace tapedeck::venue_simulator
