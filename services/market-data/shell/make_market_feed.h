#pragma once

#include "base/settings.h"
#include "market-data/core/market_feed.h"
#include "market-data/core/settings.h"
#include "net/answer_cache.h"

#include <memory>

namespace tapedeck::market_data {

/// The live feed that the settings name, over the network. `seed` spreads reconnects of many;
/// `cache` may be none, and outlives the feed.
/// Errors: the configuration, or a certificate file that cannot be read.
Result<std::unique_ptr<MarketFeed>> make_market_feed(
    const Settings& settings,
    const FeedSettings& wanted,
    std::uint64_t seed,
    net::AnswerCache* cache);

}  // namespace tapedeck::market_data
