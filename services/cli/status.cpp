#include "cli/status.h"

#include "cli/proven.h"
#include "cli/record_line.h"
#include "cli/stages.h"
#include "cli/state_verbs.h"
#include "cli/views.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <ostream>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kRedraw = 1s;
constexpr Duration kTurn = 100ms;
constexpr std::size_t kOrdersShown = 8;
/// A decider that is so many events behind does not keep up.
constexpr std::uint64_t kLagMost = 10'000;
/// An older tape is that of a stack that has been stopped: its age says nothing.
constexpr Duration kAgeMost = 24h;

/// "  (0.2 s ago)"; where the tape has a time of its own, that is said instead.
std::string age(const TapeSource::Facts& facts, Time time, Time now) {
    if (facts.lockstep) return "  (the data's time)";
    if (now < time || now - time > kAgeMost) return "";
    return fmt::format("  ({:.1f} s ago)", std::chrono::duration<double>(now - time).count());
}

std::string head(
    const Session& session, const TapeSource::Facts& facts, const Books& books, bool running) {
    std::string text = as_of(session, facts, books.as_of(), books.time());
    text += running ? age(facts, books.time(), session.world().clock.wall()) : "  NOT RUNNING";
    return session.colors().paint(ops::Color::Bold, text) + '\n';
}

/// "proven through seq N": what the shadow has come to.
std::string proof(const Session& session, const TapeSource::Facts& facts) {
    const auto proven = read_proven(facts.where, facts.tape_id);
    if (!proven) return "";
    std::string text = fmt::format("proven through seq {}", proven->seq.value);
    if (proven->differences > 0) text += fmt::format(", {} differences", proven->differences);
    return text + age({}, proven->at, session.world().clock.wall()) + '\n';
}

/// Open orders of our account that are not ours.
std::uint64_t external_orders(const Books& books) {
    const auto* account = books.risk().venue_account();
    return account == nullptr ? 0 : account->external_orders();
}

std::string money(const Books& books) {
    std::string text;
    const auto totals = books.portfolio().totals();
    const bool is_one = totals.empty() || totals.front().account == totals.back().account;
    for (const auto& total : totals) {
        if (!is_one) text += total.account + "  ";
        text += fmt::format(
            "equity {} {}  cash {}  realised {}  unrealised {}  fees {}\n",
            show_money(total.equity.decimal()),
            total.currency,
            show_money(total.cash.decimal()),
            show_gain(total.realised.decimal()),
            show_gain(total.unrealised.decimal()),
            show_money(total.fees.decimal()));
    }
    const auto& risk = books.risk();
    const auto day = risk.day();
    text += fmt::format("today {} of {} entries", day.entries, risk.policy().day_trades);
    if (day.result && day.start_equity && !day.start_equity->is_zero()) {
        text += "  " + show_gain(day.result->decimal());
        const auto share = ratio_of(*day.result, *day.start_equity, Rounding::HalfEven);
        if (share) text += " (" + show_percent(share->decimal()) + ')';
    }
    if (const auto drawdown = risk.drawdown()) {
        text += fmt::format(
            "  drawdown {} (limit {})",
            show_percent(drawdown->decimal()),
            show_percent(risk.policy().max_drawdown.decimal()));
    }
    text += fmt::format("  open orders {}", books.orders().open_orders().size());
    if (const std::uint64_t external = external_orders(books); external > 0) {
        text += fmt::format("  external orders {}", external);
    }
    if (const std::string stage = present_stage(books); !stage.empty()) text += "  stage " + stage;
    return text + '\n';
}

std::string open_orders(const Books& books) {
    std::string text;
    std::size_t shown = 0;
    const auto& orders = books.orders().open_orders();
    for (const auto& [seq, order] : orders) {
        if (++shown > kOrdersShown) {
            return text +
                   fmt::format("… and {} more: tapedeck orders\n", orders.size() - kOrdersShown);
        }
        text += fmt::format(
            "{}  {}  {}  {}\n",
            order_name(seq),
            to_string(order.state),
            order.terms.strategy,
            describe(order.terms));
    }
    return text;
}

std::string last_fills(const Session& session, const Books& books) {
    if (books.recent_fills().empty()) return "no fills yet\n";
    std::string text;
    for (const auto& [seq, time, fill] : books.recent_fills()) {
        text += fmt::format(
            "{}  {}  {}\n", session.show_clock(time), fill.strategy, describe(Event(fill)));
    }
    return text;
}

std::string next_hint(const Session& session, const Books& books, bool running) {
    const std::string home =
        session.options().home.empty() ? "" : " --home " + session.options().home;
    std::string text = "next: ";
    if (books.last_order().exists()) {
        text += "tapedeck why " + order_name(books.last_order()) + home + " · ";
    }
    text += running ? "tapedeck tail -f" + home : "tapedeck pnl" + home;
    return text + '\n';
}

