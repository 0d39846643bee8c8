#include "ops/table.h"
#include "research/report/material.h"
#include "research/report/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace tapedeck::research {

namespace {

using ops::Color;
using ops::Table;

std::string show_percent(double ratio) {
    const double percent = ratio * 100;
    return fmt::format(fmt::runtime(std::abs(percent) < 100 ? "{:.2f} %" : "{:.0f} %"), percent);
}

std::string show_duration(double seconds) {
    if (seconds < 1) return fmt::format("{:.3g}ms", seconds * 1000);
    if (seconds < 60) return fmt::format("{:.3g}s", seconds);
    const auto whole = std::chrono::seconds(std::llround(seconds));
    if (whole < std::chrono::days(2)) {
        return to_string(Duration(std::chrono::floor<std::chrono::minutes>(whole)));
    }
    return to_string(Duration(std::chrono::floor<std::chrono::hours>(whole)));
}

std::string show_count(double value) {
    return fmt::format("{:.0f}", value);
}

std::string show_time(Time time) {
    std::string text = to_string(Time(std::chrono::floor<std::chrono::minutes>(time)));
    text.resize(std::min<std::size_t>(text.size(), 16));
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text;
}

std::string capitals(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

/// Red below zero, where that is bad news.
std::optional<Color> color_of(const Figure& figure) {
    if (!figure.value) return Color::Dim;
    const bool is_signed = figure.unit == Unit::Money || figure.unit == Unit::Percent;
    if (is_signed && *figure.value < 0) return Color::Red;
    return std::nullopt;
}

std::string figures_text(const Report& report, ops::Colors colors) {
    std::string text;
    std::size_t i = 0;
    while (i < report.figures.size()) {
        const std::string section = report.figures[i].section;
        Table table({section, "", "n"});
        for (; i < report.figures.size() && report.figures[i].section == section; ++i) {
            const Figure& figure = report.figures[i];
            table.add(
                {figure.label,
                 color_of(figure) ? Table::Cell(show(figure), *color_of(figure))
                                  : Table::Cell(show(figure)),
                 std::to_string(figure.n)});
        }
        text += '\n' + table.print(colors);
    }
    return text;
}

std::string drawdowns_text(const Report& report, ops::Colors colors) {
    if (report.drawdowns.empty()) return "";
    Table table({"drawdown", "peak", "trough", "recovery"});
    for (const auto& each : report.drawdowns) {
        table.add(
            {show_percent(each.depth),
             show_time(each.peak),
             show_time(each.trough),
             each.recovery ? show_time(*each.recovery) : "not recovered"});
    }
    return "\n" + table.print(colors);
}

std::string months_text(const Report& report, ops::Colors colors) {
    if (report.months.empty()) return "";
    Table table(
        {"year",
         "Jan",
         "Feb",
         "Mar",
         "Apr",
         "May",
         "Jun",
         "Jul",
         "Aug",
         "Sep",
         "Oct",
         "Nov",
         "Dec",
         "year",
         "days"});
    for (const auto& year : report.years) {
        std::vector<Table::Cell> cells(13, Table::Cell(""));
        cells[0] = std::to_string(year.year);
        for (const auto& month : report.months) {
            if (month.year == year.year) cells[month.month] = show_percent(month.r);
        }
        cells.emplace_back(show_percent(year.r));
        cells.emplace_back(std::to_string(year.days));
        table.add(std::move(cells));
    }
    return "\n" + table.print(colors);
}

std::string breakdown_text(const Breakdown& breakdown, ops::Colors colors) {
    if (breakdown.cells.empty()) return "";
    Table table({"by " + breakdown.by, "n", "won", "net", "fees", "mean R"});
    for (const auto& cell : breakdown.cells) {
        const double won = static_cast<double>(cell.wins) / static_cast<double>(cell.trades);
        std::vector<Table::Cell> row = {
            ops::printable(cell.key),
            std::to_string(cell.trades),
            show_percent(won),
            show(cell.net),
            show(cell.fees),
            cell.mean_r ? fmt::format("{:.2f}", *cell.mean_r) : "-"};
        if (cell.is_thin()) {
            for (auto& each : row) each.color = Color::Dim;
        }
        table.add(std::move(row));
    }
    return "\n" + table.print(colors);
}

std::string tallies_text(const Report& report, ops::Colors colors) {
    Table table({"what happened", "", "n"});
    for (const auto& tally : report.tallies) {
        if (tally.group == "order" || tally.group == "filled") continue;
        table.add({tally.group, ops::printable(tally.key), std::to_string(tally.count)});
    }
    return table.empty() ? "" : "\n" + table.print(colors);
}

}  // namespace

std::string show(Money amount) {
    const auto cent = Decimal::from_parts(1, 2);
    const auto rounded = round_to_step(amount.abs().decimal(), *cent, Rounding::HalfEven);
    std::string text = (rounded ? *rounded : amount.abs().decimal()).to_string();
    auto point = text.find('.');
    if (point == std::string::npos) {
        point = text.size();
        text += '.';
    }
    text.append(point + 3 - std::min(point + 3, text.size()), '0');
    for (std::size_t at = point; at > 3; at -= 3) text.insert(at - 3, 1, ' ');
    const bool is_zero = rounded && rounded->is_zero();
    return amount.is_negative() && !is_zero ? '-' + text : text;
}

std::string show(const Figure& figure) {
    if (!figure.value) return "n/a (" + figure.missing + ")";
    const double value = *figure.value;
    if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
    switch (figure.unit) {
        case Unit::Number: return fmt::format("{:.6g}", value);
        case Unit::Ratio: return fmt::format("{:.3f}", value);
        case Unit::Percent: return show_percent(value);
        case Unit::Money: {
            if (figure.exact) return show(*figure.exact);
            const auto amount = Decimal::from_double(value);
            return amount ? show(Money(*amount)) : fmt::format("{:.2f}", value);
        }
        case Unit::Duration: return show_duration(value);
        case Unit::Count: return show_count(value);
    }
    return "";
}

std::string conventions_line(const Report& report) {
    const Conventions& c = report.conventions;
    std::string rf = fmt::format("{:g}", c.risk_free * 100);
    return fmt::format(
        "annualisation {} d · rf {} % · daily 00:00 UTC · mark-to-market incl. fees, in {} · "
        "n = {} days · {} · run {:012x} · config {} · build {} · data {} · tape {}..{}",
        c.annualisation_days,
        rf,
        c.currency.empty() ? "-" : c.currency,
        c.days,
        capitals(c.profile),
        c.tape_id,
        c.config_hash.empty() ? "-" : c.config_hash,
        c.build.empty() ? "-" : c.build,
        c.data_hash.empty() ? "-" : c.data_hash,
        c.first_seq.value,
        c.last_seq.value);
}

std::string to_text(const Report& report, ops::Colors colors) {
    std::string text = conventions_line(report) + '\n';
    text += show_time(report.conventions.from) + " to " + show_time(report.conventions.to);
    text += fmt::format(
        " · resampled: {} runs of blocks of {} d, seed {}\n",
        kBootstrapRuns,
        kBootstrapBlock,
        kBootstrapSeed);
    if (!report.conventions.fill_model.empty()) {
        text += "paper fills: " + ops::printable(report.conventions.fill_model) + '\n';
    }
    for (const auto& warning : report.warnings) {
        text += colors.paint(Color::Yellow, "warning: " + ops::printable(warning)) + '\n';
    }
    text += figures_text(report, colors);
    text += drawdowns_text(report, colors);
    text += months_text(report, colors);
    for (const auto& breakdown : report.breakdowns) {
        if (breakdown.by == "weekday_hour" || breakdown.by == "hour") continue;
        text += breakdown_text(breakdown, colors);
    }
    return text + tallies_text(report, colors);
}

}  // namespace tapedeck::research
