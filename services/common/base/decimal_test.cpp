#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace tapedeck {
namespace {

Decimal dec(std::string_view text) {
    return Decimal::parse(text).value();
}

constexpr Decimal kLargest = Decimal::from_units(Decimal::kMaxUnits);

TEST(DecimalTest, ReadsPlainNotationAndPrintsTheShortestExactText) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"0", "0"},
        {"-0", "0"},
        {"0.000", "0"},
        {"1", "1"},
        {"-1", "-1"},
        {"10", "10"},
        {"100.00", "100"},
        {"64210.50", "64210.5"},
        {"-0.003", "-0.003"},
        {"00012.5", "12.5"},
        {"0.1", "0.1"},
        {"0.000000000000000001", "0.000000000000000001"},
        {"-0.000000000000000001", "-0.000000000000000001"},
        {"0.100000000000000001", "0.100000000000000001"},
        {"999999999999999999", "999999999999999999"},
        {"999999999999999999.999999999999999999", "999999999999999999.999999999999999999"},
        {"-999999999999999999.999999999999999999", "-999999999999999999.999999999999999999"},
        {"000000000000000000000001", "1"},
        {"0000000000000000000000000000000000000000.5", "0.5"},
    };
    for (const auto& [text, printed] : cases) {
        const auto value = Decimal::parse(text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(value->to_string(), printed);
        EXPECT_EQ(Decimal::parse(printed), *value);
    }
}

TEST(DecimalTest, RefusesWhatIsNoPlainDecimal) {
    for (const char* text :
         {"",   "-",    ".",     ".5",   "1.",   "-.5",  "+1",    "--1",   "1,000", "1 000",
          " 1", "1 ",   "1e5",   "1E-5", "0x10", "NaN",  "inf",   "1.2.3", "1-",    "1.-2",
          "١",  "1.5x", "12a.5", "−1",   "1_0",  "1.5-", "0.0.0", "1\n",   "\t1",   "1'000"}) {
        const auto value = Decimal::parse(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error(), DecimalError::NotANumber) << text;
    }
    EXPECT_EQ(Decimal::parse(std::string_view("1\0", 2)).error(), DecimalError::NotANumber);
}

TEST(DecimalTest, RefusesMoreThanEighteenDigitsOnEitherSideOfThePoint) {
    for (const char* text :
         {"1000000000000000000",
          "-1000000000000000000",
          "0001000000000000000000.5",
          "0.0000000000000000001",
          "1.1234567890123456789",
          "1.0000000000000000000",
          "99999999999999999999999999999999999999999999999999"}) {
        const auto value = Decimal::parse(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error(), DecimalError::TooManyDigits) << text;
    }
}

