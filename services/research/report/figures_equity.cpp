#include "research/report/material.h"
#include "research/report/sheet.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace tapedeck::research {

namespace {

using statistics::kDaysForSpread;
using statistics::kDaysForYears;
using statistics::Value;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::uint64_t days_of(const Report& report) {
    return report.days.size();
}

/// Why a ratio of this report has no value; "" if it may have one.
std::string obstacle(const Report& report, std::uint64_t days_needed) {
    if (report.ruined_at) return "ruined at " + to_string(*report.ruined_at);
    if (report.days.empty()) return "no day";
    return statistics::too_few_days(days_of(report), days_needed);
}

/// The statistic if there is nothing in its way.
template <class Compute>
void put_guarded(
    Sheet& sheet,
    std::string_view key,
    const Report& report,
    std::uint64_t days_needed,
    Compute compute) {
    const std::string why = obstacle(report, days_needed);
    if (why.empty()) {
        sheet.put(key, compute(), days_of(report));
    } else {
        sheet.none(key, why, days_of(report));
    }
}

double total_return(const Report& report) {
    if (report.ruined_at) return -1;
    return report.days.empty() ? 0 : report.days.back().index - 1;
}

Value yearly_return(const Report& report) {
    const std::string why = obstacle(report, kDaysForYears);
    if (!why.empty()) return Value::none(why);
    return statistics::cagr(report.days.back().index, report.conventions.length_days);
}

double max_drawdown(const Material& material) {
    return material.drawdowns.deepest.empty() ? 0 : material.drawdowns.deepest.front().depth;
}

/// gain / max drawdown; ∞ as long as there was none.
Value per_drawdown(const Value& gain, const Material& material) {
    if (!gain.number) return gain;
    const double depth = max_drawdown(material);
    if (depth > 0) return *gain.number / depth;
    if (*gain.number > 0) return kInfinity;
    return Value::none("no drawdown and no gain");
}

template <class Better>
void put_extreme_month(Sheet& sheet, std::string_view key, const Report& report, Better better) {
    const auto& months = report.months;
    if (months.empty()) return sheet.none(key, "no day", 0);
    const auto found = std::min_element(
        months.begin(), months.end(), [&](auto& a, auto& b) { return better(a.r, b.r); });
    sheet.put(key, found->r, months.size());
}

}  // namespace

void put_returns(Sheet& sheet, const Report& report, const Material& material) {
    const std::uint64_t n = days_of(report);
    Money net;
    Money gross;
    for (const auto& trade : report.trades) {
        net += trade.net_reporting;
        gross += trade.gross_reporting;
    }
    Money open;
    for (const auto& trade : report.open_trades) {
        open += trade.net_reporting;
        gross += trade.gross_reporting;
    }
    const Money profit = report.end_equity - report.start_equity - report.flows;
    sheet.put("start_equity", report.start_equity, n);
    sheet.put("end_equity", report.end_equity, n);
    sheet.put("flows", report.flows, n);
    sheet.put("gross_profit", gross, report.trades.size() + report.open_trades.size());
    sheet.put("net_profit", profit, n);
    sheet.put("open_profit", open, report.open_trades.size());
    sheet.put("carried_profit", material.carried, n);
    sheet.put("currency_profit", profit - net - open + material.carried, n);
    if (report.days.empty()) {
        sheet.none("total_return", "no day", n);
    } else {
        sheet.put("total_return", total_return(report), n);
    }
    sheet.put("cagr", yearly_return(report), n);
    const auto r = returns_of(report);
    if (r.empty()) {
        sheet.none("best_day", "no day", 0);
        sheet.none("worst_day", "no day", 0);
    } else {
        sheet.put("best_day", *std::max_element(r.begin(), r.end()), n);
        sheet.put("worst_day", *std::min_element(r.begin(), r.end()), n);
    }
    const auto won = std::count_if(r.begin(), r.end(), [](double x) { return x > 0; });
    const auto lost = std::count_if(r.begin(), r.end(), [](double x) { return x < 0; });
    sheet.count("days_won", static_cast<std::uint64_t>(won), n);
    sheet.count("days_lost", static_cast<std::uint64_t>(lost), n);
    put_extreme_month(sheet, "best_month", report, std::greater<>());
    put_extreme_month(sheet, "worst_month", report, std::less<>());
    sheet.put("highest_equity", material.equity.highest(), n);
    sheet.put("lowest_equity", material.equity.lowest(), n);
}

