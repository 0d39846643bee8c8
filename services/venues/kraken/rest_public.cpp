#include "venues/kraken/rest_public.h"

#include "venues/kraken/fields.h"

namespace tapedeck::kraken {

namespace {

struct PairRows {
    const Pair* pair = nullptr;
    json::Value rows;
};

/// Answers about one pair are keyed by its id, beside "last".
Result<PairRows> read_pair_rows(const json::Value& result, const Symbols& symbols) {
    TRY(result.expect(json::Kind::Object));
    for (auto member = result.begin(); member != result.end(); ++member) {
        if (member.key() == "last") continue;
        PairRows found;
        found.pair = symbols.find(std::string_view(member.key()));
        found.rows = *member;
        if (found.pair == nullptr) return found.rows.wrong("a pair that Symbols has");
        return found;
    }
    return result.wrong("an answer about a pair");
}

template <class Amount>
Result<Amount> read_cell(const json::Value& row, std::size_t column) {
    return Amount(TRY(TRY(row.at(column)).decimal()));
}

/// A pair of figures, of today and of 24 hours: the second.
template <class Amount>
Result<Amount> read_day(const json::Value& ticker, std::string_view key) {
    return read_cell<Amount>(TRY(ticker.at(key)), 1);
}

Result<TickerUpdate> read_ticker(const json::Value& entry, const Instrument& instrument) {
    constexpr std::size_t kLotVolume = 2;  // before it, the same in whole lots
    TickerUpdate ticker;
    const auto ask = TRY(entry.at("a"));
    const auto bid = TRY(entry.at("b"));
    ticker.quote.instrument = instrument;
    ticker.quote.ask = TRY(read_cell<Price>(ask, 0));
    ticker.quote.ask_quantity = TRY(read_cell<Quantity>(ask, kLotVolume));
    ticker.quote.bid = TRY(read_cell<Price>(bid, 0));
    ticker.quote.bid_quantity = TRY(read_cell<Quantity>(bid, kLotVolume));
    ticker.last = TRY(read_cell<Price>(TRY(entry.at("c")), 0));
    ticker.low = TRY(read_day<Price>(entry, "l"));
    ticker.high = TRY(read_day<Price>(entry, "h"));
    ticker.vwap = TRY(read_day<Price>(entry, "p"));
    ticker.volume = TRY(read_day<Quantity>(entry, "v"));
    return ticker;
}

/// [time, open, high, low, close, vwap, volume, count]
Result<CandleClosed> read_candle(
    const json::Value& row, const Instrument& instrument, Duration interval) {
    CandleClosed candle;
    candle.instrument = instrument;
    candle.interval = interval;
    candle.open_time = TRY(read_seconds(TRY(row.at(std::size_t{0}))));
    candle.open = TRY(read_cell<Price>(row, 1));
    candle.high = TRY(read_cell<Price>(row, 2));
    candle.low = TRY(read_cell<Price>(row, 3));
    candle.close = TRY(read_cell<Price>(row, 4));
    candle.volume = TRY(read_cell<Quantity>(row, 6));
    candle.trades = TRY(read_count(TRY(row.at(7))));
    return candle;
}

/// [price, volume, time, side, type, misc, id]
Result<PublicTrade> read_trade(const json::Value& row, const Instrument& instrument) {
    PublicTrade trade;
    trade.trade.instrument = instrument;
    trade.trade.price = TRY(read_cell<Price>(row, 0));
    trade.trade.quantity = TRY(read_cell<Quantity>(row, 1));
    trade.happened = TRY(read_seconds(TRY(row.at(2))));
    trade.trade.taker_side = TRY(read_side(TRY(row.at(3))));
    trade.trade.trade_id = std::to_string(TRY(TRY(row.at(6)).natural()));
    return trade;
}

Result<std::vector<DepthAnswer::Level>> read_levels(const json::Value& book, std::string_view key) {
    std::vector<DepthAnswer::Level> levels;
    for (const auto row : TRY(TRY(book.at(key)).expect(json::Kind::Array))) {
        DepthAnswer::Level level;
        level.price = TRY(read_cell<Price>(row, 0));
        level.quantity = TRY(read_cell<Quantity>(row, 1));
        levels.push_back(level);
    }
    return levels;
}

}  // namespace

RestRequest system_status_request() {
    return public_request("SystemStatus", {});
}

RestRequest assets_request() {
    return public_request("Assets", {});
}

RestRequest asset_pairs_request() {
    return public_request("AssetPairs", {});
}

RestRequest ticker_request(const std::vector<const Pair*>& pairs) {
    Form form;
    std::string names;
    for (const auto* pair : pairs) names += (names.empty() ? "" : ",") + pair->altname;
    if (!names.empty()) form.add("pair", names);
    return public_request("Ticker", form);
}

RestRequest ohlc_request(const Pair& pair, Duration interval, std::optional<Time> since) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(interval).count();
    Form form;
    form.add("pair", pair.altname).add("interval", std::to_string(minutes));
    if (since) form.add("since", whole_seconds(*since));
    return public_request("OHLC", form);
}

