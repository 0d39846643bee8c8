#include "market-data/core/marks.h"

#include <algorithm>
#include <charconv>

namespace tapedeck::market_data {

namespace {

constexpr std::uint32_t kFormat = 1;

}  // namespace

std::uint64_t trade_number(std::string_view id) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    return error == std::errc{} && end == id.data() + id.size() ? number : 0;
}

void Marks::apply(const Recorded& recorded) {
    if (const auto* candle = recorded.event.as<CandleClosed>()) {
        Time& last = candles_[{candle->instrument, candle->interval}];
        last = std::max(last, candle->open_time);
    } else if (const auto* trade = recorded.event.as<TradePrinted>()) {
        std::uint64_t& last = trades_[trade->instrument];
        last = std::max(last, trade_number(trade->trade_id));
    }
}

void Marks::save(StateWriter& writer) const {
    writer(kFormat);
    writer(*this);
}

bool Marks::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kFormat) return false;
    archive(reader);
    return reader.ok();
}

Time Marks::last_candle(const Instrument& instrument, Duration interval) const {
    const auto found = candles_.find({instrument, interval});
    return found == candles_.end() ? Time{} : found->second;
}

std::uint64_t Marks::last_trade(const Instrument& instrument) const {
    const auto found = trades_.find(instrument);
    return found == trades_.end() ? 0 : found->second;
}

}  // namespace tapedeck::market_data
