#include "cli/commands.h"
#include "cli/lookahead_verb.h"
#include "cli/sweep_verb.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Research";

void add_walk_forward(CLI::App& command, SweepVerbOptions& options) {
    command.add_option(
        "--walk-forward",
        options.walk_forward,
        "So many windows: choose on one part, then the next");
    command.add_option(
        "--in-sample", options.in_sample, "Share of a window to choose on (0.7), or a duration");
    command.add_option("--out-of-sample", options.out_of_sample, "Duration, with --in-sample 90d");
    command.add_flag("--anchored", options.anchored, "Every in-sample begins where the data do");
}

void add_sweep(Commands& commands) {
    const auto options = std::make_shared<SweepVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "sweep",
        kGroup,
        "Runs a backtest for every set of parameters, on all cores, over data that are loaded "
        "once;\n"
        "ranks them by any figure of the report, and says whether the best is more than luck.",
        "sweep --data BTC.csv --param strategy.rsi.period=5..30:5 --param risk.fraction=0.01,0.02\n"
        "sweep --data BTC.csv --param strategy.rsi.lower=10..40 --random 200 --seed 7\n"
        "sweep --data BTC.csv --param strategy.rsi.period=5..30 --walk-forward 6 --in-sample 0.7\n"
        "sweep --data BTC.csv --param paper.fees=kraken,zero --rank max_drawdown --csv runs.csv\n"
        "sweep … --resume            go on with what was interrupted; or rank it by another figure",
        [options](Session& session) { return sweep(session, *options); });
    add_data_options(*command, options->data);
    command
        ->add_option(
            "--param", options->parameters, "KEY=VALUE,…, or KEY=FROM..TO:STEP; may be repeated")
        ->expected(1)
        ->take_all()
        ->required();
    command->add_option("--random", options->random, "So many sets by chance, not the whole grid");
    command->add_option("--seed", options->seed, "Of the chance (1)");
    command->add_option("--threads", options->threads, "One a core, unless said otherwise");
    command->add_option("--rank", options->rank, "The figure that decides (sharpe)");
    command->add_flag("--lowest", options->lowest, "The lowest is the best; drawdowns know it");
    command->add_option("--top", options->top, "Rows of the ranking (20); 0 = all");
    add_walk_forward(*command, *options);
    command->add_option("--db", options->database, "SQLite file of the results, else in --home");
    command->add_option("--csv", options->csv, "All runs with all figures as CSV");
    command->add_flag("--resume", options->resume, "Go on; what is done is not run again");
    command->add_flag("--fresh", options->fresh, "Drop the results that are there, and begin anew");
}

void add_lookahead(Commands& commands) {
    const auto options = std::make_shared<LookaheadVerbOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "lookahead",
        kGroup,
        "Runs the data again with the future cut off at sampled points: no decision up to there "
        "may\n"
        "change. Exit 8 with both sides of the first that does.",
        "lookahead --data BTC.csv\n"
        "lookahead --data BTC.csv --cuts 100 --seed 3 --set strategy.rsi.period=21",
        [options](Session& session) { return lookahead(session, *options); });
    add_data_options(*command, options->data);
    command->add_option("--cuts", options->cuts, "Points at which the future is cut off (20)");
    command->add_option("--seed", options->seed, "Of the choice of points (1)");
}

}  // namespace

void add_sweep_commands(Commands& commands) {
    add_sweep(commands);
    add_lookahead(commands);
}

}  // namespace tapedeck::cli
