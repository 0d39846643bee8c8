#include "venue-simulator/core/sockets.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr Duration kDeadlineMin = std::chrono::milliseconds(500);
constexpr Duration kDeadlineDefault = std::chrono::seconds(5);
constexpr std::int64_t kTimerMax = 86'400;
const std::vector<std::string> kModify = {"modify-trades"};
const std::vector<std::string> kClose = {"modify-trades", "close-trades"};

std::string invalid(const std::string& name) {
    return "EGeneral:Invalid arguments:" + name;
}

Outcome<> deadline_holds(const Json& params, const Moment& at) {
    const auto said = TRY(parse_moment(params, "deadline"));
    return check_deadline(said.value_or(at.received + kDeadlineDefault), at, kDeadlineMin);
}

Outcome<PairId> pair_of(const Json& params) {
    const auto symbol = Params(params).text("symbol");
    if (!symbol) return refuse(invalid("symbol"));
    const auto pair = find_symbol(*symbol);
    if (!pair) return refuse("Currency pair not supported " + *symbol);
    return *pair;
}

/// The WebSocket has words of its own for one refusal.
std::string reworded(const std::string& error) {
    return error == "EOrder:Order minimum not met" ? invalid("volume minimum not met") : error;
}

std::string placed_json(const Order& order) {
    Object json;
    if (order.terms.client_id) json.text("cl_ord_id", *order.terms.client_id);
    if (order.terms.userref) json.number("order_userref", *order.terms.userref);
    return json.text("order_id", order.id).take();
}

std::string counted(std::size_t count) {
    return Object().number("count", static_cast<std::int64_t>(count)).take();
}

}  // namespace

Outcome<const ApiKey*> Sockets::caller(
    const SocketCall& call, const std::vector<std::string>& permissions, Time now) const {
    if (!call.is_private) return refuse("EGeneral:Permission denied");
    const Json* token = params_of(call).find("token");
    if (token == nullptr || token->text.empty()) return refuse("Token(s) not found");
    const ApiKey* key = floor_.keys.owner_of(token->text, now);
    if (key == nullptr) return refuse("ESession:Invalid session");
    for (const auto& permission : permissions) {
        if (key->permissions.contains(permission)) return key;
    }
    return refuse("EGeneral:Permission denied");
}

Sockets::Answer Sockets::add_order(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kModify, at.now));
    const Json& params = params_of(call);
    const PairId pair = TRY(pair_of(params));
    TRY(deadline_holds(params, at));
    const OrderTerms terms = TRY(parse_socket_terms(params, pair, at.now));
    if (Params(params).flag("validate")) {
        const auto checked = floor_.exchange.check(key->account, terms, at.now);
        if (!checked) return refuse(reworded(checked.error()));
        return std::string("{}");
    }
    const auto placed = desk_.add(key->account, terms, at.now);
    if (!placed) return refuse(reworded(placed.error()));
    return placed_json(*floor_.exchange.find(*placed));
}

Sockets::Answer Sockets::amend_order(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kClose, at.now));
    const Json& params = params_of(call);
    const Params plain(params);
    const auto id = plain.text("order_id");
    const auto client_id = plain.text("cl_ord_id");
    if (id.has_value() == client_id.has_value()) return refuse(invalid("order_id"));
    TRY(deadline_holds(params, at));
    const AmendTerms wish = TRY(parse_socket_amendment(params));
    const OrderKey order = id ? TRY(desk_.find_open(key->account, *id))
                              : TRY(desk_.find_open_client(key->account, *client_id));
    const auto amended = desk_.amend(key->account, order, wish, at.now);
    if (!amended) return refuse(reworded(amended.error()));
    Object result;
    result.text("amend_id", *amended);
    return id ? result.text("order_id", *id).take() : result.text("cl_ord_id", *client_id).take();
}

Sockets::Answer Sockets::edit_order(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kModify, at.now));
    const Json& params = params_of(call);
    const Params plain(params);
    const PairId pair = TRY(pair_of(params));
    TRY(deadline_holds(params, at));
    const std::string id = plain.text("order_id").value_or("");
    const OrderKey old_key = TRY(desk_.find_open(key->account, id));
    const Order& old = *floor_.exchange.find(old_key);
    if (old.terms.pair != pair) return refuse(invalid("symbol"));
    OrderTerms terms = old.terms;
    terms.client_id.reset();
    terms.userref = plain.integer("order_userref");
    const auto quantity = TRY(socket_number(params, "order_qty"));
    const auto limit = TRY(socket_number(params, "limit_price"));
    if (quantity) terms.quantity = *quantity;
    if (old.filled > terms.quantity) return refuse(invalid("order_qty"));
    terms.quantity = terms.quantity - old.filled;
    if (limit) terms.limit = *limit;
    if (params.find("post_only") != nullptr) terms.post_only = plain.flag("post_only");
    const auto fresh = desk_.edit(key->account, old_key, terms, at.now);
    if (!fresh) return refuse(reworded(fresh.error()));
    return Object()
        .text("order_id", floor_.exchange.find(*fresh)->id)
        .text("original_order_id", id)
        .take();
}

