#include "cli/status.h"

#include "cli/state_verbs.h"
#include "cli/summary.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <ostream>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr Duration kRedraw = 1s;
constexpr Duration kTurn = 100ms;

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(c));
    return text;
}

std::string processes(const Session& session, const TapeSource::Facts& facts, Seq end) {
    ops::Table table({"PROCESS", "STATE", "LAG", "STARTS"});
    table.add({"journal", "live", "-", "-"});
    for (const auto& service : facts.services) {
        if (service.name == "operator") continue;
        const std::uint64_t lag = end.value - std::min(end.value, service.decided);
        const bool is_source = service.name == "market-data";
        table.add(
            {service.name,
             service.alive ? ops::Table::Cell("live") : ops::Table::Cell("GONE", ops::Color::Red),
             is_source ? "-" : std::to_string(lag),
             std::to_string(service.starts)});
    }
    return table.print(session.colors());
}

std::string strategies(const Session& session, const Books& books) {
    ops::Table table({"STRATEGY", "KIND", "STATE", "POSITION", "LAST", "uPnL", "REALISED", "FEES"});
    for (const auto& status : books.strategies().status()) {
        bool any = false;
        for (const auto& [key, position] : books.portfolio().positions()) {
            if (key.strategy != status.name) continue;
            const auto last = books.portfolio().last_price(key.instrument);
            const auto unrealised = last ? position.unrealised(*last) : std::nullopt;
            table.add(
                {any ? "" : status.name,
                 any ? "" : status.kind,
                 any ? "" : std::string(to_string(status.state)),
                 shown(position.quantity.decimal(), 8, true) + " " +
                     std::string(key.instrument.name()),
                 last ? last->to_string() : "-",
                 unrealised ? shown(unrealised->decimal(), 2, true) : "-",
                 shown(position.realised.decimal(), 2, true),
                 shown(position.fees.decimal(), 2)});
            any = true;
        }
        if (!any) {
            table.add(
                {status.name,
                 status.kind,
                 std::string(to_string(status.state)),
                 "0",
                 "-",
                 "-",
                 "-",
                 "-"});
        }
    }
    return table.print(session.colors());
}

std::string money(const Books& books) {
    std::string text;
    for (const auto& total : books.portfolio().totals()) {
        text += "equity " + shown(total.equity.decimal(), 2) + " " + total.currency + "  cash " +
                shown(total.cash.decimal(), 2) + "  realised " +
                shown(total.realised.decimal(), 2, true) + "  unrealised " +
                shown(total.unrealised.decimal(), 2, true) + "  fees " +
                shown(total.fees.decimal(), 2) + "\n";
    }
    const auto drawdown = books.risk().drawdown();
    const auto& day = books.risk().day();
    text +=
        "day: " + std::to_string(day.entries) + " entries, " + std::to_string(day.fills) + " fills";
    if (day.result) text += ", " + shown(day.result->decimal(), 2, true);
    if (drawdown) text += "  drawdown " + percent(drawdown->decimal());
    text += "  open orders " + std::to_string(books.orders().open_orders().size());
    if (books.risk().is_killed()) text += "  KILLED";
    for (const auto& [code, trip] : books.risk().emergency_stops()) {
        text += "  EMERGENCY STOP: " + std::string(to_string(code));
    }
    for (const auto& [key, pause] : books.risk().pauses()) {
        text += "  PAUSED: " + (key.first == Scope::All ? std::string("all") : key.second);
    }
    return text + "\n";
}

std::string fills(const Session& session, const Books& books) {
    ops::Table table({"FILL", "ORDER", "STRATEGY", "SIDE", "QUANTITY", "PRICE", "FEE"});
    for (auto it = books.recent_fills().rbegin(); it != books.recent_fills().rend(); ++it) {
        table.add(
            {session.show_clock(it->time),
             order_name(it->fill.intent),
             it->fill.strategy,
             std::string(to_string(it->fill.side)) + " " + it->fill.instrument.to_string(),
             it->fill.quantity.to_string(),
             it->fill.price.to_string(),
             shown(it->fill.fee.decimal(), 4)});
    }
    return table.empty() ? "no fills yet\n" : table.print(session.colors());
}

std::string next_hint(const Session& session, const Books& books) {
    const std::string home =
        session.options().home.empty() ? "" : " --home " + session.options().home;
    std::string text = "next: ";
    if (books.last_order().exists()) {
        text += "tapedeck why " + order_name(books.last_order()) + home + "  ·  ";
    }
    return text + "tapedeck tail -f" + home + "\n";
}

}  // namespace

