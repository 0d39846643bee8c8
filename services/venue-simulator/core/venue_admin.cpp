// What tests ask for under /admin/: see the README for the list.
#include "venue-simulator/core/rest_format.h"
#include "venue-simulator/core/text.h"
#include "venue-simulator/core/venue.h"

namespace tapedeck::venue_simulator {
namespace {

Outcome<Decimal> amount(const Json& body, const std::string& name) {
    const auto text = Params(body).text(name);
    const auto value = text ? Decimal::parse(*text) : tl::make_unexpected(DecimalError::NotANumber);
    if (!value) return refuse(name + ": expected a number, for instance \"" + name + "\":\"1.5\"");
    return *value;
}

Outcome<PairId> pair_in(const Json& body) {
    const std::string name = Params(body).text("pair").value_or("");
    const auto pair = find_pair(name);
    if (!pair) return refuse("pair: \"" + name + "\" isn't traded here; GET /0/public/AssetPairs");
    return *pair;
}

std::string status_word(const Order& order) {
    switch (order.status) {
        case OrderStatus::Open: return "open";
        case OrderStatus::Filled: return "filled";
        case OrderStatus::Canceled: return "canceled";
        case OrderStatus::Expired: return "expired";
    }
    return "";
}

const std::string kDone = R"({"ok":true})";

}  // namespace

std::string Venue::admin(const HttpCall& call, Time now, unsigned& status) {
    const auto mark = std::min(call.target.find('?'), call.target.size());
    const std::string what = call.target.substr(std::string("/admin/").size(), mark - 7);
    Json query;
    query.kind = Json::Kind::Object;
    if (mark < call.target.size()) {
        for (const auto& [name, value] :
             parse_form(call.target.substr(mark + 1)).value_or(Fields())) {
            Json text;
            text.kind = Json::Kind::Text;
            text.text = value;
            query.members.push_back({name, text});
        }
    }
    Outcome<std::string> result = refuse("");
    if (call.method == "GET") {
        result = admin_get(what, query);
    } else if (call.method == "DELETE" && what == "rules") {
        const auto id = Params(query).integer("id");
        if (!id) faults_.clear();
        const bool is_gone = !id || faults_.remove(static_cast<std::uint64_t>(*id));
        result = is_gone ? Outcome<std::string>(kDone) : refuse("no rule has this id");
    } else {
        const auto body = parse_json(call.body.empty() ? "{}" : call.body);
        result = body && body->is(Json::Kind::Object) ? admin_post(what, *body, now)
                                                      : refuse("the body is no JSON object");
    }
    if (result) return *result;
    status = 400;
    return Object().text("error", result.error()).take();
}

Outcome<std::string> Venue::admin_get(const std::string& what, const Json& query) const {
    if (what == "rules") return faults_.to_json();
    if (what == "counters") return counters();
    if (what == "orders") return all_orders(Params(query).text("cl_ord_id"));
    if (what == "balances") return all_balances();
    if (what == "trades") return all_trades();
    return refuse(
        "GET /admin/" + what + " isn't there; rules, counters, orders, trades and balances are");
}

Outcome<std::string> Venue::admin_post(const std::string& what, const Json& body, Time now) {
    if (what == "rules") {
        const auto id = TRY(faults_.add(body));
        return Object().number("id", static_cast<std::int64_t>(id)).take();
    }
    if (what == "house") return admin_house(body, now);
    if (what == "deposit") return admin_deposit(body, now);
    if (what == "price") return admin_price(body, now);
    if (what == "mode") return admin_mode(body, now);
    if (what == "fill" || what == "cancel") return admin_order(what, body, now);
    if (what == "key") return admin_key(body);
    if (what == "clock") return admin_clock(body);
    if (what == "market") {
        const Json* running = body.find("running");
        if (running != nullptr) market_.set_running(running->flag);
        if (Params(body).flag("clear")) {
            for (PairId pair = 0; pair < pairs().size(); ++pair) market_.clear(pair, now);
        }
        return kDone;
    }
    if (what == "post_only") {
        const bool cancels = Params(body).text("manner") == "canceled";
        floor_.exchange.set_post_only_manner(
            cancels ? PostOnlyManner::Canceled : PostOnlyManner::Refused);
        return kDone;
    }
    if (what == "expire_tokens") {
        floor_.keys.expire_tokens();
        return kDone;
    }
    if (what == "drop_sockets") {
        for (const SocketId id : sockets_.all()) {
            push(now, {.kind = Delivery::Kind::DropIt, .id = id});
        }
        return kDone;
    }
    return refuse(
        "POST /admin/" + what +
        " isn't there; rules, house, deposit, price, mode, fill, cancel, key, clock, market, "
        "post_only, expire_tokens and drop_sockets are");
}

Outcome<std::string> Venue::admin_house(const Json& body, Time now) {
    const Params params(body);
    OrderTerms terms;
    terms.pair = TRY(pair_in(body));
    const auto side = parse_side(params.text("side").value_or(""));
    if (!side) return refuse("side: expected \"buy\" or \"sell\"");
    terms.side = *side;
    terms.quantity = TRY(amount(body, "volume"));
    const bool is_market = !params.text("price");
    terms.type = is_market ? OrderType::Market : OrderType::Limit;
    if (!is_market) terms.limit = TRY(amount(body, "price"));
    const AccountId who = is_market ? Exchange::kTaker : Exchange::kMaker;
    const OrderKey key = TRY(floor_.exchange.place(who, terms, now));
    const Order* order = floor_.exchange.find(key);
    return Object()
        .text("id", order == nullptr ? "" : order->id)
        .text("vol_exec", order == nullptr ? "" : volume_text(order->filled))
        .take();
}

Outcome<std::string> Venue::admin_deposit(const Json& body, Time now) {
    const Params params(body);
    const std::string name = params.text("account").value_or("main");
    const auto asset = find_asset(params.text("asset").value_or(""));
    if (!asset) return refuse("asset: expected one that is traded here, for instance \"USD\"");
    const Decimal moved = TRY(amount(body, "amount"));
    if (moved.is_zero()) return refuse("amount: 0 moves nothing");
    for (AccountId id = 0; id < floor_.exchange.account_count(); ++id) {
        const Account& account = floor_.exchange.account(id);
        if (account.is_house() || account.name() != name) continue;
        floor_.exchange.transfer(id, *asset, moved, now);
        return kDone;
    }
    return refuse("account: there is none called \"" + name + "\"");
}

Outcome<std::string> Venue::admin_price(const Json& body, Time now) {
    const PairId pair = TRY(pair_in(body));
    const Decimal price = TRY(amount(body, "price"));
    if (!price.is_positive() || rounded(price, pairs()[pair].price_decimals) != price) {
        return refuse("price: expected a positive multiple of the pair's tick");
    }
    market_.move_price(pair, price, now);
    return kDone;
}

Outcome<std::string> Venue::admin_mode(const Json& body, Time now) {
    const std::string name = Params(body).text("mode").value_or("");
    if (body.find("pair") == nullptr) {
        const auto mode = parse_system_mode(name);
        if (!mode) {
            return refuse("mode: expected online, maintenance, cancel_only or post_only");
        }
        floor_.exchange.set_mode(*mode);
    } else {
        const PairId pair = TRY(pair_in(body));
        const auto mode = parse_pair_mode(name);
        if (!mode) {
            return refuse(
                "mode: expected online, cancel_only, post_only, limit_only or reduce_only");
        }
        floor_.exchange.set_mode(pair, *mode);
    }
    sockets_.publish_modes(now);
    return kDone;
}

Outcome<std::string> Venue::admin_key(const Json& body) {
    const std::string name = Params(body).text("key").value_or("");
    const ApiKey* found = floor_.keys.find(name);
    if (found == nullptr) return refuse("key: no account has it");
    ApiKey key = *found;
    TRY(read_key_options(body, key));
    floor_.keys.change(key);
    return kDone;
}

Outcome<std::string> Venue::admin_clock(const Json& body) {
    const auto ahead = Params(body).integer("ahead_ms");
    if (!ahead) return refuse("ahead_ms: expected a whole number");
    floor_.clock_ahead = std::chrono::milliseconds(*ahead);
    return kDone;
}

Outcome<std::string> Venue::admin_order(const std::string& what, const Json& body, Time now) {
    const std::string id = Params(body).text("id").value_or("");
    const Order* order = floor_.exchange.find(id);
    if (order == nullptr || !order->is_open()) return refuse("id: \"" + id + "\" isn't open");
    if (what == "cancel") {
        const std::string reason = Params(body).text("reason").value_or("Canceled by the exchange");
        TRY(floor_.exchange.cancel(order->key, reason, now));
        return kDone;
    }
    const Decimal volume =
        body.find("volume") == nullptr ? order->remaining() : TRY(amount(body, "volume"));
    if (!floor_.exchange.fill_with_house(order->key, volume, now)) {
        return refuse("volume: the order doesn't wait in the book with so much");
    }
    return kDone;
}

/// Every order of every account, ended ones too: whoever counts them by client id knows whether
/// something was placed twice.
std::string Venue::all_orders(const std::optional<std::string>& client_id) const {
    Array rows;
    for (AccountId account = 0; account < floor_.exchange.account_count(); ++account) {
        if (floor_.exchange.account(account).is_house()) continue;
        auto orders = floor_.exchange.ended_orders(account);
        const auto open = floor_.exchange.open_orders(account);
        orders.insert(orders.end(), open.begin(), open.end());
        for (const Order* order : orders) {
            if (client_id && order->terms.client_id != client_id) continue;
            Object row;
            row.text("id", order->id).text("account", floor_.exchange.account(account).name());
            if (order->terms.client_id) row.text("cl_ord_id", *order->terms.client_id);
            row.text("pair", pairs()[order->terms.pair].symbol);
            row.text("side", text_of(order->terms.side)).text("status", status_word(*order));
            row.text("vol", volume_text(order->terms.quantity));
            row.text("vol_exec", volume_text(order->filled));
            rows.raw(row.take());
        }
    }
    return rows.take();
}

/// Every trade of every account, oldest first within one, as the private history has them.
std::string Venue::all_trades() const {
    Array rows;
    for (AccountId id = 0; id < floor_.exchange.account_count(); ++id) {
        const Account& account = floor_.exchange.account(id);
        if (account.is_house()) continue;
        for (const Trade& trade : account.trades()) {
            Object row;
            row.text("id", trade.id).text("account", account.name());
            row.text("order", trade.order_id).text("pair", pairs()[trade.pair].symbol);
            row.text("side", text_of(trade.side)).text("liquidity", trade.is_maker ? "m" : "t");
            row.text("price", trade.price.to_string()).text("vol", trade.quantity.to_string());
            row.text("cost", trade.cost.to_string()).text("fee", trade.fee.to_string());
            rows.raw(row.take());
        }
    }
    return rows.take();
}

/// By account and asset, to the last place.
std::string Venue::all_balances() const {
    Object json;
    for (AccountId id = 0; id < floor_.exchange.account_count(); ++id) {
        const Account& account = floor_.exchange.account(id);
        if (account.is_house()) continue;
        Object held;
        for (const auto& [asset, amount] : account.balances()) {
            held.text(assets()[asset].code, amount.to_string());
        }
        json.raw(account.name(), held.take());
    }
    return json.take();
}

std::string Venue::counters() const {
    Object json;
    for (const auto& [name, count] : counts_) json.number(name, count);
    json.number("sockets.open", static_cast<std::int64_t>(sockets_.count()));
    return json.take();
}

}  // namespace tapedeck::venue_simulator
