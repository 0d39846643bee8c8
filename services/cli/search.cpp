#include "cli/invariants.h"
#include "cli/moment.h"
#include "cli/predicate.h"
#include "cli/record_line.h"
#include "cli/selection.h"
#include "cli/state_verbs.h"
#include "cli/story.h"
#include "cli/time_travel.h"
#include "events/print.h"
#include "ops/progress.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kRecordsPerLook = 16'384;

/// Calls `visit` with each record and the books after it, with a progress line, until it says
/// false.
Result<> scan(
    Session& session,
    TapeSource& tape,
    Seq to,
    const std::function<bool(const Recorded&, const Books&)>& visit) {
    ops::Progress progress(
        "searching", to.value, "records", session.world().clock, session.progress_output());
    Books books;
    bool interrupted = false;
    TRY(tape.records({1}, to, {}, [&](const Recorded& recorded) {
        books.apply(recorded);
        if (recorded.seq.value % kRecordsPerLook == 0) {
            progress.advance_to(recorded.seq.value);
            interrupted = session.world().interrupted();
        }
        return !interrupted && visit(recorded, books);
    }));
    if (interrupted) return fail("", ExitCode::Interrupted);
    return {};
}

Result<std::string> chain_text(const std::vector<Recorded>& chain, Session& session) {
    TapeSource& tape = *TRY(session.tape());
    const auto facts = TRY(tape.facts());
    const RecordLines lines(session, facts.producers);
    std::string text;
    for (const auto& recorded : chain) text += "  " + lines.line(recorded);
    return text;
}

std::string dump(const Json& object) {
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string next_text(Seq seq) {
    return fmt::format(
        "next: tapedeck replay step {0} · tapedeck state --at {0} · tapedeck why {0}\n", seq.value);
}

/// What a predicate did over the tape: since when it holds, how often it began to.
struct Spells {
    Seq first;
    Seq since;  ///< of the spell that lasts at the end; 0 = it does not hold there
    std::uint64_t count = 0;
};

Result<> bisect_predicate(Session& session, TapeSource& tape, const BisectOptions& options) {
    const Predicate predicate = TRY(Predicate::parse(options.predicate));
    Seq from{1};
    if (!options.from.empty()) from = TRY(first_of(options.from, tape));
    Seq to = TRY(tape.end());
    if (!options.to.empty()) to = TRY(last_of(options.to, tape));
    Spells spells;
    TRY(scan(session, tape, to, [&](const Recorded& recorded, const Books& books) {
        if (recorded.seq < from) return true;
        const bool holds = predicate.holds(books);
        if (holds && !spells.since.exists()) {
            spells.since = recorded.seq;
            ++spells.count;
            if (!spells.first.exists()) spells.first = recorded.seq;
        } else if (!holds) {
            spells.since = {};
        }
        return true;
    }));
    if (!spells.first.exists()) {
        return fail(
            fmt::format("{}: holds nowhere up to seq {}", options.predicate, to.value),
            ExitCode::NotFound);
    }
    const auto chain = TRY(with_causes(tape, spells.first));
    if (session.options().json) {
        return session.print(dump(
            {{"predicate", options.predicate},
             {"first_seq", spells.first.value},
             {"spells", spells.count},
             {"holds_since", spells.since.exists() ? Json(spells.since.value) : Json(nullptr)},
             {"chain", chain_json(chain)}}));
    }
    std::string text = fmt::format(
        "{} holds first after seq {} ({})\n",
        options.predicate,
        spells.first.value,
        session.show(chain.front().recorded_at));
    text += TRY(chain_text(chain, session));
    // A search by halves would need that it never stops to hold: the whole tape was looked at.
    text += fmt::format(
        "{} began to hold {} up to seq {}, ",
        options.predicate,
        spells.count == 1 ? "once" : fmt::format("{} times", spells.count),
        to.value);
    text += spells.since.exists() ? fmt::format("and holds there since {}\n", spells.since.value)
                                  : "and does not hold there\n";
    return session.print(text + next_text(spells.first));
}

Result<> tell_invariant(
    Session& session, const std::string& name, const std::optional<Violation>& violation, Seq end) {
    if (!violation) {
        if (session.options().json) {
            return session.print(dump({{"invariant", name}, {"holds", true}, {"seq", end.value}}));
        }
        return session.print(fmt::format("{} holds up to seq {}\n", name, end.value));
    }
    TapeSource& tape = *TRY(session.tape());
    const auto chain = TRY(with_causes(tape, violation->seq));
    if (session.options().json) {
        TRY(session.print(dump(
            {{"invariant", name},
             {"holds", false},
             {"seq", violation->seq.value},
             {"what", violation->what},
             {"chain", chain_json(chain)}})));
    } else {
        const std::string causes = TRY(chain_text(chain, session));
        TRY(session.print(
            fmt::format(
                "{} is broken at seq {}: {}\n", name, violation->seq.value, violation->what) +
            causes + next_text(violation->seq)));
    }
    return fail("", ExitCode::Integrity);
}

Result<> bisect_invariant(Session& session, TapeSource& tape, const std::string& name) {
    if (name == "chain") {
        // The error names the first frame that does not hold.
        const Seq end = TRY(tape.verify([](Seq) {}));
        return tell_invariant(session, name, std::nullopt, end);
    }
    const auto invariant = TRY(make_invariant(name));
    const Seq end = TRY(tape.end());
    TRY(tape.records({1}, end, {}, [&](const Recorded& recorded) {
        invariant->take(recorded);
        return !invariant->violation() && !session.world().interrupted();
    }));
    if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
    return tell_invariant(session, name, invariant->finish(), end);
}

}  // namespace

Result<> replay_find(Session& session, const FindOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const RecordFilter filter = TRY(RecordFilter::parse(options.selection));
    std::optional<Predicate> predicate;
    if (!options.predicate.empty()) predicate = TRY(Predicate::parse(options.predicate));
    Range range = TRY(range_of(options.selection, tape));
    const Seq end = TRY(tape.end());
    range.to = std::min(range.to, end);
    Seq found;
    TRY(scan(session, tape, range.to, [&](const Recorded& recorded, const Books& books) {
        const bool matches = recorded.seq >= range.from &&
                             filter.wants_type(recorded.event.type()) && filter.wants(recorded) &&
                             (!predicate || predicate->holds(books));
        if (matches) found = recorded.seq;
        return !matches || options.last;
    }));
    if (!found.exists()) {
        return fail(
            fmt::format("no such record from seq {} to {}", range.from.value, range.to.value),
            ExitCode::NotFound);
    }
    const auto chain = TRY(with_causes(tape, found));
    if (session.options().json) return session.print(to_json(chain.front()) + '\n');
    const std::string text = TRY(chain_text(chain, session));
    return session.print(
        fmt::format("→ seq {}  {}\n", found.value, session.show(chain.front().recorded_at)) + text +
        next_text(found));
}

Result<> bisect(Session& session, const BisectOptions& options) {
    if (options.predicate.empty() == options.invariant.empty()) {
        return fail(
            "say what to look for: --predicate 'drawdown > 0.02', or --invariant positions",
            ExitCode::Usage);
    }
    TapeSource& tape = *TRY(session.tape());
    return options.predicate.empty() ? bisect_invariant(session, tape, options.invariant)
                                     : bisect_predicate(session, tape, options);
}

}  // namespace tapedeck::cli
