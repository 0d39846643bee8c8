#pragma once

#include "market-data/core/market_feed.h"
#include "net/backoff.h"
#include "net/wire.h"
#include "venues/kraken/private_messages.h"
#include "venues/kraken/rate.h"
#include "venues/kraken/rest_trading.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::kraken {

/// The private WebSocket of one account: opens it with a token, subscribes executions and balances,
/// and is up once both snapshots have come. A gap in either sequence, a frame that can't be read, a
/// silence or a refused subscription end the connection: the next one begins with new snapshots.
/// No clock: times are arguments.
class PrivateLink {
public:
    struct Options {
        std::string url = "wss://ws-auth.kraken.com/v2";
        /// From the attempt to open to both snapshots.
        Duration begin_timeout{std::chrono::seconds(15)};
        Duration deaf_after{std::chrono::seconds(10)};  ///< heartbeats come every second
    };

    PrivateLink(net::Wire& wire, Options options, std::uint64_t seed)
        : wire_(wire), options_(std::move(options)), backoff_({}, seed) {}

    /// What was said or has happened, in its order.
    struct News {
        enum class Kind : std::uint8_t {
            Up,
            Down,     ///< `text`: why
            Message,  ///< `channel`, `text`: evidence
            Answer,   ///< `request`, `text`: to one of our requests
            Limit,    ///< `number`: the engine's points of this account
            Status,   ///< `text`: the venue's state; `is_online`
        };

        Kind kind = Kind::Down;
        std::string channel;
        std::string text;
        std::uint64_t request = 0;
        std::optional<VenueError> error;  ///< Answer: the request has failed
        std::uint64_t number = 0;
        bool is_online = false;
    };

    /// A token is needed to go on.
    bool wants_token(Duration now) const;

    void take_token(WebSocketToken token, Duration now);

    /// None could be had: asked for again after a pause.
    void miss_token(Duration now);

    /// The venue doesn't know our session any more: another token, another connection.
    void renew(Duration now) { refuse("the session is not valid", now); }

    void take(const net::WireEvent& event, const market_data::Moment& now);

    /// Opens what is due, closes what is dead.
    void drive(const market_data::Moment& now);

    std::vector<News> take_news() { return std::exchange(news_, {}); }

    bool is_up() const { return is_up_; }

    /// A number for a request of ours.
    std::uint64_t next_request() { return ++request_; }

    /// What goes into requests. A secret.
    const std::string& token() const { return token_; }

    /// False: nothing was sent.
    bool send(std::string text) { return is_up_ && wire_.send(socket_, std::move(text)); }

private:
    void take_frame(const std::string& text, Duration now);
    void take_message(const ExecutionsUpdate& update, const std::string& text, Duration now);
    void take_message(const BalancesUpdate& update, const std::string& text, Duration now);
    void take_message(const RequestAnswered& answer, const std::string& text, Duration now);
    void take_message(const SubscriptionAnswered& answer, const std::string& text, Duration now);
    void take_message(const SystemStatus& status, const std::string& text, Duration now);
    void take_message(const RequestFailed& failed, const std::string& text, Duration now);

    template <class T>
    void take_message(const T&, const std::string&, Duration) {}

    void take_evidence(const char* channel, const std::string& text);
    void take_verdict(SequenceGuard::Verdict verdict, const std::string& where, Duration now);
    void subscribe();
    void refuse(const std::string& error, Duration now);
    void drop(const std::string& why, Duration now);

    net::Wire& wire_;
    Options options_;
    net::Backoff backoff_;
    ConnectLimiter attempts_;
    json::Document document_;
    std::vector<News> news_;

    std::string token_;
    Duration token_until_{};  ///< may open a connection until then
    net::WireId socket_ = 0;
    bool is_open_ = false;
    bool is_up_ = false;
    bool has_executions_ = false;
    bool has_balances_ = false;
    SequenceGuard executions_;
    SequenceGuard balances_;
    Duration open_at_{};
    Duration opened_at_{};
    Duration heard_at_{};
    std::uint64_t request_ = 0;
};

}  // namespace tapedeck::kraken
