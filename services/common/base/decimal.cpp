#include "base/decimal.h"

#include "base/verify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tapedeck {

namespace {

constexpr unsigned kFractionDigits = 18;
constexpr unsigned kIntegerDigits = 18;
constexpr UInt128 kMaxMagnitude = static_cast<UInt128>(Decimal::kMaxUnits);

constexpr std::array<std::uint64_t, kFractionDigits + 1> kPowersOfTen = [] {
    std::array<std::uint64_t, kFractionDigits + 1> powers{};
    std::uint64_t power = 1;
    for (auto& entry : powers) {
        entry = power;
        power *= 10;
    }
    return powers;
}();

constexpr UInt128 magnitude(Int128 value) {
    return value < 0 ? ~static_cast<UInt128>(value) + 1 : static_cast<UInt128>(value);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A 256-bit magnitude, limbs of 64 bits, least significant first.
struct Wide {
    std::array<std::uint64_t, 4> limbs{};

    bool fits_128() const { return limbs[2] == 0 && limbs[3] == 0; }

    UInt128 low_128() const { return (static_cast<UInt128>(limbs[1]) << 64) | limbs[0]; }
};

Wide wide_product(UInt128 a, UInt128 b) {
    const std::array<std::uint64_t, 2> x{
        static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(a >> 64)};
    const std::array<std::uint64_t, 2> y{
        static_cast<std::uint64_t>(b), static_cast<std::uint64_t>(b >> 64)};
    Wide result;
    for (std::size_t i = 0; i < 2; ++i) {
        UInt128 carry = 0;
        for (std::size_t j = 0; j < 2; ++j) {
            const UInt128 sum = static_cast<UInt128>(x[i]) * y[j] + result.limbs[i + j] + carry;
            result.limbs[i + j] = static_cast<std::uint64_t>(sum);
            carry = sum >> 64;
        }
        result.limbs[i + 2] = static_cast<std::uint64_t>(carry);
    }
    return result;
}

struct Quotient {
    Wide value;
    UInt128 remainder = 0;
};

Quotient divide_by_64(const Wide& dividend, std::uint64_t divisor) {
    Quotient result;
    for (std::size_t i = 4; i-- > 0;) {
        if (result.remainder == 0 && dividend.limbs[i] < divisor) {  // most of the upper limbs
            result.remainder = dividend.limbs[i];
            continue;
        }
        const UInt128 part = (result.remainder << 64) | dividend.limbs[i];
        result.value.limbs[i] = static_cast<std::uint64_t>(part / divisor);
        result.remainder = part % divisor;
    }
    return result;
}

/// For divisors above 2^64 - 1: digit by digit with 64-bit digits (Knuth, "The Art of Computer
/// Programming", volume 2, 4.3.1, algorithm D). The names are his.
Quotient divide_by_128(const Wide& dividend, UInt128 divisor) {
    const auto shift =
        static_cast<unsigned>(__builtin_clzll(static_cast<std::uint64_t>(divisor >> 64)));
    const UInt128 v = divisor << shift;
    const auto v1 = static_cast<std::uint64_t>(v >> 64);
    const auto v0 = static_cast<std::uint64_t>(v);
    std::array<std::uint64_t, 5> u{};
    for (std::size_t i = 4; i-- > 0;) {
        const UInt128 shifted = static_cast<UInt128>(dividend.limbs[i]) << shift;
        u[i] = static_cast<std::uint64_t>(shifted);
        u[i + 1] |= static_cast<std::uint64_t>(shifted >> 64);
    }
    Quotient result;
    for (std::size_t j = 3; j-- > 0;) {
        // The quotient digit from two digits: right, or too large by at most two.
        const UInt128 top = (static_cast<UInt128>(u[j + 2]) << 64) | u[j + 1];
        UInt128 q = top / v1;
        UInt128 r = top - q * v1;
        while ((q >> 64) != 0 ||
               static_cast<std::uint64_t>(q) * static_cast<UInt128>(v0) > ((r << 64) | u[j])) {
            --q;
            r += v1;
            if ((r >> 64) != 0) break;
        }
        // Now it is right, for all digits of the divisor and of the dividend have had their say.
        // What is left is below the divisor, so two digits of it, modulo 2^128, are all of it.
        const UInt128 low = (static_cast<UInt128>(u[j + 1]) << 64) | u[j];
        const UInt128 left = low - q * v;
        u[j + 2] = 0;
        u[j + 1] = static_cast<std::uint64_t>(left >> 64);
        u[j] = static_cast<std::uint64_t>(left);
        result.value.limbs[j] = static_cast<std::uint64_t>(q);
    }
    result.remainder = ((static_cast<UInt128>(u[1]) << 64) | u[0]) >> shift;
    return result;
}

Quotient divide_wide(const Wide& dividend, UInt128 divisor) {
    if (dividend.fits_128()) {
        const UInt128 value = dividend.low_128();
        Quotient result;
        const UInt128 quotient = value / divisor;
        result.value.limbs[0] = static_cast<std::uint64_t>(quotient);
        result.value.limbs[1] = static_cast<std::uint64_t>(quotient >> 64);
        result.remainder = value - quotient * divisor;
        return result;
    }
    if (divisor <= std::numeric_limits<std::uint64_t>::max()) {
        return divide_by_64(dividend, static_cast<std::uint64_t>(divisor));
    }
    return divide_by_128(dividend, divisor);
}

bool rounds_away(UInt128 quotient, UInt128 remainder, UInt128 divisor, bool negative, Rounding r) {
    if (remainder == 0) return false;
    switch (r) {
        case Rounding::Down: return false;
        case Rounding::Up: return true;
        case Rounding::Floor: return negative;
        case Rounding::Ceiling: return !negative;
        case Rounding::HalfEven: {
            const UInt128 rest = divisor - remainder;
            return remainder > rest || (remainder == rest && quotient % 2 == 1);
        }
    }
    return false;
}

Checked<Decimal> finish(const Quotient& quotient, UInt128 divisor, bool negative, Rounding r) {
    if (!quotient.value.fits_128()) return tl::make_unexpected(DecimalError::Overflow);
    UInt128 value = quotient.value.low_128();
    if (value > kMaxMagnitude) return tl::make_unexpected(DecimalError::Overflow);
    if (rounds_away(value, quotient.remainder, divisor, negative, r)) ++value;
    if (value > kMaxMagnitude) return tl::make_unexpected(DecimalError::Overflow);
    const auto units = static_cast<Int128>(value);
    return Decimal::from_units(negative ? -units : units);
}

}  // namespace

std::string_view to_string(DecimalError error) {
    switch (error) {
        case DecimalError::NotANumber: return "is not a plain decimal number";
        case DecimalError::TooManyDigits:
            return "has more than 18 digits before or after the decimal point";
        case DecimalError::Overflow: return "is beyond the range of ±1.7e20";
        case DecimalError::DivisionByZero: return "is a division by zero";
    }
    return "is invalid";
}

Checked<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    UInt128 units = 0;
    unsigned integer_digits = 0;
    unsigned significant = 0;
    std::size_t i = 0;
    for (; i < text.size() && is_digit(text[i]); ++i) {
        units = units * 10 + static_cast<unsigned>(text[i] - '0');
        ++integer_digits;
        if (units != 0 && ++significant > kIntegerDigits) {
            return tl::make_unexpected(DecimalError::TooManyDigits);
        }
    }
    unsigned fraction_digits = 0;
    if (i < text.size() && text[i] == '.') {
        for (++i; i < text.size() && is_digit(text[i]); ++i) {
            if (++fraction_digits > kFractionDigits) {
                return tl::make_unexpected(DecimalError::TooManyDigits);
            }
            units = units * 10 + static_cast<unsigned>(text[i] - '0');
        }
        if (fraction_digits == 0) return tl::make_unexpected(DecimalError::NotANumber);
    }
    if (i != text.size() || integer_digits == 0) {
        return tl::make_unexpected(DecimalError::NotANumber);
    }
    units *= kPowersOfTen[kFractionDigits - fraction_digits];
    const auto value = static_cast<Int128>(units);
    return from_units(negative ? -value : value);
}

