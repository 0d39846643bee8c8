#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "bench/report.h"
#include "ops/clock.h"

#include <filesystem>
#include <functional>

namespace tapedeck::bench {

/// What every bench is told.
struct Options {
    const ops::Clock& clock;
    std::filesystem::path directory;  ///< where the tape would be: a directory is made in it
    std::filesystem::path programs;   ///< of tapedeck-journal and the others
    Duration time{};                  ///< what the measuring may take, without start and end
    std::function<bool()> interrupted = [] { return false; };
};

/// Figures of a build without optimisation say nothing. Exit 6 for one, unless `allow_debug`.
Result<> refuse_debug(bool allow_debug);

/// 4 KiB appended and flushed, again and again; then large writes.
Result<Report> bench_disk(const Options& options);

/// One producer → tapedeck-journal → one subscriber: durable events a second, submit to
/// acknowledgement at 1,000 a second, beside the disk's flush and the socket's hop.
Result<Report> bench_journal(const Options& options);

/// A tick at the market-data lane → its OrderIntended durable and published, at 1,000 ticks a
/// second, through journal, strategy, risk and execution.
Result<Report> bench_latency(const Options& options);

/// A tape read from disk: CRC and chain alone, decoded through a strategy, all deciders run again.
Result<Report> bench_replay(const Options& options);

/// The deciders in memory: decisions a second, the slowest, and what they ask of the heap.
Result<Report> bench_decider(const Options& options);

/// Deciders over market data in memory: candles and trades a second on one thread, a sweep on all.
Result<Report> bench_backtest(const Options& options);

/// A venue's formats in memory: an order to signed bytes, a book's message to an event; and an
/// order to its acknowledgement by a simulator of the venue.
Result<Report> bench_venue(const Options& options);

/// The first half of it: all that needs no other program.
Result<Report> bench_venue_formats(const Options& options);

}  // namespace tapedeck::bench
