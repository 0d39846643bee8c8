#pragma once

#include "research/report/equity_series.h"
#include "research/report/exposure.h"
#include "research/report/order_facts.h"
#include "research/report/report.h"

#include <optional>
#include <vector>

namespace tapedeck::research {

/// All that a tape was reduced to, and that figures are made of.
struct Material {
    const EquitySeries& equity;
    const OrderBook& orders;
    ReportOptions options;
    Costs costs;
    Exposure exposure;  ///< up to the end
    DrawdownMeter::Summary drawdowns;
    Money end_equity;
    Money carried;  ///< net result, by then, of what was open when statistics began
    Time to{};
    Duration stale{};  ///< Σ over instruments
    Duration gaps{};
    std::size_t instruments = 0;
    std::vector<double> hold_btc;    ///< daily returns; none: BTC was not traded
    std::vector<double> hold_equal;  ///< likewise, of what was traded
};

/// One block of blocks: what bootstrap bands are made with.
inline constexpr std::size_t kBootstrapBlock = 10;
inline constexpr std::size_t kBootstrapRuns = 1000;
inline constexpr std::uint64_t kBootstrapSeed = 1;

/// Puts the figures of `material` into a report whose days and trades are there already.
void add_figures(Report& report, const Material& material);

/// Months and years of the daily series, breakdowns of the trades.
void add_periods(Report& report);
void add_breakdowns(Report& report);

}  // namespace tapedeck::research
