#pragma once

#include "market-data/core/feed.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tapedeck::market_data {

/// Makes the candles of one instrument from its trades. Candles are aligned to UTC: one of interval
/// i opens at a multiple of i since 1970 and holds the trades of [open, open + i).
///
/// An interval without a trade gives no candle, as in the venues' own archives, and that is no gap:
/// nothing is missing, nothing happened. So the trades that come first after a quiet hour make the
/// next candle, and whoever needs a bar for every minute repeats the last close.
class CandleBuilder {
public:
    /// The interval must be positive.
    CandleBuilder(Instrument instrument, Duration interval);

    /// A trade at `time`. Trades come in order of time, and finish() is called up to `time` before.
    void add(Time time, Price price, Quantity quantity);

    /// When the open candle closes; nullopt while there is none.
    std::optional<Time> closes_at() const;

    /// The candle that has closed at or before `now`, if there is one.
    std::optional<CandleClosed> finish(Time now);

    /// Forgets the open candle.
    void clear() { candle_.reset(); }

private:
    Instrument instrument_;
    Duration interval_;
    std::optional<CandleClosed> candle_;
};

/// A feed with candles built from its trades, for data that has trades only. Each candle is given
/// at its close, in a step of its own where the feed has none at that moment. Instruments that
/// bring candles of that interval with them are better not built again: `built` says for which to.
class CandleFeed final : public Feed {
public:
    CandleFeed(std::unique_ptr<Feed> feed, Duration interval, const std::vector<Instrument>& built);

    Result<std::optional<Step>> next() override;

    std::string name() const override { return feed_->name(); }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override { return feed_->instruments(); }

    Result<> skip_to(Time time) override;

    FeedCounts counts() const override;

    std::optional<Progress> progress() const override { return feed_->progress(); }

private:
    /// What closes at `time` or before, sorted by instrument.
    std::vector<SourcedEvent> finish(Time time);
    Time first_close() const;
    Result<> look_ahead();

    std::unique_ptr<Feed> feed_;
    Duration interval_;
    std::map<Instrument, CandleBuilder> builders_;
    std::optional<Step> ahead_;  // read but not yet given
    std::uint64_t built_ = 0;
};

}  // namespace tapedeck::market_data
