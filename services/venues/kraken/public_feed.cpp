#include "venues/kraken/public_feed.h"

#include "base/verify.h"
#include "market-data/core/marks.h"
#include "venues/kraken/rest_public.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace tapedeck::kraken {

namespace {

/// Heartbeats come every second: a connection without a word for so long is dead.
constexpr Duration kDeafAfter = std::chrono::seconds(10);
/// After maintenance the venue asks for no more than one attempt in five seconds.
constexpr Duration kMaintenancePause = std::chrono::seconds(5);
/// Candles that close wait behind their history, but not for ever.
constexpr unsigned kHistoryAttempts = 4;
/// So long after its end a candle may still be missing in an answer.
constexpr Duration kHistoryLag = std::chrono::seconds(5);

/// One name of a channel and its options.
Subscription subscription_of(
    const std::string& channel,
    std::vector<std::string> symbols,
    const PublicFeedOptions& options) {
    Subscription result;
    result.channel = channel;
    if (channel != "instrument") result.symbols = std::move(symbols);
    if (channel == "book") result.depth = options.depth;
    if (channel == "ohlc") {
        result.interval = static_cast<unsigned>(options.interval / std::chrono::minutes(1));
    }
    if (channel == "trade") result.snapshot = true;
    return result;
}

}  // namespace

PublicFeed::PublicFeed(PublicFeedOptions options, std::unique_ptr<net::Wire> wire)
    : options_(std::move(options)),
      wire_(std::move(wire)),
      rest_(
          *wire_,
          {.origin = options_.rest_origin,
           .interval = options_.request_interval,
           .timeout = options_.request_timeout,
           .cache = options_.cache},
          options_.seed),
      pairs_(rest_, {.assets = tag_of(Topic::Assets, 0), .pairs = tag_of(Topic::Pairs, 0)}),
      backoff_({}, options_.seed + 1),
      subscriptions_({.answer = options_.answer, .silence = options_.silence}) {
    VERIFY(!options_.instruments.empty());
}

std::string PublicFeed::source() const {
    std::string text = options_.socket_url;
    for (const auto& instrument : options_.instruments)
        text += " " + std::string(instrument.name());
    return text;
}

Result<market_data::News> PublicFeed::poll(const market_data::Moment& now) {
    now_ = now;
    if (!std::exchange(began_, true)) down_since_ = now.monotonic;
    while (const auto event = wire_->next()) take(*event);
    pairs_.drive(now_);
    while (const auto answered = rest_.take_cached()) hear(*answered);
    if (error_) return tl::make_unexpected(*error_);
    drive();
    return std::exchange(news_, {});
}

std::uint64_t PublicFeed::tag_of(Topic topic, std::uint64_t index) {
    return index << 8U | static_cast<std::uint64_t>(topic);
}

void PublicFeed::say(Event event, Time happened, std::string_view channel) {
    const Time at = happened == Time{} ? now_.wall : happened;
    news_.events.push_back({std::move(event), {at, now_.wall, std::string(channel)}});
}

void PublicFeed::note(bool is_warning, std::string code, std::string text) {
    news_.notes.push_back({is_warning, std::move(code), std::move(text)});
}

PublicFeed::Market* PublicFeed::market_of(std::string_view symbol) {
    for (auto& market : markets_) {
        if (market.pair->symbol == symbol) return &market;
    }
    return nullptr;
}

PublicFeed::Market* PublicFeed::market_of(const Instrument& instrument) {
    for (auto& market : markets_) {
        if (market.pair->instrument == instrument) return &market;
    }
    return nullptr;
}

std::string PublicFeed::name_of(const Market& market) {
    return std::string(market.pair->instrument.name());
}

// What comes.

void PublicFeed::take(const net::WireEvent& event) {
    const unsigned failures = rest_.failures();
    const auto answered = rest_.take(event, now_);
    // Said at the first, the second, the fourth, …: a venue that is away for hours fills no disk.
    if (rest_.failures() > failures && std::has_single_bit(rest_.failures())) {
        note(
            true,
            "VENUE_NO_ANSWER",
            options_.rest_origin + ": " + rest_.why() + "; asked again until it answers");
    }
    if (answered) {
        hear(*answered);
    } else if (const auto* opened = std::get_if<net::SocketOpened>(&event.what)) {
        if (opened->id == socket_) connected();
    } else if (const auto* text = std::get_if<net::SocketText>(&event.what)) {
        if (text->id == socket_) take_frame(text->text);
    } else if (const auto* closed = std::get_if<net::SocketClosed>(&event.what)) {
        if (closed->id == socket_) lost(closed->why);
    }
}

