#include "net/http.h"

#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace tapedeck::net {
namespace {

using namespace std::chrono_literals;

/// A raw connection: says bytes, reads to the end.
class Raw {
public:
    explicit Raw(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        EXPECT_EQ(
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        const timeval patience{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    ~Raw() { ::close(socket_); }

    void say(const std::string& bytes) const {
        // The server may have had enough before all is said.
        [[maybe_unused]] const auto sent =
            ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// All that comes until the other side closes; "TIMEOUT" if it does not.
    std::string rest() const {
        std::string all;
        std::array<char, 4096> buffer{};
        while (true) {
            const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (size == 0) return all;
            if (size < 0) return errno == EAGAIN ? "TIMEOUT" : all;
            all.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }

private:
    int socket_;
};

class HttpTest : public ::testing::Test {
protected:
    void listen(Duration patience = 2s, std::size_t connections_max = 16) {
        server_ =
            HttpServer::listen(
                {.unix_path = path_, .connections_max = connections_max, .patience = patience},
                [this](const std::string& path) -> HttpResponse {
                    ++asked_;
                    if (path == "/hello") return {200, "{\"hello\":true}\n"};
                    return {404, "{}\n"};
                })
                .value();
    }

    std::string answer_to(const std::string& bytes) const {
        const Raw raw(path_);
        raw.say(bytes);
        return raw.rest();
    }

    testing::TemporaryDirectory directory_;
    std::string path_ = directory_ / "s";
    std::atomic<int> asked_ = 0;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpTest, AnswersAGetWithoutItsQuery) {
    listen();
    const auto answer = http_get(path_, "/hello?x=1", 5s);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "{\"hello\":true}\n");
    EXPECT_EQ(answer->content_type, "application/json");
    EXPECT_EQ(http_get(path_, "/other", 5s)->status, 404U);
}

TEST_F(HttpTest, AHeadHasNoBody) {
    listen();
    const auto answer = answer_to("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpTest, NothingButGetIsAnswered) {
    listen();
    for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
        const auto answer =
            answer_to(method + " /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 405")) << answer;
    }
    EXPECT_EQ(asked_, 0);
}

TEST_F(HttpTest, GarbageIsRefused) {
    listen();
    EXPECT_TRUE(answer_to("\x16\x03\x01 not http at all\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(answer_to("GET\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
}

TEST_F(HttpTest, ARequestThatIsTooLongIsRefused) {
    listen();
    const std::string much(100'000, 'x');
    const auto by_header =
        answer_to("GET /hello HTTP/1.1\r\nHost: x\r\nCookie: " + much + "\r\n\r\n");
    EXPECT_TRUE(by_header.starts_with("HTTP/1.1 431")) << by_header;
    const auto by_target = answer_to("GET /" + much + " HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(by_target.starts_with("HTTP/1.1 4")) << by_target;
    EXPECT_EQ(asked_, 0);
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
}

TEST_F(HttpTest, ASlowClientIsCutOffAndNobodyWaitsForIt) {
    listen(300ms);
    const Raw slow(path_);
    slow.say("GET /hel");
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
    EXPECT_EQ(slow.rest(), "");
}

TEST_F(HttpTest, ConnectionsAreBoundedAndThereIsRoomAgain) {
    listen(300ms, 2);
    {
        const Raw first(path_);
        const Raw second(path_);
        const Raw third(path_);
        EXPECT_EQ(third.rest(), "");  // closed at once, without an answer
        EXPECT_EQ(first.rest(), "");  // only after its patience
        EXPECT_EQ(second.rest(), "");
    }
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
}

TEST_F(HttpTest, ManyAskAtOnce) {
    listen(5s, 64);
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 20; ++n) answered += http_get(path_, "/hello", 5s) ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(answered, 160);
}

TEST_F(HttpTest, ItEndsWithOpenConnectionsAndTakesItsSocketAlong) {
    listen();
    const Raw open(path_);
    open.say("GET ");
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
    server_.reset();
    EXPECT_EQ(open.rest(), "");
    EXPECT_FALSE(std::filesystem::exists(path_));
    const auto gone = http_get(path_, "/hello", 5s);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().exit_code, ExitCode::Unreachable);
}

TEST_F(HttpTest, ASocketThatAKilledProcessLeftIsReplaced) {
    directory_.write("s", "");
    listen();
    EXPECT_TRUE(http_get(path_, "/hello", 5s));
}

TEST_F(HttpTest, WhatCannotBeListenedOnIsNamed) {
    const auto nowhere = HttpServer::listen({.unix_path = directory_ / "no/such"}, {});
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().message.find("no/such"), std::string::npos);
    const auto long_path = HttpServer::listen({.unix_path = std::string(200, 'x')}, {});
    ASSERT_FALSE(long_path);
    EXPECT_EQ(long_path.error().exit_code, ExitCode::Configuration);
    const auto address = HttpServer::listen({.unix_path = "", .address = "nowhere", .port = 1}, {});
    ASSERT_FALSE(address);
    EXPECT_NE(address.error().message.find("health.address"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::net
