#pragma once

#include "venues/kraken/symbols.h"

/// Answers as Kraken's documentation shows them, cut to what is read. For tests.
namespace tapedeck::kraken::testing {

inline constexpr std::string_view kAssets = R"({
  "XXBT":{"aclass":"currency","altname":"XBT","decimals":10,"display_decimals":5,
          "collateral_value":1,"status":"enabled"},
  "XXDG":{"aclass":"currency","altname":"XDG","decimals":8,"display_decimals":2},
  "XETH":{"aclass":"currency","altname":"ETH","decimals":10,"display_decimals":5},
  "USDT":{"aclass":"currency","altname":"USDT","decimals":8,"display_decimals":4},
  "ZEUR":{"aclass":"currency","altname":"EUR","decimals":4,"display_decimals":2},
  "ZUSD":{"aclass":"currency","altname":"USD","decimals":4,"display_decimals":2}})";

inline constexpr std::string_view kPairs = R"({
  "XBTUSDT":{"altname":"XBTUSDT","wsname":"XBT/USDT","aclass_base":"currency","base":"XXBT",
    "aclass_quote":"currency","quote":"USDT","lot":"unit","cost_decimals":5,"pair_decimals":1,
    "lot_decimals":8,"lot_multiplier":1,"leverage_buy":[2,3],"leverage_sell":[2,3],
    "fees":[[0,0.4],[10000,0.35],[50000,0.24]],"fees_maker":[[0,0.25],[10000,0.2],[50000,0.14]],
    "fee_volume_currency":"ZUSD","margin_call":80,"margin_stop":40,"ordermin":"0.00005",
    "costmin":"0.5","tick_size":"0.1","status":"online"},
  "XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT","quote":"ZUSD",
    "cost_decimals":5,"pair_decimals":1,"lot_decimals":8,"lot_multiplier":1,
    "ordermin":"0.00005","costmin":"0.5","tick_size":"0.1","status":"online"},
  "XDGEUR":{"altname":"XDGEUR","wsname":"XDG/EUR","base":"XXDG","quote":"ZEUR",
    "cost_decimals":5,"pair_decimals":7,"lot_decimals":8,"lot_multiplier":1,
    "ordermin":"20","costmin":"0.45","tick_size":"0.0000001","status":"cancel_only"}})";

/// The three pairs above.
inline Symbols symbols() {
    const auto assets = json::Document::parse(kAssets);
    const auto pairs = json::Document::parse(kPairs);
    return Symbols::read(assets.value().root(), pairs.value().root()).value();
}

}  // namespace tapedeck::kraken::testing
