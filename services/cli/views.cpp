#include "cli/views.h"

#include <fmt/format.h>

#include <algorithm>

namespace tapedeck::cli {

namespace {

/// The trigger of an open protective order of this position.
std::string protection(
    const Books& books, const execution::PositionKey& key, OrderPurpose purpose) {
    for (const auto& [seq, order] : books.orders().open_orders()) {
        const bool ours = order.terms.account == key.account &&
                          order.terms.instrument == key.instrument &&
                          order.terms.strategy == key.strategy;
        if (ours && order.terms.purpose == purpose) return text_of(order.terms.trigger_price);
    }
    return "";
}

std::string scope_name(const risk::Controls::Key& key) {
    if (key.first == Scope::All) return "all trading";
    return std::string(to_string(key.first)) + " " + key.second;
}

}  // namespace

Listing list_positions(const Books& books, const ViewFilter& filter) {
    Listing listing(
        {{"STRATEGY", "strategy", Look::Text},
         {"INSTRUMENT", "instrument", Look::Text},
         {"QUANTITY", "quantity", Look::Exact},
         {"AVERAGE", "average_price", Look::Exact},
         {"PRICE", "price", Look::Exact},
         {"VALUE", "value", Look::Money},
         {"uPnL", "unrealised", Look::Gain},
         {"REALISED", "realised", Look::Gain},
         {"FEES", "fees", Look::Money},
         {"STOP", "stop", Look::Exact},
         {"TAKE-PROFIT", "take_profit", Look::Exact},
         {"ACCOUNT", "account", Look::Text}});
    for (const auto& [key, position] : books.portfolio().positions()) {
        const bool shown = filter.all || !position.quantity.is_zero();
        if (!shown || !filter.wants(key.strategy, key.instrument)) continue;
        const auto price = books.portfolio().last_price(key.instrument);
        listing.add(
            {key.strategy,
             key.instrument.to_string(),
             position.quantity.to_string(),
             text_of(position.average_price()),
             text_of(price),
             price ? text_of(position.value(*price)) : "",
             price ? text_of(position.unrealised(*price)) : "",
             position.realised.to_string(),
             position.fees.to_string(),
             protection(books, key, OrderPurpose::StopLoss),
             protection(books, key, OrderPurpose::TakeProfit),
             key.account});
    }
    return listing;
}

Listing list_orders(const Books& books, const Session& session, const ViewFilter& filter) {
    Listing listing(
        {{"ORDER", "order", Look::Text},
         {"STATE", "state", Look::Text},
         {"STRATEGY", "strategy", Look::Text},
         {"INSTRUMENT", "instrument", Look::Text},
         {"SIDE", "side", Look::Text},
         {"TYPE", "type", Look::Text},
         {"PURPOSE", "purpose", Look::Text},
         {"QUANTITY", "quantity", Look::Exact},
         {"FILLED", "filled", Look::Exact},
         {"LIMIT", "limit_price", Look::Exact},
         {"TRIGGER", "trigger_price", Look::Exact},
         {"AVERAGE", "average_price", Look::Exact},
         {"SINCE", "intended_at", Look::Text}});
    const auto add = [&](const execution::Order& order) {
        const OrderTerms& terms = order.terms;
        if (!filter.wants(terms.strategy, terms.instrument)) return;
        std::string state(to_string(order.state));
        if (order.is_unresolved) state = "unknown";
        listing.add(
            {order_name(order.intent),
             state,
             terms.strategy,
             terms.instrument.to_string(),
             std::string(to_string(terms.side)),
             std::string(to_string(terms.type)),
             std::string(to_string(terms.purpose)),
             terms.quantity.to_string(),
             order.filled.to_string(),
             text_of(terms.limit_price),
             text_of(terms.trigger_price),
             text_of(order.average_price()),
             session.show(order.intended_at)});
    };
    if (filter.all) {
        for (const auto& [seq, order] : books.orders().ended_orders()) add(order);
    }
    for (const auto& [seq, order] : books.orders().open_orders()) add(order);
    for (const auto& [seq, approval] : books.orders().waiting_approvals()) {
        const OrderTerms& terms = approval.terms;
        if (!filter.wants(terms.strategy, terms.instrument)) continue;
        listing.add(
            {fmt::format("approval {}", seq.value),
             "waiting",
             terms.strategy,
             terms.instrument.to_string(),
             std::string(to_string(terms.side)),
             std::string(to_string(terms.type)),
             std::string(to_string(terms.purpose)),
             terms.quantity.to_string(),
             "0",
             text_of(terms.limit_price),
             text_of(terms.trigger_price),
             "",
             ""});
    }
    return listing;
}

Listing list_strategies(const Books& books) {
    Listing listing(
        {{"STRATEGY", "strategy", Look::Text},
         {"KIND", "kind", Look::Text},
         {"STATE", "state", Look::Text},
         {"INSTRUMENT", "instrument", Look::Text},
         {"TARGET", "target", Look::Exact},
         {"POSITION", "position", Look::Exact},
         {"uPnL", "unrealised", Look::Gain},
         {"LAST", "last_outcome", Look::Text},
         {"REASON", "last_reason", Look::Text}});
    for (const auto& strategy : books.strategies().status()) {
        for (const auto& line : strategy.instruments) {
            Quantity quantity;
            std::optional<Money> unrealised;
            for (const auto& [key, position] : books.portfolio().positions()) {
                if (key.strategy != strategy.name || key.instrument != line.instrument) continue;
                quantity += position.quantity;
                const auto price = books.portfolio().last_price(key.instrument);
                if (price) unrealised = position.unrealised(*price);
            }
            std::string outcome;
            std::string reason = strategy.reason;
            if (line.last_decision) {
                outcome = to_string(line.last_decision->outcome);
                reason = line.last_decision->reason;
                if (line.last_decision->outcome == Outcome::WarmingUp) {
                    outcome += fmt::format(" {}/{}", line.bars, line.bars_needed);
                }
            }
            listing.add(
                {strategy.name,
                 strategy.kind,
                 std::string(to_string(strategy.state)),
                 line.instrument.to_string(),
                 line.target.to_string(),
                 quantity.to_string(),
                 text_of(unrealised),
                 outcome,
                 reason});
        }
    }
    return listing;
}

Listing list_results(const Books& books, const ViewFilter& filter) {
    Listing listing(
        {{"STRATEGY", "strategy", Look::Text},
         {"INSTRUMENT", "instrument", Look::Text},
         {"POSITION", "quantity", Look::Exact},
         {"REALISED", "realised", Look::Gain},
         {"uPnL", "unrealised", Look::Gain},
         {"FEES", "fees", Look::Money},
         {"NET", "net", Look::Gain},
         {"CCY", "currency", Look::Text}});
    for (const auto& [key, position] : books.portfolio().positions()) {
        if (!filter.wants(key.strategy, key.instrument)) continue;
        Money open;
        const auto price = books.portfolio().last_price(key.instrument);
        if (price) open = position.unrealised(*price).value_or(Money{});
        const Money net = position.realised + open - position.fees;
        listing.add(
            {key.strategy,
             key.instrument.to_string(),
             position.quantity.to_string(),
             position.realised.to_string(),
             open.to_string(),
             position.fees.to_string(),
             net.to_string(),
             std::string(key.instrument.quote())});
    }
    return listing;
}

Listing list_accounts(const Books& books) {
    Listing listing(
        {{"ACCOUNT", "account", Look::Text},
         {"CCY", "currency", Look::Text},
         {"DEPOSITS", "deposits", Look::Money},
         {"CASH", "cash", Look::Money},
         {"VALUE", "value", Look::Money},
         {"EQUITY", "equity", Look::Money},
         {"REALISED", "realised", Look::Gain},
         {"uPnL", "unrealised", Look::Gain},
         {"FEES", "fees", Look::Money}});
    for (const auto& total : books.portfolio().totals()) {
        listing.add(
            {total.account,
             total.currency,
             total.deposits.to_string(),
             total.cash.to_string(),
             total.value.to_string(),
             total.equity.to_string(),
             total.realised.to_string(),
             total.unrealised.to_string(),
             total.fees.to_string()});
    }
    return listing;
}

Listing list_limits(const Books& books) {
    Listing listing(
        {{"LIMIT", "name", Look::Text},
         {"VALUE", "value", Look::Exact},
         {"OF", "limit", Look::Exact},
         {"DENIES", "code", Look::Text}});
    for (const auto& each : books.risk().utilisation()) {
        listing.add(
            {each.name,
             text_of(each.value),
             text_of(each.limit),
             std::string(to_string(each.code))});
    }
    return listing;
}

Listing list_hashes(const Books& books) {
    Listing listing(
        {{"DECIDER", "decider", Look::Text}, {"STATE (SHA-256)", "sha256", Look::Text}});
    for (const auto& [decider, hash] : books.state_hashes()) listing.add({decider, hash});
    return listing;
}

bool is_decider(std::string_view service) {
    return service == "strategy" || service == "risk" || service.starts_with("execution.");
}

bool is_visitor(std::string_view service) {
    return service == "operator" || service == "shadow";
}

Listing list_processes(const TapeSource::Facts& facts, Seq end, bool running) {
    Listing listing(
        {{"PROCESS", "process", Look::Text},
         {"STATE", "state", Look::Text},
         {"LAG", "lag", Look::Count},
         {"AGE", "lag_seconds", Look::Exact},
         {"STARTS", "starts", Look::Count}});
    listing.add({"journal", running ? "live" : "down", "", "", ""});
    for (const auto& service : facts.services) {
        if (is_visitor(service.name)) continue;
        const bool shows_lag = running && service.alive && is_decider(service.name);
        const auto seconds = [](Duration d) { return std::chrono::duration<double>(d).count(); };
        const std::uint64_t lag = end.value - std::min(end.value, service.decided);
        listing.add(
            {service.name,
             !service.alive    ? "down"
             : service.lagging ? "BEHIND"
                               : "live",
             shows_lag ? std::to_string(lag) : "",
             shows_lag ? fmt::format("{:.1f}", seconds(service.behind)) : "",
             std::to_string(service.starts)});
    }
    return listing;
}

Listing list_fills(
    const std::deque<Books::Fill>& fills, const Session& session, const ViewFilter& filter) {
    Listing listing(
        {{"SEQ", "seq", Look::Count},
         {"TIME", "recorded_at", Look::Text},
         {"ORDER", "order", Look::Text},
         {"STRATEGY", "strategy", Look::Text},
         {"INSTRUMENT", "instrument", Look::Text},
         {"SIDE", "side", Look::Text},
         {"QUANTITY", "quantity", Look::Exact},
         {"PRICE", "price", Look::Exact},
         {"FEE", "fee", Look::Exact},
         {"CCY", "fee_currency", Look::Text},
         {"", "liquidity", Look::Text}});
    for (const auto& [seq, time, fill] : fills) {
        if (!filter.wants(fill.strategy, fill.instrument)) continue;
        listing.add(
            {std::to_string(seq.value),
             session.show(time),
             order_name(fill.intent),
             fill.strategy,
             fill.instrument.to_string(),
             std::string(to_string(fill.side)),
             fill.quantity.to_string(),
             fill.price.to_string(),
             fill.fee.to_string(),
             fill.fee_currency,
             std::string(to_string(fill.liquidity))});
    }
    return listing;
}

namespace {

std::string joined(const risk::Health::Names& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Why the account at its venue stands against new risk; "" = it doesn't.
std::string account_warning(const risk::Risk& risk) {
    const risk::VenueAccount* account = risk.venue_account();
    const std::string obstacle = risk.account_obstacle();
    if (obstacle.empty()) return "";
    std::string line = "ACCOUNT " + risk.policy().account + ": " + obstacle + ": no new risk";
    if (account->discrepancies() > 0) {
        line += ". Look at: tapedeck cat --type DiscrepancyFound. Released by: tapedeck resume";
    }
    return line;
}

/// Why the stack itself stands against new risk. Who is down is in the list of processes.
std::vector<std::string> health_warnings(const risk::Risk& risk) {
    std::vector<std::string> lines;
    const auto& health = risk.health();
    if (!health.all_behind().empty()) {
        lines.push_back("BEHIND: " + joined(health.all_behind()) + ": no new risk until caught up");
    }
    if (health.unproven() > 0) {
        lines.push_back(
            "UNPROVEN: " + joined(health.all_unproven()) +
            " said what is not said again (tapedeck cat --type DecisionDiverged). Released by: "
            "tapedeck resume");
    }
    if (health.is_storage_stopped()) {
        lines.emplace_back("STORAGE: hardly room for the tape; no new risk until there is");
    }
    if (health.clock_jump() > risk.policy().max_clock_jump) {
        lines.push_back(
            "CLOCK: the wall clock was " + to_string(health.clock_jump()) +
            " from the tape's. Released by: tapedeck resume");
    }
    if (std::string line = account_warning(risk); !line.empty()) lines.push_back(std::move(line));
    return lines;
}

}  // namespace

std::vector<std::string> warnings(const Books& books) {
    std::vector<std::string> lines;
    const auto& risk = books.risk();
    if (risk.is_killed() || books.orders().is_killed()) {
        lines.emplace_back(
            "KILLED: no new orders. Released only by: tapedeck unkill --confirm PROFILE");
    }
    for (const auto& [service, diverged] : books.divergences()) {
        lines.push_back(fmt::format(
            "NOT PROVEN: {} decided something else at seq {} than it decides again. Look at: "
            "tapedeck replay step {}",
            service,
            diverged.cause.value,
            diverged.cause.value));
    }
    for (const auto& [key, pause] : risk.pauses()) {
        lines.push_back(
            "PAUSED: " + scope_name(key) + (pause.flattens ? ", positions are closed" : "") +
            ". Released by: tapedeck resume" +
            (key.first == Scope::All ? ""
                                     : fmt::format(" --{} {}", to_string(key.first), key.second)));
    }
    for (const auto& [code, trip] : risk.emergency_stops()) {
        lines.push_back(
            fmt::format("EMERGENCY STOP: {}", to_string(code)) +
            (trip.flattens ? ", positions are closed" : "") +
            (code == DenyCode::DayLossReached
                 ? ". Released by the next UTC day, or by: tapedeck resume"
                 : ". Released by: tapedeck resume"));
    }
    for (const auto& line : health_warnings(risk)) lines.push_back(line);
    std::size_t unknown = 0;
    for (const auto& [seq, order] : books.orders().open_orders()) unknown += order.is_unresolved;
    if (unknown > 0) {
        lines.push_back(fmt::format("UNKNOWN: {} orders without a known outcome", unknown));
    }
    return lines;
}

}  // namespace tapedeck::cli
