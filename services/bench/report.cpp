#include "bench/report.h"

#include "base/verify.h"
#include "bench/bench.h"
#include "ops/build_info.h"
#include "ops/table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <utility>

namespace tapedeck::bench {

namespace {

#ifdef TAPEDECK_FIGURES_COUNT  // the build is optimised, and without sanitizers
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

std::string unit_of(const std::string& key) {
    if (key.ends_with("_us")) return "us";
    if (key.ends_with("_mb_per_second")) return "MB/s";
    if (key.ends_with("_per_second")) return "/s";
    return "";
}

/// Three digits that mean something, thousands apart.
std::string show(double value) {
    if (value < 10) return fmt::format("{:.2f}", value);
    if (value < 100) return fmt::format("{:.1f}", value);
    std::string text = fmt::format("{:.0f}", value);
    for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return text;
}

std::string goal_of(const Figure& figure) {
    if (figure.at_least) {
        const bool met = figure.value >= *figure.at_least;
        return "≥ " + show(*figure.at_least) + (met ? "  met" : "  NOT met");
    }
    if (figure.at_most) {
        const bool met = figure.value <= *figure.at_most;
        return "≤ " + show(*figure.at_most) + (met ? "  met" : "  NOT met");
    }
    return "";
}

std::string processor() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("model name")) continue;
        const auto colon = line.find(": ");
        if (colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown processor";
}

/// The magic numbers of statfs(2).
std::string file_system_of(const std::string& directory) {
    static constexpr std::array<std::pair<unsigned long, const char*>, 8> kNames{
        {{0xEF53UL, "ext4"},
         {0x58465342UL, "xfs"},
         {0x9123683EUL, "btrfs"},
         {0x01021994UL, "tmpfs (memory, not a disk)"},
         {0x794C7630UL, "overlayfs"},
         {0x2FC12FC1UL, "zfs"},
         {0x6969UL, "nfs"},
         {0xF2F52010UL, "f2fs"}}};

    struct statfs status {};

    if (::statfs(directory.c_str(), &status) != 0) return "unknown file system";
    const auto magic = static_cast<unsigned long>(status.f_type);
    const auto* const found = std::find_if(
        kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == magic; });
    return found == kNames.end() ? fmt::format("file system {:#x}", magic) : found->second;
}

}  // namespace

double Report::value_of(const std::string& key) const {
    const auto found = std::find_if(
        figures.begin(), figures.end(), [&](const Figure& figure) { return figure.key == key; });
    VERIFY(found != figures.end());
    return found->value;
}

std::string to_text(const Report& report) {
    ops::Table table({"figure", "value", "unit", "goal"});
    for (const auto& figure : report.figures) {
        table.add({figure.what, show(figure.value), unit_of(figure.key), goal_of(figure)});
    }
    std::string text = table.print();
    for (const auto& note : report.notes) text += note + '\n';
    return text + "on " + report.where + '\n';
}

std::string to_json(const Report& report) {
    nlohmann::ordered_json object{{"bench", report.bench}, {"where", report.where}};
    for (const auto& figure : report.figures) {
        // A tenth of a microsecond, a hundredth of a ratio: more would be noise.
        object[figure.key] = std::round(figure.value * 1000) / 1000;
    }
    object["notes"] = report.notes;
    return object.dump() + '\n';
}

std::string describe_machine(const std::string& directory) {
    const auto build = ops::build_info();
    return fmt::format(
        "{} x {}; {}; {} build {}",
        ::sysconf(_SC_NPROCESSORS_ONLN),
        processor(),
        file_system_of(directory),
        kOptimised ? "release" : "DEBUG",
        ops::describe(build));
}

Result<> refuse_debug(bool allow_debug) {
    if (kOptimised || allow_debug) return {};
    return fail(
        "this is a debug build, its figures say nothing: use the one in build/release, or add "
        "--allow-debug",
        ExitCode::Refused);
}

}  // namespace tapedeck::bench
