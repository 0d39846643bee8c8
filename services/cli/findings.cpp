#include "cli/findings.h"

#include "ops/terminal.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

constexpr auto kFailed = "FAIL";

}  // namespace

Finding ok(std::string text) {
    return {"ok", std::move(text)};
}

Finding warn(std::string text) {
    return {"warn", std::move(text)};
}

Finding failed(std::string text) {
    return {kFailed, std::move(text)};
}

Result<> report(Session& session, const std::vector<Finding>& found) {
    for (const auto& finding : found) {
        const std::string text = ops::printable(finding.text);
        if (session.options().json) {
            const nlohmann::ordered_json line{{"verdict", finding.verdict}, {"text", text}};
            constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
            TRY(session.print(line.dump(-1, ' ', false, kReplace) + '\n'));
        } else {
            std::string verdict = finding.verdict;
            verdict.resize(6, ' ');
            TRY(session.print(verdict + text + '\n'));
        }
    }
    const bool bad = std::any_of(found.begin(), found.end(), [](const Finding& finding) {
        return finding.verdict == kFailed;
    });
    if (bad) return fail("something would go wrong: see FAIL above");
    return {};
}

}  // namespace tapedeck::cli
