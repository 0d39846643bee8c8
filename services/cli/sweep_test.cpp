#include "cli/hand_made_tape.h"
#include "testing/temporary_directory.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <sstream>

namespace tapedeck::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_command;
using testing::Said;

/// The commands as they are typed, over a file of hourly candles that go up and down.
class SweepVerbTest : public ::testing::Test {
protected:
    SweepVerbTest() {
        directory_.write("demo.toml", "");
        directory_.write("base.toml", R"(
profile = "demo"
[strategy.rsi]
kind = "rsi"
instruments = ["demo:BTC/USD"]
interval = "1h"
period = 14
[risk]
max_price_age = "2h"
day_trades = 100
max_drawdown = "1"
[paper]
cash = ["USD:10000"]
)");
        std::string csv = "timestamp,open,high,low,close,volume\n";
        const auto level = [](int hour) {
            return std::llround(1000 + 80 * std::sin(hour / 7.0) + 30 * std::sin(hour / 31.0));
        };
        for (int hour = 0; hour < kHours; ++hour) {
            const auto open = level(hour);
            const auto close = level(hour + 1);
            csv += std::to_string(1'767'225'600'000LL + hour * 3'600'000LL) + ',' +
                   std::to_string(open) + ',' + std::to_string(std::max(open, close)) + ',' +
                   std::to_string(std::min(open, close)) + ',' + std::to_string(close) + ",1000\n";
        }
        data_ = directory_.write("candles.csv", csv) + "=demo:BTC/USD@1h";
    }

    Said run(std::vector<std::string> arguments) {
        arguments.insert(
            arguments.end(),
            {"--data", data_, "--config", directory_.path(), "--home", directory_ / "home"});
        return run_command(arguments);
    }

    Said sweep(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "sweep");
        return run(std::move(arguments));
    }

    static constexpr int kHours = 24 * 50;
    tapedeck::testing::TemporaryDirectory directory_;
    std::string data_;
};

TEST_F(SweepVerbTest, RanksTheSetsAndJudgesTheBest) {
    const Said said =
        sweep({"--param", "strategy.rsi.period=5..15:5", "--param", "risk.fraction=0.01,0.05"});
    ASSERT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("rank  set  period  fraction"));
    EXPECT_THAT(said.out, HasSubstr("luck"));
    EXPECT_THAT(said.err, HasSubstr("grid of 2 parameters, 6 sets"));
    EXPECT_THAT(said.err, HasSubstr("results: "));
}

TEST_F(SweepVerbTest, AsJsonItHasEverything) {
    const Said said = sweep(
        {"--param", "strategy.rsi.period=5,10", "--rank", "total_return", "--top", "1", "--json"});
    ASSERT_EQ(said.code, 0) << said.err;
    const auto json = nlohmann::json::parse(said.out);
    EXPECT_EQ(json["rank"], "total_return");
    EXPECT_EQ(json["done"], 2);
    ASSERT_EQ(json["ranking"].size(), 1U);
    EXPECT_TRUE(json["ranking"][0]["figures"]["total_return"].is_number());
    EXPECT_TRUE(json["ranking"][0]["parameters"].contains("strategy.rsi.period"));
    EXPECT_EQ(json["luck"]["trials"], 2);
    EXPECT_TRUE(json["failed"].empty());
}

TEST_F(SweepVerbTest, ASetThatIsRefusedIsToldWithItsKeyAndTheOthersAreRanked) {
    const Said said =
        sweep({"--param", "risk.fraction=0.01,1000", "--param", "strategy.rsi.period=5,10"});
    ASSERT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.err, HasSubstr("2 of 4 sets failed"));
    EXPECT_THAT(said.err, HasSubstr("risk.fraction=1000"));
    const Said none = sweep({"--param", "risk.fraction=1000,2000"});
    EXPECT_EQ(none.code, 5);
    EXPECT_THAT(none.err, HasSubstr("all 2 sets failed"));
}