void PublicFeed::hear(const PublicRest::Answered& answered) {
    const auto done = take_answer(answered);
    if (!done && !error_) error_ = done.error();
}

Result<> PublicFeed::take_answer(const PublicRest::Answered& answered) {
    const auto topic = static_cast<Topic>(answered.tag & 0xFFU);
    switch (topic) {
        case Topic::Assets:
        case Topic::Pairs:
            if (auto outcome = pairs_.take(answered, now_)) {
                return take_symbols(std::move(*outcome));
            }
            return {};
        case Topic::Ticker: take_tickers(answered); return {};
        case Topic::Candles: take_history(markets_.at(answered.tag >> 8U), answered); return {};
    }
    return {};
}

Result<> PublicFeed::take_symbols(PairsQuery::Outcome outcome) {
    if (!outcome.symbols) {
        note(true, "VENUE_PAIRS_UNREADABLE", "kraken: " + outcome.fault);
        return {};
    }
    if (outcome.is_old) note(true, "VENUE_CACHE_SERVES", old_pairs_text(outcome.answered_at));
    if (!markets_.empty()) {
        renew_markets(std::move(*outcome.symbols));
        return {};
    }
    symbols_ = std::move(*outcome.symbols);
    return open_markets(outcome.is_old);
}

Result<> PublicFeed::open_markets(bool is_old) {
    std::string missing;
    std::vector<Market> markets;
    for (const auto& instrument : options_.instruments) {
        const Pair* const pair = symbols_.find(instrument);
        if (pair == nullptr) {
            missing += std::string(missing.empty() ? "" : ", ") + std::string(instrument.name());
            continue;
        }
        Market market;
        market.pair = pair;
        markets.push_back(std::move(market));
    }
    if (!missing.empty()) {
        if (is_old) return {};  // it may have come since: the venue has to say that it has not
        return fail(
            "market-data.instruments: Kraken does not list " + missing +
                "; names are like kraken:BTC/USD",
            ExitCode::Configuration);
    }
    markets_ = std::move(markets);
    for (auto& market : markets_) {
        list(market, listed(*market.pair));
        reshape(
            market,
            {.depth = options_.depth,
             .price_decimals = market.pair->price_decimals,
             .quantity_decimals = market.pair->quantity_decimals});
        for (const char* channel : {"book", "trade", "ohlc"}) {
            subscriptions_.want({channel, market.pair->symbol});
        }
    }
    subscriptions_.want({"instrument", ""}, true);
    return {};
}

/// The rules of what we follow are told by the stream while it is up; here are those that have
/// changed while it was not, and the spellings of a pair that is gone stay as they were.
void PublicFeed::renew_markets(Symbols fresh) {
    for (const auto& market : markets_) {
        if (fresh.find(market.pair->instrument) != nullptr) continue;
        note(true, "VENUE_PAIR_GONE", name_of(market) + ": Kraken no longer lists it");
        return;
    }
    symbols_ = std::move(fresh);
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        markets_[i].pair = symbols_.find(options_.instruments[i]);
        if (!is_open_) list(markets_[i], listed(*markets_[i].pair));
    }
}

void PublicFeed::reshape(Market& market, const Book::Shape& shape) {
    market.shape = shape;
    market.book.emplace(market.pair->instrument, shape);
}

void PublicFeed::list(Market& market, const InstrumentListed& rules) {
    if (market.listed == rules) return;
    market.listed = rules;
    say(rules, {}, "instrument");
}

