#include "venue-simulator/core/json.h"
#include "venue-simulator/core/rest.h"
#include "venue-simulator/core/rest_format.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kPage = 50;

std::string invalid(const std::string& name) {
    return "EGeneral:Invalid arguments:" + name;
}

/// The window of a history: start exclusive, end inclusive, each a moment or an id.
struct Window {
    std::optional<Time> after;
    std::optional<Time> until;
    std::size_t offset = 0;

    bool holds(Time moment) const {
        return (!after || moment > *after) && (!until || moment <= *until);
    }
};

template <class TimeOfId>
Outcome<Window> window_of(const Params& params, TimeOfId&& time_of_id) {
    Window window;
    for (const char* name : {"start", "end"}) {
        const auto text = params.text(name);
        if (!text || *text == "0") continue;
        std::optional<Time> moment = parse_unix(*text);
        if (!moment) moment = time_of_id(*text);
        if (!moment) return refuse(invalid(name));
        (*name == 's' ? window.after : window.until) = moment;
    }
    const std::int64_t offset = params.integer("ofs").value_or(0);
    if (offset < 0) return refuse(invalid("ofs"));
    window.offset = static_cast<std::size_t>(offset);
    return window;
}

/// A page of what was found, newest first, under `name`.
template <class Item, class Write>
std::string page(
    const std::string& name,
    const std::vector<Item>& newest_first,
    std::size_t offset,
    Write&& write) {
    Object rows;
    for (std::size_t i = offset; i < newest_first.size() && i < offset + kPage; ++i) {
        write(rows, newest_first[i]);
    }
    return Object()
        .raw(name, rows.take())
        .number("count", static_cast<std::int64_t>(newest_first.size()))
        .take();
}

bool is_wanted(const Order& order, const Params& params) {
    const auto userref = params.integer("userref");
    const auto client_id = params.text("cl_ord_id");
    return (!userref || order.terms.userref == userref) &&
           (!client_id || order.terms.client_id == client_id);
}

WithTrades with_trades(const Params& params, const char* name) {
    return params.flag(name) ? WithTrades::Yes : WithTrades::No;
}

}  // namespace

Rest::Reply Rest::balance(const RestCaller& caller) {
    Object result;
    for (const auto& [asset, amount] : floor_.exchange.account(caller.account).balances()) {
        result.text(assets()[asset].id, fixed(amount, assets()[asset].decimals));
    }
    return result.take();
}

Rest::Reply Rest::balance_ex(const RestCaller& caller) {
    Object result;
    for (const auto& [asset, amount] : floor_.exchange.account(caller.account).balances()) {
        const unsigned places = assets()[asset].decimals;
        const Decimal hold = floor_.exchange.on_hold(caller.account, asset);
        result.raw(
            assets()[asset].id,
            Object()
                .text("balance", fixed(amount, places))
                .text("hold_trade", fixed(hold, places))
                .take());
    }
    return result.take();
}

/// At last prices, through dollars if there is no pair of the two; zero if there is no way.
Decimal Rest::value_of(AssetId asset, Decimal amount, AssetId in) const {
    if (asset == in) return amount;
    for (PairId pair = 0; pair < pairs().size(); ++pair) {
        const Decimal last = floor_.exchange.last_price(pair);
        if (pairs()[pair].base == asset && pairs()[pair].quote == in) return times(amount, last);
        if (pairs()[pair].base == in && pairs()[pair].quote == asset) return over(amount, last);
    }
    const AssetId bitcoin = *find_asset("XBT");
    if (asset == bitcoin || in == bitcoin) return {};
    return value_of(bitcoin, value_of(asset, amount, bitcoin), in);
}

Rest::Reply Rest::trade_balance(const RestCaller& caller) {
    const auto asset = find_asset(caller.params.text("asset").value_or("ZUSD"));
    if (!asset) return refuse("EQuery:Unknown asset");
    Decimal sum;
    for (const auto& [held, amount] : floor_.exchange.account(caller.account).balances()) {
        sum = sum + value_of(held, amount, *asset);
    }
    const std::string all = fixed(sum, 4);
    Object result;
    result.text("eb", all).text("tb", all);
    for (const char* name : {"m", "n", "c", "v"}) result.text(name, "0.0000");
    return result.text("e", all).text("mf", all).text("uv", "0.0000").take();
}

