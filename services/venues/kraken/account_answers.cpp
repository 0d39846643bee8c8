#include "base/overloaded.h"
#include "venues/kraken/account.h"
#include "venues/kraken/rest_trading.h"

#include <utility>

// What answers to our own requests say: orders, amendments, cancellations, queries.
namespace tapedeck::kraken {

namespace {

/// Where a pair's spelling is all that is missing, orders of ours don't need it: their intent says.
const Symbols& no_symbols() {
    static const Symbols kNone;
    return kNone;
}

VenueError unreadable(std::string text) {
    return VenueError(Error{std::move(text)});
}

}  // namespace

/// An answer by the WebSocket.
void AccountBooks::read_answer(const VenueMessageReceived& message) {
    const auto decoded = decode_private(document_, message.text);
    if (!decoded) return take_refusal(message.about, unreadable(decoded.error().message));
    std::visit(
        overloaded{
            [&](const RequestAnswered& answer) {
                if (answer.error) return take_refusal(message.about, *answer.error);
                const bool has_order = !answer.orders.empty() && answer.orders.front();
                take_done(message.about, has_order ? answer.orders.front()->order_id : "");
            },
            [&](const RequestFailed& failed) {
                take_refusal(message.about, classify(failed.error));
            },
            [](const auto&) {}},
        *decoded);
}

/// An answer by REST, which has its envelope.
void AccountBooks::read_rest_answer(const VenueMessageReceived& message) {
    const auto result = read_envelope(document_, message.status, message.text);
    if (!result) return take_refusal(message.about, result.error());
    if (message.channel != "AddOrder") return take_done(message.about, {});
    const auto added = read_added(result->value);
    // It was carried out, and nobody can read under which name.
    if (!added) return take_refusal(message.about, unreadable(added.error().message));
    take_done(message.about, added->empty() ? "" : added->front());
}

/// The venue said no, or something that nobody understands. Only what proves that it did not do
/// what was asked says anything at all.
void AccountBooks::take_refusal(Seq about, const VenueError& error) {
    if (!error.proves_refusal) return;
    if (BookedOrder* const order = order_of(about)) {
        if (!order->legs.empty()) {
            // The stream has named it already: what exists was not refused.
            doubt("refused_but_there", venue_order_id_of(about), about, "accepted", error.code);
        } else if (!order->is_ended) {
            order->is_ended = true;
            ended_.push_back(about);
            say(OrderRejected{about, error.code, error.text, last_});
            retire();
        }
        return;
    }
    const auto* request = find_request(about);
    if (request == nullptr) return;
    if (request->kind == RequestKind::Cancel) {
        say(OrderCancelRejected{request->intent, error.code, last_});
    } else if (request->kind == RequestKind::Amend) {
        if (BookedOrder* const order = order_of(request->intent)) order->is_amending = false;
        say(OrderAmendRejected{request->intent, error.code, last_});
    }
}

/// The venue has done it. A cancellation's end and what was filled before it come by the stream or
/// by a query: the answer doesn't say them.
void AccountBooks::take_done(Seq about, const std::string& order_id) {
    if (BookedOrder* const order = order_of(about)) {
        // Checked and not placed, as asked: there never was an order.
        if (order_id.empty() && validates_ && order->legs.empty() && !order->is_ended) {
            order->is_ended = true;
            ended_.push_back(about);
            say(OrderRejected{about, "validated", "the venue would have placed it", last_});
            return retire();
        }
        accept(about, order_id);
        return;
    }
    const auto* request = find_request(about);
    if (request == nullptr || request->kind != RequestKind::Amend) return;
    const BookedOrder* const order = find(request->intent);
    // The stream was faster: that its word is the same is for it to say.
    if (order == nullptr || !order->is_amending) return;
    amend(request->intent, request->quantity, request->limit_price, request->trigger_price);
}

/// One answer of the set that a query is made of: the open orders under the client id, then the
/// closed ones, then fills that are missing. Absence takes both, from one set, whole.
void AccountBooks::read_query(const VenueMessageReceived& message, BookedRequest& query) {
    const auto result = read_envelope(document_, message.status, message.text);
    if (!result) return;  // a failed query is no answer
    if (query.set != message.attempt) {
        query.set = message.attempt;
        query.is_open_answered = false;
        query.was_found = false;
    }
    // The requests may change while facts are stated, this one doesn't.
    if (message.channel == "QueryTrades") {
        const auto trades = read_queried_trades(result->value, no_symbols());
        if (!trades) return;
        for (const auto& fill : trades->fills) told(fill);
    } else if (message.channel == "OpenOrders") {
        const auto answer = read_open_orders(result->value, no_symbols());
        if (!answer) return;
        for (const auto& order : answer->orders) {
            told(order);
            if (intent_of(order.order) != query.intent) continue;
            query.was_found = true;
        }
        query.is_open_answered = true;
        if (query.was_found) report_status(query, VenueOrderState::Open);
    } else if (message.channel == "ClosedOrders") {
        const auto answer = read_closed_orders(result->value, no_symbols());
        if (!answer) return;
        std::optional<VenueOrderState> end;
        for (const auto& order : answer->orders) {
            told(order);
            const bool is_it = intent_of(order.order) == query.intent;
            if (is_it && cancel_reason(order.reason) != "replaced") end = order.state;
            if (is_it) query.was_found = true;
        }
        const bool is_whole = answer->orders.size() >= answer->count;
        const BookedOrder* const order = find(query.intent);
        const bool is_alive = order != nullptr && order->is_alive();
        if (query.is_open_answered && end && !is_alive) report_status(query, *end);
        if (query.was_found || !query.is_open_answered || !is_whole) return;
        // What the stream has named is not absent, whatever REST still shows.
        const bool is_known = order != nullptr && !order->legs.empty();
        if (!is_known) report_status(query, VenueOrderState::Absent);
    }
}

void AccountBooks::report_status(BookedRequest& query, VenueOrderState state) {
    const BookedOrder* const order = find(query.intent);
    if (order == nullptr) return;
    query.is_answered = true;
    // REST is behind: the stream has told of the end.
    if (state == VenueOrderState::Open && !order->is_alive()) return;
    OrderStatusReported report;
    report.intent = query.intent;
    report.state = state;
    if (state != VenueOrderState::Absent) report.venue_order_id = venue_order_id_of(query.intent);
    report.filled = order->claimed();
    report.attempt = query.attempt;
    report.evidence = last_;
    say(std::move(report));
}

}  // namespace tapedeck::kraken
