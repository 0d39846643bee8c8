#include "venues/recorded/listing.h"

#include <array>
#include <charconv>

namespace tapedeck::recorded {

namespace {

constexpr std::string_view kMinimumBtc = "0.00005";
constexpr std::string_view kMinimum = "0.0001";
constexpr std::int64_t kNotionalMin = 5;
constexpr unsigned kQuantityScale = 8;

Decimal one_at(unsigned scale) {
    return Decimal::from_parts(1, scale).value();
}

}  // namespace

InstrumentListed listing(const Instrument& instrument, unsigned price_scale) {
    const auto minimum = instrument.base() == "BTC" ? kMinimumBtc : kMinimum;
    return {
        .instrument = instrument,
        .price_tick = Price(one_at(price_scale)),
        .quantity_step = Quantity(one_at(kQuantityScale)),
        .quantity_min = Quantity::parse(minimum).value(),
        .notional_min = Money(Decimal::from_integer(kNotionalMin))};
}

std::string describe(const InstrumentListed& listed) {
    return listed.instrument.to_string() + ": tick " + listed.price_tick.to_string() + ", step " +
           listed.quantity_step.to_string() + ", least " + listed.quantity_min.to_string() +
           " worth " + listed.notional_min.to_string();
}

MarketDataGap gap_of(const Instrument& instrument, const market_data::Hole& hole) {
    return {
        .instrument = instrument,
        .from = hole.from,
        .to = hole.to,
        .reason = GapReason::MissingCandles,
        .missing = hole.missing};
}

std::string source_key(std::size_t file, std::uint64_t line) {
    std::array<char, 48> text{};
    char* end = std::to_chars(text.data(), text.data() + 20, file + 1).ptr;
    *end++ = ':';
    end = std::to_chars(end, text.data() + text.size(), line).ptr;
    return {text.data(), end};
}

}  // namespace tapedeck::recorded
