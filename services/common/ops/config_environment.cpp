#include "ops/config_builder.h"
#include "ops/nearest.h"

#include <unistd.h>

#include <algorithm>

namespace tapedeck::ops {

namespace {

constexpr std::string_view kPrefix = "TAPEDECK__";
constexpr std::string_view kFileSuffix = "FILE";

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// How a variable spells a part: "kraken:BTC/EUR" is KRAKEN_BTC_EUR.
std::string variable_word(std::string_view part) {
    std::string result = upper(part);
    for (char& c : result) {
        const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!kept) c = '_';
    }
    return result;
}

std::string variable_of(const KeyPath& path) {
    std::string name(kPrefix.substr(0, kPrefix.size() - 2));
    for (const auto& part : path) name += "__" + variable_word(part);
    return name;
}

std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words;
    name.remove_prefix(kPrefix.size());
    while (true) {
        const auto end = name.find("__");
        words.emplace_back(name.substr(0, end));
        if (end == std::string_view::npos) return words;
        name.remove_prefix(end + 2);
    }
}

}  // namespace

/// Every key of the sections that exist, by the variable that sets it.
std::map<std::string, KeyPath> ConfigBuilder::known_variables() const {
    std::map<std::string, KeyPath> known;
    const auto add = [&](const SectionGroup& group, const KeyPath& section) {
        for (const auto* setting : group.settings(std::nullopt)) {
            KeyPath path = section;
            path.push_back(setting->key);
            known.emplace(variable_of(path), path);
        }
    };
    for (const auto& group : layout_.groups()) {
        if (!group.is_family()) add(group, group.pattern);
    }
    for (const auto& [path, member] : members_) add(*member.group, path);
    return known;
}

/// The key that these words of a variable name; one in a member that no file has is a new member,
/// in lower case.
std::optional<KeyPath> ConfigBuilder::path_of_variable(
    const std::vector<std::string>& words) const {
    std::string name(kPrefix.substr(0, kPrefix.size() - 2));
    for (const auto& word : words) name += "__" + word;
    const auto known = known_variables();
    if (const auto found = known.find(name); found != known.end()) return found->second;

    for (const auto& group : layout_.groups()) {
        if (!group.is_family() || group.is_by_instrument()) continue;
        if (words.size() != group.pattern.size() + 1) continue;
        KeyPath path;
        bool fits = true;
        for (std::size_t i = 0; i < group.pattern.size(); ++i) {
            const bool open = group.pattern[i] == "*";
            fits =
                fits && !words[i].empty() && (open || variable_word(group.pattern[i]) == words[i]);
            path.push_back(open ? lower(words[i]) : group.pattern[i]);
        }
        path.push_back(lower(words.back()));
        if (fits && group.find(path.back(), std::nullopt) != nullptr) return path;
    }
    return std::nullopt;
}

/// By its section, as in files: whole names are long and begin alike, so that those of another
/// service's section would look like ours.
bool ConfigBuilder::is_foreign_variable(const std::vector<std::string>& words) const {
    if (request_.scope == Scope::WholeStack) return false;
    std::vector<std::string> ours;
    for (const auto& root : layout_.roots()) ours.push_back(variable_word(root));
    return std::find(ours.begin(), ours.end(), words.front()) == ours.end() &&
           !nearest(words.front(), ours);
}

void ConfigBuilder::read_environment() {
    for (const auto& [name, text] : request_.environment) {
        if (name.starts_with(kPrefix)) read_variable(name, text);
    }
}

void ConfigBuilder::read_variable(const std::string& name, const std::string& text) {
    const Place place{kRankEnvironment, {Origin::Layer::Environment, name}};
    auto words = words_of(name);
    auto path = path_of_variable(words);
    bool from_file = false;
    if (!path && words.size() > 1 && words.back() == kFileSuffix) {
        words.pop_back();
        path = path_of_variable(words);
        from_file = true;
    }
    if (!path) {
        if (is_foreign_variable(words)) return;
        std::vector<std::string> names;
        for (const auto& [known, _] : known_variables()) names.push_back(known);
        const auto meant = nearest(name, names);
        layers_.error(
            place, "this variable names no key" + (meant ? ": did you mean " + *meant + "?" : ""));
        return;
    }
    if (!said_by_variable_.insert(*path).second) {
        layers_.error(place, join(*path) + " is set by two variables");
        return;
    }
    RawValue value{RawValue::Type::Untyped, text};
    if (from_file) {
        const auto content = read_secret_file(text);
        if (!content) {
            wrong_keys_.insert(join(*path));
            layers_.error(place, content.error().message);
            return;
        }
        value.text = std::string(content->reveal());
    }
    layers_.assignments.push_back({*path, std::move(value), place, from_file});
}

void ConfigBuilder::read_overrides() {
    std::set<KeyPath> said;
    for (const auto& text : request_.overrides) {
        const Place place{kRankFlags, {Origin::Layer::Flag, "--set"}};
        const auto equals = text.find('=');
        const KeyPath path = split_key(std::string_view(text).substr(0, equals));
        if (path.empty() || equals == std::string::npos) {
            // What stands behind the equals sign may be a secret: it is not repeated.
            layers_.error(place, "write section.key=value, got \"" + text.substr(0, equals) + "\"");
            continue;
        }
        if (!said.insert(path).second) {
            layers_.error(place, join(path) + " is given twice");
            continue;
        }
        layers_.assignments.push_back(
            {path, {RawValue::Type::Untyped, text.substr(equals + 1)}, place});
    }
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> result;
    for (char** each = ::environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view entry(*each);
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos) continue;
        result.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return result;
}

}  // namespace tapedeck::ops
