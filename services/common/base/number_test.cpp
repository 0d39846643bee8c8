#include "base/number.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tapedeck {

namespace {

std::string read(std::string_view text, Excess excess = Excess::Refuse) {
    const auto value = parse_number(text, excess);
    return value ? value->to_string() : std::string(to_string(value.error()));
}

constexpr std::string_view kNot = "is not a plain decimal number";
constexpr std::string_view kTooMany = "has more than 18 digits before or after the decimal point";

}  // namespace

TEST(NumberTest, IsExact) {
    EXPECT_EQ(read("64210.5"), "64210.5");
    EXPECT_EQ(read("1.6854500000000001"), "1.6854500000000001");
    EXPECT_EQ(read("0.000000000000000001"), "0.000000000000000001");
    EXPECT_EQ(read("-1"), "-1");
    EXPECT_EQ(read("0.00000000"), "0");
    EXPECT_EQ(read("8e-8"), "0.00000008");
    EXPECT_EQ(read("4.6e-7"), "0.00000046");
    EXPECT_EQ(read("-1.25E+3"), "-1250");
    EXPECT_EQ(read("1e17"), "100000000000000000");
    EXPECT_EQ(read("0e9"), "0");
    EXPECT_EQ(read("1.50000000000000000000"), "1.5") << "trailing zeros are no digits";
}

TEST(NumberTest, RefusesWhatIsNoNumber) {
    for (const auto* text :
         {"",    "-",  ".",  "1.", ".5",   "1,000", "1e",  "e5",  "1e5.0", "1.2.3",
          "--1", "+1", " 1", "1 ", "0x10", "nan",   "inf", "1e-", "1e100", "1e+-1"}) {
        EXPECT_EQ(read(text), kNot) << text;
        EXPECT_EQ(read(text, Excess::Round), kNot) << text;
    }
    EXPECT_EQ(read("1234567890123456789"), kTooMany);
    EXPECT_EQ(read("1e18"), kTooMany);
    EXPECT_EQ(read("0.1234567890123456789"), kTooMany);
    EXPECT_EQ(read("1e-19"), kTooMany);
}

TEST(NumberTest, RoundsToTheNearestOnlyWhenAsked) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"0.0071911399999999995", "0.00719114"},
        {"0.0053465000000000006", "0.005346500000000001"},
        {"0.0000000000000000005", "0"},
        {"0.0000000000000000015", "0.000000000000000002"},
        {"0.0000000000000000025", "0.000000000000000002"},
        {"0.00000000000000000051", "0.000000000000000001"},
        {"-0.00000000000000000051", "-0.000000000000000001"},
        {"5e-19", "0"},
        {"1e-25", "0"},
        {"0.9999999999999999995", "1"},
        {"0.9999999999999999994", "0.999999999999999999"}};
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(read(text, Excess::Round), expected) << text;
        EXPECT_EQ(read(text), kTooMany) << text;
    }
}

TEST(NumberTest, AnyNotationOfADecimalGivesTheSameDecimal) {
    constexpr unsigned seed = 20260101;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 2000; ++i) {
        const auto units = static_cast<std::int64_t>(random() >> (1 + random() % 60));
        const Decimal value = Decimal::from_units(units);
        const std::string text = std::to_string(units);
        std::string scientific = text.substr(0, 1);
        if (text.size() > 1) scientific += '.' + text.substr(1);
        scientific += "e" + std::to_string(static_cast<int>(text.size()) - 1 - 18);
        EXPECT_EQ(parse_number(scientific, Excess::Refuse), value)
            << scientific << " seed " << seed;
        EXPECT_EQ(parse_number(value.to_string(), Excess::Refuse), value);
    }
}

}  // namespace tapedeck
