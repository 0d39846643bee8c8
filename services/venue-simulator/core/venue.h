#pragma once

#include "venue-simulator/core/desk.h"
#include "venue-simulator/core/faults.h"
#include "venue-simulator/core/market.h"
#include "venue-simulator/core/rest.h"
#include "venue-simulator/core/sockets.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The whole venue: messages and moments in, messages out. Start reading here; what is asked goes
/// through venue.cpp, what tests ask for through venue_admin.cpp.
namespace tapedeck::venue_simulator {

struct AccountSpec {
    Account::Options account{};
    std::vector<ApiKey> keys{};  ///< account and tier are filled in
};

struct VenueOptions {
    std::uint64_t seed = 1;
    SocketPaths paths{};
    std::vector<AccountSpec> accounts{};
    Market::Options market{};
    bool is_market_running = true;
};

/// What the shell is to do.
struct Delivery {
    enum class Kind {
        Answer,   ///< of a request: status, type and text
        Raw,      ///< of a request: these bytes, then the connection ends
        DropIt,   ///< cut the connection of a request or a socket
        Text,     ///< to a socket
        CloseIt,  ///< a socket, in good order
    };

    Kind kind = Kind::Answer;
    std::uint64_t id = 0;
    unsigned status = 200;
    std::string type = "application/json";
    std::string text{};
};

class Venue {
public:
    Venue(const VenueOptions& options, Time start);

    void request(std::uint64_t id, const HttpCall& call, Time now);
    void opened(SocketId id, const std::string& target, Time now);
    void received(SocketId id, const std::string& text, Time now);
    void closed(SocketId id, Time now);
    void advance(Time now);

    /// What is due by now, in order.
    std::vector<Delivery> take(Time now);
    /// When take() has something again, if nothing else happens before.
    std::optional<Time> next_due() const;

    Floor& floor() { return floor_; }

    Market& market() { return market_; }

    Faults& faults() { return faults_; }

private:
    /// A request that is worked on at once, or later.
    struct Work {
        std::variant<RestCall, SocketCall> call;
        std::uint64_t id = 0;
        Time received;
    };

    void take_up(Work work, Time now);
    void work_on(const Work& work, Time now);
    bool fails_before(const Work& work, const Occasion& occasion, Time now);
    void answer(
        const Work& work,
        const Occasion& occasion,
        const std::vector<std::string>& texts,
        Time now);
    bool fails_after(const Work& work, const Occasion& occasion, Time now);
    void fail(const Work& work, const FaultRule& rule, Time now);
    void deliver_answer(const Work& work, std::vector<std::string> texts, Duration delay, Time now);
    std::vector<OrderKey> fresh_orders(const std::vector<ExchangeEvent>& events) const;
    bool fill_before_ack(const Occasion& occasion, std::vector<ExchangeEvent>& events, Time now);
    void disturb(const Occasion& occasion, const std::vector<OrderKey>& fresh, Time now);
    void publish(const std::vector<ExchangeEvent>& events, Time now);
    void publish_all(Time now);
    void route(Time now);
    void route_one(const Outgoing& message, Time now);
    void push(Time due, Delivery delivery);
    void count(const std::string& what);

    /// venue_admin.cpp
    std::string admin(const HttpCall& call, Time now, unsigned& status);
    Outcome<std::string> admin_post(const std::string& what, const Json& body, Time now);
    Outcome<std::string> admin_get(const std::string& what, const Json& query) const;
    Outcome<std::string> admin_house(const Json& body, Time now);
    Outcome<std::string> admin_deposit(const Json& body, Time now);
    Outcome<std::string> admin_price(const Json& body, Time now);
    Outcome<std::string> admin_mode(const Json& body, Time now);
    Outcome<std::string> admin_key(const Json& body);
    Outcome<std::string> admin_clock(const Json& body);
    Outcome<std::string> admin_order(const std::string& what, const Json& body, Time now);
    std::string all_orders(const std::optional<std::string>& client_id) const;
    std::string all_balances() const;
    std::string all_trades() const;
    std::string counters() const;

    Floor floor_;
    Desk desk_;
    Faults faults_;
    Rest rest_;
    Sockets sockets_;
    Market market_;
    std::multimap<Time, Work> later_;
    std::multimap<Time, Delivery> due_;
    std::map<SocketId, Time> last_due_;
    std::map<std::pair<SocketId, std::string>, Outgoing> held_;  ///< to come after the next
    std::map<std::string, std::int64_t> counts_;
};

}  // namespace tapedeck::venue_simulator
