#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/settings.h"
#include "base/time.h"
#include "strategy/core/kind.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy {

/// What every strategy of any kind can be told.
struct Parameters {
    std::vector<Instrument> instruments;  ///< each once, in the order of the configuration
    Duration interval{};                  ///< of the candles that it looks at; divides a day
    Duration valid_for{};                 ///< of a target, from its candle's close
    Duration cooldown{};                  ///< after leaving a position, before entering again
    bool long_only = true;                ///< a wish for less than nothing is a wish for nothing
    std::uint64_t atr_period = 0;
    std::uint32_t run_max = 0;             ///< evaluations in one DecisionMade
    std::optional<Ratio> stop_atr;         ///< distance of the stop in ATR
    std::optional<Ratio> take_profit_atr;  ///< likewise of the take-profit
};

/// The configuration's sections: "strategy.*", one of each kind.
std::vector<SettingsSection> settings();

/// Everything that is wrong with the strategies of a configuration: kinds that do not exist, values
/// out of their range, and what does not go together. Empty: they can all run.
std::vector<Problem> problems(const Settings& configuration);

/// The descriptors of one section of this kind: `kind`, those of Parameters, the kind's own.
std::vector<Setting> settings_of(const Kind& kind, const std::vector<Kind>& kinds);

/// One section's settings with the defaults of what is not set.
Settings with_defaults(Settings own, const std::vector<Setting>& descriptors);

/// What is wrong with one complete section; keys within the section.
std::vector<Problem> problems_of(const Settings& own, const Kind& kind);

/// Reads one complete section without problems.
Parameters parameters_of(const Settings& own);

// Descriptors for the kinds.
Setting period_setting(std::string key, std::string default_text, std::string help);
Setting decimal_setting(
    std::string key,
    std::string default_text,
    std::string_view min,
    std::string_view max,
    std::string help);
Setting flag_setting(std::string key, std::string default_text, std::string help);

// Reading a complete section; what is not there or malformed (no descriptor does that) reads as 0.
std::uint64_t count_of(const Settings& own, std::string_view key);
double number_of(const Settings& own, std::string_view key);

}  // namespace tapedeck::strategy
