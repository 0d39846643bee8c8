#include "cli/state_verbs.h"

#include "cli/moment.h"
#include "ops/nearest.h"
#include "ops/progress.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Records between two looks at the keyboard and the progress line.
constexpr std::uint64_t kStride = 100'000;

const std::vector<std::string>& all_parts() {
    static const std::vector<std::string> kParts = {
        "strategies", "positions", "orders", "money", "risk", "state_hash"};
    return kParts;
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// The books, and the tape that they are of.
struct Loaded {
    TapeSource::Facts facts;
    Books books;
};

Result<std::unique_ptr<Loaded>> load(Session& session, const std::string& at) {
    auto loaded = std::make_unique<Loaded>();
    TRY(load_books(session, at, loaded->books));
    TapeSource* tape = TRY(session.tape());
    loaded->facts = TRY(tape->facts());
    return loaded;
}

Json as_of_json(const Session& session, const TapeSource::Facts& facts, Seq seq, Time time) {
    return {
        {"profile", facts.profile},
        {"tape", tape_name(facts.tape_id)},
        {"seq", seq.value},
        {"time", seq.exists() ? Json(session.show(time)) : Json(nullptr)}};
}

Json as_of_json(const Session& session, const Loaded& loaded) {
    return as_of_json(session, loaded.facts, loaded.books.as_of(), loaded.books.time());
}

std::string as_of(const Session& session, const Loaded& loaded) {
    return as_of(session, loaded.facts, loaded.books.as_of(), loaded.books.time()) + '\n';
}

/// A listing as the whole answer: an object with its rows, TSV, or a table below the as-of line.
Result<> print_listing(
    Session& session,
    const Loaded& loaded,
    const Listing& listing,
    const std::string& nothing,
    const std::string& next) {
    if (session.options().json) {
        return session.print(
            dump({{"as_of", as_of_json(session, loaded)}, {"rows", listing.json()}}));
    }
    if (session.options().plain) return session.print(listing.plain());
    std::string text = as_of(session, loaded);
    text += listing.empty() ? nothing + '\n' : listing.table(session.colors());
    return session.print(text + "next: " + next + '\n');
}

Json risk_json(const Books& books) {
    const auto& risk = books.risk();
    Json object;
    const auto put = [&](const char* name, const auto& value) {
        object[name] = value ? Json(value->to_string()) : Json(nullptr);
    };
    put("equity", risk.equity());
    put("drawdown", risk.drawdown());
    const auto day = risk.day();
    put("day_start_equity", day.start_equity);
    put("day_result", day.result);
    object["day_entries"] = day.entries;
    object["day_orders"] = day.orders;
    object["day_fills"] = day.fills;
    object["killed"] = risk.is_killed();
    object["warnings"] = warnings(books);
    object["limits"] = list_limits(books).json();
    return object;
}

Json part_json(const std::string& part, const Session& session, const Books& books) {
    if (part == "strategies") return list_strategies(books).json();
    if (part == "positions") return list_positions(books, {}).json();
    if (part == "orders") return list_orders(books, session, {}).json();
    if (part == "money") return list_accounts(books).json();
    if (part == "risk") return risk_json(books);
    Json hashes = Json::object();
    for (const auto& [decider, hash] : books.state_hashes()) hashes[decider] = hash;
    return hashes;
}

std::string part_text(const std::string& part, const Session& session, const Books& books) {
    const auto table = [&](const Listing& listing) {
        return listing.empty() ? "none\n" : listing.table(session.colors());
    };
    if (part == "strategies") return table(list_strategies(books));
    if (part == "positions") return table(list_positions(books, {}));
    if (part == "orders") return table(list_orders(books, session, {}));
    if (part == "money") return table(list_accounts(books));
    if (part == "state_hash") return table(list_hashes(books));
    std::string text;
    for (const auto& line : warnings(books)) text += line + '\n';
    return text + table(list_limits(books));
}

/// "positions,orders" and "positions orders" alike; none is all.
Result<std::vector<std::string>> parts_of(const std::vector<std::string>& words) {
    std::vector<std::string> parts;
    for (std::string word : words) {
        std::replace(word.begin(), word.end(), ',', ' ');
        std::istringstream stream(word);
        for (std::string part; stream >> part;) {
            const auto& known = all_parts();
            if (std::find(known.begin(), known.end(), part) != known.end()) {
                parts.push_back(part);
                continue;
            }
            const auto meant = ops::nearest(part, known);
            return fail(
                "state has no part \"" + part + "\"" +
                    (meant ? ": did you mean \"" + *meant + "\"?"
                           : "; there are strategies, positions, orders, money, risk and "
                             "state_hash"),
                ExitCode::Usage);
        }
    }
    return parts.empty() ? all_parts() : parts;
}

}  // namespace

