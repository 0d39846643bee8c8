#include "ops/config.h"

#include "ops/health.h"

#include <algorithm>

namespace tapedeck::ops {

namespace {

std::string plural(std::size_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

std::string Origin::to_string() const {
    if (layer == Layer::BuiltIn) return "built in";
    return line == 0 ? name : name + ":" + std::to_string(line);
}

std::string Finding::to_string() const {
    std::string text = place.layer == Origin::Layer::BuiltIn ? "configuration" : place.to_string();
    if (place.line > 0) text += ":" + std::to_string(place.column);
    text += severity == Severity::Error ? ": error: " : ": warning: ";
    return text + message;
}

const ConfigEntry* Configuration::find(std::string_view key) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), key, [](const ConfigEntry& entry, std::string_view name) {
            return entry.key < name;
        });
    return found == entries_.end() || found->key != key ? nullptr : &*found;
}

Result<Secret> Configuration::secret(std::string_view key) const {
    const auto found = secrets_.find(key);
    if (found != secrets_.end()) return found->second.copy();
    const std::string file = settings_.text(std::string(key) + "_file");
    if (!file.empty()) return read_secret_file(file);
    return fail(
        std::string(key) + " is not set: name its file by " + std::string(key) +
            "_file, or set it in the environment",
        ExitCode::Configuration);
}

bool LoadedConfig::ok() const {
    return std::none_of(findings.begin(), findings.end(), [](const Finding& each) {
        return each.severity == Severity::Error;
    });
}

std::string LoadedConfig::report() const {
    if (findings.empty()) return {};
    std::string text;
    for (const auto& finding : findings) text += finding.to_string() + "\n";
    const auto errors = static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [](const Finding& each) {
            return each.severity == Severity::Error;
        }));
    const std::size_t warnings = findings.size() - errors;
    text += plural(errors, "error");
    if (warnings > 0) text += ", " + plural(warnings, "warning");
    return text + "\n";
}

Settings select(const Settings& settings, const std::vector<std::string>& prefixes) {
    Settings result;
    for (const auto& each : settings.values()) {
        const std::string& key = each.first;
        if (is_secret_name(key)) continue;
        const bool wanted = std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
            return key == prefix || (key.starts_with(prefix) && key[prefix.size()] == '.');
        });
        if (wanted) result.set(key, each.second);
    }
    return result;
}

std::vector<SettingsSection> settings() {
    Setting profile;
    profile.key = "profile";
    profile.default_text = "paper";
    profile.help = "Which <profile>.toml is read on top of base.toml: demo, paper, live, or yours.";

    Setting level;
    level.key = "level";
    level.default_text = "info";
    level.choices = {"trace", "debug", "info", "warn", "error", "fatal"};
    level.help = "Log lines below this level are not written.";

    Setting format;
    format.key = "format";
    format.default_text = "auto";
    format.choices = {"auto", "json", "console"};
    format.help = "NDJSON or lines for people; auto: lines on a terminal, NDJSON elsewhere.";

    Setting loosening;
    loosening.key = "allow_env_loosening";
    loosening.kind = SettingKind::Flag;
    loosening.default_text = "false";
    loosening.help = "In live, the environment may change limits of risk. Files only.";

    return {
        {"", "What stands above all sections.", {profile}, ""},
        {"log", "What the processes write to stderr.", {level, format}, ""},
        {"health",
         "What each process answers on run/<service>.health, and when it is not well.",
         health_settings(),
         ""},
        {"risk", "", {loosening}, ""},
    };
}

}  // namespace tapedeck::ops
