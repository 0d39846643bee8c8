#include "venue-simulator/core/market.h"

#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kStepPpm = 60;      // of the walk, a quarter of a second
constexpr std::int64_t kMinutePpm = 400;   // of the past, times the root of the minutes
constexpr std::int64_t kBandPpm = 30'000;  // quotes are within 3 % of the fair price
constexpr std::size_t kQuotesAStep = 4;
constexpr std::uint64_t kTakerChance = 300'000;
constexpr std::size_t kStepsAtOnce = 40;
constexpr std::int64_t kRangeFactor = 10;  // how far the walk may go from where it began

Decimal part_of(Decimal value, std::int64_t ppm) {
    return over(times(value, Decimal::from_integer(ppm)), Decimal::from_integer(kMillion));
}

std::int64_t root(std::int64_t value) {
    std::int64_t result = 0;
    while ((result + 1) * (result + 1) <= value) ++result;
    return result;
}

Decimal on_tick(PairId pair, Decimal price) {
    const Decimal tick = pairs()[pair].tick;
    const auto rounded_price = round_to_step(price, tick, Rounding::HalfEven);
    return std::max(rounded_price.value_or(tick), tick);
}

}  // namespace

Market::Market(Floor& floor, std::uint64_t seed, Options options)
    : floor_(floor), options_(options), dice_(seed, "market"), of_(pairs().size()) {
    for (PairId pair = 0; pair < pairs().size(); ++pair) of_[pair].fair = pairs()[pair].start_price;
}

void Market::begin(Time start) {
    next_step_ = start + kStep;
    for (PairId pair = 0; pair < pairs().size(); ++pair) {
        make_past(pair, start);
        if (!is_running_) continue;
        for (const Side side : {Side::Buy, Side::Sell}) {
            refill(pair, side, options_.quotes, start);
        }
    }
}

/// Twice in each candle of the finest interval that reaches so far back, oldest first.
std::vector<Time> Market::past_moments(Time start) const {
    std::vector<Time> moments;
    const auto rows = static_cast<std::int64_t>(options_.candles);
    for (std::size_t i = kIntervals.size(); i-- > 0;) {
        const Duration step = std::chrono::seconds(kIntervals[i] * 30);
        const Duration reach = std::chrono::minutes(rows * kIntervals[i]);
        const Duration finer =
            i == 0 ? Duration{} : Duration(std::chrono::minutes(rows * kIntervals[i - 1]));
        for (Time at = start - reach; at < start - finer; at += step) moments.push_back(at);
    }
    return moments;
}

void Market::make_past(PairId pair, Time start) {
    if (options_.candles == 0) return;
    const auto moments = past_moments(start);
    std::vector<Decimal> prices(moments.size());
    Decimal price = pairs()[pair].start_price;
    for (std::size_t i = moments.size(); i-- > 0;) {
        prices[i] = price;
        if (i == 0) break;
        const auto minutes =
            std::max<std::int64_t>(1, (moments[i] - moments[i - 1]) / std::chrono::minutes(1));
        price = walked(pair, price, kMinutePpm * root(minutes));
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        const PublicTrade trade{
            .pair = pair,
            .price = prices[i],
            .quantity = random_quantity(pair),
            .side = Side::Buy,
            .at = moments[i]};
        floor_.history.record_past(trade, start);
    }
}

Decimal Market::walked(PairId pair, Decimal price, std::int64_t ppm) {
    const Decimal begun = pairs()[pair].start_price;
    const Decimal next = price + part_of(price, dice_.between(-ppm, ppm));
    const Decimal factor = Decimal::from_integer(kRangeFactor);
    return on_tick(pair, std::clamp(next, over(begun, factor), times(begun, factor)));
}

Decimal Market::random_quantity(PairId pair) {
    const Decimal lots =
        times(pairs()[pair].order_min, Decimal::from_integer(dice_.between(10, 3000)));
    const Decimal crumbs =
        times(step_of(kLotDecimals), Decimal::from_integer(dice_.between(0, 9999)));
    return rounded(lots + crumbs, kLotDecimals);
}

Decimal Market::half_spread(PairId pair) const {
    return std::max(pairs()[pair].tick, on_tick(pair, part_of(of_[pair].fair, 50)));
}

void Market::advance(Time now) {
    if (now - next_step_ > kStep * kStepsAtOnce) next_step_ = now;  // nobody was looking
    while (next_step_ <= now) {
        for (PairId pair = 0; is_running_ && pair < pairs().size(); ++pair) {
            const bool is_open = floor_.exchange.mode() == SystemMode::Online &&
                                 floor_.exchange.mode(pair) == PairMode::Online;
            if (is_open) step(pair, next_step_);
        }
        next_step_ += kStep;
    }
}

