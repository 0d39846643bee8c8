#include "base/time.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace tapedeck {

using namespace std::chrono_literals;

std::string to_string(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    // Not `time - day`: the start of the first day of all is before the range of Time.
    const Duration rest = time.time_since_epoch() % 24h;
    const std::chrono::hh_mm_ss clock{rest < 0h ? rest + 24h : rest};
    std::array<char, 48> text{};
    const auto ns = static_cast<long long>(clock.subseconds().count());
    const int size = std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02u-%02uT%02lld:%02lld:%02lld.%09lldZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<long long>(clock.hours().count()),
        static_cast<long long>(clock.minutes().count()),
        static_cast<long long>(clock.seconds().count()),
        ns);
    std::string result(text.data(), static_cast<std::size_t>(size));
    const std::size_t digits = ns % 1'000'000 == 0 ? 3 : ns % 1'000 == 0 ? 6 : 9;
    const std::size_t point = result.size() - 11;
    result.erase(point + 1 + digits, 9 - digits);
    return result;
}

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads exactly `digits` decimal digits at `text`'s front and drops them.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
    if (text.size() < digits) return false;
    for (const char c : text.substr(0, digits)) {
        if (!is_digit(c)) return false;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return true;
}

bool take_char(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text, std::int64_t& ns) {
    std::int64_t scale = 100'000'000;
    std::size_t digits = 0;
    while (!text.empty() && is_digit(text.front())) {
        if (++digits > 9) return false;
        ns += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    return digits > 0;
}

bool take_clock(std::string_view& text, Duration& clock) {
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    std::int64_t ns = 0;
    if (!take_number(text, 2, hours) || !take_char(text, ':') || !take_number(text, 2, minutes)) {
        return false;
    }
    if (take_char(text, ':')) {
        if (!take_number(text, 2, seconds)) return false;
        if (take_char(text, '.') && !take_fraction(text, ns)) return false;
    }
    if (hours > 23 || minutes > 59 || seconds > 59) return false;
    clock = std::chrono::hours(hours) + std::chrono::minutes(minutes) +
            std::chrono::seconds(seconds) + Duration(ns);
    take_char(text, 'Z');
    return true;
}

}  // namespace

Result<Time> parse_time(std::string_view text) {
    const std::string_view whole = text;
    const auto bad = [&] {
        return fail(
            "\"" + std::string(whole) + "\" is not a time; write 2026-11-20T12:05:00Z (UTC)",
            ExitCode::Usage);
    };
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(text, 4, year) || !take_char(text, '-') || !take_number(text, 2, month) ||
        !take_char(text, '-') || !take_number(text, 2, day)) {
        return bad();
    }
    const std::chrono::year_month_day date{
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1678 || year > 2261) return bad();
    Duration clock{};
    if (!text.empty()) {
        if (!take_char(text, 'T') && !take_char(text, ' ')) return bad();
        if (!take_clock(text, clock) || !text.empty()) return bad();
    }
    return Time{std::chrono::sys_days{date}} + clock;
}

namespace {

struct Unit {
    std::string_view suffix;
    Duration size;
};

// Longest first, as to_string takes them; "ms" before "m" and "s" when reading.
constexpr std::array<Unit, 7> kUnits{
    {{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}, {"us", 1us}, {"ns", 1ns}}};

const Unit* find_unit(std::string_view suffix) {
    for (const auto& unit : kUnits) {
        if (unit.suffix == suffix) return &unit;
    }
    return nullptr;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    const auto bad = [&](const char* why) {
        return fail(
            "\"" + std::string(text) + "\" is not a duration" + why +
                "; write 250ms, 5s, 1m, 1h, 2d or 1h30m",
            ExitCode::Usage);
    };
    if (text.empty()) return bad("");
    std::int64_t total = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
        if (error == std::errc::result_out_of_range) return bad(": too long");
        if (error != std::errc{} || !is_digit(rest.front())) return bad("");
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        std::size_t letters = 0;
        while (letters < rest.size() && rest[letters] >= 'a' && rest[letters] <= 'z') ++letters;
        const Unit* unit = find_unit(rest.substr(0, letters));
        if (unit == nullptr) return bad(letters == 0 ? ": it has no unit" : "");
        rest.remove_prefix(letters);
        std::int64_t part = 0;
        if (__builtin_mul_overflow(count, unit->size.count(), &part) ||
            __builtin_add_overflow(total, part, &total)) {
            return bad(": too long");
        }
    }
    return Duration(total);
}

std::string to_string(Duration duration) {
    if (duration == Duration::zero()) return "0s";
    std::string result;
    if (duration < Duration::zero()) {
        result = "-";
        duration = duration == Duration::min() ? Duration::max() : -duration;
    }
    for (const auto& unit : kUnits) {
        const std::int64_t count = duration / unit.size;
        if (count == 0) continue;
        result += std::to_string(count);
        result += unit.suffix;
        duration -= count * unit.size;
    }
    return result;
}

}  // namespace tapedeck
