#pragma once

#include "venues/kraken/public_messages.h"
#include "venues/kraken/rest.h"
#include "venues/kraken/symbols.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Public REST: history, and what the WebSocket says where it is down. Readers take the `result` of
/// read_envelope. Source: Kraken's documentation, "Spot REST: Market Data".
namespace tapedeck::kraken {

RestRequest system_status_request();
RestRequest assets_request();
RestRequest asset_pairs_request();

/// Any number of pairs at once; none = all that there are. One that Kraken doesn't know may fail
/// them all: name only what Symbols has.
RestRequest ticker_request(const std::vector<const Pair*>& pairs);

/// At most 720 candles, the newest; older ones than those are never served. `interval` is one of 1,
/// 5, 15, 30, 60, 240, 1440, 10080 and 21600 minutes.
RestRequest ohlc_request(const Pair& pair, Duration interval, std::optional<Time> since);

/// At most `count` (1 to 1000) trades after `since`: the `next` of the answer before, or empty for
/// the newest.
RestRequest trades_request(const Pair& pair, std::string_view since, unsigned count);

/// `levels` of each side, 1 to 500.
RestRequest depth_request(const Pair& pair, unsigned levels);

Result<SystemStatus> read_system_status(json::Value result);

struct TickersAnswer {
    std::vector<TickerUpdate> tickers;  ///< without a time: the answer has none
    std::vector<std::string> unknown;   ///< pair ids that Symbols doesn't have
    std::vector<std::string> skipped;   ///< why, for each ticker that can't be read
};

Result<TickersAnswer> read_tickers(json::Value result, const Symbols& symbols);

struct CandlesAnswer {
    std::vector<CandleClosed> closed;     ///< ascending
    std::optional<CandleClosed> forming;  ///< the last row, which still changes
};

/// `interval` is what was asked for; the answer doesn't say.
Result<CandlesAnswer> read_ohlc(json::Value result, const Symbols& symbols, Duration interval);

struct TradesAnswer {
    std::vector<PublicTrade> trades;  ///< oldest first
    std::string next;                 ///< for the `since` of the request that goes on from here
};

Result<TradesAnswer> read_trades(json::Value result, const Symbols& symbols);

/// A book at one moment. It has no checksum and is cut to 5 and 3 decimals: to be looked at.
struct DepthAnswer {
    struct Level {
        Price price;
        Quantity quantity;
    };

    Instrument instrument;
    std::vector<Level> bids;  ///< best first
    std::vector<Level> asks;
};

Result<DepthAnswer> read_depth(json::Value result, const Symbols& symbols);

}  // namespace tapedeck::kraken
