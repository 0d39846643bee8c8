#include "cli/state_verbs.h"

#include "cli/moment.h"
#include "ops/progress.h"

#include <nlohmann/json.hpp>

#include <deque>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string as_of(const Session& session, const Books& books) {
    return "as of seq " + std::to_string(books.as_of().value) + "  " + session.show(books.time());
}

Json as_of_json(const Books& books) {
    return {{"seq", books.as_of().value}, {"time", to_string(books.time())}};
}

struct OpenPosition {
    execution::PositionKey key;
    execution::Position position;
    std::optional<Price> last;
};

std::vector<OpenPosition> open_positions(const Books& books) {
    std::vector<OpenPosition> open;
    for (const auto& [key, position] : books.portfolio().positions()) {
        if (position.quantity.is_zero()) continue;
        open.push_back({key, position, books.portfolio().last_price(key.instrument)});
    }
    return open;
}

std::string text_of(const std::optional<Price>& price) {
    return price ? price->to_string() : "-";
}

Json positions_json(const Books& books) {
    Json list = Json::array();
    for (const auto& [key, position, last] : open_positions(books)) {
        const auto unrealised = last ? position.unrealised(*last) : std::nullopt;
        list.push_back(
            {{"account", key.account},
             {"strategy", key.strategy},
             {"instrument", key.instrument.to_string()},
             {"quantity", position.quantity.to_string()},
             {"cost", position.cost.to_string()},
             {"average_price", text_of(position.average_price())},
             {"last_price", text_of(last)},
             {"unrealised", unrealised ? Json(unrealised->to_string()) : Json(nullptr)},
             {"realised", position.realised.to_string()},
             {"fees", position.fees.to_string()}});
    }
    return list;
}

Json orders_json(const Books& books, bool ended_too) {
    Json list = Json::array();
    const auto add = [&](const execution::Order& order) {
        list.push_back(
            {{"order", order_name(order.intent)},
             {"state", std::string(to_string(order.state))},
             {"strategy", order.terms.strategy},
             {"instrument", order.terms.instrument.to_string()},
             {"purpose", std::string(to_string(order.terms.purpose))},
             {"side", std::string(to_string(order.terms.side))},
             {"type", std::string(to_string(order.terms.type))},
             {"quantity", order.terms.quantity.to_string()},
             {"filled", order.filled.to_string()},
             {"trigger_price", text_of(order.terms.trigger_price)},
             {"limit_price", text_of(order.terms.limit_price)},
             {"average_price", text_of(order.average_price())}});
    };
    if (ended_too) {
        for (const auto& [seq, order] : books.orders().ended_orders()) add(order);
    }
    for (const auto& [seq, order] : books.orders().open_orders()) add(order);
    return list;
}

Json money_json(const Books& books) {
    Json list = Json::array();
    for (const auto& total : books.portfolio().totals()) {
        list.push_back(
            {{"account", total.account},
             {"currency", total.currency},
             {"equity", total.equity.to_string()},
             {"cash", total.cash.to_string()},
             {"deposits", total.deposits.to_string()},
             {"realised", total.realised.to_string()},
             {"fees", total.fees.to_string()},
             {"unrealised", total.unrealised.to_string()}});
    }
    return list;
}

Json risk_json(const Books& books) {
    Json limits = Json::array();
    for (const auto& used : books.risk().utilisation()) {
        limits.push_back(
            {{"rule", used.name},
             {"value", used.value ? Json(used.value->to_string()) : Json(nullptr)},
             {"limit", used.limit ? Json(used.limit->to_string()) : Json(nullptr)}});
    }
    return {{"killed", books.risk().is_killed()}, {"limits", limits}};
}

Json strategies_json(const Books& books) {
    Json list = Json::array();
    for (const auto& status : books.strategies().status()) {
        list.push_back(
            {{"strategy", status.name},
             {"kind", status.kind},
             {"state", std::string(to_string(status.state))}});
    }
    return list;
}

