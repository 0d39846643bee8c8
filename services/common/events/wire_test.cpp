#include "events/wire.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace tapedeck::wire {
namespace {

std::string varint(std::uint64_t value) {
    std::string bytes;
    put_varint(bytes, value);
    return bytes;
}

TEST(WireTest, WritesVarintsInTheirShortestForm) {
    EXPECT_EQ(varint(0), std::string(1, '\0'));
    EXPECT_EQ(varint(1), "\x01");
    EXPECT_EQ(varint(127), "\x7f");
    EXPECT_EQ(varint(128), "\x80\x01");
    EXPECT_EQ(varint(300), "\xac\x02");
    EXPECT_EQ(
        varint(std::numeric_limits<std::uint64_t>::max()),
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(WireTest, ReadsVarintsBack) {
    std::mt19937_64 random(13);
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t value = random() >> (random() % 64);
        const std::string bytes = varint(value);
        Reader reader(bytes);
        ASSERT_EQ(reader.varint(), value);
        ASSERT_TRUE(reader.ok());
    }
}

TEST(WireTest, RefusesVarintsThatEndTooSoonOrGoOnForTooLong) {
    for (const std::string& bytes :
         {std::string(),
          std::string("\x80"),
          std::string(10, '\x80'),
          std::string(9, '\xff') + "\x02",
          std::string(10, '\xff') + "\x01"}) {
        Reader reader(bytes);
        EXPECT_EQ(reader.varint(), 0U);
        EXPECT_FALSE(reader.ok());
    }
}

TEST(WireTest, ZigzagsTheSmallOnesOfBothSignsToSmallOnes) {
    EXPECT_EQ(zigzag(0), 0U);
    EXPECT_EQ(zigzag(-1), 1U);
    EXPECT_EQ(zigzag(1), 2U);
    EXPECT_EQ(zigzag(std::numeric_limits<std::int64_t>::max()), 0xFFFF'FFFF'FFFF'FFFEU);
    EXPECT_EQ(zigzag(std::numeric_limits<std::int64_t>::min()), 0xFFFF'FFFF'FFFF'FFFFU);
    for (const std::int64_t value : std::vector<std::int64_t>{
             0,
             1,
             -1,
             12345,
             -12345,
             std::numeric_limits<std::int64_t>::min(),
             std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_EQ(unzigzag(zigzag(value)), value);
    }
}

TEST(WireTest, LengthsOfAnySizeComeBeforeWhatIsNested) {
    for (const std::size_t size : {0U, 1U, 126U, 127U, 128U, 16'383U, 16'384U, 100'000U}) {
        std::string bytes;
        put_nested(bytes, 5, [&] { bytes.append(size, 'x'); });
        Reader reader(bytes);
        ASSERT_TRUE(reader.next());
        EXPECT_EQ(reader.number(), 5);
        EXPECT_EQ(reader.bytes_field(), std::string(size, 'x'));
        EXPECT_TRUE(reader.ok());
        EXPECT_FALSE(reader.next());
    }
}

TEST(WireTest, RefusesGroupsFieldZeroAndNumbersBeyondTheFormat) {
    for (const std::uint64_t tag :
         {std::uint64_t{0x00},
          std::uint64_t{0x02},
          std::uint64_t{0x0b},
          std::uint64_t{0x0c},
          std::uint64_t{0x0e},
          std::uint64_t{0x0f},
          std::uint64_t{1} << 32}) {
        const std::string bytes = varint(tag) + std::string(8, '\0');
        Reader reader(bytes);
        if (reader.next()) reader.skip();
        EXPECT_FALSE(reader.ok()) << tag;
        EXPECT_FALSE(reader.next());
    }
}

struct DecimalForm {
    std::int64_t mantissa = 0;
    std::uint64_t scale = 0;
    std::int64_t high = 0;
};

bool is_read(const DecimalForm& form) {
    std::string bytes;
    put_field(bytes, 1, zigzag(form.mantissa));
    put_field(bytes, 2, form.scale);
    put_field(bytes, 3, zigzag(form.high));
    bool ok = true;
    static_cast<void>(get_decimal(bytes, ok));
    return ok;
}

TEST(WireTest, ReadsDecimalsInTheirCanonicalFormOnly) {
    EXPECT_TRUE(is_read({}));
    EXPECT_TRUE(is_read({.mantissa = 125, .scale = 1}));
    EXPECT_TRUE(is_read({.mantissa = -1, .scale = 18}));
    EXPECT_TRUE(is_read({.mantissa = 120, .scale = 0}));
    EXPECT_TRUE(is_read({.mantissa = 5, .scale = 18, .high = 100}));
    EXPECT_FALSE(is_read({.mantissa = 120, .scale = 1})) << "a trailing zero";
    EXPECT_FALSE(is_read({.mantissa = -1200, .scale = 3})) << "trailing zeros";
    EXPECT_FALSE(is_read({.mantissa = 0, .scale = 1})) << "zero with a scale";
    EXPECT_FALSE(is_read({.mantissa = 1, .scale = 19})) << "scale above 18";
    EXPECT_FALSE(is_read({.mantissa = 1, .scale = std::uint64_t{1} << 40})) << "scale above 18";
}

TEST(WireTest, RefusesDecimalsBeyondTheirRange) {
    using Limits = std::numeric_limits<std::int64_t>;
    EXPECT_FALSE(is_read({.mantissa = Limits::max(), .scale = 0, .high = 9}));
    EXPECT_FALSE(is_read({.mantissa = 171, .scale = 0, .high = 10}));
    EXPECT_FALSE(is_read({.mantissa = -1, .scale = 18, .high = Limits::max()}));
    EXPECT_FALSE(is_read({.mantissa = 0, .scale = 18, .high = Limits::min()}));
    EXPECT_FALSE(is_read({.mantissa = -1, .scale = 18, .high = Limits::min()}));
}

TEST(WireTest, EveryDecimalOfTheRangeHasAForm) {
    for (const Int128 units :
         {Decimal::kMaxUnits,
          -Decimal::kMaxUnits,
          Decimal::kMaxUnits - 1,
          Int128{1} << 63,
          (Int128{1} << 64) - 1,
          Int128{1} << 64,
          -(Int128{1} << 63),
          -(Int128{1} << 63) - 1}) {
        const Decimal value = Decimal::from_units(units);
        std::string bytes;
        put_decimal(bytes, value);
        bool ok = true;
        EXPECT_EQ(get_decimal(bytes, ok), value) << value.to_string();
        EXPECT_TRUE(ok) << value.to_string();
    }
}

}  // namespace
}  // namespace tapedeck::wire
