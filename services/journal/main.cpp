#include "journal/core/settings.h"
#include "journal/core/tape_clock.h"
#include "journal/shell/server.h"
#include "journal/store/markers.h"
#include "ops/process.h"

#include <memory>
#include <random>
#include <utility>

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
    options.pack = settings.flag("journal.pack", false);
    options.keep_age = std::chrono::days(settings.integer("journal.keep_days", 0));
    options.keep_bytes = size("journal.keep_bytes");
    if (real_time) {
        options.segment_age = std::chrono::hours(settings.integer("journal.segment_hours", 0));
        options.check_every = std::chrono::hours(settings.integer("journal.check_hours", 0));
        options.watch_space = true;
        options.keep_witness = options.sync == StoreOptions::Sync::Commit;
        options.ballast_bytes = size("journal.ballast_bytes");
    }
    options.log = [&log = process.log()](const std::string& code, const std::string& message) {
        log.info(code, message, {});
    };
    return options;
}

std::string directory_of(const ops::Process& process) {
    const std::string set = process.settings().text("journal.dir");
    return set.empty() ? process.journal_directory().string() : set;
}

constexpr std::int64_t kSnapshotRecordsMin = 100;

Result<FrameStore> open_store(const ops::Process& process) {
    const Settings settings = process.settings();
    const bool at_commit = settings.text("journal.sync") == "commit";
    if (!at_commit && settings.text("journal.clock") != "feed") {
        return fail(
            "journal.sync = \"checkpoint\" may lose acknowledged records in a power cut and is "
            "only for journal.clock = \"feed\"; set journal.sync to \"commit\"",
            ExitCode::Configuration);
    }
    const auto snapshot_records = settings.integer("journal.snapshot_records", 1000000);
    if (snapshot_records != 0 && snapshot_records < kSnapshotRecordsMin) {
        return fail(
            "journal.snapshot_records is " + std::to_string(snapshot_records) +
                ": the snapshots themselves would ask for the next; use at least " +
                std::to_string(kSnapshotRecordsMin) + ", or 0 for none",
            ExitCode::Configuration);
    }
    return FrameStore::open(
        directory_of(process),
        {.tape_id = new_tape_id(), .profile = process.configuration().profile()},
        store_options_of(process));
}

SequencerOptions options_of(const ops::Process& process) {
    const Settings settings = process.settings();
    SequencerOptions options;
    options.profile = process.configuration().profile();
    options.build = ops::identity(process.build());
    options.lag = {
        static_cast<std::uint64_t>(settings.integer("journal.lag_records", 100000)),
        settings.duration("journal.lag_age", std::chrono::seconds(2))};
    options.snapshot_records =
        static_cast<std::uint64_t>(settings.integer("journal.snapshot_records", 1000000));
    options.snapshot_interval =
        settings.duration("journal.snapshot_interval", std::chrono::minutes(10));
    if (settings.text("journal.clock") == "feed") {
        options.expected = settings.list("journal.lockstep");
        if (!options.expected.empty()) options.clock_producer = options.expected.back();
    }
    return options;
}

/// Above this the wall clock was stepped, or drifts: what depends on venue time must know.
constexpr Duration kJumpLimit = std::chrono::milliseconds(500);

/// One journal from its start to its end.
class Journal {
public:
    static Result<Journal> open(ops::Process& process) {
        const Markers markers(directory_of(process));
        auto frames = TRY(open_store(process));
        auto snapshots = TRY(SnapshotStore::open(directory_of(process) + "/snapshots"));
        const TapePosition at = frames.position();
        SequencerOptions options = options_of(process);
        if (auto reason = TRY(markers.branch_wanted()); reason && at.last_seq > 0) {
            options.branch = Branch{new_tape_id(), *reason};
        }
        auto quarantine = TRY(markers.quarantine());
        if (!quarantine && !options.branch) quarantine = TRY(frames.contradiction());
        auto server = TRY(Server::bind(
            process.run_directory().string(), {std::move(frames), std::move(snapshots)}, options));
        process.log().info(
            "JOURNAL_OPEN",
            "journal open",
            {{"last_seq", at.last_seq},
             {"epoch", at.epoch},
             {"tape", server->sequencer().tape_id()}});
        Journal journal(process, markers, std::move(server), options.branch.has_value());
        if (quarantine && !options.branch) journal.server_->quarantine(*quarantine);
        return journal;
    }

    Result<> run() {
        auto result = process_.repeat([&] { return step(); });
        server_->close();
        return result;
    }

private:
    Journal(ops::Process& process, Markers markers, std::unique_ptr<Server> server, bool branching)
        : process_(process),
          markers_(std::move(markers)),
          server_(std::move(server)),
          tape_clock_(process.clock().wall(), process.clock().monotonic()),
          branching_(branching) {}

    Result<> step() {
        const Duration now = process_.clock().monotonic();
        look_at_clock(now);
        TRY(server_->step(tape_clock_.at(now), now, kWait));
        const std::uint64_t end = server_->sequencer().last_seq();
        process_.vitals().follow(
            process_.clock().monotonic(),
            {.applied = end,
             .decided = end,
             .tape_end = end,
             .joined = true,
             .problem = server_->sequencer().quarantine_reason()});
        if (branching_ && server_->counters().frames > 0) {
            TRY(markers_.settle());
            branching_ = false;
        }
        return look_at_quarantine();
    }

    void look_at_clock(Duration now) {
        const Duration delta = tape_clock_.difference(process_.clock().wall(), now);
        if (server_->sequencer().lockstep() ||
            std::chrono::abs(delta - told_delta_) <= kJumpLimit) {
            return;
        }
        told_delta_ = delta;
        server_->clock_jumped(delta);
        process_.log().warn(
            "CLOCK_JUMPED",
            "the wall clock has left the tape's",
            {{"delta_ms", std::chrono::duration_cast<std::chrono::milliseconds>(delta).count()}});
    }

    /// It outlives us: a restart must not make anybody forget it.
    Result<> look_at_quarantine() {
        const std::string& reason = server_->sequencer().quarantine_reason();
        if (reason.empty() || std::exchange(quarantine_told_, true)) return {};
        process_.log().error(
            "QUARANTINE",
            reason +
                "; nothing is recorded. next: tapedeck verify, then restore a backup, or go "
                "on with less: tapedeck branch --reason …");
        return markers_.set_quarantine(reason);
    }

    ops::Process& process_;
    Markers markers_;
    std::unique_ptr<Server> server_;
    TapeClock tape_clock_;
    Duration told_delta_{};
    bool branching_;
    bool quarantine_told_ = false;
};

Result<> serve(ops::Process& process) {
    auto journal = TRY(Journal::open(process));
    return journal.run();
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