/// In one request for all of them (mission A3).
void PublicFeed::take_tickers(const PublicRest::Answered& answered) {
    if (!answered.why.empty() || is_serving_) return;
    const auto result = read_envelope(document_, answered.status, answered.body);
    if (!result) return;
    const auto tickers = read_tickers(result->value, symbols_);
    if (!tickers) return;
    for (const auto& ticker : tickers->tickers) {
        if (Market* const market = market_of(ticker.quote.instrument)) {
            quote(*market, ticker.quote, ticker.happened, "rest");
        }
    }
}

void PublicFeed::take_history(Market& market, const PublicRest::Answered& answered) {
    if (!market.waits_for_history) return;
    const auto history = read_history(answered);
    if (!history) {
        const VenueError& error = history.error();
        if (answered.why.empty() && may_repeat_query(error) &&
            ++market.history_attempts < kHistoryAttempts) {
            const auto index = static_cast<std::uint64_t>(&market - markets_.data());
            rest_.repeat(tag_of(Topic::Candles, index), history_request(market), now_.monotonic);
            return;
        }
        note(true, "VENUE_HISTORY_MISSING", name_of(market) + ": " + error.text);
    } else {
        const std::size_t count = history->size();
        const std::size_t skip = count > options_.history ? count - options_.history : 0;
        for (std::size_t i = skip; i < count; ++i) say_candle(market, (*history)[i], "rest");
        // What is closed stays true however old the answer is; the rest is still to come.
        if (answered.is_old) return;
    }
    market.waits_for_history = false;
    for (const auto& candle : std::exchange(market.held, {})) say_candle(market, candle, "ohlc");
}

Answer<std::vector<CandleClosed>> PublicFeed::read_history(const PublicRest::Answered& answered) {
    if (!answered.why.empty()) {
        VenueError error;
        error.error_class = ErrorClass::Unreadable;
        error.text = answered.why;
        return tl::make_unexpected(error);
    }
    const auto result = TRY(read_envelope(document_, answered.status, answered.body));
    auto candles = TRY(read_ohlc(result.value, symbols_, options_.interval));
    return std::move(candles.closed);
}

void PublicFeed::say_candle(Market& market, const CandleClosed& candle, std::string_view channel) {
    if (candle.open_time <= market.last_candle) return;
    market.last_candle = candle.open_time;
    say(candle, candle.close_time(), channel);
}

void PublicFeed::take_frame(const std::string& text) {
    heard_at_ = now_.monotonic;
    const auto message = decode_public(document_, text);
    if (!message) {
        // One frame that cannot be read says nothing of the others; a book that it was for shows
        // it by its checksum.
        note(true, "VENUE_MESSAGE_UNREADABLE", "kraken: " + message.error().message);
        return;
    }
    std::visit([this](const auto& each) { take_message(each); }, *message);
}

void PublicFeed::take_message(const SystemStatus& status) {
    if (status.state == SystemStatus::State::Online) {
        note(false, "VENUE_ONLINE", "kraken is online");
        return;
    }
    note(true, "VENUE_NOT_ONLINE", "kraken says: " + status.text);
    if (status.state == SystemStatus::State::Maintenance) {
        open_at_ = std::max(open_at_, now_.monotonic + kMaintenancePause);
    }
}

void PublicFeed::take_message(const InstrumentUpdate& update) {
    subscriptions_.heard({"instrument", ""}, now_.monotonic);
    for (const auto& each : update.pairs) {
        Market* const market = market_of(each.symbol);
        if (market == nullptr) continue;
        if (each.instrument) list(*market, each.rules);
        const Book::Shape shape{options_.depth, each.price_decimals, each.quantity_decimals};
        if (shape == market->shape) continue;
        // What the checksum is made of has changed: the book begins anew.
        reshape(*market, shape);
        subscriptions_.spoiled({"book", market->pair->symbol});
    }
}

void PublicFeed::take_message(const TickersUpdate& update) {
    for (const auto& ticker : update.tickers) {
        if (Market* const market = market_of(ticker.quote.instrument)) {
            quote(*market, ticker.quote, ticker.happened, "ticker");
        }
    }
}

