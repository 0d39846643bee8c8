#include "venues/kraken/private_messages.h"

#include "base/overloaded.h"
#include "venues/kraken/fields.h"

#include <array>

namespace tapedeck::kraken {

namespace {

template <class E>
struct Name {
    std::string_view text;
    E value;
};

constexpr std::array<Name<ExecType>, 10> kExecTypes = {{
    {"pending_new", ExecType::PendingNew},
    {"new", ExecType::New},
    {"trade", ExecType::Trade},
    {"filled", ExecType::Filled},
    {"iceberg_refill", ExecType::IcebergRefill},
    {"canceled", ExecType::Canceled},
    {"expired", ExecType::Expired},
    {"amended", ExecType::Amended},
    {"restated", ExecType::Restated},
    {"status", ExecType::Status},
}};

constexpr std::array<Name<OrderStatus>, 6> kStatuses = {{
    {"pending_new", OrderStatus::PendingNew},
    {"new", OrderStatus::New},
    {"partially_filled", OrderStatus::PartiallyFilled},
    {"filled", OrderStatus::Filled},
    {"canceled", OrderStatus::Canceled},
    {"expired", OrderStatus::Expired},
}};

template <class E, std::size_t N>
E value_of(const std::array<Name<E>, N>& names, std::string_view text) {
    for (const auto& name : names) {
        if (name.text == text) return name.value;
    }
    return E::Unknown;
}

Result<VenueFill> decode_fill(const json::Value& data) {
    VenueFill fill;
    fill.trade_id = TRY(read_text(data, "exec_id"));
    fill.price = TRY(read_amount<Price>(data, "last_price"));
    fill.quantity = TRY(read_amount<Quantity>(data, "last_qty"));
    const auto cost = TRY(find_amount<Money>(data, "cost"));
    fill.cost = cost.value_or(Money{});
    const auto liquidity = data.find("liquidity_ind");
    if (liquidity && liquidity->equals("m")) fill.liquidity = Liquidity::Maker;
    if (liquidity && liquidity->equals("t")) fill.liquidity = Liquidity::Taker;
    const auto fees = data.find("fees");
    if (!fees) return fill;
    for (const auto entry : *fees) {
        Fee fee;
        fee.currency = our_code(TRY(read_text(entry, "asset")));
        fee.amount = TRY(read_amount<Money>(entry, "qty"));
        fill.fees.push_back(fee);
    }
    return fill;
}

/// The newer form is an object; the older fields beside it say 0 where there is no trigger.
Result<std::optional<Price>> decode_trigger(const json::Value& data) {
    if (const auto triggers = data.find("triggers")) {
        return find_amount<Price>(*triggers, "price");
    }
    auto price = TRY(find_amount<Price>(data, "stop_price"));
    if (price && price->is_zero()) price.reset();
    return price;
}

Result<ExecutionReport> decode_report(const json::Value& data) {
    ExecutionReport report;
    report.type = value_of(kExecTypes, TRY(read_text(data, "exec_type")));
    report.status = value_of(kStatuses, TRY(find_text(data, "order_status")));
    report.order.order_id = TRY(read_text(data, "order_id"));
    report.order.client_order_id = TRY(find_text(data, "cl_ord_id"));
    report.symbol = TRY(find_text(data, "symbol"));
    if (const auto side = data.find("side")) report.side = TRY(read_side(*side));
    report.order_type = TRY(find_text(data, "order_type"));
    report.quantity = TRY(find_amount<Quantity>(data, "order_qty"));
    report.filled = TRY(find_amount<Quantity>(data, "cum_qty"));
    report.cost = TRY(find_amount<Money>(data, "cum_cost"));
    report.limit_price = TRY(find_amount<Price>(data, "limit_price"));
    report.trigger_price = TRY(decode_trigger(data));
    if (report.type == ExecType::Trade) report.fill = TRY(decode_fill(data));
    report.reason = TRY(find_text(data, "reason"));
    if (report.reason.empty()) report.reason = TRY(find_text(data, "cancel_reason"));
    report.happened = TRY(find_moment(data, "timestamp"));
    return report;
}

Result<BalanceUpdate> decode_balance(const json::Value& data) {
    BalanceUpdate update;
    update.currency = our_code(TRY(read_text(data, "asset")));
    update.balance = TRY(TRY(data.at("balance")).decimal());
    update.ledger_id = TRY(find_text(data, "ledger_id"));
    update.ref_id = TRY(find_text(data, "ref_id"));
    update.type = TRY(find_text(data, "type"));
    const auto wallet = TRY(find_text(data, "wallet_type"));
    if (!wallet.empty()) update.wallet = wallet + " " + TRY(find_text(data, "wallet_id"));
    if (const auto amount = data.find("amount")) update.amount = TRY(amount->decimal());
    if (const auto fee = data.find("fee")) update.fee = TRY(fee->decimal());
    update.happened = TRY(find_moment(data, "timestamp"));
    return update;
}

template <class Update, class Item, class Decode>
Result<PrivateMessage> decode_sequenced(
    const json::Value& message, std::vector<Item> Update::*items, Decode decode) {
    Update update;
    const auto type = message.find("type");
    update.is_snapshot = type && type->equals("snapshot");
    update.sequence = TRY(TRY(message.at("sequence")).natural());
    for (const auto item : TRY(TRY(message.at("data")).expect(json::Kind::Array))) {
        (update.*items).push_back(TRY(decode(item)));
    }
    return update;
}

Result<Answer<OrderRef>> decode_order(const json::Value& result) {
    if (const auto error = result.find("error")) {
        return Answer<OrderRef>(tl::make_unexpected(classify(TRY(error->text()))));
    }
    OrderRef order;
    order.order_id = TRY(find_text(result, "order_id"));
    order.client_order_id = TRY(find_text(result, "cl_ord_id"));
    return Answer<OrderRef>(order);
}

Result<> decode_result(const json::Value& result, RequestAnswered& answer) {
    if (result.is(json::Kind::Array)) {
        for (const auto entry : result) answer.orders.push_back(TRY(decode_order(entry)));
        return {};
    }
    if (result.find("order_id") || result.find("cl_ord_id")) {
        answer.orders.push_back(TRY(decode_order(result)));
    }
    answer.amend_id = TRY(find_text(result, "amend_id"));
    if (const auto count = result.find("count")) answer.count = TRY(count->natural());
    const auto trigger = result.find("triggerTime");
    if (!trigger) return {};
    // "0" where the timer has been switched off.
    answer.trigger_at = trigger->equals("0") ? Time{} : TRY(find_moment(result, "triggerTime"));
    return {};
}

bool is_trading(const json::Value& method) {
    for (const auto* name :
         {"add_order",
          "amend_order",
          "batch_add",
          "cancel_order",
          "cancel_all",
          "cancel_all_orders_after",
          "batch_cancel",
          "edit_order"}) {
        if (method.equals(name)) return true;
    }
    return false;
}

Result<PrivateMessage> decode_trading(const json::Value& message, const json::Value& method) {
    RequestAnswered answer;
    answer.method = method.raw();
    answer.request = request_of(message);
    if (!TRY(TRY(message.at("success")).boolean())) {
        answer.error = classify(TRY(read_text(message, "error")));
        return answer;
    }
    // batch_cancel was seen without a result, its count beside it.
    if (const auto count = message.find("orders_cancelled")) answer.count = TRY(count->natural());
    if (const auto result = message.find("result")) TRY(decode_result(*result, answer));
    return answer;
}

/// What both sockets say alike.
Result<PrivateMessage> decode_common(json::Document& document, std::string_view frame) {
    auto decoded = TRY(decode_public(document, frame));
    return std::visit(
        overloaded{
            [](SystemStatus& status) { return PrivateMessage(std::move(status)); },
            [](SubscriptionAnswered& answer) { return PrivateMessage(std::move(answer)); },
            [](RequestFailed& failed) { return PrivateMessage(std::move(failed)); },
            [](NotUnderstood& unknown) { return PrivateMessage(std::move(unknown)); },
            [](Pong& pong) { return PrivateMessage(pong); },
            [](Heartbeat&) { return PrivateMessage(Heartbeat{}); },
            [](const auto&) { return PrivateMessage(NotUnderstood{"a public channel"}); }},
        decoded);
}

}  // namespace

Result<PrivateMessage> decode_private(json::Document& document, std::string_view frame) {
    TRY(document.read(frame));
    const auto message = document.root();
    if (const auto channel = message.find("channel")) {
        if (channel->equals("executions")) {
            return decode_sequenced(message, &ExecutionsUpdate::reports, decode_report);
        }
        if (channel->equals("balances")) {
            return decode_sequenced(message, &BalancesUpdate::balances, decode_balance);
        }
    }
    const auto method = message.find("method");
    if (method && is_trading(*method)) return decode_trading(message, *method);
    return decode_common(document, frame);
}

SequenceGuard::Verdict SequenceGuard::check(std::uint64_t sequence, bool is_snapshot) {
    if (is_snapshot) {
        begun_ = true;
        last_ = sequence;
        return Verdict::Next;
    }
    if (!begun_ || sequence > last_ + 1) return Verdict::Gap;
    if (sequence <= last_) return Verdict::Repeated;
    last_ = sequence;
    return Verdict::Next;
}

namespace {

template <class T>
void keep(std::optional<T>& known, const std::optional<T>& news) {
    if (news) known = news;
}

void keep(std::string& known, const std::string& news) {
    if (!news.empty()) known = news;
}

bool is_over(OrderStatus status) {
    return status == OrderStatus::Filled || status == OrderStatus::Canceled ||
           status == OrderStatus::Expired;
}

}  // namespace

const ExecutionReport& OrderFold::apply(const ExecutionReport& report) {
    const auto [entry, is_new] = orders_.try_emplace(report.order.order_id, report);
    auto& known = entry->second;
    if (is_new) return known;
    known.type = report.type;
    // Reports of one order may overtake each other: what has ended doesn't live again.
    if (report.status != OrderStatus::Unknown && !is_over(known.status)) {
        known.status = report.status;
    }
    keep(known.order.client_order_id, report.order.client_order_id);
    keep(known.symbol, report.symbol);
    keep(known.side, report.side);
    keep(known.order_type, report.order_type);
    keep(known.quantity, report.quantity);
    if (report.filled && (!known.filled || *report.filled > *known.filled)) {
        known.filled = report.filled;
        keep(known.cost, report.cost);
    }
    keep(known.limit_price, report.limit_price);
    keep(known.trigger_price, report.trigger_price);
    keep(known.reason, report.reason);
    known.fill = report.fill;
    known.happened = report.happened;
    return known;
}

const ExecutionReport* OrderFold::find(std::string_view order_id) const {
    const auto found = orders_.find(order_id);
    return found == orders_.end() ? nullptr : &found->second;
}

void OrderFold::forget(std::string_view order_id) {
    const auto found = orders_.find(order_id);
    if (found != orders_.end()) orders_.erase(found);
}

}  // namespace tapedeck::kraken
