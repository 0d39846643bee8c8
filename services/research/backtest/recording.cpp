#include "research/backtest/recording.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace tapedeck::research {

namespace {

/// Steps between two looks at the progress.
constexpr std::size_t kStepsPerLook = 4096;
/// Units of a Decimal in 1e-8.
constexpr Int128 kUnit = 10'000'000'000;

/// The value in 1e-8; nothing when it has more decimals or does not fit.
std::optional<std::int64_t> compact(Decimal value) {
    const Int128 units = value.units();
    if (units % kUnit != 0) return std::nullopt;
    const Int128 count = units / kUnit;
    if (count > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    if (count < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    return static_cast<std::int64_t>(count);
}

template <class Amount>
Amount expand(std::int64_t count) {
    return Amount(Decimal::from_units(static_cast<Int128>(count) * kUnit));
}

/// Compacts one after the other and remembers whether all of them fit.
class Compactor {
public:
    template <class Amount>
    std::int64_t operator()(Amount amount) {
        const auto count = compact(amount.decimal());
        fits_ = fits_ && count.has_value();
        return count.value_or(0);
    }

    bool fits() const { return fits_; }

private:
    bool fits_ = true;
};

/// The event as a T, made one if it was something else: no construction for a row of candles.
template <class T>
T& reused(Event& event) {
    T* same = event.as<T>();
    return same != nullptr ? *same : event.emplace<T>();
}

/// What a Session tells around the data; the backtest tells it itself.
bool is_framing(const Event& event, bool is_first_step) {
    if (event.as<FeedStarted>() != nullptr || event.as<FeedEnded>() != nullptr) return true;
    return is_first_step && event.as<InstrumentListed>() != nullptr;
}

}  // namespace

Result<Recording> Recording::load(market_data::Feed& feed, const Progress& progress) {
    Recording recording;
    recording.feed_ = feed.name();
    recording.source_ = feed.source();
    recording.listed_ = feed.instruments();
    for (const auto& listed : recording.listed_) recording.index_of(listed.instrument);
    while (true) {
        const auto step = TRY(feed.next());
        if (!step) break;
        recording.add(*step);
        const bool is_due = recording.steps_.size() % kStepsPerLook == 0;
        if (is_due && progress && !progress(feed)) return fail("", ExitCode::Interrupted);
    }
    recording.steps_.shrink_to_fit();
    recording.items_.shrink_to_fit();
    recording.candles_.shrink_to_fit();
    recording.trades_.shrink_to_fit();
    recording.quotes_.shrink_to_fit();
    recording.others_.shrink_to_fit();
    return recording;
}

Duration Recording::shortest_candle(const Instrument& instrument) const {
    const auto found = std::find(instruments_.begin(), instruments_.end(), instrument);
    const auto index = static_cast<std::uint16_t>(found - instruments_.begin());
    std::int64_t shortest = 0;
    for (const Candle& candle : candles_) {
        const bool is_shorter = shortest == 0 || candle.interval < shortest;
        if (candle.instrument == index && is_shorter) shortest = candle.interval;
    }
    return Duration(shortest);
}

RecordingView Recording::between(Time from, Time to) const {
    const auto at = [&](Time time) {
        const auto found = std::lower_bound(
            steps_.begin(), steps_.end(), to_ns(time), [](const Step& step, std::int64_t wanted) {
                return step.time < wanted;
            });
        return static_cast<std::size_t>(found - steps_.begin());
    };
    const std::size_t first = at(from);
    return {this, first, std::max(first, at(to))};
}

std::uint64_t Recording::market_data(const RecordingView& view) const {
    if (view.empty()) return 0;
    const std::size_t begin = steps_[view.first].first;
    const std::size_t end = view.end < steps_.size() ? steps_[view.end].first : items_.size();
    return static_cast<std::uint64_t>(std::count_if(
        items_.begin() + static_cast<std::ptrdiff_t>(begin),
        items_.begin() + static_cast<std::ptrdiff_t>(end),
        [](const Item& item) { return item.kind != Kind::Other; }));
}

std::uint64_t Recording::bytes() const {
    return steps_.capacity() * sizeof(Step) + items_.capacity() * sizeof(Item) +
           candles_.capacity() * sizeof(Candle) + trades_.capacity() * sizeof(Trade) +
           quotes_.capacity() * sizeof(Quote) + others_.capacity() * sizeof(Other) +
           ids_.capacity();
}

void Recording::add(const market_data::Step& step) {
    const bool is_first = steps_.empty();
    steps_.push_back({to_ns(step.time), static_cast<std::uint32_t>(items_.size())});
    for (const auto& [event, origin] : step.events) {
        if (is_framing(event, is_first)) continue;
        const Time happened = origin.happened_at;
        bool is_compact = false;
        if (const auto* candle = event.as<CandleClosed>()) {
            is_compact = add(*candle, happened);
        } else if (const auto* trade = event.as<TradePrinted>()) {
            is_compact = add(*trade, happened);
        } else if (const auto* quote = event.as<QuoteChanged>()) {
            is_compact = add(*quote, happened);
        }
        if (is_compact) continue;
        items_.push_back({Kind::Other, static_cast<std::uint32_t>(others_.size())});
        others_.push_back({event, happened});
    }
}

bool Recording::add(const CandleClosed& candle, Time happened) {
    Compactor compactor;
    Candle row;
    row.open = compactor(candle.open);
    row.high = compactor(candle.high);
    row.low = compactor(candle.low);
    row.close = compactor(candle.close);
    if (!compactor.fits()) return false;
    row.volume = candle.volume.decimal().units();
    row.open_time = to_ns(candle.open_time);
    row.interval = candle.interval.count();
    row.happened = to_ns(happened);
    row.has_trades = candle.trades.has_value();
    row.trades = candle.trades.value_or(0);
    row.instrument = index_of(candle.instrument);
    items_.push_back({Kind::Candle, static_cast<std::uint32_t>(candles_.size())});
    candles_.push_back(row);
    return true;
}

bool Recording::add(const TradePrinted& trade, Time happened) {
    Compactor compactor;
    Trade row;
    row.price = compactor(trade.price);
    row.quantity = compactor(trade.quantity);
    const bool has_room = ids_.size() < std::numeric_limits<std::uint32_t>::max() -
                                            std::numeric_limits<std::uint16_t>::max() &&
                          trade.trade_id.size() <= std::numeric_limits<std::uint16_t>::max();
    if (!compactor.fits() || !has_room) return false;
    row.happened = to_ns(happened);
    row.id_begin = static_cast<std::uint32_t>(ids_.size());
    row.id_size = static_cast<std::uint16_t>(trade.trade_id.size());
    ids_ += trade.trade_id;
    row.side = trade.taker_side ? static_cast<std::uint8_t>(*trade.taker_side) : std::uint8_t{0};
    row.instrument = index_of(trade.instrument);
    items_.push_back({Kind::Trade, static_cast<std::uint32_t>(trades_.size())});
    trades_.push_back(row);
    return true;
}

bool Recording::add(const QuoteChanged& quote, Time happened) {
    Compactor compactor;
    Quote row;
    row.bid = compactor(quote.bid);
    row.bid_quantity = compactor(quote.bid_quantity);
    row.ask = compactor(quote.ask);
    row.ask_quantity = compactor(quote.ask_quantity);
    if (!compactor.fits()) return false;
    row.happened = to_ns(happened);
    row.instrument = index_of(quote.instrument);
    items_.push_back({Kind::Quote, static_cast<std::uint32_t>(quotes_.size())});
    quotes_.push_back(row);
    return true;
}

std::uint16_t Recording::index_of(const Instrument& instrument) {
    // A handful of instruments.
    const auto found = std::find(instruments_.begin(), instruments_.end(), instrument);
    if (found == instruments_.end()) {
        instruments_.push_back(instrument);
        return static_cast<std::uint16_t>(instruments_.size() - 1);
    }
    return static_cast<std::uint16_t>(found - instruments_.begin());
}

void Recording::fill(const Item& item, Recorded& recorded) const {
    switch (item.kind) {
        case Kind::Candle: {
            const Candle& row = candles_[item.index];
            auto& candle = reused<CandleClosed>(recorded.event);
            candle.instrument = instruments_[row.instrument];
            candle.interval = Duration(row.interval);
            candle.open_time = time_from_ns(row.open_time);
            candle.open = expand<Price>(row.open);
            candle.high = expand<Price>(row.high);
            candle.low = expand<Price>(row.low);
            candle.close = expand<Price>(row.close);
            candle.volume = Quantity(Decimal::from_units(row.volume));
            candle.trades = row.has_trades ? std::optional(row.trades) : std::nullopt;
            recorded.happened_at = time_from_ns(row.happened);
            return;
        }
        case Kind::Trade: {
            const Trade& row = trades_[item.index];
            auto& trade = reused<TradePrinted>(recorded.event);
            trade.instrument = instruments_[row.instrument];
            trade.price = expand<Price>(row.price);
            trade.quantity = expand<Quantity>(row.quantity);
            trade.taker_side =
                row.side == 0 ? std::nullopt : std::optional(static_cast<Side>(row.side));
            trade.trade_id.assign(ids_, row.id_begin, row.id_size);
            recorded.happened_at = time_from_ns(row.happened);
            return;
        }
        case Kind::Quote: {
            const Quote& row = quotes_[item.index];
            auto& quote = reused<QuoteChanged>(recorded.event);
            quote.instrument = instruments_[row.instrument];
            quote.bid = expand<Price>(row.bid);
            quote.bid_quantity = expand<Quantity>(row.bid_quantity);
            quote.ask = expand<Price>(row.ask);
            quote.ask_quantity = expand<Quantity>(row.ask_quantity);
            recorded.happened_at = time_from_ns(row.happened);
            return;
        }
        case Kind::Other: {
            const Other& other = others_[item.index];
            recorded.event = other.event;
            recorded.happened_at = other.happened;
            return;
        }
    }
}

}  // namespace tapedeck::research
