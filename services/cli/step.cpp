#include "cli/moment.h"
#include "cli/record_line.h"
#include "cli/replay.h"
#include "cli/state_verbs.h"
#include "cli/time_travel.h"
#include "events/print.h"
#include "ops/build_info.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

/// How far behind an input its decisions are looked for on the tape.
constexpr std::uint64_t kLookAhead = 65'536;

/// The books as lines: what differs between two of these is what a record has changed.
std::vector<std::string> lines_of(const Books& books, const Session& session) {
    const ViewFilter all{.strategy = {}, .instrument = {}, .all = true};
    const std::pair<const char*, std::string> parts[] = {
        {"strategy", list_strategies(books).plain()},
        {"position", list_positions(books, all).plain()},
        {"order", list_orders(books, session, all).plain()},
        {"money", list_accounts(books).plain()},
        {"limit", list_limits(books).plain()}};
    std::vector<std::string> lines;
    for (const auto& [name, text] : parts) {
        std::istringstream rows(text);
        std::string row;
        std::getline(rows, row);  // the headings
        while (std::getline(rows, row)) {
            std::replace(row.begin(), row.end(), '\t', ' ');
            lines.push_back(std::string(name) + ' ' + row);
        }
    }
    for (const auto& warning : warnings(books)) lines.push_back("warning " + warning);
    return lines;
}

std::vector<std::string> without(
    const std::vector<std::string>& lines, const std::vector<std::string>& others) {
    std::vector<std::string> result;
    for (const auto& line : lines) {
        if (std::find(others.begin(), others.end(), line) == others.end()) result.push_back(line);
    }
    return result;
}

/// What one decider says about a record, and where the tape has it.
struct Said {
    std::string decider;
    Event event;
    Seq recorded;  ///< 0 = nowhere near
    bool is_equal = false;
};

struct Step {
    Recorded record;
    std::vector<Said> said;
    std::vector<std::string> before;
    std::vector<std::string> after;
};

/// Finds what was said among the records that this one caused.
Result<> find_recorded(TapeSource& tape, Step& step) {
    if (step.said.empty()) return {};
    const auto facts = TRY(tape.facts());
    std::size_t missing = step.said.size();
    const Seq from = step.record.seq.next();
    return tape.records(from, {from.value + kLookAhead}, {}, [&](const Recorded& recorded) {
        if (recorded.cause != step.record.seq) return true;
        const auto name = facts.producers.find(recorded.producer);
        for (auto& said : step.said) {
            const bool matches = !said.recorded.exists() && name != facts.producers.end() &&
                                 name->second == said.decider;
            if (!matches) continue;
            said.recorded = recorded.seq;
            said.is_equal = said.event == recorded.event;
            return --missing > 0;
        }
        return true;
    });
}

std::string said_text(const Said& said) {
    std::string text =
        fmt::format("  {:<19} {:<20} {}", said.decider, said.event.name(), describe(said.event));
    while (text.back() == ' ') text.pop_back();
    if (!said.recorded.exists()) return text + "  NOT ON THE TAPE\n";
    return text +
           fmt::format(
               "  → {}{}\n", said.recorded.value, said.is_equal ? "" : "  AND DIFFERENT THERE");
}

std::string step_text(const Step& step, const Session& session, const RecordLines& lines) {
    const ops::Colors colors = session.colors();
    std::string text = lines.line(step.record);
    if (step.said.empty()) text += "  nobody says anything about it\n";
    for (const auto& said : step.said) text += said_text(said);
    for (const auto& line : without(step.before, step.after)) {
        text += colors.paint(ops::Color::Red, "  - " + line) + '\n';
    }
    for (const auto& line : without(step.after, step.before)) {
        text += colors.paint(ops::Color::Green, "  + " + line) + '\n';
    }
    return text;
}

Json step_json(const Step& step) {
    Json object;
    object["record"] = Json::parse(to_json(step.record));
    object["said"] = Json::array();
    for (const auto& said : step.said) {
        object["said"].push_back(
            {{"decider", said.decider},
             {"type", said.event.name()},
             {"data", Json::parse(to_json(said.event))},
             {"recorded_seq", said.recorded.exists() ? Json(said.recorded.value) : Json(nullptr)},
             {"identical", said.is_equal}});
    }
    object["before"] = without(step.before, step.after);
    object["after"] = without(step.after, step.before);
    return object;
}

/// The verifier and the books, moved along the tape together.
class Stepper {
public:
    Stepper(Session& session, TapeSource& tape, research::ProofOptions options)
        : session_(session), tape_(tape), verifier_(std::move(options)) {}

    Result<> move_to(Seq seq) {
        TRY(prove(session_, tape_, seq, verifier_));
        return books_.fold(tape_, seq);
    }

    Result<Step> take(Seq seq) {
        Step step;
        step.record = TRY(tape_.at(seq));
        step.before = lines_of(books_, session_);
        TRY(move_to(seq));
        step.after = lines_of(books_, session_);
        for (const auto& proof : verifier_.proofs()) {
            for (const auto& [cause, event] : proof.said_last()) {
                step.said.push_back({proof.name(), event, {}, false});
            }
        }
        TRY(find_recorded(tape_, step));
        return step;
    }

private:
    Session& session_;
    TapeSource& tape_;
    research::Verifier verifier_;
    Books books_;
};

}  // namespace

Result<> replay_step(Session& session, const StepOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const Seq first = TRY(last_of(options.at, tape));
    if (!first.exists()) return fail("nothing was recorded by then", ExitCode::NotFound);
    const Seq end = TRY(tape.end());
    const auto facts = TRY(tape.facts());
    research::ProofOptions wanted;
    wanted.build = ops::identity(ops::build_info());
    wanted.overrides = TRY(checked_overrides(session, tape));
    wanted.producers = facts.producers;
    Stepper stepper(session, tape, std::move(wanted));
    TRY(stepper.move_to({first.value - 1}));
    const RecordLines lines(session, facts.producers);
    for (Seq seq = first; seq <= end && seq.value < first.value + options.count; seq = seq.next()) {
        const Step step = TRY(stepper.take(seq));
        const std::string text =
            session.options().json
                ? step_json(step).dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'
                : step_text(step, session, lines);
        TRY(session.print(text));
    }
    return {};
}

}  // namespace tapedeck::cli
