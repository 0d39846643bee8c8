#include "cli/simulate_verb.h"

#include "ops/build_info.h"
#include "simulation/last_words.h"
#include "simulation/simulate.h"

#include <nlohmann/json.hpp>

#include <ostream>
#include <random>
#include <sstream>

namespace tapedeck::cli {

using namespace std::chrono_literals;
using simulation::Campaign;
using simulation::Outcome;
using simulation::RunOptions;

namespace {

constexpr Duration kReportEvery = 10s;

Result<RunOptions> run_options_of(const SimulateOptions& options) {
    RunOptions run;
    if (!options.plant.empty()) run.plant = TRY(simulation::parse_plant(options.plant));
    std::istringstream names(options.without);
    for (std::string name; std::getline(names, name, ',');) {
        run.without.insert(TRY(simulation::parse_fault(name)));
    }
    if (options.steps != 0) run.steps = options.steps;
    run.until = options.until;
    return run;
}

nlohmann::json json_of(const RunOptions& run, const Outcome& outcome) {
    nlohmann::json json;
    json["seed"] = run.seed;
    json["build"] = ops::identity(ops::build_info());
    json["plan"] = simulation::Plan::draw(run).describe();
    json["ok"] = outcome.ok;
    json["failure"] = outcome.failure;
    json["noticed"] = outcome.noticed;
    json["records"] = outcome.records;
    json["tape_hash"] = outcome.tape_hash;
    json["state_hash"] = outcome.states;
    json["counts"] = outcome.counts;
    return json;
}

std::string replay_of(const RunOptions& run) {
    return "tapedeck simulate " + simulation::flags_of(run) + " --trace";
}

Result<> tell_failure(Session& session, RunOptions run, const Outcome& outcome, bool shrinks) {
    std::string text = "seed " + std::to_string(run.seed) + " FAILED: " + outcome.failure +
                       "\n  build:  " + ops::identity(ops::build_info()) +
                       "\n  plan:   " + simulation::Plan::draw(run).describe() +
                       "\n  replay: " + replay_of(run) + '\n';
    if (shrinks) {
        run = TRY(simulation::shrink(run));
        text += "  shrunk: " + replay_of(run) +
                "\n  plan:   " + simulation::Plan::draw(run).describe() + '\n';
    }
    return session.print(text);
}

Result<> tell_campaign(Session& session, const Campaign& campaign, Duration took) {
    const double minutes = std::max(static_cast<double>(took.count()) / 60e9, 1e-9);
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(campaign.runs) / minutes);
    std::string text =
        std::to_string(campaign.runs) + " seeds, " + std::to_string(campaign.failed) + " failed, " +
        std::to_string(rate) + " a minute; " + std::to_string(campaign.records) + " records, " +
        tapedeck::to_string(std::chrono::floor<std::chrono::seconds>(campaign.simulated)) +
        " simulated";
    if (campaign.noticed > 0) {
        text += "; rot noticed " + std::to_string(campaign.noticed) + " times";
    }
    text += '\n';
    for (const auto& [name, count] : campaign.counts) {
        text += "  " + name + " " + std::to_string(count) + '\n';
    }
    return session.print(text);
}

/// Runs one seed and prints it as asked; whether it held.
Result<bool> run_seed(
    Session& session, const SimulateOptions& options, const RunOptions& run, Campaign& campaign) {
    const bool json = session.options().json;
    simulation::set_last_words(
        "tapedeck: seed " + std::to_string(run.seed) + " crashed; replay: " + replay_of(run) +
        '\n');
    std::function<void(const std::string&)> trace;
    if (options.trace) {
        TRY(session.print(simulation::Plan::draw(run).describe() + '\n'));
        trace = [&](const std::string& line) {
            static_cast<void>(session.print(line + '\n'));  // a closed pipe shows at the end
        };
    }
    const Outcome outcome = TRY(simulation::run_once(run, trace));
    campaign.add(outcome);
    if (json) TRY(session.print(json_of(run, outcome).dump() + '\n'));
    if (!json && !outcome.ok) TRY(tell_failure(session, run, outcome, options.shrink));
    return outcome.ok;
}

}  // namespace

Result<> simulate(Session& session, const SimulateOptions& options) {
    RunOptions run = TRY(run_options_of(options));
    run.seed = options.seed ? *options.seed : std::random_device{}();
    const auto& clock = session.world().clock;
    const Duration began = clock.monotonic();
    const auto time = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::ratio<60>>(options.minutes));
    const std::uint64_t base = run.seed;
    const auto is_over = [&](std::uint64_t runs) {
        if (session.world().interrupted()) return true;
        return options.minutes > 0 ? clock.monotonic() - began >= time : runs >= options.seeds;
    };
    Campaign campaign;
    Duration told = began;
    session.world().err << "seeds from " << base << " on\n";
    for (; !is_over(campaign.runs); ++run.seed) {
        const bool held = TRY(run_seed(session, options, run, campaign));
        if (!held && !options.keep_going) break;
        if (clock.monotonic() - told < kReportEvery) continue;
        told = clock.monotonic();
        session.world().err << campaign.runs << " seeds, " << campaign.failed << " failed\n";
    }
    if (!session.options().json) {
        TRY(tell_campaign(session, campaign, clock.monotonic() - began));
    }
    if (campaign.failed == 0) return {};
    return fail(
        std::to_string(campaign.failed) + " of " + std::to_string(campaign.runs) +
        " seeds failed: replay one with its command above");
}

}  // namespace tapedeck::cli
