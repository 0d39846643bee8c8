#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "research/report/report.h"

namespace tapedeck::cli {

/// Prints a report in the form that was asked for: tables, or with --json one object.
Result<> print_report(Session& session, const research::Report& report);

}  // namespace tapedeck::cli
