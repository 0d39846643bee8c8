#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/doctor.h"
#include "cli/stack_verbs.h"
#include "cli/venue_doctor.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Set up";

void add_up_and_down(Commands& commands) {
    const auto options = std::make_shared<UpOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "up",
        kGroup,
        "Runs the stack on this machine and starts again what dies, until Ctrl-C.",
        "up --watch                                  the demo market, with its status\n"
        "up --detach                                 in the background; stop it with down\n"
        "up --data XBTEUR_1.csv                      over recorded data, as fast as it goes\n"
        "up --data trades.csv.gz=kraken:BTC/EUR --speed 60\n"
        "up --data store:kraken:BTC/EUR@1m           over imported data (tapedeck data import)\n"
        "up --data var/demo                          over the market of an earlier run's tape\n"
        "up --venue kraken --watch                   paper orders on a live market, no key needed\n"
        "up --venue simulator --watch                orders at a Kraken of your own, with play "
        "money",
        [options](Session& session) { return up(session, *options); });
    command->add_option(
        "--data", options->data, "Recorded: candles or trades, csv, gz, zst; store:…; a tape");
    command->add_option(
        "--venue",
        options->venue,
        "A live market, no key needed: kraken, with paper orders; or simulator, which runs beside");
    command->add_option(
        "--speed", options->speed, "Of recorded files: max, or seconds of the tape a second");
    command->add_flag("--watch", options->watch, "Show the status while it runs");
    command->add_flag("--detach", options->detach, "Run in the background");
    commands.add(
        commands.root(),
        "down",
        kGroup,
        "Stops the stack that up runs.",
        "down\ndown --home var/runs/quarter",
        [](Session& session) { return down(session); });
}

void add_configuration(Commands& commands) {
    CLI::App* group = commands.add_group(
        "config",
        kGroup,
        "Checks and shows the configuration.",
        "config check\nconfig show --changed\nconfig schema > tapedeck.schema.json");
    commands.add(
        *group,
        "check",
        kGroup,
        "Finds every mistake in one pass, each with file, line and fix (exit 5).",
        "config check --profile live",
        [](Session& session) { return config_check(session); });
    const auto changed = std::make_shared<bool>(false);
    CLI::App* show = commands.add(
        *group,
        "show",
        kGroup,
        "Every setting with where it comes from.",
        "config show\nconfig show --changed --profile paper",
        [changed](Session& session) { return config_show(session, *changed); });
    show->add_flag("--changed", *changed, "Only what differs from the built-in defaults");
    const auto markdown = std::make_shared<bool>(false);
    CLI::App* schema = commands.add(
        *group,
        "schema",
        kGroup,
        "JSON Schema of the files for editors, or the reference as Markdown.",
        "config schema > tapedeck.schema.json\nconfig schema --markdown",
        [markdown](Session& session) { return config_schema(session, *markdown); });
    schema->add_flag("--markdown", *markdown, "The reference of docs/configuration.md");
}

void add_doctor(Commands& commands) {
    const auto options = std::make_shared<VenueDoctorOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "doctor",
        kGroup,
        "Looks for what would go wrong: disk, clock, configuration, tape; or at a venue.",
        "doctor\n"
        "doctor --profile paper --json\n"
        "doctor --venue kraken                 connection, clock, minimums, key, fees\n"
        "doctor --venue kraken --no-key        what needs no key",
        [options](Session& session) {
            return options->venue.empty() ? doctor(session) : doctor_of_venue(session, *options);
        });
    auto* venue = command->add_option(
        "--venue",
        options->venue,
        "Could this configuration trade there: kraken. A key signs three questions, which change "
        "nothing. While a process trades with the same key, either may find its nonce passed by "
        "the other's: this command says so and leaves off, that process repeats its question");
    command->add_flag("--no-key", options->no_key, "Ask nothing that needs the key")->needs(venue);
}

}  // namespace

void add_stack_commands(Commands& commands) {
    add_up_and_down(commands);
    add_configuration(commands);
    add_doctor(commands);
}

}  // namespace tapedeck::cli
