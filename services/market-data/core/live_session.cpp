#include "market-data/core/live_session.h"

#include "events/print.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tapedeck::market_data {

namespace {

constexpr std::size_t kRawMax = 1024;

SourcedEvent rejected(const SourcedEvent& sourced, std::string reason, const std::string& feed) {
    std::string raw = to_json(sourced.event);
    if (raw.size() > kRawMax) raw.resize(kRawMax);
    return {
        MarketDataRejected{instrument_of(sourced.event), std::move(reason), feed, std::move(raw)},
        sourced.origin};
}

}  // namespace

LiveSession::LiveSession(
    std::unique_ptr<MarketFeed> feed, const Marks& marks, const Options& options)
    : feed_(std::move(feed)), marks_(marks), options_(options), watch_(options.stale_after) {}

Result<std::vector<Note>> LiveSession::poll(const Moment& now) {
    News news = TRY(feed_->poll(now));
    std::vector<SourcedEvent> events;
    if (!std::exchange(opened_, true)) {
        events.push_back({FeedStarted{feed_->name(), feed_->source()}, happened(now.wall)});
        for (const auto& instrument : options_.instruments) watch_.expect(instrument, now.wall);
    }
    for (auto& sourced : news.events) take(std::move(sourced), events);
    release_quotes(now.monotonic, events);
    Step step = watch_.apply({now.wall, std::move(events)});
    queue(std::move(step.events), now.wall);
    return std::move(news.notes);
}

void LiveSession::take(SourcedEvent sourced, std::vector<SourcedEvent>& out) {
    if (sourced.event.as<CandleClosed>() != nullptr) {
        take_candle(std::move(sourced), out);
    } else if (sourced.event.as<TradePrinted>() != nullptr) {
        take_trade(std::move(sourced), out);
    } else if (sourced.event.as<QuoteChanged>() != nullptr) {
        take_quote(std::move(sourced), out);
    } else {
        out.push_back(std::move(sourced));
    }
}

/// A candle that was said before is no fault: history and the stream overlap after each connection.
void LiveSession::take_candle(SourcedEvent sourced, std::vector<SourcedEvent>& out) {
    const CandleClosed& candle = *sourced.event.as<CandleClosed>();
    const auto key = std::pair(candle.instrument, candle.interval);
    const auto [entry, is_first] = candles_.try_emplace(key);
    if (is_first) entry->second = marks_.last_candle(candle.instrument, candle.interval);
    if (candle.open_time <= entry->second) return;
    std::string reason = contradiction(candle);
    if (reason.empty() && candle.interval > Duration::zero()) {
        const Place place = BarSequence(candle.interval).place(candle.open_time);
        reason = describe(place.fault, candle.open_time, candle.interval);
    }
    if (!reason.empty()) {
        out.push_back(rejected(sourced, std::move(reason), feed_->name()));
        return;
    }
    entry->second = candle.open_time;
    out.push_back(std::move(sourced));
}

void LiveSession::take_trade(SourcedEvent sourced, std::vector<SourcedEvent>& out) {
    const TradePrinted& trade = *sourced.event.as<TradePrinted>();
    const auto [entry, is_first] = trades_.try_emplace(trade.instrument);
    if (is_first) entry->second = marks_.last_trade(trade.instrument);
    const std::uint64_t number = trade_number(trade.trade_id);
    if (number != 0 && number <= entry->second) return;
    std::string reason = contradiction(trade);
    if (!reason.empty()) {
        out.push_back(rejected(sourced, std::move(reason), feed_->name()));
        return;
    }
    if (number != 0) entry->second = number;
    out.push_back(std::move(sourced));
}

void LiveSession::take_quote(SourcedEvent sourced, std::vector<SourcedEvent>& out) {
    const QuoteChanged& quote = *sourced.event.as<QuoteChanged>();
    std::string reason = contradiction(quote);
    if (!reason.empty()) {
        out.push_back(rejected(sourced, std::move(reason), feed_->name()));
        return;
    }
    quotes_[quote.instrument].held = std::move(sourced);
}

void LiveSession::release_quotes(Duration now, std::vector<SourcedEvent>& out) {
    for (auto& [instrument, quotes] : quotes_) {
        if (!quotes.held) continue;
        if (quotes.was_said && now - quotes.said_at < options_.quote_interval) continue;
        quotes.was_said = true;
        quotes.said_at = now;
        out.push_back(*std::exchange(quotes.held, std::nullopt));
    }
}

/// Where the tape takes nothing for long, memory must not grow: quotes are out of date anyway, and
/// of the trades that are left out the tape says so as soon as there is room.
void LiveSession::queue(std::vector<SourcedEvent> events, Time now) {
    for (auto& sourced : events) {
        const Instrument instrument = instrument_of(sourced.event);
        const bool is_full = waiting_.size() >= options_.waiting_max;
        const bool is_quote = sourced.event.as<QuoteChanged>() != nullptr;
        const bool is_trade = sourced.event.as<TradePrinted>() != nullptr;
        if (is_full && is_quote) continue;
        if (is_full && is_trade) {
            dropped_since_.try_emplace(instrument, sourced.origin.happened_at);
            continue;
        }
        const auto dropped = dropped_since_.find(instrument);
        if (dropped != dropped_since_.end() && (is_trade || is_quote)) {
            waiting_.push_back(
                {MarketDataGap{instrument, dropped->second, now, GapReason::Conflated, 0},
                 happened(now)});
            dropped_since_.erase(dropped);
        }
        waiting_.push_back(std::move(sourced));
    }
}

}  // namespace tapedeck::market_data
