#include "cli/commands.h"
#include "cli/simulate_verb.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

void add_simulation_commands(Commands& commands) {
    const auto options = std::make_shared<SimulateOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "simulate",
        "Prove",
        "The whole stack in one process under a seed, with faults, held to what it promises.",
        "simulate --minutes 3\n"
        "simulate --seed 7 --trace          replay a seed, line by line\n"
        "simulate --seed 7 --shrink         a smaller run that still fails\n"
        "simulate --seeds 100 --plant lost_ack    is a planted bug found?",
        [options](Session& session) { return simulate(session, *options); });
    command->add_option("--seed", options->seed, "The first seed; else any");
    command->add_option("--seeds", options->seeds, "So many, one after the other (1)");
    command->add_option("--minutes", options->minutes, "As many as there is time for");
    command->add_flag("--trace", options->trace, "Print every fault, start, exit and record");
    command->add_option("--until", options->until, "Stop when the tape has this seq");
    command->add_option(
        "--plant", options->plant, "Put in a bug: lost_ack, decide_twice, unordered");
    command->add_option("--without", options->without, "Leave out these classes of faults: a,b,c");
    command->add_option("--steps", options->steps, "Length of the feed; else as the seed says");
    command->add_flag("--shrink", options->shrink, "Look for a smaller run that still fails");
    command->add_flag("--keep-going", options->keep_going, "Go on after a seed that fails");
}

}  // namespace tapedeck::cli
