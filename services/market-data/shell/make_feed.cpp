#include "market-data/shell/make_feed.h"

#include "market-data/core/candle_builder.h"
#include "market-data/core/session.h"
#include "market-data/core/settings.h"
#include "market-data/shell/tape_feed.h"
#include "venues/recorded/recorded_feed.h"
#include "venues/recorded/store_feed.h"
#include "venues/synthetic/synthetic_feed.h"

#include <algorithm>
#include <utility>

namespace tapedeck::market_data {

namespace {

/// A feed of what was recorded, with candles where it has trades alone.
template <class Recorded>
Result<std::unique_ptr<Feed>> with_candles(const FeedSettings& settings) {
    auto recorded = TRY(Recorded::open(settings));
    if (settings.build_candles == Duration::zero())
        return std::unique_ptr<Feed>(std::move(recorded));
    const auto built = recorded->without_candles(settings.build_candles);
    if (built.empty()) return std::unique_ptr<Feed>(std::move(recorded));
    return std::make_unique<CandleFeed>(std::move(recorded), settings.build_candles, built);
}

Result<std::unique_ptr<Feed>> recorded_feed(const FeedSettings& settings) {
    const auto stored =
        std::count_if(settings.files.begin(), settings.files.end(), [](const std::string& text) {
            return recorded::names_store(text);
        });
    if (stored == 0) return with_candles<recorded::RecordedFeed>(settings);
    if (static_cast<std::size_t>(stored) == settings.files.size()) {
        return with_candles<recorded::StoreFeed>(settings);
    }
    return fail(
        "market-data.files: names series of the store and files beside them; import the files "
        "first (tapedeck data import FILE…) and name their series",
        ExitCode::Configuration);
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
