#include "ops/config.h"
#include "ops/config_layout.h"

#include <nlohmann/json.hpp>

namespace tapedeck::ops {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDecimalPattern = "^-?[0-9]{1,18}(\\.[0-9]{1,18})?$";
constexpr std::string_view kDurationPattern = "^([0-9]+(ns|us|ms|s|m|h|d))+$";
constexpr std::string_view kSizePattern = "^[0-9]+(B|KiB|MiB|GiB|TiB)?$";
constexpr std::string_view kInstrumentPattern = "^[a-z0-9-]+:[A-Z0-9.-]+/[A-Z0-9.-]+$";

std::int64_t number(const std::string& text) {
    Settings settings;
    settings.set("n", text);
    return settings.integer("n", 0);
}

Json text_schema(const Setting& setting, std::string_view pattern) {
    Json schema{{"type", "string"}};
    if (!pattern.empty()) schema["pattern"] = pattern;
    if (!setting.choices.empty()) schema["enum"] = setting.choices;
    return schema;
}

Json default_of(const Setting& setting) {
    Settings settings;
    settings.set("value", setting.default_text);
    switch (setting.kind) {
        case SettingKind::Flag: return settings.flag("value", false);
        case SettingKind::Integer: return settings.integer("value", 0);
        case SettingKind::TextList:
        case SettingKind::Instruments: return settings.list("value");
        case SettingKind::Size:
        case SettingKind::Text:
        case SettingKind::Decimal:
        case SettingKind::TimeSpan:
        case SettingKind::Moment:
        case SettingKind::Instrument: return readable(setting.kind, setting.default_text);
    }
    return setting.default_text;
}

Json value_schema(const Setting& setting) {
    switch (setting.kind) {
        case SettingKind::Text:
        case SettingKind::Moment: return text_schema(setting, "");
        case SettingKind::Flag: return {{"type", "boolean"}};
        case SettingKind::Integer: {
            Json schema{{"type", "integer"}};
            if (!setting.min.empty()) schema["minimum"] = number(setting.min);
            if (!setting.max.empty()) schema["maximum"] = number(setting.max);
            return schema;
        }
        case SettingKind::Decimal: return text_schema(setting, kDecimalPattern);
        case SettingKind::TimeSpan: return text_schema(setting, kDurationPattern);
        case SettingKind::Size: return text_schema(setting, kSizePattern);
        case SettingKind::Instrument: return text_schema(setting, kInstrumentPattern);
        case SettingKind::TextList:
        case SettingKind::Instruments: {
            const bool instruments = setting.kind == SettingKind::Instruments;
            return {
                {"type", "array"},
                {"uniqueItems", true},
                {"items", text_schema(setting, instruments ? kInstrumentPattern : "")}};
        }
    }
    return {};
}

std::string range_of(const Setting& setting) {
    if (!setting.choices.empty()) {
        std::string text;
        for (const auto& choice : setting.choices) text += (text.empty() ? "" : ", ") + choice;
        return text;
    }
    const std::string min = readable(setting.kind, setting.min);
    const std::string max = readable(setting.kind, setting.max);
    if (!setting.min.empty() && !setting.max.empty()) return min + " to " + max;
    if (!setting.min.empty()) return "at least " + min;
    return setting.max.empty() ? "" : "at most " + max;
}

Json setting_schema(const Setting& setting) {
    Json schema = value_schema(setting);
    // Only numbers have bounds in JSON Schema: of decimals and durations people read them here.
    const std::string range = setting.choices.empty() ? range_of(setting) : "";
    schema["description"] = setting.help + (range.empty() ? "" : " (" + range + ")");
    if (!setting.default_text.empty()) schema["default"] = default_of(setting);
    return schema;
}

Json object_schema() {
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

/// Adds the keys of a section, or of one kind of member, to the schema of an object.
void add_keys(Json& object, const std::vector<const Setting*>& settings) {
    for (const auto* setting : settings) {
        object["properties"][setting->key] = setting_schema(*setting);
        if (setting->required && setting->default_text.empty()) {
            object["required"].push_back(setting->key);
        }
    }
}

/// The object at the end of `pattern`, made with everything above it; "*" goes to
/// additionalProperties.
Json& object_at(Json& root, const KeyPath& pattern) {
    Json* here = &root;
    for (const auto& part : pattern) {
        Json& next = part == "*" ? (*here)["additionalProperties"] : (*here)["properties"][part];
        if (!next.is_object()) next = object_schema();
        here = &next;
    }
    return *here;
}

/// A few words for the docs.
std::string_view name_of(SettingKind kind) {
    switch (kind) {
        case SettingKind::Text: return "text";
        case SettingKind::Flag: return "true or false";
        case SettingKind::Integer: return "whole number";
        case SettingKind::Decimal: return "quoted decimal";
        case SettingKind::TimeSpan: return "duration";
        case SettingKind::Size: return "size";
        case SettingKind::Moment: return "moment";
        case SettingKind::Instrument: return "instrument";
        case SettingKind::TextList: return "list of texts";
        case SettingKind::Instruments: return "list of instruments";
    }
    return "text";
}

std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
        text.insert(at, "\\");
    }
    return text;
}

