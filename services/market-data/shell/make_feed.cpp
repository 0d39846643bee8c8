#include "market-data/shell/make_feed.h"

#include "market-data/core/candle_builder.h"
#include "market-data/core/session.h"
#include "market-data/core/settings.h"
#include "venues/recorded/recorded_feed.h"
#include "venues/synthetic/synthetic_feed.h"

#include <utility>

namespace tapedeck::market_data {

namespace {

Result<std::unique_ptr<Feed>> recorded_feed(const FeedSettings& settings) {
    auto recorded = TRY(recorded::RecordedFeed::open(settings));
    std::vector<Instrument> built;
    if (settings.build_candles > Duration::zero()) {
        built = recorded->without_candles(settings.build_candles);
    }
    std::unique_ptr<Feed> feed = std::move(recorded);
    if (!built.empty()) {
        feed =
            std::make_unique<CandleFeed>(std::move(feed), settings.build_candles, std::move(built));
    }
    return feed;
}

}  // namespace

Result<std::unique_ptr<Feed>> make_feed(const Settings& settings) {
    const FeedSettings wanted = TRY(parse(settings));
    std::unique_ptr<Feed> data;
    if (wanted.source == Source::Recorded) {
        data = TRY(recorded_feed(wanted));
    } else {
        data = std::make_unique<synthetic::SyntheticFeed>(wanted);
    }
    std::unique_ptr<Feed> session = std::make_unique<Session>(std::move(data), wanted.stale_after);
    return session;
}

}  // namespace tapedeck::market_data
