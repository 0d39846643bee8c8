#pragma once

#include "base/money.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck {

/// What a setting's text must be, and its canonical spelling on the tape.
enum class SettingKind {
    Text,
    Flag,         ///< "true" or "false"
    Integer,      ///< 64-bit, decimal digits
    Decimal,      ///< a quoted decimal in TOML; canonical without trailing zeros
    TimeSpan,     ///< "250ms", "1h30m"
    Size,         ///< bytes; "1MiB" in TOML, a plain count in canonical form
    Moment,       ///< RFC 3339
    Instrument,   ///< venue:BASE/QUOTE
    TextList,     ///< a TOML array of strings; canonical: joined by ','
    Instruments,  ///< a TOML array of instruments; canonical: joined by ','
};

/// One key of a configuration: what `config schema`, `--help`, the docs and the check all come
/// from.
struct Setting {
    std::string key{};  ///< within its section: "max_position"
    SettingKind kind = SettingKind::Text;
    std::string default_text{};  ///< canonical; "" with required = false means "not set"
    bool required = false;
    std::string min{};  ///< canonical, inclusive; "" = no bound. Integer, Decimal, Duration, Size
    std::string max{};  ///< likewise
    std::vector<std::string> choices{};  ///< if not empty, one of these
    std::string help{};                  ///< one sentence, with the unit
    bool secret = false;  ///< never shown and never on the tape, whatever its name says
};

/// One section of the configuration and its keys. A name that ends in ".*" is a family of sections
/// that the user names: "strategy.*" holds [strategy.macd_btc], "risk.instrument.*" one an
/// instrument.
struct SettingsSection {
    std::string name{};
    std::string help{};
    std::vector<Setting> settings{};
    /// For a family whose keys depend on its `kind` key: this section describes the members of that
    /// kind only. "" = all.
    std::string kind{};
};

/// An effective configuration: full key ("risk.max_position") to canonical text. It is what a
/// service puts into its ServiceStarted event, and what a decider reads back from the tape.
/// Sorted, so that equal configurations are equal bytes.
class Settings {
public:
    Settings() = default;

    explicit Settings(std::map<std::string, std::string, std::less<>> values)
        : values_(std::move(values)) {}

    const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

    void set(std::string key, std::string canonical) {
        values_.insert_or_assign(std::move(key), std::move(canonical));
    }

    bool has(std::string_view key) const;

    /// Typed reads of canonical text. The configuration was validated before it became an event; a
    /// value that is missing or malformed nevertheless (an older or foreign tape) gives `fallback`.
    std::string text(std::string_view key, std::string_view fallback = "") const;
    bool flag(std::string_view key, bool fallback) const;
    std::int64_t integer(std::string_view key, std::int64_t fallback) const;
    Decimal decimal(std::string_view key, Decimal fallback) const;
    Duration duration(std::string_view key, Duration fallback) const;
    std::vector<std::string> list(std::string_view key) const;

    /// The names that the user gave to the sections of `family`: for "strategy" with keys
    /// "strategy.rsi_btc.kind" and "strategy.macd.kind" it is {"macd", "rsi_btc"}, sorted. A name
    /// may hold dots (an instrument's may), a key may not.
    std::vector<std::string> names_in(std::string_view family) const;

    /// Everything below `prefix` ("strategy.rsi_btc"), with the prefix and its dot removed.
    Settings below(std::string_view prefix) const;

    friend bool operator==(const Settings&, const Settings&) = default;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace tapedeck
