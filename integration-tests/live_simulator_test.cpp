#include "stack.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

/// `tapedeck up --venue simulator`: the first thing that somebody with a key in mind will try.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A TCP port that was free just now.
std::string free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);  // as bind(2) wants it
    EXPECT_EQ(::bind(probe, generic, size), 0);
    EXPECT_EQ(::getsockname(probe, generic, &size), 0);
    ::close(probe);
    return std::to_string(ntohs(address.sin_port));
}

class LiveSimulatorTest : public ::testing::Test {
protected:
    LiveSimulatorTest() : place_("localhost:" + free_port()) {}

    std::vector<std::string> with_flags(std::vector<std::string> words) const {
        for (const std::string& flag :
             {std::string("--config"),
              std::string(TAPEDECK_SOURCE_DIR) + "/deploy/config",
              std::string("--profile"),
              std::string("simulator"),
              std::string("--home"),
              home_.path().string(),
              std::string("--set"),
              "kraken.rest_url=https://" + place_,
              std::string("--set"),
              "kraken.socket_url=wss://" + place_ + "/v2",
              std::string("--set"),
              "kraken.private_socket_url=wss://" + place_ + "/auth/v2"}) {
            words.push_back(flag);
        }
        return words;
    }

    testing::TemporaryDirectory home_;
    std::string place_;
};

TEST_F(LiveSimulatorTest, UpBringsTheVenueItsKeyAndFills) {
    const std::string log = home_ / "up.log";
    Child up(binary("tapedeck"), with_flags({"up"}), log);
    std::unique_ptr<tape::Client> client;
    Seq seen;
    bool is_reconciled = false;
    bool is_filled = false;
    // Strategies decide when a minute is over: the fill may be that of the second one.
    const Duration deadline = monotonic_now() + 180s;
    while ((!is_reconciled || !is_filled) && monotonic_now() < deadline) {
        ASSERT_TRUE(up.is_running()) << slurp(log);
        if (!client) {
            auto connected =
                tape::Client::connect({home_.path().string() + "/run", monotonic_now, 1s});
            if (connected) client = std::move(*connected);
            continue;
        }
        if (!client->ask()) {
            client.reset();
            continue;
        }
        const Seq end = client->tape_end();
        const auto look = [&](const Recorded& recorded) {
            if (const auto* done = recorded.event.as<ReconciliationCompleted>()) {
                is_reconciled = is_reconciled || done->venue == "kraken";
            }
            if (recorded.event.as<OrderFilled>() != nullptr) is_filled = true;
            return true;
        };
        const auto done = client->read(seen.next(), end, [&](const tape::Follower::Frame& frame) {
            return tape::for_each_record(
                frame.header, frame.records(), [](std::uint16_t) { return true; }, look);
        });
        if (done) seen = end;
        ::usleep(100'000);
    }
    EXPECT_TRUE(is_reconciled) << slurp(log);
    EXPECT_TRUE(is_filled) << slurp(log);

    const auto status = run("tapedeck", with_flags({"status"}));
    EXPECT_THAT(status.out, HasSubstr("main  equity"));
    const auto doctor = run("tapedeck", with_flags({"doctor", "--venue", "kraken", "--no-key"}));
    EXPECT_EQ(doctor.exit_code, 0) << doctor.out << doctor.err;

    up.signal(SIGTERM);
    EXPECT_EQ(up.wait(), 0) << slurp(log);
}

TEST_F(LiveSimulatorTest, AnAddressElsewhereIsRefused) {
    place_ = "api.kraken.com";
    const auto up = run("tapedeck", with_flags({"up"}));
    EXPECT_EQ(up.exit_code, 5);
    EXPECT_THAT(up.err, HasSubstr("kraken.rest_url is https://api.kraken.com"));
}

}  // namespace
}  // namespace tapedeck::integration
