#include "venues/recorded/column_block.h"

#include "base/verify.h"
#include "venues/recorded/column_bits.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace tapedeck::recorded {

namespace {

constexpr unsigned kScaleMax = 18;
constexpr std::size_t kIdMax = 64;
/// Mantissas below it leave room for sums and differences in 64 bits.
constexpr UInt128 kNarrowMax = UInt128{1} << 61;

constexpr std::array<std::uint64_t, kScaleMax + 1> kPowersOfTen = [] {
    std::array<std::uint64_t, kScaleMax + 1> powers{};
    std::uint64_t power = 1;
    for (auto& entry : powers) {
        entry = power;
        power *= 10;
    }
    return powers;
}();

enum class Presence : std::uint8_t { None = 0, Numbers = 1, Texts = 2 };

UInt128 mantissa_at(Decimal value, unsigned scale) {
    VERIFY(!value.is_negative());
    return static_cast<UInt128>(value.units()) / kPowersOfTen[kScaleMax - scale];
}

/// Sets `out` to mantissa · 10^-scale; false if there is no such decimal.
template <class U>
bool set_decimal(U mantissa, unsigned scale, Decimal& out) {
    const std::uint64_t power = kPowersOfTen[kScaleMax - scale];
    if constexpr (kBits < U >> 64) {
        if (mantissa > static_cast<UInt128>(Decimal::kMaxUnits) / power) return false;
    } else {
        if (mantissa >= kNarrowMax) return false;
    }
    out = Decimal::from_units(static_cast<Int128>(mantissa) * static_cast<Int128>(power));
    return true;
}

// ---- time

void put_times(std::string& out, const std::vector<StoredRow>& rows) {
    put_fixed64(out, to_ns(rows[0].begin));
    std::vector<std::uint64_t> steps;
    std::uint64_t unit = 0;
    bool equal = true;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        VERIFY(rows[i].begin >= rows[i - 1].begin);
        steps.push_back(static_cast<std::uint64_t>((rows[i].begin - rows[i - 1].begin).count()));
        unit = std::gcd(unit, steps.back());
        equal = equal && steps.back() == steps.front();
    }
    put_varint(out, unit);
    out.push_back(equal ? '\1' : '\0');
    if (equal) return;
    for (const std::uint64_t step : steps) put_varint(out, step / unit);
}

/// From 1823 to 2116: how far apart two times are can always be said.
bool is_sayable(std::int64_t time) {
    constexpr std::int64_t kFar = std::int64_t{1} << 62;
    return time >= -kFar && time < kFar;
}

bool take_times(ColumnReader& in, std::vector<StoredRow>& rows) {
    std::int64_t time = in.fixed64();
    if (!is_sayable(time)) return false;
    const auto unit = in.varint<std::uint64_t>();
    const bool equal = in.byte() == 1;
    rows[0].begin = time_from_ns(time);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::uint64_t count = equal ? 1 : in.varint<std::uint64_t>();
        std::uint64_t step = 0;
        if (__builtin_mul_overflow(count, unit, &step) ||
            __builtin_add_overflow(time, step, &time)) {
            return false;
        }
        if (!is_sayable(time)) return false;
        rows[i].begin = time_from_ns(time);
    }
    return in.ok();
}

// ---- prices

/// Of each row the prices as they are written: mantissas in, small numbers out, and back.
template <class U>
struct Candle {
    static constexpr std::size_t kColumns = 4;
    U last_close = 0;

    std::array<U, kColumns> fold(const std::array<U, kColumns>& m) {
        const auto [open, high, low, close] = m;
        const U before = std::exchange(last_close, close);
        return {
            zigzag<U>(open - before),
            static_cast<U>(high - std::max(open, close)),
            static_cast<U>(std::min(open, close) - low),
            zigzag<U>(close - open)};
    }

    std::array<U, kColumns> unfold(const std::array<U, kColumns>& d) {
        const U open = last_close + unzigzag(d[0]);
        const U close = open + unzigzag(d[3]);
        last_close = close;
        return {
            open,
            static_cast<U>(std::max(open, close) + d[1]),
            static_cast<U>(std::min(open, close) - d[2]),
            close};
    }
};

