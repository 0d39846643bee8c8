#include "cli/live_journal.h"
#include "cli/story_tape_test.h"

#include <nlohmann/json.hpp>

namespace tapedeck::cli {
namespace {

using testing::LiveJournal;
using testing::run_command;
using testing::Said;
using testing::StoryTape;

class ControlTest : public ::testing::Test {
protected:
    ControlTest() {
        tape_.add(StrategyStateChanged{
            .strategy = "macd_btc",
            .kind = "macd",
            .state = StrategyState::Active,
            .reason = "",
            .instruments = {"demo:BTC/USD"}});
        journal_.emplace(tape_);
    }

    Said run(std::vector<std::string> arguments, const std::string& input = "") {
        arguments.insert(arguments.end(), {"--home", journal_->home()});
        return run_command(arguments, input, {{"USER", "alice"}});
    }

    /// The last control event of this type, or null.
    nlohmann::json last(const std::string& type) {
        const std::string line = run({"tail", "-n", "1", "--type", type, "--json"}).out;
        return line.empty() ? nlohmann::json() : nlohmann::json::parse(line);
    }

    StoryTape tape_;
    std::optional<LiveJournal> journal_;
};

TEST_F(ControlTest, APauseIsAnEventThatSaysWhoAndWhy) {
    const Said said =
        run({"pause", "--strategy", "macd_btc", "--reason", "CPI at 14:30", "--keep"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_NE(said.out.find("TradingPaused recorded, seq "), std::string::npos) << said.out;
    const auto event = last("TradingPaused");
    EXPECT_EQ(event["data"]["scope"], "strategy");
    EXPECT_EQ(event["data"]["name"], "macd_btc");
    EXPECT_EQ(event["data"]["keep_orders"], true);
    EXPECT_EQ(event["data"]["request"]["by"], "alice");
    EXPECT_EQ(event["data"]["request"]["reason"], "CPI at 14:30");
}

TEST_F(ControlTest, ARepeatedKeyIsAnsweredWithTheFirstSeq) {
    const Said first = run({"pause", "--idempotency-key", "k1", "--json"});
    const Said again = run({"pause", "--idempotency-key", "k1", "--json"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(nlohmann::json::parse(first.out)["seq"], nlohmann::json::parse(again.out)["seq"]);
    const Said other = run({"resume", "--idempotency-key", "k1"});
    EXPECT_EQ(other.code, 6);
    EXPECT_TRUE(last("TradingResumed").is_null());
}

TEST_F(ControlTest, ADryRunRecordsNothing) {
    const Said said = run({"resume", "--dry-run"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(said.out.starts_with("would record TradingResumed")) << said.out;
    EXPECT_TRUE(last("TradingResumed").is_null());
}

TEST_F(ControlTest, AKillNeedsTheNameOfTheProfileThatRuns) {
    const Said unconfirmed = run({"kill"});
    EXPECT_EQ(unconfirmed.code, 6);
    EXPECT_NE(unconfirmed.err.find("--confirm demo"), std::string::npos) << unconfirmed.err;
    EXPECT_EQ(run({"kill", "--confirm", "live"}).code, 6);
    // What the flag says is not what runs.
    EXPECT_EQ(run({"kill", "--confirm", "paper", "--profile", "paper"}).code, 6);
    EXPECT_TRUE(last("KillEngaged").is_null());
}

TEST_F(ControlTest, AKillSaysWhatIsLeft) {
    const Said said = run({"kill", "--confirm", "demo", "--reason", "rumours"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_NE(said.out.find("0 open orders"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("Positions left: macd_btc 0.015 demo:BTC/USD"), std::string::npos)
        << said.out;
    EXPECT_EQ(last("KillEngaged")["data"]["request"]["reason"], "rumours");
    EXPECT_EQ(run({"status"}).code, 0);
    EXPECT_NE(run({"status"}).out.find("KILLED"), std::string::npos);
    EXPECT_EQ(run({"status", "--strict"}).code, 10);
    EXPECT_EQ(run({"unkill"}).code, 6);
    EXPECT_EQ(run({"unkill", "--confirm", "demo"}).code, 0);
    EXPECT_EQ(run({"status"}).out.find("KILLED"), std::string::npos);
}

TEST_F(ControlTest, OnlyAnOrderCanBeCanceled) {
    EXPECT_EQ(run({"cancel", "o-9"}).code, 0);
    EXPECT_EQ(last("CancelOrdered")["data"]["intent_seq"], 9);
    EXPECT_EQ(run({"cancel", "o-5"}).code, 3);
    EXPECT_EQ(run({"cancel", "o-999"}).code, 3);
    EXPECT_EQ(run({"cancel", "nine"}).code, 2);
    EXPECT_EQ(run({"cancel"}).code, 2);
    EXPECT_EQ(run({"cancel", "o-9", "--all"}).code, 2);
    EXPECT_EQ(run({"cancel", "--all"}).code, 0);
    EXPECT_EQ(last("CancelOrdered")["data"]["intent_seq"], 0);
}

TEST_F(ControlTest, StrategiesAreKnownByTheirNames) {
    EXPECT_EQ(run({"strategy", "stop", "macd_btc"}).code, 0);
    EXPECT_EQ(last("StrategyStopped")["data"]["strategy"], "macd_btc");
    EXPECT_EQ(run({"strategy", "start", "macd_btc"}).code, 0);
    const Said unknown = run({"strategy", "stop", "macd_bct"});
    EXPECT_EQ(unknown.code, 3);
    EXPECT_NE(unknown.err.find("did you mean \"macd_btc\"?"), std::string::npos) << unknown.err;
    EXPECT_EQ(run({"pause", "--strategy", "rsi"}).code, 3);
    EXPECT_EQ(run({"strategy"}).code, 2);
    EXPECT_EQ(run({"strategy", "stop"}).code, 2);
}

TEST_F(ControlTest, ScopesAreChecked) {
    EXPECT_EQ(run({"pause", "--instrument", "btc"}).code, 2);
    EXPECT_EQ(run({"pause", "--instrument", "demo:BTC/USD", "--venue", "demo"}).code, 2);
    EXPECT_EQ(run({"flatten", "--instrument", "btc", "--confirm", "demo"}).code, 2);
    EXPECT_EQ(run({"flatten", "--instrument", "demo:BTC/USD", "--confirm", "demo"}).code, 0);
    EXPECT_EQ(last("FlattenOrdered")["data"]["instrument"], "demo:BTC/USD");
}

TEST_F(ControlTest, TheLiveTapeIsReadWhileTheJournalRuns) {
    EXPECT_EQ(run({"why", "o-9"}).code, 0);
    EXPECT_EQ(run({"verify"}).code, 0);
    const Said status = run({"status", "--json"});
    const auto object = nlohmann::json::parse(status.out);
    EXPECT_EQ(object["running"], true);
    EXPECT_EQ(object["services"][0]["process"], "journal");
    EXPECT_EQ(object["services"][0]["state"], "live");
}

TEST(ControlWithoutStack, IsRefusedAsUnreachable) {
    StoryTape tape;
    tape.path();
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"pause"}, {"kill", "--confirm", "demo"}, {"cancel", "--all"}}) {
        auto with_home = arguments;
        with_home.insert(with_home.end(), {"--home", tape.home()});
        EXPECT_EQ(run_command(with_home).code, 4) << arguments[0];
    }
    EXPECT_EQ(run_command({"pause", "--tape", tape.path()}).code, 2);
}

}  // namespace
}  // namespace tapedeck::cli
