#include "cli/sweep_verb.h"

#include "cli/configuration.h"
#include "cli/sweep_print.h"
#include "ops/build_info.h"
#include "ops/progress.h"
#include "tape/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

namespace tapedeck::cli {

using research::MakeSettings;
using research::ResultStore;
using research::SweepPlan;

namespace {

/// Everything that a sweep runs on.
struct Prepared {
    LoadedData data;
    SweepPlan plan;
    std::vector<research::Window> windows;  ///< empty = no walk-forward
    research::SweepIdentity identity;
    std::string database;
};

/// What is both swept and fixed would be fixed.
Result<> check_not_fixed(const Session& session, const SweepPlan& plan) {
    for (const auto& axis : plan.axes()) {
        for (const auto& fixed : session.options().overrides) {
            if (!fixed.starts_with(axis.key + '=')) continue;
            return fail(
                axis.key + " is given by --param and by --set: leave one of them out",
                ExitCode::Usage);
        }
    }
    return {};
}

/// "0.7" or "90d"
Result<research::WindowOptions> window_options(const SweepVerbOptions& options) {
    research::WindowOptions windows;
    windows.count = options.walk_forward;
    windows.is_anchored = options.anchored;
    if (!options.in_sample.empty()) {
        const auto share = Decimal::parse(options.in_sample);
        if (share) {
            windows.in_sample = share->to_double();
        } else {
            windows.in_length = TRY(parse_duration(options.in_sample));
        }
    }
    if (!options.out_of_sample.empty()) {
        windows.out_length = TRY(parse_duration(options.out_of_sample));
    }
    const bool by_durations = windows.in_length > Duration{} || windows.out_length > Duration{};
    if (by_durations && options.walk_forward != 0) {
        return fail(
            "--walk-forward N divides the data by a share; with durations there are as many "
            "windows as fit: leave --walk-forward out",
            ExitCode::Usage);
    }
    return windows;
}

Result<std::vector<research::Window>> windows_for(
    const SweepVerbOptions& options, const research::RecordingView& view) {
    const bool is_asked =
        options.walk_forward != 0 || !options.in_sample.empty() || !options.out_of_sample.empty();
    if (!is_asked) return std::vector<research::Window>{};
    const auto how = TRY(window_options(options));
    const auto& recording = *view.recording;
    // The last step belongs to the last window.
    return research::cut_windows(
        recording.time_of(view.first), recording.time_of(view.end - 1) + Duration(1), how);
}

/// What two sweeps must share: the part of the configuration that decides, without what is swept.
std::string fixed_part(const Settings& settings, const SweepPlan& plan) {
    static constexpr std::array<std::string_view, 4> kSections = {
        "strategy.", "risk.", "execution.", "paper."};
    std::string text;
    for (const auto& [key, value] : settings.values()) {
        const bool decides = std::any_of(kSections.begin(), kSections.end(), [&](auto section) {
            return key.starts_with(section);
        });
        const bool is_swept =
            std::any_of(plan.axes().begin(), plan.axes().end(), [&](const auto& axis) {
                return axis.key == key;
            });
        if (decides && !is_swept) text += key + '=' + value + '\n';
    }
    return text;
}

research::SweepIdentity identity_of(const Prepared& prepared) {
    research::SweepIdentity identity;
    for (const auto& axis : prepared.plan.axes()) identity.keys.push_back(axis.key);
    identity.plan = prepared.plan.text();
    for (const auto& window : prepared.windows) {
        identity.plan += "; window " + to_string(window.in_begin) + ' ' +
                         to_string(window.out_begin) + ' ' + to_string(window.out_end);
    }
    identity.configuration = fixed_part(prepared.data.settings, prepared.plan);
    const auto& view = prepared.data.view;
    identity.data = fmt::format(
        "{}; steps {} to {} of {}",
        view.recording->source(),
        view.first,
        view.end,
        view.recording->steps());
    identity.build = ops::identity(ops::build_info());
    return identity;
}

/// Where the results go unless --db says it: a name that follows from plan and data, so that the
/// same command with --resume finds it.
std::string database_for(const Session& session, const research::SweepIdentity& identity) {
    constexpr std::size_t kDigits = 16;
    const auto hash = tape::to_hex(tape::sha256(identity.plan + '\n' + identity.data));
    return (session.home().directory / "sweeps" / (hash.substr(0, kDigits) + ".sqlite")).string();
}

Result<Prepared> prepare(Session& session, const SweepVerbOptions& options) {
    Prepared prepared;
    prepared.plan = TRY(SweepPlan::make(
        {.parameters = options.parameters, .random = options.random, .seed = options.seed}));
    TRY(check_not_fixed(session, prepared.plan));
    prepared.data = TRY(load_data(session, options.data));
    prepared.windows = TRY(windows_for(options, prepared.data.view));
    prepared.identity = identity_of(prepared);
    prepared.database =
        options.database.empty() ? database_for(session, prepared.identity) : options.database;
    return prepared;
}

Result<ResultStore> open_store(const Prepared& prepared, const SweepVerbOptions& options) {
    const std::string& path = prepared.database;
    if (options.resume && options.fresh) {
        return fail("--resume and --fresh exclude each other", ExitCode::Usage);
    }
    if (options.resume) return ResultStore::resume(path, prepared.identity);
    if (options.fresh) TRY(ResultStore::discard(path));
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    return ResultStore::create(path, prepared.identity);
}

MakeSettings settings_maker(const Session& session, const LoadedData& data) {
    return [&session, &data](const std::vector<std::string>& own) {
        std::vector<std::string> overrides = data.overrides;
        overrides.insert(overrides.end(), own.begin(), own.end());
        return effective_settings(session, overrides);
    };
}

Result<> write_csv(ResultStore& store, const std::string& path) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    TRY(store.write_csv(out));
    if (!out.flush()) return fail(path + ": cannot be written");
    return {};
}

std::uint64_t runs_in(const Prepared& prepared) {
    const std::uint64_t sets = prepared.plan.size();
    return prepared.windows.empty() ? sets : prepared.windows.size() * (sets + 1);
}

Result<> finish(
    Session& session,
    const Prepared& prepared,
    const research::PoolOutcome& pool,
    std::uint64_t left) {
    if (pool.interrupted) {
        session.note(fmt::format(
            "stopped; {} of {} runs were done now, all that is done is kept in {}\n"
            "next: the same command with --resume",
            pool.ended,
            left,
            prepared.database));
        return fail("", ExitCode::Interrupted);
    }
    session.note("results: " + prepared.database);
    return {};
}

}  // namespace

