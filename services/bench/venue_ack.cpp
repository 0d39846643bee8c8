#include "bench/venue_ack.h"

#include "bench/samples.h"
#include "bench/scratch.h"
#include "net/wire.h"
#include "ops/child_process.h"
#include "venues/kraken/private_messages.h"
#include "venues/kraken/private_requests.h"
#include "venues/kraken/rest.h"
#include "venues/kraken/rest_trading.h"
#include "venues/kraken/sign.h"

#include <nlohmann/json.hpp>
#include <poll.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::bench {

namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;
/// Below the open orders that a pair takes, and its points of the matching engine.
constexpr unsigned kOrdersPerPair = 150;
constexpr unsigned kPings = 500;
/// So low that nobody sells: the orders rest.
constexpr std::string_view kPrice = "100";
constexpr std::string_view kQuantity = "0.1";

struct TradedPair {
    const char* instrument;
    const char* symbol;
    const char* altname;
};

constexpr TradedPair kPairs[] = {
    {"kraken:BTC/USD", "BTC/USD", "XBTUSD"}, {"kraken:ETH/USD", "ETH/USD", "ETHUSD"}};

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The simulator, and a WebSocket to its private half.
class Venue {
public:
    static Result<Venue> start(const Options& options, const std::filesystem::path& home) {
        const auto log = home / "venue.log";
        auto process = TRY(ops::ChildProcess::start(
            options.programs / "tapedeck-venue-simulator",
            {"--home", (home / "venue").string(), "--port", "0", "--quiet-market"},
            log));
        Venue venue(options, std::move(process));
        const Duration deadline = options.clock.monotonic() + kPatience;
        std::size_t at = std::string::npos;
        std::string said;
        while (at == std::string::npos) {
            said = slurp(log);
            at = said.find("port ");
            if (said.find('\n', at) == std::string::npos) at = std::string::npos;
            if (at == std::string::npos && options.clock.monotonic() > deadline) {
                return fail("tapedeck-venue-simulator does not start: " + said);
            }
        }
        venue.place_ = "localhost:" + std::to_string(std::stoul(said.substr(at + 5)));
        venue.wire_ = TRY(net::start_wire({.ca_file = (home / "venue/ca.pem").string()}));
        TRY(venue.sign_in(home / "venue/accounts.json"));
        return venue;
    }

    std::string_view token() const { return token_; }

    std::uint64_t next_request() { return ++request_; }

    /// Sends, and waits for the answer to this request; how long that took.
    Result<Duration> ask(std::string text, std::uint64_t request) {
        const std::string wanted = "\"req_id\":" + std::to_string(request);
        const Duration start = clock_.monotonic();
        if (!wire_->send(socket_, std::move(text))) return fail("the simulator is gone");
        const auto is_it = [&](const net::WireEvent& event) {
            const auto* said = std::get_if<net::SocketText>(&event.what);
            return said != nullptr && said->text.find(wanted) != std::string::npos;
        };
        const auto answer = TRY(wait_for(is_it));
        const auto& text_of_answer = std::get<net::SocketText>(answer.what).text;
        if (text_of_answer.find("\"success\":false") != std::string::npos) {
            return fail("the simulator refuses: " + text_of_answer);
        }
        return answer.received - start;
    }

private:
    Venue(const Options& options, ops::ChildProcess process)
        : clock_(options.clock), process_(std::move(process)) {}

    Result<> sign_in(const std::filesystem::path& accounts_file) {
        const auto accounts = nlohmann::json::parse(slurp(accounts_file));
        const auto& key = accounts.at("accounts").at(0).at("keys").at(0);
        const auto secret = TRY(kraken::Secret::from_base64(key.at("secret").get<std::string>()));
        const kraken::Credentials credentials{key.at("key"), secret, std::nullopt};
        auto signed_call = kraken::sign_call(kraken::websockets_token_call(), credentials, 1);
        net::HttpRequest request;
        request.method = std::move(signed_call.verb);
        request.target = std::move(signed_call.target);
        request.headers = std::move(signed_call.headers);
        request.body = std::move(signed_call.body);
        const auto id = wire_->request("https://" + place_, std::move(request), kPatience);
        const auto answer = TRY(wait_for([&](const net::WireEvent& event) {
            const auto* answered = std::get_if<net::HttpAnswered>(&event.what);
            return answered != nullptr && answered->id == id;
        }));
        const auto body =
            nlohmann::json::parse(std::get<net::HttpAnswered>(answer.what).reply.body);
        token_ = body.at("result").at("token");
        socket_ = wire_->open("wss://" + place_ + "/auth/v2");
        TRY(wait_for([&](const net::WireEvent& event) {
            return std::holds_alternative<net::SocketOpened>(event.what);
        }));
        return {};
    }

