// The wide arithmetic of base/decimal.h against Boost.Multiprecision's integers of any size.
#include "base/decimal.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace tapedeck {
namespace {

using Big = boost::multiprecision::cpp_int;

constexpr std::array<Rounding, 5> kRoundings = {
    Rounding::Down, Rounding::Up, Rounding::Floor, Rounding::Ceiling, Rounding::HalfEven};

Big big(Int128 value) {
    const bool negative = value < 0;
    const UInt128 size = negative ? ~static_cast<UInt128>(value) + 1 : static_cast<UInt128>(value);
    Big result = static_cast<std::uint64_t>(size >> 64);
    result = (result << 64) + static_cast<std::uint64_t>(size);
    return negative ? Big(-result) : result;
}

/// numerator / denominator by the book: floor first, then the definition of each direction.
Big divided(const Big& numerator, const Big& denominator, Rounding rounding) {
    Big floor = numerator / denominator;
    if (floor * denominator != numerator && (numerator < 0) != (denominator < 0)) --floor;
    const Big rest = numerator - floor * denominator;  // of the denominator's sign
    if (rest == 0) return floor;
    const bool negative = floor < 0;
    switch (rounding) {
        case Rounding::Floor: return floor;
        case Rounding::Ceiling: return floor + 1;
        case Rounding::Down: return negative ? Big(floor + 1) : floor;
        case Rounding::Up: return negative ? floor : Big(floor + 1);
        case Rounding::HalfEven: {
            const Big twice = abs(rest) * 2;
            const Big whole = abs(denominator);
            if (twice != whole) return twice < whole ? floor : Big(floor + 1);
            return floor % 2 == 0 ? floor : Big(floor + 1);
        }
    }
    return floor;
}

void expect_same(const Checked<Decimal>& actual, const Big& expected, const std::string& what) {
    if (abs(expected) > big(Decimal::kMaxUnits)) {
        ASSERT_FALSE(actual) << what;
        ASSERT_EQ(actual.error(), DecimalError::Overflow) << what;
    } else {
        ASSERT_TRUE(actual) << what << " should be " << expected;
        ASSERT_EQ(big(actual->units()), expected) << what;
    }
}

/// Units of every size, with a liking for round numbers, for halves and for the bounds.
Decimal draw(std::mt19937_64& random) {
    Int128 units = 0;
    switch (random() % 8) {
        case 0: units = static_cast<Int128>(random() % 20); break;
        case 1: units = static_cast<Int128>(random() % 2'000) * Decimal::kOne / 2; break;
        case 2: units = Decimal::kMaxUnits - static_cast<Int128>(random() % 3); break;
        case 3: units = Int128{1} << (random() % 127); break;
        default:
            units = static_cast<Int128>(
                ((static_cast<UInt128>(random()) << 64 | random()) >> (1 + random() % 126)));
    }
    units %= Decimal::kMaxUnits + 1;
    return Decimal::from_units(random() % 2 == 0 ? units : -units);
}

std::string describe(
    const char* name, Decimal a, Decimal b, Rounding rounding, std::uint64_t seed) {
    return std::string(name) + "(" + a.to_string() + ", " + b.to_string() + ", rounding " +
           std::to_string(static_cast<int>(rounding)) + "), seed " + std::to_string(seed);
}

constexpr std::uint64_t kSeed = 41;
constexpr int kDraws = 20'000;

TEST(DecimalOracleTest, MultipliesLikeIntegersOfAnySize) {
    std::mt19937_64 random(kSeed);
    const Big one = big(Decimal::kOne);
    for (int i = 0; i < kDraws; ++i) {
        const Decimal a = draw(random);
        const Decimal b = draw(random);
        for (const auto rounding : kRoundings) {
            expect_same(
                multiply(a, b, rounding),
                divided(big(a.units()) * big(b.units()), one, rounding),
                describe("multiply", a, b, rounding, kSeed));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(DecimalOracleTest, DividesLikeIntegersOfAnySize) {
    std::mt19937_64 random(kSeed);
    const Big one = big(Decimal::kOne);
    for (int i = 0; i < kDraws; ++i) {
        const Decimal a = draw(random);
        const Decimal b = draw(random);
        for (const auto rounding : kRoundings) {
            const auto quotient = divide(a, b, rounding);
            if (b.is_zero()) {
                ASSERT_EQ(quotient, tl::make_unexpected(DecimalError::DivisionByZero));
                continue;
            }
            expect_same(
                quotient,
                divided(big(a.units()) * one, big(b.units()), rounding),
                describe("divide", a, b, rounding, kSeed));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(DecimalOracleTest, RoundsToStepsLikeIntegersOfAnySize) {
    std::mt19937_64 random(kSeed);
    for (int i = 0; i < kDraws; ++i) {
        const Decimal value = draw(random);
        const Decimal step = draw(random).abs();
        if (step.is_zero()) continue;
        for (const auto rounding : kRoundings) {
            expect_same(
                round_to_step(value, step, rounding),
                divided(big(value.units()), big(step.units()), rounding) * big(step.units()),
                describe("round_to_step", value, step, rounding, kSeed));
            if (HasFatalFailure()) return;
        }
    }
}

TEST(DecimalOracleTest, PrintsWhatItReadsBackAndKeepsItsParts) {
    std::mt19937_64 random(kSeed);
    for (int i = 0; i < kDraws; ++i) {
        const Decimal value = draw(random);
        const auto parts = value.parts();
        ASSERT_EQ(Decimal::from_parts(parts.mantissa, parts.scale), value) << value.to_string();
        ASSERT_TRUE(parts.scale == 0 || parts.mantissa % 10 != 0) << value.to_string();
        if (value.abs() < Decimal::from_integer(1'000'000'000'000'000'000)) {
            ASSERT_EQ(Decimal::parse(value.to_string()), value) << value.to_string();
        }
    }
}

struct RoundingCase {
    const char* quotient;  ///< of 1e-18 units: "2.5" is two and a half of them
    std::array<int, 5> units;
};

TEST(DecimalOracleTest, RoundsAsTheTableSays) {
    //                                          Down Up Floor Ceiling HalfEven
    for (const auto& [text, expected] : std::initializer_list<RoundingCase>{
             {"0.5", {0, 1, 0, 1, 0}},
             {"1.5", {1, 2, 1, 2, 2}},
             {"2.5", {2, 3, 2, 3, 2}},
             {"2.500000000000000001", {2, 3, 2, 3, 3}},
             {"2.4", {2, 3, 2, 3, 2}},
             {"-0.5", {0, -1, -1, 0, 0}},
             {"-1.5", {-1, -2, -2, -1, -2}},
             {"-2.5", {-2, -3, -3, -2, -2}},
             {"-2.6", {-2, -3, -3, -2, -3}},
             {"3", {3, 3, 3, 3, 3}}}) {
        const Decimal value = Decimal::parse(text).value();
        for (std::size_t i = 0; i < kRoundings.size(); ++i) {
            const auto product = multiply(value, Decimal::from_units(1), kRoundings[i]);
            EXPECT_EQ(product, Decimal::from_units(expected[i])) << text << ", rounding " << i;
            const auto stepped = round_to_step(value, Decimal::from_integer(1), kRoundings[i]);
            EXPECT_EQ(stepped, Decimal::from_integer(expected[i])) << text << ", rounding " << i;
        }
    }
}

}  // namespace
}  // namespace tapedeck
