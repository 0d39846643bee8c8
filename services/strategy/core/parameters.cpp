#include "strategy/core/parameters.h"

#include "strategy/core/indicators/period.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace tapedeck::strategy {
namespace {

using namespace std::chrono_literals;

// Longest time span that is sensible for a strategy on candles of at most a day.
constexpr std::string_view kSpanMax = "365d";

Setting setting(std::string key, SettingKind kind, std::string default_text, std::string help) {
    Setting result;
    result.key = std::move(key);
    result.kind = kind;
    result.default_text = std::move(default_text);
    result.help = std::move(help);
    return result;
}

Setting required(Setting setting) {
    setting.required = true;
    return setting;
}

Setting bounded(Setting setting, std::string_view min, std::string_view max) {
    setting.min = min;
    setting.max = max;
    return setting;
}

Setting kind_setting(const std::vector<Kind>& kinds) {
    Setting result = required(setting("kind", SettingKind::Text, "", "The rule that it follows."));
    for (const Kind& kind : kinds) result.choices.emplace_back(kind.name);
    return result;
}

std::vector<Setting> common_settings() {
    using enum SettingKind;
    return {
        required(setting("instruments", Instruments, "", "What it trades, each by itself.")),
        bounded(
            setting(
                "interval",
                TimeSpan,
                "1m",
                "Length of its candles, a divisor of 24h; smaller candles are put together."),
            "1s",
            "1d"),
        setting(
            "long_only", Flag, "true", "Whether a sell only means flat; otherwise it means short."),
        bounded(
            setting(
                "valid_for",
                TimeSpan,
                "",
                "How long after its candle's close a target may be acted on; default: two "
                "intervals."),
            "1s",
            kSpanMax),
        bounded(
            setting(
                "cooldown",
                TimeSpan,
                "0s",
                "How long after leaving a position it does not enter again."),
            "0s",
            kSpanMax),
        period_setting("atr_period", "14", "Length of the ATR given to risk, in candles."),
        decimal_setting(
            "stop_atr",
            "",
            "0.01",
            "100",
            "Distance of the stop-loss from the close, in ATR; not set: risk's own."),
        decimal_setting(
            "take_profit_atr",
            "",
            "0.01",
            "1000",
            "Distance of the take-profit from the close, in ATR; not set: risk's own."),
        bounded(
            setting(
                "run_max",
                Integer,
                "240",
                "Quiet evaluations of one sort that are recorded as one decision, at most."),
            "1",
            "100000")};
}

template <class T>
bool is_out_of(const T& value, const Result<T>& min, const Result<T>& max) {
    return (min && value < *min) || (max && value > *max);
}

Result<std::int64_t> parse_integer(std::string_view text) {
    // Settings' own parser, with a fallback that shows whether it was taken.
    Settings one;
    one.set("x", std::string(text));
    const std::int64_t value = one.integer("x", -1);
    if (value == -1 && text != "-1") return fail("no integer");
    return value;
}

Result<Decimal> parse_decimal(std::string_view text) {
    const auto value = Decimal::parse(text);
    if (!value) return fail(std::string(to_string(value.error())));
    return *value;
}

template <class T, class Parse>
bool is_malformed(const Setting& setting, std::string_view text, Parse parse) {
    const Result<T> value = parse(text);
    return !value || is_out_of<T>(*value, parse(setting.min), parse(setting.max));
}

bool is_malformed(const Setting& setting, const std::string& text) {
    switch (setting.kind) {
        case SettingKind::Integer: return is_malformed<std::int64_t>(setting, text, parse_integer);
        case SettingKind::Decimal: return is_malformed<Decimal>(setting, text, parse_decimal);
        case SettingKind::TimeSpan: return is_malformed<Duration>(setting, text, parse_duration);
        case SettingKind::Flag: return text != "true" && text != "false";
        case SettingKind::Instruments: {
            Settings one;
            one.set("x", text);
            const auto names = one.list("x");
            return names.empty() || std::any_of(names.begin(), names.end(), [](const auto& name) {
                       return !Instrument::parse(name);
                   });
        }
        case SettingKind::Text:
        case SettingKind::Size:
        case SettingKind::Moment:
        case SettingKind::Instrument:
        case SettingKind::TextList: break;  // none of these has more rules here
    }
    const auto& choices = setting.choices;
    return !choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end();
}

std::string accepted(const Setting& setting) {
    if (!setting.min.empty()) return setting.min + " to " + setting.max;
    std::string result;
    for (const std::string& choice : setting.choices) {
        result += (result.empty() ? "" : ", ") + choice;
    }
    if (!result.empty()) return "one of " + result;
    if (setting.kind == SettingKind::Flag) return "true or false";
    return "instruments such as kraken:BTC/EUR, at least one";
}

std::optional<Ratio> ratio_of(const Settings& own, std::string_view key) {
    if (own.text(key, "").empty()) return std::nullopt;
    return Ratio(own.decimal(key, Decimal{}));
}

}  // namespace

