#include "testing/temporary_directory.h"
#include "venue-simulator/shell/accounts_file.h"
#include "venue-simulator/shell/front.h"
#include "venue-simulator/shell/program.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>

namespace tapedeck::venue_simulator {
namespace {

/// A wire of words: what was done to whom.
class SpokenServer final : public net::TlsServer {
public:
    std::uint16_t port() const override { return 1; }

    void answer(net::WireId request, net::HttpReply reply) override {
        said.push_back(
            std::to_string(request) + " answer " + std::to_string(reply.status) + " " + reply.body);
    }

    void answer_raw(net::WireId request, std::string bytes) override {
        said.push_back(std::to_string(request) + " raw " + bytes.substr(0, 12));
    }

    bool send(net::WireId socket, std::string text) override {
        if (is_full) return false;
        said.push_back(std::to_string(socket) + " text " + text.substr(0, 19));
        return true;
    }

    void close(net::WireId socket, std::uint16_t code, const std::string&) override {
        said.push_back(std::to_string(socket) + " close " + std::to_string(code));
    }

    void drop(net::WireId id) override { said.push_back(std::to_string(id) + " drop"); }

    void stop_reading(net::WireId, bool) override {}

    std::optional<net::ServerEvent> next() override {
        if (coming.empty()) return std::nullopt;
        auto event = std::move(coming.front());
        coming.pop_front();
        return event;
    }

    int wake_descriptor() const override { return -1; }

    std::deque<net::ServerEvent> coming;
    std::vector<std::string> said;
    bool is_full = false;
};

class FrontTest : public ::testing::Test {
protected:
    FrontTest()
        : venue_({.market = {.candles = 0}, .is_market_running = false}, now_),
          front_(venue_, server_) {}

    std::vector<std::string> after(net::ServerEvent event) {
        server_.coming.push_back(std::move(event));
        EXPECT_TRUE(front_.step(now_));
        return std::exchange(server_.said, {});
    }

    static net::ServerEvent request(
        net::WireId id,
        const std::string& method,
        const char* target,
        const std::string& body = "") {
        net::ServerRequest said;
        said.id = id;
        said.request.method = method;
        said.request.target = target;
        said.request.body = body;
        return {said, {}};
    }

    using Words = std::vector<std::string>;