Result<> load_books(Session& session, const std::string& at, Books& books) {
    TapeSource* tape = TRY(session.tape());
    Seq to = TRY(tape->end());
    if (!at.empty()) to = TRY(last_of(at, *tape));
    ops::Progress progress(
        "folding", to.value, "records", session.world().clock, session.progress_output());
    while (books.as_of() < to) {
        const Seq before = books.as_of();
        TRY(books.fold(*tape, std::min(to, Seq{before.value + kStride})));
        // Records of types that a newer build has are passed over, perhaps a whole stride of them.
        if (books.as_of() == before) break;
        progress.advance_to(books.as_of().value);
        if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
    }
    return {};
}

std::string as_of(const Session& session, const TapeSource::Facts& facts, Seq seq, Time time) {
    std::string profile = facts.profile;
    for (char& c : profile) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    std::string text =
        fmt::format("{}  tape {}  as of seq {}", profile, tape_name(facts.tape_id), seq.value);
    if (seq.exists()) text += "  " + session.show(time);
    return text;
}

Result<> show_state(Session& session, const StateOptions& options) {
    const auto parts = TRY(parts_of(options.parts));
    const auto loaded = TRY(load(session, options.at));
    if (session.options().json) {
        Json object;
        object["as_of"] = as_of_json(session, *loaded);
        for (const auto& part : parts) object[part] = part_json(part, session, loaded->books);
        return session.print(dump(object));
    }
    std::string text = as_of(session, *loaded);
    for (const auto& part : parts) {
        text += '\n' + session.colors().paint(ops::Color::Bold, part) + '\n' +
                part_text(part, session, loaded->books);
    }
    return session.print(text);
}

Result<> show_positions(Session& session, const ListOptions& options) {
    const auto loaded = TRY(load(session, options.at));
    return print_listing(
        session,
        *loaded,
        list_positions(loaded->books, options.filter),
        "no open positions",
        "tapedeck pnl · tapedeck orders");
}

Result<> show_orders(Session& session, const ListOptions& options) {
    const auto loaded = TRY(load(session, options.at));
    return print_listing(
        session,
        *loaded,
        list_orders(loaded->books, session, options.filter),
        "no open orders",
        "tapedeck why ORDER · tapedeck orders --all");
}

Result<> show_pnl(Session& session, const ListOptions& options) {
    const auto loaded = TRY(load(session, options.at));
    const Listing results = list_results(loaded->books, options.filter);
    const Listing accounts = list_accounts(loaded->books);
    if (session.options().json) {
        return session.print(dump(
            {{"as_of", as_of_json(session, *loaded)},
             {"strategies", results.json()},
             {"money", accounts.json()}}));
    }
    if (session.options().plain) return session.print(results.plain());
    std::string text = as_of(session, *loaded);
    text += results.empty() ? "no trade yet\n" : results.table(session.colors());
    text += '\n' + accounts.table(session.colors());
    return session.print(text + "next: tapedeck fills · tapedeck positions\n");
}

Result<> show_fills(Session& session, const ListOptions& options) {
    TapeSource* tape = TRY(session.tape());
    Seq to = TRY(tape->end());
    if (!options.at.empty()) to = TRY(last_of(options.at, *tape));
    Seq from{1};
    if (!options.since.empty()) {
        const Moment since = TRY(parse_since(options.since));
        from = TRY(first_of(since, *tape));
    }
    std::deque<Books::Fill> fills;
    const auto wanted = [](std::uint16_t type) { return type == OrderFilled::kType; };
    TRY(tape->records(from, to, wanted, [&](const Recorded& recorded) {
        const auto& fill = *recorded.event.as<OrderFilled>();
        if (!options.filter.wants(fill.strategy, fill.instrument)) return true;
        fills.push_back({recorded.seq, recorded.recorded_at, fill});
        if (options.count > 0 && fills.size() > options.count) fills.pop_front();
        return true;
    }));
    const Listing listing = list_fills(fills, session, {});
    if (session.options().json) return session.print(listing.json_lines());
    if (session.options().plain) return session.print(listing.plain());
    const auto facts = TRY(tape->facts());
    Time time{};
    if (to.exists()) time = TRY(tape->time_of(to));
    std::string text = as_of(session, facts, to, time) + '\n';
    text += listing.empty() ? "no fills yet\n" : listing.table(session.colors());
    return session.print(text + "next: tapedeck why ORDER · tapedeck pnl\n");
}

}  // namespace tapedeck::cli
