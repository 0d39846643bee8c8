#include "execution/core/position.h"

#include <algorithm>

namespace tapedeck::execution {
namespace {

/// part / of × whole. The product first: it is exact for all but absurd amounts.
std::optional<Money> share(Money whole, Quantity part, Quantity of) {
    if (part == of) return whole;
    const auto product = multiply(whole.decimal(), part.decimal(), Rounding::HalfEven);
    if (!product) return std::nullopt;
    const auto quotient = divide(*product, of.decimal(), Rounding::HalfEven);
    if (!quotient) return std::nullopt;
    return Money(*quotient);
}

template <class T>
std::optional<T> optional(Checked<T> value) {
    return value ? std::optional<T>(*value) : std::nullopt;
}

}  // namespace

std::optional<Money> fill_value(Side side, Price price, Quantity quantity) {
    const auto rounding = side == Side::Buy ? Rounding::Up : Rounding::Down;
    return optional(notional(price, quantity, rounding));
}

std::optional<Price> Position::average_price() const {
    if (quantity.is_zero()) return std::nullopt;
    return optional(price_of(cost, quantity, Rounding::HalfEven));
}

std::optional<Money> Position::value(Price price) const {
    return optional(notional(price, quantity, Rounding::Floor));
}

std::optional<Money> Position::unrealised(Price price) const {
    const auto worth = value(price);
    if (!worth) return std::nullopt;
    return *worth - cost;
}

std::optional<Money> Position::book(Side side, Quantity amount, Money value) {
    const Quantity change = side == Side::Buy ? amount : -amount;
    const Money paid = side == Side::Buy ? value : -value;
    const bool opens = quantity.is_zero() || quantity.is_negative() == change.is_negative();
    if (opens) {
        quantity += change;
        cost += paid;
        return Money{};
    }
    const Quantity closed = std::min(amount, quantity.abs());
    const auto paid_to_close = share(paid, closed, amount);
    const auto cost_of_closed = share(cost, closed, quantity.abs());
    if (!paid_to_close || !cost_of_closed) return std::nullopt;
    const Money gain = -*paid_to_close - *cost_of_closed;
    quantity += change;
    cost = cost - *cost_of_closed + (paid - *paid_to_close);
    realised += gain;
    return gain;
}

}  // namespace tapedeck::execution