    Time now_{std::chrono::seconds(1'700'000'000)};
    SpokenServer server_;
    Venue venue_;
    Front front_;
};

/// A venue that is killed with kill -9, and started again on what it had written.
class KeptVenueTest : public ::testing::Test {
protected:
    struct Life {
        Life(const std::string& path, Time start)
            : log(InputLog::open(path).value()),
              earlier(log->take_earlier()),
              venue({.market = {.candles = 0}, .is_market_running = false}, start),
              front(venue, server, log.get()) {
            if (earlier.empty()) log->add({.kind = Input::Kind::Began, .at = start});
            lived_to = front.replay(earlier);
        }

        std::string ask(const std::string& method, const std::string& target, Time now) {
            net::ServerRequest said;
            said.id = ++requests;
            said.request.method = method;
            said.request.target = target;
            said.request.body =
                method == "POST" ? R"({"pair":"XBTUSD","side":"buy","volume":"1","price":"30000"})"
                                 : "";
            server.coming.push_back({said, {}});
            EXPECT_TRUE(front.step(now));
            const auto all = std::exchange(server.said, {});
            return all.empty() ? "" : all.back().substr(all.back().find(' '));
        }

        SpokenServer server;
        std::unique_ptr<InputLog> log;
        std::vector<Input> earlier;
        Venue venue;
        Front front;
        Time lived_to{};
        net::WireId requests = 0;
    };

    const testing::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "inputs.log";
    const Time start_{std::chrono::seconds(1'700'000'000)};
};

TEST_F(KeptVenueTest, IsWhatItWas) {
    const Time later = start_ + std::chrono::seconds(1);
    std::string before;
    {
        Life first(path_, start_);
        first.ask("POST", "/admin/house", start_);
        before = first.ask("GET", "/0/public/Depth?pair=XBTUSD", later);
        EXPECT_NE(before.find("30000"), std::string::npos) << before;
    }
    Life second(path_, start_);
    EXPECT_EQ(second.lived_to, later);
    EXPECT_EQ(second.ask("GET", "/0/public/Depth?pair=XBTUSD", later), before);
}

TEST_F(KeptVenueTest, AnEndThatWasCutOffIsLeftOut) {
    { Life(path_, start_).ask("POST", "/admin/house", start_); }
    const auto whole = std::filesystem::file_size(path_);
    std::ofstream(path_, std::ios::app | std::ios::binary) << std::string("\x40\0\0\0half", 8);
    Life second(path_, start_);
    EXPECT_EQ(std::filesystem::file_size(path_), whole);
    EXPECT_NE(
        second.ask("GET", "/0/public/Depth?pair=XBTUSD", start_).find("30000"), std::string::npos);
}

TEST_F(KeptVenueTest, AFileThatIsSomethingElseIsRefused) {
    directory_.write("inputs.log", std::string("\x04\0\0\0what", 8));
    const auto log = InputLog::open(path_);
    ASSERT_FALSE(log);
    EXPECT_NE(log.error().message.find("inputs.log"), std::string::npos);
}

TEST_F(FrontTest, RequestsAreAnswered) {
    EXPECT_EQ(
        after(request(1, "GET", "/0/public/SystemStatus")),
        Words{R"(1 answer 200 {"error":[],"result":{"status":"online",)"
              R"("timestamp":"2023-11-14T22:13:20Z"}})"});
    EXPECT_EQ(after(request(2, "GET", "/elsewhere")), Words{"2 answer 404 Not Found\n"});
}

TEST_F(FrontTest, SocketsSpeakAndEnd) {
    EXPECT_EQ(
        after({net::ServerSocketOpened{5, "/v2", "here"}, {}}),
        Words{R"(5 text {"channel":"status")"});
    EXPECT_EQ(
        after({net::SocketText{5, R"({"method":"ping"})"}, {}}),
        Words{R"(5 text {"method":"pong","t)"});
    after({net::SocketClosed{5, "gone"}, {}});
    EXPECT_TRUE(after({net::SocketText{5, R"({"method":"ping"})"}, {}}).empty());
    EXPECT_EQ(after({net::ServerSocketOpened{6, "/v1", "here"}, {}}), Words{"6 close 1001"});
}

TEST_F(FrontTest, WhoDoesNotReadIsCutOff) {
    server_.is_full = true;
    EXPECT_EQ(after({net::ServerSocketOpened{5, "/v2", "here"}, {}}), Words{"5 drop"});
    server_.is_full = false;
    EXPECT_TRUE(after({net::SocketText{5, R"({"method":"ping"})"}, {}}).empty());
}

TEST_F(FrontTest, WhatIsDelayedIsDueLater) {
    after(request(1, "POST", "/admin/rules", R"({"fault":"delay_after","delay_ms":30})"));
    EXPECT_TRUE(after(request(2, "GET", "/0/public/Time")).empty());
    EXPECT_EQ(front_.idle_for(now_, std::chrono::milliseconds(50)), std::chrono::milliseconds(30));
    now_ += std::chrono::milliseconds(30);
    EXPECT_TRUE(front_.step(now_));
    EXPECT_EQ(server_.said.size(), 1U);
    EXPECT_EQ(front_.idle_for(now_, std::chrono::milliseconds(50)), std::chrono::milliseconds(50));
}

TEST(AccountsFileTest, TheDefaultIsMadeOnceAndReadBack) {
    const testing::TemporaryDirectory directory;
    const std::string path = (directory.path() / "accounts.json").string();
    const auto made = read_accounts(path, 7);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    ASSERT_EQ(made->size(), 1U);
    ASSERT_EQ(made->front().keys.size(), 2U);
    EXPECT_EQ(made->front().keys[0].key.size(), 56U);
    EXPECT_EQ(made->front().keys[0].secret.size(), 64U);
    EXPECT_TRUE(made->front().keys[0].permissions.contains("modify-trades"));
    EXPECT_FALSE(made->front().keys[1].permissions.contains("modify-trades"));
    const auto mode = std::filesystem::status(path).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto again = read_accounts(path, 8);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->front().keys[0].secret, made->front().keys[0].secret);
}

TEST(AccountsFileTest, MistakesAreNamed) {
    const auto mistake = [](const std::string& text) {
        return parse_accounts(text).error().message;
    };
    EXPECT_EQ(mistake("{}"), "expected {\"accounts\":[…]} with one account at least");
    EXPECT_EQ(
        mistake(R"({"accounts":[{"tier":"gold"}]})"),
        "tier: expected starter, intermediate or pro, was \"gold\"");
    EXPECT_EQ(
        mistake(R"({"accounts":[{"balances":{"SHELL":"1"}}]})"),
        "balances: SHELL isn't traded here");
    EXPECT_EQ(
        mistake(R"({"accounts":[{"keys":[{"key":"a","secret":"?"}]}]})"),
        "secret of a: expected base64");
    EXPECT_EQ(
        mistake(R"({"accounts":[{"keys":[{"key":"a","secret":"YQ==","permissions":["fly"]}]}]})"),
        "permissions of a: \"fly\" is none");
}

TEST(AccountsFileTest, AKeyHasWhatTheVenueTellsOfIt) {
    const auto accounts = parse_accounts(
        R"({"accounts":[{"keys":[{"key":"a","secret":"YQ==","permissions":["withdraw-funds"],)"
        R"("nonce_window":5,"valid_until":1700000000,"ip_allowlist":["192.0.2.1"]}]}]})");
    ASSERT_TRUE(accounts.has_value()) << accounts.error().message;
    const ApiKey& key = accounts->front().keys[0];
    EXPECT_TRUE(key.permissions.contains("withdraw-funds"));
    EXPECT_EQ(key.nonce_window, 5U);
    EXPECT_EQ(key.valid_until, Time{std::chrono::seconds(1'700'000'000)});
    EXPECT_EQ(key.ip_allowlist, std::vector<std::string>{"192.0.2.1"});
}

TEST(FlagsTest, AreReadAndHelpOpensWithExamples) {
    const auto parsed = parse_flags({"--home", "here", "--port", "8443", "--seed", "7"});
    ASSERT_TRUE(parsed.has_value());
    ASSERT_TRUE(parsed->flags.has_value());
    EXPECT_EQ(parsed->flags->home, "here");
    EXPECT_EQ(parsed->flags->port, 8443);
    EXPECT_EQ(parsed->flags->seed, 7U);
    EXPECT_EQ(parse_flags({"--help"})->help.find("Examples:\n"), 0U);
    EXPECT_EQ(parse_flags({}).error().message, "--home is missing; say --home var/venue-simulator");
    EXPECT_EQ(parse_flags({"--home", "x", "--prot", "1"}).error().exit_code, ExitCode::Usage);
}

}  // namespace
}  // namespace tapedeck::venue_simulator
