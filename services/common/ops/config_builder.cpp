#include "ops/config_builder.h"

#include "base/instrument.h"
#include "ops/nearest.h"

#include <algorithm>
#include <tuple>

namespace tapedeck::ops {

namespace {

constexpr std::size_t kMemberNameMax = 40;
constexpr std::string_view kLoosening = "risk.allow_env_loosening";

std::vector<SettingsSection> with_own(std::vector<SettingsSection> sections) {
    const bool has_risk = std::any_of(
        sections.begin(), sections.end(), [](const auto& each) { return each.name == "risk"; });
    for (auto& own : settings()) {
        // The permission concerns risk's keys; a service without them need not know it.
        if (own.name != "risk" || has_risk) sections.push_back(std::move(own));
    }
    return sections;
}

bool is_secret(const Setting& setting, std::string_view key) {
    return setting.secret || is_secret_name(key);
}

}  // namespace

ConfigBuilder::ConfigBuilder(const ConfigRequest& request)
    : request_(request), layout_(with_own(request.sections)) {}

LoadedConfig ConfigBuilder::build() {
    read_files();
    admit_sections();
    read_environment();
    read_overrides();
    admit_assignments();
    resolve_kinds();
    take_values();
    add_defaults();
    finish();
    guard_live();
    run_checks();

    auto& findings = layers_.findings;
    std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
        const Origin& left = a.finding.place;
        const Origin& right = b.finding.place;
        return std::tie(a.rank, left.line, left.column) <
               std::tie(b.rank, right.line, right.column);
    });
    for (auto& each : layers_.assignments) wipe(each.value.text);  // some are secrets
    for (auto& each : findings) result_.findings.push_back(std::move(each.finding));
    return std::move(result_);
}

bool ConfigBuilder::is_foreign(const KeyPath& path) const {
    if (request_.scope == Scope::WholeStack) return false;
    const auto roots = layout_.roots();
    return std::find(roots.begin(), roots.end(), path.front()) == roots.end() &&
           !nearest(path.front(), roots);
}

bool ConfigBuilder::is_passed_over(const KeyPath& path) const {
    return std::any_of(passed_over_.begin(), passed_over_.end(), [&](const KeyPath& each) {
        return starts_with(path, each);
    });
}

void ConfigBuilder::admit_sections() {
    // Parents before children, so that one mistake is told once.
    std::stable_sort(
        layers_.sections.begin(), layers_.sections.end(), [](const auto& a, const auto& b) {
            return a.path.size() < b.path.size();
        });
    for (const auto& section : layers_.sections) {
        const SectionGroup* group = layout_.find(section.path);
        const bool refused_above =
            std::any_of(passed_over_.begin(), passed_over_.end(), [&](const KeyPath& each) {
                return each.size() < section.path.size() && starts_with(section.path, each);
            });
        if (refused_above) continue;
        if (group == nullptr && !layout_.is_above(section.path)) {
            passed_over_.push_back(section.path);
            if (!is_foreign(section.path)) refuse_section(section);
            continue;
        }
        if (group == nullptr) continue;
        if (!is_member_name(*group, section.path, section.place)) {
            passed_over_.push_back(section.path);
            continue;
        }
        auto& member = members_.try_emplace(section.path).first->second;
        member.group = group;
        // The header with the highest precedence is where what is missing would be written.
        if (section.place.rank >= member.place.rank) member.place = section.place;
    }
}

void ConfigBuilder::refuse_section(const SeenSection& section) {
    const std::string name = join_quoted(section.path);
    const KeyPath parent(section.path.begin(), section.path.end() - 1);
    if (section.from_list) {
        const std::string list = join_quoted(parent);
        layers_.error(
            section.place, "[[" + list + "]] is no list of sections: write [" + list + "]");
        return;
    }
    const SectionGroup* group = layout_.find(parent);
    if (group != nullptr && group->find(section.path.back(), std::nullopt) != nullptr) {
        layers_.error(
            section.place,
            join(section.path) + " is a key, not a section: write " + section.path.back() +
                " = … in [" + join_quoted(parent) + "]");
        return;
    }
    std::string message = "unknown section [" + name + "]";
    if (const auto meant = nearest(section.path.back(), layout_.siblings(section.path))) {
        KeyPath path = parent;
        path.push_back(*meant);
        message += ": did you mean [" + join_quoted(path) + "]?";
    }
    layers_.error(section.place, std::move(message));
}

