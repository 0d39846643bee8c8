#include "cli/whynot.h"

#include "cli/moment.h"
#include "cli/silence.h"
#include "cli/state_verbs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// The readings of the evaluation that came nearest, the miss itself apart.
std::string readings_of(const Silence::Sort& sort) {
    std::string text;
    for (const auto& reading : sort.readings) {
        if (reading.name == "nearest_miss") continue;
        text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", reading.name, reading.value);
    }
    return text;
}

std::string sort_text(const Silence::Sort& sort) {
    std::string text = fmt::format(
        "{:>5}  {:<11}  {}",
        (sort.is_estimate ? "~" : "") + std::to_string(sort.count),
        to_string(sort.outcome),
        sort.reason);
    if (sort.nearest_miss) {
        text +=
            fmt::format("; nearest miss {:.4g} by seq {}", *sort.nearest_miss, sort.nearest.value);
    }
    if (const auto readings = readings_of(sort); !readings.empty()) text += " (" + readings + ")";
    return text + '\n';
}

std::string refusal_text(const Silence::Refusal& refusal) {
    std::string text =
        fmt::format("{:>5}  {:<11}  {}", refusal.count, "denied", to_string(refusal.code));
    const auto& check = refusal.check;
    if (check && check->value && check->limit) {
        text +=
            fmt::format(": {} against {}", check->value->to_string(), check->limit->to_string());
        if (check->headroom) text += fmt::format(" (headroom {})", check->headroom->to_string());
    }
    return text + fmt::format("  ← {}\n", refusal.last.value);
}

std::string obstacle_text(const Silence::Obstacle& obstacle, const Session& session) {
    std::string text = fmt::format("       {}", obstacle.what);
    if (!obstacle.to) {
        text += fmt::format(", from {} on", session.show_clock(obstacle.from));
    } else if (*obstacle.to == obstacle.from) {
        text += fmt::format(", at {}", session.show_clock(obstacle.from));
    } else {
        text += fmt::format(
            ", {} to {}", session.show_clock(obstacle.from), session.show_clock(*obstacle.to));
    }
    return text + fmt::format("  ← {}\n", obstacle.since.value);
}

/// Gaps of a bad feed are many: what is alike is told once.
std::string obstacles_text(const Silence& silence, const Session& session) {
    constexpr std::size_t kShown = 8;
    std::string text;
    std::size_t shown = 0;
    for (const auto& obstacle : silence.obstacles) {
        if (++shown > kShown) {
            return text + fmt::format("       … and {} more\n", silence.obstacles.size() - kShown);
        }
        text += obstacle_text(obstacle, session);
    }
    return text;
}

std::string next_text(const Silence& silence, const WhyNotOptions& options) {
    std::string text = "next: ";
    if (silence.last_order.exists()) {
        text += "tapedeck why " + order_name(silence.last_order) + " · ";
    } else if (!silence.refusals.empty()) {
        text += fmt::format("tapedeck why {} · ", silence.refusals.front().last.value);
    }
    return text + fmt::format(
                      "tapedeck cat --strategy {} --from {} --to {}\n",
                      options.strategy,
                      silence.first.value,
                      silence.last.value);
}

std::string silence_text(
    const Silence& silence, const Session& session, const WhyNotOptions& options) {
    std::string text = fmt::format(
        "{} {}  {} to {}  (seq {} to {})\n",
        options.strategy,
        options.instrument,
        session.show(silence.from),
        session.show(silence.to),
        silence.first.value,
        silence.last.value);
    text += fmt::format(
        "{}, {}, {}, {}, {}\n",
        counted(silence.candles, "candle", "candles"),
        counted(silence.evaluations, "evaluation", "evaluations"),
        counted(silence.signals, "signal", "signals"),
        counted(silence.orders, "order", "orders"),
        counted(silence.fills, "fill", "fills"));
    // The rarest is often the reason, but what is frequent says what the market was like.
    for (const auto& sort : silence.sorts) text += sort_text(sort);
    for (const auto& refusal : silence.refusals) text += refusal_text(refusal);
    text += obstacles_text(silence, session);
    if (silence.candles == 0) text += "       no candle of this instrument came in this time\n";
    if (silence.unrecorded > 0) {
        text += fmt::format(
            "       a run of evaluations of the last {} is not recorded yet: it goes on\n",
            counted(silence.unrecorded, "candle", "candles"));
    }
    return text + next_text(silence, options);
}