void Market::step(PairId pair, Time now) {
    of_[pair].fair = walked(pair, of_[pair].fair, kStepPpm);
    for (const Side side : {Side::Buy, Side::Sell}) drop_stale(pair, side, now);
    for (const Side side : {Side::Buy, Side::Sell}) refill(pair, side, kQuotesAStep, now);
    if (dice_.chance(kTakerChance)) take_some(pair, now);
}

void Market::drop_stale(PairId pair, Side side, Time now) {
    auto& keys = side == Side::Buy ? of_[pair].bids : of_[pair].asks;
    const Decimal near = half_spread(pair);
    const Decimal far = part_of(of_[pair].fair, kBandPpm * 3 / 2);
    const std::set<OrderKey> all = keys;
    for (const OrderKey key : all) {
        const Order* order = floor_.exchange.find(key);
        if (order == nullptr || !order->is_open()) {
            keys.erase(key);
            continue;
        }
        const Decimal limit = order->terms.limit;
        const Decimal distance =
            side == Side::Buy ? of_[pair].fair - limit : limit - of_[pair].fair;
        // And now and then one for no reason, or the book would grow stiff.
        if (distance >= near && distance <= far && !dice_.chance(20'000)) continue;
        if (floor_.exchange.cancel(key, "", now)) keys.erase(key);
    }
}

void Market::refill(PairId pair, Side side, std::size_t most, Time now) {
    auto& keys = side == Side::Buy ? of_[pair].bids : of_[pair].asks;
    const Decimal near = half_spread(pair);
    for (std::size_t i = 0; i < most && keys.size() < options_.quotes; ++i) {
        const std::int64_t draw = dice_.between(0, 1000);  // squared: most of them are near
        const Decimal offset = near + part_of(of_[pair].fair, kBandPpm * draw * draw / kMillion);
        const Decimal price =
            on_tick(pair, side == Side::Buy ? of_[pair].fair - offset : of_[pair].fair + offset);
        const OrderTerms terms{
            .pair = pair, .side = side, .quantity = random_quantity(pair), .limit = price};
        const auto placed = floor_.exchange.place(Exchange::kMaker, terms, now);
        const Order* order = placed ? floor_.exchange.find(*placed) : nullptr;
        if (order != nullptr && order->is_open()) keys.insert(*placed);
    }
}

void Market::take_some(PairId pair, Time now) {
    const Side side = dice_.chance(500'000) ? Side::Buy : Side::Sell;
    const OrderTerms terms{
        .pair = pair, .side = side, .type = OrderType::Market, .quantity = random_quantity(pair)};
    (void)floor_.exchange.place(Exchange::kTaker, terms, now);  // an empty book is no matter
}

void Market::take(PairId pair, Side side, Decimal quantity, Decimal limit, Time now) {
    if (!quantity.is_positive()) return;
    const OrderTerms terms{
        .pair = pair,
        .side = side,
        .quantity = std::max(quantity, pairs()[pair].order_min),
        .limit = limit,
        .time_in_force = TimeInForce::Ioc};
    (void)floor_.exchange.place(Exchange::kTaker, terms, now);
}

void Market::clear(PairId pair, Time now) {
    for (const Order* order : floor_.exchange.open_orders(Exchange::kMaker)) {
        if (order->terms.pair == pair) (void)floor_.exchange.cancel(order->key, "", now);
    }
    of_[pair].bids.clear();
    of_[pair].asks.clear();
}

void Market::move_price(PairId pair, Decimal price, Time now) {
    clear(pair, now);
    for (const Side side : {Side::Buy, Side::Sell}) {
        Decimal in_the_way;
        floor_.exchange.book(pair).for_each(side, [&](Decimal limit, const Book::Entry& entry) {
            if (side == Side::Buy ? limit < price : limit > price) return false;
            in_the_way = in_the_way + entry.quantity;
            return true;
        });
        take(pair, opposite(side), in_the_way, price, now);
    }
    of_[pair].fair = price;
    if (floor_.exchange.last_price(pair) != price) {
        const Decimal least = std::max(
            pairs()[pair].order_min, rounded_up(over(pairs()[pair].cost_min, price), kLotDecimals));
        const OrderTerms quote{.pair = pair, .side = Side::Sell, .quantity = least, .limit = price};
        if (floor_.exchange.place(Exchange::kMaker, quote, now)) {
            take(pair, Side::Buy, least, price, now);
        }
    }
    if (!is_running_) return;
    for (const Side side : {Side::Buy, Side::Sell}) refill(pair, side, options_.quotes, now);
}

}  // namespace tapedeck::venue_simulator
