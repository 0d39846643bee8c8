#pragma once

#include "base/settings.h"
#include "market-data/core/feed.h"

#include <memory>

namespace tapedeck::market_data {

/// The feed that the configuration asks for, complete: data, candles built where there are only
/// trades, staleness, FeedStarted, InstrumentListed and FeedEnded. Takes full keys
/// ("market-data.feed"). Recorded files are opened here and read once for their checksums. Errors
/// name the key or the file, and the fix.
Result<std::unique_ptr<Feed>> make_feed(const Settings& settings);

}  // namespace tapedeck::market_data
