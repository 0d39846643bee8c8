#include "venue-simulator/core/json.h"
#include "venue-simulator/core/rest.h"
#include "venue-simulator/core/rest_format.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr Duration kDeadlineMin = std::chrono::seconds(2);
constexpr std::size_t kBatchMin = 2;
constexpr std::size_t kBatchMax = 15;
constexpr std::size_t kCancelMax = 50;
constexpr std::int64_t kTimerMax = 86'400;

std::string invalid(const std::string& name) {
    return "EGeneral:Invalid arguments:" + name;
}

Outcome<> deadline_holds(const RestCaller& caller) {
    const Json* said = caller.params.json("deadline");
    Json holder;
    holder.kind = Json::Kind::Object;
    if (said != nullptr) holder.members.push_back({"deadline", *said});
    const auto deadline = TRY(parse_moment(holder, "deadline"));
    return check_deadline(deadline, caller.at, kDeadlineMin);
}

std::string described(const OrderTerms& terms, const std::string& pair_name) {
    return Object().text("order", order_text(terms, pair_name)).take();
}

std::string counted(std::size_t count) {
    return Object().number("count", static_cast<std::int64_t>(count)).take();
}

}  // namespace

Rest::Reply Rest::add_order(const RestCaller& caller) {
    const PairId pair = TRY(pair_of(caller.params));
    TRY(deadline_holds(caller));
    const Decimal last = floor_.exchange.last_price(pair);
    const OrderTerms terms = TRY(parse_rest_terms(caller.params, pair, last, caller.at.now));
    const std::string description = described(terms, pairs()[pair].altname);
    if (caller.params.flag("validate")) {
        TRY(floor_.exchange.check(caller.account, terms, caller.at.now));
        return Object().raw("descr", description).take();
    }
    const OrderKey key = TRY(desk_.add(caller.account, terms, caller.at.now));
    return Object()
        .raw("descr", description)
        .raw("txid", Array().text(floor_.exchange.find(key)->id).take())
        .take();
}

Rest::Reply Rest::add_batch(const RestCaller& caller) {
    const PairId pair = TRY(pair_of(caller.params));
    TRY(deadline_holds(caller));
    const Json* orders = caller.params.json("orders");
    const bool is_list = orders != nullptr && orders->is(Json::Kind::Array);
    if (!is_list || orders->items.size() < kBatchMin || orders->items.size() > kBatchMax) {
        return refuse(invalid("orders"));
    }
    std::vector<OrderTerms> all;
    for (const auto& order : orders->items) {
        const Decimal last = floor_.exchange.last_price(pair);
        all.push_back(TRY(parse_rest_terms(Params(order), pair, last, caller.at.now)));
    }
    Array rows;
    if (caller.params.flag("validate")) {
        for (const auto& terms : all) {
            TRY(floor_.exchange.check(caller.account, terms, caller.at.now));
            rows.raw(Object().raw("descr", described(terms, pairs()[pair].altname)).take());
        }
        return Object().raw("orders", rows.take()).take();
    }
    const auto placed = TRY(desk_.add_batch(caller.account, all, caller.at.now));
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (!placed[i]) {
            rows.raw(Object().text("error", placed[i].error()).take());
            continue;
        }
        rows.raw(Object()
                     .text("txid", floor_.exchange.find(*placed[i])->id)
                     .raw("descr", described(all[i], pairs()[pair].altname))
                     .take());
    }
    return Object().raw("orders", rows.take()).take();
}

Rest::Reply Rest::amend_order(const RestCaller& caller) {
    const auto id = caller.params.text("txid");
    const auto client_id = caller.params.text("cl_ord_id");
    if (id.has_value() == client_id.has_value()) return refuse(invalid("txid"));
    TRY(deadline_holds(caller));
    const OrderKey key = id ? TRY(desk_.find_open(caller.account, *id))
                            : TRY(desk_.find_open_client(caller.account, *client_id));
    const OrderTerms& old = floor_.exchange.find(key)->terms;
    const PriceContext context{old.pair, old.side, old.type, floor_.exchange.last_price(old.pair)};
    AmendTerms wish;
    if (const auto text = caller.params.text("order_qty")) {
        const auto quantity = Decimal::parse(*text);
        if (!quantity) return refuse(invalid("order_qty"));
        wish.quantity = *quantity;
    }
    if (const auto text = caller.params.text("limit_price")) {
        wish.limit = TRY(parse_price(*text, context));
    }
    if (const auto text = caller.params.text("trigger_price")) {
        wish.trigger = TRY(parse_price(*text, context));
    }
    if (caller.params.text("post_only")) wish.post_only = caller.params.flag("post_only");
    if (caller.params.text("display_qty")) return refuse("EAPI:Feature disabled");
    const std::string amended = TRY(desk_.amend(caller.account, key, wish, caller.at.now));
    return Object().text("amend_id", amended).take();
}

