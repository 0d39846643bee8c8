#include "cli/hand_made_tape.h"
#include "testing/temporary_directory.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tapedeck::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_command;
using testing::Said;

/// `tapedeck backtest` over a file of candles that go up and down.
class BacktestVerbTest : public ::testing::Test {
protected:
    BacktestVerbTest() {
        directory_.write("demo.toml", "");
        directory_.write("base.toml", R"(
profile = "demo"
[strategy.rsi]
kind = "rsi"
instruments = ["demo:BTC/USD"]
[risk]
day_trades = 100
[paper]
cash = ["USD:10000"]
)");
        for (int minute = 0; minute < kMinutes; ++minute) add(minute);
    }

    void add(int minute) {
        const auto open = level(minute);
        const auto close = level(minute + 1);
        candles_ += std::to_string(1'767'225'600'000LL + minute * 60'000LL) + ',' +
                    std::to_string(open) + ',' + std::to_string(std::max(open, close)) + ',' +
                    std::to_string(std::min(open, close)) + ',' + std::to_string(close) + ",1000\n";
    }

    static long long level(int minute) {
        return std::llround(1000 + 40 * std::sin(minute / 7.0) + 10 * std::sin(minute / 31.0));
    }

    /// The candles as being of this length.
    Said backtest(std::vector<std::string> more = {}, const std::string& interval = "1m") {
        const std::string file = directory_.write("candles.csv", candles_);
        std::vector<std::string> words = {
            "backtest",
            "--data",
            file + "=demo:BTC/USD@" + interval,
            "--config",
            directory_.path(),
            "--home",
            home()};
        words.insert(words.end(), more.begin(), more.end());
        return run_command(words);
    }

    std::string home() const { return directory_ / "home"; }

    static constexpr int kMinutes = 2000;
    tapedeck::testing::TemporaryDirectory directory_;
    std::string candles_ = "timestamp,open,high,low,close,volume\n";
};

TEST_F(BacktestVerbTest, ReportsTheRun) {
    const Said said = backtest({"--json"});
    ASSERT_EQ(said.code, 0) << said.err;
    const auto report = nlohmann::json::parse(said.out);
    EXPECT_EQ(report["conventions"]["profile"], "backtest");
    EXPECT_GT(report["trades"].size(), 10U);
    EXPECT_EQ(backtest({"--json"}).out, said.out) << "the same input, the same bytes";
    EXPECT_THAT(said.err, Not(HasSubstr("warning")));
}

TEST_F(BacktestVerbTest, KeepsTheRunAsATapeThatExplainsItself) {
    ASSERT_EQ(backtest({"--keep"}).code, 0);
    EXPECT_EQ(run_command({"verify", "--home", home()}).code, 0);
    EXPECT_EQ(run_command({"replay", "--verify", "--home", home()}).code, 0);
    EXPECT_THAT(run_command({"fills", "--home", home()}).out, HasSubstr("demo:BTC/USD"));
    const Said again = backtest({"--keep"});
    EXPECT_EQ(again.code, 6);
    EXPECT_THAT(again.err, HasSubstr("there is a tape here already"));
}

TEST_F(BacktestVerbTest, TakesPartOfTheData) {
    const Said said = backtest({"--json", "--from", "2026-01-01T12:00:00Z", "--to", "2026-01-02"});
    ASSERT_EQ(said.code, 0) << said.err;
    const auto report = nlohmann::json::parse(said.out);
    EXPECT_THAT(report["conventions"]["from"].get<std::string>(), HasSubstr("T11:59:59.0"));
    const Said nothing = backtest({"--from", "2027-01-01"});
    EXPECT_EQ(nothing.code, 3);
    EXPECT_THAT(nothing.err, HasSubstr("the data go from 2026-01-01T00:01:00.000Z"));
    EXPECT_EQ(backtest({"--from", "yesterday"}).code, 2);
}

TEST_F(BacktestVerbTest, SaysWhichStrategyIsNeverAsked) {
    const Said said = backtest({"--set", "strategy.rsi.interval=30s"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.err, HasSubstr("it will never be evaluated"));
    EXPECT_THAT(said.err, HasSubstr("--set strategy.rsi.interval=1m"));
}

TEST_F(BacktestVerbTest, ABrokenLineIsNamed) {
    candles_ += "1767345600000,1,2,x,1,1\n";
    const Said said = backtest();
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("candles.csv:2002: low \"x\" is not a plain decimal number"));
}

}  // namespace
}  // namespace tapedeck::cli
