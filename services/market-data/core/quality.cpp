#include "market-data/core/quality.h"

#include "base/verify.h"

#include <algorithm>
#include <iterator>

namespace tapedeck::market_data {

namespace {

template <class T>
std::string compared(
    const char* name, const T& value, const char* relation, const char* other, const T& bound) {
    return std::string(name) + ' ' + value.to_string() + ' ' + relation + ' ' + other + ' ' +
           bound.to_string();
}

template <class T>
std::string alone(const char* name, const T& value, const char* fault) {
    return std::string(name) + ' ' + value.to_string() + ' ' + fault;
}

}  // namespace

std::string contradiction(const CandleClosed& candle) {
    const auto& [open, high, low, close] =
        std::tie(candle.open, candle.high, candle.low, candle.close);
    // With a positive low below the others all four are positive.
    if (!low.is_positive()) return alone("low", low, "is not positive");
    if (high < low) return compared("high", high, "is below", "low", low);
    if (high < open) return compared("high", high, "is below", "open", open);
    if (high < close) return compared("high", high, "is below", "close", close);
    if (low > open) return compared("low", low, "is above", "open", open);
    if (low > close) return compared("low", low, "is above", "close", close);
    if (candle.volume.is_negative()) return alone("volume", candle.volume, "is negative");
    return {};
}

std::string contradiction(const TradePrinted& trade) {
    if (!trade.price.is_positive()) return alone("price", trade.price, "is not positive");
    if (!trade.quantity.is_positive()) return alone("quantity", trade.quantity, "is not positive");
    return {};
}

std::string contradiction(const QuoteChanged& quote) {
    if (!quote.bid.is_positive()) return alone("bid", quote.bid, "is not positive");
    if (quote.bid > quote.ask) return compared("bid", quote.bid, "is above", "ask", quote.ask);
    if (quote.bid_quantity.is_negative()) {
        return alone("bid quantity", quote.bid_quantity, "is negative");
    }
    if (quote.ask_quantity.is_negative()) {
        return alone("ask quantity", quote.ask_quantity, "is negative");
    }
    return {};
}

// A week has no agreed first day, so only intervals that divide a day have a grid.
BarSequence::BarSequence(Duration interval) : interval_(interval) {
    VERIFY(interval > Duration::zero());
    has_grid_ = std::chrono::days(1) % interval == Duration::zero();
}

Place BarSequence::place(Time open_time) {
    if (has_grid_ && open_time.time_since_epoch() % interval_ != Duration::zero()) {
        return {Place::Fault::Misaligned, {}};
    }
    if (last_ && open_time == *last_) return {Place::Fault::Duplicate, {}};
    if (last_ && open_time < *last_) return {Place::Fault::Backwards, {}};
    Place result;
    if (last_ && open_time - *last_ > interval_) {
        const Time from = *last_ + interval_;
        // A last, shorter part of an interval is missing data too.
        const auto missing = (open_time - from + interval_ - Duration(1)) / interval_;
        result.hole = Hole{from, open_time, static_cast<std::uint64_t>(missing)};
    }
    last_ = open_time;
    return result;
}

std::string describe(Place::Fault fault, Time open_time, Duration interval) {
    const std::string opens = "opens at " + to_string(open_time) + ", ";
    switch (fault) {
        case Place::Fault::None: return {};
        case Place::Fault::Misaligned: return opens + "not on a multiple of " + to_string(interval);
        case Place::Fault::Duplicate: return opens + "as the one before does";
        case Place::Fault::Backwards: return opens + "earlier than the one before";
    }
    return {};
}

StalenessWatch::StalenessWatch(Duration stale_after) : stale_after_(stale_after) {
    VERIFY(stale_after > Duration::zero());
}

void StalenessWatch::expect(const Instrument& instrument, Time time) {
    watched_.try_emplace(instrument, Watched{time, {}});
    check_at_ = std::min(check_at_, time + stale_after_);
}

Step StalenessWatch::apply(Step step) {
    std::vector<SourcedEvent> said;
    for (const auto& [event, _] : step.events) hear(event, step.time, said);
    if (step.time > check_at_) find_silent(step.time, said);
    if (!said.empty()) {
        step.events.insert(
            step.events.begin(),
            std::make_move_iterator(said.begin()),
            std::make_move_iterator(said.end()));
    }
    return step;
}

Duration StalenessWatch::limit_of(const Watched& watched) const {
    return std::max(stale_after_, kCandlesPerLimit * watched.interval);
}

void StalenessWatch::hear(const Event& event, Time time, std::vector<SourcedEvent>& said) {
    Instrument instrument;
    Duration interval{};
    if (const auto* candle = event.as<CandleClosed>()) {
        instrument = candle->instrument;
        interval = candle->interval;
    } else if (const auto* trade = event.as<TradePrinted>()) {
        instrument = trade->instrument;
    } else if (const auto* quote = event.as<QuoteChanged>()) {
        instrument = quote->instrument;
    } else {
        return;
    }
    Watched& watched = watched_.try_emplace(instrument, Watched{time, interval}).first->second;
    if (watched.stale) {
        said.push_back({FeedRestored{instrument, watched.last_at}, happened(time)});
        watched.stale = false;
    }
    watched.last_at = time;
    watched.interval = std::min(watched.interval, interval);
    check_at_ = std::min(check_at_, time + limit_of(watched));
}

void StalenessWatch::find_silent(Time time, std::vector<SourcedEvent>& said) {
    check_at_ = Time::max();
    for (auto& [instrument, watched] : watched_) {
        if (watched.stale) continue;
        const Duration limit = limit_of(watched);
        if (time - watched.last_at > limit) {
            watched.stale = true;
            said.push_back({FeedStale{instrument, watched.last_at, limit}, happened(time)});
        } else {
            check_at_ = std::min(check_at_, watched.last_at + limit);
        }
    }
}

}  // namespace tapedeck::market_data
