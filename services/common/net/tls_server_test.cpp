#include "net/tls_server.h"

#include "net/wire_fixture.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>

namespace tapedeck::net {
namespace {

/// A client that says what it wants: bytes over TLS, or none of it.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        const timeval patience{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    ~RawClient() {
        ::SSL_free(tls_);
        ::SSL_CTX_free(context_);
        ::close(socket_);
    }

    bool shake_hands(int version_max = 0) {
        context_ = ::SSL_CTX_new(::TLS_client_method());
        ::SSL_CTX_ctrl(context_, SSL_CTRL_SET_MAX_PROTO_VERSION, version_max, nullptr);
        tls_ = ::SSL_new(context_);
        ::SSL_set_fd(tls_, socket_);
        const bool is_good = ::SSL_connect(tls_) == 1;
        ::ERR_clear_error();
        return is_good;
    }

    void say_plainly(const std::string& bytes) const {
        EXPECT_GT(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
    }

    void say(const std::string& bytes) const {
        EXPECT_EQ(
            ::SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())),
            static_cast<int>(bytes.size()));
    }

    /// Until `end` has come, or the other side has closed.
    std::string hear(const std::string& end = "never said") const {
        std::string all;
        std::array<char, 4096> buffer{};
        while (all.find(end) == std::string::npos) {
            const int size = ::SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()));
            if (size <= 0) break;
            all.append(buffer.data(), static_cast<std::size_t>(size));
        }
        ::ERR_clear_error();
        return all;
    }

    /// True if the connection ends without a byte.
    bool is_cut() const {
        char byte = 0;
        return ::recv(socket_, &byte, 1, 0) <= 0 && errno != EAGAIN;
    }

private:
    int socket_;
    SSL_CTX* context_ = nullptr;
    SSL* tls_ = nullptr;
};

class TlsServerTest : public WireFixture {};

TEST_F(TlsServerTest, SeveralRequestsOnOneConnectionAreAnsweredInTurn) {
    serve();
    RawClient client(server_->port());
    ASSERT_TRUE(client.shake_hands());
    client.say(
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
        "abcGET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
    for (const std::string target : {"/1", "/2", "/3"}) {
        const auto asked = await<ServerRequest>(*server_);
        EXPECT_EQ(asked.request.target, target);
        EXPECT_FALSE(server_->next());  // the next one waits for this answer
        server_->answer(asked.id, {200, {}, "answer to " + target});
        EXPECT_TRUE(has(client.hear("answer to " + target), "HTTP/1.1 200 OK"));
    }
}

TEST_F(TlsServerTest, AConnectionThatIsNotKeptIsClosedAfterTheAnswer) {
    serve();
    RawClient client(server_->port());
    ASSERT_TRUE(client.shake_hands());
    client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    server_->answer(await<ServerRequest>(*server_).id, {404, {}, "no"});
    const auto answer = client.hear();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nno")) << answer;

    RawClient other(server_->port());
    ASSERT_TRUE(other.shake_hands());
    other.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    server_->answer(await<ServerRequest>(*server_).id, {200, {{"Connection", "close"}}, "bye"});
    EXPECT_TRUE(other.hear().ends_with("bye"));
}

TEST_F(TlsServerTest, RawBytesGoAsTheyAre) {
    serve();
    RawClient client(server_->port());
    ASSERT_TRUE(client.shake_hands());
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    server_->answer_raw(await<ServerRequest>(*server_).id, "anything");
    EXPECT_EQ(client.hear(), "anything");
}

TEST_F(TlsServerTest, WhatIsGoneIsIgnored) {
    start_both();
    for (const WireId id : {WireId{0}, WireId{77}}) {
        server_->answer(id, {});
        server_->answer_raw(id, "x");
        server_->drop(id);
        server_->stop_reading(id, true);
        server_->close(id, 1000, "");
        EXPECT_FALSE(server_->send(id, "x"));
    }
    get("/");
    const auto asked = await<ServerRequest>(*server_);
    server_->answer(asked.id, {200, {}, "once"});
    server_->answer(asked.id, {200, {}, "twice"});
    server_->answer_raw(asked.id, "thrice");
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "once");
    get("/next");
    const auto next = await<ServerRequest>(*server_);
    EXPECT_NE(next.id, asked.id);
    server_->answer(next.id, {200, {}, "next"});
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "next");
}

