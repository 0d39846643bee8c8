#include "venues/recorded/column_block.h"

#include "testing/given.h"
#include "venues/recorded/test_store.h"

#include <random>

namespace tapedeck::recorded {

namespace {

std::vector<StoredRow> decoded(Kind kind, std::string_view bytes, std::size_t count) {
    std::vector<StoredRow> rows;
    const std::string fault = decode_block(kind, bytes, count, rows);
    EXPECT_EQ(fault, "");
    return rows;
}

void expect_round_trip(Kind kind, const std::vector<StoredRow>& rows) {
    EXPECT_EQ(decoded(kind, encode_block(kind, rows), rows.size()), rows);
}

constexpr Int128 kMax = Decimal::kMaxUnits;

/// Rows of any kind with numbers of every size, from a seed.
std::vector<StoredRow> any_rows(Kind kind, unsigned seed) {
    std::mt19937_64 chance(seed);
    const auto number = [&] {
        // Few digits, many digits, all digits.
        const std::uint64_t size = chance() % 4;
        if (size == 0) return Decimal::from_integer(static_cast<std::int64_t>(chance() % 100'000));
        if (size == 1)
            return Decimal::from_parts(static_cast<Int128>(chance() % 1'000'000), 8).value();
        if (size == 2) return Decimal::from_units(static_cast<Int128>(chance() >> 1));
        return Decimal::from_units(static_cast<Int128>(chance() >> 1) * (Int128{1} << 62) % kMax);
    };
    std::vector<StoredRow> rows(1 + chance() % 50);
    Time time = tapedeck::testing::time("2024-01-01");
    const std::size_t numbers = kind == Kind::Candles ? 5 : kind == Kind::QuoteBars ? 4 : 2;
    for (auto& row : rows) {
        row.begin = time;
        time += Duration(static_cast<std::int64_t>(chance() % 1'000'000'000));
        for (std::size_t i = 0; i < numbers; ++i) row.numbers.at(i) = number();
        if (kind == Kind::Candles && chance() % 2 == 0) {
            row.trades = static_cast<std::uint32_t>(chance());
        }
        if (kind != Kind::Trades) continue;
        if (chance() % 3 > 0) row.side = chance() % 2 == 0 ? Side::Buy : Side::Sell;
        if (seed % 3 == 1) row.id = std::to_string(chance());
        if (seed % 3 == 2) row.id = chance() % 2 == 0 ? "00" + std::to_string(chance()) : "";
    }
    return rows;
}

}  // namespace

TEST(ColumnBlockTest, WhatGoesInComesOutToTheLastDigit) {
    for (const Kind kind : {Kind::Candles, Kind::QuoteBars, Kind::Trades}) {
        for (unsigned seed = 0; seed < 200; ++seed) expect_round_trip(kind, any_rows(kind, seed));
    }
}

TEST(ColumnBlockTest, TheGreatestAndTheSmallestNumbersAreKept) {
    StoredRow row;
    row.numbers.fill(Decimal::from_units(kMax));
    StoredRow small = row;
    small.numbers.fill(Decimal::from_units(1));
    StoredRow zero = row;
    zero.numbers.fill(Decimal{});
    expect_round_trip(Kind::Candles, {row, small, zero, row});
    expect_round_trip(Kind::Candles, {zero});
    StoredRow counted = zero;
    counted.trades = 0xffff'ffff;
    StoredRow none = zero;
    none.trades = 0;
    expect_round_trip(Kind::Candles, {counted, zero, none});
}

TEST(ColumnBlockTest, AMinuteOfADenseMarketTakesFewBytes) {
    std::vector<StoredRow> rows;
    std::mt19937_64 chance(1);
    Time time = tapedeck::testing::time("2024-01-01");
    std::int64_t cents = 6'421'050;
    for (std::size_t i = 0; i < kBlockRows; ++i, time += std::chrono::minutes(1)) {
        const auto price = [&](std::int64_t more) {
            return Decimal::from_parts(cents + more, 2).value();
        };
        StoredRow row;
        row.begin = time;
        row.numbers = {price(0), price(70), price(-50), price(30)};
        row.numbers[4] =
            Decimal::from_parts(static_cast<Int128>(chance() % 100'000'000), 8).value();
        rows.push_back(row);
        cents += static_cast<std::int64_t>(chance() % 101) - 50;
    }
    const std::string bytes = encode_block(Kind::Candles, rows);
    EXPECT_LT(bytes.size(), 11 * kBlockRows);  // as text: 60 a row
    EXPECT_EQ(decoded(Kind::Candles, bytes, rows.size()), rows);
}

TEST(ColumnBlockTest, OneNumberWithNoiseDoesNotMakeAllOfThemLong) {
    std::vector<StoredRow> rows;
    for (int i = 0; i < 1000; ++i) {
        rows.push_back(stored_candle("2024-01-01", {"10", "10", "10", "10", "0.5"}));
    }
    const std::size_t before = encode_block(Kind::Candles, rows).size();
    rows[500].numbers[4] = Decimal::parse("1.685450000000000112").value();
    EXPECT_LT(encode_block(Kind::Candles, rows).size(), before + 24);
    expect_round_trip(Kind::Candles, rows);
}

TEST(ColumnBlockTest, AnyBytesAreReadOrRefused) {
    std::mt19937_64 chance(7);
    for (const Kind kind : {Kind::Candles, Kind::QuoteBars, Kind::Trades}) {
        std::vector<StoredRow> rows;
        for (unsigned seed = 0; seed < 100; ++seed) {
            const auto given = any_rows(kind, seed);
            std::string bytes = encode_block(kind, given);
            bytes[chance() % bytes.size()] ^= static_cast<char>(1U << (chance() % 8));
            if (decode_block(kind, bytes, given.size(), rows).empty())
                expect_round_trip(kind, rows);
            bytes.resize(chance() % bytes.size());
            EXPECT_NE(decode_block(kind, bytes, given.size() + 1, rows), "");
        }
    }
}

/// Found by the fuzzer: the first time is 292 years before 1970, the next 182 years after it.
TEST(ColumnBlockTest, TimesTooFarApartAreRefused) {
    const std::string bytes(
        "\x00\x00\x00\x00\x00\x00\x00\x80\x68\xb0\x9d\xc2\xdf\x01\xff\xff\xff\xff\xff\xff\xff"
        "\xff\x01\x02\x01\x14\x02\x02\x01\x00\x00\x01\x00\x00\x01\x00\x55\x02",
        38);
    std::vector<StoredRow> rows;
    EXPECT_EQ(decode_block(Kind::Trades, bytes, 3, rows), "its columns cannot be read");
}

TEST(ColumnBlockTest, BytesLeftOverAndRowsTooManyAreRefused) {
    const std::vector<StoredRow> rows{stored_candle("2024-01-01", {"1", "1", "1", "1", "1"})};
    const std::string bytes = encode_block(Kind::Candles, rows);
    std::vector<StoredRow> out;
    EXPECT_EQ(
        decode_block(Kind::Candles, bytes + '\0', 1, out),
        "bytes are left over behind its columns");
    EXPECT_EQ(decode_block(Kind::Candles, bytes, 0, out), "it claims 0 rows");
    EXPECT_EQ(decode_block(Kind::Candles, bytes, kBlockRows + 1, out), "it claims 4097 rows");
    EXPECT_EQ(decode_block(Kind::Candles, "", 1, out), "its columns cannot be read");
}

}  // namespace tapedeck::recorded
