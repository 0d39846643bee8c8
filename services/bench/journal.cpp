#include "bench/bench.h"
#include "bench/disk.h"
#include "bench/hop.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "bench/stack.h"
#include "bench/submitter.h"
#include "events/codec.h"

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

namespace tapedeck::bench {

using namespace std::chrono_literals;

namespace {

/// A record as market data has it, filled up.
constexpr std::size_t kRecordBytes = 200;
/// What a feed says in one APPEND when there is much to say.
constexpr std::size_t kGroup = 64;
constexpr Duration kPause = 1ms;  // at 1,000 a second
constexpr Duration kTurn = 20ms;
constexpr double kGoalPerSecond = 400'000;

constexpr auto kConfiguration = "[journal]\nclock = \"wall\"\nsync = \"commit\"\n";

/// A trade whose record has kRecordBytes bytes.
Event padded_trade() {
    TradePrinted trade;
    trade.instrument = *Instrument::parse("bench:BTC/USD");
    trade.price = *Price::parse("64123.5");
    trade.quantity = *Quantity::parse("0.0125");
    trade.taker_side = Side::Buy;
    std::string bytes;
    encode_record(bytes, 1, 1'000'000, {}, Event(trade));
    // Its own tag and length take two bytes.
    if (bytes.size() + 2 < kRecordBytes)
        trade.trade_id.assign(kRecordBytes - bytes.size() - 2, '7');
    return trade;
}

/// Says as much as the journal takes, until told to stop.
Result<> saturate(
    const Options& options,
    const std::string& run_directory,
    std::size_t group,
    const std::atomic<bool>& stopping) {
    auto submitter = TRY(Submitter::connect(options.clock, run_directory, "bench.saturating"));
    const Event event = padded_trade();
    const std::vector<tape::Producer::Item> items(group, {&event, {}});
    while (!stopping) {
        while (submitter.has_room()) submitter.append(items);
        TRY(submitter.pump(kTurn));
    }
    while (!submitter.is_drained()) TRY(submitter.pump(kTurn));
    return {};
}

struct Throughput {
    double per_second = 0;
    double records_per_frame = 0;
};

/// What a subscriber sees come while a producer says all it can. The first fifth of the time does
/// not count: caches, files and queues fill.
Result<Throughput> throughput(
    const Options& options, Stack& stack, std::size_t group, Duration time) {
    auto client = TRY(stack.connect());
    TRY(client->ask());
    std::atomic<bool> stopping = false;
    Result<> said;
    std::thread producer([&] { said = saturate(options, stack.run_directory(), group, stopping); });
    const Duration start = options.clock.monotonic();
    const Duration from = start + time / 5;
    std::uint64_t records = 0;
    std::uint64_t frames = 0;
    Duration first{};
    Duration last{};
    const auto followed = client->follow(
        client->tape_end(), kTurn, [&](const tape::Follower::Frame* frame) -> Result<bool> {
            const Duration now = options.clock.monotonic();
            if (frame != nullptr && now >= from) {
                if (first == Duration{}) {
                    first = now;
                } else {
                    records += frame->header.count;
                    ++frames;
                }
                last = now;
            }
            return now < start + time && !options.interrupted();
        });
    stopping = true;
    producer.join();
    TRY(followed);
    TRY(said);
    TRY(stack.check());
    if (frames == 0) return fail("the journal published nothing within " + to_string(time));
    return Throughput{
        rate(records, last - first), static_cast<double>(records) / static_cast<double>(frames)};
}

/// One record a millisecond, from the call that sends it to its acknowledgement.
Result<Samples> acknowledgements(const Options& options, Stack& stack, Duration time) {
    auto submitter = TRY(Submitter::connect(options.clock, stack.run_directory(), "bench.paced"));
    const Event event = padded_trade();
    const tape::Producer::Item item{&event, {}};
    Samples samples;
    std::deque<Duration> sent;  // not yet acknowledged, oldest first
    std::uint64_t taken = 0;
    const Duration start = options.clock.monotonic();
    Duration due = start;
    while (!options.interrupted()) {
        const Duration now = options.clock.monotonic();
        if (now - start > time && sent.empty()) break;
        if (now >= due && now - start <= time) {
            due = std::max(due + kPause, now - kPause);  // late by a whole pause: not two at once
            sent.push_back(now);
            submitter.append({&item, 1});
        }
        TRY(submitter.pump(sent.empty() ? Duration::zero() : kPause));
        const Duration after = options.clock.monotonic();
        for (; taken < submitter.acknowledged() && !sent.empty(); ++taken) {
            samples.add(after - sent.front());
            sent.pop_front();
        }
        if (sent.empty() && due > after) std::this_thread::sleep_for(due - after);
    }
    if (samples.empty()) return fail("nothing was acknowledged");
    return samples;
}

void add_ratios(Report& report) {
    const double disk = report.value_of("fdatasync_p50_us");
    report.add(
        {.key = "ack_p50_per_fdatasync_ratio",
         .what = "submit to acknowledged, p50, against the disk's p50",
         .value = report.value_of("ack_p50_us") / disk,
         .at_most = 2});
    report.add(
        {.key = "ack_p99_per_fdatasync_ratio",
         .what = "the same, p99",
         .value = report.value_of("ack_p99_us") / disk,
         .at_most = 5});
}

}  // namespace

Result<Report> bench_journal(const Options& options) {
    const Scratch scratch = TRY(Scratch::in(options.directory));
    Report report{
        .bench = "journal", .where = describe_machine(scratch.path()), .figures = {}, .notes = {}};
    const Duration part = options.time / 8;
    auto stack = TRY(Stack::start(options, scratch.path(), {"journal"}, kConfiguration));
    // Before the others: what a burst leaves to be moved into the file is not this figure's.
    auto acks = TRY(acknowledgements(options, stack, part * 2));
    const auto grouped = TRY(throughput(options, stack, kGroup, part * 2));
    const auto single = TRY(throughput(options, stack, 1, part * 2));
    auto flush = TRY(flush_times(options.clock, scratch.path(), part / 2, Place::Next));
    auto overwrite = TRY(flush_times(options.clock, scratch.path(), part / 2, Place::Same));
    auto hop = TRY(hop_times(options.clock, scratch.path(), kRecordBytes, part));

    report.add(
        {.key = "durable_events_per_second",
         .what = "producer to journal to subscriber, 64 events an APPEND",
         .value = grouped.per_second,
         .at_least = kGoalPerSecond});
    report.add(
        {.key = "durable_single_events_per_second",
         .what = "the same, each event an APPEND of its own",
         .value = single.per_second});
    report.add(
        {.key = "records_per_frame",
         .what = "records that share a commit, 64 an APPEND",
         .value = grouped.records_per_frame});
    report.add(
        {.key = "ack_p50_us",
         .what = "submit to durable and acknowledged, at 1,000/s, p50",
         .value = acks.percentile_us(50)});
    report.add({.key = "ack_p99_us", .what = "the same, p99", .value = acks.percentile_us(99)});
    report.add(
        {.key = "fdatasync_p50_us",
         .what = "the bare disk: 4 KiB appended and flushed, p50",
         .value = flush.percentile_us(50)});
    report.add(
        {.key = "fdatasync_p99_us", .what = "the same, p99", .value = flush.percentile_us(99)});
    report.add(
        {.key = "overwrite_p50_us",
         .what = "4 KiB written in place and flushed, p50",
         .value = overwrite.percentile_us(50)});
    report.add(
        {.key = "hop_p50_us",
         .what = "the bare socket: one publish to one subscriber, p50",
         .value = hop.percentile_us(50)});
    add_ratios(report);
    report.notes.emplace_back(
        "records of 200 bytes; the journal a process of its own, flushing every commit");
    return report;
}

}  // namespace tapedeck::bench
