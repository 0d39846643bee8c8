#pragma once

#include "market-data/core/feed.h"

#include <cstdint>

namespace tapedeck::bench {

/// Minutes of one pair, the same every time: a ripple, or a slow wave.
struct MarketShape {
    std::size_t minutes = 0;
    /// From trough to trough. Every wave takes RSI and Bollinger past their levels twice; without
    /// one (0) the price goes up and down with every minute, and there is nothing to do.
    std::size_t wave = 0;
    std::size_t trades_a_minute = 0;  ///< printed before each candle
};

/// "bench:BTC/USD", from 2024-01-01 on.
class MadeMarket final : public market_data::Feed {
public:
    explicit MadeMarket(const MarketShape& shape) : shape_(shape) {}

    Result<std::optional<market_data::Step>> next() override;

    std::string name() const override { return "made"; }

    std::string source() const override { return "a wave"; }

    std::vector<InstrumentListed> instruments() const override;

    Result<> skip_to(Time time) override;

    market_data::FeedCounts counts() const override { return {at_, 0}; }

private:
    std::int64_t level(std::size_t minute) const;

    MarketShape shape_;
    std::size_t at_ = 0;
};

}  // namespace tapedeck::bench
