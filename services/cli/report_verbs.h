#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "research/report/report.h"

#include <cstdint>
#include <string>

namespace tapedeck::cli {

struct ReportVerbOptions {
    std::string csv;  ///< trades, daily or figures; "" = none
    std::string from;
    std::string to;
    double risk_free = 0;  ///< a year, as a ratio
};

/// A report in the form that was asked for: tables; with --json one object; with `csv` ("trades",
/// "daily", "figures") the lines of one table.
Result<> print_report(
    Session& session, const research::Report& report, const std::string& csv = "");

/// `tapedeck report`: the statistics of a tape, or of a part of it.
Result<> show_report(Session& session, const ReportVerbOptions& options);

/// Folds the tape from its beginning up to `to` ("" = its end), with a progress line; statistics
/// begin at `from` ("" = the first deposit). 130 when interrupted.
Result<research::Report> load_report(Session& session, const ReportVerbOptions& options);

}  // namespace tapedeck::cli