/// Is the last part a name that the family allows? Says so if not.
bool ConfigBuilder::is_member_name(
    const SectionGroup& group, const KeyPath& path, const Place& place) {
    if (!group.is_family()) return true;
    const std::string& name = path.back();
    const std::string section = "[" + join_quoted(path) + "]";
    if (group.is_by_instrument()) {
        if (!Instrument::parse(name)) {
            layers_.error(
                place, section + ": \"" + name + "\" is not an instrument (\"kraken:BTC/EUR\")");
            return false;
        }
        // Keys are dotted: this one would fall apart where settings are read back from the tape.
        if (name.find('.') != std::string::npos) {
            layers_.error(place, section + ": an instrument with a dot cannot have a section");
            return false;
        }
        return true;
    }
    const bool good =
        !name.empty() && name.size() <= kMemberNameMax &&
        std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        });
    if (!good) {
        layers_.error(place, section + ": a name is of a-z, 0-9, _ and -, at most 40 characters");
    }
    return good;
}

void ConfigBuilder::admit_assignments() {
    std::vector<Assignment> all;
    std::swap(all, layers_.assignments);
    for (auto& assignment : all) {
        if (admit(assignment)) layers_.assignments.push_back(std::move(assignment));
    }
}

/// Does its key belong to a section there is? Says so if not; whether the section has such a key
/// is known only when all kinds are.
bool ConfigBuilder::admit(const Assignment& assignment) {
    const KeyPath& path = assignment.path;
    if (path == KeyPath{"profile"}) {
        take_profile_key(assignment);
        return false;
    }
    if (is_passed_over(path)) return false;
    const KeyPath parent(path.begin(), path.end() - 1);
    const SectionGroup* same = layout_.find(path);
    if (same != nullptr && same->is_family()) {
        layers_.error(
            assignment.key,
            "unknown key \"" + join(path) + "\": [" + join_quoted(parent) +
                "] holds sections only, [" + join_quoted(parent) + ".NAME]");
        return false;
    }
    if (same != nullptr || layout_.is_above(path)) {
        layers_.error(
            assignment.key, join(path) + " is a section: write [" + join_quoted(path) + "]");
        return false;
    }
    const SectionGroup* group = layout_.find(parent);
    if (group == nullptr) {
        if (path.size() > 1 && is_foreign(path)) return false;
        std::string message = "unknown key \"" + join(path) + "\"";
        KeyPath head;  // up to the first part that leads nowhere
        for (const auto& part : path) {
            head.push_back(part);
            if (layout_.find(head) == nullptr && !layout_.is_above(head)) break;
        }
        if (const auto meant = nearest(head.back(), layout_.siblings(head))) {
            KeyPath better = path;
            better[head.size() - 1] = *meant;
            message += ": did you mean \"" + join(better) + "\"?";
        }
        layers_.error(assignment.key, std::move(message));
        return false;
    }
    const auto [member, is_new] = members_.try_emplace(parent);
    if (is_new) {
        member->second.group = group;
        member->second.place = assignment.key;
        if (!is_member_name(*group, parent, assignment.key)) {
            passed_over_.push_back(parent);
            members_.erase(member);
            return false;
        }
    }
    return true;
}

