#include "cli/backtest_verb.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Research";

void add_backtest(Commands& commands) {
    const auto options = std::make_shared<BacktestVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "backtest",
        kGroup,
        "Runs strategy, risk, orders and the paper venue over recorded data: the code that "
        "trades,\n"
        "as fast as it goes. What a candle does not tell is assumed against you: a stop before a\n"
        "take-profit, a limit filled only when the price trades through it.",
        "backtest --data XBTEUR_1.csv                         the report of a run\n"
        "backtest --data BTC.csv.gz --data ETH.csv.gz --keep  and its tape: why, state, export\n"
        "backtest --data BTC.csv --from 2025-01-01 --to 2025-07-01 --set strategy.rsi.period=21\n"
        "backtest --data var/demo                             over the market of an earlier tape",
        [options](Session& session) { return backtest(session, *options); });
    add_data_options(*command, options->data);
    command->add_option("--html", options->html, "Write the report as one page to this file, too");
    command->add_flag("--keep", options->keep, "Keep the run as a tape, in --home or runs/…");
}

}  // namespace

void add_research_commands(Commands& commands) {
    add_backtest(commands);
}

}  // namespace tapedeck::cli