Checked<Decimal> Decimal::from_parts(Int128 mantissa, unsigned scale) {
    if (scale > kFractionDigits) return tl::make_unexpected(DecimalError::TooManyDigits);
    Int128 units = 0;
    if (__builtin_mul_overflow(
            mantissa, static_cast<Int128>(kPowersOfTen[kFractionDigits - scale]), &units) ||
        magnitude(units) > kMaxMagnitude) {
        return tl::make_unexpected(DecimalError::Overflow);
    }
    return from_units(units);
}

Checked<Decimal> Decimal::from_double(double value) {
    if (!std::isfinite(value)) return tl::make_unexpected(DecimalError::NotANumber);
    if (std::abs(value) > 1.7e20) return tl::make_unexpected(DecimalError::Overflow);
    const double whole = std::trunc(value);
    // Two steps, so that the integer part stays exact and only the fraction is scaled.
    const auto fraction = static_cast<Int128>(std::nearbyint((value - whole) * 1e18));
    return from_units(static_cast<Int128>(whole) * kOne + fraction);
}

Decimal::Parts Decimal::parts() const {
    if (units_ == 0) return {0, 0};
    Int128 mantissa = units_;
    unsigned scale = kFractionDigits;
    // Strip zeros in big steps first: most prices have few digits.
    for (const unsigned step : {8U, 4U, 2U, 1U, 1U, 1U}) {
        const auto power = static_cast<Int128>(kPowersOfTen[step]);
        while (scale >= step && mantissa % power == 0) {
            mantissa /= power;
            scale -= step;
        }
    }
    return {mantissa, scale};
}

