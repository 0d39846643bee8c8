#include "venue-simulator/core/history.h"

#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kServed = 720;
constexpr std::size_t kKept = 1500;  // more than a day of minutes
constexpr std::size_t kTradesMax = 5000;

Candle flat(Time opened, Decimal price) {
    return {.opened = opened, .open = price, .high = price, .low = price, .close = price};
}

}  // namespace

Decimal Candle::vwap() const {
    return over(turnover, volume);
}

History::History() : of_(pairs().size()) {}

std::optional<std::size_t> History::interval_index(std::int64_t minutes) {
    const auto* const found = std::find(kIntervals.begin(), kIntervals.end(), minutes);
    if (found == kIntervals.end()) return std::nullopt;
    return static_cast<std::size_t>(found - kIntervals.begin());
}

Time History::begin_of(Time moment, std::int64_t minutes) {
    const std::int64_t length = minutes * 60;
    return from_unix(unix_seconds(moment) / length * length);
}

void History::record(const PublicTrade& trade) {
    auto& trades = of_[trade.pair].trades;
    trades.push_back(trade);
    if (trades.size() > kTradesMax) trades.pop_front();
    add_to_candles(trade, trade.at);
}

void History::record_past(const PublicTrade& trade, Time now) {
    add_to_candles(trade, now);
}

void History::add_to_candles(const PublicTrade& trade, Time now) {
    const Decimal turnover = times(trade.price, trade.quantity);
    for (std::size_t i = 0; i < kIntervals.size(); ++i) {
        // Of minutes, a day and more: the day's figures are made of them.
        const std::size_t reach = i == 0 ? kKept : kServed;
        if (now - trade.at > std::chrono::minutes(kIntervals[i]) * reach) continue;
        auto& candles = of_[trade.pair].candles[i];
        const Time begin = begin_of(trade.at, kIntervals[i]);
        const Duration length = std::chrono::minutes(kIntervals[i]);
        // Gaps longer than what is kept needn't be filled one by one.
        if (!candles.empty() && begin - candles.back().opened > length * kKept) candles.clear();
        while (!candles.empty() && candles.back().opened + length < begin) {
            candles.push_back(flat(candles.back().opened + length, candles.back().close));
        }
        if (candles.empty() || candles.back().opened < begin) {
            candles.push_back(flat(begin, trade.price));
        }
        Candle& candle = candles.back();
        candle.high = std::max(candle.high, trade.price);
        candle.low = std::min(candle.low, trade.price);
        candle.close = trade.price;
        candle.volume = candle.volume + trade.quantity;
        candle.turnover = candle.turnover + turnover;
        ++candle.trades;
        while (candles.size() > kKept) candles.pop_front();
    }
}

std::vector<Candle> History::candles(PairId pair, std::int64_t minutes, Time now) const {
    const auto index = interval_index(minutes);
    if (!index) return {};
    const auto& kept = of_[pair].candles[*index];
    std::vector<Candle> result(kept.begin(), kept.end());
    const Duration length = std::chrono::minutes(minutes);
    const Time current = begin_of(now, minutes);
    for (std::size_t i = 0; i < kServed && !result.empty(); ++i) {
        if (result.back().opened >= current) break;
        result.push_back(flat(result.back().opened + length, result.back().close));
    }
    if (result.size() > kServed) {
        result.erase(result.begin(), result.end() - static_cast<std::ptrdiff_t>(kServed));
    }
    return result;
}

std::optional<Candle> History::last_candle(PairId pair, std::int64_t minutes) const {
    const auto index = interval_index(minutes);
    if (!index || of_[pair].candles[*index].empty()) return std::nullopt;
    return of_[pair].candles[*index].back();
}

DayFigures History::figures(PairId pair, Time since) const {
    const auto& minutes = of_[pair].candles[0];
    DayFigures sum;
    Decimal turnover;
    bool is_first = true;
    for (const auto& candle : minutes) {
        if (candle.opened < since) continue;
        if (is_first) {
            sum.open = candle.open;
            sum.low = candle.low;
            is_first = false;
        }
        sum.high = std::max(sum.high, candle.high);
        sum.low = std::min(sum.low, candle.low);
        sum.volume = sum.volume + candle.volume;
        turnover = turnover + candle.turnover;
        sum.trades += candle.trades;
    }
    sum.vwap = over(turnover, sum.volume);
    if (is_first && !minutes.empty()) {  // nothing since then: where it stood
        const Decimal stood = minutes.back().close;
        sum.open = sum.high = sum.low = sum.vwap = stood;
    }
    return sum;
}

DayFigures History::today(PairId pair, Time now) const {
    return figures(pair, std::chrono::floor<std::chrono::days>(now));
}

DayFigures History::last_24_hours(PairId pair, Time now) const {
    return figures(pair, now - std::chrono::hours(24));
}

}  // namespace tapedeck::venue_simulator
