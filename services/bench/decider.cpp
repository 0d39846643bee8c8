#include "bench/allocations.h"
#include "bench/bench.h"
#include "bench/ensemble.h"
#include "bench/made_tape.h"
#include "bench/samples.h"

#include <fmt/format.h>

#include <algorithm>

namespace tapedeck::bench {

namespace {

constexpr std::size_t kRecordsMax = 200'000;

/// The key of a decider's figures: "execution.orders" is "orders" there.
std::string short_name(const std::string& name) {
    return name.substr(name.find('.') + 1);
}

/// All of it, in memory.
Result<std::vector<Recorded>> tape_in_memory(const Options& options) {
    std::vector<Recorded> tape;
    const Duration deadline = options.clock.monotonic() + options.time / 3;
    TRY(make_tape([&](const MadeFrame& frame) -> Result<bool> {
        tape.insert(tape.end(), frame.records.begin(), frame.records.end());
        return tape.size() < kRecordsMax && options.clock.monotonic() < deadline &&
               !options.interrupted();
    }));
    return tape;
}

/// One decider's way through the tape.
void step(Ensemble::Member& member, const Recorded& recorded) {
    if (recorded.producer == member.producer) member.in_flight.settle_one();
    Outbox out(member.in_flight.all());
    Ensemble::take(member, recorded, out);
    if (!out.events().empty()) member.in_flight.add(recorded.seq, out.events());
}

/// Three passes with fresh deciders, as each disturbs the others: speed, single times, the heap.
void measure(
    const Options& options,
    const std::vector<Recorded>& tape,
    std::size_t index,
    Samples& all,
    Report& report) {
    const auto pass = [&](auto&& each) {
        Ensemble ensemble;
        Ensemble::Member& member = ensemble.members()[index];
        for (const auto& recorded : tape) each(member, recorded);
        return short_name(member.name);
    };
    const Duration start = options.clock.monotonic();
    const std::string name = pass(step);
    const Duration took = options.clock.monotonic() - start;
    pass([&](Ensemble::Member& member, const Recorded& recorded) {
        const Duration before = options.clock.monotonic();
        step(member, recorded);
        all.add(options.clock.monotonic() - before);
    });
    report.add(
        {.key = name + "_decisions_per_second",
         .what = name + ": records believed and decided on",
         .value = rate(tape.size(), took)});
    std::optional<std::uint64_t> allocations;
    pass([&, count = std::optional<AllocationCount>()](
             Ensemble::Member& member, const Recorded& recorded) mutable {
        if (!count) count.emplace();  // what the making of the decider takes does not count
        step(member, recorded);
        allocations = count->so_far();
    });
    if (!allocations) return;
    report.add(
        {.key = name + "_allocations_per_decision",
         .what = name + ": memory asked of the heap, times a decision",
         .value = static_cast<double>(*allocations) / static_cast<double>(tape.size())});
}

}  // namespace

Result<Report> bench_decider(const Options& options) {
    Report report{
        .bench = "decider",
        .where = describe_machine(options.directory.string()),
        .figures = {},
        .notes = {}};
    const auto tape = TRY(tape_in_memory(options));
    if (tape.empty()) return fail("interrupted", ExitCode::Interrupted);
    Samples all;
    const std::size_t deciders = Ensemble().members().size();
    for (std::size_t i = 0; i < deciders; ++i) measure(options, tape, i, all, report);
    // A record counts once for each decider that it goes through.
    double seconds = 0;
    for (const auto& figure : report.figures) {
        if (!figure.key.ends_with("_decisions_per_second")) continue;
        seconds += static_cast<double>(tape.size()) / figure.value;
    }
    report.add(
        {.key = "decisions_per_second",
         .what = "all deciders, one after the other, one thread",
         .value = static_cast<double>(tape.size() * deciders) / seconds});
    report.add(
        {.key = "decision_p50_us", .what = "one decision, p50", .value = all.percentile_us(50)});
    report.add({.key = "decision_p99_us", .what = "the same, p99", .value = all.percentile_us(99)});
    report.add({.key = "decision_max_us", .what = "the slowest", .value = all.percentile_us(100)});
    report.notes.push_back(fmt::format(
        "{} records of a made tape in memory; a decision is one record believed and decided on; "
        "single times include some 0.05 us of looking at the clock",
        tape.size()));
    return report;
}

}  // namespace tapedeck::bench