Json status_json(
    const Session& session,
    const TapeSource::Facts& facts,
    const Books& books,
    Seq end,
    bool running,
    bool brief) {
    Json object;
    object["profile"] = facts.profile;
    object["tape"] = tape_name(facts.tape_id);
    object["running"] = running;
    object["seq"] = brief ? end.value : books.as_of().value;
    object["services"] = list_processes(facts, end, running).json();
    const auto proven = read_proven(facts.where, facts.tape_id);
    object["proven_seq"] = running && proven ? Json(proven->seq.value) : Json(nullptr);
    if (brief) return object;
    object["time"] = books.as_of().exists() ? Json(session.show(books.time())) : Json(nullptr);
    object["money"] = list_accounts(books).json();
    const auto& risk = books.risk();
    const auto put = [&](const char* name, const auto& value) {
        object[name] = value ? Json(value->to_string()) : Json(nullptr);
    };
    put("day_result", risk.day().result);
    put("drawdown", risk.drawdown());
    object["killed"] = risk.is_killed();
    object["warnings"] = warnings(books);
    object["external_orders"] = external_orders(books);
    const risk::Stage* stage = risk.stage().present;
    object["stage"] = stage == nullptr ? Json(nullptr) : Json(stage->name);
    object["orders"] = books.counts().orders;
    object["fills"] = books.counts().fills;
    object["strategies"] = list_strategies(books).json();
    object["positions"] = list_positions(books, {}).json();
    object["open_orders"] = list_orders(books, session, {}).json();
    object["last_fills"] = list_fills(books.recent_fills(), session, {}).json();
    return object;
}

/// What is not as it should be; empty if all is well.
std::string problem(const TapeSource::Facts& facts, const Books& books, Seq end) {
    if (!facts.quarantine.empty()) return "the journal is in quarantine";
    for (const auto& service : facts.services) {
        if (is_visitor(service.name)) continue;
        if (!service.alive) return service.name + " is down";
        const bool slow = is_decider(service.name) && service.decided + kLagMost < end.value;
        if (slow || service.lagging) return service.name + " does not keep up";
    }
    const auto lines = warnings(books);
    return lines.empty() ? "" : lines.front();
}

/// Home, then each line to its end, then the rest: no flicker.
std::string painted(const std::string& screen) {
    std::string text = "\x1b[H";
    for (const char c : screen) {
        if (c == '\n') text += "\x1b[K";
        text += c;
    }
    return text + "\x1b[J";
}

}  // namespace

std::string status_screen(
    const Session& session,
    const TapeSource::Facts& facts,
    const Books& books,
    Seq end,
    bool running) {
    std::string text = head(session, facts, books, running);
    if (running) text += proof(session, facts);
    text += list_processes(facts, end, running).table(session.colors()) + '\n';
    if (!facts.quarantine.empty()) {
        const std::string line = "QUARANTINE: nothing is recorded. " + facts.quarantine;
        text += session.colors().paint(ops::Color::Red, line) + '\n';
    }
    for (const auto& line : warnings(books)) {
        text += session.colors().paint(ops::Color::Red, line) + '\n';
    }
    const Listing strategies = list_strategies(books);
    if (!strategies.empty()) text += strategies.table(session.colors()) + '\n';
    text += money(books) + open_orders(books) + '\n' + last_fills(session, books);
    return text + next_hint(session, books, running);
}

Result<> show_status(Session& session, const StatusOptions& options) {
    TapeSource* tape = TRY(session.tape());
    Books books;
    if (!options.brief) TRY(load_books(session, "", books));
    const auto facts = TRY(tape->facts());
    const Seq end = std::max(books.as_of(), TRY(tape->end()));
    const bool running = tape->is_live();
    if (session.options().json) {
        const Json object = status_json(session, facts, books, end, running, options.brief);
        TRY(session.print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'));
    } else if (session.options().plain || options.brief) {
        const Listing processes = list_processes(facts, end, running);
        TRY(session.print(
            session.options().plain ? processes.plain() : processes.table(session.colors())));
    } else {
        TRY(session.print(status_screen(session, facts, books, end, running)));
    }
    if (!running && session.options().tape.empty()) return fail("", ExitCode::Unreachable);
    const std::string wrong = problem(facts, books, end);
    if (options.strict && !wrong.empty()) return fail("degraded: " + wrong, ExitCode::Degraded);
    return {};
}

Result<> watch_status(
    Session& session, const std::function<bool()>& go_on, const std::string& leave) {
    const auto& clock = session.world().clock;
    auto& out = session.world().out;
    Books books;
    std::unique_ptr<TapeSource> tape;
    std::optional<Duration> drawn;
    bool cleared = false;
    const auto draw = [&]() -> Result<> {
        // A journal that restarts is connected to anew at the next turn.
        if (!tape) tape = TRY(connect(session.home().run().string(), clock));
        const Seq end = TRY(tape->end());
        const auto facts = TRY(tape->facts());
        TRY(books.fold(*tape, end));
        const std::string screen = status_screen(session, facts, books, end, true);
        if (session.world().out_is_terminal) {
            out << (std::exchange(cleared, true) ? "" : "\x1b[2J")
                << painted(screen + leave + ": leave\n") << std::flush;
        } else {
            out << screen << '\n' << std::flush;
        }
        return {};
    };
    while (go_on() && !session.world().interrupted()) {
        const Duration now = clock.monotonic();
        if (!drawn || now - *drawn >= kRedraw) {
            drawn = now;
            if (!draw()) tape.reset();
        }
        ::usleep(static_cast<useconds_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(kTurn).count()));
    }
    return {};
}

}  // namespace tapedeck::cli
