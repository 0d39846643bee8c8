#include "base/number.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace tapedeck {

namespace {

constexpr int kFractionDigits = 18;
constexpr int kIntegerDigits = 18;
constexpr std::size_t kDigitsMax = 40;  // more than any double needs
constexpr int kExponentMax = 99;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// 0.d1d2d3… · 10^point, without leading or trailing zeros.
struct Digits {
    bool negative = false;
    std::array<std::uint8_t, kDigitsMax> digits{};
    std::size_t count = 0;
    int point = 0;

    std::uint8_t at(int index) const {
        const auto i = static_cast<std::size_t>(index);
        return i < count ? digits[i] : std::uint8_t{0};
    }
};

Checked<int> read_exponent(std::string_view text) {
    if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc{} || end != text.data() + text.size() || exponent > kExponentMax ||
        exponent < -kExponentMax) {
        return tl::make_unexpected(DecimalError::NotANumber);
    }
    return exponent;
}

/// Digits with at most one point and at least one digit on each side of it.
Checked<Digits> read_digits(std::string_view text) {
    Digits result;
    bool has_point = false;
    std::size_t before = 0;
    std::size_t after = 0;
    for (const char c : text) {
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(c)) return tl::make_unexpected(DecimalError::NotANumber);
        ++(has_point ? after : before);
        if (result.count == 0 && c == '0') {
            if (has_point) --result.point;
            continue;
        }
        if (!has_point) ++result.point;
        if (result.count == kDigitsMax) return tl::make_unexpected(DecimalError::TooManyDigits);
        result.digits[result.count++] = static_cast<std::uint8_t>(c - '0');
    }
    if (before == 0 || (has_point && after == 0)) {
        return tl::make_unexpected(DecimalError::NotANumber);
    }
    while (result.count > 0 && result.digits[result.count - 1] == 0) --result.count;
    return result;
}

bool rounds_up(const Digits& digits, int kept) {
    const int next = digits.at(kept);
    if (next != 5) return next > 5;
    if (static_cast<std::size_t>(kept) + 1 < digits.count) return true;
    return kept > 0 && digits.at(kept - 1) % 2 == 1;
}

Checked<Decimal> compose(const Digits& digits, Excess excess) {
    if (digits.count == 0) return Decimal{};
    if (digits.point > kIntegerDigits) return tl::make_unexpected(DecimalError::TooManyDigits);
    const int kept = digits.point + kFractionDigits;
    if (static_cast<int>(digits.count) > kept && excess == Excess::Refuse) {
        return tl::make_unexpected(DecimalError::TooManyDigits);
    }
    Int128 units = 0;
    for (int i = 0; i < kept; ++i) units = units * 10 + digits.at(i);
    if (kept >= 0 && rounds_up(digits, kept)) ++units;
    return Decimal::from_units(digits.negative ? -units : units);
}

}  // namespace

Checked<Decimal> parse_number(std::string_view text, Excess excess) {
    const auto plain = Decimal::parse(text);
    if (plain) return plain;  // nearly always
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const auto mark = text.find_first_of("eE");
    auto digits = read_digits(text.substr(0, mark));
    if (!digits) return tl::make_unexpected(digits.error());
    digits->negative = negative;
    if (mark != std::string_view::npos) {
        const auto exponent = read_exponent(text.substr(mark + 1));
        if (!exponent) return tl::make_unexpected(exponent.error());
        digits->point += *exponent;
    }
    return compose(*digits, excess);
}

}  // namespace tapedeck