template <class U>
struct Quotes {
    static constexpr std::size_t kColumns = 2;
    U last_bid = 0;

    std::array<U, kColumns> fold(const std::array<U, kColumns>& m) {
        const U before = std::exchange(last_bid, m[0]);
        return {zigzag<U>(m[0] - before), static_cast<U>(m[1] - m[0])};
    }

    std::array<U, kColumns> unfold(const std::array<U, kColumns>& d) {
        last_bid += unzigzag(d[0]);
        return {last_bid, static_cast<U>(last_bid + d[1])};
    }
};

template <class U>
struct Trade {
    static constexpr std::size_t kColumns = 1;
    U last = 0;

    std::array<U, kColumns> fold(const std::array<U, kColumns>& m) {
        const U before = std::exchange(last, m[0]);
        return {zigzag<U>(m[0] - before)};
    }

    std::array<U, kColumns> unfold(const std::array<U, kColumns>& d) {
        last += unzigzag(d[0]);
        return {last};
    }
};

template <class U, template <class> class Shape>
void put_price_columns(std::string& out, const std::vector<StoredRow>& rows, unsigned scale) {
    constexpr std::size_t columns = Shape<U>::kColumns;
    std::array<std::string, columns> written;
    Shape<U> shape;
    for (const auto& row : rows) {
        std::array<U, columns> mantissas{};
        for (std::size_t i = 0; i < columns; ++i) {
            mantissas[i] = static_cast<U>(mantissa_at(row.numbers[i], scale));
        }
        const auto folded = shape.fold(mantissas);
        for (std::size_t i = 0; i < columns; ++i) put_varint(written[i], folded[i]);
    }
    for (const auto& column : written) out += column;
}

template <template <class> class Shape>
void put_prices(std::string& out, const std::vector<StoredRow>& rows) {
    constexpr std::size_t columns = Shape<std::uint64_t>::kColumns;
    unsigned scale = 0;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < columns; ++i) {
            scale = std::max(scale, row.numbers[i].parts().scale);
        }
    }
    bool narrow = true;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < columns; ++i) {
            narrow = narrow && mantissa_at(row.numbers[i], scale) < kNarrowMax;
        }
    }
    out.push_back(static_cast<char>(scale));
    out.push_back(narrow ? '\1' : '\0');
    if (narrow) {
        put_price_columns<std::uint64_t, Shape>(out, rows, scale);
    } else {
        put_price_columns<UInt128, Shape>(out, rows, scale);
    }
}

template <class U, template <class> class Shape>
bool take_price_columns(ColumnReader& in, std::vector<StoredRow>& rows, unsigned scale) {
    constexpr std::size_t columns = Shape<U>::kColumns;
    std::vector<std::array<U, columns>> folded(rows.size());
    for (std::size_t i = 0; i < columns; ++i) {
        for (auto& row : folded) row[i] = in.varint<U>();
    }
    if (!in.ok()) return false;
    Shape<U> shape;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto mantissas = shape.unfold(folded[r]);
        for (std::size_t i = 0; i < columns; ++i) {
            if (!set_decimal(mantissas[i], scale, rows[r].numbers[i])) return false;
        }
    }
    return true;
}

template <template <class> class Shape>
bool take_prices(ColumnReader& in, std::vector<StoredRow>& rows) {
    const unsigned scale = in.byte();
    const bool narrow = in.byte() == 1;
    if (scale > kScaleMax) return false;
    return narrow ? take_price_columns<std::uint64_t, Shape>(in, rows, scale)
                  : take_price_columns<UInt128, Shape>(in, rows, scale);
}

// ---- quantities

/// The scale that nine in ten of the column's values get by with.
unsigned usual_scale(const std::vector<StoredRow>& rows, std::size_t column) {
    std::array<std::size_t, kScaleMax + 1> count{};
    for (const auto& row : rows) ++count[row.numbers[column].parts().scale];
    std::size_t covered = 0;
    for (unsigned scale = 0; scale < kScaleMax; ++scale) {
        covered += count[scale];
        if (covered * 10 >= rows.size() * 9) return scale;
    }
    return kScaleMax;
}

