#include "cli/replay.h"

#include "cli/configuration.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/record_line.h"
#include "cli/state_verbs.h"
#include "events/print.h"
#include "execution/core/orders.h"
#include "ops/build_info.h"
#include "ops/progress.h"
#include "risk/core/settings.h"
#include "strategy/core/parameters.h"
#include "venues/kraken/settings.h"
#include "venues/paper/configuration.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Frames between two looks at the keyboard and the progress line.
constexpr std::uint64_t kFramesPerLook = 64;

/// Every section that a decider reads.
std::vector<SettingsSection> sections_of_deciders() {
    std::vector<SettingsSection> all;
    for (auto sections :
         {strategy::settings(),
          risk::settings(),
          execution::settings(),
          kraken::settings(),
          paper::settings()}) {
        std::move(sections.begin(), sections.end(), std::back_inserter(all));
    }
    return all;
}

std::vector<std::string> words_of(const ops::LoadedConfig& loaded) {
    std::vector<std::string> words;
    for (const auto& finding : loaded.findings) {
        if (finding.severity == ops::Severity::Error) words.push_back(finding.message);
    }
    return words;
}

ops::LoadedConfig configured(const std::vector<std::string>& overrides) {
    ops::ConfigRequest request;
    request.profile = "demo";
    request.overrides = overrides;
    request.sections = sections_of_deciders();
    request.checks = {check_strategies, check_risk};
    return ops::load(request);
}

/// How long the proof took, and over what.
struct Run {
    Seq to;
    Time first{};
    Time last{};
    Duration took{};

    double seconds() const { return std::chrono::duration<double>(took).count(); }

    double rate() const { return seconds() > 0 ? static_cast<double>(to.value) / seconds() : 0; }

    double times_real() const {
        return seconds() > 0 ? std::chrono::duration<double>(last - first).count() / seconds() : 0;
    }
};

Listing list_proofs(const research::Verifier& verifier) {
    Listing listing(
        {{"DECIDER", "decider", Look::Text},
         {"INPUTS", "inputs", Look::Count},
         {"DECISIONS", "decisions", Look::Count},
         {"IDENTICAL", "identical", Look::Count},
         {"DIFFERENT", "different", Look::Count},
         {"OTHER RELEASE", "of_another_release", Look::Count},
         {"STATES", "states", Look::Count},
         {"OWED", "owed", Look::Count}});
    for (const auto& proof : verifier.proofs()) {
        if (!proof.has_begun()) continue;  // no account at a venue, say
        const auto& tally = proof.tally();
        listing.add(
            {proof.name(),
             std::to_string(tally.inputs),
             std::to_string(tally.decisions),
             std::to_string(tally.identical),
             std::to_string(tally.different),
             std::to_string(tally.of_another),
             std::to_string(tally.states),
             std::to_string(proof.owed())});
    }
    return listing;
}

std::string side(const std::optional<Event>& event, Seq seq) {
    if (!event) return "nothing";
    std::string text = std::string(event->name()) + ' ' + describe(*event);
    if (seq.exists()) text += fmt::format("  (seq {})", seq.value);
    return text;
}

/// The fields that differ, when both sides are the same event: the lines alone may look alike.
std::string changed_fields(const research::Difference& difference) {
    if (!difference.expected || !difference.recorded ||
        difference.expected->type() != difference.recorded->type()) {
        return "";
    }
    const Json then = Json::parse(to_json(*difference.recorded));
    const Json now = Json::parse(to_json(*difference.expected));
    std::string text;
    for (const auto& [key, value] : now.items()) {
        const Json before = then.value(key, Json());
        if (before == value) continue;
        text +=
            fmt::format("{}{} {} → {}", text.empty() ? "" : ", ", key, before.dump(), value.dump());
    }
    return text;
}

Result<std::string> difference_text(
    const research::Difference& difference, const Session& session, TapeSource& tape) {
    const Recorded input = TRY(tape.at(difference.cause));
    std::string text = fmt::format(
        "{} at seq {} ({}), {}\n",
        session.colors().paint(ops::Color::Red, "DIVERGED"),
        difference.cause.value,
        session.show(input.recorded_at),
        difference.service);
    text += fmt::format("  input     {} {}\n", input.event.name(), describe(input.event));
    text += "  recorded  " + side(difference.recorded, difference.recorded_seq) + '\n';
    text += "  produced  " + side(difference.expected, {}) + '\n';
    if (const auto fields = changed_fields(difference); !fields.empty()) {
        text += "  fields    " + fields + '\n';
    }
    text += fmt::format("  cause     {}: {}\n", difference.reason, difference.explanation);
    return text;
}

