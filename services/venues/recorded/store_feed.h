#pragma once

#include "market-data/core/feed.h"
#include "market-data/core/quality.h"
#include "market-data/core/settings.h"
#include "venues/recorded/series_reader.h"
#include "venues/recorded/turns.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::recorded {

/// Series of the store as a feed: the steps that RecordedFeed would give of the files that were
/// imported, without what was rejected then. Rows of one moment are one step, series in the given
/// order.
///
/// Each event's source key is "<series>:<row>", the series counted from 1 in the order of source(),
/// the row in its file.
class StoreFeed final : public market_data::Feed {
public:
    /// Takes settings.files, all of which are "store:…", and settings.store. Errors name the
    /// selection, what the store has instead, and the fix.
    static Result<std::unique_ptr<StoreFeed>> open(const market_data::FeedSettings& settings);

    Result<std::optional<market_data::Step>> next() override;

    std::string name() const override { return "recorded"; }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override { return listed_; }

    /// Walks.
    Result<> skip_to(Time time) override;

    market_data::FeedCounts counts() const override { return {records_, 0}; }

    std::optional<market_data::Progress> progress() const override;

    /// Instruments of which trades were asked for, but no candles of this interval.
    std::vector<Instrument> without_candles(Duration interval) const;

private:
    struct Source {
        SeriesReader reader;
        std::optional<market_data::BarSequence> bars;  // none for trades
    };

    explicit StoreFeed(const market_data::FeedSettings& settings) : settings_(settings) {}

    Result<> add(const Selection& selection);
    Result<> list_instruments();
    void make_step(market_data::Step& step);
    void take(std::size_t index, market_data::Step& step);
    void advance(std::size_t index);

    market_data::FeedSettings settings_;
    std::vector<Source> sources_;
    std::vector<InstrumentListed> listed_;
    Turns turns_;
    std::optional<Time> end_;  // nothing after it
    std::optional<Error> error_;
    std::uint64_t records_ = 0;
};

}  // namespace tapedeck::recorded
