#include "bench/bench.h"
#include "bench/ensemble.h"
#include "bench/made_tape.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "journal/store/frame_store.h"
#include "tape/client.h"

#include <fmt/format.h>

#include <limits>

namespace tapedeck::bench {

namespace {

using journal::FrameStore;
using journal::StoredFrame;
using journal::StoreOptions;

/// Enough for a figure; more would only take longer.
constexpr std::uint64_t kRecordsMax = 3'000'000;
/// Of the time, what the making of the tape may take.
constexpr int kMakingShare = 3;
constexpr double kRawGoal = 10e6;
constexpr double kDecodedGoal = 2e6;

struct Made {
    std::uint64_t records = 0;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
};

Result<Made> write_tape(const Options& options, const std::string& directory) {
    auto store = TRY(FrameStore::open(
        directory,
        {.tape_id = kMadeTapeId, .profile = "bench"},
        {.sync = StoreOptions::Sync::Checkpoint}));
    Made made;
    const Duration deadline = options.clock.monotonic() + options.time / kMakingShare;
    const auto done = make_tape([&](const MadeFrame& frame) -> Result<bool> {
        TRY(store.append(frame.batch));
        made.records += frame.batch.header.count;
        ++made.frames;
        made.bytes += frame.batch.records.size();
        return made.records < kRecordsMax && options.clock.monotonic() < deadline &&
               !options.interrupted();
    });
    TRY(done);
    store.checkpoint();
    return made;
}

/// Calls `visit` with every record, decoded, on this thread.
Result<> each_record(FrameStore& store, const std::function<bool(const Recorded&)>& visit) {
    Result<bool> visited = true;
    TRY(store.read(1, std::numeric_limits<std::uint64_t>::max(), [&](const StoredFrame& frame) {
        visited = tape::for_each_record(
            frame.header, frame.records, [](std::uint16_t) { return true; }, visit);
        return visited && *visited;
    }));
    if (!visited) return tl::make_unexpected(visited.error());
    return {};
}

/// Every record decoded, believed and decided on by the strategies.
Result<> decode(FrameStore& store) {
    Ensemble ensemble;
    Ensemble::Member& strategy = ensemble.members().front();
    return each_record(store, [&](const Recorded& recorded) {
        if (recorded.producer == strategy.producer) strategy.in_flight.settle_one();
        Outbox out(strategy.in_flight.all());
        Ensemble::take(strategy, recorded, out);
        strategy.in_flight.add(recorded.seq, out.events());
        return true;
    });
}

/// All deciders run again, their words compared with those on the tape. An error names the first
/// that differs.
Result<> verify_decisions(FrameStore& store) {
    Ensemble ensemble;
    std::deque<Ensemble::Said> expected;
    Result<> same;
    TRY(each_record(store, [&](const Recorded& recorded) {
        const bool is_own =
            recorded.producer >= 1 && recorded.producer <= ensemble.members().size();
        if (is_own) {
            const bool equal = !expected.empty() &&
                               expected.front().producer == recorded.producer &&
                               expected.front().cause == recorded.cause &&
                               expected.front().event == recorded.event;
            if (!equal) {
                same = fail(
                    "seq " + std::to_string(recorded.seq.value) +
                        " is not what the deciders say when run again",
                    ExitCode::Integrity);
                return false;
            }
            expected.pop_front();
        }
        ensemble.take(recorded, expected);
        return true;
    }));
    return same;
}

/// Records a second, of the fastest of the passes over the tape that fit into `time`: the first
/// one also waits for the disk.
Result<double> best_pass(
    const Options& options,
    const std::string& directory,
    const Made& made,
    Duration time,
    const std::function<Result<>(FrameStore&)>& pass) {
    double best = 0;
    const Duration start = options.clock.monotonic();
    do {
        auto store = TRY(FrameStore::open_to_read(directory));
        const Duration before = options.clock.monotonic();
        TRY(pass(store));
        best = std::max(best, rate(made.records, options.clock.monotonic() - before));
    } while (options.clock.monotonic() - start < time && !options.interrupted());
    return best;
}

}  // namespace

Result<Report> bench_replay(const Options& options) {
    const Scratch scratch = TRY(Scratch::in(options.directory));
    Report report{
        .bench = "replay", .where = describe_machine(scratch.path()), .figures = {}, .notes = {}};
    const std::string directory = scratch.path() / "journal";
    const Made made = TRY(write_tape(options, directory));
    const Duration part = options.time / 10;
    const auto best = [&](const std::function<Result<>(FrameStore&)>& pass) {
        return best_pass(options, directory, made, part, pass);
    };
    const double raw =
        TRY(best([](FrameStore& store) { return store.verify([](std::uint64_t) {}); }));
    const double decoded = TRY(best(decode));
    const double verified = TRY(best(verify_decisions));
    report.add(
        {.key = "raw_events_per_second",
         .what = "frames from disk, CRC, chain and hash checked on all processors",
         .value = raw,
         .at_least = kRawGoal});
    report.add(
        {.key = "decoded_events_per_second",
         .what = "decoded, through four strategies, one thread",
         .value = decoded,
         .at_least = kDecodedGoal});
    report.add(
        {.key = "verified_events_per_second",
         .what = "all five deciders run again and compared, one thread",
         .value = verified});
    report.notes.push_back(fmt::format(
        "a made tape of {} records in {} frames, {} bytes a record; the fastest pass of each",
        made.records,
        made.frames,
        made.bytes / std::max<std::uint64_t>(made.records, 1)));
    return report;
}

}  // namespace tapedeck::bench