/// After a connection was lost the last fifty trades tell whether some are missing.
void PublicFeed::take_message(const TradesUpdate& update) {
    for (const auto& each : update.trades) {
        Market* const market = market_of(each.trade.instrument);
        if (market == nullptr) continue;
        subscriptions_.heard({"trade", market->pair->symbol}, now_.monotonic);
        const std::uint64_t number = market_data::trade_number(each.trade.trade_id);
        const bool has_hole =
            update.is_snapshot && market->last_trade != 0 && number > market->last_trade + 1;
        if (has_hole) {
            say(
                MarketDataGap{
                    each.trade.instrument,
                    market->last_trade_at,
                    each.happened,
                    GapReason::Disconnected,
                    0},
                {},
                "trade");
        }
        if (number != 0 && number <= market->last_trade) continue;
        market->last_trade = number;
        market->last_trade_at = each.happened;
        say(each.trade, each.happened, "trade");
    }
}

void PublicFeed::take_message(const BookChange& change) {
    Market* const market = market_of(change.symbol);
    if (market == nullptr) return;
    const Subscriptions::Key key{"book", market->pair->symbol};
    const auto applied = market->book->apply(change);
    if (!applied) {
        const std::string fault(to_string(applied.error()));
        say(MarketDataRejected{market->pair->instrument, "book: " + fault, "kraken book", ""},
            change.happened,
            "book");
        note(
            true,
            "VENUE_BOOK_RESYNC",
            name_of(*market) + ": " + fault + "; the book is asked for again");
        subscriptions_.spoiled(key);
        return;
    }
    if (!market->book->is_live()) return;
    is_serving_ = true;
    subscriptions_.heard(key, now_.monotonic);
    if (const auto best = market->book->quote()) quote(*market, *best, change.happened, "book");
}

void PublicFeed::quote(
    Market& market, const QuoteChanged& quote, Time happened, std::string_view channel) {
    if (market.quote == quote && now_.monotonic - market.quoted_at < options_.restate) return;
    market.quote = quote;
    market.quoted_at = now_.monotonic;
    say(quote, happened, channel);
}

void PublicFeed::take_message(const CandlesUpdate& update) {
    for (const auto& candle : update.candles) {
        Market* const market = market_of(candle.instrument);
        if (market == nullptr) continue;
        subscriptions_.heard({"ohlc", market->pair->symbol}, now_.monotonic);
    }
    for (const auto& candle : closer_.take(update.candles)) {
        Market* const market = market_of(candle.instrument);
        if (market == nullptr) continue;
        if (market->waits_for_history) {
            market->held.push_back(candle);
        } else {
            say_candle(*market, candle, "ohlc");
        }
    }
}

void PublicFeed::take_message(const SubscriptionAnswered& answered) {
    if (!answered.error.empty()) {
        if (answered.method != "subscribe" || !answered.request) return;
        const auto refused = subscriptions_.refused(*answered.request, now_.monotonic);
        if (!refused.empty()) {
            note(
                true,
                "VENUE_SUBSCRIPTION_REFUSED",
                "kraken " + refused.front().channel + ": " + answered.error);
        }
        return;
    }
    if (answered.method != "subscribe") return;
    const Subscriptions::Key key{answered.channel, answered.symbol};
    subscriptions_.acknowledged(key);
    if (Market* const market = market_of(answered.symbol)) {
        if (answered.channel == "ohlc") ask_history(*market);
        // Trades may be rare: the acknowledgement is all that a quiet market gives.
        if (answered.channel == "trade") subscriptions_.heard(key, now_.monotonic);
    }
}

void PublicFeed::take_message(const RequestFailed& failed) {
    note(true, "VENUE_REQUEST_FAILED", "kraken: " + failed.error);
    if (failed.request) subscriptions_.refused(*failed.request, now_.monotonic);
}

// What is done.

void PublicFeed::ask_history(Market& market) {
    if (options_.history == 0 || market.has_history || market.waits_for_history) return;
    const auto index = static_cast<std::uint64_t>(&market - markets_.data());
    market.has_history = true;
    market.waits_for_history = true;
    market.history_attempts = 0;
    const std::uint64_t tag = tag_of(Topic::Candles, index);
    if (market.last_candle != Time{}) {
        rest_.ask(tag, history_request(market), kHistoryAttempts);
        return;
    }
    // An answer of before is whole as long as no candle has closed since.
    const Duration since_epoch = now_.wall.time_since_epoch();
    const Time began{since_epoch - since_epoch % options_.interval};
    rest_.ask_cached(tag, history_request(market), began + kHistoryLag, kHistoryAttempts);
}