Result<> sweep(Session& session, const SweepVerbOptions& options) {
    const Prepared prepared = TRY(prepare(session, options));
    ResultStore store = TRY(open_store(prepared, options));
    session.note(fmt::format(
        "{}; {} steps, {} threads",
        prepared.plan.describe(),
        prepared.data.view.end - prepared.data.view.first,
        research::threads_of(options.threads)));
    const std::uint64_t kept = TRY(store.count());
    const std::uint64_t left = std::max(runs_in(prepared), kept) - kept;
    std::optional<ops::Progress> progress;
    progress.emplace("sweep", left, "runs", session.world().clock, session.progress_output());
    research::PoolOptions pool;
    pool.threads = options.threads;
    pool.run.build = prepared.identity.build;
    pool.interrupted = session.world().interrupted;
    pool.progress = [&](std::size_t ended) { progress->advance_to(ended); };
    const MakeSettings make = settings_maker(session, prepared.data);
    const research::Ranking ranking{
        options.rank, options.lowest || research::is_better_low(options.rank)};
    const SweepAnswer answer{prepared.plan, store, ranking, options.top, prepared.database};

    research::WalkForwardOutcome outcome;
    if (prepared.windows.empty()) {
        outcome.pool =
            TRY(research::run_stored_sweep(prepared.plan, prepared.data.view, make, pool, store));
    } else {
        outcome = TRY(research::walk_forward(
            prepared.plan, *prepared.data.recording, prepared.windows, ranking, make, pool, store));
    }
    progress.reset();  // takes its line away
    if (!options.csv.empty()) TRY(write_csv(store, options.csv));
    TRY(finish(session, prepared, outcome.pool, left));
    if (prepared.windows.empty()) return print_ranking(session, answer);
    return print_walk_forward(session, answer, outcome);
}

}  // namespace tapedeck::cli
