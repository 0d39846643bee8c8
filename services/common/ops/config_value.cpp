#include "ops/config_value.h"

#include "base/instrument.h"
#include "base/verify.h"
#include "ops/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tapedeck::ops {

namespace {

using Type = RawValue::Type;
using Canonical = tl::expected<std::string, ValueError>;

/// The value as its writer sees it, for the end of a message.
std::string seen(const RawValue& value) {
    switch (value.type) {
        case Type::Untyped:
        case Type::String: return "\"" + value.text + "\"";
        case Type::Integer: return "the integer " + value.text;
        case Type::Float: return "the float " + value.text;
        case Type::Boolean: return value.text;
        case Type::Moment: return "the date " + value.text;
        case Type::Array: return "a list";
        case Type::Table: return "a table";
    }
    return value.text;
}

tl::unexpected<ValueError> wrong(
    std::string_view expected, const RawValue& value, std::string_view why = "") {
    return tl::make_unexpected(ValueError{
        "must be " + std::string(expected) + ", got " + seen(value) + std::string(why),
        value.line,
        value.column});
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

bool is_textual(const RawValue& value) {
    return value.type == Type::Untyped || value.type == Type::String;
}

Canonical read_text(const RawValue& value) {
    if (!is_textual(value)) {
        const bool is_list = value.type == Type::Array || value.type == Type::Table;
        return wrong(is_list ? "text" : "quoted text (" + in_quotes(value.text) + ")", value);
    }
    return value.text;
}

Canonical read_flag(const RawValue& value) {
    const bool typed = value.type == Type::Boolean || value.type == Type::Untyped;
    if (typed && (value.text == "true" || value.text == "false")) return value.text;
    const bool only_quotes =
        value.type == Type::String && (value.text == "true" || value.text == "false");
    if (only_quotes) return wrong(value.text + " without quotes", value);
    return wrong("true or false", value);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Canonical read_integer(const RawValue& value) {
    if (value.type == Type::Integer || value.type == Type::Untyped) {
        const auto number = parse_integer(value.text);
        if (number) return std::to_string(*number);
    }
    if (value.type == Type::String && parse_integer(value.text)) {
        return wrong("a whole number without quotes (" + value.text + ")", value);
    }
    return wrong("a whole number", value);
}

Canonical read_decimal(const RawValue& value) {
    if (is_textual(value)) {
        const auto decimal = Decimal::parse(value.text);
        if (decimal) return decimal->to_string();
        const bool shape = decimal.error() == DecimalError::NotANumber;
        return wrong(
            value.type == Type::String ? "a quoted decimal (\"0.05\")" : "a decimal (0.05)",
            value,
            shape ? "" : ": it " + std::string(to_string(decimal.error())));
    }
    const bool number = value.type == Type::Integer || value.type == Type::Float;
    const bool plain = number && Decimal::parse(value.text).has_value();
    return wrong(
        "a quoted decimal (" + in_quotes(plain ? value.text : "0.05") + ")",
        value,
        value.type == Type::Float ? ": floats are not exact" : "");
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Canonical read_time_span(const RawValue& value) {
    static constexpr std::string_view kForm = "a duration (\"250ms\", \"5s\", \"1h30m\")";
    if (is_textual(value)) {
        const auto duration = parse_duration(value.text);
        if (duration) return to_string(*duration);
    }
    const bool unit_missing = value.type == Type::Integer || value.type == Type::Float ||
                              (is_textual(value) && is_digits(value.text));
    return wrong(kForm, value, unit_missing ? ": it has no unit" : "");
}

struct SizeUnit {
    std::string_view name;
    std::int64_t bytes;
};

constexpr std::array<SizeUnit, 5> kSizeUnits{
    {{"TiB", std::int64_t{1} << 40},
     {"GiB", std::int64_t{1} << 30},
     {"MiB", std::int64_t{1} << 20},
     {"KiB", std::int64_t{1} << 10},
     {"B", 1}}};

/// A plain count of bytes, or a count with a unit.
std::optional<std::int64_t> parse_size(std::string_view text) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_integer(text.substr(0, end));
    if (!count) return std::nullopt;
    const std::string_view unit = text.substr(end);
    if (unit.empty()) return count;
    for (const auto& [name, bytes] : kSizeUnits) {
        std::int64_t total = 0;
        if (name == unit && !__builtin_mul_overflow(*count, bytes, &total)) return total;
    }
    return std::nullopt;
}

Canonical read_size(const RawValue& value) {
    if (is_textual(value) || value.type == Type::Integer) {
        const auto size = parse_size(value.text);
        if (size) return std::to_string(*size);
    }
    const bool decimal_unit =
        is_textual(value) && value.text.ends_with('B') && !value.text.ends_with("iB");
    return wrong(
        "a size (\"64KiB\", \"1MiB\", \"2GiB\")",
        value,
        decimal_unit ? ": units are KiB, MiB, GiB and TiB" : "");
}

Canonical read_moment(const RawValue& value) {
    if (is_textual(value) || value.type == Type::Moment) {
        const auto time = parse_time(value.text);
        if (time) return to_string(*time);
    }
    return wrong("a moment in UTC (\"2026-11-20T12:05:00Z\")", value);
}

Canonical read_instrument(const RawValue& value) {
    if (is_textual(value)) {
        const auto instrument = Instrument::parse(value.text);
        if (instrument) return instrument->to_string();
    }
    return wrong("an instrument (\"kraken:BTC/EUR\")", value);
}

/// A flag's or variable's text as the list it stands for: JSON, or words between commas.
tl::expected<std::vector<RawValue>, ValueError> items_of(const RawValue& value) {
    std::vector<RawValue> items;
    if (value.type == Type::Array) return value.items;
    if (value.type != Type::Untyped) {
        const bool text = value.type == Type::String;
        return wrong(
            text ? "a list ([" + in_quotes(value.text) + "])" : "a list ([\"a\", \"b\"])", value);
    }
    if (value.text.starts_with('[')) {
        const auto json = nlohmann::json::parse(value.text, nullptr, false);
        if (!json.is_array()) return wrong("a list ([\"a\", \"b\"], or a,b)", value);
        for (const auto& item : json) {
            if (!item.is_string()) return wrong("a list of texts ([\"a\", \"b\"])", value);
            items.push_back({Type::Untyped, item.get<std::string>()});
        }
        return items;
    }
    std::string_view rest = value.text;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        std::string_view word = rest.substr(0, comma);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        items.push_back({Type::Untyped, std::string(word)});
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return items;
}

/// `text` is the closest to a choice that could be made of the value; "" if nothing could.
ValueError not_a_choice(const Setting& setting, std::string_view text, const RawValue& value) {
    std::string expected = setting.choices.size() > 1 ? "one of " : "";
    for (const auto& choice : setting.choices) {
        expected += (&choice == setting.choices.data() ? "" : ", ") + in_quotes(choice);
    }
    const auto meant = nearest(text, setting.choices);
    const std::string why = meant ? ": did you mean " + in_quotes(*meant) + "?" : "";
    return wrong(expected, value, why).value();
}

bool is_choice(const Setting& setting, std::string_view text) {
    const auto& choices = setting.choices;
    return choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end();
}

/// What forbids `text` in a list of which `known` are the items before it; "" if nothing does.
std::string item_fault(const std::string& text, const std::vector<std::string>& known) {
    if (text.empty()) return "holds an empty item";
    // The canonical form joins by commas: an item with one would become two.
    if (text.find(',') != std::string::npos)
        return "holds an item with a comma, " + in_quotes(text);
    const bool twice = std::find(known.begin(), known.end(), text) != known.end();
    return twice ? "holds " + in_quotes(text) + " twice" : "";
}

Canonical read_list(const Setting& setting, const RawValue& value) {
    auto items = items_of(value);
    if (!items) return tl::make_unexpected(items.error());
    std::string joined;
    std::vector<std::string> known;
    for (const auto& item : *items) {
        const bool is_instrument = setting.kind == SettingKind::Instruments;
        auto text = is_instrument ? read_instrument(item) : read_text(item);
        if (!text) {
            text.error().message = "holds an item that " + text.error().message;
            return text;
        }
        if (!is_choice(setting, *text)) {
            ValueError error = not_a_choice(setting, *text, item);
            error.message = "holds an item that " + error.message;
            return tl::make_unexpected(std::move(error));
        }
        if (const auto fault = item_fault(*text, known); !fault.empty()) {
            return tl::make_unexpected(ValueError{fault, item.line, item.column});
        }
        joined += (known.empty() ? "" : ",") + *text;
        known.push_back(std::move(*text));
    }
    return joined;
}

Canonical read(const Setting& setting, const RawValue& value) {
    switch (setting.kind) {
        case SettingKind::Text: return read_text(value);
        case SettingKind::Flag: return read_flag(value);
        case SettingKind::Integer: return read_integer(value);
        case SettingKind::Decimal: return read_decimal(value);
        case SettingKind::TimeSpan: return read_time_span(value);
        case SettingKind::Size: return read_size(value);
        case SettingKind::Moment: return read_moment(value);
        case SettingKind::Instrument: return read_instrument(value);
        case SettingKind::TextList:
        case SettingKind::Instruments: return read_list(setting, value);
    }
    return wrong("something else", value);
}

/// Is a < b, both canonical? False where the kind has no order or a bound is malformed.
bool is_less(SettingKind kind, std::string_view a, std::string_view b) {
    switch (kind) {
        case SettingKind::Integer:
        case SettingKind::Size: {
            const auto left = parse_integer(a);
            const auto right = parse_integer(b);
            return left && right && *left < *right;
        }
        case SettingKind::Decimal: {
            const auto left = Decimal::parse(a);
            const auto right = Decimal::parse(b);
            return left && right && *left < *right;
        }
        case SettingKind::TimeSpan: {
            const auto left = parse_duration(a);
            const auto right = parse_duration(b);
            return left && right && *left < *right;
        }
        case SettingKind::Text:
        case SettingKind::Flag:
        case SettingKind::Moment:
        case SettingKind::Instrument:
        case SettingKind::TextList:
        case SettingKind::Instruments: return false;
    }
    return false;
}

std::optional<ValueError> outside_range(
    const Setting& setting, std::string_view text, const RawValue& value) {
    const bool low = !setting.min.empty() && is_less(setting.kind, text, setting.min);
    const bool high = !setting.max.empty() && is_less(setting.kind, setting.max, text);
    if (!low && !high) return std::nullopt;
    std::string expected;
    if (!setting.min.empty() && !setting.max.empty()) {
        expected = "between " + readable(setting.kind, setting.min) + " and " +
                   readable(setting.kind, setting.max);
    } else {
        expected = low ? "at least " + readable(setting.kind, setting.min)
                       : "at most " + readable(setting.kind, setting.max);
    }
    return wrong(expected, value).value();
}

}  // namespace

std::string readable(SettingKind kind, std::string_view canonical) {
    auto bytes = kind == SettingKind::Size ? parse_integer(canonical) : std::nullopt;
    if (!bytes) return std::string(canonical);
    for (const auto& [name, size] : kSizeUnits) {
        if (*bytes != 0 && *bytes % size == 0)
            return std::to_string(*bytes / size) + std::string(name);
    }
    return "0B";
}

tl::expected<std::string, ValueError> canonical(const Setting& setting, const RawValue& value) {
    const bool is_list =
        setting.kind == SettingKind::TextList || setting.kind == SettingKind::Instruments;
    auto text = read(setting, value);
    if (is_list) return text;
    if (!text && !setting.choices.empty()) {
        return tl::make_unexpected(not_a_choice(setting, "", value));
    }
    if (!text) return text;
    if (!is_choice(setting, *text)) {
        return tl::make_unexpected(not_a_choice(setting, *text, value));
    }
    if (auto error = outside_range(setting, *text, value)) return tl::make_unexpected(*error);
    return text;
}

}  // namespace tapedeck::ops
