#include "tidy/rules.h"

#include <map>
#include <optional>
#include <regex>
#include <set>

namespace tapedeck::tidy {

namespace {

using Folders = std::set<std::string>;

Folders operator+(Folders a, const Folders& b) {
    a.insert(b.begin(), b.end());
    return a;
}

const Folders kPure = {"common/base", "common/events"};
const Folders kService = kPure + Folders{"common/tape", "common/net", "common/ops"};
const Folders kVenues = {
    "venues/coinbase",
    "venues/hyperliquid",
    "venues/kraken",
    "venues/paper",
    "venues/recorded",
    "venues/synthetic",
    "venues/synthetix"};
const Folders kCores = {
    "advisor/core",
    "execution/core",
    "gateway/core",
    "journal/core",
    "market-data/core",
    "notifier/core",
    "risk/core",
    "strategy/core"};
const Folders kAdapter = kPure + Folders{"common/net"};

/// Who may include whom; itself, always. A folder that isn't here may not exist.
const std::map<std::string, Folders> kLayers = {
    {"common/base", {}},
    {"common/events", {"common/base"}},
    {"common/tape", kPure},
    {"common/net", {"common/base"}},
    {"common/ops", {"common/base", "common/net"}},  // health is asked over HTTP
    {"common/testing", kService},
    {"common/tidy", {}},

    // A core is pure: values and events. Nothing else, but for two interfaces.
    {"advisor/core", kPure},
    {"execution/core", kPure},
    {"gateway/core", kPure},
    {"journal/core", kPure + Folders{"common/tape"}},  // its vocabulary is frames, not events
    {"market-data/core", kPure},
    {"notifier/core", kPure},
    {"risk/core", kPure},
    {"strategy/core", kPure},

    {"journal/store", kService + Folders{"journal/core"}},

    {"advisor/shell", kService + Folders{"advisor/core"}},
    {"execution/shell", kService + kVenues + Folders{"execution/core"}},
    {"gateway/shell", kService + Folders{"gateway/core"}},
    {"journal/shell", kService + Folders{"journal/core", "journal/store"}},
    // An earlier run's tape is a market too, and is read from its files.
    {"market-data/shell", kService + kVenues + Folders{"market-data/core", "journal/store"}},
    {"notifier/shell", kService + Folders{"notifier/core"}},

    {"advisor", kService + Folders{"advisor/core", "advisor/shell"}},
    {"execution", kService + kVenues + Folders{"execution/core", "execution/shell"}},
    {"gateway", kService + Folders{"gateway/core", "gateway/shell"}},
    {"journal", kService + Folders{"journal/core", "journal/store", "journal/shell"}},
    {"market-data", kService + kVenues + Folders{"market-data/core", "market-data/shell"}},
    {"notifier", kService + Folders{"notifier/core", "notifier/shell"}},
    {"risk", kService + Folders{"risk/core"}},
    {"strategy", kService + Folders{"strategy/core"}},

    // Adapters implement the interfaces of market-data (MarketFeed) and execution
    // (TradingVenue), which their cores declare.
    {"venues/coinbase", kAdapter + Folders{"market-data/core", "execution/core"}},
    {"venues/hyperliquid", kAdapter + Folders{"market-data/core", "execution/core"}},
    {"venues/kraken", kAdapter + Folders{"market-data/core", "execution/core"}},
    {"venues/paper", kPure},
    {"venues/recorded", kAdapter + Folders{"market-data/core"}},
    {"venues/synthetic", kAdapter + Folders{"market-data/core"}},
    {"venues/synthetix", kAdapter + Folders{"market-data/core", "execution/core"}},

    // Never the adapters: a mistake that both shared would never be seen.
    {"venue-simulator/core", kPure},
    {"venue-simulator/shell", kService + Folders{"venue-simulator/core"}},
    {"venue-simulator", kService + Folders{"venue-simulator/core", "venue-simulator/shell"}},

    // Runs the deciders of all services over tapes and data.
    {"research",
     kService + kCores +
         Folders{
             "journal/store",
             "venues/kraken",
             "venues/paper",
             "venues/recorded",
             "venues/synthetic"}},
    // The proof, beside the live deciders; its tests make tapes as research's do.
    {"shadow", kService + Folders{"research"}},
    {"bench",
     kService + kCores +
         Folders{
             "journal/store",
             "journal/shell",
             "venues/kraken",
             "venues/paper",
             "venues/synthetic",
             "research"}},
    // The whole stack in one process, under a seed.
    {"simulation",
     kService + kCores +
         Folders{
             "journal/store",
             "journal/shell",
             "market-data/shell",
             "venues/paper",
             "venues/synthetic",
             "research"}},
    // A tape at rest is read from its file; what is in recorded files, a feed knows; what is in
    // the store, the recorded venue; a venue's settings, its adapter; the tests talk to a journal
    // of their own.
    {"cli",
     kService + kCores +
         Folders{
             "common/testing",
             "journal/shell",
             "journal/store",
             "market-data/shell",
             "venues/kraken",
             "venues/paper",
             "venues/recorded",
             "research",
             "bench",
             "simulation"}},
    {"integration-tests",
     kService + kCores + kVenues + Folders{"common/testing", "journal/store", "research"}},
};

struct Include {
    std::string header;
    bool is_ours = false;  // in quotes
};

std::optional<Include> include_of(const std::string& line) {
    static const std::regex kInclude(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    std::smatch match;
    if (!std::regex_search(line, match, kInclude)) return std::nullopt;
    return Include{match[2], match[1] == "\""};
}

/// The folder that an include of ours names: "base/decimal.h" is common/base's.
std::string folder_of_include(const std::string& header) {
    const std::string common = folder_of("services/common/" + header);
    return kLayers.contains(common) ? common : folder_of("services/" + header);
}

/// The folder whose row counts: research/core and cli/… go by one row each.
std::string row_of(const std::string& folder) {
    const std::string whole = folder.substr(0, folder.find('/'));
    const bool in_one_row = whole == "research" || whole == "cli";
    return in_one_row ? whole : folder;
}

Folders shells() {
    Folders result;
    for (const auto& [folder, _] : kLayers) {
        const bool is_program = folder.find('/') == std::string::npos;
        if (folder.ends_with("/shell") || is_program) result.insert(folder);
    }
    return result;
}

struct Fence {
    std::string prefix;
    Folders inside;
    bool also_in_tests = false;
};

const std::vector<Fence>& fences() {
    static const std::vector<Fence> kFences = {
        {"zmq", {"common/tape", "integration-tests"}},
        {"sqlite3.h", {"journal/store", "simulation"}, true},
        {"openssl/", kVenues + Folders{"common/net", "common/tape", "venue-simulator/core"}, true},
        {"toml++", {"common/ops"}},
        {"spdlog/", shells() + Folders{"common/ops"}},
        {"boost/asio", kVenues + shells() + Folders{"common/net"}, true},
        {"boost/beast", kVenues + shells() + Folders{"common/net"}, true},
    };
    return kFences;
}

}  // namespace

Findings check_layers(const File& file) {
    Findings findings;
    if (!is_cpp(file)) return findings;
    const std::string folder = row_of(folder_of(file.path));
    const auto row = kLayers.find(folder);
    if (row == kLayers.end()) {
        return {{file.path, 0, "layers", folder + " has no row in tidy/layers.cpp"}};
    }
    const std::string may_not = folder + " may not include ";
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const auto include = include_of(file.lines[i]);
        if (!include || !include->is_ours) continue;
        const std::string target = row_of(folder_of_include(include->header));
        const bool is_local = include->header.find('/') == std::string::npos;
        if (is_local && folder != "integration-tests") {
            findings.push_back(
                {file.path, i + 1, "layers", include->header + ": say the folder, too"});
        }
        const bool for_tests = is_for_tests(file) && target == "common/testing";
        if (is_local || target == folder || for_tests || row->second.contains(target)) continue;
        findings.push_back({file.path, i + 1, "layers", may_not + target});
    }
    return findings;
}

Findings check_fences(const File& file) {
    Findings findings;
    if (!is_cpp(file)) return findings;
    const std::string folder = row_of(folder_of(file.path));
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const auto include = include_of(file.lines[i]);
        if (!include) continue;
        const auto refuse = [&](const std::string& why) {
            findings.push_back({file.path, i + 1, "fences", include->header + why});
        };
        if (include->header.ends_with(".pb.h")) {
            const bool is_codec = folder == "common/events" || folder == "common/tape";
            if (!is_codec || !is_for_tests(file)) refuse(" is for the codec's own tests");
            continue;
        }
        for (const auto& fence : fences()) {
            if (!include->header.starts_with(fence.prefix)) continue;
            if (fence.inside.contains(folder)) continue;
            if (fence.also_in_tests && is_for_tests(file)) continue;
            refuse(" is not for " + folder);
        }
    }
    return findings;
}

}  // namespace tapedeck::tidy