void ConfigBuilder::resolve_kinds() {
    for (auto& [path, member] : members_) {
        if (member.group->kinds.empty()) continue;
        KeyPath key = path;
        key.emplace_back("kind");
        const Assignment* said = nullptr;
        for (const auto& assignment : layers_.assignments) {
            if (assignment.path == key) said = &assignment;
        }
        const Setting* setting = member.group->find("kind", std::nullopt);
        if (said == nullptr) {
            member.kind_unknown = true;
            // A file that could not be read may well say it.
            if (layers_.incomplete || wrong_keys_.contains(join(key))) continue;
            std::string kinds;
            for (const auto& kind : member.group->kinds)
                kinds += (kinds.empty() ? "" : ", ") + kind;
            layers_.error(member.place, "[" + join_quoted(path) + "] has no kind: one of " + kinds);
            continue;
        }
        const auto kind = canonical(*setting, said->value);
        member.kind_unknown = !kind.has_value();
        if (kind) member.kind = *kind;
    }
}

void ConfigBuilder::take_values() {
    for (const auto& assignment : layers_.assignments) take_value(assignment);
}

void ConfigBuilder::take_value(const Assignment& assignment) {
    const KeyPath parent(assignment.path.begin(), assignment.path.end() - 1);
    const Member& member = members_.at(parent);
    const std::string& name = assignment.path.back();
    if (member.kind_unknown && name != "kind") return;
    const std::string key = join(assignment.path);
    const Setting* setting = member.group->find(name, member.kind);
    if (setting == nullptr) {
        std::string message = "unknown key \"" + key + "\"";
        std::vector<std::string> names;
        for (const auto* each : member.group->settings(member.kind)) names.push_back(each->key);
        if (const auto meant = nearest(name, names)) {
            message +=
                ": did you mean \"" + (parent.empty() ? "" : join(parent) + ".") + *meant + "\"?";
        } else if (member.kind && member.group->find(name, std::nullopt) != nullptr) {
            message += ": kind \"" + *member.kind + "\" has none";
        }
        layers_.error(assignment.key, std::move(message));
        return;
    }
    const bool secret = is_secret(*setting, key);
    const Place place = assignment.value_place();
    if (secret && place.origin.layer == Origin::Layer::Flag) {
        wrong_keys_.insert(key);
        layers_.error(
            place,
            key + " is a secret and never a flag: name its file by " + name +
                "_file, or set it in the environment");
        return;
    }
    auto text = canonical(*setting, assignment.value);
    if (!text) {
        wrong_keys_.insert(key);
        Place at = place;
        if (text.error().line > 0) {
            at.origin.line = text.error().line;
            at.origin.column = text.error().column;
        }
        layers_.error(
            at,
            secret ? key + " is a secret and must be quoted text"
                   : key + " " + text.error().message);
        return;
    }
    if (secret && place.origin.layer == Origin::Layer::File) {
        layers_.warn(
            place,
            key + " is a secret written into a file: name its own file by " + name +
                "_file, or set it in the environment");
    }
    setting_by_key_[key] = setting;
    Accepted value;
    value.place = place;
    value.from_file = assignment.from_file_variable || place.origin.layer == Origin::Layer::File;
    if (secret) {
        value.secret = Secret(*text);
        wipe(*text);
    } else {
        value.text = std::move(*text);
    }
    accepted_[key].push_back(std::move(value));
}

void ConfigBuilder::add_defaults() {
    // Sections that exist once exist without being written.
    for (const auto& group : layout_.groups()) {
        if (group.is_family()) continue;
        Member& member = members_.try_emplace(group.pattern).first->second;
        if (member.group != nullptr) continue;
        member.group = &group;
        const std::string& profile = result_.configuration.profile_;
        const bool files = !request_.directory.empty();
        member.place = {
            1, {files ? Origin::Layer::File : Origin::Layer::BuiltIn, profile + ".toml"}};
    }
    for (const auto& [path, member] : members_) {
        if (member.kind_unknown) continue;
        for (const auto* setting : member.group->settings(member.kind)) {
            KeyPath full = path;
            full.push_back(setting->key);
            const std::string key = join(full);
            setting_by_key_.emplace(key, setting);
            const bool has_default = !setting->default_text.empty();
            const bool said = accepted_.contains(key);
            if (has_default && !is_secret(*setting, key)) {
                auto& values = accepted_[key];
                Accepted value;
                value.text = setting->default_text;
                values.insert(values.begin(), std::move(value));
            }
            const bool missing = setting->required && !has_default && !said &&
                                 !wrong_keys_.contains(key) && !layers_.incomplete &&
                                 key != "profile";
            if (missing) layers_.error(member.place, key + " is missing: " + setting->help);
        }
    }
}

