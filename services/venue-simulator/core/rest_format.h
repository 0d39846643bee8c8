#pragma once

#include "venue-simulator/core/order.h"

#include <string>

/// Orders, trades and ledger rows as REST spells them.
namespace tapedeck::venue_simulator {

/// "buy 1.25000000 XBTUSD @ stop loss 55.0 -> limit 54.0"; of the pair's altname or its id.
std::string order_text(const OrderTerms& terms, const std::string& pair_name);

enum class WithTrades { No, Yes };

std::string order_json(const Order& order, WithTrades with_trades);
std::string trade_json(const Trade& trade, WithTrades with_ledgers);
std::string ledger_json(const LedgerRow& row);

/// Prices of trades and averages: five places, or the pair's if those are more.
std::string long_price(PairId pair, Decimal price);
/// Prices of orders and candles: the pair's own places.
std::string short_price(PairId pair, Decimal price);
std::string volume_text(Decimal volume);  ///< eight places

}  // namespace tapedeck::venue_simulator
