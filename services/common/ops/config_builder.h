#pragma once

// Inside of ops: puts the layers together and judges them.

#include "ops/config_layout.h"

#include <map>
#include <set>

namespace tapedeck::ops {

class ConfigBuilder {
public:
    explicit ConfigBuilder(const ConfigRequest& request);

    LoadedConfig build();

private:
    /// A section that exists: the only one of its name, or one member of a family.
    struct Member {
        const SectionGroup* group = nullptr;
        Place place;
        std::optional<std::string> kind;
        bool kind_unknown = false;  ///< its other keys cannot be judged
    };

    /// A value that is well-formed.
    struct Accepted {
        std::string text;
        Place place;
        Secret secret;
        bool from_file = false;  ///< a secret that came out of a file
    };

    // config_files.cpp: what the files say
    void read_files();
    bool read_file(const std::filesystem::path& file, const std::string& name, unsigned rank);
    void read_profile_file();
    void read_directory_d();
    void choose_profile();
    void take_profile_key(const Assignment& assignment);

    // config_environment.cpp: what is said beside the files
    void read_environment();
    void read_variable(const std::string& name, const std::string& text);
    void read_overrides();
    std::optional<KeyPath> path_of_variable(const std::vector<std::string>& words) const;
    std::map<std::string, KeyPath> known_variables() const;

    // config_builder.cpp: what it amounts to
    void admit_sections();
    void refuse_section(const SeenSection& section);
    bool is_foreign(const KeyPath& path) const;
    bool is_foreign_variable(const std::vector<std::string>& words) const;
    bool is_passed_over(const KeyPath& path) const;
    void admit_assignments();
    bool admit(const Assignment& assignment);
    bool is_member_name(const SectionGroup& group, const KeyPath& path, const Place& place);
    void resolve_kinds();
    void take_values();
    void take_value(const Assignment& assignment);
    void add_defaults();
    void finish();
    void guard_live();
    void run_checks();
    Origin origin_of(const std::string& key) const;

    const ConfigRequest& request_;
    Layout layout_;
    Layers layers_;
    LoadedConfig result_;
    Place profile_place_;
    bool profile_chosen_ = false;
    std::vector<KeyPath> passed_over_;  ///< sections that are refused or not ours
    std::map<KeyPath, Member> members_;
    std::set<KeyPath> said_by_variable_;
    std::map<std::string, std::vector<Accepted>> accepted_;  ///< by key, the winner last
    std::map<std::string, const Setting*> setting_by_key_;
    std::set<std::string> wrong_keys_;
};

}  // namespace tapedeck::ops
