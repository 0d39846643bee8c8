#include "venue-simulator/core/text.h"

#include "base/verify.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tapedeck::venue_simulator {
namespace {

constexpr unsigned kDigits = 18;

Int128 unit_of(unsigned places) {
    VERIFY(places <= kDigits);
    Int128 unit = Decimal::kOne;
    for (unsigned i = 0; i < places; ++i) unit /= 10;
    return unit;
}

Decimal round_at(Decimal value, unsigned places, Rounding rounding) {
    const auto result = round_to_step(value, step_of(places), rounding);
    VERIFY(result.has_value());  // amounts here are far from the bounds of a Decimal
    return *result;
}

std::string padded(std::int64_t value, unsigned width) {
    std::string text = std::to_string(value);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

struct Civil {
    std::int64_t year;
    unsigned month;
    unsigned day;
    std::int64_t seconds;  ///< of the day
    unsigned weekday;      ///< 0 = Sunday
};

Civil civil(Time moment) {
    const auto days = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(days);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment - days).count();
    return {
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        seconds,
        std::chrono::weekday(days).c_encoding()};
}

std::string clock_text(std::int64_t seconds) {
    return padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" +
           padded(seconds % 60, 2);
}

std::string date_and_clock(Time moment) {
    const Civil at = civil(moment);
    return padded(at.year, 4) + "-" + padded(at.month, 2) + "-" + padded(at.day, 2) + "T" +
           clock_text(at.seconds);
}

std::int64_t nanos_of_second(Time moment) {
    return (moment - std::chrono::floor<std::chrono::seconds>(moment)).count();
}

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::optional<std::string> unescape(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] != '%') {
            result += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            result += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return result;
}

}  // namespace

std::string fixed(Decimal value, unsigned places) {
    const Int128 unit = unit_of(places);
    const Int128 counted = rounded(value, places).units() / unit;
    const bool negative = counted < 0;
    auto rest = static_cast<UInt128>(negative ? -counted : counted);
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    } while (rest != 0 || digits.size() <= places);
    std::reverse(digits.begin(), digits.end());
    if (places > 0) digits.insert(digits.size() - places, 1, '.');
    return negative ? "-" + digits : digits;
}

Decimal rounded(Decimal value, unsigned places) {
    return round_at(value, places, Rounding::HalfEven);
}

Decimal rounded_up(Decimal value, unsigned places) {
    return round_at(value, places, Rounding::Up);
}

Decimal times(Decimal a, Decimal b) {
    const auto product = multiply(a, b, Rounding::HalfEven);
    VERIFY(product.has_value());
    return *product;
}

Decimal over(Decimal a, Decimal b) {
    if (b.is_zero()) return {};
    const auto quotient = divide(a, b, Rounding::HalfEven);
    VERIFY(quotient.has_value());
    return *quotient;
}

Decimal step_of(unsigned places) {
    return Decimal::from_units(unit_of(places));
}

std::string rfc3339_micros(Time moment) {
    return date_and_clock(moment) + "." + padded(nanos_of_second(moment) / 1000, 6) + "Z";
}

std::string rfc3339_nanos(Time moment) {
    return date_and_clock(moment) + "." + padded(nanos_of_second(moment), 9) + "Z";
}

std::string rfc3339_seconds(Time moment) {
    return date_and_clock(moment) + "Z";
}

std::string rfc1123(Time moment) {
    static constexpr std::array<const char*, 7> kDays = {
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Civil at = civil(moment);
    return std::string(kDays[at.weekday]) + ", " + padded(at.day, 2) + " " + kMonths[at.month - 1] +
           " " + padded(at.year % 100, 2) + " " + clock_text(at.seconds) + " +0000";
}

std::string unix_text(Time moment, unsigned places) {
    std::string text = std::to_string(unix_seconds(moment));
    if (places == 0) return text;
    return text + "." + padded(nanos_of_second(moment), 9).substr(0, places);
}

std::int64_t unix_seconds(Time moment) {
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
}

Time from_unix(std::int64_t seconds) {
    return Time{std::chrono::seconds(seconds)};
}

std::optional<Time> parse_unix(std::string_view text) {
    const auto value = Decimal::parse(text);
    constexpr std::int64_t kLatest = 9'000'000'000;  // beyond it, nanoseconds overflow
    if (!value || value->is_negative() || *value > Decimal::from_integer(kLatest)) {
        return std::nullopt;
    }
    return Time{
        Duration{static_cast<std::int64_t>(value->units() / (Decimal::kOne / 1'000'000'000))}};
}

std::optional<Fields> parse_form(std::string_view text) {
    Fields fields;
    for (const auto& part : split(text, '&')) {
        if (part.empty()) continue;
        const auto sign = part.find('=');
        const auto name = unescape(part.substr(0, sign));
        const auto value = unescape(sign == std::string::npos ? "" : part.substr(sign + 1));
        if (!name || !value) return std::nullopt;
        fields.emplace_back(*name, *value);
    }
    return fields;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    if (text.empty()) return parts;
    for (std::size_t from = 0; from <= text.size();) {
        const auto to = std::min(text.find(separator, from), text.size());
        parts.emplace_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& letter : result) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& letter : result) {
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    }
    return result;
}

}  // namespace tapedeck::venue_simulator