Json difference_json(const research::Difference& difference) {
    const auto event = [](const std::optional<Event>& of) {
        if (!of) return Json(nullptr);
        return Json{{"type", of->name()}, {"data", Json::parse(to_json(*of))}};
    };
    return {
        {"decider", difference.service},
        {"kind", to_string(difference.kind)},
        {"input_seq", difference.cause.value},
        {"recorded_seq",
         difference.recorded_seq.exists() ? Json(difference.recorded_seq.value) : Json(nullptr)},
        {"recorded", event(difference.recorded)},
        {"produced", event(difference.expected)},
        {"cause", difference.reason},
        {"explanation", difference.explanation},
        {"build", difference.build}};
}

struct Totals {
    std::uint64_t decisions = 0;
    std::uint64_t states = 0;
    std::uint64_t owed = 0;
    std::uint64_t undecided = 0;
    std::uint64_t different = 0;
    std::uint64_t of_another = 0;
};

Totals totals_of(const research::Verifier& verifier) {
    Totals totals;
    for (const auto& proof : verifier.proofs()) {
        totals.decisions += proof.tally().decisions;
        totals.states += proof.tally().states;
        totals.owed += proof.owed();
        totals.undecided += proof.tally().undecided;
        totals.different += proof.tally().different;
        totals.of_another += proof.tally().of_another;
    }
    return totals;
}

Result<> print_json(Session& session, const research::Verifier& verifier, const Run& run) {
    Json object;
    const Totals totals = totals_of(verifier);
    object["identical"] = totals.different == 0 && totals.of_another == 0;
    object["seq"] = run.to.value;
    object["decisions"] = totals.decisions;
    object["states"] = totals.states;
    object["owed"] = totals.owed;
    object["undecided"] = totals.undecided;
    object["different"] = totals.different;
    object["of_another_release"] = totals.of_another;
    object["seconds"] = run.seconds();
    object["events_per_second"] = run.rate();
    object["deciders"] = list_proofs(verifier).json();
    const auto put = [&](const char* name, const research::Difference* difference) {
        object[name] = difference == nullptr ? Json(nullptr) : difference_json(*difference);
    };
    put("first_difference", verifier.first_difference());
    put("first_of_another_release", verifier.first_difference(true));
    return session.print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

std::string verdict(const Totals& totals) {
    std::string text;
    if (totals.different == 0 && totals.of_another == 0) {
        text = fmt::format("identical: all {} decisions", totals.decisions);
        if (totals.states > 0) text += fmt::format(" and {} state hashes", totals.states);
        text += '\n';
    }
    if (totals.decisions == 0) text += "nobody has decided anything on this tape\n";
    if (totals.owed > 0) {
        text += fmt::format(
            "{} more would follow: the tape ends before they were recorded\n", totals.owed);
    }
    if (totals.undecided > 0) {
        text += fmt::format(
            "{} were never recorded: a service started with another build or configuration\n",
            totals.undecided);
    }
    return text;
}

Result<> print_text(
    Session& session, TapeSource& tape, const research::Verifier& verifier, const Run& run) {
    const auto facts = TRY(tape.facts());
    const Totals totals = totals_of(verifier);
    std::string text = as_of(session, facts, run.to, run.last) + '\n';
    text += fmt::format(
        "strategy, risk, execution and paper venue over {} records … {:.1f} s, {} records/s "
        "({:.0f}×)\n\n",
        run.to.value,
        run.seconds(),
        ops::human_count(run.rate()),
        run.times_real());
    text += list_proofs(verifier).table(session.colors()) + '\n' + verdict(totals);
    const auto* first = verifier.first_difference();
    const auto* other = verifier.first_difference(true);
    if (first != nullptr) {
        text += TRY(difference_text(*first, session, tape));
        if (totals.different > 1) {
            text += fmt::format(
                "{} differences in all; those after the first may come of it\n", totals.different);
        }
    } else if (other != nullptr) {
        text += fmt::format(
            "{} decisions of another release would be others now; the first:\n", totals.of_another);
        text += TRY(difference_text(*other, session, tape));
    }
    if (const auto* shown = first != nullptr ? first : other; shown != nullptr) {
        text += fmt::format(
            "next: tapedeck replay step {} · tapedeck cat --from {} -n 20\n",
            shown->cause.value,
            shown->cause.value);
    }
    return session.print(text);
}

}  // namespace

