#include "market-data/shell/make_feed.h"

#include "market-data/core/candle_builder.h"
#include "market-data/core/session.h"
#include "market-data/core/settings.h"
#include "market-data/shell/tape_feed.h"
#include "venues/recorded/recorded_feed.h"
#include "venues/synthetic/synthetic_feed.h"

#include <utility>

namespace tapedeck::market_data {

namespace {

Result<std::unique_ptr<Feed>> recorded_feed(const FeedSettings& settings) {
    auto recorded = TRY(recorded::RecordedFeed::open(settings));
    if (settings.build_candles == Duration::zero())
        return std::unique_ptr<Feed>(std::move(recorded));
    const auto built = recorded->without_candles(settings.build_candles);
    if (built.empty()) return std::unique_ptr<Feed>(std::move(recorded));
    return std::make_unique<CandleFeed>(std::move(recorded), settings.build_candles, built);
}

Result<std::unique_ptr<Feed>> tape_feed(const FeedSettings& settings) {
    if (settings.files.size() > 1) {
        return fail(
            "market-data.files: a tape (" + settings.files[0] +
                ") cannot be mixed with other files: name it alone",
            ExitCode::Configuration);
    }
    return std::unique_ptr<Feed>(TRY(TapeFeed::open(settings.files[0], settings.start)));
}

Result<std::unique_ptr<Feed>> data_feed(const FeedSettings& settings) {
    if (settings.source == Source::Recorded && TapeFeed::is_tape(settings.files[0])) {
        return tape_feed(settings);
    }
    if (settings.source == Source::Recorded) return recorded_feed(settings);
    return std::make_unique<synthetic::SyntheticFeed>(settings);
}

}  // namespace

Result<std::unique_ptr<Feed>> make_feed(const Settings& settings) {
    const FeedSettings wanted = TRY(parse(settings));
    // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): it cannot follow expected's union
    auto data = TRY(data_feed(wanted));
    return std::make_unique<Session>(std::move(data), wanted.stale_after);
}

// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace tapedeck::market_data
