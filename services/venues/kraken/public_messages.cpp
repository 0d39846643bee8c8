#include "venues/kraken/public_messages.h"

#include "venues/kraken/fields.h"
#include "venues/kraken/json_writer.h"

#include <array>

namespace tapedeck::kraken {

namespace {

struct StateName {
    std::string_view name;
    SystemStatus::State state;
};

constexpr std::array<StateName, 5> kStates = {{
    {"online", SystemStatus::State::Online},
    {"maintenance", SystemStatus::State::Maintenance},
    {"cancel_only", SystemStatus::State::CancelOnly},
    {"post_only", SystemStatus::State::PostOnly},
    {"limit_only", SystemStatus::State::LimitOnly},
}};

constexpr std::uint64_t kIntervalMax = 43200;  // minutes: 30 days

Result<Instrument> read_instrument(const json::Value& object) {
    const auto symbol = TRY(object.at("symbol"));
    const auto instrument = instrument_of(TRY(symbol.text()));
    if (!instrument) return symbol.wrong("a pair that we have a name for");
    return *instrument;
}

bool is_snapshot(const json::Value& message) {
    const auto type = message.find("type");
    return type && type->equals("snapshot");
}

Result<PublicMessage> decode_status(const json::Value& message) {
    const auto data = TRY(TRY(message.at("data")).at(std::size_t{0}));
    SystemStatus status;
    status.text = TRY(read_text(data, "system"));
    status.state = system_state(status.text);
    if (const auto id = data.find("connection_id")) status.connection_id = id->raw();
    return status;
}

Result<PairUpdate> decode_pair(const json::Value& data) {
    PairUpdate pair;
    pair.symbol = TRY(read_text(data, "symbol"));
    const auto instrument = instrument_of(pair.symbol);
    if (instrument) pair.instrument = *instrument;
    pair.status = pair_status(TRY(read_text(data, "status")));
    pair.price_decimals = TRY(read_decimals(data, "price_precision"));
    if (data.find("ws_display_price_precision")) {
        pair.price_decimals = TRY(read_decimals(data, "ws_display_price_precision"));
    }
    pair.quantity_decimals = TRY(read_decimals(data, "qty_precision"));
    if (instrument) pair.rules.instrument = *instrument;
    // Newer servers say tick_size beside price_increment; the value is the same.
    const auto* tick = data.find("tick_size") ? "tick_size" : "price_increment";
    pair.rules.price_tick = TRY(read_amount<Price>(data, tick));
    pair.rules.quantity_step = TRY(read_amount<Quantity>(data, "qty_increment"));
    pair.rules.quantity_min = TRY(read_amount<Quantity>(data, "qty_min"));
    const auto cost_min = TRY(find_amount<Money>(data, "cost_min"));
    pair.rules.notional_min = cost_min.value_or(Money{});
    return pair;
}

Result<PublicMessage> decode_instruments(const json::Value& message) {
    const auto data = TRY(message.at("data"));
    InstrumentUpdate update;
    update.is_snapshot = is_snapshot(message);
    const auto pairs = data.find("pairs");
    if (!pairs) return update;  // assets alone have changed
    for (const auto pair : TRY(pairs->expect(json::Kind::Array))) {
        auto decoded = decode_pair(pair);
        if (decoded) {
            update.pairs.push_back(std::move(*decoded));
        } else {
            update.skipped.push_back(decoded.error().message);  // the others are fine
        }
    }
    return update;
}

Result<TickerUpdate> decode_ticker(const json::Value& data) {
    TickerUpdate ticker;
    ticker.quote.instrument = TRY(read_instrument(data));
    ticker.quote.bid = TRY(read_amount<Price>(data, "bid"));
    ticker.quote.bid_quantity = TRY(read_amount<Quantity>(data, "bid_qty"));
    ticker.quote.ask = TRY(read_amount<Price>(data, "ask"));
    ticker.quote.ask_quantity = TRY(read_amount<Quantity>(data, "ask_qty"));
    ticker.last = TRY(read_amount<Price>(data, "last"));
    ticker.low = TRY(read_amount<Price>(data, "low"));
    ticker.high = TRY(read_amount<Price>(data, "high"));
    ticker.vwap = TRY(read_amount<Price>(data, "vwap"));
    ticker.volume = TRY(read_amount<Quantity>(data, "volume"));
    ticker.happened = TRY(find_moment(data, "timestamp"));
    return ticker;
}

Result<PublicTrade> decode_trade(const json::Value& data) {
    PublicTrade trade;
    trade.trade.instrument = TRY(read_instrument(data));
    trade.trade.taker_side = TRY(read_side(TRY(data.at("side"))));
    trade.trade.price = TRY(read_amount<Price>(data, "price"));
    trade.trade.quantity = TRY(read_amount<Quantity>(data, "qty"));
    trade.trade.trade_id = std::to_string(TRY(TRY(data.at("trade_id")).natural()));
    trade.happened = TRY(find_moment(data, "timestamp"));
    return trade;
}

Result<CandleClosed> decode_candle(const json::Value& data) {
    CandleClosed candle;
    candle.instrument = TRY(read_instrument(data));
    const auto interval = TRY(data.at("interval"));
    const auto minutes = TRY(interval.natural());
    if (minutes == 0 || minutes > kIntervalMax) return interval.wrong("minutes");
    candle.interval = std::chrono::minutes(minutes);
    TRY(data.at("interval_begin"));
    candle.open_time = TRY(find_moment(data, "interval_begin"));
    candle.open = TRY(read_amount<Price>(data, "open"));
    candle.high = TRY(read_amount<Price>(data, "high"));
    candle.low = TRY(read_amount<Price>(data, "low"));
    candle.close = TRY(read_amount<Price>(data, "close"));
    candle.volume = TRY(read_amount<Quantity>(data, "volume"));
    if (const auto trades = data.find("trades")) candle.trades = TRY(read_count(*trades));
    return candle;
}

Result<std::vector<BookEntry>> decode_entries(const json::Value& data, std::string_view key) {
    std::vector<BookEntry> entries;
    const auto side = data.find(key);
    if (!side) return entries;
    for (const auto level : TRY(side->expect(json::Kind::Array))) {
        const auto price = TRY(level.at("price"));
        const auto quantity = TRY(level.at("qty"));
        BookEntry entry;
        entry.price = Price(TRY(price.decimal()));
        entry.quantity = Quantity(TRY(quantity.decimal()));
        entry.price_text = price.raw();
        entry.quantity_text = quantity.raw();
        entries.push_back(entry);
    }
    return entries;
}

Result<PublicMessage> decode_book(const json::Value& message) {
    const auto data = TRY(TRY(message.at("data")).at(std::size_t{0}));
    BookChange change;
    change.is_snapshot = is_snapshot(message);
    change.symbol = TRY(TRY(data.at("symbol")).expect(json::Kind::String)).raw();
    change.bids = TRY(decode_entries(data, "bids"));
    change.asks = TRY(decode_entries(data, "asks"));
    change.checksum = TRY(read_count(TRY(data.at("checksum"))));
    change.happened = TRY(find_moment(data, "timestamp"));
    return change;
}

/// Messages whose `data` is an array of things of one sort.
template <class Update, class Item, class Decode>
Result<PublicMessage> decode_items(
    const json::Value& message, std::vector<Item> Update::*items, Decode decode) {
    Update update;
    update.is_snapshot = is_snapshot(message);
    for (const auto item : TRY(TRY(message.at("data")).expect(json::Kind::Array))) {
        (update.*items).push_back(TRY(decode(item)));
    }
    return update;
}

Result<PublicMessage> decode_channel(const json::Value& message, const json::Value& channel) {
    if (channel.equals("book")) return decode_book(message);
    if (channel.equals("trade")) {
        return decode_items(message, &TradesUpdate::trades, decode_trade);
    }
    if (channel.equals("ticker")) {
        return decode_items(message, &TickersUpdate::tickers, decode_ticker);
    }
    if (channel.equals("ohlc")) {
        return decode_items(message, &CandlesUpdate::candles, decode_candle);
    }
    if (channel.equals("heartbeat")) return Heartbeat{};
    if (channel.equals("status")) return decode_status(message);
    if (channel.equals("instrument")) return decode_instruments(message);
    return NotUnderstood{std::string(channel.raw())};
}

Result<PublicMessage> decode_subscription(const json::Value& message, const json::Value& method) {
    SubscriptionAnswered answer;
    answer.method = method.raw();
    answer.request = request_of(message);
    if (!TRY(TRY(message.at("success")).boolean())) {
        answer.error = TRY(read_text(message, "error"));
        answer.symbol = TRY(find_text(message, "symbol"));
        return answer;
    }
    const auto result = TRY(message.at("result"));
    answer.channel = TRY(read_text(result, "channel"));
    answer.symbol = TRY(find_text(result, "symbol"));
    if (const auto count = result.find("maxratecount")) {
        answer.max_rate_count = TRY(count->natural());
    }
    if (const auto warnings = result.find("warnings")) {
        for (const auto warning : *warnings) answer.warnings.emplace_back(warning.raw());
    }
    return answer;
}

Result<PublicMessage> decode_answer(const json::Value& message, const json::Value& method) {
    if (method.equals("pong")) return Pong{request_of(message)};
    if (method.equals("subscribe") || method.equals("unsubscribe")) {
        return decode_subscription(message, method);
    }
    const auto error = message.find("error");
    if (!error) return NotUnderstood{std::string(method.raw())};
    RequestFailed failed;
    failed.method = method.raw();
    failed.request = request_of(message);
    failed.error = TRY(error->text());
    return failed;
}

}  // namespace

SystemStatus::State system_state(std::string_view text) {
    for (const auto& known : kStates) {
        if (known.name == text) return known.state;
    }
    return SystemStatus::State::Unknown;
}

Result<PublicMessage> decode_public(json::Document& document, std::string_view frame) {
    TRY(document.read(frame));
    const auto message = document.root();
    if (const auto channel = message.find("channel")) return decode_channel(message, *channel);
    if (const auto method = message.find("method")) return decode_answer(message, *method);
    if (const auto error = message.find("error")) {
        RequestFailed failed;
        failed.request = request_of(message);
        failed.error = TRY(error->text());
        return failed;
    }
    return message.wrong("an object with a channel or a method");
}

std::vector<CandleClosed> CandleCloser::take(const std::vector<CandleClosed>& candles) {
    std::vector<CandleClosed> closed;
    for (const auto& candle : candles) {
        const Key key{candle.instrument, candle.interval};
        const auto [said, is_new] = said_.try_emplace(key, Time::min());
        if (candle.open_time <= said->second) continue;
        const auto [forming, is_first] = forming_.try_emplace(key, candle);
        if (is_first || candle.open_time < forming->second.open_time) continue;
        if (candle.open_time > forming->second.open_time) {
            said->second = forming->second.open_time;
            closed.push_back(forming->second);
        }
        forming->second = candle;
    }
    return closed;
}

namespace {

void write_params(json::Writer& writer, const Subscription& subscription) {
    writer.key("params").begin_object().key("channel").text(subscription.channel);
    if (!subscription.symbols.empty()) {
        writer.key("symbol").begin_array();
        for (const auto& symbol : subscription.symbols) writer.text(symbol);
        writer.end_array();
    }
    if (subscription.depth) writer.key("depth").number(std::uint64_t{*subscription.depth});
    if (subscription.interval) {
        writer.key("interval").number(std::uint64_t{*subscription.interval});
    }
    if (subscription.event_trigger) writer.key("event_trigger").text(*subscription.event_trigger);
    if (subscription.snapshot) writer.key("snapshot").flag(*subscription.snapshot);
    writer.end_object();
}

std::string encode(
    std::string_view method, const Subscription* subscription, std::uint64_t request) {
    json::Writer writer;
    writer.begin_object().key("method").text(method);
    if (subscription != nullptr) write_params(writer, *subscription);
    writer.key("req_id").number(request).end_object();
    return writer.str();
}

}  // namespace

std::string encode_subscribe(const Subscription& subscription, std::uint64_t request) {
    return encode("subscribe", &subscription, request);
}

std::string encode_unsubscribe(const Subscription& subscription, std::uint64_t request) {
    return encode("unsubscribe", &subscription, request);
}

std::string encode_ping(std::uint64_t request) {
    return encode("ping", nullptr, request);  // with params it would be refused
}

}  // namespace tapedeck::kraken
