#pragma once

#include "base/decimal.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is traded here. The precisions are those of the venue that is played; the prices are made
/// up.
namespace tapedeck::venue_simulator {

using AssetId = std::size_t;  ///< index into assets()
using PairId = std::size_t;   ///< index into pairs()

struct Asset {
    std::string id{};       ///< "XXBT": key of REST answers
    std::string altname{};  ///< "XBT"
    std::string code{};     ///< "BTC": what the WebSocket says
    unsigned decimals = 8;
    unsigned display_decimals = 5;
};

struct Pair {
    std::string id{};       ///< "XXBTZUSD": key of REST answers
    std::string altname{};  ///< "XBTUSD": in the text of orders
    std::string wsname{};   ///< "XBT/USD": what AssetPairs says
    std::string symbol{};   ///< "BTC/USD": what the WebSocket says
    AssetId base = 0;
    AssetId quote = 0;
    unsigned price_decimals = 1;
    unsigned cost_decimals = 5;
    Decimal order_min{};
    Decimal cost_min{};
    Decimal tick{};
    Decimal start_price{};
};

constexpr unsigned kLotDecimals = 8;

const std::vector<Asset>& assets();
const std::vector<Pair>& pairs();

/// By id, altname or code, in any case.
std::optional<AssetId> find_asset(std::string_view name);
/// By id, altname, wsname or symbol, as REST takes them.
std::optional<PairId> find_pair(std::string_view name);
/// By symbol alone, as the WebSocket takes it.
std::optional<PairId> find_symbol(std::string_view symbol);

/// A rung of the fee ladder: from this 30-day volume (USD) on, this fraction of the cost.
struct FeeRung {
    Decimal volume{};
    Decimal taker{};  ///< 0.004 is 0.4 %
    Decimal maker{};
};

const std::vector<FeeRung>& fee_ladder();
/// The index of the rung for a 30-day volume.
std::size_t fee_rung(Decimal volume);

}  // namespace tapedeck::venue_simulator
