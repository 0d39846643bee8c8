#include "venues/kraken/rest_account.h"

#include "base/verify.h"
#include "venues/kraken/fields.h"

namespace tapedeck::kraken {

namespace {

void add_page(FormFields& fields, const Page& page) {
    if (page.from) fields.emplace_back("start", whole_seconds(*page.from));
    if (page.to) fields.emplace_back("end", whole_seconds(*page.to));
    fields.emplace_back("ofs", std::to_string(page.offset));
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
}

std::optional<Instrument> instrument_in(const Symbols& symbols, std::string_view pair) {
    const auto* known = symbols.find(pair);
    return known == nullptr ? std::nullopt : std::optional(known->instrument);
}

/// "0" means that there is none.
Result<std::optional<Price>> read_price(const json::Value& descr, std::string_view key) {
    auto price = TRY(find_amount<Price>(descr, key));
    if (price && price->is_zero()) price.reset();
    return price;
}

/// `price` is the trigger of stops and take-profits, whose limit is `price2`; else the limit.
Result<> read_prices(const json::Value& descr, VenueOrder& order) {
    const bool is_triggered = order.order_type.starts_with("stop-loss") ||
                              order.order_type.starts_with("take-profit") ||
                              order.order_type.starts_with("trailing-stop");
    if (order.order_type.starts_with("trailing-stop")) return {};  // "+1.0000%": no price yet
    auto first = TRY(read_price(descr, "price"));
    auto second = TRY(read_price(descr, "price2"));
    order.trigger_price = is_triggered ? first : std::nullopt;
    order.limit_price = is_triggered ? second : first;
    return {};
}

Result<VenueOrder> read_order(std::string id, const json::Value& entry, const Symbols& symbols) {
    VenueOrder order;
    order.order.order_id = std::move(id);
    order.order.client_order_id = TRY(find_text(entry, "cl_ord_id"));
    const auto status = TRY(entry.at("status"));
    const auto state = order_state(TRY(status.text()));
    if (!state) return status.wrong("a status that this build knows");
    order.state = *state;
    const auto descr = TRY(entry.at("descr"));
    order.pair = TRY(read_text(descr, "pair"));
    order.instrument = instrument_in(symbols, order.pair);
    order.side = TRY(read_side(TRY(descr.at("type"))));
    order.order_type = TRY(read_text(descr, "ordertype"));
    TRY(read_prices(descr, order));
    order.quantity = TRY(read_amount<Quantity>(entry, "vol"));
    order.filled = TRY(read_amount<Quantity>(entry, "vol_exec"));
    order.cost = TRY(read_amount<Money>(entry, "cost"));
    order.fee = TRY(read_amount<Money>(entry, "fee"));
    order.average_price = TRY(read_amount<Price>(entry, "price"));
    order.reason = TRY(find_text(entry, "reason"));
    order.opened = TRY(find_seconds(entry, "opentm"));
    order.closed = TRY(find_seconds(entry, "closetm"));
    if (const auto trades = entry.find("trades")) {
        for (const auto trade : *trades) order.trade_ids.push_back(TRY(trade.text()));
    }
    return order;
}

Result<OrdersAnswer> read_orders(const json::Value& list, const Symbols& symbols) {
    TRY(list.expect(json::Kind::Object));
    OrdersAnswer answer;
    for (auto entry = list.begin(); entry != list.end(); ++entry) {
        answer.orders.push_back(TRY(read_order(entry.key(), *entry, symbols)));
    }
    answer.count = answer.orders.size();
    return answer;
}

Result<HistoricFill> read_fill(std::string id, const json::Value& entry, const Symbols& symbols) {
    HistoricFill fill;
    fill.fill.trade_id = std::move(id);
    fill.order_id = TRY(read_text(entry, "ordertxid"));
    fill.pair = TRY(read_text(entry, "pair"));
    fill.instrument = instrument_in(symbols, fill.pair);
    fill.side = TRY(read_side(TRY(entry.at("type"))));
    fill.fill.price = TRY(read_amount<Price>(entry, "price"));
    fill.fill.quantity = TRY(read_amount<Quantity>(entry, "vol"));
    fill.fill.cost = TRY(read_amount<Money>(entry, "cost"));
    if (const auto maker = entry.find("maker")) {
        fill.fill.liquidity = TRY(maker->boolean()) ? Liquidity::Maker : Liquidity::Taker;
    }
    // In the quote currency, but for orders that asked for another: ours don't.
    Fee fee;
    fee.amount = TRY(read_amount<Money>(entry, "fee"));
    if (fill.instrument) fee.currency = fill.instrument->quote();
    fill.fill.fees.push_back(fee);
    fill.happened = TRY(read_seconds(TRY(entry.at("time"))));
    return fill;
}

/// "0.2600" percent as 0.0026.
Result<Ratio> read_rate(const json::Value& rates, const std::string& id) {
    const auto rate = TRY(TRY(rates.at(id)).at("fee"));
    const auto share =
        multiply(TRY(rate.decimal()), Decimal::from_units(Decimal::kOne / 100), Rounding::Up);
    if (!share) return rate.wrong("a percentage");
    return Ratio(*share);
}

}  // namespace

PrivateCall open_orders_call(const std::string& client_order_id) {
    FormFields fields{{"trades", "true"}};
    if (!client_order_id.empty()) fields.emplace_back("cl_ord_id", client_order_id);
    return private_call("OpenOrders", std::move(fields));
}

PrivateCall closed_orders_call(const Page& page, const std::string& client_order_id) {
    FormFields fields{{"trades", "true"}};
    if (!client_order_id.empty()) fields.emplace_back("cl_ord_id", client_order_id);
    add_page(fields, page);
    return private_call("ClosedOrders", std::move(fields));
}

PrivateCall query_orders_call(const std::vector<std::string>& order_ids) {
    constexpr std::size_t kOrdersMax = 50;
    VERIFY(!order_ids.empty() && order_ids.size() <= kOrdersMax);
    return private_call("QueryOrders", {{"txid", joined(order_ids)}, {"trades", "true"}});
}

PrivateCall trades_history_call(const Page& page) {
    FormFields fields;
    add_page(fields, page);
    return private_call("TradesHistory", std::move(fields));
}

PrivateCall ledgers_call(const Page& page) {
    FormFields fields;
    add_page(fields, page);
    return private_call("Ledgers", std::move(fields));
}

PrivateCall query_trades_call(const std::vector<std::string>& trade_ids) {
    constexpr std::size_t kTradesMax = 20;
    VERIFY(!trade_ids.empty() && trade_ids.size() <= kTradesMax);
    return private_call("QueryTrades", {{"txid", joined(trade_ids)}});
}

PrivateCall balances_call() {
    return private_call("BalanceEx", {});
}

PrivateCall trade_volume_call(const std::vector<const Pair*>& pairs) {
    std::vector<std::string> names;
    names.reserve(pairs.size());
    for (const auto* pair : pairs) names.push_back(pair->altname);
    FormFields fields;
    if (!names.empty()) fields.emplace_back("pair", joined(names));
    return private_call("TradeVolume", std::move(fields));
}

Result<OrdersAnswer> read_open_orders(json::Value result, const Symbols& symbols) {
    return read_orders(TRY(result.at("open")), symbols);
}

Result<OrdersAnswer> read_closed_orders(json::Value result, const Symbols& symbols) {
    auto answer = TRY(read_orders(TRY(result.at("closed")), symbols));
    answer.count = TRY(TRY(result.at("count")).natural());
    return answer;
}

Result<OrdersAnswer> read_queried_orders(json::Value result, const Symbols& symbols) {
    return read_orders(result, symbols);
}

Result<FillsAnswer> read_trades_history(json::Value result, const Symbols& symbols) {
    auto answer = TRY(read_queried_trades(TRY(result.at("trades")), symbols));
    answer.count = TRY(TRY(result.at("count")).natural());
    return answer;
}

Result<FillsAnswer> read_queried_trades(json::Value result, const Symbols& symbols) {
    TRY(result.expect(json::Kind::Object));
    FillsAnswer answer;
    for (auto entry = result.begin(); entry != result.end(); ++entry) {
        answer.fills.push_back(TRY(read_fill(entry.key(), *entry, symbols)));
    }
    answer.count = answer.fills.size();
    return answer;
}

Result<LedgerAnswer> read_ledgers(json::Value result, const Symbols& symbols) {
    const auto rows = TRY(result.at("ledger"));
    TRY(rows.expect(json::Kind::Object));
    LedgerAnswer answer;
    answer.count = TRY(TRY(result.at("count")).natural());
    for (auto entry = rows.begin(); entry != rows.end(); ++entry) {
        BalanceUpdate row;
        row.ledger_id = entry.key();
        row.ref_id = TRY(read_text(*entry, "refid"));
        row.type = TRY(read_text(*entry, "type"));
        row.currency = symbols.currency(TRY(read_text(*entry, "asset")));
        row.amount = TRY(TRY((*entry).at("amount")).decimal());
        row.fee = TRY(TRY((*entry).at("fee")).decimal());
        row.balance = TRY(TRY((*entry).at("balance")).decimal());
        row.happened = TRY(read_seconds(TRY((*entry).at("time"))));
        answer.rows.push_back(std::move(row));
    }
    return answer;
}

Result<std::vector<Balance>> read_balances(json::Value result, const Symbols& symbols) {
    TRY(result.expect(json::Kind::Object));
    std::vector<Balance> balances;
    for (auto entry = result.begin(); entry != result.end(); ++entry) {
        const auto find = [&](std::string_view key) -> Result<Decimal> {
            const auto value = (*entry).find(key);
            if (!value) return Decimal{};
            return value->decimal();
        };
        Balance balance;
        balance.currency = symbols.currency(entry.key());
        balance.balance = TRY(TRY((*entry).at("balance")).decimal());
        balance.hold = TRY(find("hold_trade"));
        balance.credit = TRY(find("credit"));
        balance.credit_used = TRY(find("credit_used"));
        balances.push_back(balance);
    }
    return balances;
}

Result<TradeVolume> read_trade_volume(json::Value result, const Symbols& symbols) {
    TradeVolume answer;
    answer.currency = symbols.currency(TRY(read_text(result, "currency")));
    answer.volume = TRY(read_amount<Money>(result, "volume"));
    const auto taker = result.find("fees");
    const auto maker = result.find("fees_maker");
    if (!taker) return answer;  // no pair was named
    for (auto entry = taker->begin(); entry != taker->end(); ++entry) {
        const auto id = entry.key();
        const auto* pair = symbols.find(std::string_view(id));
        if (pair == nullptr) return (*entry).wrong("a pair that Symbols has");
        PairFees fees;
        fees.instrument = pair->instrument;
        fees.taker = TRY(read_rate(*taker, id));
        // Pairs with one rate for all have it in `fees` alone.
        fees.maker = maker && maker->find(id) ? TRY(read_rate(*maker, id)) : fees.taker;
        answer.fees.push_back(fees);
    }
    return answer;
}

}  // namespace tapedeck::kraken
