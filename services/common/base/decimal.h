#pragma once

#include "base/expected.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// Which way a product or quotient goes that has more than 18 fractional digits. Rule of the house:
/// what we might owe rounds Up, what we might own rounds Down.
enum class Rounding {
    Down,      ///< toward zero
    Up,        ///< away from zero
    Floor,     ///< toward minus infinity
    Ceiling,   ///< toward plus infinity
    HalfEven,  ///< to the nearest, ties to even: for averages that are only shown
};

enum class DecimalError {
    NotANumber,     ///< the text is no plain decimal ("1,000", "1e5", "", ".")
    TooManyDigits,  ///< more than 18 digits before or 18 after the point
    Overflow,       ///< the result is beyond ±1.7e20
    DivisionByZero,
};

/// One sentence for an operator, without the value.
std::string_view to_string(DecimalError error);

template <class T>
using Checked = tl::expected<T, DecimalError>;

/// An exact decimal: a 128-bit count of 1e-18 from -1.7e20 to 1.7e20. The bound is a round number
/// below 2^127, so that every value has a negative and a form on the wire. Text goes straight to
/// the integer and back; nothing here ever passes through a double, but for to_double(), which is
/// for indicators.
class Decimal {
public:
    constexpr Decimal() = default;

    /// The caller stays within ±kMaxUnits.
    static constexpr Decimal from_units(Int128 units) {
        Decimal result;
        result.units_ = units;
        return result;
    }

    static constexpr Decimal from_integer(std::int64_t value) {
        return from_units(static_cast<Int128>(value) * kOne);
    }

    /// Plain decimal notation: "-12.5", "0.000000000000000001". No exponent, no separators, no
    /// space.
    static Checked<Decimal> parse(std::string_view text);

    /// mantissa · 10^-scale; scale ≤ 18.
    static Checked<Decimal> from_parts(Int128 mantissa, unsigned scale);

    /// The value to a double's precision: to_double() of the result is `value` again, but for
    /// digits below 1e-18. For readings that an indicator computed; NaN and infinities are errors.
    /// Whoever makes a price of it rounds to the tick afterwards.
    static Checked<Decimal> from_double(double value);

    /// The count of 1e-18.
    constexpr Int128 units() const { return units_; }

    /// The one canonical form, without trailing zeros: value = mantissa · 10^-scale, zero is 0 and
    /// 0.
    struct Parts {
        Int128 mantissa;
        unsigned scale;
    };

    Parts parts() const;

    /// The shortest exact text: "64210.5", "-0.003", "0".
    std::string to_string() const;

    /// The nearest double for up to 15 significant digits, else within two of its last bits.
    double to_double() const;

    constexpr bool is_zero() const { return units_ == 0; }

    constexpr bool is_negative() const { return units_ < 0; }

    constexpr bool is_positive() const { return units_ > 0; }

    /// Sums abort on overflow: parsing bounds what comes in, so only a bug can get there.
    friend Decimal operator+(Decimal a, Decimal b);
    friend Decimal operator-(Decimal a, Decimal b);
    Decimal operator-() const;
    Decimal abs() const;

    friend constexpr bool operator==(Decimal a, Decimal b) = default;

    friend constexpr std::strong_ordering operator<=>(Decimal a, Decimal b) {
        if (a.units_ == b.units_) return std::strong_ordering::equal;
        return a.units_ < b.units_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }

    static constexpr Int128 kOne = 1'000'000'000'000'000'000;
    static constexpr Int128 kMaxUnits = kOne * kOne * 170;

private:
    Int128 units_ = 0;
};

/// a · b with 256 bits in between. Products and quotients beyond ±1.7e20 are Overflow.
Checked<Decimal> multiply(Decimal a, Decimal b, Rounding rounding);

/// a / b with 256 bits in between.
Checked<Decimal> divide(Decimal a, Decimal b, Rounding rounding);

/// The multiple of `step` next to `value` in the direction of `rounding`. Step must be positive.
Checked<Decimal> round_to_step(Decimal value, Decimal step, Rounding rounding);

}  // namespace tapedeck
