#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "research/report/price_curves.h"
#include "research/report/report.h"

#include <cstdint>
#include <string>

namespace tapedeck::cli {

struct ReportVerbOptions {
    std::string csv;   ///< trades, daily or figures; "" = none
    std::string html;  ///< a file to write the page to; "" = none
    std::string from;
    std::string to;
    double risk_free = 0;  ///< a year, as a ratio
};

/// A report in the form that was asked for: tables; with --json one object; with `csv` ("trades",
/// "daily", "figures") the lines of one table.
Result<> print_report(
    Session& session, const research::Report& report, const std::string& csv = "");

/// The report as one page in that file, with the prices of what was traded.
Result<> write_html(
    Session& session,
    const research::Report& report,
    const research::PriceCurves& prices,
    const std::string& file);

/// `tapedeck report`: the statistics of a tape, or of a part of it.
Result<> show_report(Session& session, const ReportVerbOptions& options);

/// Folds the tape from its beginning up to `to` ("" = its end), with a progress line; statistics
/// begin at `from` ("" = the first deposit). `prices` is told the same records, if there is one.
/// 130 when interrupted.
Result<research::Report> load_report(
    Session& session, const ReportVerbOptions& options, research::PriceCurves* prices = nullptr);

}  // namespace tapedeck::cli
