#pragma once

#include "base/settings.h"
#include "cli/session.h"
#include "ops/config.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

/// Every section that a service of the stack reads; ops adds its own.
std::vector<SettingsSection> all_sections();

/// Variables of the environment that hold secrets: TAPEDECK__KRAKEN__SECRET and its like.
std::vector<std::string> secret_variables();

/// What no single key can say, of strategies and of risk.
std::vector<ops::Problem> check_strategies(const Settings& settings);
std::vector<ops::Problem> check_risk(const Settings& settings);

/// The configuration of the whole stack as this session names it, `overrides` on top; with all that
/// is wrong with it.
ops::LoadedConfig load_configuration(
    const Session& session, const std::vector<std::string>& overrides);

/// The effective settings, or all mistakes in one error (exit 5).
Result<Settings> effective_settings(
    const Session& session, const std::vector<std::string>& overrides);

/// `config check`, `config show` and `config schema`.
Result<> config_check(Session& session);
Result<> config_show(Session& session, bool changed_only);
Result<> config_schema(Session& session, bool markdown);

}  // namespace tapedeck::cli
