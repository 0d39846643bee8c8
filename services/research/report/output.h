#pragma once

#include "ops/terminal.h"
#include "research/report/report.h"

#include <string>

namespace tapedeck::research {

/// The report for a terminal: conventions first, then every figure beside the number of days or
/// trades it rests on, then drawdowns, months and the breakdowns that matter most.
std::string to_text(const Report& report, ops::Colors colors = ops::Colors::off());

/// Everything, as one JSON object: keys in README.md. The same report gives the same bytes.
std::string to_json(const Report& report);

/// One trade as JSON, without a line break.
std::string to_json(const Trade& trade);

/// Closed and open trades, one a line under their headings.
std::string trades_csv(const Report& report);

/// One line a day: its end, equity, flow, return, index.
std::string daily_csv(const Report& report);

/// One line a figure.
std::string figures_csv(const Report& report);

/// "annualisation 365 d · rf 0 % · daily 00:00 UTC · …", in one line.
std::string conventions_line(const Report& report);

/// A figure's value for people: "1.23 %", "12 345.60", "2h5m", "∞", "n/a (18 d < 30 d)".
std::string show(const Figure& figure);

/// "12 345.60": two digits after the point, rounded half even.
std::string show(Money amount);

}  // namespace tapedeck::research