std::string Decimal::to_string() const {
    const UInt128 value = magnitude(units_);
    const auto fraction = static_cast<std::uint64_t>(value % static_cast<UInt128>(kOne));
    UInt128 integer = value / static_cast<UInt128>(kOne);
    std::array<char, 48> buffer{};
    std::size_t begin = 24;
    do {
        buffer[--begin] = static_cast<char>('0' + static_cast<int>(integer % 10));
        integer /= 10;
    } while (integer != 0);
    if (units_ < 0) buffer[--begin] = '-';
    std::size_t end = 24;
    if (fraction != 0) {
        buffer[end++] = '.';
        std::uint64_t rest = fraction;
        for (unsigned i = kFractionDigits; i-- > 0 && rest != 0;) {
            buffer[end++] = static_cast<char>('0' + static_cast<int>(rest / kPowersOfTen[i]));
            rest %= kPowersOfTen[i];
        }
    }
    return {buffer.data() + begin, end - begin};
}

double Decimal::to_double() const {
    // In each of these divisions both sides are exact, so its one rounding gives the nearest
    // double. Six digits after the point are enough for most prices, and spare the search for how
    // many.
    constexpr std::uint64_t kMillion = 1'000'000;
    constexpr auto kMillionth = static_cast<Int128>(kPowersOfTen[kFractionDigits - 6]);
    const Int128 millionths = units_ / kMillionth;
    if (millionths * kMillionth == units_ && magnitude(millionths) < (UInt128{1} << 53)) {
        return static_cast<double>(static_cast<std::int64_t>(millionths)) /
               static_cast<double>(kMillion);
    }
    const Parts trimmed = parts();
    if (magnitude(trimmed.mantissa) < (UInt128{1} << 53)) {
        return static_cast<double>(trimmed.mantissa) /
               static_cast<double>(kPowersOfTen[trimmed.scale]);
    }
    const Int128 integer = units_ / kOne;
    const Int128 fraction = units_ % kOne;
    return static_cast<double>(integer) + static_cast<double>(fraction) / static_cast<double>(kOne);
}

Decimal operator+(Decimal a, Decimal b) {
    Int128 sum = 0;
    VERIFY(!__builtin_add_overflow(a.units_, b.units_, &sum) && magnitude(sum) <= kMaxMagnitude);
    return Decimal::from_units(sum);
}

Decimal operator-(Decimal a, Decimal b) {
    Int128 difference = 0;
    VERIFY(
        !__builtin_sub_overflow(a.units_, b.units_, &difference) &&
        magnitude(difference) <= kMaxMagnitude);
    return Decimal::from_units(difference);
}

Decimal Decimal::operator-() const {
    return Decimal{} - *this;
}

Decimal Decimal::abs() const {
    return is_negative() ? -*this : *this;
}

Checked<Decimal> multiply(Decimal a, Decimal b, Rounding rounding) {
    const bool negative = a.is_negative() != b.is_negative();
    const auto one = static_cast<UInt128>(Decimal::kOne);
    const Wide product = wide_product(magnitude(a.units()), magnitude(b.units()));
    return finish(divide_wide(product, one), one, negative, rounding);
}

Checked<Decimal> divide(Decimal a, Decimal b, Rounding rounding) {
    if (b.is_zero()) return tl::make_unexpected(DecimalError::DivisionByZero);
    const bool negative = a.is_negative() != b.is_negative();
    const UInt128 divisor = magnitude(b.units());
    const Wide scaled = wide_product(magnitude(a.units()), static_cast<UInt128>(Decimal::kOne));
    return finish(divide_wide(scaled, divisor), divisor, negative, rounding);
}

Checked<Decimal> round_to_step(Decimal value, Decimal step, Rounding rounding) {
    VERIFY(step.is_positive());
    const UInt128 size = magnitude(step.units());
    const UInt128 whole = magnitude(value.units());
    UInt128 steps = whole / size;
    if (rounds_away(steps, whole % size, size, value.is_negative(), rounding)) ++steps;
    UInt128 units = 0;
    if (__builtin_mul_overflow(steps, size, &units) || units > kMaxMagnitude) {
        return tl::make_unexpected(DecimalError::Overflow);
    }
    const auto rounded = static_cast<Int128>(units);
    return Decimal::from_units(value.is_negative() ? -rounded : rounded);
}

}  // namespace tapedeck
