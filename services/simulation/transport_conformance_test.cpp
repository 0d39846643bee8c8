// One suite for what is simulated and for what it stands for: if they differ here, the simulation
// proves nothing.

#include "simulation/sim_transport.h"
#include "tape/socket.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>

namespace tapedeck::simulation {
namespace {

using namespace std::chrono_literals;
using tape::Channel;
using Kind = tape::Channel::Kind;

/// Turns until something holds, or gives up: five seconds are for ever here.
constexpr int kTurnsMax = 5000;

struct InMemory {
    Network network{{}, 1};
    ProcessId processes = 0;

    std::unique_ptr<tape::Transport> process() { return network.transport(++processes); }

    std::string endpoint() const { return "ipc://conformance"; }

    void turn() { network.advance(network.now() + 1ms); }
};

struct OverZeroMq {
    testing::TemporaryDirectory directory;

    static std::unique_ptr<tape::Transport> process() {
        return std::make_unique<tape::ZmqTransport>();
    }

    std::string endpoint() const { return "ipc://" + (directory.path() / "socket").string(); }

    static void turn() { ::poll(nullptr, 0, 1); }
};

template <class World>
class TransportConformance : public ::testing::Test {
protected:
    /// A process with one channel.
    struct Side {
        std::unique_ptr<tape::Transport> transport;
        std::unique_ptr<Channel> channel;

        void die() {
            channel.reset();
            transport.reset();
        }
    };

    Side bound(Kind kind) {
        Side side{world_.process(), nullptr};
        side.channel = side.transport->bind(kind, world_.endpoint()).value();
        return side;
    }

    Side dialed(Kind kind) {
        Side side{world_.process(), nullptr};
        side.channel = side.transport->connect(kind, world_.endpoint()).value();
        return side;
    }

    template <class Holds>
    bool until(Holds&& holds) {
        for (int i = 0; i < kTurnsMax; ++i) {
            if (holds()) return true;
            world_.turn();
        }
        return false;
    }

    static bool send(
        Side& from,
        std::uint64_t number,
        const std::string& peer = {},
        const std::string& body = "b") {
        tape::Header header{.type = tape::MessageType::Append};
        header.a = number;
        return from.channel->send(header, body, peer);
    }

    /// The next message within the patience of until().
    std::optional<Channel::Received> next(Side& at) {
        std::optional<Channel::Received> received;
        until([&] { return (received = at.channel->receive()).has_value(); });
        return received;
    }

    static std::uint64_t number_of(const Channel::Received& received) {
        return tape::decode_header(received.header, received.body).value().a;
    }

    /// Everything that comes until `last` has.
    std::vector<std::uint64_t> all_until(Side& at, std::uint64_t last) {
        std::vector<std::uint64_t> numbers;
        while (auto received = next(at)) {
            numbers.push_back(number_of(*received));
            if (numbers.back() == last) break;
        }
        return numbers;
    }

    /// The dealer's name at the router, once they have met.
    std::string meet(Side& dealer, Side& router) {
        EXPECT_TRUE(until([&] { return send(dealer, 0); }));
        const auto received = next(router);
        return received ? received->peer : "";
    }

    /// Publishes until the subscription is known.
    void meet_subscriber(Side& publisher) {
        EXPECT_TRUE(until([&] { return publisher.channel->take_subscription(); }));
    }

    World world_;
};

using Worlds = ::testing::Types<InMemory, OverZeroMq>;
TYPED_TEST_SUITE(TransportConformance, Worlds);

TYPED_TEST(TransportConformance, ADealerWithoutAPeerSaysNo) {
    auto dealer = this->dialed(Kind::Dealer);
    EXPECT_FALSE(this->send(dealer, 1));
}

TYPED_TEST(TransportConformance, WhatADealerSendsArrivesWholeAndInOrder) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    ASSERT_FALSE(this->meet(dealer, router).empty());
    for (std::uint64_t i = 1; i <= 500; ++i) ASSERT_TRUE(this->send(dealer, i));
    const auto numbers = this->all_until(router, 500);
    ASSERT_EQ(numbers.size(), 500U);
    for (std::uint64_t i = 0; i < 500; ++i) EXPECT_EQ(numbers[i], i + 1);
}

TYPED_TEST(TransportConformance, ABodyOfAMegabyteArrives) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    this->meet(dealer, router);
    const std::string body(std::size_t{1} << 20U, 'x');
    ASSERT_TRUE(this->send(dealer, 1, {}, body));
    const auto received = this->next(router);
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(received->body, body);
}

TYPED_TEST(TransportConformance, ARouterAnswersTheOneWhoAsked) {
    auto router = this->bound(Kind::Router);
    auto one = this->dialed(Kind::Dealer);
    auto two = this->dialed(Kind::Dealer);
    const std::string name_of_one = this->meet(one, router);
    const std::string name_of_two = this->meet(two, router);
    ASSERT_NE(name_of_one, name_of_two);
    ASSERT_TRUE(this->send(router, 2, name_of_two));
    const auto received = this->next(two);
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(this->number_of(*received), 2U);
    EXPECT_FALSE(one.channel->receive().has_value());
}

