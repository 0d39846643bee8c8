#include "venues/synthetic/synthetic_feed.h"

#include "base/crc32c.h"

#include <algorithm>

namespace tapedeck::synthetic {

using market_data::Step;

namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr std::uint64_t kTideStream = 0x7469'6465;  // differs from each CRC32C by being mixed below

/// Independent streams from one seed: the seed, mixed, plus the stream's number, mixed again.
std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t stream) {
    return SplitMix64(SplitMix64(seed).next() + stream).next();
}

Decimal times(Decimal unit, std::int64_t count) {
    return Decimal::from_units(unit.units() * count);
}

InstrumentListed listing(
    const Instrument& instrument, const Profile& profile, const market_data::Precision& precision) {
    InstrumentListed listed{
        .instrument = instrument,
        .price_tick = Price(profile.tick),
        .quantity_step = Quantity(profile.step),
        .quantity_min = Quantity(profile.step),
        .notional_min = Money(Decimal::from_integer(5))};
    precision.apply_to(listed);
    return listed;
}

}  // namespace

SyntheticFeed::SyntheticFeed(const market_data::FeedSettings& settings)
    : seed_(settings.seed),
      start_(std::chrono::floor<std::chrono::seconds>(settings.start.value_or(kStart))),
      duration_(settings.duration),
      now_(start_),
      tide_(stream_seed(settings.seed, kTideStream)) {
    std::vector<Instrument> instruments = settings.instruments;
    std::sort(instruments.begin(), instruments.end());
    for (const auto& instrument : instruments) {
        const Profile profile = profile_of(instrument);
        // The name's own hash, and its place in 64 bits away from the tide's.
        const std::uint64_t stream = (std::uint64_t{1} << 32) + instrument.filter();
        pairs_.push_back(
            {listing(instrument, profile, settings.precision_of(instrument)),
             profile,
             Market(profile, stream_seed(seed_, stream)),
             market_data::CandleBuilder(instrument, kCandle)});
    }
}

Result<std::optional<Step>> SyntheticFeed::next() {
    while (!is_over()) {
        Step step = make_step();
        if (!step.events.empty()) return step;
    }
    return std::optional<Step>{};
}

std::string SyntheticFeed::source() const {
    std::string text =
        "synthetic model 1, seed " + std::to_string(seed_) + ", start " + to_string(start_);
    if (duration_ > Duration::zero()) text += ", duration " + to_string(duration_);
    for (const auto& [listed, _1, _2, _3, _4] : pairs_) {
        text += "; " + listed.instrument.to_string() + ": tick " + listed.price_tick.to_string() +
                ", step " + listed.quantity_step.to_string() + ", least " +
                listed.quantity_min.to_string() + " worth " + listed.notional_min.to_string();
    }
    return text;
}

std::vector<InstrumentListed> SyntheticFeed::instruments() const {
    std::vector<InstrumentListed> result;
    for (const auto& pair : pairs_) result.push_back(pair.listed);
    return result;
}

Result<> SyntheticFeed::skip_to(Time time) {
    // The candle that is open at `time` needs its trades: from its minute on, events are made.
    const Time minute = std::chrono::floor<std::chrono::minutes>(time);
    while (!is_over() && now_ + kSecond <= minute) skip_second();
    while (!is_over() && now_ + kSecond <= time) make_step();
    return {};
}

std::optional<market_data::Progress> SyntheticFeed::progress() const {
    if (duration_ == Duration::zero()) return std::nullopt;
    // It has no bytes: its seconds serve.
    return market_data::Progress{
        static_cast<std::uint64_t>((now_ - start_) / kSecond),
        static_cast<std::uint64_t>(duration_ / kSecond)};
}

bool SyntheticFeed::is_over() const {
    return duration_ > Duration::zero() && now_ + kSecond - start_ > duration_;
}

void SyntheticFeed::advance() {
    now_ += kSecond;
    const double tide = tide_.next();
    for (auto& pair : pairs_) pair.market.advance(tide);
}

Step SyntheticFeed::make_step() {
    advance();
    Step step{now_, {}};
    for (auto& pair : pairs_) {
        say_trades(pair, step);
        if (!pair.market.has_new_quote()) continue;
        const Market::Quote& quote = pair.market.quote();
        QuoteChanged changed{
            .instrument = pair.listed.instrument,
            .bid = Price(times(pair.profile.tick, quote.bid)),
            .bid_quantity = Quantity(times(pair.profile.step, quote.bid_quantity)),
            .ask = Price(times(pair.profile.tick, quote.ask)),
            .ask_quantity = Quantity(times(pair.profile.step, quote.ask_quantity))};
        step.events.push_back({changed, market_data::happened(now_)});
    }
    for (auto& pair : pairs_) {
        if (auto closed = pair.candle.finish(now_)) {
            step.events.push_back({*closed, market_data::happened(now_)});
        }
    }
    records_ += step.events.size();
    return step;
}

void SyntheticFeed::say_trades(Pair& pair, Step& step) {
    for (int i = 0; i < pair.market.trade_count(); ++i) {
        const Market::Trade& trade = pair.market.trades()[static_cast<std::size_t>(i)];
        const Time time = now_ - std::chrono::milliseconds(trade.before_ms);
        TradePrinted printed{
            .instrument = pair.listed.instrument,
            .price = Price(times(pair.profile.tick, trade.price)),
            .quantity = Quantity(times(pair.profile.step, trade.quantity)),
            .taker_side = trade.is_buy ? Side::Buy : Side::Sell,
            .trade_id = std::to_string(++pair.trades)};
        pair.candle.add(time, printed.price, printed.quantity);
        step.events.push_back({std::move(printed), market_data::happened(time)});
    }
}

void SyntheticFeed::skip_second() {
    advance();
    for (auto& pair : pairs_) {
        const auto trades = static_cast<std::uint64_t>(pair.market.trade_count());
        pair.trades += trades;
        records_ += trades + (pair.market.has_new_quote() ? 1 : 0);
        // Whether there is a candle counts here, not what is in it: it closes before we speak
        // again.
        if (trades > 0 && !pair.candle.closes_at()) pair.candle.add(now_ - Duration(1), {}, {});
        if (pair.candle.finish(now_)) ++records_;
    }
}

}  // namespace tapedeck::synthetic
