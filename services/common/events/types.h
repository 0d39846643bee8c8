#pragma once

#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/describe.h"

#include <array>
#include <string>

namespace tapedeck {

/// Which way an order or a fill goes.
enum class Side { Buy = 1, Sell = 2 };

constexpr auto enum_names(Side) {
    return std::array<EnumName<Side>, 2>{{{Side::Buy, "buy"}, {Side::Sell, "sell"}}};
}

constexpr Side opposite(Side side) {
    return side == Side::Buy ? Side::Sell : Side::Buy;
}

/// How an order gets its price. Stop and take-profit orders rest until their trigger price is
/// reached.
enum class OrderType { Market = 1, Limit = 2, Stop = 3, TakeProfit = 4 };

constexpr auto enum_names(OrderType) {
    return std::array<EnumName<OrderType>, 4>{
        {{OrderType::Market, "market"},
         {OrderType::Limit, "limit"},
         {OrderType::Stop, "stop"},
         {OrderType::TakeProfit, "take_profit"}}};
}

/// How long an order rests at the venue.
enum class TimeInForce {
    GoodTillCanceled = 1,
    ImmediateOrCancel = 2,
    FillOrKill = 3,
    GoodTillDate = 4
};

constexpr auto enum_names(TimeInForce) {
    return std::array<EnumName<TimeInForce>, 4>{
        {{TimeInForce::GoodTillCanceled, "gtc"},
         {TimeInForce::ImmediateOrCancel, "ioc"},
         {TimeInForce::FillOrKill, "fok"},
         {TimeInForce::GoodTillDate, "gtd"}}};
}

/// Why risk lets an order through; what it is for decides which rules bind it.
enum class OrderPurpose {
    Entry = 1,       ///< opens or increases a position
    Exit = 2,        ///< reduces or closes one at the strategy's wish
    StopLoss = 3,    ///< protective, rests at the venue
    TakeProfit = 4,  ///< protective, rests at the venue
    Emergency = 5,   ///< closes at the wish of a limit or the operator
};

constexpr auto enum_names(OrderPurpose) {
    return std::array<EnumName<OrderPurpose>, 5>{
        {{OrderPurpose::Entry, "entry"},
         {OrderPurpose::Exit, "exit"},
         {OrderPurpose::StopLoss, "stop_loss"},
         {OrderPurpose::TakeProfit, "take_profit"},
         {OrderPurpose::Emergency, "emergency"}}};
}

/// Whether a fill came to an order that rested, or took from one that did.
enum class Liquidity { Maker = 1, Taker = 2 };

constexpr auto enum_names(Liquidity) {
    return std::array<EnumName<Liquidity>, 2>{
        {{Liquidity::Maker, "maker"}, {Liquidity::Taker, "taker"}}};
}

/// One value that a decision was based on: "rsi" = 28.4. A reading, not money.
struct Reading {
    std::string name;
    double value = 0;

    bool operator==(const Reading&) const = default;

    static constexpr auto fields() {
        return std::tuple(field(1, "name", &Reading::name), field(2, "value", &Reading::value));
    }
};

/// One key of an effective configuration, in canonical text (base/settings.h).
struct SettingValue {
    std::string key;
    std::string value;

    bool operator==(const SettingValue&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "key", &SettingValue::key), field(2, "value", &SettingValue::value));
    }
};

}  // namespace tapedeck
