#pragma once

#include "base/decimal.h"

#include <compare>
#include <string>
#include <string_view>

namespace tapedeck {

/// A Decimal that knows what it counts: amounts of one kind add up and compare, amounts of two
/// kinds do not mix. What may be multiplied with what is the list of functions below.
template <class Tag>
class Amount {
public:
    constexpr Amount() = default;

    constexpr explicit Amount(Decimal value) : value_(value) {}

    static Checked<Amount> parse(std::string_view text) {
        const auto value = Decimal::parse(text);
        if (!value) return tl::make_unexpected(value.error());
        return Amount(*value);
    }

    constexpr Decimal decimal() const { return value_; }

    std::string to_string() const { return value_.to_string(); }

    constexpr bool is_zero() const { return value_.is_zero(); }

    constexpr bool is_negative() const { return value_.is_negative(); }

    constexpr bool is_positive() const { return value_.is_positive(); }

    Amount abs() const { return Amount(value_.abs()); }

    Amount operator-() const { return Amount(-value_); }

    friend Amount operator+(Amount a, Amount b) { return Amount(a.value_ + b.value_); }

    friend Amount operator-(Amount a, Amount b) { return Amount(a.value_ - b.value_); }

    Amount& operator+=(Amount other) { return *this = *this + other; }

    Amount& operator-=(Amount other) { return *this = *this - other; }

    friend constexpr bool operator==(Amount a, Amount b) = default;
    friend constexpr auto operator<=>(Amount a, Amount b) = default;

private:
    Decimal value_;
};

/// Quote currency per unit of base.
using Price = Amount<struct PriceTag>;
/// Units of base. Signed where it is a position, positive where it is an order or a fill.
using Quantity = Amount<struct QuantityTag>;
/// An amount of a quote currency.
using Money = Amount<struct MoneyTag>;
/// A pure number: 0.03 is 3 percent.
using Ratio = Amount<struct RatioTag>;

namespace detail {

template <class To>
Checked<To> wrap(Checked<Decimal> value) {
    if (!value) return tl::make_unexpected(value.error());
    return To(*value);
}

}  // namespace detail

inline Checked<Money> notional(Price price, Quantity quantity, Rounding rounding) {
    return detail::wrap<Money>(multiply(price.decimal(), quantity.decimal(), rounding));
}

/// `ratio` of an amount: 3 % of a price is a price, 10 % of equity is money.
template <class Tag>
Checked<Amount<Tag>> portion(Amount<Tag> whole, Ratio ratio, Rounding rounding) {
    return detail::wrap<Amount<Tag>>(multiply(whole.decimal(), ratio.decimal(), rounding));
}

/// How much `money` buys at `price`.
inline Checked<Quantity> quantity_for(Money money, Price price, Rounding rounding) {
    return detail::wrap<Quantity>(divide(money.decimal(), price.decimal(), rounding));
}

/// The price at which `quantity` is worth `money`: an average cost.
inline Checked<Price> price_of(Money money, Quantity quantity, Rounding rounding) {
    return detail::wrap<Price>(divide(money.decimal(), quantity.decimal(), rounding));
}

/// part / whole of two amounts of one kind.
template <class Tag>
Checked<Ratio> ratio_of(Amount<Tag> part, Amount<Tag> whole, Rounding rounding) {
    return detail::wrap<Ratio>(divide(part.decimal(), whole.decimal(), rounding));
}

/// Prices on the venue's tick, quantities on its lot step.
template <class Tag>
Checked<Amount<Tag>> round_to(Amount<Tag> value, Amount<Tag> step, Rounding rounding) {
    return detail::wrap<Amount<Tag>>(round_to_step(value.decimal(), step.decimal(), rounding));
}

}  // namespace tapedeck
