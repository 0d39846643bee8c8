#include "cli/commands.h"
#include "cli/report_verbs.h"
#include "cli/trade_journal.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Research";

void add_report(Commands& commands) {
    const auto options = std::make_shared<ReportVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "report",
        kGroup,
        "The statistics of a tape: return, risk, ratios, trades, costs, with their conventions.",
        "report                                    of the running stack, or the tape it left\n"
        "report --tape var/runs/a --json -o a.json of another tape, as JSON\n"
        "report --from 2026-11-01 --to 2026-11-08  of a week\n"
        "report --csv trades -o trades.csv         a line a trade\n"
        "report --html report.html                 with its charts, for a browser",
        [options](Session& session) { return show_report(session, *options); });
    command->add_option("--csv", options->csv, "trades, daily or figures");
    command->add_option("--html", options->html, "Write it as one page to this file, too");
    command->add_option("--from", options->from, "Statistics begin here: seq, time, -2h");
    command->add_option("--to", options->to, "… and end here");
    command->add_option("--risk-free", options->risk_free, "A year, as a ratio: 0.03 (0)");
}

void add_trades(Commands& commands) {
    const auto options = std::make_shared<TradesOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "trades",
        kGroup,
        "The trade journal: every round trip; with an id the story of one.",
        "trades -n 20\n"
        "trades o-48211885                why it was entered and left, and what it came to\n"
        "trades --strategy macd_btc --json",
        [options](Session& session) { return show_trades(session, *options); });
    command->add_option("id", options->id, "The order that opened it, as o-48211885");
    command->add_option("--strategy", options->filter.strategy, "Only this one");
    command->add_option("--instrument", options->filter.instrument, "Only this one");
    command->add_option("-n,--lines", options->count, "Only the last N");
    command->add_option("--to", options->to, "As of here; else the tape's end");
}

}  // namespace

void add_report_commands(Commands& commands) {
    add_report(commands);
    add_trades(commands);
}

}  // namespace tapedeck::cli
