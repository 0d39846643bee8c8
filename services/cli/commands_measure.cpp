#include "bench/bench.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Measure";
constexpr double kSeconds = 20;

struct BenchOptions {
    double seconds = kSeconds;
    std::string directory;
    bool allow_debug = false;
};

using Bench = Result<bench::Report> (*)(const bench::Options&);

Result<> run_bench(Session& session, const BenchOptions& given, Bench bench) {
    TRY(bench::refuse_debug(given.allow_debug));
    const World& world = session.world();
    const bench::Options options{
        .clock = world.clock,
        .directory = given.directory.empty() ? session.home().directory
                                             : std::filesystem::path(given.directory),
        .programs = world.program_directory,
        .time = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(given.seconds)),
        .interrupted = world.interrupted};
    const bench::Report report = TRY(bench(options));
    if (world.interrupted()) return fail("interrupted", ExitCode::Interrupted);
    return session.print(session.options().json ? to_json(report) : to_text(report));
}

}  // namespace

void add_bench_commands(Commands& commands) {
    struct Verb {
        const char* name;
        const char* summary;
        Bench bench;
    };

    constexpr Verb kVerbs[] = {
        {"disk", "What a flush costs where the tape is; whether the disk lies.", bench::bench_disk},
        {"journal",
         "Durable events a second, submit to acknowledgement, beside disk and socket.",
         bench::bench_journal},
        {"latency",
         "From a tick to its durable order intent, across five processes.",
         bench::bench_latency},
        {"replay",
         "A tape read, decoded and decided again, records a second.",
         bench::bench_replay},
        {"decider",
         "The deciders in memory: decisions a second, the slowest, the heap.",
         bench::bench_decider},
        {"backtest",
         "Candles and trades a second through the whole stack in memory, and a sweep.",
         bench::bench_backtest},
        {"venue", "An order to signed bytes, a book's message to an event.", bench::bench_venue}};
    CLI::App* group = commands.add_group(
        "bench",
        kGroup,
        "Measures this machine and this build (docs/how-to/bench.md).",
        "bench journal\nbench latency --seconds 40\nbench disk --dir /data --json");
    const auto options = std::make_shared<BenchOptions>();
    for (const auto& verb : kVerbs) {
        CLI::App* command = commands.add(
            *group,
            verb.name,
            kGroup,
            verb.summary,
            "bench " + std::string(verb.name) + "\nbench " + verb.name + " --seconds 40 --json",
            [options, bench = verb.bench](Session& session) {
                return run_bench(session, *options, bench);
            });
        command->add_option("--seconds", options->seconds, "How long to measure: 1 to 3600 (20)")
            ->check(CLI::Range(1.0, 3600.0));
        command->add_option(
            "--dir", options->directory, "Where the tape would be; the stack's home unless set");
        command->add_flag(
            "--allow-debug", options->allow_debug, "Measure a debug build, too: for our own tests");
    }
}

}  // namespace tapedeck::cli