Result<std::map<std::string, std::string>> checked_overrides(Session& session, TapeSource& tape) {
    if (session.options().overrides.empty()) return {};
    std::map<std::string, std::string> recorded;
    const auto wanted = [](std::uint16_t type) { return type == ServiceStarted::kType; };
    const Seq end = TRY(tape.end());
    TRY(tape.records({1}, end, wanted, [&](const Recorded& record) {
        for (const auto& entry : record.event.as<ServiceStarted>()->configuration) {
            recorded[entry.key] = entry.value;
        }
        return true;
    }));
    std::map<std::string, std::string> values;
    for (const auto& decider : research::make_deciders()) {
        for (const auto& section : decider.sections) {
            for (const auto& [key, value] : recorded) {
                if (key.starts_with(section + '.')) values[key] = value;
            }
        }
    }
    const auto lines_of = [](const std::map<std::string, std::string>& all) {
        std::vector<std::string> lines;
        lines.reserve(all.size());
        for (const auto& [key, value] : all) lines.push_back(key + '=' + value);
        return lines;
    };
    // What is wrong with the recorded configuration by itself is history, and nobody's mistake now.
    const auto before = words_of(configured(lines_of(values)));
    std::vector<std::string> unsettled;
    for (const auto& each : session.options().overrides) {
        const auto sign = each.find('=');
        if (sign == std::string::npos) {
            unsettled.push_back(each);
        } else {
            values[each.substr(0, sign)] = each.substr(sign + 1);
        }
    }
    auto lines = lines_of(values);
    lines.insert(lines.end(), unsettled.begin(), unsettled.end());
    const auto loaded = configured(lines);
    std::string mistakes;
    for (const auto& words : words_of(loaded)) {
        if (std::find(before.begin(), before.end(), words) != before.end()) continue;
        mistakes += (mistakes.empty() ? "" : "\n") + words;
    }
    if (!mistakes.empty()) return fail("--set: " + mistakes, ExitCode::Configuration);
    std::map<std::string, std::string> overrides;
    for (const auto& each : session.options().overrides) {
        const std::string key = each.substr(0, each.find('='));
        overrides[key] = loaded.configuration.settings().text(key);
    }
    return overrides;
}

Result<> prove(Session& session, TapeSource& tape, Seq to, research::Verifier& verifier) {
    ops::Progress progress(
        "deciding again", to.value, "records", session.world().clock, session.progress_output());
    std::uint64_t frames = 0;
    bool interrupted = false;
    const auto take = [&](const TapeSource::Frame& frame) -> Result<bool> {
        TRY(verifier.take(frame.header, frame.records, to));
        if (++frames % kFramesPerLook == 0) {
            progress.advance_to(frame.header.last_seq());
            interrupted = session.world().interrupted();
        }
        return !interrupted;
    };
    TRY(tape.read(verifier.last().next(), to, take));
    if (interrupted) return fail("", ExitCode::Interrupted);
    return {};
}

Result<> replay(Session& session, const ReplayOptions& options) {
    if (!options.verify) {
        return fail(
            "replay what? --verify decides everything again; see also replay step and replay find",
            ExitCode::Usage);
    }
    TapeSource& tape = *TRY(session.tape());
    research::ProofOptions wanted;
    wanted.build = ops::identity(ops::build_info());
    wanted.overrides = TRY(checked_overrides(session, tape));
    wanted.producers = TRY(tape.facts()).producers;
    Run run;
    run.to = TRY(tape.end());
    if (!options.to.empty()) run.to = TRY(last_of(options.to, tape));
    if (!options.from.empty()) wanted.from = TRY(first_of(options.from, tape));
    if (!run.to.exists()) return fail("this tape is empty", ExitCode::NotFound);
    run.first = TRY(tape.time_of({1}));
    run.last = TRY(tape.time_of(run.to));
    research::Verifier verifier(std::move(wanted));
    const Duration started = session.world().clock.monotonic();
    TRY(prove(session, tape, run.to, verifier));
    run.took = session.world().clock.monotonic() - started;
    if (session.options().json) {
        TRY(print_json(session, verifier, run));
    } else if (session.options().plain) {
        TRY(session.print(list_proofs(verifier).plain()));
    } else {
        TRY(print_text(session, tape, verifier, run));
    }
    if (verifier.first_difference() != nullptr) return fail("", ExitCode::Integrity);
    return {};
}

}  // namespace tapedeck::cli