TEST_F(TlsServerTest, GarbageAndExcessAreRefused) {
    serve({.message_bytes_max = 1000});
    const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
    for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
             {"what is this?\r\n\r\n", "400"},
             {start + "Content-Length: x\r\n\r\n", "400"},
             {start + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x'), "413"},
             {start + "X: " + std::string(70'000, 'x'), "431"}}) {
        RawClient client(server_->port());
        ASSERT_TRUE(client.shake_hands());
        client.say(bytes);
        EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 " + status)) << bytes.substr(0, 80);
    }
    EXPECT_FALSE(server_->next());
}

TEST_F(TlsServerTest, AFailedHandshakeDisturbsNobody) {
    start_both();
    const auto [here, there] = open();
    {
        std::make_unique<RawClient>(server_->port()).reset();  // connects and goes
        const RawClient plain(server_->port());
        plain.say_plainly("GET / HTTP/1.1\r\n\r\n");
        RawClient old(server_->port());
        EXPECT_FALSE(old.shake_hands(TLS1_1_VERSION));
        const RawClient mute(server_->port());
        get("/");
        server_->answer(await<ServerRequest>(*server_).id, {200, {}, "served"});
        EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "served");
    }
    EXPECT_TRUE(wire_->send(here, "still here"));
    EXPECT_EQ(await<SocketText>(*server_).id, there);
}

TEST_F(TlsServerTest, OneConnectionTooManyIsClosedAtOnceAndThereIsRoomAgain) {
    serve({.connections_max = 2});
    start();
    const auto [here, there] = open();
    {
        RawClient second(server_->port());
        ASSERT_TRUE(second.shake_hands());
        const RawClient third(server_->port());
        EXPECT_TRUE(third.is_cut());
        server_->drop(there);
        await<SocketClosed>(*server_);
        EXPECT_EQ(await<SocketClosed>(*wire_).id, here);
    }
    open();
}

TEST_F(TlsServerTest, ADroppedRequestIsReset) {
    serve();
    RawClient client(server_->port());
    ASSERT_TRUE(client.shake_hands());
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    server_->drop(await<ServerRequest>(*server_).id);
    EXPECT_EQ(client.hear(), "");
}

TEST_F(TlsServerTest, ABinaryMessageEndsTheSocket) {
    serve();
    {
        RawClient client(server_->port());
        ASSERT_TRUE(client.shake_hands());
        client.say(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        EXPECT_TRUE(client.hear("\r\n\r\n").starts_with("HTTP/1.1 101"));
        EXPECT_EQ(await<ServerSocketOpened>(*server_).target, "/");
        client.say(std::string("\x82\x81\0\0\0\0x", 7));                     // masked, one byte
        EXPECT_TRUE(has(client.hear("a binary message came"), "\x03\xeb"));  // 1003
        client.say(std::string("\x88\x82\0\0\0\0\x03\xeb", 8));
    }
    EXPECT_TRUE(has(await<SocketClosed>(*server_).why, "a binary message came"));
}

TEST_F(TlsServerTest, AnUpgradeThatIsNoneIsRefused) {
    serve();
    RawClient client(server_->port());
    ASSERT_TRUE(client.shake_hands());
    client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 400"));
    EXPECT_FALSE(server_->next());
}

TEST_F(TlsServerTest, WhatCannotBeHadIsNamed) {
    const auto& [ca, certificate, key] = certificates_;
    const auto no_certificate =
        TlsServer::listen({.certificate_file = directory_ / "none.pem", .key_file = key});
    ASSERT_FALSE(no_certificate);
    EXPECT_TRUE(has(no_certificate.error().message, "none.pem"));
    const auto no_key = TlsServer::listen({.certificate_file = certificate, .key_file = ca});
    ASSERT_FALSE(no_key);
    EXPECT_TRUE(has(no_key.error().message, "ca.pem"));
    serve();
    const auto taken = TlsServer::listen(
        {.port = server_->port(), .certificate_file = certificate, .key_file = key});
    ASSERT_FALSE(taken);
    EXPECT_TRUE(has(taken.error().message, "127.0.0.1:" + std::to_string(server_->port())));
    const auto nowhere =
        TlsServer::listen({.address = "nowhere", .certificate_file = certificate, .key_file = key});
    ASSERT_FALSE(nowhere);
    EXPECT_TRUE(has(nowhere.error().message, "nowhere"));
}

TEST_F(TlsServerTest, ItEndsWithEverythingInFlight) {
    for (int round = 0; round < 3; ++round) {
        start_both();
        const auto [here, there] = open();
        get("/unanswered");
        await<ServerRequest>(*server_);
        const RawClient mute(server_->port());
        server_->stop_reading(there, true);
        for (int i = 0; i < 40; ++i) {
            wire_->send(here, std::string(100'000, 'x'));
            server_->send(there, std::string(100'000, 'x'));
        }
        const auto begun = std::chrono::steady_clock::now();
        server_.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    }
}

}  // namespace
}  // namespace tapedeck::net
