#include "research/report/price_curves.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <set>

namespace tapedeck::research {

namespace {

std::set<Instrument> traded_in(const Report& report) {
    std::set<Instrument> instruments;
    for (const auto& trade : report.trades) instruments.insert(trade.instrument);
    for (const auto& trade : report.open_trades) instruments.insert(trade.instrument);
    return instruments;
}

double to_double(Price price) {
    return price.decimal().to_double();
}

}  // namespace

void PriceCurve::add(Time time, Price low, Price high, Price close) {
    if (stretches_.empty()) origin_ = time;
    while (time - origin_ >= length_ * static_cast<std::int64_t>(kStretches)) halve();
    const Time begin = origin_ + (std::max(time, origin_) - origin_) / length_ * length_;
    if (stretches_.empty() || begin > stretches_.back().begin) {
        stretches_.push_back({begin, low, high, close});
        return;
    }
    Stretch& last = stretches_.back();
    last.low = std::min(last.low, low);
    last.high = std::max(last.high, high);
    last.close = close;
}

/// Two stretches become one.
void PriceCurve::halve() {
    length_ *= 2;
    std::vector<Stretch> merged;
    merged.reserve(kStretches);
    for (const Stretch& each : stretches_) {
        const Time begin = origin_ + (each.begin - origin_) / length_ * length_;
        if (merged.empty() || merged.back().begin < begin) {
            merged.push_back({begin, each.low, each.high, each.close});
            continue;
        }
        merged.back().low = std::min(merged.back().low, each.low);
        merged.back().high = std::max(merged.back().high, each.high);
        merged.back().close = each.close;
    }
    stretches_ = std::move(merged);
}

Price middle_of(const QuoteChanged& quote) {
    const auto half =
        divide((quote.bid + quote.ask).decimal(), Decimal::from_integer(2), Rounding::HalfEven);
    return half ? Price(*half) : quote.bid;
}

void PriceCurves::apply(const Recorded& recorded) {
    const Event& event = recorded.event;
    const Time now = recorded.recorded_at;
    if (const auto* candle = event.as<CandleClosed>()) {
        curves_[candle->instrument].add(now, candle->low, candle->high, candle->close);
    } else if (const auto* quote = event.as<QuoteChanged>()) {
        const Price price = middle_of(*quote);
        curves_[quote->instrument].add(now, price, price, price);
    } else if (const auto* trade = event.as<TradePrinted>()) {
        curves_[trade->instrument].add(now, trade->price, trade->price, trade->price);
    }
}

const PriceCurve* PriceCurves::find(const Instrument& instrument) const {
    const auto at = curves_.find(instrument);
    return at == curves_.end() ? nullptr : &at->second;
}

std::string PriceCurves::to_json(const Report& report) const {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& instrument : traded_in(report)) {
        const PriceCurve* curve = find(instrument);
        if (curve == nullptr) continue;
        auto& rows = json[instrument.to_string()] = nlohmann::ordered_json::array();
        for (const auto& each : curve->stretches()) {
            if (each.begin < report.conventions.from || each.begin > report.conventions.to)
                continue;
            const auto ms = std::chrono::floor<std::chrono::milliseconds>(each.begin);
            rows.push_back(
                {ms.time_since_epoch().count(),
                 to_double(each.low),
                 to_double(each.high),
                 to_double(each.close)});
        }
    }
    return json.dump();
}

}  // namespace tapedeck::research
