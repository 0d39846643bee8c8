#include "cli/control.h"

#include "cli/record_line.h"
#include "events/print.h"
#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "journal/store/markers.h"
#include "ops/build_info.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <istream>
#include <ostream>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr Duration kProofPatience = 10s;

/// The request inside any control event.
const Request* request_in(const Event& event) {
    return event.visit([](const auto& e) -> const Request* {
        if constexpr (requires { e.request.idempotency_key; }) {
            return &e.request;
        } else {
            return nullptr;
        }
    });
}

/// Who types: the account behind sudo, else the user, else the number that the kernel knows.
std::string user_of(const Session& session) {
    for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
        const auto found = session.environment().find(name);
        if (found != session.environment().end() && !found->second.empty()) return found->second;
    }
    return "uid-" + std::to_string(::getuid());
}

/// The request of this key that is on the tape already.
Result<std::optional<Recorded>> find_request(TapeSource& tape, const std::string& key) {
    std::optional<Recorded> found;
    if (key.empty()) return found;
    const Seq end = TRY(tape.end());
    TRY(tape.records(
        Seq{1},
        end,
        [](std::uint16_t type) { return type >= TradingPaused::kType && type <= NoteTaken::kType; },
        [&](const Recorded& recorded) {
            const Request* request = request_in(recorded.event);
            if (request != nullptr && request->idempotency_key == key) found = recorded;
            return !found;
        }));
    return found;
}

/// Orders and positions as the tape has them.
struct Books {
    execution::Orders orders;
    execution::Portfolio portfolio;

    void apply(const Recorded& recorded) {
        orders.apply(recorded);
        portfolio.apply(recorded);
    }

    std::size_t unfinished() const {
        return orders.open_orders().size() + orders.waiting_approvals().size();
    }
};

bool concerns_books(std::uint16_t type) {
    return type < InstrumentListed::kType || type > FeedEnded::kType;
}

bool has_positions(const Books& books) {
    const auto& all = books.portfolio.positions();
    return std::any_of(
        all.begin(), all.end(), [](const auto& entry) { return !entry.second.quantity.is_zero(); });
}

std::string positions_left(const Books& books) {
    std::string text;
    for (const auto& [key, position] : books.portfolio.positions()) {
        if (position.quantity.is_zero()) continue;
        text += (text.empty() ? "" : ", ") + key.strategy + " " + position.quantity.to_string() +
                " " + key.instrument.to_string();
    }
    return text.empty() ? "none" : text;
}

std::string orders_left(const Books& books) {
    std::string text;
    for (const auto& [seq, order] : books.orders.open_orders()) {
        text += "  " + order_name(seq) + "  " + std::string(to_string(order.state)) + "  " +
                describe(order.terms) + '\n';
    }
    return text;
}

/// Follows the tape from a kill until no order is open (and with `flatten` no position either), for
/// kProofPatience at most, and says what is left.
Result<> prove_kill(Session& session, TapeSource& tape, Seq kill, bool flatten) {
    Books books;
    TRY(tape.records({1}, kill, concerns_books, [&](const Recorded& recorded) {
        books.apply(recorded);
        return true;
    }));
    const std::size_t before = books.unfinished();
    const auto& clock = session.world().clock;
    const Duration deadline = clock.monotonic() + kProofPatience;
    Seq applied = kill;
    const auto is_proved = [&] {
        return books.unfinished() == 0 && (!flatten || !has_positions(books));
    };
    const auto take = [&](const TapeSource::Frame* frame) -> Result<bool> {
        if (frame != nullptr) {
            const Seq last{frame->header.last_seq()};
            TRY(visit_records(*frame, kill.next(), last, concerns_books, [&](const Recorded& r) {
                books.apply(r);
                return true;
            }));
            applied = last;
        }
        return !is_proved() && clock.monotonic() < deadline && !session.world().interrupted();
    };
    if (!is_proved()) TRY(tape.follow(kill, take));
    if (!session.options().json) {
        std::string text = std::to_string(books.orders.open_orders().size()) +
                           " open orders as of seq " + std::to_string(applied.value);
        if (before > 0) text += " (" + std::to_string(before) + " at the kill)";
        const std::string positions = positions_left(books);
        text += ". Positions left: " + positions + '\n' + orders_left(books);
        const auto facts = TRY(tape.facts());
        text += "Survives restarts. Released only by: tapedeck unkill --confirm " + facts.profile;
        if (positions != "none" && !flatten) text += "\nnext: tapedeck kill --flatten";
        TRY(session.print(text + '\n'));
    }
    if (is_proved()) return {};
    return fail(
        "not everything is proved to be gone after " + to_string(kProofPatience) +
            ": look with tapedeck orders",
        ExitCode::OutcomeUnknown);
}

}  // namespace

Request request_of(const Session& session, const ControlOptions& options) {
    Request request;
    request.by = user_of(session);
    request.reason = options.reason;
    request.idempotency_key = options.idempotency_key;
    return request;
}