Setting period_setting(std::string key, std::string default_text, std::string help) {
    return bounded(
        setting(std::move(key), SettingKind::Integer, std::move(default_text), std::move(help)),
        "1",
        std::to_string(period_max));
}

Setting decimal_setting(
    std::string key,
    std::string default_text,
    std::string_view min,
    std::string_view max,
    std::string help) {
    return bounded(
        setting(std::move(key), SettingKind::Decimal, std::move(default_text), std::move(help)),
        min,
        max);
}

Setting flag_setting(std::string key, std::string default_text, std::string help) {
    return setting(std::move(key), SettingKind::Flag, std::move(default_text), std::move(help));
}

std::uint64_t count_of(const Settings& own, std::string_view key) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, own.integer(key, 0)));
}

double number_of(const Settings& own, std::string_view key) {
    return own.decimal(key, Decimal{}).to_double();
}

std::vector<Setting> settings_of(const Kind& kind, const std::vector<Kind>& kinds) {
    std::vector<Setting> result = {kind_setting(kinds)};
    for (auto& each : common_settings()) result.push_back(std::move(each));
    for (const Setting& each : kind.settings) result.push_back(each);
    return result;
}

Settings with_defaults(Settings own, const std::vector<Setting>& descriptors) {
    for (const Setting& each : descriptors) {
        if (!own.has(each.key) && !each.default_text.empty()) own.set(each.key, each.default_text);
    }
    return own;
}

std::vector<Problem> problems_of(const Settings& own, const Kind& kind) {
    std::vector<Problem> found;
    for (const Setting& each : settings_of(kind, {kind})) {
        const std::string text = own.text(each.key, "");
        const bool is_optional = each.default_text.empty() && !each.required;
        if (text.empty() && is_optional) continue;
        if (is_malformed(each, text)) {
            found.push_back({each.key, "is \"" + text + "\"; write " + accepted(each)});
        }
    }
    if (!found.empty()) return found;  // what is compared next has to be numbers
    if (24h % own.duration("interval", 1min) != 0ns) {
        found.push_back({"interval", "must divide 24h, as 1m, 15m, 4h or 1d do"});
    }
    for (auto& each : kind.problems(own)) found.push_back(std::move(each));
    return found;
}

Parameters parameters_of(const Settings& own) {
    Parameters result;
    for (const std::string& name : own.list("instruments")) {
        const auto instrument = Instrument::parse(name);
        auto& all = result.instruments;
        if (!instrument || std::find(all.begin(), all.end(), *instrument) != all.end()) continue;
        all.push_back(*instrument);
    }
    result.interval = own.duration("interval", 1min);
    result.valid_for = own.duration("valid_for", 2 * result.interval);
    result.cooldown = own.duration("cooldown", 0s);
    result.long_only = own.flag("long_only", true);
    result.atr_period = count_of(own, "atr_period");
    result.run_max = static_cast<std::uint32_t>(count_of(own, "run_max"));
    result.stop_atr = ratio_of(own, "stop_atr");
    result.take_profit_atr = ratio_of(own, "take_profit_atr");
    return result;
}

std::vector<SettingsSection> settings() {
    std::vector<SettingsSection> result;
    const auto& kinds = registered_kinds();
    for (const Kind& kind : kinds) {
        SettingsSection section;
        section.name = "strategy.*";
        section.kind = kind.name;
        section.help = kind.help;
        section.settings = settings_of(kind, kinds);
        result.push_back(std::move(section));
    }
    return result;
}

std::vector<Problem> problems(const Settings& configuration) {
    std::vector<Problem> found;
    const auto& kinds = registered_kinds();
    for (const std::string& name : configuration.names_in("strategy")) {
        const std::string prefix = "strategy." + name;
        const Settings own = configuration.below(prefix);
        const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& each) {
            return each.name == own.text("kind", "");
        });
        if (kind == kinds.end()) {
            const std::string text = own.text("kind", "");
            found.push_back(
                {prefix + ".kind", "is \"" + text + "\"; write " + accepted(kind_setting(kinds))});
            continue;
        }
        for (auto& each : problems_of(with_defaults(own, settings_of(*kind, kinds)), *kind)) {
            found.push_back({prefix + "." + each.key, std::move(each.message)});
        }
    }
    return found;
}

}  // namespace tapedeck::strategy
