#include "net/wire.h"
#include "net/wire_fixture.h"

#include <thread>

namespace tapedeck::net {
namespace {

class WireSocketTest : public WireFixture {
protected:
    /// Sends until there is no room for more, taking nothing.
    std::size_t fill(WireId socket, const std::string& text) {
        std::size_t count = 0;
        while (wire_->send(socket, text)) ++count;
        return count;
    }
};

TEST_F(WireSocketTest, TextGoesBothWays) {
    start_both();
    const auto [here, there] = open();
    EXPECT_TRUE(wire_->send(here, "ping \xe2\x82\xac"));
    const auto heard = await<SocketText>(*server_);
    EXPECT_EQ(heard.id, there);
    EXPECT_EQ(heard.text, "ping \xe2\x82\xac");
    EXPECT_TRUE(server_->send(there, ""));
    EXPECT_TRUE(server_->send(there, "pong"));
    EXPECT_EQ(await<SocketText>(*wire_).text, "");
    const auto answer = await<SocketText>(*wire_);
    EXPECT_EQ(answer.id, here);
    EXPECT_EQ(answer.text, "pong");
}

TEST_F(WireSocketTest, ManyMessagesArriveInOrder) {
    start_both();
    const auto [here, there] = open();
    for (int i = 0; i < 2000; ++i) {
        EXPECT_TRUE(server_->send(there, std::to_string(i)));
        EXPECT_TRUE(wire_->send(here, std::to_string(i)));
    }
    for (int i = 0; i < 2000; ++i) {
        EXPECT_EQ(await<SocketText>(*wire_).text, std::to_string(i));
        EXPECT_EQ(await<SocketText>(*server_).text, std::to_string(i));
    }
}

TEST_F(WireSocketTest, BigMessagesArriveWhole) {
    start_both();
    const auto [here, there] = open();
    const std::string big(3U << 20U, 'b');
    EXPECT_TRUE(server_->send(there, big));
    EXPECT_TRUE(wire_->send(here, big));
    EXPECT_EQ(await<SocketText>(*wire_).text, big);
    EXPECT_EQ(await<SocketText>(*server_).text, big);
}

TEST_F(WireSocketTest, AMessageOverTheLimitEndsTheSocket) {
    start_both({.message_bytes_max = 1000});
    const auto [here, there] = open();
    EXPECT_FALSE(wire_->send(here, std::string(1001, 'x')));
    EXPECT_TRUE(server_->send(there, std::string(1000, 'x')));
    EXPECT_EQ(await<SocketText>(*wire_).text.size(), 1000U);
    EXPECT_TRUE(server_->send(there, std::string(1001, 'x')));
    EXPECT_EQ(await<SocketClosed>(*wire_).why, place() + ": a message is longer than 1000 bytes");
    EXPECT_TRUE(has(await<SocketClosed>(*server_).why, "1009"));
}

TEST_F(WireSocketTest, TheServersCloseComesWithItsCodeAndReason) {
    start_both();
    const auto [here, there] = open();
    EXPECT_TRUE(server_->send(there, "last words"));
    server_->close(there, 1012, "restart\nsoon");
    EXPECT_FALSE(server_->send(there, "after"));
    EXPECT_EQ(await<SocketText>(*wire_).text, "last words");
    const auto closed = await<SocketClosed>(*wire_);
    EXPECT_EQ(closed.id, here);
    EXPECT_EQ(closed.why, place() + ": closed by the other side: 1012 restart?soon");
    EXPECT_EQ(await<SocketClosed>(*server_).id, there);
    EXPECT_FALSE(wire_->send(here, "after"));
}

TEST_F(WireSocketTest, OurCloseComesAfterWhatWasSent) {
    start_both();
    const auto [here, there] = open();
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(wire_->send(here, std::string(10'000, 'x')));
    wire_->close(here);
    wire_->close(here);
    EXPECT_FALSE(wire_->send(here, "after"));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(await<SocketText>(*server_).text.size(), 10'000U);
    EXPECT_TRUE(has(await<SocketClosed>(*server_).why, "closed by the other side: 1000"));
    EXPECT_EQ(await<SocketClosed>(*wire_).why, place() + ": closed by us");
    wire_->close(here);
    EXPECT_FALSE(wire_->next());
}

TEST_F(WireSocketTest, ASocketThatIsBeingOpenedCanBeClosed) {
    const MutePort mute;
    start();
    const auto id = wire_->open("wss://" + mute.place());
    EXPECT_FALSE(wire_->send(id, "too early"));
    wire_->close(id);
    wire_->close(id);
    const auto closed = await<SocketClosed>(*wire_);
    EXPECT_EQ(closed.id, id);
    EXPECT_EQ(closed.why, mute.place() + ": closed by us");
    wire_->close(id);
    EXPECT_FALSE(wire_->next());
}

TEST_F(WireSocketTest, ADroppedSocketIsSaidToBeReset) {
    start_both();
    const auto [here, there] = open();
    server_->drop(there);
    EXPECT_EQ(await<SocketClosed>(*wire_).why, place() + ": reset by the other side");
    EXPECT_EQ(await<SocketClosed>(*server_).id, there);
    EXPECT_FALSE(wire_->send(here, "after"));
}

TEST_F(WireSocketTest, TheEndOfTheServerEndsIt) {
    start_both();
    open();
    server_.reset();
    EXPECT_TRUE(has(await<SocketClosed>(*wire_).why, "by the other side"));
}

TEST_F(WireSocketTest, OpeningIsBoundedInTime) {
    const MutePort mute;
    start({.connect_timeout = 30ms});
    wire_->open("wss://" + mute.place());
    EXPECT_TRUE(has(await<SocketClosed>(*wire_).why, "not connected within 30ms"));
}

TEST_F(WireSocketTest, ASilentPeerIsPingedAndThenClosed) {
    start_both({.idle_timeout = 60ms});
    const auto [here, there] = open();
    server_->stop_reading(there, true);
    const auto begun = std::chrono::steady_clock::now();
    const auto closed = await<SocketClosed>(*wire_);
    EXPECT_EQ(closed.id, here);
    EXPECT_EQ(closed.why, place() + ": silent for 120ms, a ping included");
    EXPECT_GT(std::chrono::steady_clock::now() - begun, 50ms);
}

TEST_F(WireSocketTest, APeerThatAnswersPingsIsLeftOpen) {
    start_both({.idle_timeout = 20ms});
    const auto [here, there] = open();
    pollfd wait{wire_->wake_descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 200), 0);  // five times what a silent one gets
    EXPECT_TRUE(wire_->send(here, "still here"));
    EXPECT_EQ(await<SocketText>(*server_).text, "still here");
}

TEST_F(WireSocketTest, APeerThatDoesNotReadFillsUpWhatWaitsAndLosesNothing) {
    start_both({.message_bytes_max = 200'000});
    const auto [here, there] = open();
    server_->stop_reading(there, true);
    const auto before = fill(here, std::string(10'000, 'x'));
    EXPECT_GE(before, 20U);
    EXPECT_FALSE(server_->next());
    server_->stop_reading(there, false);
    for (std::size_t i = 0; i < before; ++i) {
        EXPECT_EQ(await<SocketText>(*server_).text.size(), 10'000U);
    }
    EXPECT_TRUE(wire_->send(here, "room again"));
    EXPECT_EQ(await<SocketText>(*server_).text, "room again");
}

TEST_F(WireSocketTest, WhoTakesNothingStopsTheOtherSideAndLosesNothing) {
    start_both({.queue_bytes_max = 100'000});
    const auto [here, there] = open();
    const std::string text(100'000, 'x');
    // More than the kernel's buffers hold: what is left over waits at the server.
    std::size_t count = 0;
    while (count < 400) {
        if (server_->send(there, text)) {
            ++count;
        } else if (pollfd none{wire_->wake_descriptor(), POLLIN, 0}; ::poll(&none, 1, 20) == 1) {
            break;  // the wire has something, and yet no more is taken from the server
        }
    }
    EXPECT_LT(count, 400U);
    EXPECT_TRUE(wire_->send(here, "sending is not stopped"));
    EXPECT_EQ(await<SocketText>(*server_).text, "sending is not stopped");
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(await<SocketText>(*wire_).text, text);
}

TEST_F(WireSocketTest, WhoTakesNothingForLongDoesNotLoseTheSocket) {
    start_both({.idle_timeout = 20ms, .queue_bytes_max = 1});
    const auto [here, there] = open();
    EXPECT_TRUE(server_->send(there, "one"));
    EXPECT_TRUE(server_->send(there, "two"));
    pollfd none{-1, 0, 0};
    EXPECT_EQ(::poll(&none, 1, 150), 0);
    EXPECT_EQ(await<SocketText>(*wire_).text, "one");
    EXPECT_EQ(await<SocketText>(*wire_).text, "two");
    EXPECT_TRUE(wire_->send(here, "three"));
    EXPECT_EQ(await<SocketText>(*server_).text, "three");
}

TEST_F(WireSocketTest, HttpAndSocketsShareTheWire) {
    start_both();
    const auto [here, there] = open();
    get("/time");
    server_->answer(await<ServerRequest>(*server_).id, {200, {}, "now"});
    EXPECT_EQ(await<HttpAnswered>(*wire_).reply.body, "now");
    EXPECT_TRUE(wire_->send(here, "hello"));
    EXPECT_EQ(await<SocketText>(*server_).id, there);
}

}  // namespace
}  // namespace tapedeck::net
