#include "cli/hand_made_tape.h"
#include "cli/stack_verbs.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace tapedeck::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_command;
using testing::Said;

constexpr std::string_view kMinutes =
    "1767268800,10,12,9,11,5,3\n"
    "1767268860,11,13,10,12,6,4\n"
    "1767268920,12,14,11,13,7,5\n"
    "1767269100,13,15,12,14,8,6\n";

class DataTest : public ::testing::Test {
protected:
    Said data(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "data");
        arguments.insert(arguments.end(), {"--store", store()});
        return run_command(arguments);
    }

    std::string store() const { return directory_ / "store"; }

    std::string series_file() const { return store() + "/kraken/BTC_EUR/1m.columns"; }

    std::string minutes() const { return directory_.write("XBTEUR_1.csv", kMinutes); }

    /// Changes one bit of the stored file.
    void rot() const {
        std::fstream file(series_file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(200);
        const int byte = file.peek();
        file.seekp(200);
        file.put(static_cast<char>(byte ^ 1));
    }

    tapedeck::testing::TemporaryDirectory directory_;
};

TEST_F(DataTest, AnImportReportsWhatTheFilesAreWorth) {
    const auto file = directory_.write(
        "XBTEUR_1.csv",
        std::string(kMinutes) + "1767269100,13,15,12,14,8,6\n1767268800,1,1,1,1,1,1\n");
    const Said said = data({"import", file});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(
        said.out, HasSubstr("kraken:BTC/EUR@1m     5    4          1            0         1"));
    EXPECT_THAT(said.out, HasSubstr("rejected     " + file + ":6: time 2026-01-01T12:00:00.000Z"));
    EXPECT_THAT(
        said.out,
        HasSubstr("gap          kraken:BTC/EUR@1m: 2 bars from 2026-01-01T12:03:00.000Z to "
                  "2026-01-01T12:05:00.000Z"));
    const auto again = nlohmann::json::parse(data({"import", file, "--json"}).out);
    EXPECT_EQ(again["new"], 0);
    EXPECT_EQ(again["duplicates"], 5);
    EXPECT_EQ(again["rejected"], 1);
    EXPECT_EQ(again["changed"], false);
    EXPECT_EQ(again["gaps"], 1);
    EXPECT_EQ(again["longest_gap"]["missing"], 2);
    EXPECT_EQ(again["first_rejected"].size(), 1U);
}

TEST_F(DataTest, AContradictionIsRefusedUntilSomebodySaysWhatToBelieve) {
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    const auto other = directory_.write("kraken_XBTEUR_1_new.csv", "1767268800,10,12,9,12,5,3\n");
    const Said refused = data({"import", other});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr(other + ":1: at 2026-01-01T12:00:00.000Z has open 10"));
    EXPECT_THAT(refused.err, HasSubstr("--on-conflict keep"));
    EXPECT_EQ(data({"import", other, "--on-conflict", "replace"}).code, 0);
    EXPECT_THAT(
        data({"cat", "kraken:BTC/EUR@1m"}).out, HasSubstr("1767268800000,10,12,9,12,5,3\n"));
    EXPECT_EQ(data({"import", other, "--on-conflict", "perhaps"}).code, 2);
    EXPECT_EQ(data({"import"}).code, 2);
}

TEST_F(DataTest, LsShowsTheSeries) {
    const Said empty = data({"ls"});
    EXPECT_EQ(empty.code, 0);
    EXPECT_THAT(empty.err, HasSubstr("is empty\nnext: tapedeck data import"));
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    const auto line = nlohmann::json::parse(data({"ls", "--json"}).out);
    EXPECT_EQ(line["series"], "kraken:BTC/EUR@1m");
    EXPECT_EQ(line["rows"], 4);
    EXPECT_EQ(line["first"], "2026-01-01T12:00:00.000Z");
    EXPECT_EQ(line["last"], "2026-01-01T12:05:00.000Z");
    EXPECT_EQ(line["missing"], 2);
    EXPECT_EQ(line["bytes"], std::filesystem::file_size(series_file()));
    EXPECT_THAT(data({"ls"}).out, HasSubstr("2 bars from 2026-01-01T12:03:00.000Z"));
}

