#include "research/report/output.h"

#include <fmt/format.h>

#include <chrono>

namespace tapedeck::research {

namespace {

/// RFC 4180: quoted where it has to be.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

std::string row(const std::vector<std::string>& cells) {
    std::string text;
    for (const auto& cell : cells) text += (text.empty() ? "" : ",") + quoted(cell);
    return text + '\n';
}

template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? value->to_string() : "";
}

std::string text_of(const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "";
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string trade_row(const Trade& t) {
    return row(
        {"o-" + std::to_string(t.order.value),
         t.account,
         t.strategy,
         t.instrument.to_string(),
         t.side == Side::Buy ? "long" : "short",
         to_string(t.opened_at),
         t.is_open() ? "" : to_string(t.closed_at),
         fmt::format("{}", std::chrono::duration<double>(t.duration()).count()),
         std::string(name_of(t.close)),
         t.entry_reason,
         t.exit_reason,
         t.quantity.to_string(),
         t.entry_price.to_string(),
         t.exited.is_zero() ? "" : t.exit_price.to_string(),
         t.gross.to_string(),
         t.fees.to_string(),
         t.net.to_string(),
         std::string(t.instrument.quote()),
         t.net_reporting.to_string(),
         text_of(t.first_stop),
         text_of(t.initial_risk),
         text_of(t.r),
         t.mae.to_string(),
         t.mfe.to_string(),
         text_of(t.entry_slippage_bps),
         text_of(t.exit_slippage_bps),
         joined(t.tags())});
}

}  // namespace

std::string trades_csv(const Report& report) {
    std::string text =
        "id,account,strategy,instrument,side,opened_at,closed_at,duration_s,close,entry_reason,"
        "exit_reason,quantity,entry_price,exit_price,gross,fees,net,currency,net_reporting,"
        "first_stop,initial_risk,r,mae,mfe,entry_slippage_bps,exit_slippage_bps,tags\n";
    for (const auto& trade : report.trades) text += trade_row(trade);
    for (const auto& trade : report.open_trades) text += trade_row(trade);
    return text;
}

std::string daily_csv(const Report& report) {
    std::string text = "end,equity,flow,return,index\n";
    for (const auto& day : report.days) {
        text += row(
            {to_string(day.end),
             day.equity.to_string(),
             day.flow.to_string(),
             fmt::format("{}", day.r),
             fmt::format("{}", day.index)});
    }
    return text;
}

std::string figures_csv(const Report& report) {
    std::string text = "key,section,value,exact,missing,n\n";
    for (const auto& figure : report.figures) {
        text += row(
            {figure.key,
             figure.section,
             text_of(figure.value),
             text_of(figure.exact),
             figure.missing,
             std::to_string(figure.n)});
    }
    return text;
}

}  // namespace tapedeck::research
