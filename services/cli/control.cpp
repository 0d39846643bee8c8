#include "cli/control.h"

#include "events/print.h"
#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "ops/build_info.h"

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

/// The seq under which a request of this key is on the tape already.
Result<std::optional<Seq>> find_request(TapeSource& tape, const std::string& key) {
    std::optional<Seq> found;
    if (key.empty()) return found;
    const Seq end = TRY(tape.end());
    TRY(tape.records(
        Seq{1},
        end,
        [](std::uint16_t type) {
            return type >= TradingPaused::kType && type <= StrategyStarted::kType;
        },
        [&](const Recorded& recorded) {
            const Request* request = request_in(recorded.event);
            if (request != nullptr && request->idempotency_key == key) found = recorded.seq;
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

std::string positions_left(const Books& books) {
    std::string text;
    for (const auto& [key, position] : books.portfolio.positions()) {
        if (position.quantity.is_zero()) continue;
        text += (text.empty() ? "" : ", ") + key.strategy + " " + position.quantity.to_string() +
                " " + key.instrument.to_string();
    }
    return text.empty() ? "none" : text;
}

}  // namespace

Request request_of(const Session& session, const ControlOptions& options) {
    Request request;
    const auto user = session.environment().find("USER");
    request.by = user == session.environment().end() ? "operator" : user->second;
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
        TRY(session.print(
            "already on the tape as seq " + std::to_string(before->value) +
            ": this idempotency key was used before\n"));
        return *before;
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
    const std::string name = session.profile();
    if (options.confirm == name) return {};
    if (!options.confirm.empty() || !session.interactive()) {
        return fail(what + "\nconfirm with --confirm " + name, ExitCode::Refused);
    }
    session.world().err << what << "\nType " << name << " to confirm: " << std::flush;
    std::string typed;
    std::getline(session.world().in, typed);
    if (typed == name) return {};
    return fail("not confirmed, nothing was done", ExitCode::Refused);
}

Result<> kill_all(Session& session, const ControlOptions& options, bool flatten) {
    TRY(confirm(
        session,
        options,
        "KILL stops ALL strategies in profile " + session.profile() +
            ": no new orders, all open orders canceled, positions " +
            (flatten ? "CLOSED" : "kept") + "."));
    const Event event = KillEngaged{.flatten = flatten, .request = request_of(session, options)};
    const Seq seq = TRY(record_control(
        session, options, event, "risk and execution latch, open orders are canceled"));
    if (!seq.exists()) return {};
    Books books;
    TapeSource* tape = TRY(session.live_tape());
    const Duration deadline = session.world().clock.monotonic() + kProofPatience;
    Seq applied;
    const auto take = [&](const TapeSource::Frame* frame) -> Result<bool> {
        if (frame != nullptr) {
            TRY(tape::for_each_record(
                frame->header, frame->records, concerns_books, [&](const Recorded& recorded) {
                    books.apply(recorded);
                    return true;
                }));
            applied = Seq{frame->header.last_seq()};
        }
        const bool proved = applied > seq && books.orders.is_killed() && books.unfinished() == 0;
        return !proved && session.world().clock.monotonic() < deadline &&
               !session.world().interrupted();
    };
    TRY(tape->follow(Seq{}, take));
    const auto left = books.unfinished();
    TRY(session.print(
        std::to_string(left) + " open orders as of seq " + std::to_string(applied.value) +
        ". Positions left: " + positions_left(books) +
        "\nSurvives restarts. Released only by: tapedeck unkill --confirm " + session.profile() +
        "\n"));
    if (left == 0) return {};
    return fail(
        "not all orders are proved to be gone yet: look with tapedeck orders",
        ExitCode::OutcomeUnknown);
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

}  // namespace tapedeck::cli
