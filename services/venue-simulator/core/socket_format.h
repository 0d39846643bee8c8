#pragma once

#include "venue-simulator/core/book.h"
#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/history.h"
#include "venue-simulator/core/json.h"
#include "venue-simulator/core/order.h"

#include <string>
#include <vector>

/// Messages of WebSocket v2: numbers are bare literals of fixed places.
namespace tapedeck::venue_simulator {

/// Of the best ten of each side, asks first.
std::uint32_t book_checksum(
    PairId pair, const std::vector<BookLevel>& bids, const std::vector<BookLevel>& asks);

/// Levels to be set; a quantity of zero takes one away.
struct BookChange {
    std::vector<BookLevel> bids{};
    std::vector<BookLevel> asks{};
};

/// What makes `after` of `before` for a client that cuts off what is beyond its depth: nothing is
/// said about levels that were pushed out.
std::vector<BookLevel> book_difference(
    const std::vector<BookLevel>& before, const std::vector<BookLevel>& after, std::size_t depth);

/// {"symbol":…,"bids":[…],"asks":[…],"checksum":…,"timestamp":…}
std::string book_json(PairId pair, const BookChange& change, std::uint32_t checksum, Time now);

std::string socket_trade_json(const PublicTrade& trade);
std::string socket_candle_json(PairId pair, std::int64_t minutes, const Candle& candle);
std::string socket_ticker_json(
    PairId pair, const Exchange& exchange, const DayFigures& day, Time now);
std::string instruments_json(const Exchange& exchange);

/// All that is known of an open order: how a stream begins.
std::string snapshot_json(const Order& order);
/// A trade of before the stream began.
std::string snapshot_json(const Trade& trade, const Order* order);
std::string execution_json(const Execution& execution, Decimal fee_usd);

std::string balance_json(AssetId asset, Decimal balance);
std::string booked_json(const LedgerRow& row);

/// {"channel":"book","type":"update","data":…}
std::string channel_message(
    const std::string& channel,
    const std::string& type,
    const std::string& data,
    const std::vector<std::pair<std::string, std::string>>& more = {});

/// Shortest; in powers of ten below 0.0001, as "1e-08".
std::string increment_text(Decimal value);

}  // namespace tapedeck::venue_simulator
