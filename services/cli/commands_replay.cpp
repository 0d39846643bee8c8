#include "cli/commands.h"
#include "cli/predicate.h"
#include "cli/replay.h"
#include "cli/tape_diff.h"
#include "cli/time_travel.h"
#include "cli/whynot.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Time travel";

CLI::App* add_replay(Commands& commands) {
    const auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "replay",
        kGroup,
        "Runs the real strategy, risk, order and venue code over a tape again.",
        "replay --verify                                is every decision the one recorded?\n"
        "replay --verify --set strategy.rsi.period=21   which would be the first to differ?\n"
        "replay step 8120447 -n 3                       what each decider made of a record\n"
        "replay find 'drawdown > 0.02'                  the first record after which it was so",
        [options](Session& session) { return replay(session, *options); });
    command->require_subcommand(0, 1);
    command->add_flag(
        "--verify", options->verify, "Compare every decision and state hash (exit 8: they differ)");
    command->add_option("--from", options->from, "Compare decisions on what came from here on");
    command->add_option("--to", options->to, "Stop here");
    return command;
}

void add_step(Commands& commands, CLI::App& replay) {
    const auto options = std::make_shared<StepOptions>();
    CLI::App* command = commands.add(
        replay,
        "step",
        kGroup,
        "A record, what each decider says about it, and what it changes in the books.",
        "replay step 8120447\nreplay step o-8120449 -n 5\nreplay step 12:05 --set "
        "risk.fraction=0.1",
        [options](Session& session) { return replay_step(session, *options); });
    command->add_option("place", options->at, "Seq, o-SEQ, time, -2h, -10")->required();
    command->add_option("-n,--records", options->count, "So many, one after the other (1)");
}

void add_find(Commands& commands, CLI::App& replay) {
    const auto options = std::make_shared<FindOptions>();
    CLI::App* command = commands.add(
        replay,
        "find",
        kGroup,
        "The first record of a kind, or after which the books are in a state, with its causes.\n"
        "What can be asked of the books:\n" +
            quantities_help(),
        "replay find 'drawdown > 0.02'\n"
        "replay find 'position(kraken:BTC/EUR) > 0.5 and not paused' --from -2h\n"
        "replay find --type OrderDenied --strategy macd_btc --last",
        [options](Session& session) { return replay_find(session, *options); });
    command->add_option("state", options->predicate, "What must be so after the record");
    add_selection(*command, options->selection, false);
    command->add_flag("--last,--reverse", options->last, "The last such record");
}

void add_bisect(Commands& commands) {
    const auto options = std::make_shared<BisectOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "bisect",
        kGroup,
        "Where something began to be so, or an invariant to be broken (exit 8).",
        "bisect --predicate 'equity < 9000'\n"
        "bisect --invariant positions    is every position the sum of its fills?\n"
        "bisect --invariant verdicts     has every target a verdict?",
        [options](Session& session) { return bisect(session, *options); });
    command->add_option("--predicate", options->predicate, "As replay find takes it");
    command->add_option("--invariant", options->invariant, "positions, cash, verdicts or chain");
    command->add_option("--from", options->from, "Of a predicate: look from here on");
    command->add_option("--to", options->to, "Of a predicate: stop here");
}

void add_diff(Commands& commands) {
    const auto options = std::make_shared<DiffOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "diff",
        kGroup,
        "Where two tapes part first, on which input, and why (exit 1: they do).",
        "diff var/runs/a var/runs/b\ndiff var/runs/a/journal/open.db var/demo/journal --json",
        [options](Session& session) { return diff(session, *options); });
    command->add_option("a", options->a, "A tape's file, its directory, or the home around it")
        ->required();
    command->add_option("b", options->b, "Another one")->required();
}

void add_whynot(Commands& commands) {
    const auto options = std::make_shared<WhyNotOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "whynot",
        "Explain",
        "Why a strategy did not trade: what it thought, how near it came, what stood in the way.",
        "whynot macd_btc kraken:BTC/EUR                      the last hour of the tape\n"
        "whynot macd_btc kraken:BTC/EUR --at 13:00 --for 1h",
        [options](Session& session) { return whynot(session, *options); });
    command->add_option("strategy", options->strategy, "As it is configured")->required();
    command->add_option("instrument", options->instrument, "kraken:BTC/EUR")->required();
    command->add_option("--at", options->at, "Where the time asked about begins; else it ends now");
    command->add_option("--for", options->span, "How long it is (1h)");
}

}  // namespace

void add_replay_commands(Commands& commands) {
    CLI::App* replay = add_replay(commands);
    add_step(commands, *replay);
    add_find(commands, *replay);
    add_bisect(commands);
    add_diff(commands);
    add_whynot(commands);
}

}  // namespace tapedeck::cli
