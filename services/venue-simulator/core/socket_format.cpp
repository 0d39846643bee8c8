#include "venue-simulator/core/socket_format.h"

#include "venue-simulator/core/signature.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kChecked = 10;

std::string price_text(PairId pair, Decimal price) {
    return fixed(price, pairs()[pair].price_decimals);
}

std::string quantity_text(Decimal quantity) {
    return fixed(quantity, kLotDecimals);
}

std::string cost_text(PairId pair, Decimal cost) {
    return fixed(cost, pairs()[pair].cost_decimals);
}

std::string bare_digits(std::string literal) {
    literal.erase(std::remove(literal.begin(), literal.end(), '.'), literal.end());
    return literal.substr(std::min(literal.find_first_not_of('0'), literal.size()));
}

std::string levels_json(PairId pair, const std::vector<BookLevel>& levels) {
    Array rows;
    for (const auto& level : levels) {
        rows.raw(Object()
                     .raw("price", price_text(pair, level.price))
                     .raw("qty", quantity_text(level.quantity))
                     .take());
    }
    return rows.take();
}

std::string status_text(const Order& order) {
    switch (order.status) {
        case OrderStatus::Open: return order.filled.is_positive() ? "partially_filled" : "new";
        case OrderStatus::Filled: return "filled";
        case OrderStatus::Canceled: return "canceled";
        case OrderStatus::Expired: return "expired";
    }
    return "";
}

void add_ids(Object& json, const Order& order) {
    if (order.terms.client_id) json.text("cl_ord_id", *order.terms.client_id);
    if (!order.terms.client_id) json.number("order_userref", order.terms.userref.value_or(0));
    json.text("order_id", order.id);
}

void add_triggers(Object& json, const Order& order) {
    if (!has_trigger(order.terms.type)) return;
    const std::string price = price_text(order.terms.pair, order.terms.trigger);
    json.raw(
        "triggers",
        Object()
            .text("reference", "last")
            .raw("price", price)
            .text("price_type", "static")
            .raw("actual_price", price)
            .text("status", order.is_triggered ? "triggered" : "untriggered")
            .take());
}

void add_terms(Object& json, const Order& order) {
    const OrderTerms& terms = order.terms;
    json.text("symbol", pairs()[terms.pair].symbol);
    json.raw(terms.in_quote ? "cash_order_qty" : "order_qty", quantity_text(terms.quantity));
    json.raw("cum_cost", cost_text(terms.pair, order.cost));
    json.text("time_in_force", text_of(terms.time_in_force));
    json.text("side", text_of(terms.side)).text("order_type", text_of(terms.type));
    if (has_limit(terms.type)) {
        json.text("limit_price_type", "static");
        json.raw("limit_price", price_text(terms.pair, terms.limit));
    }
    json.raw("stop_price", price_text(terms.pair, terms.trigger));
    add_triggers(json, order);
    if (terms.post_only) json.boolean("post_only", true);
    if (terms.expires) json.text("expire_time", rfc3339_micros(*terms.expires));
    json.text("fee_ccy_pref", terms.fee_in_base ? "fcib" : "fciq");
}

void add_sums(Object& json, const Order& order, Decimal fee_usd) {
    json.raw("cum_qty", quantity_text(order.filled));
    json.raw("cum_cost", cost_text(order.terms.pair, order.cost));
    json.raw("fee_usd_equiv", fixed(fee_usd, 4));
    json.raw("avg_price", price_text(order.terms.pair, order.average()));
}

void add_trade(Object& json, const Trade& trade) {
    const Pair& pair = pairs()[trade.pair];
    json.text("exec_id", trade.id)
        .text("exec_type", "trade")
        .number("trade_id", static_cast<std::int64_t>(trade.number))
        .text("symbol", pair.symbol)
        .text("side", text_of(trade.side))
        .raw("last_qty", quantity_text(trade.quantity))
        .raw("last_price", price_text(trade.pair, trade.price))
        .text("liquidity_ind", trade.is_maker ? "m" : "t")
        .raw("cost", cost_text(trade.pair, trade.cost))
        .text("order_type", text_of(trade.type))
        .text("timestamp", rfc3339_micros(trade.at));
    const std::string& asset = assets()[trade.fee_in_base ? pair.base : pair.quote].code;
    const std::string fee =
        trade.fee_in_base ? quantity_text(trade.fee) : cost_text(trade.pair, trade.fee);
    json.raw("fees", Array().raw(Object().text("asset", asset).raw("qty", fee).take()).take());
}

