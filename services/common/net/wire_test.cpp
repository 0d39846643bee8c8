#include "net/wire.h"

#include "net/wire_fixture.h"

#include <algorithm>
#include <set>
#include <thread>

namespace tapedeck::net {
namespace {

class WireTest : public WireFixture {};

TEST_F(WireTest, ARequestArrivesAndItsAnswerReturns) {
    start_both({.user_agent = "tapedeck/test"});
    HttpRequest post{"POST", "/orders?x=1", {{"API-Key", "k"}}, "a=b"};
    const auto before = Duration(std::chrono::steady_clock::now().time_since_epoch());
    const auto id = wire_->request(origin(), post, 10s);
    const auto asked = await<ServerRequest>(*server_);
    EXPECT_EQ(asked.request.method, "POST");
    EXPECT_EQ(asked.request.target, "/orders?x=1");
    EXPECT_EQ(asked.request.body, "a=b");
    EXPECT_EQ(asked.peer, "127.0.0.1");
    EXPECT_EQ(header(asked.request.headers, "API-Key"), "k");
    EXPECT_EQ(header(asked.request.headers, "Host"), place());
    EXPECT_EQ(header(asked.request.headers, "User-Agent"), "tapedeck/test");
    EXPECT_EQ(header(asked.request.headers, "Content-Length"), "3");
    server_->answer(asked.id, {201, {{"X-Limit", "7"}}, "done"});
    const auto event = await_event(*wire_);
    ASSERT_TRUE(event);
    const auto& answered = std::get<HttpAnswered>(event->what);
    EXPECT_EQ(answered.id, id);
    EXPECT_EQ(answered.reply.status, 201U);
    EXPECT_EQ(answered.reply.body, "done");
    EXPECT_EQ(header(answered.reply.headers, "X-Limit"), "7");
    EXPECT_GT(event->received, before);
    EXPECT_LT(event->received, before + 10s);
    EXPECT_FALSE(wire_->next());
}

TEST_F(WireTest, TheDescriptorIsReadableExactlyWhileThereIsAnEvent) {
    start_both();
    pollfd wait{wire_->wake_descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
    wire_->request("nonsense", {}, 1s);
    wire_->request("nonsense", {}, 1s);
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
    await<HttpFailed>(*wire_);
    await<HttpFailed>(*wire_);
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
    EXPECT_FALSE(wire_->next());
}

TEST_F(WireTest, AnIdleConnectionIsUsedAgain) {
    serve({.connections_max = 1});  // a second would be closed
    start();
    for (int i = 0; i < 20; ++i) {
        get("/" + std::to_string(i));
        const auto asked = await<ServerRequest>(*server_);
        EXPECT_EQ(asked.request.target, "/" + std::to_string(i));
        server_->answer(asked.id, {200, {}, std::string(static_cast<std::size_t>(i) * 3000, 'x')});
        EXPECT_EQ(
            await<HttpAnswered>(*wire_).reply.body.size(), static_cast<std::size_t>(i) * 3000);
    }
}

TEST_F(WireTest, AHeadHasNoBodyAndItsConnectionGoesOn) {
    serve({.connections_max = 1});
    start();
    wire_->request(origin(), {"HEAD", "/", {}, ""}, 10s);
    server_->answer(await<ServerRequest>(*server_).id, {200, {}, "twelve bytes"});
    const auto answered = await<HttpAnswered>(*wire_);
    EXPECT_EQ(answered.reply.body, "");
    EXPECT_EQ(header(answered.reply.headers, "Content-Length"), "12");
    get("/after");
    EXPECT_EQ(await<ServerRequest>(*server_).request.target, "/after");
}

TEST_F(WireTest, NoMoreConnectionsThanAllowedAndTheRestWaitsInOrder) {
    start_both({.connections_max = 2});
    for (int i = 0; i < 5; ++i) get("/" + std::to_string(i));
    auto first = await<ServerRequest>(*server_);
    auto second = await<ServerRequest>(*server_);
    EXPECT_EQ(
        (std::set{first.request.target, second.request.target}),
        (std::set<std::string>{"/0", "/1"}));
    // Had there been a third connection, its request could come in place of these.
    for (int i = 2; i < 5; ++i) {
        server_->answer(first.id, {200, {}, first.request.target});
        EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, first.request.target);
        first = await<ServerRequest>(*server_);
        EXPECT_EQ(first.request.target, "/" + std::to_string(i));
    }
    EXPECT_FALSE(server_->next());
}

TEST_F(WireTest, ARequestThatWaitsForAConnectionTimesOutUnwritten) {
    start_both({.connections_max = 1});
    get("/busy");
    const auto busy = await<ServerRequest>(*server_);
    const auto id = get("/waits", 30ms);
    const auto failed = await<HttpFailed>(*wire_);
    EXPECT_EQ(failed.id, id);
    EXPECT_FALSE(failed.was_written);
    EXPECT_EQ(failed.why, place() + ": no connection was free within 30ms");
    server_->answer(busy.id, {200, {}, ""});
    await<HttpAnswered>(*wire_);
    get("/next");
    EXPECT_EQ(await<ServerRequest>(*server_).request.target, "/next");
}

TEST_F(WireTest, ATimeOutAfterTheBytesHaveLeftSaysSo) {
    start_both();
    get("/never", 200ms);
    const auto asked = await<ServerRequest>(*server_);
    const auto failed = await<HttpFailed>(*wire_);
    EXPECT_TRUE(failed.was_written);
    EXPECT_EQ(failed.why, place() + ": no answer within 200ms");
    server_->answer(asked.id, {200, {}, "too late"});
    get("/next");
    const auto next = await<ServerRequest>(*server_);
    server_->answer(next.id, {200, {}, "next"});
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "next");
}

TEST_F(WireTest, ATimeOutBeforeTheHandshakeSaysThatNothingWasWritten) {
    const MutePort mute;
    start();
    const auto by_request = failure_of("https://" + mute.place(), 30ms);
    EXPECT_FALSE(by_request.was_written);
    EXPECT_EQ(by_request.why, mute.place() + ": not connected within 30ms");
    start({.connect_timeout = 30ms});
    const auto by_connecting = failure_of("https://" + mute.place());
    EXPECT_FALSE(by_connecting.was_written);
    EXPECT_EQ(
        by_connecting.why,
        mute.place() + ": not connected within 30ms: its TLS handshake is not done");
}

TEST_F(WireTest, AConnectionResetMidAnswerFailsWritten) {
    start_both();
    get("/");
    server_->drop(await<ServerRequest>(*server_).id);
    const auto failed = await<HttpFailed>(*wire_);
    EXPECT_TRUE(failed.was_written);
    EXPECT_EQ(failed.why, place() + ": no answer: reset by the other side");
}

TEST_F(WireTest, ATruncatedAnswerFailsWritten) {
    start_both();
    for (const std::string raw :
         {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
          "HTTP/1.1 200 OK\r\nContent-Le",
          ""}) {
        get("/");
        server_->answer_raw(await<ServerRequest>(*server_).id, raw);
        const auto failed = await<HttpFailed>(*wire_);
        EXPECT_TRUE(failed.was_written);
        EXPECT_EQ(failed.why, place() + ": no answer: closed by the other side") << raw;
    }
}

TEST_F(WireTest, AnAnswerWithoutALengthEndsWithTheConnection) {
    start_both();
    get("/");
    server_->answer_raw(await<ServerRequest>(*server_).id, "HTTP/1.1 200 OK\r\n\r\nall of it");
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "all of it");
}

