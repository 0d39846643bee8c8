#pragma once

#include "events/risk.h"
#include "venues/kraken/symbols.h"

#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::kraken {

/// Why an order isn't sent: the venue would refuse it, and its refusal costs points.
struct Refusal {
    std::string_view code;  ///< stable, as in OrderRejected
    std::string text;       ///< one sentence with the numbers
};

/// What the pair's rules say about an order, before anything is sent. `reference` is the price that
/// a market or stop order will about trade at; without one its value isn't checked. Source of the
/// rules: AssetPairs (tick_size, pair_decimals, lot_decimals, ordermin, costmin, status) and
/// AddOrder of Kraken's REST documentation.
std::optional<Refusal> refusal_of(
    const Pair& pair, const OrderTerms& terms, std::optional<Price> reference);

}  // namespace tapedeck::kraken
