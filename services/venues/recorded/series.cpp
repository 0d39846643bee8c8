#include "venues/recorded/series.h"

#include "market-data/core/quality.h"

#include <algorithm>

namespace tapedeck::recorded {

namespace {

constexpr std::string_view kTrades = "trades";
constexpr std::string_view kQuotes = "quotes-";

/// Prices come first among the numbers.
std::size_t count_of_prices(Kind kind) {
    switch (kind) {
        case Kind::Candles: return 4;
        case Kind::QuoteBars: return 2;
        case Kind::Trades: return 1;
    }
    return 0;
}

}  // namespace

std::string Series::name() const {
    switch (kind) {
        case Kind::Candles: return tapedeck::to_string(interval);
        case Kind::QuoteBars: return std::string(kQuotes) + tapedeck::to_string(interval);
        case Kind::Trades: return std::string(kTrades);
    }
    return {};
}

std::string Series::to_string() const {
    return instrument.to_string() + '@' + name();
}

std::string Series::path() const {
    return std::string(instrument.venue()) + '/' + std::string(instrument.base()) + '_' +
           std::string(instrument.quote()) + '/' + name() + ".columns";
}

Result<Series> parse_series(std::string_view text) {
    const auto bad = [&](const std::string& why) {
        return fail(
            '"' + std::string(text) + "\": " + why +
                "; write venue:BASE/QUOTE@1m, or @trades, or @quotes-1m",
            ExitCode::Usage);
    };
    const auto at = text.find('@');
    const auto instrument = Instrument::parse(text.substr(0, at));
    if (!instrument) {
        return bad('"' + std::string(text.substr(0, at)) + "\" is not an instrument");
    }
    if (at == std::string_view::npos) return bad("it does not say which series of it");
    Series series{*instrument, Kind::Candles, {}};
    std::string_view name = text.substr(at + 1);
    if (name == kTrades) {
        series.kind = Kind::Trades;
        return series;
    }
    if (name.starts_with(kQuotes)) {
        series.kind = Kind::QuoteBars;
        name.remove_prefix(kQuotes.size());
    }
    const auto interval = parse_duration(name);
    if (!interval || !is_interval(*interval)) {
        return bad('"' + std::string(name) + "\" is not an interval from 1s to 366d");
    }
    series.interval = *interval;
    return series;
}

StoredRow stored_row(Kind kind, const Row& row) {
    StoredRow result;
    result.begin = row.begin;
    auto& numbers = result.numbers;
    switch (kind) {
        case Kind::Candles:
            numbers = {
                row.candle.open.decimal(),
                row.candle.high.decimal(),
                row.candle.low.decimal(),
                row.candle.close.decimal(),
                row.candle.volume.decimal()};
            result.trades = row.candle.trades;
            break;
        case Kind::QuoteBars:
            numbers = {
                row.quote.bid.decimal(),
                row.quote.ask.decimal(),
                row.quote.bid_quantity.decimal(),
                row.quote.ask_quantity.decimal()};
            break;
        case Kind::Trades:
            numbers = {row.trade.price.decimal(), row.trade.quantity.decimal()};
            result.side = row.trade.taker_side;
            result.id = row.trade.trade_id;
            break;
    }
    return result;
}

void fill(const StoredRow& row, CandleClosed& candle) {
    candle.open_time = row.begin;
    candle.open = Price(row.numbers[0]);
    candle.high = Price(row.numbers[1]);
    candle.low = Price(row.numbers[2]);
    candle.close = Price(row.numbers[3]);
    candle.volume = Quantity(row.numbers[4]);
    candle.trades = row.trades;
}

void fill(const StoredRow& row, QuoteChanged& quote) {
    quote.bid = Price(row.numbers[0]);
    quote.ask = Price(row.numbers[1]);
    quote.bid_quantity = Quantity(row.numbers[2]);
    quote.ask_quantity = Quantity(row.numbers[3]);
}

void fill(const StoredRow& row, TradePrinted& trade) {
    trade.price = Price(row.numbers[0]);
    trade.quantity = Quantity(row.numbers[1]);
    trade.taker_side = row.side;
    trade.trade_id = row.id;
}

std::string contradiction(Kind kind, const StoredRow& row) {
    switch (kind) {
        case Kind::Candles: {
            CandleClosed candle;
            fill(row, candle);
            return market_data::contradiction(candle);
        }
        case Kind::QuoteBars: {
            QuoteChanged quote;
            fill(row, quote);
            return market_data::contradiction(quote);
        }
        case Kind::Trades: {
            TradePrinted trade;
            fill(row, trade);
            return market_data::contradiction(trade);
        }
    }
    return {};
}

unsigned price_scale(Kind kind, const StoredRow& row) {
    unsigned scale = 0;
    for (std::size_t i = 0; i < count_of_prices(kind); ++i) {
        scale = std::max(scale, row.numbers[i].parts().scale);
    }
    return scale;
}

}  // namespace tapedeck::recorded