void put_risk(Sheet& sheet, const Report& report, const Material& material) {
    const std::uint64_t n = days_of(report);
    const auto r = returns_of(report);
    const auto& drawdowns = material.drawdowns;
    put_guarded(sheet, "volatility", report, kDaysForSpread, [&] {
        return Value(statistics::volatility(r));
    });
    sheet.put("max_drawdown", max_drawdown(material), n);
    if (drawdowns.deepest.empty()) {
        sheet.none("max_drawdown_duration", "no drawdown yet", n);
    } else if (!drawdowns.deepest.front().recovery) {
        sheet.none("max_drawdown_duration", "not recovered", n);
    } else {
        const auto& deepest = drawdowns.deepest.front();
        sheet.seconds("max_drawdown_duration", *deepest.recovery - deepest.peak, n);
    }
    sheet.seconds("longest_drawdown", drawdowns.longest, drawdowns.episodes);
    sheet.put("average_drawdown", drawdowns.mean_depth, drawdowns.episodes);
    const Duration length = material.to - material.equity.begun_at();
    if (length > Duration{}) {
        sheet.put(
            "under_water",
            static_cast<double>(drawdowns.under_water.count()) /
                static_cast<double>(length.count()),
            n);
    } else {
        sheet.none("under_water", "no time has passed", n);
    }
    std::vector<double> depths;
    double peak = 1;
    for (const auto& day : report.days) {
        peak = std::max(peak, day.index);
        depths.push_back(1 - day.index / peak);
    }
    put_guarded(sheet, "ulcer", report, 1, [&] { return Value(statistics::ulcer(depths)); });
    put_guarded(
        sheet, "var_95", report, 1, [&] { return Value(statistics::value_at_risk(r, 0.95)); });
    put_guarded(
        sheet, "var_99", report, 1, [&] { return Value(statistics::value_at_risk(r, 0.99)); });
    put_guarded(sheet, "cvar_95", report, 1, [&] {
        return Value(statistics::expected_shortfall(r, 0.95));
    });
    put_guarded(sheet, "skew", report, 1, [&] { return statistics::skew(r); });
    put_guarded(sheet, "kurtosis", report, 1, [&] { return statistics::excess_kurtosis(r); });
}

void put_ratios(Sheet& sheet, const Report& report, const Material& material) {
    const auto r = returns_of(report);
    const auto x = excess_returns(report);
    const auto put = [&](const char* key, std::uint64_t days, auto compute) {
        put_guarded(sheet, key, report, days, compute);
    };
    put("sharpe", kDaysForSpread, [&] { return statistics::sharpe(x); });
    put("sharpe_error", kDaysForSpread, [&] { return statistics::sharpe_error(x); });
    put("sharpe_daily", kDaysForSpread, [&] { return statistics::sharpe_daily(x); });
    put("probabilistic_sharpe", kDaysForSpread, [&] {
        return statistics::probabilistic_sharpe(x);
    });
    put("sortino", kDaysForSpread, [&] { return statistics::sortino(x); });
    put("calmar", kDaysForYears, [&] { return per_drawdown(yearly_return(report), material); });
    put("omega", 1, [&] { return statistics::omega(r); });
    put("gain_to_pain", 1, [&] { return statistics::gain_to_pain(r); });
    put("recovery_factor", 1, [&] { return per_drawdown(total_return(report), material); });
}