/// A list of objects as a table; the keys are the headings.
Result<> print_list(
    Session& session, const std::string& as_of, const Json& list, const std::string& none) {
    if (session.options().json) {
        for (const auto& item : list) TRY(session.print(item.dump() + '\n'));
        return {};
    }
    if (list.empty()) {
        session.note(as_of);
        return session.print(none + "\n");
    }
    std::vector<std::string> headings;
    for (const auto& [key, value] : list.front().items()) {
        std::string heading = key;
        for (char& c : heading) c = c == '_' ? ' ' : static_cast<char>(std::toupper(c));
        headings.push_back(heading);
    }
    ops::Table table(headings);
    for (const auto& item : list) {
        std::vector<ops::Table::Cell> row;
        for (const auto& [key, value] : item.items()) {
            row.emplace_back(
                value.is_string() ? value.get<std::string>()
                                  : (value.is_null() ? std::string("-") : value.dump()));
        }
        table.add(std::move(row));
    }
    session.note(as_of);
    return session.print(table);
}

}  // namespace

Result<> load_books(Session& session, const std::string& at, Books& books) {
    TapeSource* tape = TRY(session.tape());
    Seq to = TRY(tape->end());
    if (!at.empty()) to = TRY(last_of(at, *tape));
    ops::Progress progress(
        "folding", to.value, "records", session.world().clock, session.progress_output());
    constexpr std::uint64_t kStride = 100'000;
    while (books.as_of() < to) {
        TRY(books.fold(*tape, std::min(to, Seq{books.as_of().value + kStride})));
        progress.advance_to(books.as_of().value);
    }
    return {};
}

Result<> show_positions(Session& session, const std::string& at) {
    Books books;
    TRY(load_books(session, at, books));
    return print_list(session, as_of(session, books), positions_json(books), "no open positions");
}

Result<> show_orders(Session& session, const std::string& at, bool ended_too) {
    Books books;
    TRY(load_books(session, at, books));
    return print_list(
        session, as_of(session, books), orders_json(books, ended_too), "no open orders");
}

Result<> show_pnl(Session& session, const std::string& at) {
    Books books;
    TRY(load_books(session, at, books));
    return print_list(
        session, as_of(session, books), money_json(books), "no money on this tape yet");
}

Result<> show_fills(Session& session, const std::string& at, std::uint64_t count) {
    TapeSource* tape = TRY(session.tape());
    Seq to = TRY(tape->end());
    if (!at.empty()) to = TRY(last_of(at, *tape));
    std::deque<Json> fills;
    TRY(tape->records(
        Seq{1},
        to,
        [](std::uint16_t type) { return type == OrderFilled::kType; },
        [&](const Recorded& recorded) {
            const auto& fill = *recorded.event.as<OrderFilled>();
            fills.push_back(
                {{"seq", recorded.seq.value},
                 {"time", session.show(recorded.recorded_at)},
                 {"order", order_name(fill.intent)},
                 {"strategy", fill.strategy},
                 {"instrument", fill.instrument.to_string()},
                 {"side", std::string(to_string(fill.side))},
                 {"quantity", fill.quantity.to_string()},
                 {"price", fill.price.to_string()},
                 {"fee", fill.fee.to_string()},
                 {"liquidity", std::string(to_string(fill.liquidity))}});
            if (count > 0 && fills.size() > count) fills.pop_front();
            return true;
        }));
    Json list = Json::array();
    for (auto& fill : fills) list.push_back(std::move(fill));
    return print_list(session, "as of seq " + std::to_string(to.value), list, "no fills yet");
}

Result<> show_state(Session& session, const std::string& at) {
    Books books;
    TRY(load_books(session, at, books));
    Json hashes = Json::object();
    for (const auto& [name, hash] : books.state_hashes()) hashes[name] = hash;
    const Json state{
        {"as_of", as_of_json(books)},
        {"positions", positions_json(books)},
        {"orders", orders_json(books, false)},
        {"money", money_json(books)},
        {"risk", risk_json(books)},
        {"strategies", strategies_json(books)},
        {"state_hash", hashes}};
    if (session.options().json) return session.print(state.dump() + '\n');
    session.note(as_of(session, books));
    for (const char* part : {"strategies", "positions", "orders", "money"}) {
        TRY(session.print(std::string(part) + "\n"));
        CommonOptions plain = session.options();
        plain.quiet = true;
        Session quiet(session.world(), plain);
        TRY(print_list(quiet, "", state[part], "none"));
        TRY(session.print("\n"));
    }
    for (const auto& [name, hash] : hashes.items()) {
        TRY(session.print("state hash  " + hash.get<std::string>() + "  " + name + "\n"));
    }
    return {};
}

}  // namespace tapedeck::cli