/// One answer for each order that was named.
Sockets::Answers Sockets::cancel_order(const SocketCall& call, const Moment& at) {
    const auto key = caller(call, kClose, at.now);
    if (!key) return {error_answer(call, key.error(), at)};
    const AccountId account = (*key)->account;
    const Params plain(params_of(call));
    Answers answers;
    const auto cancel = [&](const Outcome<OrderKey>& order, const std::string& named) {
        Outcome<> result = order ? desk_.cancel(account, *order, at.now) : refuse(order.error());
        answers.push_back(result ? done(call, named, at) : error_answer(call, result.error(), at));
    };
    for (const auto& id : plain.list("order_id")) {
        cancel(desk_.find_open(account, id), Object().text("order_id", id).take());
    }
    for (const auto& id : plain.list("cl_ord_id")) {
        cancel(desk_.find_open_client(account, id), Object().text("cl_ord_id", id).take());
    }
    for (const auto& text : plain.list("order_userref")) {
        const auto orders = desk_.find_open_userref(account, parse_integer(text).value_or(0));
        if (orders.empty()) answers.push_back(error_answer(call, "EOrder:Unknown order", at));
        for (const OrderKey order : orders) {
            cancel(order, Object().text("order_id", floor_.exchange.find(order)->id).take());
        }
    }
    if (answers.empty()) answers.push_back(error_answer(call, invalid("order_id"), at));
    return answers;
}

Sockets::Answer Sockets::cancel_all(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kClose, at.now));
    return counted(TRY(desk_.cancel_all(key->account, at.now)));
}

Sockets::Answer Sockets::cancel_all_after(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kClose, at.now));
    const auto timeout = Params(params_of(call)).integer("timeout");
    if (!timeout || *timeout < 0 || *timeout >= kTimerMax) return refuse(invalid("timeout"));
    const Time trigger = at.now + std::chrono::seconds(*timeout);
    floor_.exchange.set_timer(key->account, *timeout == 0 ? std::nullopt : std::optional(trigger));
    return Object()
        .text("currentTime", rfc3339_seconds(at.now))
        .text("triggerTime", *timeout == 0 ? "0" : rfc3339_seconds(trigger))
        .take();
}

Sockets::Answer Sockets::batch_add(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kModify, at.now));
    const Json& params = params_of(call);
    const PairId pair = TRY(pair_of(params));
    TRY(deadline_holds(params, at));
    const Json* orders = params.find("orders");
    if (orders == nullptr || orders->items.size() < 2 || orders->items.size() > 15) {
        return refuse(invalid("orders"));
    }
    std::vector<OrderTerms> all;
    for (const auto& order : orders->items) {
        all.push_back(TRY(parse_socket_terms(order, pair, at.now)));
    }
    Array rows;
    if (Params(params).flag("validate")) {
        for (const auto& terms : all) TRY(floor_.exchange.check(key->account, terms, at.now));
        return rows.take();
    }
    const auto placed = desk_.add_batch(key->account, all, at.now);
    if (!placed) return refuse(reworded(placed.error()));
    for (const auto& one : *placed) {
        rows.raw(
            one ? placed_json(*floor_.exchange.find(*one))
                : Object().text("error", reworded(one.error())).take());
    }
    return rows.take();
}

Sockets::Answer Sockets::batch_cancel(const SocketCall& call, const Moment& at) {
    const ApiKey* key = TRY(caller(call, kClose, at.now));
    const Params plain(params_of(call));
    const auto ids = plain.list("orders");
    const auto client_ids = plain.list("cl_ord_id");
    const std::size_t asked = ids.size() + client_ids.size();
    if (asked < 2 || asked > 50) return refuse(invalid("orders"));
    std::vector<OrderKey> keys;
    for (const auto& id : ids) {
        if (const auto order = desk_.find_open(key->account, id)) keys.push_back(*order);
    }
    for (const auto& id : client_ids) {
        if (const auto order = desk_.find_open_client(key->account, id)) keys.push_back(*order);
    }
    return counted(TRY(desk_.cancel_batch(key->account, keys, at.now)));
}

}  // namespace tapedeck::venue_simulator
