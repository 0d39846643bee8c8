#include "stack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// The operator's hand, by the command itself, on running stacks.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// The synthetic market at full speed: a stack that trades until it is stopped.
Stack trading_stack() {
    return Stack(
        {"market-data.feed=synthetic",
         "market-data.speed=600",
         "market-data.instruments=test:BTC/USD,test:ETH/USD,test:SOL/USD"});
}

Output ask(const Stack& stack, std::vector<std::string> arguments) {
    for (const char* each : {"--home", "--config", "--profile", "--no-input"}) {
        arguments.emplace_back(each);
        if (std::string(each) == "--home") arguments.push_back(stack.home());
        if (std::string(each) == "--config") arguments.push_back(stack.home() + "/config");
        if (std::string(each) == "--profile") arguments.emplace_back("demo");
    }
    return run("tapedeck", arguments);
}

nlohmann::json status_of(const Stack& stack) {
    const auto output = ask(stack, {"status", "--json"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return nlohmann::json::parse(output.out, nullptr, false);
}

bool wait_for_fills(const Stack& stack) {
    const Duration deadline = monotonic_now() + 60s;
    while (monotonic_now() < deadline) {
        const auto status = status_of(stack);
        if (status.is_object() && status.value("fills", 0) > 0) return true;
    }
    return false;
}

TEST(ControlTest, AKillCancelsEverythingAndSurvivesRestarts) {
    Stack stack = trading_stack();
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    ASSERT_TRUE(wait_for_fills(stack));
    EXPECT_EQ(ask(stack, {"kill"}).exit_code, 6) << "without a confirmation";
    const auto killed = ask(stack, {"kill", "--confirm", "demo", "--reason", "rehearsal"});
    EXPECT_EQ(killed.exit_code, 0) << killed.err;
    EXPECT_THAT(killed.out, HasSubstr("0 open orders"));
    for (const char* service : {"risk", "execution"}) {
        stack.kill(service);
        stack.start(service);
    }
    const auto before = status_of(stack);
    const auto at = before["seq"].get<std::uint64_t>();
    ASSERT_TRUE(stack.wait_for_seq(at + 2000));
    const auto after = status_of(stack);
    EXPECT_TRUE(after["killed"]);
    EXPECT_EQ(after["orders"], before["orders"]) << "nothing was sent while killed";
    EXPECT_EQ(ask(stack, {"unkill", "--confirm", "demo"}).exit_code, 0);
    EXPECT_FALSE(status_of(stack)["killed"]);
    stack.stop();
}

TEST(ControlTest, TheSameIdempotencyKeyIsTheSameRequest) {
    Stack stack = trading_stack();
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    const std::vector<std::string> pause{"pause", "--idempotency-key", "monday"};
    EXPECT_EQ(ask(stack, pause).exit_code, 0);
    const auto again = ask(stack, pause);
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.out, HasSubstr("already on the tape"));
    stack.stop();
    int pauses = 0;
    for (const auto& recorded : stack.tape()) {
        if (recorded.event.as<TradingPaused>() != nullptr) ++pauses;
    }
    EXPECT_EQ(pauses, 1);
}

TEST(ControlTest, AnOrderExplainsItself) {
    Stack stack = trading_stack();
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    ASSERT_TRUE(wait_for_fills(stack));
    const auto fills = ask(stack, {"fills", "--json", "-n", "1"});
    const auto order = nlohmann::json::parse(fills.out)["order"].get<std::string>();
    const auto why = ask(stack, {"why", order});
    EXPECT_EQ(why.exit_code, 0) << why.err;
    EXPECT_THAT(why.out, HasSubstr("because"));
    EXPECT_THAT(why.out, HasSubstr("chain"));
    const auto verified = ask(stack, {"verify"});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    stack.stop();
}

/// Real time: a tick a second from the journal, no lockstep.
TEST(WallClockTest, TheStackTradesInRealTimeAndTakesAKilledServiceBack) {
    Stack stack(
        {"journal.clock=wall",
         "journal.sync=commit",
         "market-data.feed=synthetic",
         "market-data.speed=1",
         "market-data.instruments=test:BTC/USD,test:ETH/USD,test:SOL/USD"});
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    ASSERT_TRUE(stack.wait_for_seq(30));
    stack.kill("strategy");
    stack.start("strategy");
    ASSERT_TRUE(stack.wait_for_seq(60));
    stack.stop();
    int ticks = 0;
    int starts = 0;
    for (const auto& recorded : stack.tape()) {
        if (recorded.event.as<ClockTicked>() != nullptr) ++ticks;
        if (is_start_of("strategy", recorded)) ++starts;
    }
    EXPECT_GE(ticks, 2);
    EXPECT_EQ(starts, 2);
}

}  // namespace
}  // namespace tapedeck::integration
