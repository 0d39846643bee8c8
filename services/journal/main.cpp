#include "journal/core/settings.h"
#include "journal/core/tape_clock.h"
#include "journal/shell/server.h"
#include "ops/process.h"

#include <random>

namespace tapedeck::journal {
namespace {

constexpr Duration kWait = std::chrono::milliseconds(100);

/// 48 random bits, never 0: client order ids are made of it, so two tapes must not share one.
std::uint64_t new_tape_id() {
    std::random_device device;
    std::uint64_t id = 0;
    while (id == 0) {
        id = ((static_cast<std::uint64_t>(device()) << 32U) | device()) & 0xFFFFFFFFFFFFU;
    }
    return id;
}

/// Recorded data can be played again: with a clock of their own nothing is set aside for a full
/// disk, and its level is no event, so that the same input still gives the same tape.
StoreOptions store_options_of(const ops::Process& process) {
    const Settings settings = process.settings();
    const auto size = [&](std::string_view key) {
        return static_cast<std::uint64_t>(settings.integer(key, 0));
    };
    const bool real_time = settings.text("journal.clock") != "feed";
    StoreOptions options;
    if (settings.text("journal.sync") != "commit") options.sync = StoreOptions::Sync::Checkpoint;
    options.segment_bytes = size("journal.segment_bytes");
    options.segment_age = std::chrono::hours(settings.integer("journal.segment_hours", 0));
    options.pack = settings.flag("journal.pack", false);
    options.keep_age = std::chrono::days(settings.integer("journal.keep_days", 0));
    options.keep_bytes = size("journal.keep_bytes");
    if (real_time) {
        options.check_every = std::chrono::hours(settings.integer("journal.check_hours", 0));
        options.watch_space = true;
        options.ballast_bytes = size("journal.ballast_bytes");
    }
    options.log = [&log = process.log()](const std::string& code, const std::string& message) {
        log.info(code, message, {});
    };
    return options;
}

Result<FrameStore> open_store(const ops::Process& process) {
    const Settings settings = process.settings();
    const bool at_commit = settings.text("journal.sync") == "commit";
    if (!at_commit && settings.text("journal.clock") != "feed") {
        return fail(
            "journal.sync = \"checkpoint\" may lose acknowledged records in a power cut and is "
            "only for journal.clock = \"feed\"; set journal.sync to \"commit\"",
            ExitCode::Configuration);
    }
    const std::string set = settings.text("journal.dir");
    return FrameStore::open(
        set.empty() ? process.journal_directory().string() : set,
        {.tape_id = new_tape_id(), .profile = process.configuration().profile()},
        store_options_of(process));
}

SequencerOptions options_of(const ops::Process& process) {
    const Settings settings = process.settings();
    SequencerOptions options;
    options.profile = process.configuration().profile();
    options.build = ops::identity(process.build());
    if (settings.text("journal.clock") == "feed") {
        options.expected = settings.list("journal.lockstep");
        if (!options.expected.empty()) options.clock_producer = options.expected.back();
    }
    return options;
}

Result<> serve(ops::Process& process) {
    auto store = TRY(open_store(process));
    const TapePosition at = store.position();
    auto server =
        TRY(Server::bind(process.run_directory().string(), std::move(store), options_of(process)));
    process.log().info(
        "JOURNAL_OPEN",
        "journal open",
        {{"last_seq", at.last_seq}, {"epoch", at.epoch}, {"tape", at.tape_id}});
    const ops::Clock& clock = process.clock();
    const TapeClock tape_clock(clock.wall(), clock.monotonic());
    const auto result = process.repeat([&] {
        const Duration now = clock.monotonic();
        return server.step(tape_clock.at(now), now, kWait);
    });
    server.close();
    return result;
}

ops::ProcessSpec spec() {
    return {
        .service = "journal",
        .summary = "Numbers every event, makes it durable, then publishes it.",
        .examples =
            {"tapedeck-journal --profile demo --home var/demo",
             "tapedeck-journal --profile paper --home var/paper --set journal.dir=/data/journal"},
        .sections = settings()};
}

}  // namespace
}  // namespace tapedeck::journal

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::journal::spec(), tapedeck::journal::serve);
}
