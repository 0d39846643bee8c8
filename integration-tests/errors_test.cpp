#include "events/wire.h"
#include "stack.h"
#include "tape/protocol.h"
#include "tape/socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.h>

#include <csignal>
#include <filesystem>

/// What goes wrong says where, what and the fix, in one message, with the right exit code.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// One service of a stack, started alone, to its end.
struct Ended {
    int exit_code = -1;
    std::string log;
};

Ended run_alone(const std::string& service, std::vector<std::string> settings) {
    Stack stack(std::move(settings));
    stack.start(service);
    const int code = stack.process(service).wait();
    return {code, stack.log_of(service)};
}

TEST(ErrorsTest, AnUnknownKeyIsNamedWithTheNearestOne) {
    const auto ended = run_alone("risk", {"risk.max_postion=0.1"});
    EXPECT_EQ(ended.exit_code, 5);
    EXPECT_THAT(ended.log, HasSubstr("max_position"));
}

TEST(ErrorsTest, ANegativeLimitIsRefused) {
    const auto ended = run_alone("risk", {"risk.max_drawdown=-0.1"});
    EXPECT_EQ(ended.exit_code, 5);
    EXPECT_THAT(ended.log, HasSubstr("risk.max_drawdown"));
}

TEST(ErrorsTest, AWrongTypeShowsTheAcceptedForm) {
    const auto ended = run_alone("risk", {"risk.day_trades=many"});
    EXPECT_EQ(ended.exit_code, 5);
    EXPECT_THAT(ended.log, HasSubstr("risk.day_trades"));
}

TEST(ErrorsTest, AMissingFileIsNamed) {
    const auto ended = run_alone(
        "market-data",
        {"market-data.feed=recorded", "market-data.files=/nowhere/test_BTCUSD_1m.csv"});
    EXPECT_NE(ended.exit_code, 0);
    EXPECT_THAT(ended.log, HasSubstr("/nowhere/test_BTCUSD_1m.csv"));
}

TEST(ErrorsTest, ABrokenLineIsNamedAndWhatCameBeforeIsOnTheTape) {
    const testing::TemporaryDirectory directory;
    const std::string file = directory.write(
        "test_BTCUSD_1m.csv",
        "timestamp,open,high,low,close,volume\n"
        "1569888000000,100,101,99,100,1\n"
        "1569888060000,100,101,99,ninety,1\n");
    Stack stack({"market-data.feed=recorded", "market-data.files=" + file});
    stack.start_all();
    const int code = stack.process("market-data").wait();
    EXPECT_NE(code, 0);
    EXPECT_THAT(stack.log_of("market-data"), HasSubstr("test_BTCUSD_1m.csv:3"));
    for (const char* service : {"execution", "risk", "strategy", "journal"}) {
        stack.process(service).signal(SIGTERM);
        EXPECT_EQ(stack.process(service).wait(), 0);
    }
    int candles = 0;
    for (const auto& recorded : stack.tape()) {
        if (recorded.event.as<CandleClosed>() != nullptr) ++candles;
    }
    EXPECT_EQ(candles, 1);
}

TEST(ErrorsTest, ASecondJournalOnTheDirectoryIsKeptOut) {
    Stack first({});
    first.start("journal");
    ASSERT_NE(first.connect(), nullptr);
    const auto ended = run_alone("journal", {"journal.dir=" + first.journal()});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.log, HasSubstr("in use by another journal"));
    EXPECT_THAT(ended.log, HasSubstr(first.journal()));
}

TEST(ErrorsTest, ASecondInstanceInOneHomeIsKeptOut) {
    Stack stack({});
    stack.start("journal");
    ASSERT_NE(stack.connect(), nullptr);
    Child second(binary("tapedeck-journal"), stack.arguments(), stack.home() + "/second.log");
    EXPECT_EQ(second.wait(), 1);
    EXPECT_THAT(slurp(stack.home() + "/second.log"), HasSubstr("pid"));
}

TEST(ErrorsTest, ADirectoryThatCannotBeWrittenIsNamed) {
    const auto ended = run_alone("journal", {"journal.dir=/proc/nowhere"});
    EXPECT_NE(ended.exit_code, 0);
    EXPECT_THAT(ended.log, HasSubstr("/proc/nowhere"));
}

TEST(ErrorsTest, ACheckpointSyncOfRealTimeIsRefused) {
    const auto ended = run_alone("journal", {"journal.clock=wall"});
    EXPECT_EQ(ended.exit_code, 5);
    EXPECT_THAT(ended.log, HasSubstr("journal.sync"));
}

/// Waits for one answer on a submit socket.
std::optional<tape::Socket::Received> answer_of(tape::Socket& socket) {
    const Duration deadline = monotonic_now() + 5s;
    tape::Socket* const sockets[] = {&socket};
    while (monotonic_now() < deadline) {
        if (auto received = socket.receive()) return received;
        tape::Socket::wait(sockets, 50ms);
    }
    return std::nullopt;
}

