#include "cli/research_data.h"

#include "cli/configuration.h"
#include "cli/moment.h"
#include "cli/stack_verbs.h"
#include "market-data/shell/make_feed.h"
#include "ops/build_info.h"
#include "ops/progress.h"
#include "tape/format.h"

#include <CLI/CLI.hpp>

#include <utility>

namespace tapedeck::cli {

namespace {

/// "2026-11-20" or with a time of day: data have a calendar, but no end to count back from.
Result<Time> time_named(const std::string& flag, const std::string& text) {
    const auto moment = parse_moment(text);
    const Time* time = moment ? std::get_if<Time>(&moment->value) : nullptr;
    if (time != nullptr) return *time;
    return fail(
        flag + " \"" + text + "\": not a time; write 2026-11-20 or 2026-11-20T12:05:00Z",
        ExitCode::Usage);
}

Result<research::RecordingView> select(
    const research::Recording& recording, const DataOptions& options) {
    const Time from = options.from.empty() ? Time::min() : TRY(time_named("--from", options.from));
    const Time to = options.to.empty() ? Time::max() : TRY(time_named("--to", options.to));
    const auto view = recording.between(from, to);
    if (!view.empty()) return view;
    if (recording.steps() == 0) return fail("the data hold nothing", ExitCode::NotFound);
    return fail(
        "there is nothing between --from and --to: the data go from " +
            to_string(recording.time_of(0)) + " to " +
            to_string(recording.time_of(recording.steps() - 1)),
        ExitCode::NotFound);
}

/// 48 bits, as a tape's id is, of what makes the run.
std::uint64_t id_of(const Settings& settings, const research::Recording& recording) {
    std::string text = recording.source();
    for (const auto& [key, value] : settings.values()) text += '\n' + key + '=' + value;
    const tape::Hash hash = tape::sha256(text);
    constexpr std::size_t kBytes = 6;
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < kBytes; ++i) id = id << 8U | hash[i];
    return id;
}

/// A strategy whose candles are shorter than the data's is never asked, and nothing else says so.
void warn_of_idle_strategies(Session& session, const LoadedData& loaded) {
    for (const auto& name : loaded.settings.names_in("strategy")) {
        const std::string key = "strategy." + name;
        const Duration interval = loaded.settings.duration(key + ".interval", Duration::zero());
        for (const auto& text : loaded.settings.list(key + ".instruments")) {
            const auto instrument = Instrument::parse(text);
            if (!instrument) continue;
            const Duration candle = loaded.recording->shortest_candle(*instrument);
            const bool is_made =
                candle == Duration::zero() || interval % candle == Duration::zero();
            if (is_made) continue;
            session.note(
                "warning: " + key + ".interval is " + to_string(interval) + ", the candles of " +
                text + " are of " + to_string(candle) + ": it will never be evaluated; --set " +
                key + ".interval=" + to_string(candle));
            break;
        }
    }
}

}  // namespace

void add_data_options(CLI::App& command, DataOptions& options) {
    command
        .add_option(
            "--data", options.files, "Candles, trades or quotes: csv, gz, zst; a tape's directory")
        ->required();
    command.add_option("--from", options.from, "Begin with the data of this time");
    command.add_option("--to", options.to, "End before this time");
}

research::BacktestOptions LoadedData::backtest(const Settings& own) const {
    return {
        .configuration = own,
        .tape_id = id_of(own, *recording),
        .build = ops::identity(ops::build_info())};
}

Result<LoadedData> load_data(Session& session, const DataOptions& options) {
    LoadedData loaded;
    UpOptions as_up;
    as_up.data = options.files;
    loaded.overrides = TRY(overrides_for_data(session, as_up));
    loaded.settings = TRY(effective_settings(session, loaded.overrides));
    const auto feed = TRY(market_data::make_feed(loaded.settings));
    const auto length = feed->progress();
    ops::Progress progress(
        "loading",
        length ? length->total : 0,
        "bytes",
        session.world().clock,
        session.progress_output());
    auto recording = TRY(research::Recording::load(*feed, [&](const market_data::Feed& at) {
        if (const auto place = at.progress()) progress.advance_to(place->read);
        return !session.world().interrupted();
    }));
    loaded.recording = std::make_unique<research::Recording>(std::move(recording));
    loaded.view = TRY(select(*loaded.recording, options));
    warn_of_idle_strategies(session, loaded);
    return loaded;
}

}  // namespace tapedeck::cli
