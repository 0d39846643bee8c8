#include "cli/what_if.h"

#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/record_line.h"
#include "cli/replay.h"
#include "cli/state_verbs.h"
#include "events/print.h"
#include "ops/build_info.h"
#include "ops/progress.h"
#include "research/whatif/whatif.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;
using research::Change;
using research::WhatIf;

constexpr std::uint64_t kRecordsPerLook = 16'384;

/// Both readings of the tape.
Result<> read_twice(Session& session, TapeSource& tape, Seq to, WhatIf& what_if) {
    ops::Progress progress(
        "deciding again",
        2 * to.value,
        "records",
        session.world().clock,
        session.progress_output());
    std::uint64_t done = 0;
    bool interrupted = false;
    const auto look = [&] {
        if (++done % kRecordsPerLook != 0) return true;
        progress.advance_to(done);
        interrupted = session.world().interrupted();
        return !interrupted;
    };
    TRY(tape.records({1}, to, {}, [&](const Recorded& recorded) {
        what_if.index(recorded);
        return look();
    }));
    if (!interrupted) {
        TRY(tape.records({1}, to, {}, [&](const Recorded& recorded) {
            what_if.take(recorded);
            return look();
        }));
    }
    if (interrupted) return fail("", ExitCode::Interrupted);
    what_if.finish();
    return {};
}

Listing list_counts(const WhatIf& what_if) {
    Listing listing(
        {{"", "what", Look::Text},
         {"RECORDED", "recorded", Look::Exact},
         {"WHAT IF", "what_if", Look::Exact},
         {"Δ", "delta", Look::Exact}});
    const auto& recorded = what_if.recorded().counts();
    const auto& again = what_if.again().counts();
    const auto add = [&](const std::string& name, std::uint64_t before, std::uint64_t now) {
        const auto delta = static_cast<std::int64_t>(now) - static_cast<std::int64_t>(before);
        listing.add(
            {name,
             std::to_string(before),
             std::to_string(now),
             delta == 0 ? "0" : fmt::format("{:+}", delta)});
    };
    add("evaluations", recorded.evaluations, again.evaluations);
    add("targets", recorded.targets, again.targets);
    add("approvals", recorded.approvals, again.approvals);
    add("denials", recorded.denials, again.denials);
    add("orders", recorded.orders, again.orders);
    add("cancellations", recorded.cancels, again.cancels);
    add("fills", recorded.fills, again.fills);
    add("fills simulated", recorded.simulated_fills, again.simulated_fills);
    std::map<std::string, std::pair<Money, Money>> fees;
    for (const auto& [currency, fee] : recorded.fees) fees[currency].first = fee;
    for (const auto& [currency, fee] : again.fees) fees[currency].second = fee;
    for (const auto& [currency, both] : fees) {
        listing.add(
            {"fees " + currency,
             both.first.to_string(),
             both.second.to_string(),
             (both.second - both.first).to_string()});
    }
    return listing;
}

Listing list_equity(const WhatIf& what_if) {
    Listing listing(
        {{"DAY", "day", Look::Text},
         {"ACCOUNT", "account", Look::Text},
         {"", "currency", Look::Text},
         {"RECORDED", "recorded", Look::Money},
         {"WHAT IF", "what_if", Look::Money},
         {"Δ", "delta", Look::Gain}});
    for (const auto& row : what_if.equity()) {
        const bool has_both = row.recorded && row.again;
        listing.add(
            {to_string(row.day).substr(0, 10),
             row.account,
             row.currency,
             text_of(row.recorded),
             text_of(row.again),
             has_both ? (*row.again - *row.recorded).to_string() : ""});
    }
    return listing;
}

Listing list_kinds(const WhatIf& what_if) {
    Listing listing(
        {{"", "kind", Look::Text},
         {"EVENT", "event", Look::Text},
         {"RECORDED", "recorded", Look::Text},
         {"WHAT IF", "what_if", Look::Text},
         {"COUNT", "count", Look::Count}});
    std::vector<std::pair<research::Changes::Code, std::uint64_t>> counts(
        what_if.changes().counts().begin(), what_if.changes().counts().end());
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    for (const auto& [code, count] : counts) {
        listing.add(
            {std::string(to_string(code.kind)),
             code.event,
             code.recorded,
             code.again,
             std::to_string(count)});
    }
    return listing;
}

std::string side_text(
    const std::optional<Change::Side>& side, const std::string& code, std::string_view place) {
    if (!side) return code.empty() ? "nothing" : code;
    return fmt::format(
        "{} {}  ({} {})", side->event.name(), describe(side->event), place, side->seq.value);
}

Result<std::string> change_text(const Change& change, const Session& session, TapeSource& tape) {
    const Recorded input = TRY(tape.at(change.input));
    std::string text = fmt::format(
        "seq {}  {}  {} {}  {} {}\n",
        change.input.value,
        session.show(input.recorded_at),
        change.strategy,
        change.instrument.name(),
        change.event,
        to_string(change.kind));
    if (change.event == DecisionMade::kName && change.until != change.input) {
        text += fmt::format("  until     seq {}", change.until.value);
        if (change.evaluations) text += fmt::format(", {} evaluations", *change.evaluations);
        text += '\n';
    }
    text += fmt::format("  input     {} {}\n", input.event.name(), describe(input.event));
    text += "  recorded  " + side_text(change.recorded, change.recorded_code, "seq") + '\n';
    text += "  what if   " + side_text(change.again, change.again_code, "new seq") + '\n';
    text += fmt::format("  cause     {}: {}\n", change.cause, change.explanation);
    return text;
}

