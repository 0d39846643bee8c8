#include "ops/config_layout.h"

#include <algorithm>

namespace tapedeck::ops {

namespace {

/// Do the first `count` parts of `path` match the pattern's?
bool matches(const KeyPath& pattern, const KeyPath& path, std::size_t count) {
    if (pattern.size() < count || path.size() < count) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (pattern[i] != "*" && pattern[i] != path[i]) return false;
    }
    return true;
}

Setting kind_setting(const std::set<std::string>& kinds) {
    Setting setting;
    setting.key = "kind";
    setting.required = true;
    setting.choices.assign(kinds.begin(), kinds.end());
    setting.help = "What this section is; decides which other keys it has.";
    return setting;
}

}  // namespace

bool SectionGroup::is_by_instrument() const {
    return is_family() && pattern.size() > 1 && pattern[pattern.size() - 2] == "instrument";
}

std::vector<const Setting*> SectionGroup::settings(const std::optional<std::string>& kind) const {
    std::vector<const Setting*> result;
    for (const auto& setting : added) result.push_back(&setting);
    for (const auto* part : parts) {
        if (kind && !part->kind.empty() && part->kind != *kind) continue;
        for (const auto& setting : part->settings) {
            const bool replaced = std::any_of(added.begin(), added.end(), [&](const Setting& own) {
                return own.key == setting.key;
            });
            if (!replaced) result.push_back(&setting);
        }
    }
    return result;
}

const Setting* SectionGroup::find(
    std::string_view key, const std::optional<std::string>& kind) const {
    const auto known = settings(kind);
    const auto found = std::find_if(
        known.begin(), known.end(), [&](const Setting* each) { return each->key == key; });
    return found == known.end() ? nullptr : *found;
}

Layout::Layout(std::vector<SettingsSection> sections) : sections_(std::move(sections)) {
    for (const auto& section : sections_) {
        const KeyPath pattern = section.name.empty() ? KeyPath{} : split_key(section.name);
        auto group = std::find_if(groups_.begin(), groups_.end(), [&](const auto& each) {
            return each.pattern == pattern;
        });
        if (group == groups_.end()) {
            groups_.push_back({pattern, {}, {}, {}});
            group = std::prev(groups_.end());
        }
        group->parts.push_back(&section);
        if (!section.kind.empty()) group->kinds.insert(section.kind);
    }
    for (auto& group : groups_) {
        if (!group.kinds.empty()) group.added.push_back(kind_setting(group.kinds));
    }
}

const SectionGroup* Layout::find(const KeyPath& path) const {
    const SectionGroup* found = nullptr;
    for (const auto& group : groups_) {
        const bool here =
            group.pattern.size() == path.size() && matches(group.pattern, path, path.size());
        // A section that is named in full goes before a family.
        if (here && (found == nullptr || found->is_family())) found = &group;
    }
    return found;
}

bool Layout::is_above(const KeyPath& path) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
        return group.pattern.size() > path.size() && matches(group.pattern, path, path.size());
    });
}

std::vector<std::string> Layout::siblings(const KeyPath& path) const {
    std::set<std::string> names;
    const std::size_t above = path.size() - 1;
    for (const auto& group : groups_) {
        if (group.pattern.size() <= above || !matches(group.pattern, path, above)) continue;
        if (group.pattern[above] != "*") names.insert(group.pattern[above]);
    }
    return {names.begin(), names.end()};
}

std::vector<std::string> Layout::roots() const {
    return siblings({""});
}

}  // namespace tapedeck::ops
