#include "cli/report_verb.h"

#include "ops/table.h"

#include <fmt/format.h>

namespace tapedeck::cli {

Result<> print_report(Session& session, const research::Report& report) {
    std::string text;
    for (const auto& figure : report.figures) {
        text += figure.value ? fmt::format("{:32} {}\n", figure.label, *figure.value)
                             : fmt::format("{:32} n/a ({})\n", figure.label, figure.missing);
    }
    return session.print(text);
}

}  // namespace tapedeck::cli
