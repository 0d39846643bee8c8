#include "ops/config_builder.h"
#include "ops/nearest.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tapedeck::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kProfileVariable = "TAPEDECK__PROFILE";
constexpr std::string_view kProfileUnlessSaid = "paper";
constexpr std::uintmax_t kFileSizeMax = std::uintmax_t{1}
                                        << 20U;  // nobody writes that much by hand
constexpr std::size_t kFilesMax = 1000;

bool is_profile_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// Names of the *.toml in `directory`, sorted, without the ending.
std::vector<std::string> toml_files_in(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator each(directory, error), end; !error && each != end;
         each.increment(error)) {
        const fs::path& file = each->path();
        const bool hidden = file.filename().string().starts_with('.');
        if (file.extension() == ".toml" && !hidden) names.push_back(file.stem().string());
        if (names.size() == kFilesMax) break;
    }
    std::sort(names.begin(), names.end());
    return names;
}

Place place_of_file(std::string name, unsigned rank) {
    return {rank, {Origin::Layer::File, std::move(name)}};
}

}  // namespace

/// Reads `directory`/`name` if it is there. True if it was.
bool ConfigBuilder::read_file(const fs::path& file, const std::string& name, unsigned rank) {
    std::error_code error;
    if (!fs::exists(file, error)) return false;
    const auto cannot = [&](const std::string& why) {
        layers_.incomplete = true;
        layers_.error(place_of_file(name, rank), "cannot be read: " + why);
        return true;
    };
    if (!fs::is_regular_file(file, error)) return cannot("it is no file");
    if (fs::file_size(file, error) > kFileSizeMax) return cannot("it is larger than 1 MiB");
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return cannot(errno != 0 ? std::strerror(errno) : "unknown error");
    read_toml(text, name, rank, layers_);
    return true;
}

void ConfigBuilder::read_files() {
    if (request_.directory.empty()) {
        choose_profile();
        return;
    }
    std::error_code error;
    if (!fs::is_directory(request_.directory, error)) {
        layers_.incomplete = true;
        layers_.error(
            place_of_file(request_.directory.string(), 0),
            "there is no such directory; name the one with base.toml by --config");
        choose_profile();
        return;
    }
    const bool has_base = read_file(request_.directory / "base.toml", "base.toml", 0);
    choose_profile();
    read_profile_file();
    read_directory_d();
    const bool has_profile =
        fs::exists(request_.directory / (result_.configuration.profile_ + ".toml"), error);
    if (!has_base && !has_profile && !profile_chosen_) {
        layers_.incomplete = true;
        layers_.error(
            place_of_file(request_.directory.string(), 0),
            "it has neither base.toml nor " + result_.configuration.profile_ + ".toml");
    }
}

/// Flag, variable or base.toml: who says something first is believed.
void ConfigBuilder::choose_profile() {
    std::string& profile = result_.configuration.profile_;
    profile = kProfileUnlessSaid;
    const auto variable = request_.environment.find(std::string(kProfileVariable));
    const auto in_base = std::find_if(
        layers_.assignments.begin(), layers_.assignments.end(), [](const Assignment& each) {
            return each.path == KeyPath{"profile"};
        });
    if (!request_.profile.empty()) {
        profile = request_.profile;
        profile_place_ = {kRankFlags, {Origin::Layer::Flag, "--profile"}};
    } else if (variable != request_.environment.end()) {
        profile = variable->second;
        profile_place_ = {
            kRankEnvironment, {Origin::Layer::Environment, std::string(kProfileVariable)}};
    } else if (
        in_base != layers_.assignments.end() && in_base->value.type == RawValue::Type::String) {
        profile_place_ = in_base->value_place();
        profile = in_base->value.text;
    }
    profile_chosen_ = profile_place_.origin.layer != Origin::Layer::BuiltIn;
    if (!is_profile_name(profile)) {
        layers_.incomplete = true;
        layers_.error(
            profile_place_, "profile must be a name of a-z, 0-9, - and _, got \"" + profile + "\"");
        profile = kProfileUnlessSaid;
        profile_chosen_ = false;
    }
}

void ConfigBuilder::read_profile_file() {
    const std::string& profile = result_.configuration.profile_;
    const std::string name = profile + ".toml";
    if (profile == "base" || read_file(request_.directory / name, name, 1) || !profile_chosen_) {
        return;
    }
    auto known = toml_files_in(request_.directory);
    std::erase(known, "base");
    std::string message = "there is no profile \"" + profile + "\": no file " + name;
    if (const auto meant = nearest(profile, known)) {
        message += "; did you mean \"" + *meant + "\"?";
    } else if (!known.empty()) {
        message += "; there is " + known.front();
        for (std::size_t i = 1; i < known.size(); ++i) message += ", " + known[i];
    }
    layers_.incomplete = true;
    layers_.error(profile_place_, std::move(message));
}

void ConfigBuilder::read_directory_d() {
    unsigned rank = 2;
    for (const auto& stem : toml_files_in(request_.directory / "config.d")) {
        const std::string name = "config.d/" + stem + ".toml";
        read_file(request_.directory / name, name, rank++);
    }
}

/// `profile` chooses files, so only base.toml may set it; elsewhere it may confirm the choice.
void ConfigBuilder::take_profile_key(const Assignment& assignment) {
    const std::string& profile = result_.configuration.profile_;
    const Place place = assignment.value_place();
    if (assignment.value.type != RawValue::Type::String &&
        assignment.value.type != RawValue::Type::Untyped) {
        layers_.error(place, "profile must be quoted text (\"" + profile + "\")");
        return;
    }
    if (place.origin.layer == Origin::Layer::Flag) {
        layers_.error(place, "profile is set by --profile, not by --set");
        return;
    }
    const bool chooses = place.rank == 0 || place.origin.layer == Origin::Layer::Environment;
    if (!chooses && assignment.value.text != profile) {
        layers_.error(
            place,
            "profile is \"" + assignment.value.text + "\" here, but \"" + profile +
                "\" was chosen; set it in base.toml, by TAPEDECK__PROFILE or by --profile");
    }
}

}  // namespace tapedeck::ops