tape::NackCode nack_in(const tape::Socket::Received& received) {
    const auto header = tape::decode_header(received.header, received.body);
    EXPECT_TRUE(header && header->type == tape::MessageType::Nack);
    return header ? static_cast<tape::NackCode>(header->a) : tape::NackCode::Busy;
}

TEST(ErrorsTest, AnotherProtocolVersionIsToldSo) {
    Stack stack({"journal.clock=wall", "journal.sync=commit"});
    stack.start("journal");
    ASSERT_NE(stack.connect(), nullptr);
    tape::Context context;
    const auto endpoints = tape::Endpoints::in(stack.home() + "/run").value();
    auto socket =
        tape::Socket::connect(context, tape::Socket::Kind::Dealer, endpoints.submit_high).value();
    tape::Hello hello;
    hello.name = "risk";
    hello.protocol_version = 99;
    std::string body;
    wire::put_message(body, hello);
    const Duration deadline = monotonic_now() + 5s;
    while (!socket.send({.type = tape::MessageType::Hello}, body) && monotonic_now() < deadline) {
    }
    const auto answer = answer_of(socket);
    ASSERT_TRUE(answer);
    EXPECT_EQ(nack_in(*answer), tape::NackCode::Version);
    EXPECT_THAT(answer->body, HasSubstr("99"));
}

TEST(ErrorsTest, AWrongCrcIsRefusedAndTheJournalLivesOn) {
    Stack stack({"journal.clock=wall", "journal.sync=commit"});
    stack.start("journal");
    auto client = stack.connect();
    ASSERT_NE(client, nullptr);
    void* context = zmq_ctx_new();
    void* socket = zmq_socket(context, ZMQ_DEALER);
    const int no_linger = 0;
    zmq_setsockopt(socket, ZMQ_LINGER, &no_linger, sizeof no_linger);
    const auto endpoints = tape::Endpoints::in(stack.home() + "/run").value();
    ASSERT_EQ(zmq_connect(socket, endpoints.submit_high.c_str()), 0);
    // A header made for another body.
    const std::string header = tape::encode_header({.type = tape::MessageType::Hello}, "right");
    const std::string damaged = header + "wrong";
    zmq_send(socket, damaged.data(), damaged.size(), 0);
    zmq_pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
    ASSERT_EQ(zmq_poll(&item, 1, 5000), 1);
    std::string answer(1000, '\0');
    const int size = zmq_recv(socket, answer.data(), answer.size(), 0);
    ASSERT_GT(size, static_cast<int>(tape::Header::kSize));
    answer.resize(static_cast<std::size_t>(size));
    const std::string header_back = answer.substr(0, tape::Header::kSize);
    EXPECT_EQ(
        nack_in({"", header_back, answer.substr(header_back.size())}), tape::NackCode::BadCrc);
    zmq_close(socket);
    zmq_ctx_term(context);
    EXPECT_TRUE(client->ask());
}

TEST(ErrorsTest, AHomeTooDeepForASocketIsSaid) {
    const testing::TemporaryDirectory directory;
    const std::string deep = directory / std::string(120, 'x');
    std::filesystem::create_directory(deep);
    const auto output =
        run("tapedeck-journal",
            {"--config",
             std::string(TAPEDECK_SOURCE_DIR) + "/deploy/config",
             "--profile",
             "demo",
             "--home",
             deep});
    EXPECT_EQ(output.exit_code, 5);
    EXPECT_THAT(output.err, HasSubstr("too long for a Unix socket"));
}

TEST(CommandLineTest, SaysWhatToDoWhenNothingRuns) {
    const testing::TemporaryDirectory directory;
    const auto output = run("tapedeck", {"status", "--home", directory / "none"});
    EXPECT_TRUE(output.exit_code == 3 || output.exit_code == 4) << output.exit_code;
    EXPECT_THAT(output.err, HasSubstr("tapedeck"));
}

TEST(CommandLineTest, AnUnknownVerbIsAUsageErrorWithASuggestion) {
    const auto output = run("tapedeck", {"statsu"});
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_THAT(output.err, HasSubstr("did you mean"));
}

TEST(ShippedProfilesTest, AreValid) {
    const std::string config = std::string(TAPEDECK_SOURCE_DIR) + "/deploy/config";
    for (const auto* profile : {"demo", "paper", "kraken", "live"}) {
        const auto checked =
            run("tapedeck", {"config", "check", "--config", config, "--profile", profile});
        EXPECT_EQ(checked.exit_code, 0) << profile << ": " << checked.err;
    }
}

}  // namespace
}  // namespace tapedeck::integration
