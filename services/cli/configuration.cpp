#include "cli/configuration.h"

#include "execution/core/orders.h"
#include "journal/core/settings.h"
#include "market-data/core/settings.h"
#include "research/settings.h"
#include "risk/core/settings.h"
#include "strategy/core/parameters.h"
#include "venues/kraken/settings.h"
#include "venues/paper/configuration.h"

#include <nlohmann/json.hpp>

namespace tapedeck::cli {

std::vector<ops::Problem> check_strategies(const Settings& settings) {
    std::vector<ops::Problem> found;
    for (const auto& each : strategy::problems(settings)) found.push_back({each.key, each.message});
    return found;
}

std::vector<ops::Problem> check_risk(const Settings& settings) {
    std::vector<ops::Problem> found;
    for (auto& each : risk::problems(settings)) found.push_back({"risk", std::move(each)});
    return found;
}

namespace {

std::vector<ops::Problem> check_feed(const Settings& settings) {
    const auto parsed = market_data::parse(settings);
    if (!parsed) return {{"market-data", parsed.error().message}};
    if (!market_data::is_live(parsed->source)) return {};
    const auto venue = kraken::parse(settings);
    if (!venue) return {{"kraken", venue.error().message}};
    if (settings.text("journal.clock") == "wall") return {};
    return {
        {"journal.clock",
         "\"feed\" is for recorded and made-up markets, market-data.feed is a live one; write "
         "\"wall\""}};
}

std::vector<ops::Problem> check_accounts(const Settings& settings) {
    const auto clash = kraken::account_clash(settings);
    if (!clash) return {};
    return {{"kraken.account", *clash}};
}

std::vector<ops::Problem> check_clock(const Settings& settings) {
    if (settings.text("journal.sync") == "commit" || settings.text("journal.clock") == "feed") {
        return {};
    }
    return {
        {"journal.sync",
         "\"checkpoint\" may lose acknowledged records in a power cut and is only for "
         "journal.clock = \"feed\"; write \"commit\""}};
}

}  // namespace

std::vector<SettingsSection> all_sections() {
    std::vector<SettingsSection> all;
    const auto add = [&](std::vector<SettingsSection> sections) {
        for (auto& section : sections) all.push_back(std::move(section));
    };
    add(journal::settings());
    add(market_data::settings());
    add(kraken::settings());
    add(strategy::settings());
    add(risk::settings());
    add(execution::settings());
    add(paper::settings());
    add(research::settings());
    return all;
}

std::vector<std::string> secret_variables() {
    std::vector<std::string> names;
    for (const auto& section : all_sections()) {
        for (const auto& setting : section.settings) {
            if (!setting.secret) continue;
            std::string name = "TAPEDECK__";
            for (const char c : section.name + '.' + setting.key) {
                if (c == '.') {
                    name += "__";
                } else {
                    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
                }
            }
            names.push_back(std::move(name));
        }
    }
    return names;
}

ops::LoadedConfig load_configuration(
    const Session& session, const std::vector<std::string>& overrides) {
    ops::ConfigRequest request;
    request.directory = session.config_directory();
    request.profile = session.profile();
    request.environment = session.environment();
    request.overrides = overrides;
    request.sections = all_sections();
    request.checks = {check_strategies, check_risk, check_feed, check_clock, check_accounts};
    return ops::load(request);
}

Result<Settings> effective_settings(
    const Session& session, const std::vector<std::string>& overrides) {
    std::vector<std::string> all = overrides;
    for (const auto& each : session.options().overrides) {
        if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
    const auto loaded = load_configuration(session, all);
    if (!loaded.ok()) return fail(loaded.report(), ExitCode::Configuration);
    return loaded.configuration.settings();
}

Result<> config_check(Session& session) {
    const auto loaded = load_configuration(session, session.options().overrides);
    if (!loaded.ok()) return fail(loaded.report(), ExitCode::Configuration);
    const std::string warnings = loaded.report();
    if (!warnings.empty()) session.note(warnings);
    return session.print(
        "ok: " + session.config_directory().string() + ", profile " + session.profile() + ", " +
        std::to_string(loaded.configuration.entries().size()) + " settings\n");
}

Result<> config_show(Session& session, bool changed_only) {
    const auto loaded = load_configuration(session, session.options().overrides);
    if (!loaded.ok()) session.note(loaded.report());
    if (session.options().json) {
        nlohmann::ordered_json object = nlohmann::ordered_json::object();
        for (const auto& entry : loaded.configuration.entries()) {
            object[entry.key] = {{"value", entry.text}, {"origin", entry.origin.to_string()}};
        }
        TRY(session.print(object.dump() + '\n'));
    } else {
        TRY(session.print(ops::show(
            loaded.configuration, changed_only ? ops::Show::ChangedOnly : ops::Show::Effective)));
    }
    if (!loaded.ok()) return fail("the configuration has mistakes", ExitCode::Configuration);
    return {};
}

Result<> config_schema(Session& session, bool markdown) {
    const auto sections = all_sections();
    return session.print(markdown ? ops::markdown_reference(sections) : ops::json_schema(sections));
}

}  // namespace tapedeck::cli