std::string status_screen(
    const Session& session, const TapeSource::Facts& facts, const Books& books, Seq end) {
    std::string text = upper(facts.profile) + "  tape " + tape_name(facts.tape_id) +
                       "  as of seq " + std::to_string(books.as_of().value) + "  " +
                       session.show(books.time());
    if (facts.lockstep) text += "  (the data's time)";
    text += "\n\n";
    if (!facts.services.empty()) text += processes(session, facts, end) + "\n";
    text += strategies(session, books) + "\n" + money(books) + "\n" + fills(session, books) + "\n";
    return text + next_hint(session, books);
}

Result<> show_status(Session& session) {
    Books books;
    TRY(load_books(session, "", books));
    TapeSource* tape = TRY(session.tape());
    const auto facts = TRY(tape->facts());
    if (!session.options().json) {
        const Seq end = std::max(books.as_of(), TRY(tape->end()));
        return session.print(status_screen(session, facts, books, end));
    }
    nlohmann::ordered_json services = nlohmann::ordered_json::array();
    for (const auto& service : facts.services) {
        services.push_back(
            {{"name", service.name},
             {"alive", service.alive},
             {"decided_seq", service.decided},
             {"starts", service.starts}});
    }
    nlohmann::ordered_json totals = nlohmann::ordered_json::array();
    for (const auto& total : books.portfolio().totals()) {
        totals.push_back(
            {{"account", total.account},
             {"currency", total.currency},
             {"equity", total.equity.to_string()},
             {"cash", total.cash.to_string()}});
    }
    const nlohmann::ordered_json status{
        {"profile", facts.profile},
        {"tape", tape_name(facts.tape_id)},
        {"seq", books.as_of().value},
        {"time", to_string(books.time())},
        {"services", services},
        {"money", totals},
        {"open_orders", books.orders().open_orders().size()},
        {"orders", books.counts().orders},
        {"fills", books.counts().fills},
        {"killed", books.risk().is_killed()}};
    return session.print(status.dump() + '\n');
}

Result<> watch_status(Session& session, const std::function<bool()>& go_on) {
    const auto& clock = session.world().clock;
    auto& out = session.world().out;
    Books books;
    Duration drawn{};
    std::unique_ptr<TapeSource> tape;
    std::optional<TapeSource::Facts> facts;
    while (go_on() && !session.world().interrupted()) {
        const Duration now = clock.monotonic();
        if (now - drawn >= kRedraw || drawn == Duration{}) {
            // A journal that restarts is asked again at the next turn.
            if (!tape) {
                auto connected = connect(session.home().run().string(), clock);
                if (connected) tape = std::move(*connected);
            }
            if (tape) {
                const auto end = tape->end();
                auto known = end ? tape->facts() : tl::make_unexpected(end.error());
                if (!known || !books.fold(*tape, *end)) {
                    tape.reset();
                } else {
                    drawn = now;
                    // Home, then each line to its end, then the rest: no flicker.
                    std::string screen = status_screen(session, *known, books, *end);
                    std::string painted = "\x1b[H";
                    for (const char c : screen) {
                        if (c == '\n') painted += "\x1b[K";
                        painted += c;
                    }
                    out << (facts ? "" : "\x1b[2J") << painted << "(Ctrl-C leaves)\x1b[K\x1b[J"
                        << std::flush;
                    facts = std::move(*known);
                }
            }
        }
        ::usleep(static_cast<useconds_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(kTurn).count()));
    }
    out << "\n" << std::flush;
    return {};
}

Result<std::string> run_summary(Session& session) {
    Books books;
    TRY(load_books(session, "", books));
    TapeSource* tape = TRY(session.tape());
    const auto facts = TRY(tape->facts());
    const auto& counts = books.counts();
    std::string text = "run over: " + std::to_string(books.as_of().value) + " records, " +
                       std::to_string(counts.market_data) + " of market data, to " +
                       session.show(books.time()) + "\n" + std::to_string(counts.decisions) +
                       " evaluations, " + std::to_string(counts.targets) + " targets, " +
                       std::to_string(counts.orders) + " orders, " + std::to_string(counts.fills) +
                       " fills; " + std::to_string(counts.gaps) + " gaps, " +
                       std::to_string(counts.rejected_data) + " rejected in the data\n\n";
    text += strategies(session, books) + "\n" + money(books);
    if (!counts.denials.empty()) {
        text += "denied:";
        for (const auto& [code, count] : counts.denials) {
            text += "  " + code + " " + std::to_string(count);
        }
        text += "\n";
    }
    const std::string home = session.home().directory.string();
    text += "\nnext: tapedeck why --last --home " + home + "  ·  tapedeck fills --home " + home +
            "  ·  tapedeck state --json --home " + home + "\n";
    return text;
}

}  // namespace tapedeck::cli
