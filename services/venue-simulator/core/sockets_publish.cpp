#include "venue-simulator/core/rest_format.h"
#include "venue-simulator/core/sockets.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

bool is_fill(const Execution& execution) {
    return execution.type == ExecutionType::Trade || execution.type == ExecutionType::Filled;
}

bool is_only_status(const Execution& execution) {
    return execution.type == ExecutionType::PendingNew ||
           execution.type == ExecutionType::Amended || execution.type == ExecutionType::Triggered;
}

}  // namespace

template <class Visit>
void Sockets::for_each(const std::string& channel, std::optional<PairId> pair, Visit&& visit) {
    for (auto& [id, socket] : sockets_) {
        for (auto& subscription : socket.subscriptions) {
            if (subscription.channel != channel || subscription.is_silent) continue;
            if (pair && subscription.pair != pair) continue;
            visit(id, subscription);
        }
    }
}

void Sockets::publish(const std::vector<ExchangeEvent>& events, Time now) {
    std::map<PairId, std::vector<PublicTrade>> trades;
    for (const auto& event : events) {
        if (const auto* execution = std::get_if<Execution>(&event)) {
            publish_execution(*execution, now);
        } else if (const auto* booked = std::get_if<Booked>(&event)) {
            publish_booked(*booked, now);
        } else if (const auto* trade = std::get_if<PublicTrade>(&event)) {
            trades[trade->pair].push_back(*trade);
        }
    }
    for (const auto& [pair, of_pair] : trades) publish_trades(pair, of_pair, now);
}

Decimal Sockets::fee_in_usd(const Order& order) const {
    const Decimal fee = order.terms.fee_in_base
                            ? times(order.fee, floor_.exchange.last_price(order.terms.pair))
                            : order.fee;
    return floor_.exchange.usd_of(pairs()[order.terms.pair].quote, fee);
}

void Sockets::publish_execution(const Execution& execution, Time now) {
    const Order& order = execution.order;
    for_each("executions", std::nullopt, [&](SocketId id, Subscription& to) {
        if (to.account != order.account) return;
        if (!to.all_statuses && is_only_status(execution)) return;
        const Occasion occasion{.channel = "executions", .pair = order.terms.pair, .key = to.key};
        if (is_fill(execution) && faults_.strike(Fault::NoFills, occasion)) return;
        std::string row = execution_json(execution, fee_in_usd(order));
        if (to.with_points) {
            const auto points = desk_.points(order.account, order.terms.pair).value(now);
            row.pop_back();
            row += ",\"ratecount\":" + std::to_string(points / DecayingCounter::kPoint) + "}";
        }
        send_private(id, to, "update", "[" + row + "]", now);
    });
}

void Sockets::publish_booked(const Booked& booked, Time now) {
    for_each("balances", std::nullopt, [&](SocketId id, Subscription& to) {
        if (to.account != booked.account) return;
        if (faults_.strike(Fault::NoFills, {.channel = "balances", .key = to.key})) return;
        send_private(id, to, "update", "[" + booked_json(booked.row) + "]", now);
    });
}

void Sockets::send_private(
    SocketId id, Subscription& to, const std::string& type, const std::string& data, Time now) {
    const std::string sequence = std::to_string(++to.sequence);
    send(
        id,
        {.text = channel_message(to.channel, type, data, {{"sequence", sequence}}),
         .channel = to.channel,
         .key = to.key},
        now);
}

void Sockets::publish_trades(PairId pair, const std::vector<PublicTrade>& trades, Time now) {
    Array rows;
    for (const auto& trade : trades) rows.raw(socket_trade_json(trade));
    const std::string message = channel_message("trade", "update", rows.take());
    for_each("trade", pair, [&](SocketId id, Subscription&) {
        send(id, {.text = message, .channel = "trade", .pair = pair}, now);
    });
    for_each("ohlc", pair, [&](SocketId id, Subscription& to) {
        const auto candle = floor_.history.last_candle(pair, to.interval);
        if (!candle) return;
        const std::string row = socket_candle_json(pair, to.interval, *candle);
        const std::string stamp = json_text(rfc3339_micros(now));
        send(
            id,
            {.text = channel_message("ohlc", "update", "[" + row + "]", {{"timestamp", stamp}}),
             .channel = "ohlc",
             .pair = pair},
            now);
    });
    for_each("ticker", pair, [&](SocketId id, Subscription& to) {
        if (!to.on_quotes) send_ticker(id, to, "update", now);
    });
}

void Sockets::send_ticker(SocketId id, const Subscription& to, const std::string& type, Time now) {
    const DayFigures day = floor_.history.last_24_hours(*to.pair, now);
    const std::string row = socket_ticker_json(*to.pair, floor_.exchange, day, now);
    send(
        id,
        {.text = channel_message("ticker", type, "[" + row + "]"),
         .channel = "ticker",
         .pair = to.pair},
        now);
}

Sockets::Tops Sockets::tops_of(PairId pair, std::size_t depth) const {
    const Book& book = floor_.exchange.book(pair);
    return {book.levels(Side::Buy, depth), book.levels(Side::Sell, depth)};
}

void Sockets::send_book(
    SocketId id,
    const Subscription& to,
    const std::string& type,
    const BookChange& change,
    Time now) {
    const Tops& tops = followed_.at({*to.pair, to.depth});
    std::uint32_t checksum = book_checksum(*to.pair, tops.bids, tops.asks);
    if (faults_.strike(Fault::BadChecksum, {.channel = "book", .pair = to.pair})) checksum ^= 1U;
    send(
        id,
        {.text =
             channel_message("book", type, "[" + book_json(*to.pair, change, checksum, now) + "]"),
         .channel = "book",
         .pair = to.pair},
        now);
}

void Sockets::publish_books(Time now) {
    std::map<std::pair<PairId, std::size_t>, BookChange> changes;
    for_each("book", std::nullopt, [&](SocketId, Subscription& to) {
        changes.try_emplace({*to.pair, to.depth});
    });
    for (auto& [key, change] : changes) {
        const Tops tops = tops_of(key.first, key.second);
        Tops& known = followed_[key];
        change.bids = book_difference(known.bids, tops.bids, key.second);
        change.asks = book_difference(known.asks, tops.asks, key.second);
        known = tops;
    }
    for_each("book", std::nullopt, [&](SocketId id, Subscription& to) {
        const BookChange& change = changes.at({*to.pair, to.depth});
        if (!change.bids.empty() || !change.asks.empty()) send_book(id, to, "update", change, now);
    });
    std::map<PairId, bool> moved;
    for_each("ticker", std::nullopt, [&](SocketId id, Subscription& to) {
        if (!to.on_quotes) return;
        const auto [entry, is_new] = moved.try_emplace(*to.pair, false);
        if (is_new) {
            const Tops tops = tops_of(*to.pair, 1);
            Tops& known = quoted_[*to.pair];
            entry->second = tops.bids != known.bids || tops.asks != known.asks;
            known = tops;
        }
        if (entry->second) send_ticker(id, to, "update", now);
    });
}

void Sockets::publish_modes(Time now) {
    for (const SocketId id : all()) {
        send(id, {.text = status_message(id), .channel = "status"}, now);
    }
    const std::string message =
        channel_message("instrument", "update", instruments_json(floor_.exchange));
    for_each("instrument", std::nullopt, [&](SocketId id, Subscription&) {
        send(id, {.text = message, .channel = "instrument"}, now);
    });
}

}  // namespace tapedeck::venue_simulator
