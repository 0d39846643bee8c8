#include "venue-simulator/core/rest_format.h"

#include "venue-simulator/core/json.h"
#include "venue-simulator/core/text.h"

#include <algorithm>
#include <array>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::array<const char*, 6> kTypeTexts = {
    "market", "limit", "stop loss", "take profit", "stop loss", "take profit"};

std::string status_of(const Order& order) {
    switch (order.status) {
        case OrderStatus::Open: return "open";
        case OrderStatus::Filled: return "closed";
        case OrderStatus::Canceled: return "canceled";
        case OrderStatus::Expired: return "expired";
    }
    return "";
}

std::string flags_of(const OrderTerms& terms) {
    std::string flags = terms.post_only ? "post," : "";
    flags += terms.fee_in_base ? "fcib" : "fciq";
    if (terms.in_quote) flags += ",viqc";
    return flags;
}

std::string misc_of(const Order& order) {
    std::vector<std::string> words;
    const bool is_stop =
        order.terms.type == OrderType::StopLoss || order.terms.type == OrderType::StopLossLimit;
    if (order.is_triggered) words.emplace_back(is_stop ? "stopped" : "touched");
    const bool ended_early =
        order.status == OrderStatus::Canceled || order.status == OrderStatus::Expired;
    if (ended_early && order.filled.is_positive()) words.emplace_back("partial");
    if (order.is_amended) words.emplace_back("amended");
    std::string misc;
    for (const auto& word : words) misc += (misc.empty() ? "" : ",") + word;
    return misc;
}

std::string description(const Order& order) {
    const OrderTerms& terms = order.terms;
    const Pair& pair = pairs()[terms.pair];
    std::string price = "0";
    std::string price2 = "0";
    if (has_trigger(terms.type)) {
        price = short_price(terms.pair, terms.trigger);
        if (has_limit(terms.type)) price2 = short_price(terms.pair, terms.limit);
    } else if (has_limit(terms.type)) {
        price = short_price(terms.pair, terms.limit);
    }
    return Object()
        .text("pair", pair.altname)
        .text("aclass", "forex")
        .text("type", text_of(terms.side))
        .text("ordertype", text_of(terms.type))
        .text("price", price)
        .text("price2", price2)
        .text("leverage", "none")
        .text("order", order_text(terms, pair.altname))
        .text("close", "")
        .take();
}

}  // namespace

std::string long_price(PairId pair, Decimal price) {
    return fixed(price, std::max(5U, pairs()[pair].price_decimals));
}

std::string short_price(PairId pair, Decimal price) {
    return fixed(price, pairs()[pair].price_decimals);
}

std::string volume_text(Decimal volume) {
    return fixed(volume, kLotDecimals);
}

std::string order_text(const OrderTerms& terms, const std::string& pair_name) {
    std::string text = std::string(text_of(terms.side)) + " " + volume_text(terms.quantity) + " " +
                       pair_name + " @ " + kTypeTexts[static_cast<std::size_t>(terms.type)];
    if (has_trigger(terms.type)) {
        text += " " + short_price(terms.pair, terms.trigger);
        if (has_limit(terms.type)) text += " -> limit";
    }
    if (has_limit(terms.type)) text += " " + short_price(terms.pair, terms.limit);
    return text;
}

std::string order_json(const Order& order, WithTrades with_trades) {
    const OrderTerms& terms = order.terms;
    const Pair& pair = pairs()[terms.pair];
    Object json;
    order.replaced.empty() ? json.null("refid") : json.text("refid", order.replaced);
    json.number("userref", terms.userref.value_or(0));
    if (terms.client_id) json.text("cl_ord_id", *terms.client_id);
    json.text("status", status_of(order)).raw("opentm", unix_text(order.opened, 6));
    json.number("starttm", 0);
    json.number("expiretm", terms.expires ? unix_seconds(*terms.expires) : 0);
    json.raw("descr", description(order));
    json.text("vol", volume_text(terms.quantity)).text("vol_exec", volume_text(order.filled));
    json.text("cost", fixed(order.cost, pair.cost_decimals));
    json.text("fee", fixed(order.fee, terms.fee_in_base ? kLotDecimals : pair.cost_decimals));
    json.text("price", long_price(terms.pair, order.average()));
    json.text("stopprice", long_price(terms.pair, terms.trigger));
    json.text("limitprice", long_price(terms.pair, terms.limit));
    if (has_trigger(terms.type)) json.text("trigger", "last");
    json.boolean("margin", false).text("misc", misc_of(order)).text("oflags", flags_of(terms));
    json.text("time_in_force", text_of(terms.time_in_force));
    if (with_trades == WithTrades::Yes) {
        Array trades;
        for (const auto& id : order.trades) trades.text(id);
        json.raw("trades", trades.take());
    }
    if (!order.is_open()) {
        order.reason.empty() ? json.null("reason") : json.text("reason", order.reason);
        json.raw("closetm", unix_text(order.closed, 6));
    }
    return json.take();
}

std::string trade_json(const Trade& trade, WithTrades with_ledgers) {
    const Pair& pair = pairs()[trade.pair];
    Object json;
    json.text("ordertxid", trade.order_id)
        .text("postxid", trade.order_id)
        .text("pair", pair.id)
        .raw("time", unix_text(trade.at, 4))
        .text("type", text_of(trade.side))
        .text("ordertype", text_of(trade.type))
        .text("price", long_price(trade.pair, trade.price))
        .text("cost", fixed(trade.cost, pair.cost_decimals))
        .text("fee", fixed(trade.fee, trade.fee_in_base ? kLotDecimals : pair.cost_decimals))
        .text("vol", volume_text(trade.quantity))
        .text("margin", fixed({}, pair.cost_decimals))
        .text("leverage", "0")
        .text("misc", "")
        .number("trade_id", static_cast<std::int64_t>(trade.number))
        .boolean("maker", trade.is_maker);
    if (with_ledgers == WithTrades::Yes) {
        Array ledgers;
        for (const auto& id : trade.ledgers) ledgers.text(id);
        json.raw("ledgers", ledgers.take());
    }
    return json.take();
}

std::string ledger_json(const LedgerRow& row) {
    const Asset& asset = assets()[row.asset];
    return Object()
        .text("refid", row.reference)
        .raw("time", unix_text(row.at, 4))
        .text("type", row.type)
        .text("subtype", "")
        .text("aclass", "currency")
        .text("asset", asset.id)
        .text("amount", fixed(row.amount, asset.decimals))
        .text("fee", fixed(row.fee, asset.decimals))
        .text("balance", fixed(row.balance, asset.decimals))
        .take();
}

}  // namespace tapedeck::venue_simulator