TEST_F(DataTest, CheckFindsWhatHasRotted) {
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    const Said good = data({"check"});
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_THAT(good.out, HasSubstr("ok"));
    rot();
    const Said bad = data({"check", "kraken:BTC/EUR@1m"});
    EXPECT_EQ(bad.code, 8);
    EXPECT_THAT(bad.out, HasSubstr("damaged"));
    EXPECT_THAT(bad.err, HasSubstr(series_file() + ": block 1 of 1 is damaged (checksum)"));
    EXPECT_EQ(data({"cat", "kraken:BTC/EUR@1m"}).code, 8);
    EXPECT_EQ(data({"check", "kraken:ETH/EUR@1m"}).code, 3);
}

TEST_F(DataTest, CheckFindsAFileInAnothersPlace) {
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    std::filesystem::rename(series_file(), store() + "/kraken/BTC_EUR/5m.columns");
    const Said said = data({"check"});
    EXPECT_EQ(said.code, 8);
    EXPECT_THAT(said.err, HasSubstr("holds kraken:BTC/EUR@1m, which belongs to"));
}

TEST_F(DataTest, WhatCatWritesCanBeImported) {
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    const Said said = data({"cat", "kraken:BTC/EUR@3m"});
    EXPECT_EQ(
        said.out,
        "timestamp,open,high,low,close,volume,trades\n"
        "1767268800000,10,14,9,13,18,12\n"
        "1767268980000,13,15,12,14,8,6\n");
    const auto file = directory_.write("kraken_BTCEUR_3m.csv", said.out);
    EXPECT_EQ(data({"import", file}).code, 0);
    EXPECT_EQ(data({"cat", "kraken:BTC/EUR@3m"}).out, said.out);
    EXPECT_EQ(
        data({"cat", "kraken:BTC/EUR@1m", "--from", "2026-01-01T12:05:00Z"}).out,
        "timestamp,open,high,low,close,volume,trades\n1767269100000,13,15,12,14,8,6\n");
    const Said json = data({"cat", "kraken:BTC/EUR@1m:..2026-01-01T12:01:00Z", "--json"});
    EXPECT_EQ(nlohmann::json::parse(json.out)["close"], "11");
    EXPECT_EQ(nlohmann::json::parse(json.out)["time"], "2026-01-01T12:00:00.000Z");
    EXPECT_EQ(data({"cat", "kraken:BTC/EUR@10s"}).code, 3);
    EXPECT_EQ(data({"cat", "kraken:BTC/EUR@1m:2026"}).code, 2);
}

TEST_F(DataTest, TheStoreIsASettingToo) {
    const std::string setting = "data.dir=" + store();
    const Said said = run_command({"data", "import", minutes(), "--set", setting});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(std::filesystem::exists(series_file()));
}

TEST_F(DataTest, UpTakesSeriesWithItsStore) {
    ASSERT_EQ(data({"import", minutes()}).code, 0);
    std::istringstream in;
    std::ostringstream out;
    const testing::FakeClock clock;
    World world{
        .in = in,
        .out = out,
        .err = out,
        .clock = clock,
        .environment = {},
        .program_directory = {}};
    CommonOptions common;
    common.overrides = {"data.dir=" + store()};
    const Session session(world, common);
    UpOptions options;
    options.data = {"store:kraken:BTC/EUR@1m"};
    const auto overrides = overrides_for_data(session, options);
    ASSERT_TRUE(overrides) << overrides.error().message;
    EXPECT_THAT(*overrides, ::testing::Contains("market-data.files=store:kraken:BTC/EUR@1m"));
    EXPECT_THAT(*overrides, ::testing::Contains("data.dir=" + store()));
    EXPECT_THAT(*overrides, ::testing::Contains("risk.currency=EUR"));
}

}  // namespace
}  // namespace tapedeck::cli