std::string trade_event(const Execution& execution, Decimal fee_usd) {
    const Order& order = execution.order;
    Object json;
    add_ids(json, order);
    add_trade(json, *execution.trade);
    json.text("order_status", "partially_filled");  // "filled" is a message of its own
    add_sums(json, order, fee_usd);
    return json.take();
}

std::string pending_event(const Execution& execution, Decimal fee_usd) {
    Object json;
    add_ids(json, execution.order);
    json.text("exec_type", "pending_new").text("order_status", "pending_new");
    add_terms(json, execution.order);
    json.raw("fee_usd_equiv", fixed(fee_usd, 4));
    return json.text("timestamp", rfc3339_micros(execution.at)).take();
}

std::string amended_event(const Execution& execution) {
    const Order& order = execution.order;
    Object json;
    json.text("timestamp", rfc3339_micros(execution.at)).text("exec_type", "amended");
    json.text("order_status", status_text(order));
    json.raw("cum_qty", quantity_text(order.filled)).text("reason", "User requested");
    json.boolean("amended", true).raw("order_qty", quantity_text(order.terms.quantity));
    if (has_limit(order.terms.type)) {
        json.raw("limit_price", price_text(order.terms.pair, order.terms.limit));
        json.text("limit_price_type", "static");
    }
    add_triggers(json, order);
    if (order.terms.post_only) json.boolean("post_only", true);
    add_ids(json, order);
    return json.take();
}

std::string ended_event(const Execution& execution, const std::string& type, Decimal fee_usd) {
    const Order& order = execution.order;
    Object json;
    json.text("timestamp", rfc3339_micros(execution.at)).text("order_status", type);
    json.text("exec_type", type);
    add_sums(json, order, fee_usd);
    if (!order.reason.empty()) {
        json.text("cancel_reason", order.reason).text("reason", order.reason);
    }
    add_ids(json, order);
    return json.take();
}

std::string asset_json(const Asset& asset) {
    return Object()
        .text("id", asset.code)
        .text("status", "enabled")
        .number("precision", asset.decimals)
        .number("precision_display", asset.display_decimals)
        .boolean("borrowable", false)
        .raw("collateral_value", "0.0")
        .text("class", "currency")
        .take();
}

std::string pair_json(const Pair& pair, PairMode mode) {
    return Object()
        .text("symbol", pair.symbol)
        .text("base", assets()[pair.base].code)
        .text("quote", assets()[pair.quote].code)
        .text("status", text_of(mode))
        .number("qty_precision", kLotDecimals)
        .raw("qty_increment", increment_text(step_of(kLotDecimals)))
        .number("price_precision", pair.price_decimals)
        .number("cost_precision", pair.cost_decimals)
        .boolean("marginable", false)
        .boolean("has_index", false)
        .number("ws_display_price_precision", pair.price_decimals)
        .raw("cost_min", increment_text(pair.cost_min))
        .raw("tick_size", increment_text(pair.tick))
        .raw("price_increment", increment_text(pair.tick))
        .raw("qty_min", increment_text(pair.order_min))
        .take();
}

}  // namespace

std::uint32_t book_checksum(
    PairId pair, const std::vector<BookLevel>& bids, const std::vector<BookLevel>& asks) {
    std::string text;
    for (const auto* side : {&asks, &bids}) {
        for (std::size_t i = 0; i < side->size() && i < kChecked; ++i) {
            text += bare_digits(price_text(pair, (*side)[i].price));
            text += bare_digits(quantity_text((*side)[i].quantity));
        }
    }
    return crc32_of(text);
}

