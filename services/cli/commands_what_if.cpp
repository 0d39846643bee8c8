#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/what_if.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Research";

void add_what_if(Commands& commands) {
    const auto options = std::make_shared<WhatIfVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "whatif",
        kGroup,
        "A recorded run again, with other settings or as this build decides: which decisions\n"
        "appear, vanish or change and why, and what both runs came to.",
        "whatif --set risk.fraction=0.1\n"
        "whatif --set risk.day_loss=0.01 --from -1d      as if it had been set a day ago\n"
        "whatif --tape var/runs/quarter/journal          would this build decide the same?",
        [options](Session& session) { return what_if(session, *options); });
    command->add_option("--from", options->from, "The other settings hold from here on");
    command->add_option("--to", options->to, "Stop here");
    command->add_option("-n,--changes", options->changes, "So many changes are shown (10)");
}

void add_compare(Commands& commands) {
    const auto options = std::make_shared<CompareVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "compare",
        kGroup,
        "Backtest, paper and live over the same UTC days: side by side, the first decision that\n"
        "differs and why, and how much of a day is the same (parity).",
        "compare var/runs/backtest var/paper --day 2026-11-20\n"
        "compare var/paper var/live var/runs/backtest",
        [options](Session& session) { return compare_runs(session, *options); });
    command->add_option("runs", options->runs, "Tapes: files, directories, or homes around them")
        ->required()
        ->expected(2, 3);
    command->add_option("--day", options->day, "Only this UTC day: 2026-11-20");
    command->add_option("--tolerance", options->tolerance, "Fills so far apart may be one (2m)");
    command->add_option(
        "--price-tolerance",
        options->price_tolerance_bps,
        "Basis points by which prices of equal fills may differ (10)");
}

}  // namespace

void add_what_if_commands(Commands& commands) {
    add_what_if(commands);
    add_compare(commands);
}

}  // namespace tapedeck::cli
