#include "venue.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <chrono>
#include <thread>

namespace tapedeck::integration {

using namespace std::chrono_literals;

Venue::Venue(std::uint64_t seed, const std::string& accounts, bool keeps)
    : seed_(seed), keeps_(keeps) {
    if (!accounts.empty()) {
        std::filesystem::create_directory(home_.path() / "venue");
        home_.write("venue/accounts.json", accounts);
    }
    start(0);
}

/// The ready line says "… port N, …".
void Venue::start(std::uint16_t port) {
    const std::string log = home_ / ("venue-" + std::to_string(port) + ".log");
    std::vector<std::string> arguments = {
        "--home", home_ / "venue", "--port", std::to_string(port), "--seed", std::to_string(seed_)};
    if (keeps_) arguments.emplace_back("--keep");
    process_ = std::make_unique<Child>(binary("tapedeck-venue-simulator"), arguments, log);
    const Duration deadline = monotonic_now() + 20s;
    std::string said;
    while (said.find('\n') == std::string::npos && monotonic_now() < deadline) {
        std::this_thread::sleep_for(5ms);
        said = slurp(log);
    }
    const auto at = said.find("port ");
    ASSERT_NE(at, std::string::npos) << "the venue did not start: " << said;
    port_ = static_cast<std::uint16_t>(std::stoul(said.substr(at + 5)));
    auto wire = net::start_wire({.ca_file = home_ / "venue/ca.pem"});
    ASSERT_TRUE(wire) << wire.error().message;
    wire_ = std::move(*wire);
    const auto accounts = nlohmann::json::parse(slurp(home_ / "venue/accounts.json"));
    const auto& key = accounts.at("accounts").at(0).at("keys").at(0);
    key_file_ = home_.write("key", key.at("key").get<std::string>() + "\n");
    secret_file_ = home_.write("secret", key.at("secret").get<std::string>() + "\n");
}

std::vector<std::string> Venue::trading_settings() const {
    return {
        "kraken.account=main",
        "risk.account=main",
        "kraken.tier=pro",
        "kraken.private_socket_url=" + private_socket_url(),
        "kraken.key_file=" + key_file_,
        "kraken.secret_file=" + secret_file_,
        "market-data.history=60"};
}

std::vector<Venue::Order> Venue::orders() {
    std::vector<Order> result;
    for (const auto& row : nlohmann::json::parse(look("orders"))) {
        Order order;
        order.id = row.at("id");
        order.client_id = row.value("cl_ord_id", "");
        order.pair = row.at("pair");
        order.status = row.at("status");
        order.quantity = Decimal::parse(row.at("vol").get<std::string>()).value();
        order.filled = Decimal::parse(row.at("vol_exec").get<std::string>()).value();
        result.push_back(order);
    }
    return result;
}

std::map<std::string, Decimal> Venue::balances() {
    std::map<std::string, Decimal> result;
    const auto all = nlohmann::json::parse(look("balances"));
    for (const auto& [currency, amount] : all.at("main").items()) {
        result[currency] = Decimal::parse(amount.get<std::string>()).value();
    }
    return result;
}

std::int64_t Venue::counted(const std::string& what) {
    return nlohmann::json::parse(look("counters")).value(what, std::int64_t{0});
}

void Venue::heal() {
    call("DELETE", "rules", "");
}

void Venue::restart() {
    process_->signal(SIGKILL);
    process_->wait();
    start(port_);
}

std::vector<std::string> Venue::settings() const {
    const std::string place = "localhost:" + std::to_string(port_);
    return {
        "journal.clock=wall",
        "journal.sync=commit",
        "market-data.feed=kraken",
        "market-data.instruments=kraken:BTC/USD,kraken:ETH/USD",
        "market-data.quote_interval=100ms",
        "strategy.rsi.instruments=kraken:BTC/USD",
        "strategy.macd.instruments=kraken:BTC/USD,kraken:ETH/USD",
        "strategy.bollinger.instruments=kraken:ETH/USD",
        "strategy.vote.instruments=kraken:ETH/USD",
        "kraken.rest_url=https://" + place,
        "kraken.socket_url=wss://" + place + "/v2",
        "kraken.ca_file=" + (home_ / "venue/ca.pem")};
}

std::string Venue::private_socket_url() const {
    return "wss://localhost:" + std::to_string(port_) + "/auth/v2";
}

std::string Venue::ask(const std::string& what, const std::string& body) {
    return call("POST", what, body);
}

std::string Venue::look(const std::string& what) {
    return call("GET", what, "");
}

std::string Venue::call(
    const std::string& method, const std::string& what, const std::string& body) {
    const std::string origin = "https://localhost:" + std::to_string(port_);
    const net::WireId id =
        wire_->request(origin, {.method = method, .target = "/admin/" + what, .body = body}, 10s);
    const Duration deadline = monotonic_now() + 15s;
    while (monotonic_now() < deadline) {
        pollfd descriptor{wire_->wake_descriptor(), POLLIN, 0};
        ::poll(&descriptor, 1, 100);
        while (const auto event = wire_->next()) {
            if (const auto* answered = std::get_if<net::HttpAnswered>(&event->what)) {
                if (answered->id != id) continue;
                EXPECT_EQ(answered->reply.status, 200U) << what << ": " << answered->reply.body;
                return answered->reply.body;
            }
            const auto* failed = std::get_if<net::HttpFailed>(&event->what);
            if (failed == nullptr || failed->id != id) continue;
            ADD_FAILURE() << "/admin/" << what << ": " << failed->why;
            return "";
        }
    }
    ADD_FAILURE() << "/admin/" << what << ": no answer";
    return "";
}

}  // namespace tapedeck::integration