std::string reference_row(const Setting& setting) {
    std::string default_text = "–";
    if (!setting.default_text.empty()) {
        default_text = "`" + to_toml(setting.kind, setting.default_text) + "`";
    } else if (setting.required) {
        default_text = "**required**";
    }
    return "| `" + setting.key + "` | " + std::string(name_of(setting.kind)) + " | " +
           cell(default_text) + " | " + cell(range_of(setting)) + " | " + cell(setting.help) +
           " |\n";
}

}  // namespace

std::string json_schema(const std::vector<SettingsSection>& sections) {
    std::vector<SettingsSection> all = settings();
    all.insert(all.end(), sections.begin(), sections.end());
    const Layout layout(std::move(all));
    Json root{
        {"$schema", "http://json-schema.org/draft-07/schema#"},
        {"title", "Tapedeck configuration"}};
    root.update(object_schema());
    for (const auto& group : layout.groups()) {
        Json& object = object_at(root, group.pattern);
        for (const auto* part : group.parts) {
            const bool told = part->help.empty() || object.contains("description");
            if (!told && part->kind.empty()) object["description"] = part->help;
        }
        if (group.kinds.empty()) {
            add_keys(object, group.settings(std::nullopt));
            continue;
        }
        // Each kind has keys of its own: a member is exactly one of these objects.
        Json branches = Json::array();
        for (const auto& kind : group.kinds) {
            Json branch = object_schema();
            add_keys(branch, group.settings(kind));
            branch["properties"]["kind"] = {{"const", kind}};
            branches.push_back(std::move(branch));
        }
        object = {{"type", "object"}, {"oneOf", std::move(branches)}};
    }
    return root.dump(2) + "\n";
}

std::string markdown_reference(const std::vector<SettingsSection>& sections) {
    std::string text;
    std::vector<SettingsSection> all = settings();
    all.insert(all.end(), sections.begin(), sections.end());
    for (const auto& section : all) {
        text += section.name.empty() ? "## Above all sections" : "## `[" + section.name + "]`";
        if (!section.kind.empty()) text += " with `kind = \"" + section.kind + "\"`";
        text += "\n\n";
        if (!section.help.empty()) text += section.help + "\n\n";
        text += "| key | kind | default | range | meaning |\n|---|---|---|---|---|\n";
        for (const auto& setting : section.settings) text += reference_row(setting);
        text += "\n";
    }
    return text;
}

std::vector<std::string> mistakes_in(const std::vector<SettingsSection>& sections) {
    std::vector<std::string> mistakes;
    for (const auto& section : sections) {
        for (const auto& setting : section.settings) {
            const std::string name = "[" + section.name + "] " + setting.key;
            const auto judge = [&](const Setting& as, const char* what, const std::string& text) {
                if (text.empty()) return;
                const auto result = canonical(as, {RawValue::Type::Untyped, text});
                if (!result) {
                    mistakes.push_back(name + ": " + what + " " + result.error().message);
                } else if (*result != text) {
                    std::string mistake = name + ": " + what;
                    mistake += " \"" + text + "\" is not canonical, \"" + *result + "\" is";
                    mistakes.push_back(std::move(mistake));
                }
            };
            Setting unbounded = setting;
            unbounded.min.clear();
            unbounded.max.clear();
            unbounded.choices.clear();
            judge(unbounded, "min", setting.min);
            judge(unbounded, "max", setting.max);
            judge(setting, "default", setting.default_text);
            if (setting.help.empty()) mistakes.push_back(name + ": has no help");
            if (setting.key.empty()) mistakes.push_back(name + ": has no key");
            if (setting.secret && !setting.default_text.empty()) {
                mistakes.push_back(name + ": a secret has no default");
            }
        }
    }
    return mistakes;
}

}  // namespace tapedeck::ops