Json side_json(const std::optional<Change::Side>& side) {
    if (!side) return nullptr;
    return {
        {"seq", side->seq.value},
        {"time", to_string(side->time)},
        {"type", side->event.name()},
        {"data", Json::parse(to_json(side->event))}};
}

Json change_json(const Change& change) {
    return {
        {"kind", to_string(change.kind)},
        {"event", change.event},
        {"strategy", change.strategy},
        {"instrument", change.instrument.to_string()},
        {"input_seq", change.input.value},
        {"until_seq", change.until.value},
        {"evaluations", change.evaluations ? Json(*change.evaluations) : Json(nullptr)},
        {"recorded_code", change.recorded_code},
        {"what_if_code", change.again_code},
        {"recorded", side_json(change.recorded)},
        {"what_if", side_json(change.again)},
        {"cause", change.cause},
        {"explanation", change.explanation}};
}

Result<> print_json(
    Session& session, const WhatIf& what_if, const WhatIfVerbOptions& options, Seq to) {
    Json object{{"seq", to.value}, {"settings", what_if.changed_settings()}};
    const auto& takeover = what_if.takeover();
    object["simulated_from"] =
        takeover ? Json{
                       {"input_seq", takeover->root.value},
                       {"new_seq", takeover->seq.value},
                       {"time", to_string(takeover->time)},
                       {"reason", takeover->reason}}
                 : Json(nullptr);
    object["counts"] = list_counts(what_if).json();
    object["equity"] = list_equity(what_if).json();
    object["equal"] = what_if.changes().equal();
    object["changed"] = what_if.changes().count();
    object["left_out"] = what_if.left_out();
    object["kinds"] = list_kinds(what_if).json();
    object["changes"] = Json::array();
    for (const auto& change : what_if.changes().all()) {
        if (object["changes"].size() == options.changes) break;
        object["changes"].push_back(change_json(change));
    }
    return session.print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

std::string settings_text(const WhatIf& what_if) {
    std::string text;
    for (const auto& [producer, changes] : what_if.changed_settings()) {
        text += fmt::format("what if   {}\n", changes);
    }
    return text.empty() ? "what if   this build, the recorded configuration\n" : text;
}

std::string fills_text(const WhatIf& what_if, const Session& session) {
    const auto& takeover = what_if.takeover();
    if (!takeover) return "fills     the recorded ones: every order is the same\n";
    const bool is_from_start = takeover->reason == "venue_configuration";
    return fmt::format(
        "fills     recorded up to seq {} ({}); from there simulated by the paper venue, since {}\n",
        takeover->root.value,
        session.show(takeover->time),
        is_from_start                         ? "its settings are others"
        : takeover->reason == "order_missing" ? "a recorded order is missing"
                                              : "an order is another one");
}

Result<> print_text(
    Session& session,
    TapeSource& tape,
    const WhatIf& what_if,
    const WhatIfVerbOptions& options,
    Seq to) {
    const auto facts = TRY(tape.facts());
    std::string text = as_of(session, facts, to, TRY(tape.time_of(to))) + '\n';
    text += settings_text(what_if) + fills_text(what_if, session) + '\n';
    text += list_counts(what_if).table(session.colors()) + '\n';
    text += list_equity(what_if).table(session.colors()) + '\n';
    const auto& changes = what_if.changes();
    if (changes.count() == 0) {
        text += fmt::format(
            "nothing changes: all {} targets, verdicts and orders are the recorded ones\n",
            changes.equal());
        return session.print(text);
    }
    text += fmt::format(
        "{} CHANGES, {} targets, verdicts and orders stay as they were\n{}\n",
        changes.count(),
        changes.equal(),
        list_kinds(what_if).table(session.colors()));
    const std::size_t shown = std::min(options.changes, changes.all().size());
    for (std::size_t i = 0; i < shown; ++i) {
        text += TRY(change_text(changes.all()[i], session, tape));
    }
    if (shown < changes.count()) {
        text += fmt::format("… and {} more: -n, --json\n", changes.count() - shown);
    }
    if (what_if.left_out() > 0) {
        text += fmt::format(
            "{} recorded cancellations are of orders that are not there\n", what_if.left_out());
    }
    const Seq first = changes.all().front().input;
    text += fmt::format(
        "next: tapedeck replay step {} · tapedeck cat --from {} -n 20\n", first.value, first.value);
    return session.print(text);
}

}  // namespace

Result<> what_if(Session& session, const WhatIfVerbOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    research::WhatIfOptions wanted;
    wanted.build = ops::identity(ops::build_info());
    wanted.rerun.overrides = TRY(checked_overrides(session, tape));
    wanted.rerun.producers = TRY(tape.facts()).producers;
    wanted.changes_kept = std::max<std::size_t>(options.changes, 1);
    Seq to = TRY(tape.end());
    if (!options.to.empty()) to = TRY(last_of(options.to, tape));
    if (!options.from.empty()) wanted.rerun.from = TRY(first_of(options.from, tape));
    if (!to.exists()) return fail("this tape is empty", ExitCode::NotFound);
    WhatIf run(std::move(wanted));
    TRY(read_twice(session, tape, to, run));
    if (session.options().json) return print_json(session, run, options, to);
    if (session.options().plain) return session.print(list_equity(run).plain());
    return print_text(session, tape, run, options, to);
}

}  // namespace tapedeck::cli
