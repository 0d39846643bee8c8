#include "research/backtest/backtest.h"

#include "bench/bench.h"
#include "bench/made_market.h"
#include "bench/samples.h"
#include "research/report/report.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace tapedeck::bench {

namespace {

using research::Backtest;
using research::BacktestOptions;
using research::Recording;

constexpr std::size_t kYear = std::size_t{365} * 24 * 60;
constexpr std::size_t kMinutes = 200'000;
constexpr std::size_t kTradeMinutes = 10'000;
constexpr std::size_t kTradesAMinute = 60;
/// Entry and exit, and the stop and take-profit between: four orders a wave.
constexpr std::size_t kWave = 400;
constexpr double kIdleGoal = 3e6;
constexpr double kTradingGoal = 1e6;
/// Parts of the time: reading, idle, trading, trades; the rest is the sweep's.
constexpr int kPart = 10;
constexpr double kMebi = 1024.0;

/// RSI, MACD and Bollinger with a vote each, as the demo has it; keys that are missing have their
/// defaults.
BacktestOptions trader(const std::string& period = "14") {
    BacktestOptions options;
    options.build = "bench";
    const std::pair<const char*, std::string> keys[] = {
        {"strategy.vote.kind", "vote"},
        {"strategy.vote.instruments", "bench:BTC/USD"},
        {"strategy.vote.rsi_period", period},
        {"risk.currency", "USD"},
        {"risk.day_trades", "1000"},
        {"risk.max_drawdown", "1"},
        {"risk.day_loss", "1"},
        {"paper.cash", "USD:1000000"}};
    for (const auto& [key, value] : keys) options.configuration.set(key, value);
    return options;
}

Result<Recording> made(const MarketShape& shape) {
    MadeMarket market(shape);
    return Recording::load(market, {});
}

/// How often per second `pass` gets through `count` things; the fastest pass of those that fit.
double best_rate(const Options& options, std::uint64_t count, const std::function<void()>& pass) {
    double best = 0;
    const Duration start = options.clock.monotonic();
    do {
        const Duration before = options.clock.monotonic();
        pass();
        best = std::max(best, rate(count, options.clock.monotonic() - before));
    } while (options.clock.monotonic() - start < options.time / kPart && !options.interrupted());
    return best;
}

/// The data alone, event by event, with nobody to hear them: what no backtest can beat.
void read_only(const Recording& recording) {
    Recorded recorded;
    std::int64_t sum = 0;
    for (std::size_t step = 0; step < recording.steps(); ++step) {
        recording.visit_step(step, recorded, [&] { sum += to_ns(recorded.happened_at); });
    }
    static std::atomic<std::int64_t> kept;  // or all of it could be left out
    kept = sum;
}

struct Orders {
    std::uint64_t intended = 0;
    std::uint64_t filled = 0;
    std::uint64_t records = 0;
};

Orders count_orders(const Recording& recording) {
    Orders orders;
    Backtest backtest(recording.all(), trader(), [&](const Recorded& each) {
        ++orders.records;
        if (each.event.as<OrderIntended>() != nullptr) ++orders.intended;
        if (each.event.as<OrderFilled>() != nullptr) ++orders.filled;
    });
    backtest.run();
    return orders;
}

Result<double> candles_per_second(const Options& options, const Recording& recording) {
    return best_rate(options, recording.market_data(recording.all()), [&] {
        Backtest(recording.all(), trader()).run();
    });
}

/// One set of parameters after the other, each over the whole year with its report, on so many
/// threads, for so long.
double sets_per_second(
    const Options& options, const Recording& year, unsigned threads, Duration time) {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> done{0};
    const Duration start = options.clock.monotonic();
    {
        std::vector<std::jthread> pool;
        for (unsigned i = 0; i < threads; ++i) {
            pool.emplace_back([&] {
                do {
                    const auto period = std::to_string(5 + next++ % 50);
                    research::ReportFold fold;
                    Backtest backtest(year.all(), trader(period), [&](const Recorded& each) {
                        fold.apply(each);
                    });
                    backtest.run();
                    if (fold.report().find("sharpe") != nullptr) ++done;
                } while (options.clock.monotonic() - start < time);
            });
        }
    }
    return rate(done, options.clock.monotonic() - start);
}

double peak_rss_mb() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / kMebi;
}

Result<> measure_sweep(const Options& options, Report& report) {
    const Recording year = TRY(made({.minutes = kYear, .wave = kWave}));
    const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    const Duration time = options.time / kPart;
    const double alone = sets_per_second(options, year, 1, time);
    const double together = sets_per_second(options, year, threads, 2 * time);
    report.add(
        {.key = "sweep_sets_per_second",
         .what = fmt::format("sets of parameters over a year of minutes, {} threads", threads),
         .value = together});
    report.add(
        {.key = "sweep_thousand_sets_s",
         .what = "a thousand of them would take, seconds",
         .value = together > 0 ? 1000 / together : 0});
    report.add(
        {.key = "sweep_scaling_ratio",
         .what = fmt::format("{} threads against one", threads),
         .value = alone > 0 ? together / alone : 0});
    report.add(
        {.key = "year_mb",
         .what = "a year of minutes in memory, MiB",
         .value = static_cast<double>(year.bytes()) / kMebi / kMebi});
    return {};
}

}  // namespace

Result<Report> bench_backtest(const Options& options) {
    Report report{
        .bench = "backtest",
        .where = describe_machine(options.directory.string()),
        .figures = {},
        .notes = {}};
    const Recording idle = TRY(made({.minutes = kMinutes}));
    const Recording trading = TRY(made({.minutes = kMinutes, .wave = kWave}));
    const Recording trades =
        TRY(made({.minutes = kTradeMinutes, .wave = kWave, .trades_a_minute = kTradesAMinute}));
    report.add(
        {.key = "candles_read_per_second",
         .what = "the data alone, nobody listening",
         .value = best_rate(options, kMinutes, [&] { read_only(idle); })});
    report.add(
        {.key = "candles_per_second_idle",
         .what = "through strategy, risk, orders, paper venue and portfolio; nothing to do",
         .value = TRY(candles_per_second(options, idle)),
         .at_least = kIdleGoal});
    report.add(
        {.key = "candles_per_second_trading",
         .what = "the same with an order every hundred candles",
         .value = TRY(candles_per_second(options, trading)),
         .at_least = kTradingGoal});
    report.add(
        {.key = "trades_per_second",
         .what = "trades, sixty a candle, with the same orders",
         .value = TRY(candles_per_second(options, trades))});
    TRY(measure_sweep(options, report));
    report.add({.key = "peak_rss_mb", .what = "resident at most, MiB", .value = peak_rss_mb()});
    const Orders orders = count_orders(trading);
    report.notes.push_back(fmt::format(
        "idle: {} orders in {} candles; trading: {} orders, {} fills, {} records in all; one "
        "thread, "
        "the fastest pass of each",
        count_orders(idle).intended,
        kMinutes,
        orders.intended,
        orders.filled,
        orders.records));
    return report;
}

}  // namespace tapedeck::bench