void put_quantities(std::string& out, const std::vector<StoredRow>& rows, std::size_t column) {
    const unsigned scale = usual_scale(rows, column);
    std::string usual;
    std::string listed;
    std::uint64_t count = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Decimal value = rows[i].numbers[column];
        const UInt128 mantissa = mantissa_at(value, scale);
        const bool fits = mantissa < kNarrowMax && mantissa * kPowersOfTen[kScaleMax - scale] ==
                                                       static_cast<UInt128>(value.units());
        put_varint(usual, fits ? static_cast<std::uint64_t>(mantissa) : 0);
        if (fits) continue;
        put_varint(listed, static_cast<std::uint64_t>(i - last));
        put_varint(listed, static_cast<UInt128>(value.units()));
        last = i;
        ++count;
    }
    out.push_back(static_cast<char>(scale));
    put_varint(out, count);
    out += listed;
    out += usual;
}

bool take_quantities(ColumnReader& in, std::vector<StoredRow>& rows, std::size_t column) {
    const unsigned scale = in.byte();
    if (scale > kScaleMax) return false;
    const auto count = in.varint<std::uint64_t>();
    if (count > rows.size()) return false;
    std::vector<std::pair<std::size_t, Decimal>> listed;
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        at += in.varint<std::uint64_t>();
        Decimal value;
        if (!set_decimal(in.varint<UInt128>(), kScaleMax, value)) return false;
        if (at >= rows.size() || !in.ok()) return false;
        listed.emplace_back(at, value);
    }
    for (auto& row : rows) {
        if (!set_decimal(in.varint<std::uint64_t>(), scale, row.numbers[column])) return false;
    }
    for (const auto& [row, value] : listed) rows[row].numbers[column] = value;
    return in.ok();
}

// ---- the rest of a candle and of a trade

/// Counts plus one, 0 for none.
void put_counts(std::string& out, const std::vector<StoredRow>& rows) {
    const bool any =
        std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.trades; });
    out.push_back(static_cast<char>(any ? Presence::Numbers : Presence::None));
    if (!any) return;
    for (const auto& row : rows) {
        put_varint(out, row.trades ? std::uint64_t{*row.trades} + 1 : 0);
    }
}

bool take_counts(ColumnReader& in, std::vector<StoredRow>& rows) {
    const auto presence = static_cast<Presence>(in.byte());
    for (auto& row : rows) {
        row.trades.reset();
        if (presence == Presence::None) continue;
        const auto count = in.varint<std::uint64_t>();
        if (count > std::uint64_t{1} << 32) return false;
        if (count > 0) row.trades = static_cast<std::uint32_t>(count - 1);
    }
    return in.ok() && presence <= Presence::Numbers;
}

/// Four a byte: 0 for none, 1 buy, 2 sell.
void put_sides(std::string& out, const std::vector<StoredRow>& rows) {
    const bool any =
        std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.side; });
    out.push_back(static_cast<char>(any ? Presence::Numbers : Presence::None));
    if (!any) return;
    for (std::size_t i = 0; i < rows.size(); i += 4) {
        unsigned four = 0;
        for (std::size_t j = 0; j < 4 && i + j < rows.size(); ++j) {
            const auto& side = rows[i + j].side;
            const unsigned code = side ? static_cast<unsigned>(*side) : 0;
            four |= code << (2 * j);
        }
        out.push_back(static_cast<char>(static_cast<unsigned char>(four)));
    }
}

bool take_sides(ColumnReader& in, std::vector<StoredRow>& rows) {
    const auto presence = static_cast<Presence>(in.byte());
    unsigned four = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].side.reset();
        if (presence == Presence::None) continue;
        if (i % 4 == 0) four = in.byte();
        const unsigned code = four & 3U;
        four >>= 2;
        if (code == 3) return false;
        if (code != 0) rows[i].side = static_cast<Side>(code);
    }
    return in.ok() && presence <= Presence::Numbers;
}