Rest::Reply Rest::trade_volume(const RestCaller& caller) {
    const Decimal volume = floor_.exchange.account(caller.account).volume(caller.at.now);
    Object result;
    result.text("currency", "ZUSD").text("volume", fixed(volume, 4));
    const auto names = caller.params.list("pair");
    if (names.empty()) return result.null("fees").null("fees_maker").take();
    const auto& ladder = fee_ladder();
    const std::size_t rung = fee_rung(volume);
    const auto percent = [](Decimal rate) {
        return fixed(times(rate, Decimal::from_integer(100)), 4);
    };
    for (const bool is_maker : {false, true}) {
        const auto rate = [&](std::size_t i) {
            return percent(is_maker ? ladder[i].maker : ladder[i].taker);
        };
        Object fee;
        fee.text("fee", rate(rung)).text("minfee", rate(ladder.size() - 1)).text("maxfee", rate(0));
        const bool is_last = rung + 1 == ladder.size();
        is_last ? fee.null("nextfee") : fee.text("nextfee", rate(rung + 1));
        is_last ? fee.null("nextvolume")
                : fee.text("nextvolume", fixed(ladder[rung + 1].volume, 4));
        fee.text("tiervolume", fixed(ladder[rung].volume, 4));
        Object fees;
        for (const auto& name : names) {
            const auto pair = find_pair(name);
            if (!pair) return refuse("EQuery:Unknown asset pair");
            fees.raw(pairs()[*pair].id, fee.take());
        }
        result.raw(is_maker ? "fees_maker" : "fees", fees.take());
    }
    return result.take();
}

Rest::Reply Rest::open_orders(const RestCaller& caller) {
    Object open;
    for (const Order* order : floor_.exchange.open_orders(caller.account)) {
        if (!is_wanted(*order, caller.params)) continue;
        open.raw(order->id, order_json(*order, with_trades(caller.params, "trades")));
    }
    return Object().raw("open", open.take()).take();
}

Rest::Reply Rest::closed_orders(const RestCaller& caller) {
    const std::string by = caller.params.text("closetime").value_or("both");
    if (by != "open" && by != "close" && by != "both") return refuse(invalid("closetime"));
    const auto time_of_id = [&](const std::string& id) -> std::optional<Time> {
        const Order* order = floor_.exchange.find(id);
        if (order == nullptr || order->account != caller.account) return std::nullopt;
        return by == "open" ? order->opened : order->closed;
    };
    const Window window = TRY(window_of(caller.params, time_of_id));
    std::vector<const Order*> found;
    for (const Order* order : floor_.exchange.ended_orders(caller.account)) {
        const bool is_held = (by != "close" && window.holds(order->opened)) ||
                             (by != "open" && window.holds(order->closed));
        if (is_held && is_wanted(*order, caller.params)) found.push_back(order);
    }
    std::stable_sort(found.begin(), found.end(), [&](const Order* a, const Order* b) {
        return by == "open" ? a->opened > b->opened : a->closed > b->closed;
    });
    return page("closed", found, window.offset, [&](Object& rows, const Order* order) {
        rows.raw(order->id, order_json(*order, with_trades(caller.params, "trades")));
    });
}

Rest::Reply Rest::query_orders(const RestCaller& caller) {
    const auto ids = caller.params.list("txid");
    if (ids.empty() || ids.size() > 50) return refuse(invalid("txid"));
    Object result;
    for (const auto& id : ids) {
        const Order* order = floor_.exchange.find(id);
        if (order == nullptr || order->account != caller.account) {
            return refuse("EOrder:Unknown order");
        }
        if (!is_wanted(*order, caller.params)) continue;
        result.raw(id, order_json(*order, with_trades(caller.params, "trades")));
    }
    return result.take();
}

Rest::Reply Rest::order_amends(const RestCaller& caller) {
    const Order* order = floor_.exchange.find(caller.params.text("order_id").value_or(""));
    if (order == nullptr || order->account != caller.account) {
        return refuse("EOrder:Unknown order");
    }
    Array rows;
    for (const auto& amendment : order->amendments) {
        rows.raw(Object()
                     .text("amend_id", amendment.id)
                     .text("amend_type", amendment.type)
                     .text("order_qty", volume_text(amendment.quantity))
                     .text("remaining_qty", volume_text(amendment.remaining))
                     .text("limit_price", short_price(order->terms.pair, amendment.limit))
                     .boolean("post_only", amendment.post_only)
                     .number("timestamp", to_ns(amendment.at) / 1'000'000)
                     .take());
    }
    return Object()
        .raw("amends", rows.take())
        .number("count", static_cast<std::int64_t>(order->amendments.size()))
        .take();
}

