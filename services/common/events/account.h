#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <string>

namespace tapedeck {

/// Cash came into an account (negative: left it), for a reason other than a trade.
struct CashDeposited {
    static constexpr std::uint16_t kType = 130;
    static constexpr std::string_view kName = "CashDeposited";
    std::string account;
    std::string currency;
    Money amount;
    std::string reason;

    bool operator==(const CashDeposited&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "account", &CashDeposited::account),
            field(2, "currency", &CashDeposited::currency),
            field(3, "amount", &CashDeposited::amount),
            field(4, "reason", &CashDeposited::reason));
    }
};

/// The position of one strategy after one fill, and what the fill realised. The fold of fills and
/// nothing else. At any seq: cash = deposits + Σ(sells − buys) − Σ fees, exactly, and
/// Σ cash_flow = realised_total − cost, fees apart.
struct PositionChanged {
    static constexpr std::uint16_t kType = 131;
    static constexpr std::string_view kName = "PositionChanged";
    std::string account;
    std::string strategy;
    Instrument instrument;
    Seq fill;              ///< the OrderFilled
    Quantity quantity;     ///< signed, after the fill
    Money cost;            ///< signed cost basis of `quantity` without fees; 0 when flat
    Price average_price;   ///< cost / quantity, rounded half even to 18 digits: to be shown
    Money realised;        ///< by this fill, before fees
    Money realised_total;  ///< of this strategy in this instrument, before fees
    Money fees_total;      ///< likewise
    Money cash;            ///< of the account in the instrument's quote currency, after the fill
    Quantity account_quantity;  ///< of the instrument over all strategies of the account

    bool operator==(const PositionChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "account", &PositionChanged::account),
            field(2, "strategy", &PositionChanged::strategy),
            field(3, "instrument", &PositionChanged::instrument),
            field(4, "fill_seq", &PositionChanged::fill),
            field(5, "quantity", &PositionChanged::quantity),
            field(6, "cost", &PositionChanged::cost),
            field(7, "average_price", &PositionChanged::average_price),
            field(8, "realised", &PositionChanged::realised),
            field(9, "realised_total", &PositionChanged::realised_total),
            field(10, "fees_total", &PositionChanged::fees_total),
            field(11, "cash", &PositionChanged::cash),
            field(12, "account_quantity", &PositionChanged::account_quantity));
    }
};

}  // namespace tapedeck