void put_exposure(Sheet& sheet, const Report& report, const Material& material) {
    const std::uint64_t n = days_of(report);
    const Exposure& e = material.exposure;
    const auto total = static_cast<double>(e.total.count());
    const auto held = static_cast<double>(e.held.count());
    for (const char* key :
         {"time_in_market", "gross_exposure_mean", "net_exposure_mean", "turnover"}) {
        if (total <= 0) sheet.none(key, "no time has passed", n);
    }
    if (total > 0) {
        sheet.put("time_in_market", held / total, n);
        sheet.put("gross_exposure_mean", e.gross_time / total, n);
        sheet.put("net_exposure_mean", e.net_time / total, n);
        const double mean_equity = e.equity_time / total;
        const double traded = material.costs.traded.decimal().to_double();
        if (mean_equity > 0) {
            sheet.put("turnover", traded / mean_equity / report.conventions.length_days, n);
        } else {
            sheet.none("turnover", "no equity", n);
        }
    }
    sheet.put("gross_exposure_max", e.gross_max, n);
    sheet.put("net_exposure_max", e.net_max, n);
    if (held > 0) {
        sheet.put("concentration", e.concentration_time / held, n);
    } else {
        sheet.none("concentration", "nothing was held", n);
    }
}

void put_benchmark(Sheet& sheet, const Report& report, const Material& material) {
    const auto hold = [&](const char* key, const std::vector<double>& r, const char* why) {
        if (r.empty()) return sheet.none(key, why, 0);
        double index = 1;
        for (const double each : r) index *= 1 + each;
        sheet.put(key, index - 1, r.size());
    };
    hold("hold_btc", material.hold_btc, "BTC was not traded");
    hold("hold_equal", material.hold_equal, "nothing was traded");
    const auto& benchmark = material.hold_btc.empty() ? material.hold_equal : material.hold_btc;
    std::string why = benchmark.empty() ? "nothing was traded" : obstacle(report, kDaysForSpread);
    const auto versus = statistics::versus(excess_returns(report), benchmark);
    if (why.empty() && !versus) why = "no spread";
    const std::uint64_t n = benchmark.size();
    const auto put = [&](const char* key, const auto& value_of) {
        if (why.empty()) {
            sheet.put(key, value_of(*versus), n);
        } else {
            sheet.none(key, why, n);
        }
    };
    using Versus = statistics::Versus;
    put("beta", [](const Versus& v) { return Value(v.beta); });
    put("alpha", [](const Versus& v) { return Value(v.alpha); });
    put("correlation", [](const Versus& v) { return Value(v.correlation); });
    put("tracking_error", [](const Versus& v) { return Value(v.tracking_error); });
    put("information_ratio", [](const Versus& v) { return v.information_ratio; });
    put("treynor", [](const Versus& v) { return v.treynor; });
}

void put_robustness(Sheet& sheet, const Report& report, const Material& material) {
    const std::uint64_t n = days_of(report);
    const auto r = returns_of(report);
    const std::string why = obstacle(report, kDaysForYears);
    statistics::Resampled resampled;
    if (why.empty()) {
        resampled = statistics::bootstrap(r, kBootstrapBlock, kBootstrapRuns, kBootstrapSeed);
        for (double& growth : resampled.growth) {
            growth = statistics::cagr(growth, static_cast<double>(n));
        }
    }
    const auto put = [&](const char* key, const std::vector<double>& values, double q) {
        if (why.empty()) {
            sheet.put(key, statistics::quantile(values, q), n);
        } else {
            sheet.none(key, why, n);
        }
    };
    put("bootstrap_drawdown_p50", resampled.max_drawdown, 0.5);
    put("bootstrap_drawdown_p95", resampled.max_drawdown, 0.95);
    put("bootstrap_cagr_p05", resampled.growth, 0.05);
    put("bootstrap_cagr_p50", resampled.growth, 0.5);
    put("bootstrap_cagr_p95", resampled.growth, 0.95);
    const Money profit = report.end_equity - report.start_equity - report.flows;
    sheet.put("stress_double_fees", profit - material.costs.fees(), material.costs.fills);
    const Ratio five_bps(Decimal::from_units(Decimal::kOne / 2000));
    const auto slipped = portion(material.costs.traded, five_bps, Rounding::Up);
    sheet.put("stress_5_bps", profit - slipped.value_or(Money{}), material.costs.fills);
}

}  // namespace tapedeck::research
