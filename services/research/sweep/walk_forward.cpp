#include "research/sweep/walk_forward.h"

#include "research/report/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tapedeck::research {

namespace {

constexpr std::size_t kWindowsMax = 1000;

tl::unexpected<Error> refuse(std::string message) {
    return fail(std::move(message), ExitCode::Usage);
}

struct Lengths {
    std::size_t count = 0;
    Duration in{};
    Duration out{};
};

Result<Lengths> lengths_of(Duration total, const WindowOptions& options) {
    Lengths lengths;
    if (options.in_length > Duration{} || options.out_length > Duration{}) {
        if (options.in_length <= Duration{} || options.out_length <= Duration{}) {
            return refuse("windows by durations need both --in-sample and --out-of-sample");
        }
        lengths.in = options.in_length;
        lengths.out = options.out_length;
        if (lengths.in + lengths.out > total) {
            return refuse(
                "no window of " + to_string(lengths.in) + " and " + to_string(lengths.out) +
                " fits into " + to_string(total) + " of data");
        }
        lengths.count = static_cast<std::size_t>((total - lengths.in) / lengths.out);
    } else {
        if (options.count == 0) return refuse("--walk-forward needs a number of windows from 1 on");
        if (!(options.in_sample > 0 && options.in_sample < 1)) {
            return refuse("--in-sample is a share between 0 and 1, or a duration");
        }
        lengths.count = options.count;
        const double parts =
            static_cast<double>(options.count) + options.in_sample / (1 - options.in_sample);
        lengths.out = Duration(std::llround(static_cast<double>(total.count()) / parts));
        lengths.in = total - lengths.out * static_cast<std::int64_t>(options.count);
    }
    if (lengths.count > kWindowsMax) {
        return refuse(
            std::to_string(lengths.count) + " windows are more than " +
            std::to_string(kWindowsMax) + ": make them longer");
    }
    if (lengths.out <= Duration{} || lengths.in <= Duration{}) {
        return refuse("the data are too short for so many windows");
    }
    return lengths;
}

Time nearest_midnight(Time time) {
    return std::chrono::floor<std::chrono::days>(time + std::chrono::hours(12));
}

/// One run of the pool: a set over a part of a window.
struct Place {
    std::size_t window = 0;
    std::size_t set = 0;
};

/// What runs share, whichever part of their windows they are of.
struct Pool {
    const SweepPlan& plan;
    const Recording& recording;
    const MakeSettings& make_settings;
    const PoolOptions& options;
    ResultStore& store;

    /// `span_of` makes a task of a window: its data, and from where they count.
    Result<PoolOutcome> run(
        const std::vector<Place>& places,
        const std::function<Part(std::size_t window)>& part_of,
        const std::function<Task(std::size_t window)>& span_of) const {
        const auto task_of = [&](std::size_t i) {
            Task task = span_of(places[i].window);
            task.overrides = plan.overrides(places[i].set);
            return task;
        };
        return run_pool(
            places.size(),
            task_of,
            make_settings,
            options,
            [&](std::size_t i, const RunResult& result) {
                const auto& [window, set] = places[i];
                return store.add(part_of(window), set, plan.values(set), result);
            });
    }
};

/// Every set in the sample of every window.
Result<PoolOutcome> choose_from(const Pool& pool, const std::vector<Window>& windows) {
    std::vector<Place> places;
    for (std::size_t window = 0; window < windows.size(); ++window) {
        const auto ended = TRY(pool.store.ended(in_part(window)));
        for (std::size_t set = 0; set < pool.plan.size(); ++set) {
            if (!ended.contains(set)) places.push_back({window, set});
        }
    }
    return pool.run(places, in_part, [&](std::size_t i) {
        Task task;
        task.data = pool.recording.between(windows[i].in_begin, windows[i].out_begin);
        return task;
    });
}

/// The chosen set of each window, behind its sample.
Result<PoolOutcome> hold_against(const Pool& pool, const std::vector<WindowResult>& windows) {
    std::vector<Place> places;
    for (std::size_t window = 0; window < windows.size(); ++window) {
        const auto& chosen = windows[window].chosen;
        if (!chosen) continue;
        const auto ended = TRY(pool.store.ended(out_part(window)));
        if (!ended.contains(*chosen)) places.push_back({window, static_cast<std::size_t>(*chosen)});
    }
    return pool.run(places, out_part, [&](std::size_t i) {
        const Window& window = windows[i].window;
        Task task;
        task.data = pool.recording.between(window.in_begin, window.out_end);
        task.counts_from = window.out_begin;
        return task;
    });
}

void add(std::vector<Figure>& figures, Figure figure, const statistics::Value& value) {
    figure.value = value.number;
    figure.missing = value.missing;
    figures.push_back(std::move(figure));
}

statistics::Value guarded(std::size_t days, std::uint64_t needed, const statistics::Value& value) {
    std::string why = statistics::too_few_days(days, needed);
    return why.empty() ? value : statistics::Value::none(std::move(why));
}

}  // namespace

