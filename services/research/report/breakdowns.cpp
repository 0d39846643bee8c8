#include "research/report/material.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>

namespace tapedeck::research {

namespace {

/// A trade counts in the cell of each of its keys.
using KeysOf = std::function<std::vector<std::string>(const Trade&)>;

std::string two_digits(long value) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%02ld", value);
    return text.data();
}

long hour_of(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return std::chrono::floor<std::chrono::hours>(time - day).count();
}

/// 1 = Monday … 7 = Sunday, as ISO 8601 counts.
unsigned weekday_of(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return std::chrono::weekday(day).iso_encoding();
}

std::string weekday_name(Time time) {
    static constexpr std::array kNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return std::to_string(weekday_of(time)) + " " + kNames.at(weekday_of(time) - 1);
}

std::string month_name(Time time) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return std::to_string(int(date.year())) + "-" + two_digits(unsigned(date.month()));
}

/// Sorts as it reads.
std::string duration_bucket(const Trade& trade) {
    using namespace std::chrono_literals;
    const Duration length = trade.duration();
    if (length < 1min) return "1 below 1m";
    if (length < 10min) return "2 1m to 10m";
    if (length < 1h) return "3 10m to 1h";
    if (length < 6h) return "4 1h to 6h";
    if (length < 24h) return "5 6h to 1d";
    if (length < 168h) return "6 1d to 7d";
    return "7 above 7d";
}

Breakdown break_down(const std::vector<Trade>& trades, std::string by, const KeysOf& keys_of) {
    struct Sum {
        Cell cell;
        double r = 0;
        std::uint64_t with_r = 0;
    };

    std::map<std::string, Sum> sums;
    const auto add = [](Sum& sum, const Trade& trade) {
        ++sum.cell.trades;
        if (result_of(trade) == TradeResult::Win) ++sum.cell.wins;
        if (result_of(trade) == TradeResult::Loss) ++sum.cell.losses;
        sum.cell.gross += trade.gross_reporting;
        sum.cell.fees += trade.fees_reporting;
        sum.cell.net += trade.net_reporting;
        if (trade.r) {
            sum.r += *trade.r;
            ++sum.with_r;
        }
    };
    for (const auto& trade : trades) {
        for (const auto& key : keys_of(trade)) add(sums[key], trade);
    }
    Breakdown result;
    result.by = std::move(by);
    for (auto& [key, sum] : sums) {
        sum.cell.key = key;
        if (sum.with_r > 0) sum.cell.mean_r = sum.r / static_cast<double>(sum.with_r);
        result.cells.push_back(std::move(sum.cell));
    }
    return result;
}

}  // namespace

void add_periods(Report& report) {
    for (const auto& day : report.days) {
        // A day is named by when it was, not by the midnight that ended it.
        const auto within = std::chrono::floor<std::chrono::days>(day.end - Duration(1));
        const std::chrono::year_month_day date(within);
        const int year = int(date.year());
        const unsigned month = unsigned(date.month());
        const auto add = [&](std::vector<Period>& periods, unsigned of) {
            if (periods.empty() || periods.back().year != year || periods.back().month != of) {
                periods.push_back({.year = year, .month = of});
            }
            Period& period = periods.back();
            period.r = (1 + period.r) * (1 + day.r) - 1;
            ++period.days;
        };
        add(report.months, month);
        add(report.years, 0);
    }
}

void add_breakdowns(Report& report) {
    const auto add = [&](const char* by, const std::function<std::string(const Trade&)>& key_of) {
        report.breakdowns.push_back(break_down(report.trades, by, [&](const Trade& trade) {
            return std::vector<std::string>{key_of(trade)};
        }));
    };
    add("strategy", [](const Trade& t) { return t.strategy; });
    add("instrument", [](const Trade& t) { return t.instrument.to_string(); });
    add("venue", [](const Trade& t) { return std::string(t.instrument.venue()); });
    add("side", [](const Trade& t) { return std::string(t.side == Side::Buy ? "long" : "short"); });
    add("entry_reason", [](const Trade& t) { return t.entry_reason; });
    add("exit_reason", [](const Trade& t) { return t.exit_reason; });
    add("close", [](const Trade& t) { return std::string(name_of(t.close)); });
    add("month", [](const Trade& t) { return month_name(t.closed_at); });
    add("hour", [](const Trade& t) { return two_digits(hour_of(t.opened_at)); });
    add("weekday", [](const Trade& t) { return weekday_name(t.opened_at); });
    add("weekday_hour", [](const Trade& t) {
        return std::to_string(weekday_of(t.opened_at)) + " " + two_digits(hour_of(t.opened_at));
    });
    add("duration", duration_bucket);
    report.breakdowns.push_back(
        break_down(report.trades, "tag", [](const Trade& trade) { return trade.tags(); }));
}

}  // namespace tapedeck::research
