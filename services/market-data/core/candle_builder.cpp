#include "market-data/core/candle_builder.h"

#include "base/verify.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tapedeck::market_data {

CandleBuilder::CandleBuilder(Instrument instrument, Duration interval)
    : instrument_(instrument), interval_(interval) {
    VERIFY(interval > Duration::zero());
}

void CandleBuilder::add(Time time, Price price, Quantity quantity) {
    if (!candle_) {
        const auto since_open = time.time_since_epoch() % interval_;
        candle_ = CandleClosed{
            .instrument = instrument_,
            .interval = interval_,
            .open_time = time - since_open,
            .open = price,
            .high = price,
            .low = price,
            .close = price,
            .volume = quantity,
            .trades = 1};
        return;
    }
    VERIFY(time < candle_->close_time());
    candle_->high = std::max(candle_->high, price);
    candle_->low = std::min(candle_->low, price);
    candle_->close = price;
    candle_->volume += quantity;
    candle_->trades = *candle_->trades + 1;
}

std::optional<Time> CandleBuilder::closes_at() const {
    if (!candle_) return std::nullopt;
    return candle_->close_time();
}

std::optional<CandleClosed> CandleBuilder::finish(Time now) {
    if (!candle_ || now < candle_->close_time()) return std::nullopt;
    return std::exchange(candle_, std::nullopt);
}

CandleFeed::CandleFeed(
    std::unique_ptr<Feed> feed, Duration interval, const std::vector<Instrument>& built)
    : feed_(std::move(feed)), interval_(interval) {
    for (const auto& instrument : built) {
        builders_.try_emplace(instrument, instrument, interval);
    }
}

Result<std::optional<Step>> CandleFeed::next() {
    TRY(look_ahead());
    if (!ahead_) return std::optional<Step>{};
    const Time close = first_close();
    if (close < ahead_->time) return Step{close, finish(close)};
    Step step = std::move(*ahead_);
    ahead_.reset();
    // A trade at the very moment of a close belongs to the next candle: the close comes first.
    auto closed = finish(step.time);
    for (const auto& [event, _] : step.events) {
        const auto* trade = event.as<TradePrinted>();
        if (trade == nullptr) continue;
        const auto found = builders_.find(trade->instrument);
        if (found == builders_.end()) continue;
        found->second.add(step.time, trade->price, trade->quantity);
    }
    if (!closed.empty()) {
        step.events.insert(
            step.events.begin(),
            std::make_move_iterator(closed.begin()),
            std::make_move_iterator(closed.end()));
    }
    return step;
}

std::string CandleFeed::source() const {
    return feed_->source() + "; candles of " + to_string(interval_) + " built from trades";
}

Result<> CandleFeed::skip_to(Time time) {
    while (true) {
        TRY(look_ahead());
        if (!ahead_ || std::min(ahead_->time, first_close()) > time) return {};
        TRY(next());
    }
}

FeedCounts CandleFeed::counts() const {
    FeedCounts counts = feed_->counts();
    counts.records += built_;
    return counts;
}

std::vector<SourcedEvent> CandleFeed::finish(Time time) {
    std::vector<SourcedEvent> closed;
    for (auto& [_, builder] : builders_) {
        if (auto candle = builder.finish(time)) {
            const Time close = candle->close_time();
            closed.push_back({*candle, happened(close)});
            ++built_;
        }
    }
    return closed;
}

Time CandleFeed::first_close() const {
    Time first = Time::max();
    for (const auto& [_, builder] : builders_) {
        first = std::min(first, builder.closes_at().value_or(Time::max()));
    }
    return first;
}

Result<> CandleFeed::look_ahead() {
    if (!ahead_) ahead_ = TRY(feed_->next());
    return {};
}

}  // namespace tapedeck::market_data
