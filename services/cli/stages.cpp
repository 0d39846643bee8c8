#include "cli/stages.h"

#include "cli/listing.h"
#include "cli/state_verbs.h"
#include "events/print.h"
#include "risk/core/stages.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kAnswerPatience = 10s;

void append(std::string& text, const std::string& more) {
    text += (text.empty() ? "" : ", ") + more;
}

/// What must hold before the next one opens, in words.
std::string gates_in_words(const risk::Stage& stage) {
    std::string text;
    if (stage.gate_hours > 0) append(text, fmt::format("{} h", stage.gate_hours));
    if (stage.gate_drawdown) {
        append(text, "drawdown to " + show_percent(stage.gate_drawdown->decimal()));
    }
    if (stage.gate_trades > 0) append(text, fmt::format("{} trades", stage.gate_trades));
    if (stage.gate_reconciliation_clean) append(text, "clean reconciliation");
    return text.empty() ? "undisturbed" : text;
}

Listing list_stages(const Books& books) {
    Listing listing(
        {{"STAGE", "stage", Look::Text},
         {"ORDER", "order", Look::Count},
         {"NOW", "present", Look::Text},
         {"A POSITION MAY BE WORTH", "allocation", Look::Text},
         {"OPENS THE NEXT", "gates", Look::Text}});
    const risk::Stage* present = books.risk().stage().present;
    for (const auto& stage : books.risk().policy().stages) {
        const bool is_last = books.risk().policy().stage_above(stage) == nullptr;
        listing.add(
            {stage.name,
             std::to_string(stage.order),
             &stage == present ? "yes" : "",
             allocation_of(stage),
             is_last ? "" : gates_in_words(stage)});
    }
    return listing;
}

Listing list_gates(const std::vector<StageGate>& gates) {
    Listing listing(
        {{"GATE", "gate", Look::Text},
         {"HOLDS", "holds", Look::Text},
         {"VALUE", "value", Look::Exact},
         {"LIMIT", "limit", Look::Exact}});
    for (const auto& gate : gates) {
        listing.add(
            {std::string(to_string(gate.code)),
             gate.passed ? "yes" : "NO",
             gate.value ? gate.value->to_string() : "unknown",
             text_of(gate.limit)});
    }
    return listing;
}

Json stages_json(const Session& session, const TapeSource::Facts& facts, const Books& books) {
    const auto report = books.risk().stage();
    const auto name = [](const risk::Stage* stage) {
        return stage == nullptr ? Json(nullptr) : Json(stage->name);
    };
    Json object;
    object["profile"] = facts.profile;
    object["seq"] = books.as_of().value;
    object["time"] = books.as_of().exists() ? Json(session.show(books.time())) : Json(nullptr);
    object["present"] = name(report.present);
    object["since"] = report.present == nullptr ? Json(nullptr) : Json(session.show(report.since));
    object["previous"] = name(report.previous);
    object["next"] = name(report.next);
    object["is_open"] = report.next != nullptr && risk::all_hold(report.gates);
    object["gates"] = list_gates(report.gates).json();
    object["stages"] = list_stages(books).json();
    return object;
}

std::string stages_text(
    const Session& session, const TapeSource::Facts& facts, const Books& books) {
    std::string text = as_of(session, facts, books.as_of(), books.time()) + '\n';
    if (books.risk().policy().stages.empty()) {
        return text + "no roll-out: there are no sections [risk.stage.<name>]\n";
    }
    text += list_stages(books).table(session.colors()) + '\n';
    const auto report = books.risk().stage();
    if (report.present == nullptr) return text + "risk has not stated a stage yet\n";
    text += fmt::format("{} since {}\n", report.present->name, session.show(report.since));
    if (report.next == nullptr) return text + "it is the last one\n";
    text += list_gates(report.gates).table(session.colors());
    if (risk::all_hold(report.gates)) return text + "next: tapedeck stage advance\n";
    return text + report.next->name + " is closed: " + risk::failing(report.gates) + '\n';
}

