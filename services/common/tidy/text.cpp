#include "tidy/rules.h"

#include <algorithm>
#include <array>
#include <regex>

namespace tapedeck::tidy {

namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLines = 700;

bool is_code(const File& file) {
    static constexpr std::array<std::string_view, 10> kEndings = {
        ".h", ".cpp", ".proto", ".py", ".sh", ".cmake", "CMakeLists.txt", ".js", ".ts", ".css"};
    return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
        return file.path.ends_with(ending);
    });
}

/// Characters, not bytes: what continues a UTF-8 sequence has no width.
std::size_t width(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

// Spelled in two halves, so that this file doesn't say them.
const std::vector<std::string>& unfinished() {
    static const std::vector<std::string> kWords = {
        "TO" + std::string("DO"),
        "FIX" + std::string("ME"),
        "XX" + std::string("X"),
        "HA" + std::string("CK")};
    return kWords;
}

const std::vector<std::string>& registries() {
    static const std::vector<std::string> kHosts = {
        "pypi" + std::string(".org"),
        "files.python" + std::string("hosted.org"),
        "registry.npm" + std::string("js.org"),
        "registry.yarn" + std::string("pkg.com"),
        "static.crates" + std::string(".io"),
        "index.crates" + std::string(".io"),
        "proxy.golang" + std::string(".org"),
        "deb.debian" + std::string(".org"),
        "repo.maven" + std::string(".apache.org"),
        "rubygems" + std::string(".org"),
        "conan" + std::string(".io"),
    };
    return kHosts;
}

/// Folders of the machine that this was written on, at the front of a path.
const std::regex& machine_paths() {
    static const std::regex kPaths(
        std::string("(^|[^A-Za-z0-9_.}])/(") +
        "wo"
        "rk|ro"
        "ot|fa"
        "rm)/");
    return kPaths;
}

bool is_guarded(const File& file) {
    const auto first = std::find_if(file.lines.begin(), file.lines.end(), [](const auto& line) {
        return !line.empty() && !line.starts_with("//");
    });
    return first != file.lines.end() && *first == "#pragma once";
}

/// g++ 12 destroys lambdas and aggregates twice that are made inside the awaited expression.
bool awaits_a_temporary(const std::string& code) {
    const auto at = code.find("co_await");
    if (at == std::string::npos) return false;
    const std::string rest = code.substr(at);
    return rest.find('[') != std::string::npos || rest.find("({") != std::string::npos;
}

}  // namespace

Findings check_text(const File& file) {
    Findings findings;
    const auto say = [&](std::size_t line, std::string why) {
        findings.push_back({file.path, line, "text", std::move(why)});
    };
    if (is_code(file) && file.lines.size() > kLines) {
        say(0, std::to_string(file.lines.size()) + " lines: split it by idea, 700 at most");
    }
    if (is_header(file) && !is_guarded(file)) say(1, "a header opens with #pragma once");
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        if (is_code(file) && width(line) > kColumns) {
            say(i + 1, std::to_string(width(line)) + " columns, 100 at most");
        }
        for (const auto& word : unfinished()) {
            if (says(line, word)) say(i + 1, word + ": finish it, or say in docs what isn't there");
        }
        if (!is_cpp(file)) continue;
        if (is_header(file) && !is_for_tests(file) &&
            file.code[i].find("using namespace") != std::string::npos) {
            say(i + 1, "using namespace in a header reaches everybody who includes it");
        }
        if (awaits_a_temporary(file.code[i])) {
            say(i + 1, "name lambdas and aggregates before awaiting: g++ 12 destroys them twice");
        }
    }
    return findings;
}

Findings check_no_places(const File& file) {
    Findings findings;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (std::regex_search(file.lines[i], machine_paths())) {
            findings.push_back({file.path, i + 1, "places", "a path of one machine"});
        }
        for (const auto& host : registries()) {
            if (file.lines[i].find(host) == std::string::npos) continue;
            findings.push_back(
                {file.path, i + 1, "places", host + " is a package registry's host"});
        }
    }
    return findings;
}

}  // namespace tapedeck::tidy