Rest::Reply Rest::trades_history(const RestCaller& caller) {
    const auto& trades = floor_.exchange.account(caller.account).trades();
    const auto time_of_id = [&](const std::string& id) -> std::optional<Time> {
        for (const auto& trade : trades) {
            if (trade.id == id) return trade.at;
        }
        return std::nullopt;
    };
    const Window window = TRY(window_of(caller.params, time_of_id));
    const std::string type = caller.params.text("type").value_or("all");
    std::vector<const Trade*> found;
    for (auto trade = trades.rbegin(); trade != trades.rend(); ++trade) {
        const bool is_of_type = type == "all" || type == "no position";
        if (is_of_type && window.holds(trade->at)) found.push_back(&*trade);
    }
    return page("trades", found, window.offset, [&](Object& rows, const Trade* trade) {
        rows.raw(trade->id, trade_json(*trade, with_trades(caller.params, "ledgers")));
    });
}

Rest::Reply Rest::query_trades(const RestCaller& caller) {
    const auto ids = caller.params.list("txid");
    if (ids.empty() || ids.size() > 20) return refuse(invalid("txid"));
    const auto& trades = floor_.exchange.account(caller.account).trades();
    Object result;
    for (const auto& id : ids) {
        const auto trade = std::find_if(
            trades.begin(), trades.end(), [&](const Trade& other) { return other.id == id; });
        if (trade == trades.end()) return refuse("EQuery:Unknown trade");
        result.raw(id, trade_json(*trade, with_trades(caller.params, "ledgers")));
    }
    return result.take();
}

Rest::Reply Rest::ledgers(const RestCaller& caller) {
    const auto& rows = floor_.exchange.account(caller.account).ledger();
    const auto time_of_id = [&](const std::string& id) -> std::optional<Time> {
        for (const auto& row : rows) {
            if (row.id == id) return row.at;
        }
        return std::nullopt;
    };
    const Window window = TRY(window_of(caller.params, time_of_id));
    std::vector<AssetId> wanted;
    for (const auto& name : caller.params.list("asset")) {
        if (name == "all") continue;
        const auto asset = find_asset(name);
        if (!asset) return refuse("EQuery:Unknown asset");
        wanted.push_back(*asset);
    }
    const std::string type = caller.params.text("type").value_or("all");
    std::vector<const LedgerRow*> found;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        const bool is_of_asset =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), row->asset) != wanted.end();
        if (is_of_asset && (type == "all" || type == row->type) && window.holds(row->at)) {
            found.push_back(&*row);
        }
    }
    return page("ledger", found, window.offset, [](Object& json, const LedgerRow* row) {
        json.raw(row->id, ledger_json(*row));
    });
}

Rest::Reply Rest::key_info(const RestCaller& caller) {
    const ApiKey& key = *caller.key;
    Array permissions;
    for (const auto& permission : key.permissions) permissions.text(permission);
    Array addresses;
    for (const auto& address : key.ip_allowlist) addresses.text(address);
    return Object()
        .text("api_key_name", key.name)
        .text("api_key", key.key)
        .text("nonce", std::to_string(floor_.keys.last_nonce(key)))
        .text("nonce_window", std::to_string(key.nonce_window))
        .raw("permissions", permissions.take())
        .text("iban", "")
        .text("valid_until", key.valid_until ? unix_text(*key.valid_until, 0) : "0")
        .text("query_from", "0")
        .text("query_to", "0")
        .text("created_time", "0")
        .text("modified_time", "0")
        .raw("ip_allowlist", addresses.take())
        .text("last_used", std::to_string(unix_seconds(caller.at.now)))
        .take();
}

Rest::Reply Rest::make_token(const RestCaller& caller) {
    return Object()
        .text("token", floor_.keys.make_token(*caller.key, caller.at.now))
        .number("expires", Keys::kTokenLife / std::chrono::seconds(1))
        .take();
}

}  // namespace tapedeck::venue_simulator
