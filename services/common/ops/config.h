#pragma once

#include "base/settings.h"
#include "ops/secret.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// Where a value, or a mistake, was written.
struct Origin {
    enum class Layer { BuiltIn, File, Environment, Flag };

    Layer layer = Layer::BuiltIn;
    std::string name =
        {};               ///< the file, relative to the directory; the variable; the flag as typed
    unsigned line = 0;    ///< from 1; files only
    unsigned column = 0;  ///< from 1, in characters; files only

    /// "config.d/risk.toml:14", "TAPEDECK__RISK__DAY_LOSS", "--set", "built in".
    std::string to_string() const;
};

enum class Severity { Error, Warning };

/// What a check has to say about a key (or a section): printed at the place where it was set.
struct Problem {
    std::string key;
    std::string message;
    Severity severity = Severity::Error;
};

/// A rule over several keys: "the stop must be inside the collar". Sees the effective settings,
/// without secrets; a key that is itself wrong has its default.
using Check = std::function<std::vector<Problem>(const Settings&)>;

/// One mistake, as it is printed: "config.d/risk.toml:3:1: error: unknown key …".
struct Finding {
    Severity severity = Severity::Error;
    Origin place;
    std::string message;

    std::string to_string() const;
};

/// Whose sections may stand in the files.
enum class Scope {
    WholeStack,  ///< the descriptors know all: a section that they don't is a mistake
    OneService,  ///< sections of other services are passed over, unless one looks like a
                 ///< misspelled one of ours
};

struct ConfigRequest {
    /// Holds base.toml, <profile>.toml and config.d/*.toml. Empty: no files are read.
    std::filesystem::path directory;

    /// "demo", "paper", "live", … Empty: TAPEDECK__PROFILE, else `profile` of base.toml, else
    /// "paper".
    std::string profile;

    /// The process environment; what does not begin with TAPEDECK__ is ignored.
    std::map<std::string, std::string> environment;

    /// "risk.max_position=0.05", in the order given.
    std::vector<std::string> overrides;

    /// What may be written; ops adds its own ([log], profile).
    std::vector<SettingsSection> sections;

    std::vector<Check> checks;
    Scope scope = Scope::WholeStack;
};

/// A value that lost against one of higher precedence.
struct Overridden {
    Origin origin;
    std::string text;
};

/// One effective key.
struct ConfigEntry {
    std::string key;
    SettingKind kind = SettingKind::Text;
    bool secret = false;
    std::string text;  ///< canonical; of a secret "***(environment, 64 bytes)"
    Origin origin = {};
    std::vector<Overridden> overridden = {};  ///< the nearest loser first
};

/// An effective configuration and where each key of it comes from.
class Configuration {
public:
    /// Every key that is set or has a default, in canonical text. Never a secret: this is what goes
    /// onto the tape.
    const Settings& settings() const { return settings_; }

    const std::string& profile() const { return profile_; }

    /// Sorted by key, secrets included but masked.
    const std::vector<ConfigEntry>& entries() const { return entries_; }

    const ConfigEntry* find(std::string_view key) const;

    /// The secret `key` ("venue.kraken.secret"): its own value, else the content of the file named
    /// by `key`_file. An error names both ways.
    Result<Secret> secret(std::string_view key) const;

private:
    friend class ConfigBuilder;

    std::string profile_;
    Settings settings_;
    std::vector<ConfigEntry> entries_;
    std::map<std::string, Secret, std::less<>> secrets_;
};

struct LoadedConfig {
    Configuration configuration;    ///< with defaults in place of what is wrong
    std::vector<Finding> findings;  ///< by precedence of their layer, then by line

    bool ok() const;

    /// All findings, one a line, and "2 errors, 1 warning"; empty if there are none.
    std::string report() const;
};

/// Reads all layers and finds all mistakes in one pass. Precedence: overrides > environment >
/// config.d/*.toml in name order > <profile>.toml > base.toml > built in.
LoadedConfig load(const ConfigRequest& request);

/// The keys below these sections ("risk", "strategy.macd_btc"), and keys named in full: what one
/// service puts into its ServiceStarted. Keys that are secrets by name are left out.
Settings select(const Settings& settings, const std::vector<std::string>& prefixes);

enum class Show { Effective, ChangedOnly };

/// One line a key: `risk.day_loss = "0.02"  live.toml:14  (overrides base.toml:9 "0.03")`.
std::string show(const Configuration& configuration, Show what = Show::Effective);

/// A value as TOML spells it: "0.05" quoted, 12, true, ["a", "b"].
std::string to_toml(SettingKind kind, std::string_view canonical);

/// JSON Schema draft-07 of the files, for editors (`#:schema ./tapedeck.schema.json`).
std::string json_schema(const std::vector<SettingsSection>& sections);

/// A table per section: key, kind, default, range, help; docs/configuration.md is made of it.
std::string markdown_reference(const std::vector<SettingsSection>& sections);

/// What ops itself reads: profile and [log].
std::vector<SettingsSection> settings();

/// Descriptors that contradict themselves (a default out of its range, a text that is not
/// canonical), one sentence each: for the tests of those who write them.
std::vector<std::string> mistakes_in(const std::vector<SettingsSection>& sections);

/// The environment of this process, as `ConfigRequest` wants it.
std::map<std::string, std::string> process_environment();

}  // namespace tapedeck::ops
