#include "bench/made_market.h"

#include <algorithm>

namespace tapedeck::bench {

namespace {

constexpr auto kInstrument = "bench:BTC/USD";
constexpr std::int64_t kBase = 60'000'00;  // hundredths
constexpr std::int64_t kRipple = 10'00;
constexpr std::int64_t kStepOfWave = 15'00;
constexpr std::int64_t kCent = 10'000'000'000'000'000;  // of 1e-18

Price price_of(std::int64_t hundredths) {
    return Price(Decimal::from_units(static_cast<Int128>(hundredths) * kCent));
}

Time begin() {
    return *parse_time("2024-01-01T00:00:00Z");
}

}  // namespace

/// Up and down with every minute, or like a saw with two flanks.
std::int64_t MadeMarket::level(std::size_t minute) const {
    if (shape_.wave == 0) return kBase + (minute % 2 == 0 ? kRipple : -kRipple);
    const std::size_t place = minute % shape_.wave;
    const std::size_t height = std::min(place, shape_.wave - place);
    return kBase + static_cast<std::int64_t>(height) * kStepOfWave;
}

Result<std::optional<market_data::Step>> MadeMarket::next() {
    if (at_ == shape_.minutes) return std::optional<market_data::Step>{};
    const Instrument instrument = *Instrument::parse(kInstrument);
    const Time open_time = begin() + std::chrono::minutes(at_);
    market_data::Step step{open_time + std::chrono::minutes(1), {}};
    const std::int64_t open = level(at_);
    const std::int64_t close = level(at_ + 1);
    for (std::size_t i = 0; i < shape_.trades_a_minute; ++i) {
        step.events.push_back(
            {TradePrinted{
                 .instrument = instrument,
                 .price = price_of(i % 2 == 0 ? open : close),
                 .quantity = Quantity(Decimal::from_integer(1)),
                 .taker_side = i % 2 == 0 ? Side::Buy : Side::Sell,
                 .trade_id = std::to_string(at_ * shape_.trades_a_minute + i)},
             market_data::happened(open_time)});
    }
    step.events.push_back(
        {CandleClosed{
             .instrument = instrument,
             .interval = std::chrono::minutes(1),
             .open_time = open_time,
             .open = price_of(open),
             .high = price_of(std::max(open, close)),
             .low = price_of(std::min(open, close)),
             .close = price_of(close),
             .volume = Quantity(Decimal::from_integer(100)),
             .trades = {}},
         market_data::happened(step.time)});
    ++at_;
    return std::optional(std::move(step));
}

std::vector<InstrumentListed> MadeMarket::instruments() const {
    InstrumentListed listed;
    listed.instrument = *Instrument::parse(kInstrument);
    listed.price_tick = price_of(1);
    listed.quantity_step = *Quantity::parse("0.00000001");
    listed.quantity_min = *Quantity::parse("0.00005");
    listed.notional_min = *Money::parse("5");
    return {listed};
}

Result<> MadeMarket::skip_to(Time time) {
    while (at_ < shape_.minutes && begin() + std::chrono::minutes(at_ + 1) <= time) ++at_;
    return {};
}

}  // namespace tapedeck::bench