std::vector<BookLevel> book_difference(
    const std::vector<BookLevel>& before, const std::vector<BookLevel>& after, std::size_t depth) {
    std::map<Decimal, Decimal> was;
    for (const auto& level : before) was[level.price] = level.quantity;
    std::vector<BookLevel> changes;
    for (const auto& level : after) {
        const auto old = was.find(level.price);
        if (old == was.end() || old->second != level.quantity) changes.push_back(level);
        if (old != was.end()) was.erase(old);
    }
    const bool is_full = after.size() == depth;
    const bool is_rising = after.size() > 1 && after.front().price < after.back().price;
    std::vector<BookLevel> gone;
    for (const auto& [price, _] : was) {
        const bool is_beyond =
            is_full && (is_rising ? price > after.back().price : price < after.back().price);
        if (!is_beyond) gone.push_back({price, {}});
    }
    gone.insert(gone.end(), changes.begin(), changes.end());
    return gone;
}

std::string book_json(PairId pair, const BookChange& change, std::uint32_t checksum, Time now) {
    return Object()
        .text("symbol", pairs()[pair].symbol)
        .raw("bids", levels_json(pair, change.bids))
        .raw("asks", levels_json(pair, change.asks))
        .number("checksum", checksum)
        .text("timestamp", rfc3339_micros(now))
        .take();
}

std::string socket_trade_json(const PublicTrade& trade) {
    return Object()
        .text("symbol", pairs()[trade.pair].symbol)
        .text("side", text_of(trade.side))
        .raw("price", price_text(trade.pair, trade.price))
        .raw("qty", quantity_text(trade.quantity))
        .text("ord_type", trade.is_market ? "market" : "limit")
        .number("trade_id", static_cast<std::int64_t>(trade.number))
        .text("timestamp", rfc3339_micros(trade.at))
        .take();
}

std::string socket_candle_json(PairId pair, std::int64_t minutes, const Candle& candle) {
    return Object()
        .text("symbol", pairs()[pair].symbol)
        .raw("open", price_text(pair, candle.open))
        .raw("high", price_text(pair, candle.high))
        .raw("low", price_text(pair, candle.low))
        .raw("close", price_text(pair, candle.close))
        .number("trades", candle.trades)
        .raw("volume", quantity_text(candle.volume))
        .raw("vwap", price_text(pair, candle.vwap()))
        .text("interval_begin", rfc3339_nanos(candle.opened))
        .number("interval", minutes)
        .text("timestamp", rfc3339_micros(candle.opened + std::chrono::minutes(minutes)))
        .take();
}

std::string socket_ticker_json(
    PairId pair, const Exchange& exchange, const DayFigures& day, Time now) {
    Object json;
    json.text("symbol", pairs()[pair].symbol);
    for (const Side side : {Side::Buy, Side::Sell}) {
        const std::string name = side == Side::Buy ? "bid" : "ask";
        const auto levels = exchange.book(pair).levels(side, 1);
        const BookLevel best = levels.empty() ? BookLevel{} : levels.front();
        json.raw(name, price_text(pair, best.price));
        json.raw(name + "_qty", quantity_text(best.quantity));
    }
    const Decimal last = exchange.last_price(pair);
    const Decimal change = last - day.open;
    const Decimal percent = over(times(change, Decimal::from_integer(100)), day.open);
    return json.raw("last", price_text(pair, last))
        .raw("volume", quantity_text(day.volume))
        .raw("vwap", price_text(pair, day.vwap))
        .raw("low", price_text(pair, day.low))
        .raw("high", price_text(pair, day.high))
        .raw("change", price_text(pair, change))
        .raw("change_pct", fixed(percent, 2))
        .text("timestamp", rfc3339_micros(now))
        .take();
}

