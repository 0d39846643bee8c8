#pragma once

#include "market-data/core/market_feed.h"
#include "net/backoff.h"
#include "net/wire.h"
#include "venues/kraken/book.h"
#include "venues/kraken/errors.h"
#include "venues/kraken/json.h"
#include "venues/kraken/pairs_query.h"
#include "venues/kraken/public_messages.h"
#include "venues/kraken/public_rest.h"
#include "venues/kraken/rate.h"
#include "venues/kraken/subscriptions.h"
#include "venues/kraken/symbols.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::kraken {

struct PublicFeedOptions {
    std::string rest_origin = "https://api.kraken.com";
    std::string socket_url = "wss://ws.kraken.com/v2";
    std::vector<Instrument> instruments;         ///< at least one, each "kraken:…"
    Duration interval{std::chrono::minutes(1)};  ///< of candles; one that Kraken has
    std::size_t history = 720;  ///< closed candles asked for at the start; 0 = none
    unsigned depth = 10;        ///< of the books whose best prices are the quotes
    Duration request_interval{std::chrono::seconds(1)};
    Duration request_timeout{std::chrono::seconds(10)};
    Duration answer{std::chrono::seconds(10)};   ///< to a subscription
    Duration silence{std::chrono::minutes(1)};   ///< of a subscription, before it is asked again
    Duration restate{std::chrono::seconds(20)};  ///< a quote that stands is said again
    /// Without prices by the stream for longer, those of all pairs come by REST in one request.
    Duration fallback_after{std::chrono::seconds(5)};
    Duration fallback_interval{std::chrono::seconds(5)};
    net::AnswerCache* cache = nullptr;  ///< may be none; must outlive the feed
    std::uint64_t seed = 0;             ///< of the jitter
};

/// Kraken's public data: trades, books checked with every message and their best prices, candles;
/// by WebSocket v2, and prices by REST while that is down. A pure function of what the wire and the
/// clock say.
///
/// History is asked for once the candles' stream has begun, so that none falls between the two;
/// what closes meanwhile waits behind it.
class PublicFeed final : public market_data::MarketFeed {
public:
    PublicFeed(PublicFeedOptions options, std::unique_ptr<net::Wire> wire);

    std::string name() const override { return "kraken"; }

    std::string source() const override;

    Result<market_data::News> poll(const market_data::Moment& now) override;

    int wake_descriptor() const override { return wire_->wake_descriptor(); }

private:
    /// What a question to REST is about.
    enum class Topic : std::uint8_t { Assets, Pairs, Ticker, Candles };

    struct Market {
        const Pair* pair = nullptr;
        Book::Shape shape;
        std::optional<Book> book;
        std::optional<QuoteChanged> quote;  ///< as last said
        Duration quoted_at{};
        std::optional<InstrumentListed> listed;  ///< as last said
        bool has_history = false;                ///< was asked for on this connection
        bool waits_for_history = false;
        unsigned history_attempts = 0;
        std::vector<CandleClosed> held;  ///< closed while history is on its way
        Time last_candle{};              ///< open_time of the last one said
        std::uint64_t last_trade = 0;
        Time last_trade_at{};
    };

    void say(Event event, Time happened, std::string_view channel);
    void note(bool is_warning, std::string code, std::string text);

    void take(const net::WireEvent& event);
    void hear(const PublicRest::Answered& answered);
    Result<> take_answer(const PublicRest::Answered& answered);
    Result<> take_symbols(PairsQuery::Outcome outcome);
    Result<> open_markets(bool is_old);
    void renew_markets(Symbols fresh);
    void reshape(Market& market, const Book::Shape& shape);
    void take_tickers(const PublicRest::Answered& answered);
    void take_history(Market& market, const PublicRest::Answered& answered);

    void take_frame(const std::string& text);
    void take_message(const SystemStatus& status);
    void take_message(const InstrumentUpdate& update);
    void take_message(const TickersUpdate& update);
    void take_message(const TradesUpdate& update);
    void take_message(const BookChange& change);
    void take_message(const CandlesUpdate& update);
    void take_message(const SubscriptionAnswered& answered);
    void take_message(const RequestFailed& failed);

    void take_message(const Heartbeat&) {}

    void take_message(const Pong&) {}

    void take_message(const NotUnderstood&) {}

    void connected();
    void lost(const std::string& why);
    void drive();
    void drive_connection();
    void drive_subscriptions();
    void drive_fallback();
    void restate_quotes();
    void subscribe(const std::vector<Subscriptions::Key>& keys, bool is_end);
    void ask_history(Market& market);
    RestRequest history_request(const Market& market) const;
    Answer<std::vector<CandleClosed>> read_history(const PublicRest::Answered& answered);
    void say_candle(Market& market, const CandleClosed& candle, std::string_view channel);
    void quote(Market& market, const QuoteChanged& quote, Time happened, std::string_view channel);
    void list(Market& market, const InstrumentListed& rules);

    Market* market_of(std::string_view symbol);
    Market* market_of(const Instrument& instrument);
    static std::string name_of(const Market& market);
    static std::uint64_t tag_of(Topic topic, std::uint64_t index);

    PublicFeedOptions options_;
    std::unique_ptr<net::Wire> wire_;
    PublicRest rest_;
    PairsQuery pairs_;
    net::Backoff backoff_;
    ConnectLimiter attempts_;
    Subscriptions subscriptions_;
    CandleCloser closer_;
    json::Document document_;

    market_data::Moment now_{};
    market_data::News news_;
    std::optional<Error> error_;  ///< ends the process

    bool began_ = false;
    Symbols symbols_;
    std::vector<Market> markets_;  ///< one for each of options_.instruments; empty until known

    net::WireId socket_ = 0;
    bool is_open_ = false;
    bool is_serving_ = false;  ///< a book has come on this connection
    Duration open_at_{};       ///< not before
    Duration heard_at_{};      ///< any frame
    Duration down_since_{};    ///< no prices by the stream
    bool was_up_ = false;
    Duration fallback_at_{};
    std::uint64_t request_ = 0;
};

}  // namespace tapedeck::kraken