RestRequest PublicFeed::history_request(const Market& market) const {
    std::optional<Time> since;
    if (market.last_candle != Time{}) since = market.last_candle;
    return ohlc_request(*market.pair, options_.interval, since);
}

void PublicFeed::connected() {
    is_open_ = true;
    heard_at_ = now_.monotonic;
    backoff_.reset();
    subscriptions_.reset();
    for (auto& market : markets_) market.has_history = false;
    note(false, was_up_ ? "VENUE_RESTORED" : "VENUE_CONNECTED", options_.socket_url);
    was_up_ = true;
}

void PublicFeed::lost(const std::string& why) {
    const Duration pause = std::max(backoff_.next(), attempts_.wait(now_.monotonic));
    note(
        true,
        "VENUE_DISCONNECTED",
        options_.socket_url + ": " + why + "; next attempt in " + tapedeck::to_string(pause));
    if (std::exchange(is_serving_, false)) down_since_ = now_.monotonic;
    socket_ = 0;
    is_open_ = false;
    open_at_ = std::max(open_at_, now_.monotonic + pause);
    for (auto& market : markets_) market.book->reset();
    closer_.reset();
}

void PublicFeed::drive() {
    if (!markets_.empty()) {
        drive_connection();
        if (is_open_) {
            drive_subscriptions();
            restate_quotes();
        }
        if (!is_serving_) drive_fallback();
    }
    rest_.drive(now_.monotonic);
}

void PublicFeed::drive_connection() {
    const Duration now = now_.monotonic;
    if (socket_ == 0) {
        if (now < open_at_) return;
        attempts_.attempted(now);
        socket_ = wire_->open(options_.socket_url);
        return;
    }
    if (!is_open_) return;
    std::string why;
    if (now - heard_at_ > kDeafAfter) why = "no heartbeat";
    for (const auto& key : subscriptions_.overdue(now)) {
        why = key.channel + " " + key.symbol + " was asked for and stays silent";
    }
    if (why.empty()) return;
    wire_->close(std::exchange(socket_, 0));
    lost(why);
}

void PublicFeed::drive_subscriptions() {
    const Duration now = now_.monotonic;
    subscribe(subscriptions_.to_end(now), true);
    subscribe(subscriptions_.due(now), false);
}

/// One request a channel, with all its symbols.
void PublicFeed::subscribe(const std::vector<Subscriptions::Key>& keys, bool is_end) {
    std::map<std::string, std::vector<std::string>> by_channel;
    for (const auto& key : keys) by_channel[key.channel].push_back(key.symbol);
    for (const auto& [channel, symbols] : by_channel) {
        const Subscription subscription = subscription_of(channel, symbols, options_);
        const std::uint64_t request = ++request_;
        const bool is_sent = wire_->send(
            socket_,
            is_end ? encode_unsubscribe(subscription, request)
                   : encode_subscribe(subscription, request));
        for (const auto& symbol : symbols) {
            if (!is_end && is_sent) {
                subscriptions_.asked({channel, symbol}, request, now_.monotonic);
            }
            if (!is_end || channel != "book") continue;
            if (Market* const market = market_of(symbol)) market->book->reset();
        }
    }
}

/// What stands unchanged in a book that lives is no silence.
void PublicFeed::restate_quotes() {
    for (auto& market : markets_) {
        if (now_.monotonic - market.quoted_at < options_.restate) continue;
        if (const auto best = market.book->quote()) quote(market, *best, {}, "book");
    }
}

void PublicFeed::drive_fallback() {
    const Duration now = now_.monotonic;
    if (now - down_since_ < options_.fallback_after || now < fallback_at_) return;
    const std::uint64_t tag = tag_of(Topic::Ticker, 0);
    if (rest_.is_waiting_for(tag)) return;
    fallback_at_ = now + options_.fallback_interval;
    std::vector<const Pair*> pairs;
    for (const auto& market : markets_) pairs.push_back(market.pair);
    rest_.ask(tag, ticker_request(pairs), 1);
}

}  // namespace tapedeck::kraken
