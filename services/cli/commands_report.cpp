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
    command->add_option("--tag", options->tag, "Only those with this tag");
    command->add_option("-n,--lines", options->count, "Only the last N");
    command->add_option("--to", options->to, "As of here; else the tape's end");
}

void add_note(Commands& commands) {
    struct Flags {
        NoteOptions options;
        ControlOptions control;
    };

    const auto flags = std::make_shared<Flags>();
    CLI::App* command = commands.add(
        commands.root(),
        "note",
        kGroup,
        "Records a note about an order, a trade or any other event; the journal shows it.",
        "note o-48211885 \"entered late, the move was over\" --tag late\n"
        "note o-48211885 --tag news --tag fomo",
        [flags](Session& session) { return take_note(session, flags->control, flags->options); });
    command->add_option("about", flags->options.about, "The order, as o-48211885, or a seq")
        ->required();
    command->add_option("text", flags->options.text, "What there is to say");
    command->add_option("--tag", flags->options.tags, "One word; may be repeated")
        ->expected(1)
        ->take_all();
    command->add_option("--reason", flags->control.reason, "Why; recorded on the tape");
    command->add_option(
        "--idempotency-key", flags->control.idempotency_key, "The same key twice is the same note");
    command->add_flag("--dry-run", flags->control.dry_run, "Say what would be recorded");
}

}  // namespace

void add_report_commands(Commands& commands) {
    add_report(commands);
    add_trades(commands);
    add_note(commands);
}

}  // namespace tapedeck::cli
