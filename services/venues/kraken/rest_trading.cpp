#include "venues/kraken/rest_trading.h"

#include "base/verify.h"
#include "venues/kraken/fields.h"
#include "venues/kraken/json_writer.h"

namespace tapedeck::kraken {

namespace {

/// GTC is what REST takes without being told.
std::string_view time_in_force_name(TimeInForce time_in_force) {
    switch (time_in_force) {
        case TimeInForce::GoodTillCanceled: return "";
        case TimeInForce::ImmediateOrCancel: return "IOC";
        case TimeInForce::FillOrKill: return "FOK";
        case TimeInForce::GoodTillDate: return "GTD";
    }
    return "";
}

/// The terms of one order, without the pair and what a batch says once. Reduce-only isn't said, as
/// in private_requests.cpp.
FormFields terms_fields(const NewOrder& order) {
    const auto& terms = order.terms;
    FormFields fields;
    fields.emplace_back("ordertype", order_type_name(terms));
    fields.emplace_back("type", to_string(terms.side));
    fields.emplace_back("volume", terms.quantity.to_string());
    // `price` is the trigger where there is one; the limit of such an order is `price2`.
    const auto limit = limit_of(terms);
    const auto trigger = trigger_of(terms);
    if (trigger) fields.emplace_back("price", trigger->to_string());
    if (limit) fields.emplace_back(trigger ? "price2" : "price", limit->to_string());
    if (terms.post_only) fields.emplace_back("oflags", "post");
    if (has_time_in_force(terms)) {
        const auto name = time_in_force_name(terms.time_in_force);
        if (!name.empty()) fields.emplace_back("timeinforce", name);
        if (terms.time_in_force == TimeInForce::GoodTillDate) {
            fields.emplace_back("expiretm", whole_seconds(terms.valid_until));
        }
    }
    fields.emplace_back("cl_ord_id", order.client_order_id);
    return fields;
}

void add_name(FormFields& fields, const OrderRef& order) {
    if (!order.order_id.empty()) {
        fields.emplace_back("txid", order.order_id);
    } else {
        fields.emplace_back("cl_ord_id", order.client_order_id);
    }
}

}  // namespace

PrivateCall add_order_call(const NewOrder& order) {
    FormFields fields{{"pair", order.pair->altname}};
    for (auto& field : terms_fields(order)) fields.push_back(std::move(field));
    if (order.deadline != Time{}) {
        fields.emplace_back("deadline", tapedeck::to_string(order.deadline));
    }
    if (order.only_validate) fields.emplace_back("validate", "true");
    return private_call("AddOrder", std::move(fields));
}

PrivateCall add_order_batch_call(const std::vector<NewOrder>& orders) {
    VERIFY(!orders.empty());
    const auto& first = orders.front();
    json::Writer writer;
    writer.begin_object().key("pair").text(first.pair->altname).key("orders").begin_array();
    for (const auto& order : orders) {
        VERIFY(order.pair->id == first.pair->id);
        writer.begin_object();
        for (const auto& [key, value] : terms_fields(order)) writer.key(key).text(value);
        writer.end_object();
    }
    writer.end_array();
    if (first.deadline != Time{}) {
        writer.key("deadline").text(tapedeck::to_string(first.deadline));
    }
    if (first.only_validate) writer.key("validate").flag(true);
    writer.end_object();
    auto call = private_call("AddOrderBatch");
    call.json = writer.str();
    return call;
}

PrivateCall amend_order_call(const OrderAmend& amend) {
    FormFields fields;
    add_name(fields, amend.order);
    if (amend.quantity) fields.emplace_back("order_qty", amend.quantity->to_string());
    if (amend.limit_price) fields.emplace_back("limit_price", amend.limit_price->to_string());
    if (amend.trigger_price) fields.emplace_back("trigger_price", amend.trigger_price->to_string());
    if (amend.post_only) fields.emplace_back("post_only", "true");
    if (amend.deadline != Time{}) {
        fields.emplace_back("deadline", tapedeck::to_string(amend.deadline));
    }
    return private_call("AmendOrder", std::move(fields));
}

PrivateCall cancel_order_call(const OrderRef& order) {
    FormFields fields;
    add_name(fields, order);
    return private_call("CancelOrder", std::move(fields));
}

PrivateCall cancel_all_call() {
    return private_call("CancelAll");
}

PrivateCall cancel_all_orders_after_call(Duration timeout) {
    VERIFY(timeout >= Duration{});
    // Rounded up: 0 would switch it off.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    return private_call("CancelAllOrdersAfter", {{"timeout", std::to_string(seconds)}});
}

PrivateCall websockets_token_call() {
    return private_call("GetWebSocketsToken");
}

Result<std::vector<std::string>> read_added(json::Value result) {
    TRY(TRY(result.at("descr")).expect(json::Kind::Object));
    std::vector<std::string> ids;
    const auto list = result.find("txid");
    if (!list) return ids;
    for (const auto id : TRY(list->expect(json::Kind::Array))) ids.push_back(TRY(id.text()));
    return ids;
}

Result<std::vector<Answer<OrderRef>>> read_batch(json::Value result) {
    std::vector<Answer<OrderRef>> orders;
    for (const auto entry : TRY(TRY(result.at("orders")).expect(json::Kind::Array))) {
        if (const auto error = entry.find("error")) {
            orders.emplace_back(tl::make_unexpected(classify(TRY(error->text()))));
            continue;
        }
        OrderRef order;
        order.order_id = TRY(find_text(entry, "txid"));
        order.client_order_id = TRY(find_text(entry, "cl_ord_id"));
        orders.emplace_back(order);
    }
    return orders;
}

Result<std::string> read_amended(json::Value result) {
    return read_text(result, "amend_id");
}

Result<Canceled> read_canceled(json::Value result) {
    Canceled canceled;
    canceled.count = TRY(TRY(result.at("count")).natural());
    if (const auto pending = result.find("pending")) {
        canceled.is_pending = TRY(pending->boolean());
    }
    return canceled;
}

Result<DeadMansSwitch> read_dead_mans_switch(json::Value result) {
    DeadMansSwitch answer;
    TRY(result.at("currentTime"));
    answer.venue_now = TRY(find_moment(result, "currentTime"));
    const auto trigger = TRY(result.at("triggerTime"));
    if (!trigger.equals("0")) answer.trigger_at = TRY(find_moment(result, "triggerTime"));
    return answer;
}

Result<WebSocketToken> read_websockets_token(json::Value result) {
    constexpr std::uint64_t kDay = 86400;
    WebSocketToken answer;
    answer.token = TRY(read_text(result, "token"));
    const auto expires = TRY(result.at("expires"));
    const auto seconds = TRY(expires.natural());
    if (seconds > kDay) return expires.wrong("seconds");
    answer.expires = std::chrono::seconds(seconds);
    return answer;
}

}  // namespace tapedeck::kraken
