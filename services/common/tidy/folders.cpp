#include "tidy/rules.h"

#include <set>

namespace tapedeck::tidy {

namespace {

const std::set<std::string>& services() {
    static const std::set<std::string> kServices = {
        "advisor",
        "bench",
        "cli",
        "common",
        "execution",
        "gateway",
        "journal",
        "market-data",
        "notifier",
        "research",
        "risk",
        "shadow",
        "simulation",
        "strategy",
        "venue-simulator",
        "venues"};
    return kServices;
}

const std::set<std::string>& parts_of_a_service() {
    static const std::set<std::string> kParts = {"core", "shell", "store"};
    return kParts;
}

std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> parts;
    for (const auto& part : std::filesystem::path(path)) parts.push_back(part.string());
    return parts;
}

}  // namespace

Findings check_folders(const std::vector<File>& files) {
    Findings findings;
    std::set<std::string> rooms;  // that open with a README.md
    std::set<std::string> paths;
    std::set<std::string> said;
    for (const auto& file : files) {
        paths.insert(file.path);
        const auto parts = parts_of(file.path);
        if (parts[0] != "services") continue;
        if (parts.size() < 3 || !services().contains(parts[1])) {
            findings.push_back({file.path, 0, "folders", "services/ has a folder per service"});
            continue;
        }
        const std::string service = parts[0] + "/" + parts[1];
        rooms.insert(service);
        if (parts.size() < 4) continue;
        if (parts[1] == "common" || parts[1] == "venues") {
            rooms.insert(service + "/" + parts[2]);
        } else if (
            parts[1] != "research" && parts[1] != "cli" &&
            !parts_of_a_service().contains(parts[2]) && said.insert(service + parts[2]).second) {
            findings.push_back(
                {service + "/" + parts[2], 0, "folders", "a service has core and shell"});
        }
    }
    for (const auto& room : rooms) {
        if (paths.contains(room + "/README.md")) continue;
        findings.push_back({room, 0, "folders", "opens with a README.md of at most a page"});
    }
    return findings;
}

}  // namespace tapedeck::tidy