/// The id as a number, if that is what it is to the last character.
std::optional<std::uint64_t> number_in(const std::string& id) {
    std::uint64_t value = 0;
    const char* const end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data(), end, value);
    const bool padded = id.size() > 1 && id[0] == '0';
    if (error != std::errc{} || stop != end || padded) return std::nullopt;
    return value;
}

void put_ids(std::string& out, const std::vector<StoredRow>& rows) {
    const auto all = [&](auto&& is) { return std::all_of(rows.begin(), rows.end(), is); };
    if (all([](const auto& row) { return row.id.empty(); })) {
        out.push_back(static_cast<char>(Presence::None));
    } else if (all([](const auto& row) { return number_in(row.id).has_value(); })) {
        out.push_back(static_cast<char>(Presence::Numbers));
        std::uint64_t last = 0;
        for (const auto& row : rows) {
            const std::uint64_t id = number_in(row.id).value_or(0);
            put_varint(out, zigzag<std::uint64_t>(id - std::exchange(last, id)));
        }
    } else {
        out.push_back(static_cast<char>(Presence::Texts));
        for (const auto& row : rows) {
            VERIFY(row.id.size() <= kIdMax);
            put_varint(out, static_cast<std::uint64_t>(row.id.size()));
            out += row.id;
        }
    }
}

bool take_ids(ColumnReader& in, std::vector<StoredRow>& rows) {
    const auto presence = static_cast<Presence>(in.byte());
    if (presence > Presence::Texts) return false;
    std::uint64_t last = 0;
    std::array<char, 20> digits{};
    for (auto& row : rows) {
        row.id.clear();
        if (presence == Presence::Numbers) {
            last += unzigzag(in.varint<std::uint64_t>());
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), last).ptr;
            row.id.assign(digits.data(), end);
        } else if (presence == Presence::Texts) {
            const auto size = in.varint<std::uint64_t>();
            if (size > kIdMax) return false;
            row.id = in.text(size);
        }
    }
    return in.ok();
}

bool take_columns(Kind kind, ColumnReader& in, std::vector<StoredRow>& rows) {
    if (!take_times(in, rows)) return false;
    switch (kind) {
        case Kind::Candles:
            return take_prices<Candle>(in, rows) && take_quantities(in, rows, 4) &&
                   take_counts(in, rows);
        case Kind::QuoteBars:
            return take_prices<Quotes>(in, rows) && take_quantities(in, rows, 2) &&
                   take_quantities(in, rows, 3);
        case Kind::Trades:
            return take_prices<Trade>(in, rows) && take_quantities(in, rows, 1) &&
                   take_sides(in, rows) && take_ids(in, rows);
    }
    return false;
}

}  // namespace

std::string encode_block(Kind kind, const std::vector<StoredRow>& rows) {
    VERIFY(!rows.empty() && rows.size() <= kBlockRows);
    std::string out;
    put_times(out, rows);
    switch (kind) {
        case Kind::Candles:
            put_prices<Candle>(out, rows);
            put_quantities(out, rows, 4);
            put_counts(out, rows);
            break;
        case Kind::QuoteBars:
            put_prices<Quotes>(out, rows);
            put_quantities(out, rows, 2);
            put_quantities(out, rows, 3);
            break;
        case Kind::Trades:
            put_prices<Trade>(out, rows);
            put_quantities(out, rows, 1);
            put_sides(out, rows);
            put_ids(out, rows);
            break;
    }
    return out;
}

std::string decode_block(
    Kind kind, std::string_view bytes, std::size_t count, std::vector<StoredRow>& rows) {
    if (count == 0 || count > kBlockRows) return "it claims " + std::to_string(count) + " rows";
    rows.resize(count);
    ColumnReader in(bytes);
    if (!take_columns(kind, in, rows)) return "its columns cannot be read";
    if (!in.at_end()) return "bytes are left over behind its columns";
    return {};
}

}  // namespace tapedeck::recorded
