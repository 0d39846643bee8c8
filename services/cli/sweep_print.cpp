#include "cli/sweep_print.h"

#include "ops/nearest.h"
#include "research/report/output.h"
#include "research/report/statistics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace tapedeck::cli {

using research::Figure;
namespace statistics = research::statistics;
using Json = nlohmann::ordered_json;

namespace {

/// What stands beside the figure that is ranked by, where the report has it.
constexpr std::array<std::string_view, 5> kBeside = {
    "total_return", "sharpe", "max_drawdown", "profit_factor", "trades"};
constexpr std::size_t kFailedShown = 10;

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// "period" where no other parameter ends so, else the whole key.
std::vector<std::string> headings_of(const research::SweepPlan& plan) {
    const auto last_of = [](const std::string& key) { return key.substr(key.rfind('.') + 1); };
    std::vector<std::string> headings;
    for (const auto& axis : plan.axes()) {
        const auto like_it =
            std::count_if(plan.axes().begin(), plan.axes().end(), [&](const auto& other) {
                return last_of(other.key) == last_of(axis.key);
            });
        headings.push_back(like_it == 1 ? last_of(axis.key) : axis.key);
    }
    return headings;
}

/// The figures of a table's columns: the one that is ranked by first.
Result<std::vector<Figure>> columns_of(const SweepAnswer& answer) {
    const auto keys = TRY(answer.store.keys());
    const auto find = [&](std::string_view key) {
        return std::find_if(
            keys.begin(), keys.end(), [&](const Figure& each) { return each.key == key; });
    };
    std::vector<Figure> columns;
    const auto ranked = find(answer.ranking.key);
    if (ranked == keys.end()) {
        std::vector<std::string> names;
        for (const auto& each : keys) names.push_back(each.key);
        std::string message = "no run has a figure \"" + answer.ranking.key + "\"";
        if (const auto meant = ops::nearest(answer.ranking.key, names)) {
            message += ": did you mean \"" + *meant + "\"?";
        }
        message += "\nnext: the same command with --resume and another --rank runs nothing again";
        return fail(std::move(message), ExitCode::NotFound);
    }
    columns.push_back(*ranked);
    for (const auto key : kBeside) {
        const auto found = find(key);
        if (found != keys.end() && key != answer.ranking.key) columns.push_back(*found);
    }
    return columns;
}

Json json_of(const Figure& figure) {
    if (figure.exact) return figure.exact->to_string();
    if (!figure.value) return nullptr;
    if (std::isfinite(*figure.value)) return *figure.value;
    return *figure.value > 0 ? "inf" : "-inf";
}

Json json_of(const std::map<std::string, Figure>& figures) {
    Json json = Json::object();
    for (const auto& [key, figure] : figures) json[key] = json_of(figure);
    return json;
}

Json json_of(const research::SweepPlan& plan, const std::vector<std::string>& values) {
    Json json = Json::object();
    for (std::size_t i = 0; i < values.size() && i < plan.axes().size(); ++i) {
        json[plan.axes()[i].key] = values[i];
    }
    return json;
}

Json json_of(const research::Luck& luck) {
    Json json;
    json["trials"] = luck.trials;
    json["variance_of_daily_sharpe"] = luck.variance;
    json["sharpe_by_luck"] = luck.benchmark;
    json["deflated_sharpe"] = luck.deflated ? Json(*luck.deflated) : Json(nullptr);
    if (!luck.missing.empty()) json["missing"] = luck.missing;
    json["distinguishable_from_luck"] = luck.is_significant();
    json["text"] = describe(luck);
    return json;
}

Result<Json> json_of_failed(const SweepAnswer& answer) {
    Json failed = Json::array();
    const auto runs = TRY(answer.store.failed());
    for (const auto& run : runs) {
        Json row;
        row["set"] = run.set + 1;
        row["parameters"] = json_of(answer.plan, run.values);
        row["message"] = run.message;
        failed.push_back(std::move(row));
    }
    return failed;
}

/// "risk.fraction=0.02 strategy.rsi.period=14"
std::string text_of(const research::SweepPlan& plan, const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size() && i < plan.axes().size(); ++i) {
        text += (i == 0 ? "" : " ") + plan.axes()[i].key + '=' + values[i];
    }
    return text.empty() ? "no parameter" : text;
}

