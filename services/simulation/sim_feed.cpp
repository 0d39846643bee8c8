#include "simulation/sim_feed.h"

#include <algorithm>

namespace tapedeck::simulation {

using namespace std::chrono_literals;

namespace {

constexpr Duration kStep = 500ms;
constexpr Duration kCandle = 1s;
constexpr std::int64_t kCentsMin = 1'000;
constexpr std::int64_t kCentsMax = 10'000'000;

Price price(std::int64_t cents) {
    return Price(Decimal::from_parts(cents, 2).value_or(Decimal{}));
}

Quantity quantity(std::uint64_t thousandths) {
    return Quantity(Decimal::from_parts(static_cast<Int128>(thousandths), 3).value_or(Decimal{}));
}

}  // namespace

SimFeed::SimFeed(std::uint64_t seed, std::uint32_t steps, Time start)
    : dice_(seed, "market"), seed_(seed), steps_(steps), start_(start) {
    for (const auto* name : {"sim:AAA/USD", "sim:BBB/USD"}) {
        Pair pair;
        pair.listed.instrument = Instrument::parse(name).value();
        pair.listed.price_tick = price(1);
        pair.listed.quantity_step = quantity(1);
        pair.listed.quantity_min = quantity(1);
        pair.listed.notional_min = Money(Decimal::from_integer(1));
        pair.cents = static_cast<std::int64_t>(dice_.between(5'000, 50'000));
        pair.open = pair.high = pair.low = pair.cents;
        pairs_.push_back(pair);
    }
}

std::string SimFeed::source() const {
    return "simulated market of seed " + std::to_string(seed_) + ", " + std::to_string(steps_) +
           " steps";
}

std::vector<InstrumentListed> SimFeed::instruments() const {
    std::vector<InstrumentListed> result;
    for (const auto& pair : pairs_) result.push_back(pair.listed);
    return result;
}

/// Mostly within half a percent, now and then up to four: a stop is at three.
void SimFeed::move(Pair& pair) {
    const std::int64_t widest = pair.cents * (dice_.chance(0.1) ? 40 : 5) / 1000 + 1;
    pair.cents +=
        static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(2 * widest))) - widest;
    pair.cents = std::clamp(pair.cents, kCentsMin, kCentsMax);
    pair.high = std::max(pair.high, pair.cents);
    pair.low = std::min(pair.low, pair.cents);
}

void SimFeed::say(Pair& pair, market_data::Step& step) {
    const auto origin = market_data::happened(step.time);
    move(pair);
    if (dice_.chance(0.2)) {
        TradePrinted trade;
        trade.instrument = pair.listed.instrument;
        trade.price = price(pair.cents);
        trade.quantity = quantity(dice_.between(1, 20'000));
        trade.taker_side = dice_.chance(0.5) ? Side::Buy : Side::Sell;
        trade.trade_id = std::to_string(++pair.trades);
        step.events.push_back({trade, origin});
    }
    if (dice_.chance(0.2)) {
        QuoteChanged quote;
        quote.instrument = pair.listed.instrument;
        quote.bid = price(pair.cents - 1);
        quote.bid_quantity = quantity(dice_.between(1, 20'000));
        quote.ask = price(pair.cents + 1);
        quote.ask_quantity = quantity(dice_.between(1, 20'000));
        step.events.push_back({quote, origin});
    }
    if (given_ % 2 != 0) return;
    CandleClosed candle;
    candle.instrument = pair.listed.instrument;
    candle.interval = kCandle;
    candle.open_time = step.time - kCandle;
    candle.open = price(pair.open);
    candle.high = price(pair.high);
    candle.low = price(pair.low);
    candle.close = price(pair.cents);
    candle.volume = quantity(dice_.between(1'000, 1'000'000));
    step.events.push_back({candle, origin});
    pair.open = pair.high = pair.low = pair.cents;
}

Result<std::optional<market_data::Step>> SimFeed::next() {
    if (given_ == steps_) return std::optional<market_data::Step>{};
    ++given_;
    market_data::Step step;
    step.time = start_ + given_ * kStep;
    for (auto& pair : pairs_) say(pair, step);
    records_ += step.events.size();
    return std::optional(std::move(step));
}

Result<> SimFeed::skip_to(Time time) {
    while (given_ < steps_ && start_ + (given_ + 1) * kStep <= time) TRY(next());
    return {};
}

}  // namespace tapedeck::simulation