RestRequest trades_request(const Pair& pair, std::string_view since, unsigned count) {
    Form form;
    form.add("pair", pair.altname);
    if (!since.empty()) form.add("since", since);
    form.add("count", std::to_string(count));
    return public_request("Trades", form);
}

RestRequest depth_request(const Pair& pair, unsigned levels) {
    Form form;
    form.add("pair", pair.altname).add("count", std::to_string(levels));
    return public_request("Depth", form);
}

Result<SystemStatus> read_system_status(json::Value result) {
    SystemStatus status;
    status.text = TRY(read_text(result, "status"));
    status.state = system_state(status.text);
    return status;
}

Result<TickersAnswer> read_tickers(json::Value result, const Symbols& symbols) {
    TRY(result.expect(json::Kind::Object));
    TickersAnswer answer;
    for (auto member = result.begin(); member != result.end(); ++member) {
        const auto id = member.key();
        const auto* pair = symbols.find(std::string_view(id));
        if (pair == nullptr) {
            answer.unknown.push_back(id);
            continue;
        }
        auto ticker = read_ticker(*member, pair->instrument);
        if (ticker) {
            answer.tickers.push_back(*ticker);
        } else {
            answer.skipped.push_back(ticker.error().message);  // the others are fine
        }
    }
    return answer;
}

Result<CandlesAnswer> read_ohlc(json::Value result, const Symbols& symbols, Duration interval) {
    const auto found = TRY(read_pair_rows(result, symbols));
    const auto last_closed = TRY(read_seconds(TRY(result.at("last"))));
    CandlesAnswer answer;
    for (const auto row : TRY(found.rows.expect(json::Kind::Array))) {
        const auto candle = TRY(read_candle(row, found.pair->instrument, interval));
        if (!answer.closed.empty() && candle.open_time <= answer.closed.back().open_time) {
            return row.wrong("candles in their order");
        }
        if (candle.open_time <= last_closed) {
            answer.closed.push_back(candle);
        } else {
            answer.forming = candle;
        }
    }
    return answer;
}

Result<TradesAnswer> read_trades(json::Value result, const Symbols& symbols) {
    const auto found = TRY(read_pair_rows(result, symbols));
    TradesAnswer answer;
    for (const auto row : TRY(found.rows.expect(json::Kind::Array))) {
        answer.trades.push_back(TRY(read_trade(row, found.pair->instrument)));
    }
    const auto last = TRY(result.at("last"));
    TRY(last.natural());  // nanoseconds, as a string
    answer.next = last.raw();
    return answer;
}

Result<DepthAnswer> read_depth(json::Value result, const Symbols& symbols) {
    const auto found = TRY(read_pair_rows(result, symbols));
    DepthAnswer answer;
    answer.instrument = found.pair->instrument;
    answer.bids = TRY(read_levels(found.rows, "bids"));
    answer.asks = TRY(read_levels(found.rows, "asks"));
    return answer;
}

}  // namespace tapedeck::kraken