std::string increment_text(Decimal value) {
    static const Decimal kPlain = step_of(4);
    if (value.is_zero() || value >= kPlain) return value.to_string();
    const auto parts = value.parts();
    std::string digits = std::to_string(static_cast<std::int64_t>(parts.mantissa));
    const std::size_t power = parts.scale - (digits.size() - 1);
    if (digits.size() > 1) digits.insert(1, 1, '.');
    return digits + "e-" + (power < 10 ? "0" : "") + std::to_string(power);
}

std::string instruments_json(const Exchange& exchange) {
    Array all_assets;
    for (const auto& asset : assets()) all_assets.raw(asset_json(asset));
    Array all_pairs;
    for (PairId pair = 0; pair < pairs().size(); ++pair) {
        all_pairs.raw(pair_json(pairs()[pair], exchange.mode(pair)));
    }
    return Object().raw("assets", all_assets.take()).raw("pairs", all_pairs.take()).take();
}

std::string snapshot_json(const Order& order) {
    Object json;
    add_ids(json, order);
    json.text("exec_type", "new").text("order_status", status_text(order));
    add_terms(json, order);
    json.raw("cum_qty", quantity_text(order.filled));
    json.raw("avg_price", price_text(order.terms.pair, order.average()));
    json.raw("fee_usd_equiv", fixed(order.fee, 4));
    return json.text("timestamp", rfc3339_micros(order.opened)).take();
}

std::string snapshot_json(const Trade& trade, const Order* order) {
    Object json;
    json.text("order_id", trade.order_id);
    if (order != nullptr && order->terms.client_id) {
        json.text("cl_ord_id", *order->terms.client_id);
    }
    add_trade(json, trade);
    return json.text("order_status", "filled").take();
}

std::string execution_json(const Execution& execution, Decimal fee_usd) {
    const Order& order = execution.order;
    switch (execution.type) {
        case ExecutionType::PendingNew: return pending_event(execution, fee_usd);
        case ExecutionType::Trade: return trade_event(execution, fee_usd);
        case ExecutionType::Amended: return amended_event(execution);
        case ExecutionType::Filled: return ended_event(execution, "filled", fee_usd);
        case ExecutionType::Canceled: return ended_event(execution, "canceled", fee_usd);
        case ExecutionType::Expired: return ended_event(execution, "expired", fee_usd);
        case ExecutionType::New:
        case ExecutionType::Triggered: break;
    }
    Object json;
    const bool is_new = execution.type == ExecutionType::New;
    json.text("timestamp", rfc3339_micros(execution.at)).text("order_status", status_text(order));
    json.text("exec_type", is_new ? "new" : "status");
    if (!is_new) add_triggers(json, order);
    add_ids(json, order);
    return json.take();
}

std::string balance_json(AssetId asset, Decimal balance) {
    const std::string amount = fixed(balance, assets()[asset].decimals);
    const std::string wallet =
        Object().text("type", "spot").text("id", "main").raw("balance", amount).take();
    return Object()
        .text("asset", assets()[asset].code)
        .text("asset_class", "currency")
        .raw("wallets", Array().raw(wallet).take())
        .raw("balance", amount)
        .take();
}

std::string booked_json(const LedgerRow& row) {
    const Asset& asset = assets()[row.asset];
    return Object()
        .text("ledger_id", row.id)
        .text("ref_id", row.reference)
        .text("timestamp", rfc3339_micros(row.at))
        .text("type", row.type)
        .text("asset", asset.code)
        .text("asset_class", "currency")
        .text("category", row.type)
        .text("wallet_type", "spot")
        .text("wallet_id", "main")
        .raw("amount", fixed(row.amount, asset.decimals))
        .raw("fee", fixed(row.fee, asset.decimals))
        .raw("balance", fixed(row.balance, asset.decimals))
        .take();
}

std::string channel_message(
    const std::string& channel,
    const std::string& type,
    const std::string& data,
    const std::vector<std::pair<std::string, std::string>>& more) {
    Object json;
    json.text("channel", channel).text("type", type).raw("data", data);
    for (const auto& [name, value] : more) json.raw(name, value);
    return json.take();
}

}  // namespace tapedeck::venue_simulator
