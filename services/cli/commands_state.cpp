#include "cli/commands.h"
#include "cli/state_verbs.h"
#include "cli/status.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Observe";

struct StateFlags {
    std::string at;
    std::uint64_t count = 0;
    bool all = false;
    bool watch = false;
};

void add_at(CLI::App* command, const std::shared_ptr<StateFlags>& flags) {
    command->add_option(
        "--at,--at-seq", flags->at, "A moment of the tape: seq, time, -2h, -10; else its end");
}

}  // namespace

void add_state_commands(Commands& commands) {
    const auto status = std::make_shared<StateFlags>();
    CLI::App* show = commands.add(
        commands.root(),
        "status",
        kGroup,
        "Processes, money, strategies, positions and the last fills.",
        "status\nstatus --watch\nstatus --json | jq .money",
        [status](Session& session) -> Result<> {
            if (!status->watch) return show_status(session);
            TRY(session.live_tape());
            return watch_status(session, [] { return true; });
        });
    show->add_flag("--watch", status->watch, "Redraw once a second until Ctrl-C");
    const auto state = std::make_shared<StateFlags>();
    add_at(
        commands.add(
            commands.root(),
            "state",
            kGroup,
            "Everything the deciders know at a moment of the tape, with their state hashes.",
            "state --at 2026-11-20T12:05:00Z\nstate --at -2h --json",
            [state](Session& session) { return show_state(session, state->at); }),
        state);
    const auto positions = std::make_shared<StateFlags>();
    add_at(
        commands.add(
            commands.root(),
            "positions",
            kGroup,
            "Open positions by strategy, with average cost and unrealised P&L.",
            "positions\npositions --at -2h --json",
            [positions](Session& session) { return show_positions(session, positions->at); }),
        positions);
    const auto orders = std::make_shared<StateFlags>();
    CLI::App* order_command = commands.add(
        commands.root(),
        "orders",
        kGroup,
        "Open orders and their state; with --all those that ended lately too.",
        "orders\norders --all",
        [orders](Session& session) { return show_orders(session, orders->at, orders->all); });
    add_at(order_command, orders);
    order_command->add_flag("--all", orders->all, "The last ended ones too");
    const auto fills = std::make_shared<StateFlags>();
    CLI::App* fill_command = commands.add(
        commands.root(),
        "fills",
        kGroup,
        "What was executed.",
        "fills -n 20\nfills --json",
        [fills](Session& session) { return show_fills(session, fills->at, fills->count); });
    add_at(fill_command, fills);
    fill_command->add_option("-n", fills->count, "Only the last N");
    const auto pnl = std::make_shared<StateFlags>();
    add_at(
        commands.add(
            commands.root(),
            "pnl",
            kGroup,
            "Equity, cash, realised and unrealised profit, fees, by account and currency.",
            "pnl\npnl --at 2026-11-20",
            [pnl](Session& session) { return show_pnl(session, pnl->at); }),
        pnl);
}

}  // namespace tapedeck::cli
