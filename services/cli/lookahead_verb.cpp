#include "cli/lookahead_verb.h"

#include "ops/build_info.h"
#include "ops/progress.h"
#include "research/sweep/lookahead.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace tapedeck::cli {

using research::ChangedDecision;
using research::EarlyCandle;
using research::LookaheadOutcome;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kShown = 10;

std::string or_nothing(const std::string& text) {
    return text.empty() ? "nothing" : text;
}

std::string describe(const EarlyCandle& early) {
    return fmt::format(
        "the candle of {} that opened at {} and lasts {} was given at {}, before it closed",
        early.candle.instrument.name(),
        to_string(early.candle.open_time),
        to_string(early.candle.interval),
        to_string(early.given_at));
}

std::string describe(const ChangedDecision& changed) {
    return fmt::format(
        "cut at {}{}\n  with the future:    {}\n  without the future: {}\n",
        to_string(changed.cut),
        changed.said_at ? ", said at " + to_string(*changed.said_at) : "",
        or_nothing(changed.with_future),
        or_nothing(changed.without_future));
}

Json json_of(const LookaheadOutcome& outcome) {
    Json json;
    json["clean"] = outcome.is_clean();
    json["cuts"] = outcome.cuts;
    json["decisions"] = outcome.decisions;
    json["compared"] = outcome.compared;
    json["changed"] = Json::array();
    for (const auto& changed : outcome.changed) {
        Json row;
        row["cut"] = to_string(changed.cut);
        if (changed.said_at) row["said_at"] = to_string(*changed.said_at);
        row["with_future"] = changed.with_future;
        row["without_future"] = changed.without_future;
        json["changed"].push_back(std::move(row));
    }
    json["early_candles"] = outcome.early_candles;
    if (outcome.first_early) json["first_early_candle"] = describe(*outcome.first_early);
    return json;
}

std::string text_of(const LookaheadOutcome& outcome) {
    std::string text = fmt::format(
        "{} decisions over all data; the future cut off at {} points, {} decisions compared: {}\n",
        outcome.decisions,
        outcome.cuts,
        outcome.compared,
        outcome.changed.empty() ? "none changes"
                                : fmt::format("at {} of them one changes", outcome.changed.size()));
    for (std::size_t i = 0; i < outcome.changed.size() && i < kShown; ++i) {
        text += describe(outcome.changed[i]);
    }
    if (outcome.early_candles > 0) {
        text += fmt::format(
            "{} candles were given before they closed; {}\n",
            outcome.early_candles,
            describe(*outcome.first_early));
    }
    return text;
}

}  // namespace

Result<> lookahead(Session& session, const LookaheadVerbOptions& options) {
    const LoadedData loaded = TRY(load_data(session, options.data));
    std::optional<ops::Progress> progress;
    progress.emplace(
        "lookahead", options.cuts, "cuts", session.world().clock, session.progress_output());
    research::LookaheadOptions check;
    check.configuration = loaded.settings;
    check.cuts = options.cuts;
    check.seed = options.seed;
    check.run.build = ops::identity(ops::build_info());
    check.interrupted = session.world().interrupted;
    check.progress = [&](std::uint64_t cuts) { progress->advance_to(cuts); };
    const auto outcome = TRY(research::check_lookahead(loaded.view, check));
    progress.reset();  // takes its line away
    if (outcome.interrupted) return fail("", ExitCode::Interrupted);
    TRY(session.print(session.options().json ? json_of(outcome).dump() + '\n' : text_of(outcome)));
    if (outcome.is_clean()) return {};
    return fail(
        "decisions know the future: what they are based on is to be mended", ExitCode::Integrity);
}

}  // namespace tapedeck::cli