Result<Seq> record_control(
    Session& session,
    const ControlOptions& options,
    const Event& event,
    const std::string& effect) {
    if (options.dry_run) {
        TRY(session.print(
            "would record " + std::string(event.name()) + ": " + effect + "\n" + to_json(event) +
            "\n"));
        return Seq{};
    }
    TapeSource* tape = TRY(session.live_tape());
    if (const auto before = TRY(find_request(*tape, options.idempotency_key))) {
        if (before->event.type() != event.type()) {
            return fail(
                "the key \"" + options.idempotency_key + "\" is that of a " +
                    std::string(before->event.name()) + " at seq " +
                    std::to_string(before->seq.value) + ": take another one",
                ExitCode::Refused);
        }
        TRY(session.print(
            session.options().json
                ? to_json(*before) + '\n'
                : "already on the tape as seq " + std::to_string(before->seq.value) +
                      ": this idempotency key was used before\n"));
        return before->seq;
    }
    const Seq seq = TRY(tape->client()->submit(event, ops::identity(ops::build_info())));
    const Recorded recorded = TRY(tape->at(seq));
    if (session.options().json) {
        TRY(session.print(to_json(recorded) + '\n'));
    } else {
        TRY(session.print(
            session.show_clock(recorded.recorded_at) + " " + std::string(event.name()) +
            " recorded, seq " + std::to_string(seq.value) + ": " + effect + "\n"));
    }
    return seq;
}

Result<> confirm(Session& session, const ControlOptions& options, const std::string& what) {
    if (options.dry_run) return {};
    // The name of what runs, not of what was asked for: it may be another one than one thinks.
    TapeSource* tape = TRY(session.live_tape());
    const auto facts = TRY(tape->facts());
    const std::string& name = facts.profile;
    if (options.confirm == name) return {};
    if (!options.confirm.empty()) {
        return fail(
            "nothing was done: this is profile " + name + ", not " + options.confirm,
            ExitCode::Refused);
    }
    if (!session.interactive()) {
        return fail(what + "\nnothing was done: confirm with --confirm " + name, ExitCode::Refused);
    }
    session.world().err << what << "\nType " << name << " to confirm: " << std::flush;
    std::string typed;
    std::getline(session.world().in, typed);
    if (typed == name) return {};
    return fail("not confirmed, nothing was done", ExitCode::Refused);
}

Result<> kill_all(Session& session, const ControlOptions& options, bool flatten) {
    const std::string positions = flatten ? "CLOSE all positions" : "KEEP positions";
    TRY(confirm(
        session,
        options,
        "KILL stops ALL strategies on ALL venues: no new orders, cancel all open orders, " +
            positions + " (flatten: " + (flatten ? "yes" : "no") + ")."));
    const Event event = KillEngaged{.flatten = flatten, .request = request_of(session, options)};
    const Seq seq = TRY(record_control(
        session, options, event, "risk and execution latch, open orders are canceled"));
    if (!seq.exists()) return {};
    TapeSource* tape = TRY(session.live_tape());
    return prove_kill(session, *tape, seq, flatten);
}

Result<> cancel(Session& session, const ControlOptions& options, const std::string& order) {
    CancelOrdered event;
    event.request = request_of(session, options);
    std::string effect = "all open orders are canceled; positions stay";
    if (!order.empty()) {
        const auto intent = parse_order_name(order);
        if (!intent) {
            return fail("\"" + order + "\" is no order; write o-123, or --all", ExitCode::Usage);
        }
        TapeSource* tape = TRY(session.live_tape());
        const Recorded recorded = TRY(tape->at(*intent));
        if (recorded.event.as<OrderIntended>() == nullptr) {
            return fail(
                "seq " + std::to_string(intent->value) + " is a " +
                    std::string(recorded.event.name()) +
                    ", not an order; list them with "
                    "tapedeck orders",
                ExitCode::NotFound);
        }
        event.intent = *intent;
        effect = order_name(*intent) + " is canceled if it is still open";
    }
    TRY(record_control(session, options, event, effect));
    return {};
}

Result<> branch(Session& session, const ControlOptions& options) {
    const std::string directory = session.home().journal().string();
    if (!std::filesystem::exists(directory)) {
        return fail(directory + ": there is no tape here", ExitCode::NotFound);
    }
    if (options.reason.empty()) {
        return fail("say why: --reason \"…\" goes on the tape", ExitCode::Usage);
    }
    auto running = connect(session.home().run().string(), session.world().clock);
    if (running && TRY((*running)->facts()).quarantine.empty()) {
        return fail(
            "the journal runs and records: there is nothing to branch from. Stop it first "
            "(tapedeck down) if you want a new tape id nevertheless",
            ExitCode::Refused);
    }
    TRY(confirm(
        session,
        options,
        "BRANCH gives up what was acknowledged but is not here; the tape goes on under a new id."));
    const journal::Markers markers(directory);
    TRY(markers.want_branch(request_of(session, options).by + ": " + options.reason));
    return session.print(
        "the journal branches at its next start. next: tapedeck down, then tapedeck up\n");
}

}  // namespace tapedeck::cli