TEST_F(WireTest, ChunksAndInterimAnswersAreUnderstood) {
    start_both();
    get("/");
    server_->answer_raw(
        await<ServerRequest>(*server_).id,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    const auto answered = await<HttpAnswered>(*wire_);
    EXPECT_EQ(answered.reply.status, 200U);
    EXPECT_EQ(answered.reply.body, "abcde");
}

TEST_F(WireTest, GarbageInsteadOfHttpFails) {
    start_both();
    for (const auto& raw :
         {std::string("SSH-2.0-OpenSSH\r\n\r\n"),
          std::string("HTTP/1.1 banana\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
          std::string(1000, '\0')}) {
        get("/");
        server_->answer_raw(await<ServerRequest>(*server_).id, raw);
        const auto failed = await<HttpFailed>(*wire_);
        EXPECT_TRUE(failed.was_written);
        EXPECT_TRUE(has(failed.why, "what came is not HTTP")) << failed.why;
    }
}

TEST_F(WireTest, AnAnswerThatIsTooLongFails) {
    start_both({.message_bytes_max = 1000});
    get("/");
    server_->answer(await<ServerRequest>(*server_).id, {200, {}, std::string(1001, 'x')});
    EXPECT_TRUE(has(await<HttpFailed>(*wire_).why, "longer than it may be"));
    get("/");
    server_->answer_raw(
        await<ServerRequest>(*server_).id, "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'));
    EXPECT_TRUE(has(await<HttpFailed>(*wire_).why, "headers are too long"));
    get("/");
    server_->answer(await<ServerRequest>(*server_).id, {200, {}, std::string(1000, 'x')});
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body.size(), 1000U);
}

TEST_F(WireTest, AnIdleConnectionThatWasClosedIsReplacedBeforeAnythingIsWritten) {
    start_both();
    for (int i = 0; i < 5; ++i) {
        get("/");
        server_->answer(await<ServerRequest>(*server_).id, {200, {}, ""});
        await<HttpAnswered>(*wire_);
        const auto port = server_->port();
        server_.reset();
        serve({.port = port});
        get("/again");
        const auto asked = await<ServerRequest>(*server_);
        EXPECT_EQ(asked.request.target, "/again");
        server_->answer(asked.id, {200, {}, ""});
        await<HttpAnswered>(*wire_);
    }
}

TEST_F(WireTest, ARefusedConnectionIsNamed) {
    const MutePort closed(false);
    start();
    const auto failed = failure_of("https://" + closed.place());
    EXPECT_FALSE(failed.was_written);
    EXPECT_EQ(failed.why, closed.place() + ": cannot connect: Connection refused");
    const auto id = wire_->open("wss://" + closed.place());
    const auto ended = await<SocketClosed>(*wire_);
    EXPECT_EQ(ended.id, id);
    EXPECT_EQ(ended.why, closed.place() + ": cannot connect: Connection refused");
}

TEST_F(WireTest, AnUnknownHostIsNamed) {
    start();
    // No label is that long, so that no name server is asked.
    const std::string host = std::string(80, 'x') + ".invalid";
    const auto failed = failure_of("https://" + host);
    EXPECT_FALSE(failed.was_written);
    EXPECT_TRUE(has(failed.why, host + ":443: its name is not known: ")) << failed.why;
}

TEST_F(WireTest, ACertificateForAnotherNameIsRefused) {
    certificates_ =
        make_test_certificates(directory_.path().string(), {"example.com", "127.0.0.2"}, 48h)
            .value();
    start_both();
    for (const std::string host : {"localhost:", "127.0.0.1:"}) {
        const std::string at = host + std::to_string(server_->port());
        const auto failed = failure_of("https://" + at);
        EXPECT_FALSE(failed.was_written);
        EXPECT_EQ(failed.why, at + ": its certificate is for another host name");
        wire_->open("wss://" + at);
        const auto closed = await<SocketClosed>(*wire_);
        EXPECT_EQ(closed.why, at + ": its certificate is for another host name");
    }
    EXPECT_FALSE(server_->next());
}

TEST_F(WireTest, AnAddressInTheCertificateIsEnough) {
    start_both();
    wire_->request("https://127.0.0.1:" + std::to_string(server_->port()), {}, 10s);
    server_->answer(await<ServerRequest>(*server_).id, {200, {}, ""});
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.status, 200U);
}

TEST_F(WireTest, AnUnknownAuthorityIsRefused) {
    const testing::TemporaryDirectory other;
    serve();
    certificates_ = make_test_certificates(other.path().string(), {"localhost"}, 48h).value();
    start();
    const auto failed = failure_of(origin());
    EXPECT_FALSE(failed.was_written);
    EXPECT_EQ(failed.why, place() + ": its certificate is of an authority that is not trusted");
}

TEST_F(WireTest, AnExpiredCertificateIsRefused) {
    certificates_ = make_test_certificates(directory_.path().string(), {"localhost"}, 23h).value();
    start_both();
    const auto failed = failure_of(origin());
    EXPECT_FALSE(failed.was_written);
    EXPECT_EQ(failed.why, place() + ": its certificate has expired");
    wire_->open(url());
    EXPECT_EQ(await<SocketClosed>(*wire_).why, place() + ": its certificate has expired");
}

TEST_F(WireTest, WhatDoesNotSpeakTlsIsRefused) {
    MutePort plain;
    start();
    wire_->request("https://" + plain.place(), {}, 10s);
    plain.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    const auto failed = await<HttpFailed>(*wire_);
    EXPECT_FALSE(failed.was_written);
    EXPECT_TRUE(has(failed.why, plain.place() + ": TLS handshake: ")) << failed.why;
}

TEST_F(WireTest, WhatIsNoOriginIsNotAsked) {
    start();
    for (const std::string bad :
         {"http://localhost",
          "localhost",
          "https://",
          "https://a b",
          "https://host:0",
          "https://host:66000",
          "https://host:",
          "https://user:secret@host",
          "https://a b/secret",
          "https://host/path",
          "https://[::1"}) {
        const auto failed = failure_of(bad);
        EXPECT_FALSE(failed.was_written);
        EXPECT_TRUE(has(failed.why, "host")) << failed.why;
        EXPECT_FALSE(has(failed.why, "secret")) << failed.why;
    }
    wire_->open("https://localhost");
    EXPECT_TRUE(has(await<SocketClosed>(*wire_).why, "expected wss://host[:port][/path]"));
}

TEST_F(WireTest, ARequestThatWouldNotBeOneIsNotSentAndKeepsItsSecrets) {
    start_both();
    const std::vector<HttpRequest> bad = {
        {"GET ", "/", {}, ""},
        {"", "/", {}, ""},
        {"GET", "secret", {}, ""},
        {"GET", "/ secret", {}, ""},
        {"GET", "/\r\nsecret: x", {}, ""},
        {"GET", "/", {{"API-Key", "secret\r\nX: y"}}, ""},
        {"GET", "/", {{"API-Key", std::string("secret\0", 7)}}, ""},
        {"GET", "/", {{"API Key:secret", "x"}}, ""},
        {"GET", "/", {{"Content-Length", "5"}}, ""},
        {"GET", "/", {{"transfer-encoding", "chunked"}}, "secret"},
    };
    for (const auto& request : bad) {
        wire_->request(origin(), request, 10s);
        const auto failed = await<HttpFailed>(*wire_);
        EXPECT_FALSE(failed.was_written);
        EXPECT_TRUE(has(failed.why, place() + ": ")) << failed.why;
        EXPECT_FALSE(has(failed.why, "secret")) << failed.why;
    }
    EXPECT_FALSE(server_->next());
}

TEST_F(WireTest, ACaFileThatIsNoneIsNamed) {
    for (const auto& path : {directory_ / "none.pem", directory_.write("bad.pem", "hello")}) {
        const auto wire = start_wire({.ca_file = path});
        ASSERT_FALSE(wire);
        EXPECT_TRUE(has(wire.error().message, path)) << wire.error().message;
    }
}

TEST_F(WireTest, ItEndsWithEverythingInFlight) {
    const MutePort mute;
    start_both({.connections_max = 1, .queue_bytes_max = 10'000});
    for (int round = 0; round < 3; ++round) {
        start({.connections_max = 1, .queue_bytes_max = 10'000});
        const auto [socket, theirs] = open();
        get("/busy");
        const auto busy = await<ServerRequest>(*server_);
        get("/waits");
        wire_->request("https://" + mute.place(), {}, 10s);
        wire_->open("wss://" + mute.place());
        wire_->open(url());
        await<SocketOpened>(*wire_);
        await<ServerSocketOpened>(*server_);
        for (int i = 0; i < 100; ++i) {
            server_->send(theirs, std::string(1000, 'x'));
            wire_->send(socket, std::string(100'000, 'x'));
        }
        server_->answer_raw(busy.id, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        wire_->close(socket);
        const auto begun = std::chrono::steady_clock::now();
        wire_.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
        while (server_->next()) {
        }
        serve();
    }
}

TEST_F(WireTest, ItEndsWhileNamesAreLookedUp) {
    for (int i = 0; i < 5; ++i) {
        start();
        wire_->request("https://localhost:1", {}, 10s);
        wire_->open("wss://localhost:1");
        wire_.reset();
    }
}

}  // namespace
}  // namespace tapedeck::net