void ConfigBuilder::finish() {
    Configuration& configuration = result_.configuration;
    Accepted profile;
    profile.text = configuration.profile_;
    profile.place = profile_place_;
    accepted_["profile"].clear();
    accepted_["profile"].push_back(std::move(profile));
    for (auto& [key, values] : accepted_) {
        const Setting& setting = *setting_by_key_.at(key);
        Accepted& winner = values.back();
        ConfigEntry entry{key, setting.kind, is_secret(setting, key), winner.text};
        entry.origin = winner.place.origin;
        for (auto loser = values.rbegin() + 1; loser != values.rend(); ++loser) {
            entry.overridden.push_back(
                {loser->place.origin, entry.secret ? "***" : std::move(loser->text)});
        }
        if (entry.secret) {
            entry.text = std::string("***(") + (winner.from_file ? "file" : "environment") + ", " +
                         std::to_string(winner.secret.size()) + " bytes)";
            configuration.secrets_.insert_or_assign(key, std::move(winner.secret));
        } else {
            configuration.settings_.set(key, winner.text);
        }
        configuration.entries_.push_back(std::move(entry));
    }
}

/// In live, the environment may not change a limit of risk unless a file allows it. Which way is
/// looser depends on the key, so tightening is refused as well: it belongs into a file.
void ConfigBuilder::guard_live() {
    const Configuration& configuration = result_.configuration;
    if (configuration.profile_ != "live") return;
    const ConfigEntry* allowed = configuration.find(kLoosening);
    if (allowed != nullptr && allowed->text == "true" &&
        allowed->origin.layer == Origin::Layer::File) {
        return;
    }
    for (const auto& entry : configuration.entries_) {
        const bool by_variable = entry.origin.layer == Origin::Layer::Environment;
        if (!by_variable || !entry.key.starts_with("risk.")) continue;
        if (!entry.overridden.empty() && entry.overridden.front().text == entry.text) continue;
        layers_.error(
            {kRankEnvironment, entry.origin},
            entry.key +
                " must not come from the environment in live: write it into a file, or "
                "allow it there by risk.allow_env_loosening = true");
    }
}

/// Where a problem with `key` is to be mended; `key` may be a section.
Origin ConfigBuilder::origin_of(const std::string& key) const {
    if (const ConfigEntry* entry = result_.configuration.find(key)) {
        if (entry->origin.layer != Origin::Layer::BuiltIn) return entry->origin;
    }
    Origin best{Origin::Layer::BuiltIn};
    std::size_t length = 0;
    for (const auto& [path, member] : members_) {
        const std::string name = join(path);
        const bool within = key == name || key.starts_with(name + ".");
        if (!within || name.size() < length || member.place.origin.line == 0) continue;
        best = member.place.origin;
        length = name.size();
    }
    return best;
}

void ConfigBuilder::run_checks() {
    // What a broken file would have said is not known: every rule might complain.
    if (layers_.incomplete) return;
    for (const auto& check : request_.checks) {
        for (auto& problem : check(result_.configuration.settings_)) {
            if (wrong_keys_.contains(problem.key)) continue;
            const Origin origin = origin_of(problem.key);
            unsigned rank = origin.layer == Origin::Layer::Flag ? kRankFlags : kRankEnvironment;
            for (const auto& section : layers_.sections) {
                if (section.place.origin.name == origin.name) rank = section.place.rank;
            }
            Finding finding{problem.severity, origin, problem.key + " " + problem.message};
            layers_.findings.push_back({rank, std::move(finding)});
        }
    }
}

LoadedConfig load(const ConfigRequest& request) {
    return ConfigBuilder(request).build();
}

}  // namespace tapedeck::ops