Result<std::vector<Window>> cut_windows(Time begin, Time end, const WindowOptions& options) {
    const Lengths lengths = TRY(lengths_of(end - begin, options));
    const bool by_days = lengths.out >= std::chrono::days(1);
    const auto edge = [&](Time time) {
        if (time >= end) return end;
        return by_days ? std::clamp(nearest_midnight(time), begin, end) : time;
    };
    std::vector<Window> windows;
    for (std::size_t i = 0; i < lengths.count; ++i) {
        const Duration passed = lengths.out * static_cast<std::int64_t>(i);
        Window window;
        window.in_begin = options.is_anchored || i == 0 ? begin : edge(begin + passed);
        window.out_begin = edge(begin + passed + lengths.in);
        window.out_end = edge(begin + passed + lengths.in + lengths.out);
        // By share they fill the data; what is less than a day must not fall off the end.
        if (options.in_length == Duration{} && i + 1 == lengths.count) window.out_end = end;
        if (window.in_begin >= window.out_begin || window.out_begin >= window.out_end) {
            return refuse("the data are too short for so many windows");
        }
        windows.push_back(window);
    }
    return windows;
}

Result<WalkForwardOutcome> walk_forward(
    const SweepPlan& plan,
    const Recording& recording,
    const std::vector<Window>& windows,
    const Ranking& ranking,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    ResultStore& store) {
    WalkForwardOutcome outcome;
    const Pool in_sample{plan, recording, make_settings, options, store};
    outcome.pool = TRY(choose_from(in_sample, windows));
    if (outcome.pool.interrupted) return outcome;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        WindowResult result;
        result.window = windows[i];
        const auto best = TRY(store.ranking(in_part(i), ranking.key, ranking.lowest, 1));
        if (!best.empty() && best.front().figure) {
            result.chosen = best.front().set;
            result.in_figure = best.front().figure;
        }
        outcome.windows.push_back(result);
    }
    // It is told of these runs as well, from where the others ended.
    PoolOptions later = options;
    if (options.progress) {
        later.progress = [&](std::size_t ended) { options.progress(outcome.pool.ended + ended); };
    }
    const Pool pool{plan, recording, make_settings, later, store};
    const PoolOutcome out = TRY(hold_against(pool, outcome.windows));
    outcome.pool.ended += out.ended;
    outcome.pool.failed += out.failed;
    outcome.pool.interrupted = out.interrupted;
    return outcome;
}

Result<std::vector<double>> out_of_sample_returns(
    const WalkForwardOutcome& outcome, ResultStore& store) {
    std::vector<double> all;
    for (std::size_t i = 0; i < outcome.windows.size(); ++i) {
        const auto& chosen = outcome.windows[i].chosen;
        if (!chosen) continue;
        const auto returns = TRY(store.returns(out_part(i), *chosen));
        all.insert(all.end(), returns.begin(), returns.end());
    }
    return all;
}

std::vector<Figure> figures_of(const std::vector<double>& returns) {
    double index = 1;
    double peak = 1;
    double deepest = 0;
    for (const double r : returns) {
        index *= 1 + r;
        peak = std::max(peak, index);
        deepest = std::max(deepest, 1 - index / peak);
    }
    const std::size_t days = returns.size();
    std::vector<Figure> figures;
    const auto say = [&](const char* key, const char* label, Unit unit, statistics::Value value) {
        add(figures, {.key = key, .section = "", .label = label, .unit = unit, .n = days}, value);
    };
    using statistics::kDaysForSpread;
    using statistics::kDaysForYears;
    using statistics::Value;
    say("total_return", "Total return", Unit::Percent, Value(index - 1));
    const Value cagr = index > 0 && days > 0
                           ? Value(statistics::cagr(index, static_cast<double>(days)))
                           : Value::none("ruined");
    say("cagr", "CAGR", Unit::Percent, guarded(days, kDaysForYears, cagr));
    const Value volatility(statistics::volatility(returns));
    say("volatility", "Volatility", Unit::Percent, guarded(days, kDaysForSpread, volatility));
    say("sharpe",
        "Sharpe",
        Unit::Ratio,
        guarded(days, kDaysForSpread, statistics::sharpe(returns)));
    say("sortino",
        "Sortino",
        Unit::Ratio,
        guarded(days, kDaysForSpread, statistics::sortino(returns)));
    say("max_drawdown", "Max drawdown", Unit::Percent, Value(deepest));
    return figures;
}

}  // namespace tapedeck::research