Rest::Reply Rest::edit_order(const RestCaller& caller) {
    const PairId pair = TRY(pair_of(caller.params));
    TRY(deadline_holds(caller));
    const std::string id = caller.params.text("txid").value_or("");
    const auto found = TRY(orders_of(caller.account, id));
    if (found.size() != 1) return refuse("EOrder:Invalid order");
    const Order& old = *floor_.exchange.find(found.front());
    if (old.terms.pair != pair) return refuse(invalid("pair"));
    OrderTerms terms = old.terms;
    terms.client_id.reset();
    terms.userref = caller.params.integer("userref");
    const PriceContext context{pair, terms.side, terms.type, floor_.exchange.last_price(pair)};
    if (const auto text = caller.params.text("volume")) {
        const auto volume = Decimal::parse(*text);
        if (!volume) return refuse(invalid("volume"));
        terms.quantity = *volume;
    }
    if (old.filled > terms.quantity) return refuse(invalid("volume"));
    terms.quantity = terms.quantity - old.filled;
    if (const auto text = caller.params.text("price")) {
        (has_trigger(terms.type) ? terms.trigger : terms.limit) = TRY(parse_price(*text, context));
    }
    if (const auto text = caller.params.text("price2")) {
        if (!has_trigger(terms.type) || !has_limit(terms.type)) return refuse(invalid("price2"));
        terms.limit = TRY(parse_price(*text, context));
    }
    if (caller.params.text("oflags")) terms.post_only = caller.params.text("oflags") == "post";
    const std::string old_id = old.id;
    const std::string description = described(terms, pairs()[pair].id);
    if (caller.params.flag("validate")) {
        TRY(floor_.exchange.check(caller.account, terms, caller.at.now, old.key));
        return Object().raw("descr", description).take();
    }
    const OrderKey fresh = TRY(desk_.edit(caller.account, old.key, terms, caller.at.now));
    Object result;
    result.text("status", "ok").text("txid", floor_.exchange.find(fresh)->id);
    result.text("originaltxid", old_id);
    if (terms.userref) result.number("newuserref", *terms.userref);
    result.text("volume", volume_text(terms.quantity));
    result.text("price", short_price(pair, has_trigger(terms.type) ? terms.trigger : terms.limit));
    if (has_trigger(terms.type)) result.text("price2", short_price(pair, terms.limit));
    return result.number("orders_cancelled", 1).raw("descr", description).take();
}

/// An order's id, or a number: all orders with that user reference.
Outcome<std::vector<OrderKey>> Rest::orders_of(AccountId account, const std::string& id) const {
    if (const auto userref = parse_integer(id)) {
        auto keys = desk_.find_open_userref(account, *userref);
        if (keys.empty()) return refuse("EOrder:Unknown order");
        return keys;
    }
    const OrderKey key = TRY(desk_.find_open(account, id));
    return std::vector<OrderKey>(1, key);
}

Rest::Reply Rest::cancel_order(const RestCaller& caller) {
    const auto id = caller.params.text("txid");
    const auto client_id = caller.params.text("cl_ord_id");
    if (id.has_value() == client_id.has_value()) return refuse(invalid("txid"));
    std::vector<OrderKey> keys;
    if (id) {
        keys = TRY(orders_of(caller.account, *id));
    } else {
        keys.push_back(TRY(desk_.find_open_client(caller.account, *client_id)));
    }
    for (const OrderKey key : keys) TRY(desk_.cancel(caller.account, key, caller.at.now));
    return counted(keys.size());
}

Rest::Reply Rest::cancel_batch(const RestCaller& caller) {
    std::vector<OrderKey> keys;
    std::size_t asked = 0;
    for (const auto& id : caller.params.list("orders")) {
        ++asked;
        const auto found = orders_of(caller.account, id);
        if (found) keys.insert(keys.end(), found->begin(), found->end());
    }
    if (const Json* ids = caller.params.json("cl_ord_ids")) {
        for (const auto& item : ids->items) {
            ++asked;
            const auto client_id = Params(item).text("cl_ord_id").value_or(item.text);
            const auto key = desk_.find_open_client(caller.account, client_id);
            if (key) keys.push_back(*key);
        }
    }
    if (asked == 0 || asked > kCancelMax) return refuse(invalid("orders"));
    if (keys.empty()) return refuse("EOrder:Unknown order");
    return counted(TRY(desk_.cancel_batch(caller.account, keys, caller.at.now)));
}

Rest::Reply Rest::cancel_all(const RestCaller& caller) {
    return counted(TRY(desk_.cancel_all(caller.account, caller.at.now)));
}

Rest::Reply Rest::cancel_all_after(const RestCaller& caller) {
    const auto timeout = caller.params.integer("timeout");
    if (!timeout || *timeout < 0 || *timeout >= kTimerMax) return refuse(invalid("timeout"));
    const Time now = caller.at.now;
    const Time trigger = now + std::chrono::seconds(*timeout);
    floor_.exchange.set_timer(
        caller.account, *timeout == 0 ? std::nullopt : std::optional(trigger));
    return Object()
        .text("currentTime", rfc3339_seconds(now))
        .text("triggerTime", *timeout == 0 ? "0" : rfc3339_seconds(trigger))
        .take();
}

}  // namespace tapedeck::venue_simulator