Result<> note_failed(Session& session, const SweepAnswer& answer) {
    const auto failed = TRY(answer.store.failed());
    if (failed.empty()) return {};
    std::string text = fmt::format("{} of {} sets failed:", failed.size(), answer.plan.size());
    for (std::size_t i = 0; i < failed.size() && i < kFailedShown; ++i) {
        text += fmt::format(
            "\n  set {}, {}: {}",
            failed[i].set + 1,
            text_of(answer.plan, failed[i].values),
            first_line(failed[i].message));
    }
    if (failed.size() > kFailedShown) {
        text +=
            fmt::format("\n  and {} more, all of them in the file", failed.size() - kFailedShown);
    }
    session.note(text);
    return {};
}

/// There has to be something to rank.
Result<> check_any_done(const SweepAnswer& answer, const research::Part& part) {
    if (TRY(answer.store.done(part)) > 0) return {};
    const auto failed = TRY(answer.store.failed());
    if (failed.empty()) return fail("no set was run");
    return fail(
        fmt::format("all {} sets failed; the first: {}", failed.size(), failed.front().message),
        ExitCode::Configuration);
}

Result<research::Luck> luck_of_best(
    const SweepAnswer& answer, const std::vector<research::RankedRun>& best) {
    const auto part = research::whole_part();
    const auto returns =
        best.empty() ? std::vector<double>{} : TRY(answer.store.returns(part, best.front().set));
    const auto sharpes = TRY(answer.store.values_of(part, "sharpe"));
    const std::uint64_t trials = TRY(answer.store.done(part));
    research::Luck luck;
    luck.trials = trials;
    luck.missing = statistics::too_few_days(returns.size(), statistics::kDaysForSpread);
    return luck.missing.empty() ? research::judge_luck(returns, sharpes, trials) : luck;
}

ops::Table::Cell cell_of(const std::map<std::string, Figure>& figures, const std::string& key) {
    const auto found = figures.find(key);
    return found == figures.end() ? ops::Table::Cell("")
                                  : ops::Table::Cell(research::show(found->second));
}

std::string span(Time from, Time to) {
    const auto text = [](Time time) {
        const bool is_midnight = time == std::chrono::floor<std::chrono::days>(time);
        const std::string full = to_string(Time(std::chrono::floor<std::chrono::seconds>(time)));
        return is_midnight ? full.substr(0, 10) : full;
    };
    return text(from) + " to " + text(to);
}

Result<> print_ranking_as_json(
    Session& session,
    const SweepAnswer& answer,
    const std::vector<research::RankedRun>& best,
    const research::Luck& luck) {
    Json json;
    json["plan"] = answer.plan.text();
    json["rank"] = answer.ranking.key;
    json["done"] = luck.trials;
    json["ranking"] = Json::array();
    for (const auto& run : best) {
        const auto figures = TRY(answer.store.figures(research::whole_part(), run.set));
        Json row;
        row["set"] = run.set + 1;
        row["parameters"] = json_of(answer.plan, run.values);
        row["figures"] = json_of(figures);
        json["ranking"].push_back(std::move(row));
    }
    json["luck"] = json_of(luck);
    json["failed"] = TRY(json_of_failed(answer));
    json["database"] = answer.database;
    return session.print(json.dump() + '\n');
}

Result<> print_windows_as_json(
    Session& session,
    const SweepAnswer& answer,
    const research::WalkForwardOutcome& outcome,
    const std::vector<Figure>& together) {
    Json json;
    json["plan"] = answer.plan.text();
    json["rank"] = answer.ranking.key;
    json["windows"] = Json::array();
    for (std::size_t i = 0; i < outcome.windows.size(); ++i) {
        const auto& result = outcome.windows[i];
        Json row;
        row["window"] = i + 1;
        row["in_begin"] = to_string(result.window.in_begin);
        row["out_begin"] = to_string(result.window.out_begin);
        row["out_end"] = to_string(result.window.out_end);
        row["set"] = nullptr;
        if (result.chosen) {
            row["set"] = *result.chosen + 1;
            row["parameters"] =
                json_of(answer.plan, answer.plan.values(static_cast<std::size_t>(*result.chosen)));
            row["in_sample"] =
                json_of(TRY(answer.store.figures(research::in_part(i), *result.chosen)));
            row["out_of_sample"] =
                json_of(TRY(answer.store.figures(research::out_part(i), *result.chosen)));
        }
        json["windows"].push_back(std::move(row));
    }
    for (const auto& figure : together) json["out_of_sample"][figure.key] = json_of(figure);
    json["failed"] = TRY(json_of_failed(answer));
    json["database"] = answer.database;
    return session.print(json.dump() + '\n');
}

}  // namespace