/// What risk says to this wish; none within kAnswerPatience.
Result<std::optional<Recorded>> answer_to(Session& session, TapeSource& tape, Seq order) {
    std::optional<Recorded> answer;
    const auto& clock = session.world().clock;
    const Duration deadline = clock.monotonic() + kAnswerPatience;
    const auto wanted = [](std::uint16_t type) {
        return type == StageChanged::kType || type == StageRefused::kType;
    };
    const auto look = [&](const Recorded& recorded) {
        const auto* changed = recorded.event.as<StageChanged>();
        const auto* refused = recorded.event.as<StageRefused>();
        const bool is_ours = (changed != nullptr && changed->order == order) ||
                             (refused != nullptr && refused->order == order);
        if (is_ours) answer = recorded;
        return !answer;
    };
    const auto take = [&](const TapeSource::Frame* frame) -> Result<bool> {
        if (frame != nullptr) {
            TRY(visit_records(*frame, order.next(), Seq{frame->header.last_seq()}, wanted, look));
        }
        return !answer && clock.monotonic() < deadline && !session.world().interrupted();
    };
    TRY(tape.follow(order, take));
    return answer;
}

Result<> want(
    Session& session,
    const ControlOptions& options,
    const risk::Stage& stage,
    const std::string& effect) {
    const Event event = StageOrdered{.stage = stage.name, .request = request_of(session, options)};
    const Seq order = TRY(record_control(session, options, event, effect));
    if (!order.exists()) return {};
    TapeSource* tape = TRY(session.live_tape());
    const auto answer = TRY(answer_to(session, *tape, order));
    if (!answer) {
        return fail(
            "risk has not answered after " + to_string(kAnswerPatience) +
                ": look with tapedeck stage",
            ExitCode::OutcomeUnknown);
    }
    if (session.options().json) TRY(session.print(to_json(*answer) + '\n'));
    if (const auto* refused = answer->event.as<StageRefused>()) {
        const std::string closed = risk::failing(refused->gates);
        return fail(
            "risk refuses: " + refused->reason + (closed.empty() ? "" : ": " + closed) +
                ". It stays in stage " + refused->present,
            ExitCode::Refused);
    }
    if (session.options().json) return {};
    return session.print(fmt::format(
        "stage {} from seq {} on: a position may be worth {}\n",
        stage.name,
        answer->seq.value,
        allocation_of(stage)));
}

/// The books at the end of a tape that lives, whose risk has stated a stage.
Result<> load_stage(Session& session, Books& books) {
    TRY(session.live_tape());
    TRY(load_books(session, "", books));
    if (books.risk().policy().stages.empty()) {
        return fail(
            "no roll-out: there are no sections [risk.stage.<name>] in what risk started with",
            ExitCode::NotFound);
    }
    if (books.risk().stage().present == nullptr) {
        return fail("risk has not stated a stage yet", ExitCode::NotFound);
    }
    return {};
}

}  // namespace

std::string allocation_of(const risk::Stage& stage) {
    if (stage.allows_nothing()) return "nothing";
    std::string text;
    if (stage.max_quantity) {
        append(text, stage.max_quantity->to_string() + ' ' + stage.max_quantity_asset);
    }
    if (stage.max_position) {
        append(text, show_percent(stage.max_position->decimal()) + " of equity");
    }
    return text.empty() ? "what [risk] allows" : text;
}

std::string present_stage(const Books& books) {
    const auto& stages = books.risk().policy().stages;
    const risk::Stage* present = books.risk().stage().present;
    if (present == nullptr) return "";
    return fmt::format("{} ({} of {})", present->name, present - stages.data() + 1, stages.size());
}

Result<> show_stages(Session& session, const std::string& at) {
    Books books;
    TRY(load_books(session, at, books));
    TapeSource* tape = TRY(session.tape());
    const auto facts = TRY(tape->facts());
    if (session.options().json) {
        return session.print(
            stages_json(session, facts, books)
                .dump(-1, ' ', false, Json::error_handler_t::replace) +
            '\n');
    }
    if (session.options().plain) return session.print(list_stages(books).plain());
    return session.print(stages_text(session, facts, books));
}

Result<> advance_stage(Session& session, const ControlOptions& options) {
    Books books;
    TRY(load_stage(session, books));
    const auto report = books.risk().stage();
    if (report.next == nullptr) {
        return fail(report.present->name + " is the last stage", ExitCode::Refused);
    }
    TRY(confirm(
        session,
        options,
        "ADVANCE goes from stage " + report.present->name + " to " + report.next->name +
            ": a position may be worth " + allocation_of(*report.next) + "."));
    return want(session, options, *report.next, "risk looks at the gates of the present stage");
}

Result<> lower_stage(Session& session, const ControlOptions& options) {
    Books books;
    TRY(load_stage(session, books));
    const auto report = books.risk().stage();
    if (report.previous == nullptr) {
        return fail(report.present->name + " is the first stage", ExitCode::Refused);
    }
    return want(
        session,
        options,
        *report.previous,
        "positions stay, with their stops; entries are judged by less");
}

}  // namespace tapedeck::cli
