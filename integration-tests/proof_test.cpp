#include "ops/build_info.h"
#include "stack.h"
#include "tape/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

/// Every decision of a real run is decided again, also beside the live stack, and whoever says
/// something else is told of.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

nlohmann::json parsed(const Output& output) {
    return nlohmann::json::parse(output.out, nullptr, false);
}

std::vector<std::string> settings_of_market(const testing::TemporaryDirectory& directory) {
    const std::string files = write_candles(directory, "test_BTCUSD_1m.csv", 1, 900, 8000.0) + "," +
                              write_candles(directory, "test_ETHUSD_1m.csv", 2, 900, 180.0) + "," +
                              write_candles(directory, "test_SOLUSD_1m.csv", 3, 900, 20.0);
    return {"market-data.feed=recorded", "market-data.files=" + files, "market-data.speed=max"};
}

/// What the shadow has written for status; an empty object before it has.
nlohmann::json shadow_report(const Stack& stack) {
    std::ifstream in(stack.home() + "/run/shadow.json");
    const auto object = nlohmann::json::parse(in, nullptr, false);
    return object.is_object() ? object : nlohmann::json::object();
}

bool wait_for_proof(Stack& stack, Seq end) {
    const Duration deadline = monotonic_now() + 60s;
    while (monotonic_now() < deadline) {
        if (shadow_report(stack).value("proven", std::uint64_t{0}) >= end.value) return true;
        ::usleep(50'000);
    }
    ADD_FAILURE() << shadow_report(stack).dump() << stack.log_of("shadow");
    return false;
}

void stop_shadow(Stack& stack) {
    stack.process("shadow").signal(SIGTERM);
    EXPECT_EQ(stack.process("shadow").wait(), 0) << stack.log_of("shadow");
}

std::size_t count_of(const std::vector<Recorded>& tape, std::uint16_t type) {
    return static_cast<std::size_t>(std::count_if(
        tape.begin(), tape.end(), [&](const auto& each) { return each.event.type() == type; }));
}

TEST(ProofTest, EveryDecisionIsIdenticalWhoeverWasKilledAndTheShadowKnowsIt) {
    const testing::TemporaryDirectory directory;
    Stack stack(settings_of_market(directory));
    stack.start_all();
    stack.start("shadow");
    std::uint64_t at = 400;
    for (const char* service : {"strategy", "risk", "execution", "journal", "risk", "shadow"}) {
        ASSERT_TRUE(stack.wait_for_seq(at += 400));
        stack.kill(service);
        stack.start(service);
    }
    ASSERT_TRUE(stack.wait_for_end());
    const Seq end = [&] {
        auto client = stack.connect();
        EXPECT_TRUE(client->ask());
        return client->tape_end();
    }();
    ASSERT_TRUE(wait_for_proof(stack, end));
    EXPECT_EQ(shadow_report(stack)["differences"], 0);
    stop_shadow(stack);
    stack.stop();

    const auto verified =
        run("tapedeck", {"replay", "--verify", "--json", "--tape", stack.journal()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    const auto object = parsed(verified);
    EXPECT_TRUE(object["identical"]);
    EXPECT_GT(object["decisions"], 1000);
    EXPECT_EQ(object["owed"], 0);
    for (const auto& decider : object["deciders"]) {
        EXPECT_GT(decider["decisions"], 0) << decider.dump();
    }
    const auto other =
        run("tapedeck",
            {"replay", "--verify", "--set", "strategy.rsi.period=9", "--tape", stack.journal()});
    EXPECT_EQ(other.exit_code, 8) << other.err;
    EXPECT_THAT(other.out, HasSubstr("DIVERGED at seq "));
    EXPECT_THAT(other.out, HasSubstr("configuration: strategy.rsi.period 7 → 9"));

    // The shadow said nothing, so it never was a producer: the tape is a function of its input.
    for (const auto& recorded : stack.tape()) EXPECT_FALSE(is_start_of("shadow", recorded));
}

TEST(ProofTest, InRealTimeDecisionsAreIdenticalTooWhateverWasInFlight) {
    // Data of a time to come are never too old to act on.
    Stack stack(
        {"journal.clock=wall",
         "journal.sync=commit",
         "market-data.feed=synthetic",
         "market-data.speed=6000",
         "market-data.start=2100-01-01T00:00:00Z",
         "market-data.instruments=test:BTC/USD,test:ETH/USD,test:SOL/USD"});
    stack.start_all();
    std::uint64_t at = 500;
    for (const char* service : {"strategy", "risk", "execution", "strategy"}) {
        ASSERT_TRUE(stack.wait_for_seq(at += 6000));
        stack.kill(service);
        stack.start(service);
    }
    ASSERT_TRUE(stack.wait_for_seq(at + 8000));
    stack.stop();
    const auto verified =
        run("tapedeck", {"replay", "--verify", "--json", "--tape", stack.journal()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    for (const auto& decider : parsed(verified)["deciders"]) {
        EXPECT_GT(decider["decisions"], 5) << decider.dump();
    }
}

/// Says as risk what no risk would say.
void pretend_to_be_risk(const Stack& stack) {
    const auto build = ops::identity(ops::build_info());
    auto node = tape::Node::connect({stack.home() + "/run", build});
    ASSERT_TRUE(node) << node.error().message;
    auto& producer = (*node)->add_source("risk", Settings{});
    const Duration deadline = monotonic_now() + 20s;
    bool said = false;
    while (monotonic_now() < deadline && !(said && producer.is_drained())) {
        const auto stepped = (*node)->step(monotonic_now(), 20ms);
        ASSERT_TRUE(stepped) << stepped.error().message;
        if (said || !(*node)->is_live()) continue;
        OrderApproved approved;
        approved.target = Seq{1};
        approved.reason = "because I say so";
        const Event event(approved);
        const tape::Producer::Item item{&event, {}};
        producer.append({1}, {1}, {&item, 1});
        said = true;
    }
    EXPECT_TRUE(said && producer.is_drained());
    (*node)->leave();
}

TEST(ShadowTest, ADecisionThatNobodyWouldMakeIsAnAlertOnTheTapeOnce) {
    Stack stack({"journal.clock=wall", "journal.sync=commit"});
    stack.start("journal");
    ASSERT_NE(stack.connect(), nullptr);
    stack.start("shadow");
    pretend_to_be_risk(stack);
    const auto is_told = [&] {
        const auto found =
            run("tapedeck",
                {"replay", "find", "--type", "DecisionDiverged", "--home", stack.home(), "--json"});
        return found.exit_code == 0 ? parsed(found) : nlohmann::json();
    };
    nlohmann::json told;
    const Duration deadline = monotonic_now() + 30s;
    while (told.is_null() && monotonic_now() < deadline) told = is_told();
    ASSERT_TRUE(told.is_object()) << stack.log_of("shadow");
    EXPECT_EQ(told["data"]["service"], "risk");
    EXPECT_THAT(told["data"]["recorded"], HasSubstr("because I say so"));
    EXPECT_THAT(stack.log_of("shadow"), HasSubstr("DECISION_DIVERGED"));
    // Another shadow reads that it was told already.
    stack.kill("shadow");
    stack.start("shadow");
    ASSERT_TRUE(wait_for_proof(stack, Seq{told["seq"].get<std::uint64_t>()}));
    const auto status = run("tapedeck", {"status", "--home", stack.home(), "--json"});
    EXPECT_THAT(status.out, HasSubstr("NOT PROVEN: risk"));
    EXPECT_GT(parsed(status)["proven_seq"], 0);
    const auto health = run("tapedeck", {"health", "shadow", "--home", stack.home()});
    EXPECT_EQ(health.exit_code, 0) << health.out;
    stop_shadow(stack);
    stack.stop();
    EXPECT_EQ(count_of(stack.tape(), DecisionDiverged::kType), 1U);
    const auto verified = run("tapedeck", {"replay", "--verify", "--tape", stack.journal()});
    EXPECT_EQ(verified.exit_code, 8);
    EXPECT_THAT(verified.out, HasSubstr("record: same release, same configuration"));
}

}  // namespace
}  // namespace tapedeck::integration