Json silence_json(const Silence& silence, const WhyNotOptions& options) {
    Json object{
        {"strategy", options.strategy},
        {"instrument", options.instrument},
        {"from", to_string(silence.from)},
        {"to", to_string(silence.to)},
        {"first_seq", silence.first.value},
        {"last_seq", silence.last.value},
        {"candles", silence.candles},
        {"evaluations", silence.evaluations},
        {"signals", silence.signals},
        {"orders", silence.orders},
        {"fills", silence.fills},
        {"unrecorded", silence.unrecorded}};
    object["outcomes"] = Json::array();
    for (const auto& sort : silence.sorts) {
        Json readings = Json::object();
        for (const auto& reading : sort.readings) readings[reading.name] = reading.value;
        object["outcomes"].push_back(
            {{"outcome", to_string(sort.outcome)},
             {"reason", sort.reason},
             {"count", sort.count},
             {"estimate", sort.is_estimate},
             {"nearest_miss", sort.nearest_miss ? Json(*sort.nearest_miss) : Json(nullptr)},
             {"nearest_seq", sort.nearest.value},
             {"readings", std::move(readings)}});
    }
    object["denials"] = Json::array();
    for (const auto& refusal : silence.refusals) {
        const auto number = [&](const std::optional<Decimal> RuleCheck::*part) {
            const bool known = refusal.check && (*refusal.check).*part;
            return known ? Json(((*refusal.check).*part)->to_string()) : Json(nullptr);
        };
        object["denials"].push_back(
            {{"code", to_string(refusal.code)},
             {"count", refusal.count},
             {"last_seq", refusal.last.value},
             {"value", number(&RuleCheck::value)},
             {"limit", number(&RuleCheck::limit)},
             {"headroom", number(&RuleCheck::headroom)}});
    }
    object["obstacles"] = Json::array();
    for (const auto& obstacle : silence.obstacles) {
        object["obstacles"].push_back(
            {{"what", obstacle.what},
             {"seq", obstacle.since.value},
             {"from", to_string(obstacle.from)},
             {"to", obstacle.to ? Json(to_string(*obstacle.to)) : Json(nullptr)}});
    }
    return object;
}

/// The window that --at and --for name.
Result<std::pair<Time, Time>> window_of(const WhyNotOptions& options, TapeSource& tape) {
    const auto span = parse_duration(options.span);
    if (!span || *span <= Duration::zero()) {
        return fail("--for " + options.span + ": give a duration, such as 1h", ExitCode::Usage);
    }
    const Seq end = TRY(tape.end());
    if (!end.exists()) return fail("this tape is empty", ExitCode::NotFound);
    const Time last = TRY(tape.time_of(end));
    if (options.at.empty()) return std::pair(last - *span, last);
    // A time is meant as it is, whether or not something was recorded then.
    const Moment moment = TRY(parse_moment(options.at));
    Time from{};
    if (const auto* time = std::get_if<Time>(&moment.value)) {
        from = *time;
    } else {
        const Seq first = TRY(first_of(moment, tape));
        from = TRY(tape.time_of(std::min(first, end)));
    }
    return std::pair(from, from + *span);
}

/// The strategies and instruments that the tape has a decision of, for whoever misspelled one.
Result<std::string> known_lines(TapeSource& tape) {
    std::map<std::string, std::set<std::string>> by_strategy;
    const Seq end = TRY(tape.end());
    const auto wanted = [](std::uint16_t type) { return type == StrategyStateChanged::kType; };
    TRY(tape.records({1}, end, wanted, [&](const Recorded& recorded) {
        const auto& changed = *recorded.event.as<StrategyStateChanged>();
        for (const auto& each : changed.instruments) by_strategy[changed.strategy].insert(each);
        return true;
    }));
    std::string text;
    for (const auto& [strategy, instruments] : by_strategy) {
        text += (text.empty() ? "" : "; ") + strategy + " on ";
        for (const auto& each : instruments)
            text += (each == *instruments.begin() ? "" : ", ") + each;
    }
    return text;
}

}  // namespace

Result<> whynot(Session& session, const WhyNotOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const auto instrument = Instrument::parse(options.instrument);
    if (!instrument) return fail(instrument.error().message, ExitCode::Usage);
    const auto window = TRY(window_of(options, tape));
    const Silence silence = TRY(gather_silence(tape, options.strategy, *instrument, window));
    if (!silence.is_known) {
        const std::string known = TRY(known_lines(tape));
        return fail(
            options.strategy + " on " + options.instrument + " is not on this tape" +
                (known.empty() ? "; it has no strategy at all" : "; there is " + known),
            ExitCode::NotFound);
    }
    if (!silence.first.exists()) {
        return fail(
            "nothing was recorded from " + session.show(window.first) + " to " +
                session.show(window.second),
            ExitCode::NotFound);
    }
    if (session.options().json) {
        return session.print(
            silence_json(silence, options).dump(-1, ' ', false, Json::error_handler_t::replace) +
            '\n');
    }
    return session.print(silence_text(silence, session, options));
}

}  // namespace tapedeck::cli
