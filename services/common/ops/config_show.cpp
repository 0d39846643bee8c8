#include "ops/config.h"
#include "ops/config_value.h"

namespace tapedeck::ops {

namespace {

std::string toml_string(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7F) {
            result += "\\u00";
            result += kDigits[byte >> 4U];
            result += kDigits[byte & 15U];
        } else {
            result += c;
        }
    }
    return result + "\"";
}

std::string list_text(std::string_view canonical) {
    Settings settings;
    settings.set("list", std::string(canonical));
    std::string result = "[";
    for (const auto& item : settings.list("list")) {
        result += (result.size() == 1 ? "" : ", ") + toml_string(item);
    }
    return result + "]";
}

std::string shown(const ConfigEntry& entry, std::string_view text) {
    return entry.secret ? std::string(text) : to_toml(entry.kind, text);
}

}  // namespace

std::string to_toml(SettingKind kind, std::string_view canonical) {
    switch (kind) {
        case SettingKind::Flag:
        case SettingKind::Integer: return std::string(canonical);
        case SettingKind::Size: return toml_string(readable(kind, canonical));
        case SettingKind::TextList:
        case SettingKind::Instruments: return list_text(canonical);
        case SettingKind::Text:
        case SettingKind::Decimal:
        case SettingKind::TimeSpan:
        case SettingKind::Moment:
        case SettingKind::Instrument: return toml_string(canonical);
    }
    return toml_string(canonical);
}

std::string show(const Configuration& configuration, Show what) {
    std::string text;
    for (const auto& entry : configuration.entries()) {
        const bool built_in = entry.origin.layer == Origin::Layer::BuiltIn;
        if (what == Show::ChangedOnly && built_in) continue;
        text += entry.key + " = " + shown(entry, entry.text) + "  " + entry.origin.to_string();
        std::string losers;
        for (const auto& loser : entry.overridden) {
            losers += (losers.empty() ? "overrides " : ", ") + loser.origin.to_string() + " " +
                      shown(entry, loser.text);
        }
        if (!losers.empty()) text += "  (" + losers + ")";
        text += "\n";
    }
    return text;
}

}  // namespace tapedeck::ops
