#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "events/types.h"

#include <compare>
#include <optional>
#include <string>

namespace tapedeck::execution {

/// Whose position an order or a fill moves.
struct PositionKey {
    std::string account;
    Instrument instrument;
    std::string strategy;

    friend bool operator==(const PositionKey&, const PositionKey&) = default;
    friend auto operator<=>(const PositionKey&, const PositionKey&) = default;

    template <class A>
    void archive(A& a) {
        a(account);
        a(instrument);
        a(strategy);
    }
};

/// A position at average cost, long or short. For any row of fills, exactly:
///   Σ cash flow = realised − cost
/// where a sale's cash flow is positive and a purchase's negative, fees apart. What rounding there
/// is (one division when a part is closed) moves value between cost and realised, never out.
struct Position {
    Quantity quantity;  ///< signed
    Money cost;         ///< of `quantity`, signed like it; 0 when flat
    Money realised;     ///< total, before fees
    Money fees;         ///< total, in the quote currency

    /// cost / quantity, rounded half even: to be shown. Nothing when flat.
    std::optional<Price> average_price() const;

    /// What closing at `price` would realise, before fees. Nothing if it can't be computed.
    std::optional<Money> unrealised(Price price) const;

    /// The worth of the position at `price`, signed.
    std::optional<Money> value(Price price) const;

    /// Books one fill that was paid or earned `value` for, and returns what it realised. Passing
    /// through zero closes the old position and opens the new one, the fill's value split by
    /// quantity. Nothing, and no change, when a product is beyond ±1.7e20.
    std::optional<Money> book(Side side, Quantity amount, Money value);

    template <class A>
    void archive(A& a) {
        a(quantity);
        a(cost);
        a(realised);
        a(fees);
    }
};

/// The money that a fill moves, before fees: rounded up where we pay it, down where we get it. With
/// at most 18 decimals in price and quantity together it is exact.
std::optional<Money> fill_value(Side side, Price price, Quantity quantity);

}  // namespace tapedeck::execution
