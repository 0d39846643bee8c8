#pragma once

#include "venue-simulator/core/desk.h"
#include "venue-simulator/core/faults.h"
#include "venue-simulator/core/json.h"
#include "venue-simulator/core/params.h"
#include "venue-simulator/core/socket_format.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// WebSocket v2. Subscriptions are in sockets_subscribe.cpp, orders in sockets_trading.cpp, what
/// streams in sockets_publish.cpp.
namespace tapedeck::venue_simulator {

using SocketId = std::uint64_t;

/// A message for a client, with what faults want to know of it.
struct Outgoing {
    SocketId socket = 0;
    std::string text{};
    std::string channel{};  ///< empty: an answer
    std::optional<PairId> pair{};
    std::string key{};
    bool closes = false;  ///< no message: the venue closes the socket
};

/// A request as it came, still to be believed.
struct SocketCall {
    SocketId socket = 0;
    bool is_private = false;  ///< came over the private endpoint
    std::string method{};
    std::string id{};       ///< the JSON of req_id; empty: none
    Json message{};         ///< the whole
    std::string problem{};  ///< what is said in place of an answer, if it is no request
    Occasion occasion{};
};

struct SocketPaths {
    std::string open = "/v2";         ///< public channels only
    std::string closed = "/auth/v2";  ///< private channels and orders; the public ones as well
};

class Sockets {
public:
    Sockets(Floor& floor, Desk& desk, Faults& faults, SocketPaths paths)
        : floor_(floor), desk_(desk), faults_(faults), paths_(std::move(paths)) {}

    /// False if nothing is served under this target.
    bool open(SocketId id, const std::string& target, Time now);
    void close(SocketId id, Time now);

    bool is_open(SocketId id) const { return sockets_.contains(id); }

    SocketCall read(SocketId id, const std::string& text, Time now);
    /// Answers, in order. What streams because of it is in take().
    std::vector<std::string> answer(const SocketCall& call, const Moment& at);
    static std::string error_answer(
        const SocketCall& call, const std::string& error, const Moment& at);

    void publish(const std::vector<ExchangeEvent>& events, Time now);
    /// Differences to what was last said of books and best prices.
    void publish_books(Time now);
    void publish_modes(Time now);
    /// Heartbeats, and the end of sockets that nobody uses.
    void advance(Time now);

    std::vector<Outgoing> take();

    std::size_t count() const { return sockets_.size(); }

    std::vector<SocketId> all() const;

private:
    struct Subscription {
        std::string channel;
        std::optional<PairId> pair;
        std::size_t depth = 0;
        std::int64_t interval = 0;
        bool on_quotes = false;  ///< a ticker that is sent when the best price changes
        bool is_silent = false;
        bool all_statuses = true;
        bool with_points = false;
        std::uint64_t sequence = 0;
        std::string token;
        std::string key;
        AccountId account = 0;
    };

    struct Socket {
        bool is_private = false;
        Time heard;
        Time said;
        std::vector<Subscription> subscriptions;
    };

    using Answer = Outcome<std::string>;
    using Answers = std::vector<std::string>;

    std::string done(const SocketCall& call, const std::string& result, const Moment& at) const;
    std::string said(const SocketCall& call, const Answer& answer, const Moment& at) const;
    std::string pong(const SocketCall& call, const Moment& at) const;
    void send(SocketId id, Outgoing message, Time now);
    std::string status_message(SocketId id) const;

    /// sockets_subscribe.cpp
    Answers subscribe(const SocketCall& call, const Moment& at);
    Answers unsubscribe(const SocketCall& call, const Moment& at);
    std::string subscribe_one(
        const SocketCall& call,
        Subscription wanted,
        const Moment& at,
        std::vector<Subscription>& fresh);
    Outcome<Subscription> read_subscription(const SocketCall& call, const Moment& at);
    Outcome<> read_private(const SocketCall& call, Subscription& wanted, const Moment& at);
    std::string acknowledged(const SocketCall& call, const Subscription& made) const;
    void send_snapshot(SocketId id, Subscription& made, const Json& params, Time now);
    void send_executions_snapshot(SocketId id, Subscription& made, const Json& params, Time now);
    void send_market_snapshot(SocketId id, Subscription& made, const Json& params, Time now);

    /// sockets_publish.cpp
    void publish_execution(const Execution& execution, Time now);
    void publish_booked(const Booked& booked, Time now);
    void publish_trades(PairId pair, const std::vector<PublicTrade>& trades, Time now);
    void send_book(
        SocketId id,
        const Subscription& to,
        const std::string& type,
        const BookChange& change,
        Time now);
    void send_private(
        SocketId id, Subscription& to, const std::string& type, const std::string& data, Time now);
    void send_ticker(SocketId id, const Subscription& to, const std::string& type, Time now);
    template <class Visit>
    void for_each(const std::string& channel, std::optional<PairId> pair, Visit&& visit);
    Decimal fee_in_usd(const Order& order) const;

    /// sockets_trading.cpp
    Outcome<const ApiKey*> caller(
        const SocketCall& call, const std::vector<std::string>& permissions, Time now) const;
    Answer add_order(const SocketCall& call, const Moment& at);
    Answer amend_order(const SocketCall& call, const Moment& at);
    Answer edit_order(const SocketCall& call, const Moment& at);
    Answers cancel_order(const SocketCall& call, const Moment& at);
    Answer cancel_all(const SocketCall& call, const Moment& at);
    Answer cancel_all_after(const SocketCall& call, const Moment& at);
    Answer batch_add(const SocketCall& call, const Moment& at);
    Answer batch_cancel(const SocketCall& call, const Moment& at);

    struct Tops {
        std::vector<BookLevel> bids;
        std::vector<BookLevel> asks;
    };

    Tops tops_of(PairId pair, std::size_t depth) const;

    Floor& floor_;
    Desk& desk_;
    Faults& faults_;
    SocketPaths paths_;
    std::map<SocketId, Socket> sockets_;
    /// What those who follow a book at a depth know of it.
    std::map<std::pair<PairId, std::size_t>, Tops> followed_;
    std::map<PairId, Tops> quoted_;  ///< as followed_, of tickers, one deep
    std::vector<Outgoing> out_;
};

/// The parameters of a request; an empty object if there are none.
const Json& params_of(const SocketCall& call);

}  // namespace tapedeck::venue_simulator