Result<> print_ranking(Session& session, const SweepAnswer& answer) {
    const auto part = research::whole_part();
    TRY(check_any_done(answer, part));
    const auto columns = TRY(columns_of(answer));
    const auto& [key, lowest] = answer.ranking;
    const auto best = TRY(answer.store.ranking(part, key, lowest, answer.top));
    const auto luck = TRY(luck_of_best(answer, best));
    if (session.options().json) return print_ranking_as_json(session, answer, best, luck);
    std::vector<std::string> headings = {"rank", "set"};
    for (auto& heading : headings_of(answer.plan)) headings.push_back(std::move(heading));
    for (const auto& column : columns) headings.push_back(column.key);
    ops::Table table(std::move(headings));
    for (std::size_t i = 0; i < best.size(); ++i) {
        std::vector<ops::Table::Cell> row = {
            std::to_string(i + 1), std::to_string(best[i].set + 1)};
        for (const auto& value : best[i].values) row.emplace_back(value);
        const auto figures = TRY(answer.store.figures(part, best[i].set));
        for (const auto& column : columns) row.push_back(cell_of(figures, column.key));
        table.add(std::move(row));
    }
    TRY(session.print(table));
    if (!session.options().plain) TRY(session.print('\n' + describe(luck) + '\n'));
    return note_failed(session, answer);
}

Result<> print_walk_forward(
    Session& session, const SweepAnswer& answer, const research::WalkForwardOutcome& outcome) {
    TRY(check_any_done(answer, research::in_part(0)));
    TRY(columns_of(answer));  // there must be the figure that was ranked by
    const auto together =
        research::figures_of(TRY(research::out_of_sample_returns(outcome, answer.store)));
    if (session.options().json) {
        return print_windows_as_json(session, answer, outcome, together);
    }
    std::vector<std::string> headings = {"window", "in-sample", "out-of-sample", "set"};
    for (auto& heading : headings_of(answer.plan)) headings.push_back(std::move(heading));
    const std::string& key = answer.ranking.key;
    headings.insert(headings.end(), {key + " in", key + " out", "total_return out"});
    ops::Table table(std::move(headings));
    for (std::size_t i = 0; i < outcome.windows.size(); ++i) {
        const auto& [window, chosen, in_figure] = outcome.windows[i];
        std::vector<ops::Table::Cell> row = {
            std::to_string(i + 1),
            span(window.in_begin, window.out_begin),
            span(window.out_begin, window.out_end)};
        if (chosen) {
            row.emplace_back(std::to_string(*chosen + 1));
            for (auto& value : answer.plan.values(static_cast<std::size_t>(*chosen))) {
                row.emplace_back(std::move(value));
            }
            const auto in = TRY(answer.store.figures(research::in_part(i), *chosen));
            const auto out = TRY(answer.store.figures(research::out_part(i), *chosen));
            row.push_back(cell_of(in, key));
            row.push_back(cell_of(out, key));
            row.push_back(cell_of(out, "total_return"));
        } else {
            row.emplace_back("none had a " + key);
        }
        table.add(std::move(row));
    }
    TRY(session.print(table));
    if (session.options().plain) return note_failed(session, answer);
    std::string text = "\nAll out-of-sample days together: ";
    for (std::size_t i = 0; i < together.size(); ++i) {
        text += (i == 0 ? "" : ", ") + together[i].label + ' ' + research::show(together[i]);
    }
    TRY(session.print(text + fmt::format(" ({} days).\n", together.front().n)));
    return note_failed(session, answer);
}

}  // namespace tapedeck::cli