TEST_F(SweepVerbTest, GoesOnWithItsOwnFileOnly) {
    const std::vector<std::string> command = {
        "--param", "strategy.rsi.period=5,10", "--db", directory_ / "own.sqlite"};
    auto again = command;
    again.insert(again.end(), {"--resume", "--rank", "total_return", "--plain"});
    EXPECT_EQ(sweep(again).code, 3);
    ASSERT_EQ(sweep(command).code, 0);
    EXPECT_EQ(sweep(command).code, 6);
    const Said resumed = sweep(again);
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_THAT(resumed.out, HasSubstr("rank\tset\tperiod\ttotal_return"));
    again.insert(again.end(), {"--set", "risk.stop_loss=0.05"});
    const Said other = sweep(again);
    EXPECT_EQ(other.code, 6);
    EXPECT_THAT(other.err, HasSubstr("another configuration; now it says risk.stop_loss=0.05"));
    auto fresh = command;
    fresh.emplace_back("--fresh");
    EXPECT_EQ(sweep(fresh).code, 0);
}

TEST_F(SweepVerbTest, WritesACsvOfAllRuns) {
    const std::string path = directory_ / "runs.csv";
    ASSERT_EQ(sweep({"--param", "strategy.rsi.period=5,10", "--csv", path}).code, 0);
    std::ifstream file(path);
    std::string head;
    ASSERT_TRUE(std::getline(file, head));
    EXPECT_THAT(head, HasSubstr("window,sample,set,status,message,strategy.rsi.period,"));
    std::size_t rows = 0;
    for (std::string line; std::getline(file, line);) ++rows;
    EXPECT_EQ(rows, 2U);
}

TEST_F(SweepVerbTest, WalksForward) {
    const Said said = sweep(
        {"--param", "strategy.rsi.period=5,10", "--walk-forward", "2", "--rank", "total_return"});
    ASSERT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("total_return in"));
    EXPECT_THAT(said.out, HasSubstr("All out-of-sample days together"));
    const Said json = sweep(
        {"--param",
         "strategy.rsi.period=5,10",
         "--in-sample",
         "20d",
         "--out-of-sample",
         "10d",
         "--rank",
         "total_return",
         "--json"});
    ASSERT_EQ(json.code, 0) << json.err;
    const auto parsed = nlohmann::json::parse(json.out);
    EXPECT_EQ(parsed["windows"].size(), 2U);
    EXPECT_TRUE(parsed["out_of_sample"]["total_return"].is_number());
}

TEST_F(SweepVerbTest, MistakesAreToldBeforeAnythingRuns) {
    const auto refused = [&](std::vector<std::string> arguments, const std::string& words) {
        const Said said = sweep(std::move(arguments));
        EXPECT_EQ(said.code, 2) << said.err;
        EXPECT_THAT(said.err, HasSubstr(words));
    };
    refused({"--param", "strategy.rsi.period"}, "KEY=VALUES");
    refused({"--param", "journal.clock=wall,feed"}, "cannot be swept");
    refused(
        {"--param", "risk.fraction=0.1,0.2", "--set", "risk.fraction=0.3"},
        "by --param and by --set");
    refused({"--param", "risk.fraction=0.1", "--resume", "--fresh"}, "exclude each other");
    refused(
        {"--param", "risk.fraction=0.1", "--walk-forward", "3", "--in-sample", "3d"},
        "leave --walk-forward out");
    const Said unknown = sweep({"--param", "risk.fraction=0.1", "--rank", "total_retrun", "-q"});
    EXPECT_EQ(unknown.code, 3);
    EXPECT_THAT(unknown.err, HasSubstr("did you mean \"total_return\"?"));
}

TEST_F(SweepVerbTest, LookaheadFindsNothingInHonestData) {
    const Said said = run({"lookahead", "--cuts", "6"});
    EXPECT_EQ(said.code, 0) << said.out << said.err;
    EXPECT_THAT(said.out, HasSubstr("cut off at 6 points"));
    EXPECT_THAT(said.out, HasSubstr("none changes"));
    const auto json = nlohmann::json::parse(run({"lookahead", "--cuts", "3", "--json"}).out);
    EXPECT_EQ(json["clean"], true);
    EXPECT_EQ(json["cuts"], 3);
}

}  // namespace
}  // namespace tapedeck::cli
