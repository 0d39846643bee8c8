#include "cli/commands.h"
#include "cli/health.h"
#include "cli/keyboard.h"
#include "cli/state_verbs.h"
#include "cli/status.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Observe";

Result<> watch(Session& session) {
    TRY(session.live_tape());
    const Keyboard keyboard;
    TRY(watch_status(
        session, [&] { return keyboard.pressed() != 'q'; }, "q or Ctrl-C"));
    if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
    return {};
}

void add_status(Commands& commands) {
    struct Flags {
        StatusOptions options;
        bool watch = false;
    };

    const auto flags = std::make_shared<Flags>();
    CLI::App* command = commands.add(
        commands.root(),
        "status",
        kGroup,
        "Processes, strategies, money, open orders and the last fills.",
        "status\nstatus --watch\nstatus --json --strict",
        [flags](Session& session) {
            return flags->watch ? watch(session) : show_status(session, flags->options);
        });
    command->add_flag("-w,--watch", flags->watch, "Redraw once a second; q or Ctrl-C leaves");
    command->add_flag("--brief", flags->options.brief, "Processes only: does not read the tape");
    command->add_flag(
        "--strict", flags->options.strict, "Exit 10 when something is not as it should be");
}

void add_health(Commands& commands) {
    const auto options = std::make_shared<HealthOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "health",
        kGroup,
        "Asks each process itself whether it is live and ready; exit 4 or 10 if not.",
        "health\nhealth strategy --live\nhealth --json",
        [options](Session& session) { return show_health(session, *options); });
    command->add_option(
        "services", options->services, "journal, strategy, risk, …; all unless set");
    command->add_flag("--live", options->live, "Being live is enough");
}

using Show = Result<> (*)(Session&, const ListOptions&);

CLI::App* add_listing(
    Commands& commands,
    const std::string& name,
    const std::string& summary,
    const std::string& examples,
    const std::shared_ptr<ListOptions>& options,
    Show show) {
    CLI::App* command = commands.add(
        commands.root(), name, kGroup, summary, examples, [options, show](Session& session) {
            return show(session, *options);
        });
    command->add_option("--strategy", options->filter.strategy, "Only this one");
    command->add_option("--instrument", options->filter.instrument, "Only this one");
    command->add_option(
        "--at,--at-seq", options->at, "A moment of the tape: seq, time, -2h, -10; else its end");
    return command;
}

void add_listings(Commands& commands) {
    const auto positions = std::make_shared<ListOptions>();
    add_listing(
        commands,
        "positions",
        "Open positions by strategy, with average price, profit, stop and take-profit.",
        "positions\npositions --all --at -2h --json",
        positions,
        show_positions)
        ->add_flag("--all", positions->filter.all, "Flat ones too");
    const auto orders = std::make_shared<ListOptions>();
    add_listing(
        commands,
        "orders",
        "Open orders and their state; with --all those that ended lately too.",
        "orders\norders --all --strategy macd_btc",
        orders,
        show_orders)
        ->add_flag("--all", orders->filter.all, "The last ended ones too");
    const auto fills = std::make_shared<ListOptions>();
    CLI::App* command = add_listing(
        commands,
        "fills",
        "What was executed, oldest first.",
        "fills -n 20\nfills --since 24h --json",
        fills,
        show_fills);
    command->add_option("-n,--lines", fills->count, "Only the last N");
    command->add_option("--since", fills->since, "2h, or a seq or time");
    add_listing(
        commands,
        "pnl",
        "Realised and unrealised profit and fees, by strategy and instrument, and by account.",
        "pnl\npnl --at 2026-11-20T00:00Z --json",
        std::make_shared<ListOptions>(),
        show_pnl);
}

}  // namespace

void add_state_commands(Commands& commands) {
    add_status(commands);
    add_health(commands);
    add_listings(commands);
    const auto state = std::make_shared<StateOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "state",
        "Explain",
        "Everything the deciders know at a moment of the tape, with their state hashes.",
        "state --at 2026-11-20T12:05:00Z positions,orders,risk --json\n"
        "state --at -2h\n"
        "state state_hash --json    equal for two runs that know the same",
        [state](Session& session) { return show_state(session, *state); });
    command->add_option(
        "parts", state->parts, "strategies, positions, orders, money, risk, state_hash");
    command->add_option("--at,--at-seq", state->at, "Seq, time, -2h, -10; else the tape's end");
}

}  // namespace tapedeck::cli