TYPED_TEST(TransportConformance, ARouterSaysNoForAPeerThatIsGone) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    const std::string name = this->meet(dealer, router);
    EXPECT_FALSE(this->send(router, 1, "nobody"));
    dealer.die();
    EXPECT_TRUE(this->until([&] { return !this->send(router, 1, name); }));
}

TYPED_TEST(TransportConformance, ADealerSaysNoAtItsMarkAndYesWhenThereIsRoomAgain) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    this->meet(dealer, router);
    std::uint64_t sent = 0;
    while (sent < 50'000 && this->send(dealer, sent + 1)) ++sent;
    EXPECT_GE(sent, 1000U);
    ASSERT_LT(sent, 50'000U) << "it never said no";
    const auto numbers = this->all_until(router, sent);
    EXPECT_EQ(numbers.size(), sent) << "what was taken is delivered";
    EXPECT_TRUE(this->until([&] { return this->send(dealer, sent + 1); }));
}

TYPED_TEST(TransportConformance, ARouterSaysNoAtThePeersMark) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    const std::string name = this->meet(dealer, router);
    std::uint64_t sent = 0;
    while (sent < 50'000 && this->send(router, sent + 1, name)) ++sent;
    EXPECT_GE(sent, 1000U);
    EXPECT_LT(sent, 50'000U) << "it never said no";
}

TYPED_TEST(TransportConformance, APublisherWithoutSubscribersLosesWhatItSays) {
    auto publisher = this->bound(Kind::Publisher);
    EXPECT_TRUE(this->send(publisher, 1));
    auto subscriber = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    EXPECT_TRUE(this->send(publisher, 2));
    const auto received = this->next(subscriber);
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(this->number_of(*received), 2U);
}

TYPED_TEST(TransportConformance, EachSubscriptionIsAnnouncedOnce) {
    auto publisher = this->bound(Kind::Publisher);
    EXPECT_FALSE(publisher.channel->take_subscription());
    auto one = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    EXPECT_FALSE(publisher.channel->take_subscription());
    auto two = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
}

TYPED_TEST(TransportConformance, APublisherDropsSilentlyAtItsMark) {
    constexpr std::uint64_t kSaid = 50'000;
    auto publisher = this->bound(Kind::Publisher);
    auto subscriber = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    for (std::uint64_t i = 1; i <= kSaid; ++i) ASSERT_TRUE(this->send(publisher, i));
    std::vector<std::uint64_t> numbers;
    this->until([&] {
        while (auto received = subscriber.channel->receive()) {
            numbers.push_back(this->number_of(*received));
        }
        // Something new gets through once there is room: then all that was kept has been read.
        this->send(publisher, kSaid + 1);
        return !numbers.empty() && numbers.back() == kSaid + 1;
    });
    ASSERT_GE(numbers.size(), 2048U);
    EXPECT_LT(numbers.size(), kSaid) << "nothing was dropped";
    EXPECT_EQ(numbers.front(), 1U);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TYPED_TEST(TransportConformance, ASlowSubscriberDoesNotSlowAnother) {
    auto publisher = this->bound(Kind::Publisher);
    auto slow = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    auto quick = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    constexpr std::uint64_t kAtOnce = 100;  // the quick one is never far behind
    for (std::uint64_t i = 0; i < 20'000; i += kAtOnce) {
        for (std::uint64_t k = 1; k <= kAtOnce; ++k) ASSERT_TRUE(this->send(publisher, i + k));
        ASSERT_EQ(this->all_until(quick, i + kAtOnce).size(), kAtOnce);
    }
}

TYPED_TEST(TransportConformance, ADealerComesBackUnderAnotherNameAfterTheRoutersRestart) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    const std::string before = this->meet(dealer, router);
    router.die();
    EXPECT_TRUE(this->until([&] { return !this->send(dealer, 7); })) << "nobody is there";
    router = this->bound(Kind::Router);
    ASSERT_TRUE(this->until([&] { return this->send(dealer, 8); }));
    const auto received = this->next(router);
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(this->number_of(*received), 8U) << "what was queued went with the connection";
    EXPECT_FALSE(received->peer.empty());
}

TYPED_TEST(TransportConformance, ASubscriberComesBackAfterThePublishersRestart) {
    auto publisher = this->bound(Kind::Publisher);
    auto subscriber = this->dialed(Kind::Subscriber);
    this->meet_subscriber(publisher);
    publisher.die();
    publisher = this->bound(Kind::Publisher);
    std::optional<Channel::Received> received;
    EXPECT_TRUE(this->until([&] {
        // It subscribes again when it looks for messages.
        received = subscriber.channel->receive();
        this->send(publisher, 3);
        return received.has_value();
    }));
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(this->number_of(*received), 3U);
}

TYPED_TEST(TransportConformance, WhatHadArrivedCanStillBeReadWhenTheSenderIsGone) {
    auto router = this->bound(Kind::Router);
    auto dealer = this->dialed(Kind::Dealer);
    this->meet(dealer, router);
    ASSERT_TRUE(this->send(dealer, 1));
    ASSERT_TRUE(this->send(dealer, 2));
    const auto first = this->next(router);
    ASSERT_TRUE(first.has_value());
    dealer.die();
    const auto second = this->next(router);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(this->number_of(*second), 2U);
}

}  // namespace
}  // namespace tapedeck::simulation