    template <class Wanted>
    Result<net::WireEvent> wait_for(const Wanted& is_wanted) {
        const Duration deadline = clock_.monotonic() + kPatience;
        while (clock_.monotonic() < deadline) {
            while (auto event = wire_->next()) {
                if (is_wanted(*event)) return std::move(*event);
                if (const auto* failed = std::get_if<net::HttpFailed>(&event->what)) {
                    return fail("the simulator: " + failed->why);
                }
                if (const auto* closed = std::get_if<net::SocketClosed>(&event->what)) {
                    return fail("the simulator: " + closed->why);
                }
            }
            pollfd descriptor{wire_->wake_descriptor(), POLLIN, 0};
            ::poll(&descriptor, 1, 100);
        }
        return fail("the simulator does not answer");
    }

    const ops::Clock& clock_;
    ops::ChildProcess process_;
    std::string place_;
    std::unique_ptr<net::Wire> wire_;
    std::string token_;
    net::WireId socket_ = 0;
    std::uint64_t request_ = 0;
};

}  // namespace

Result<> measure_ack(const Options& options, Report& report) {
    const auto scratch = TRY(Scratch::in(options.directory));
    auto venue = TRY(Venue::start(options, scratch.path()));
    Samples pings;
    for (unsigned i = 0; i < kPings && !options.interrupted(); ++i) {
        const auto request = venue.next_request();
        const std::string ping = R"({"method":"ping","req_id":)" + std::to_string(request) + "}";
        pings.add(TRY(venue.ask(ping, request)));
    }
    Samples acks;
    for (const auto& traded : kPairs) {
        kraken::Pair pair;
        pair.instrument = Instrument::parse(traded.instrument).value();
        pair.symbol = traded.symbol;
        pair.altname = traded.altname;
        pair.price_decimals = 1;
        pair.quantity_decimals = 8;
        kraken::NewOrder order;
        order.pair = &pair;
        order.terms.instrument = pair.instrument;
        order.terms.type = OrderType::Limit;
        order.terms.quantity = Quantity::parse(kQuantity).value();
        order.terms.limit_price = Price::parse(kPrice).value();
        for (unsigned i = 0; i < kOrdersPerPair && !options.interrupted(); ++i) {
            const auto request = venue.next_request();
            order.client_order_id = "bench" + std::to_string(request);
            order.deadline = options.clock.wall() + 5s;
            acks.add(
                TRY(venue.ask(kraken::encode_add_order(order, {venue.token(), request}), request)));
        }
    }
    if (acks.empty()) return fail("interrupted", ExitCode::Interrupted);
    report.add(
        {.key = "order_ack_p50_us",
         .what = "an order on the open WebSocket to its acknowledgement, TLS, loopback, p50",
         .value = acks.percentile_us(50)});
    report.add(
        {.key = "order_ack_p99_us", .what = "the same, p99", .value = acks.percentile_us(99)});
    report.add(
        {.key = "order_ack_p999_us", .what = "the same, p99.9", .value = acks.percentile_us(99.9)});
    report.add(
        {.key = "venue_ping_p50_us",
         .what = "a ping to the same simulator: the way there and back, without an order, p50",
         .value = pings.percentile_us(50)});
    report.add(
        {.key = "venue_ping_p99_us", .what = "the same, p99", .value = pings.percentile_us(99)});
    report.add(
        {.key = "simulator_share_us",
         .what = "what the simulator spends on an order: the difference of the two p50",
         .value = acks.percentile_us(50) - pings.percentile_us(50)});
    return {};
}

}  // namespace tapedeck::bench
