#include "venues/kraken/private_requests.h"

#include "base/verify.h"
#include "venues/kraken/json_writer.h"

namespace tapedeck::kraken {

namespace {

json::Writer begin(std::string_view method) {
    json::Writer writer;
    writer.begin_object().key("method").text(method).key("params").begin_object();
    return writer;
}

std::string end(json::Writer& writer, Asking asking) {
    writer.key("token").text(asking.token).end_object();
    writer.key("req_id").number(asking.request).end_object();
    return writer.str();
}

void write_deadline(json::Writer& writer, Time deadline) {
    if (deadline != Time{}) writer.key("deadline").text(tapedeck::to_string(deadline));
}

/// The terms, without the pair and what a batch says once. Reduce-only isn't said: at Kraken it
/// speaks of margin positions, and a spot sale that says it is refused.
void write_terms(json::Writer& writer, const NewOrder& order) {
    const auto& terms = order.terms;
    writer.key("order_type").text(order_type_name(terms));
    writer.key("side").text(to_string(terms.side));
    writer.key("order_qty").number(terms.quantity.decimal());
    if (const auto limit = limit_of(terms)) writer.key("limit_price").number(limit->decimal());
    if (const auto trigger = trigger_of(terms)) {
        writer.key("triggers").begin_object().key("reference").text("last");
        writer.key("price").number(trigger->decimal());
        writer.key("price_type").text("static").end_object();
    }
    if (has_time_in_force(terms)) {
        writer.key("time_in_force").text(to_string(terms.time_in_force));
        if (terms.time_in_force == TimeInForce::GoodTillDate) {
            writer.key("expire_time").text(tapedeck::to_string(terms.valid_until));
        }
    }
    if (terms.post_only) writer.key("post_only").flag(true);
    writer.key("cl_ord_id").text(order.client_order_id);
}

}  // namespace

std::string encode_subscribe_executions(Asking asking, bool with_fills) {
    auto writer = begin("subscribe");
    writer.key("channel").text("executions").key("snap_orders").flag(true);
    writer.key("snap_trades").flag(with_fills).key("order_status").flag(true);
    return end(writer, asking);
}

std::string encode_subscribe_balances(Asking asking) {
    auto writer = begin("subscribe");
    writer.key("channel").text("balances").key("snapshot").flag(true);
    return end(writer, asking);
}

std::string encode_add_order(const NewOrder& order, Asking asking) {
    auto writer = begin("add_order");
    writer.key("symbol").text(order.pair->symbol);
    write_terms(writer, order);
    write_deadline(writer, order.deadline);
    if (order.only_validate) writer.key("validate").flag(true);
    return end(writer, asking);
}

std::string encode_batch_add(const std::vector<NewOrder>& orders, Asking asking) {
    VERIFY(!orders.empty());
    auto writer = begin("batch_add");
    writer.key("symbol").text(orders.front().pair->symbol).key("orders").begin_array();
    for (const auto& order : orders) {
        VERIFY(order.pair->id == orders.front().pair->id);
        writer.begin_object();
        write_terms(writer, order);
        writer.end_object();
    }
    writer.end_array();
    write_deadline(writer, orders.front().deadline);
    if (orders.front().only_validate) writer.key("validate").flag(true);
    return end(writer, asking);
}

std::string encode_amend_order(const OrderAmend& amend, Asking asking) {
    auto writer = begin("amend_order");
    if (!amend.order.order_id.empty()) {
        writer.key("order_id").text(amend.order.order_id);
    } else {
        writer.key("cl_ord_id").text(amend.order.client_order_id);
    }
    if (amend.quantity) writer.key("order_qty").number(amend.quantity->decimal());
    if (amend.limit_price) writer.key("limit_price").number(amend.limit_price->decimal());
    if (amend.trigger_price) writer.key("trigger_price").number(amend.trigger_price->decimal());
    if (amend.post_only) writer.key("post_only").flag(true);
    write_deadline(writer, amend.deadline);
    return end(writer, asking);
}

std::string encode_cancel_order(const std::vector<OrderRef>& orders, Asking asking) {
    auto writer = begin("cancel_order");
    const auto write_names = [&](const char* key, bool by_venue) {
        bool is_begun = false;
        for (const auto& order : orders) {
            if (order.order_id.empty() == by_venue) continue;
            if (!is_begun) writer.key(key).begin_array();
            is_begun = true;
            writer.text(by_venue ? order.order_id : order.client_order_id);
        }
        if (is_begun) writer.end_array();
    };
    write_names("order_id", true);
    write_names("cl_ord_id", false);
    return end(writer, asking);
}

std::string encode_cancel_all(Asking asking) {
    auto writer = begin("cancel_all");
    return end(writer, asking);
}

std::string encode_cancel_all_orders_after(Duration timeout, Asking asking) {
    VERIFY(timeout >= Duration{});
    auto writer = begin("cancel_all_orders_after");
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    writer.key("timeout").number(static_cast<std::uint64_t>(seconds));
    return end(writer, asking);
}

}  // namespace tapedeck::kraken
