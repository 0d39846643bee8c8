#pragma once

// Inside of ops: which sections and keys there may be.

#include "ops/config_layers.h"

#include <deque>
#include <optional>
#include <set>

namespace tapedeck::ops {

/// All descriptors of one section name, or of one family.
struct SectionGroup {
    KeyPath pattern;  ///< {"strategy", "*"}
    std::vector<const SettingsSection*> parts;
    std::set<std::string> kinds;  ///< not empty: each member has to name one of them
    std::vector<Setting> added;   ///< keys that ops adds itself: `kind`

    bool is_family() const { return !pattern.empty() && pattern.back() == "*"; }

    /// A family whose members are named like instruments.
    bool is_by_instrument() const;

    /// The keys of a member of this kind; of all kinds without one.
    std::vector<const Setting*> settings(const std::optional<std::string>& kind) const;

    const Setting* find(std::string_view key, const std::optional<std::string>& kind) const;
};

class Layout {
public:
    explicit Layout(std::vector<SettingsSection> sections);
    Layout(const Layout&) = delete;
    Layout& operator=(const Layout&) = delete;

    /// The group of the section at `path`.
    const SectionGroup* find(const KeyPath& path) const;

    /// Is `path` above sections without being one: "strategy" of "strategy.*"?
    bool is_above(const KeyPath& path) const;

    /// Names that could stand where the last part of `path` stands.
    std::vector<std::string> siblings(const KeyPath& path) const;

    /// "risk", "strategy", "log": the first parts of all sections.
    std::vector<std::string> roots() const;

    const std::deque<SectionGroup>& groups() const { return groups_; }

private:
    std::vector<SettingsSection> sections_;
    std::deque<SectionGroup> groups_;  // addresses must last
};

}  // namespace tapedeck::ops