TEST(DecimalTest, HasOneCanonicalFormWithoutTrailingZeros) {
    struct Case {
        std::string_view text;
        std::int64_t mantissa;
        unsigned scale;
    };

    for (const auto& [text, mantissa, scale] : std::vector<Case>{
             {"0", 0, 0},
             {"1", 1, 0},
             {"10", 10, 0},
             {"1000000000", 1'000'000'000, 0},
             {"12.50", 125, 1},
             {"-12.50", -125, 1},
             {"0.001", 1, 3},
             {"64210.5", 642'105, 1},
             {"0.000000000000000001", 1, 18},
             {"0.00000000001", 1, 11},
             {"-0.000000000000000010", -1, 17},
             {"0.123456789012345678", 123'456'789'012'345'678, 18}}) {
        const auto parts = dec(text).parts();
        EXPECT_TRUE(parts.mantissa == mantissa) << text;
        EXPECT_EQ(parts.scale, scale) << text;
        EXPECT_EQ(Decimal::from_parts(parts.mantissa, parts.scale), dec(text)) << text;
    }
}

TEST(DecimalTest, KeepsTheBoundAndItsNegativeInEveryForm) {
    EXPECT_EQ(kLargest.to_string(), "170000000000000000000");
    EXPECT_EQ((-kLargest).to_string(), "-170000000000000000000");
    EXPECT_EQ((-kLargest).abs(), kLargest);
    const auto parts = kLargest.parts();
    EXPECT_EQ(Decimal::from_parts(parts.mantissa, parts.scale), kLargest);
    EXPECT_DOUBLE_EQ(kLargest.to_double(), 1.7e20);
    EXPECT_EQ(Decimal::from_double(1.7e20), kLargest);
}

TEST(DecimalTest, RefusesPartsBeyondItsRange) {
    constexpr auto kLowest = static_cast<Int128>(static_cast<UInt128>(1) << 127);
    const auto overflow = tl::make_unexpected(DecimalError::Overflow);
    EXPECT_EQ(Decimal::from_parts(Decimal::kMaxUnits + 1, 18), overflow);
    EXPECT_EQ(Decimal::from_parts(-Decimal::kMaxUnits - 1, 18), overflow);
    EXPECT_EQ(Decimal::from_parts(kLowest, 18), overflow);  // it has no negative
    EXPECT_EQ(Decimal::from_parts(Int128{171} * Decimal::kOne, 0), overflow);
    EXPECT_EQ(Decimal::from_parts(Decimal::kMaxUnits, 0), overflow);
    EXPECT_EQ(Decimal::from_parts(1, 19).error(), DecimalError::TooManyDigits);
    EXPECT_EQ(Decimal::from_parts(0, 19).error(), DecimalError::TooManyDigits);
}

TEST(DecimalTest, ComparesByValue) {
    EXPECT_EQ(dec("1.50"), dec("1.5"));
    EXPECT_LT(dec("-2"), dec("-1.999999999999999999"));
    EXPECT_LT(dec("-1"), dec("0"));
    EXPECT_GT(dec("0.1"), dec("0.099999999999999999"));
    EXPECT_TRUE(dec("-0").is_zero());
    EXPECT_FALSE(dec("-0").is_negative());
    EXPECT_TRUE(dec("0.000000000000000001").is_positive());
}

TEST(DecimalTest, AddsAndSubtractsExactly) {
    EXPECT_EQ(dec("0.1") + dec("0.2"), dec("0.3"));
    EXPECT_EQ(dec("1") - dec("0.000000000000000001"), dec("0.999999999999999999"));
    EXPECT_EQ(-dec("1.5"), dec("-1.5"));
    EXPECT_EQ(dec("-1.5").abs(), dec("1.5"));
    EXPECT_EQ(kLargest - kLargest, Decimal{});
}

TEST(DecimalDeathTest, AbortsWhenASumLeavesTheRange) {
    const Decimal least = Decimal::from_units(1);
    EXPECT_DEATH(static_cast<void>(kLargest + least), "VERIFY");
    EXPECT_DEATH(static_cast<void>(kLargest + kLargest), "VERIFY");
    EXPECT_DEATH(static_cast<void>(-kLargest - least), "VERIFY");
    EXPECT_DEATH(static_cast<void>(round_to_step(least, Decimal{}, Rounding::Down)), "VERIFY");
}

TEST(DecimalTest, NamesItsErrorsForAnOperator) {
    for (const auto error :
         {DecimalError::NotANumber,
          DecimalError::TooManyDigits,
          DecimalError::Overflow,
          DecimalError::DivisionByZero}) {
        EXPECT_FALSE(to_string(error).empty());
    }
}

TEST(DecimalTest, BecomesTheNearestDoubleUpToFifteenDigits) {
    std::mt19937_64 random(20261120);
    for (int i = 0; i < 20'000; ++i) {
        const auto mantissa = static_cast<std::int64_t>(random() % 1'000'000'000'000'000);
        const auto scale = static_cast<unsigned>(random() % 19);
        const Decimal value = Decimal::from_parts(mantissa, scale).value();
        ASSERT_EQ(value.to_double(), std::strtod(value.to_string().c_str(), nullptr))
            << value.to_string();
    }
}

TEST(DecimalTest, BecomesADoubleOfTheSameSizeWithMoreDigits) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const Int128 units = (static_cast<Int128>(random()) << 62) / (Int128{1} << (random() % 90));
        const Decimal value = Decimal::from_units(random() % 2 == 0 ? units : -units);
        const double exact = std::strtod(value.to_string().c_str(), nullptr);
        ASSERT_LE(std::abs(value.to_double() - exact), std::abs(exact) * 4.5e-16)
            << value.to_string();
    }
}

TEST(DecimalTest, ComesBackFromADouble) {
    for (const double value : {0.0, 0.1, -0.1, 1.0, 28.4, 64210.5, -0.003, 1e-18, 123456789.125}) {
        const auto decimal = Decimal::from_double(value);
        ASSERT_TRUE(decimal) << value;
        EXPECT_EQ(decimal->to_double(), value);
    }
    EXPECT_EQ(Decimal::from_double(0.5), dec("0.5"));
    EXPECT_EQ(Decimal::from_double(-1234.75), dec("-1234.75"));
    EXPECT_EQ(Decimal::from_double(1e-19), Decimal{});
    EXPECT_EQ(Decimal::from_double(0.9999999999999999999), dec("1"));
}

TEST(DecimalTest, RefusesDoublesThatAreNoNumberOrTooLarge) {
    using Limits = std::numeric_limits<double>;
    EXPECT_EQ(Decimal::from_double(Limits::quiet_NaN()).error(), DecimalError::NotANumber);
    EXPECT_EQ(Decimal::from_double(Limits::infinity()).error(), DecimalError::NotANumber);
    EXPECT_EQ(Decimal::from_double(-Limits::infinity()).error(), DecimalError::NotANumber);
    EXPECT_EQ(Decimal::from_double(1.8e20).error(), DecimalError::Overflow);
    EXPECT_EQ(Decimal::from_double(-1.8e20).error(), DecimalError::Overflow);
    EXPECT_EQ(Decimal::from_double(std::nextafter(1.7e20, 1e21)).error(), DecimalError::Overflow);
}

}  // namespace
}  // namespace tapedeck
