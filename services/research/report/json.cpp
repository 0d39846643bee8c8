#include "research/report/material.h"
#include "research/report/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cmath>

namespace tapedeck::research {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json number(double value) {
    if (std::isnan(value)) return nullptr;
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

template <class T>
Json decimal(const std::optional<T>& value) {
    return value ? Json(value->to_string()) : Json(nullptr);
}

Json optional_number(const std::optional<double>& value) {
    return value ? number(*value) : Json(nullptr);
}

Json seq(Seq value) {
    return value.exists() ? Json(value.value) : Json(nullptr);
}

std::string_view unit_name(Unit unit) {
    static constexpr std::array kNames = {
        "number", "ratio", "percent", "money", "duration", "count"};
    return kNames.at(static_cast<std::size_t>(unit));
}

Json conventions_json(const Report& report) {
    const Conventions& c = report.conventions;
    Json json;
    json["annualisation_days"] = c.annualisation_days;
    json["risk_free"] = c.risk_free;
    json["currency"] = c.currency;
    json["days"] = c.days;
    json["length_days"] = c.length_days;
    json["run"] = fmt::format("{:012x}", c.tape_id);
    json["profile"] = c.profile;
    json["config_hash"] = c.config_hash;
    json["build"] = c.build;
    json["data_hash"] = c.data_hash;
    json["fill_model"] = c.fill_model;
    json["first_seq"] = c.first_seq.value;
    json["last_seq"] = c.last_seq.value;
    json["from"] = to_string(c.from);
    json["to"] = to_string(c.to);
    json["bootstrap"] = {
        {"block_days", kBootstrapBlock}, {"runs", kBootstrapRuns}, {"seed", kBootstrapSeed}};
    return json;
}

Json figure_json(const Figure& figure) {
    Json json;
    json["key"] = figure.key;
    json["section"] = figure.section;
    json["label"] = figure.label;
    json["unit"] = unit_name(figure.unit);
    json["value"] = optional_number(figure.value);
    if (figure.exact) json["exact"] = figure.exact->to_string();
    if (!figure.value) json["missing"] = figure.missing;
    json["n"] = figure.n;
    return json;
}

Json trade_json(const Trade& t) {
    Json json;
    json["id"] = "o-" + std::to_string(t.order.value);
    json["account"] = t.account;
    json["strategy"] = t.strategy;
    json["instrument"] = t.instrument.to_string();
    json["side"] = t.side == Side::Buy ? "long" : "short";
    json["opened_at"] = to_string(t.opened_at);
    json["closed_at"] = t.is_open() ? Json(nullptr) : Json(to_string(t.closed_at));
    json["duration_s"] = std::chrono::duration<double>(t.duration()).count();
    json["close"] = name_of(t.close);
    json["entry_reason"] = t.entry_reason;
    json["exit_reason"] = t.exit_reason;
    json["opening_fill"] = seq(t.opening_fill);
    json["closing_fill"] = seq(t.closing_fill);
    json["closing_order"] = seq(t.closing_order);
    json["fills"] = t.fills;
    json["quantity"] = t.quantity.to_string();
    json["quantity_max"] = t.quantity_max.to_string();
    json["entry_price"] = t.entry_price.to_string();
    json["exit_price"] = t.exited.is_zero() ? Json(nullptr) : Json(t.exit_price.to_string());
    json["entry_value"] = t.entry_value.to_string();
    json["exit_value"] = t.exit_value.to_string();
    json["gross"] = t.gross.to_string();
    json["open_gross"] = t.open_gross.to_string();
    json["fees"] = t.fees.to_string();
    json["maker_fees"] = t.maker_fees.to_string();
    json["taker_fees"] = t.taker_fees.to_string();
    json["rebates"] = t.rebates.to_string();
    json["net"] = t.net.to_string();
    json["net_reporting"] = t.net_reporting.to_string();
    json["first_stop"] = decimal(t.first_stop);
    json["take_profit"] = decimal(t.take_profit);
    json["initial_risk"] = decimal(t.initial_risk);
    json["r"] = optional_number(t.r);
    json["mae"] = t.mae.to_string();
    json["mfe"] = t.mfe.to_string();
    json["entry_slippage_bps"] = optional_number(t.entry_slippage_bps);
    json["exit_slippage_bps"] = optional_number(t.exit_slippage_bps);
    json["tags"] = t.tags();
    json["notes"] = Json::array();
    for (const auto& note : t.notes) {
        json["notes"].push_back(
            {{"seq", note.seq.value},
             {"at", to_string(note.at)},
             {"by", note.by},
             {"text", note.text},
             {"tags", note.tags}});
    }
    return json;
}

Json trades_json(const std::vector<Trade>& trades) {
    Json list = Json::array();
    for (const auto& trade : trades) list.push_back(trade_json(trade));
    return list;
}

Json days_json(const Report& report) {
    Json list = Json::array();
    for (const auto& day : report.days) {
        list.push_back(
            {{"end", to_string(day.end)},
             {"equity", day.equity.to_string()},
             {"flow", day.flow.to_string()},
             {"return", number(day.r)},
             {"index", number(day.index)}});
    }
    return list;
}

/// Rows instead of objects: there are two thousand.
Json curve_json(const Report& report) {
    Json list = Json::array();
    for (const auto& point : report.curve) {
        const auto at = std::chrono::floor<std::chrono::milliseconds>(point.time);
        list.push_back(Json::array(
            {at.time_since_epoch().count(), number(point.equity), number(point.index)}));
    }
    return list;
}

Json drawdowns_json(const Report& report) {
    Json list = Json::array();
    for (const auto& each : report.drawdowns) {
        list.push_back(
            {{"depth", number(each.depth)},
             {"peak", to_string(each.peak)},
             {"trough", to_string(each.trough)},
             {"recovery", each.recovery ? Json(to_string(*each.recovery)) : Json(nullptr)}});
    }
    return list;
}

Json periods_json(const std::vector<Period>& periods) {
    Json list = Json::array();
    for (const auto& period : periods) {
        Json json;
        json["year"] = period.year;
        if (period.month > 0) json["month"] = period.month;
        json["return"] = number(period.r);
        json["days"] = period.days;
        list.push_back(std::move(json));
    }
    return list;
}

Json breakdowns_json(const Report& report) {
    Json list = Json::array();
    for (const auto& breakdown : report.breakdowns) {
        Json cells = Json::array();
        for (const auto& cell : breakdown.cells) {
            cells.push_back(
                {{"key", cell.key},
                 {"trades", cell.trades},
                 {"wins", cell.wins},
                 {"losses", cell.losses},
                 {"gross", cell.gross.to_string()},
                 {"fees", cell.fees.to_string()},
                 {"net", cell.net.to_string()},
                 {"mean_r", optional_number(cell.mean_r)},
                 {"thin", cell.is_thin()}});
        }
        list.push_back({{"by", breakdown.by}, {"cells", std::move(cells)}});
    }
    return list;
}

Json tallies_json(const Report& report) {
    Json list = Json::array();
    for (const auto& tally : report.tallies) {
        list.push_back({{"group", tally.group}, {"key", tally.key}, {"count", tally.count}});
    }
    return list;
}

}  // namespace

std::string to_json(const Trade& trade) {
    return dump(trade_json(trade));
}

std::string to_json(const Report& report) {
    Json json;
    json["format"] = 1;
    json["conventions"] = conventions_json(report);
    json["start_equity"] = report.start_equity.to_string();
    json["end_equity"] = report.end_equity.to_string();
    json["flows"] = report.flows.to_string();
    json["ruined_at"] = report.ruined_at ? Json(to_string(*report.ruined_at)) : Json(nullptr);
    json["warnings"] = report.warnings;
    json["figures"] = Json::array();
    for (const auto& figure : report.figures) json["figures"].push_back(figure_json(figure));
    json["days"] = days_json(report);
    json["curve"] = curve_json(report);
    json["drawdowns"] = drawdowns_json(report);
    json["months"] = periods_json(report.months);
    json["years"] = periods_json(report.years);
    json["trades"] = trades_json(report.trades);
    json["open_trades"] = trades_json(report.open_trades);
    json["breakdowns"] = breakdowns_json(report);
    json["tallies"] = tallies_json(report);
    return dump(json) + '\n';
}

}  // namespace tapedeck::research
