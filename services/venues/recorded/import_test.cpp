#include "venues/recorded/import.h"

#include "testing/temporary_directory.h"
#include "venues/recorded/store.h"
#include "venues/recorded/test_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace tapedeck::recorded {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 2026-01-01T12:00:00Z and the minutes after it.
constexpr std::string_view kFirst = "1767268800000,10,12,9,11,5\n";
constexpr std::string_view kSecond = "1767268860000,11,13,10,12,6\n";
constexpr std::string_view kThird = "1767268920000,12,14,11,13,7\n";
constexpr std::string_view kTenth = "1767269340000,12,14,11,13,7\n";

std::string candles(const std::vector<std::string_view>& lines) {
    std::string text(kCandleHeader);
    for (const auto line : lines) text += line;
    return text;
}

}  // namespace

class ImportTest : public ::testing::Test {
protected:
    Result<ImportReport> import(std::vector<std::string> files) {
        options_.store = store();
        options_.files = std::move(files);
        return import_files(options_);
    }

    /// Of an import of one series that the files get through.
    SeriesReport report(std::vector<std::string> files) {
        const auto done = import(std::move(files));
        EXPECT_TRUE(done) << done.error().message;
        if (!done || done->series.size() != 1) return {};
        return done->series[0];
    }

    std::string store() const { return directory_ / "store"; }

    std::string path() const { return store() + "/kraken/BTC_EUR/1m.columns"; }

    std::vector<std::string> rows(std::string_view selection = "kraken:BTC/EUR@1m") const {
        return rows_in(store(), selection);
    }

    std::string write(const std::string& name, const std::string& text) const {
        return directory_.write(name, text);
    }

    // NOLINTBEGIN(readability-identifier-naming): gtest's way
    testing::TemporaryDirectory directory_;
    ImportOptions options_;
    // NOLINTEND(readability-identifier-naming)
};

TEST_F(ImportTest, AFileBecomesASeries) {
    const auto done = report({write("kraken_BTCEUR_1m.csv", candles({kFirst, kSecond}))});
    EXPECT_EQ(done.series.to_string(), "kraken:BTC/EUR@1m");
    EXPECT_EQ(done.rows, 2U);
    EXPECT_EQ(done.counts.added, 2U);
    EXPECT_EQ(done.counts.duplicates, 0U);
    EXPECT_TRUE(done.changed);
    ASSERT_TRUE(done.stored);
    EXPECT_EQ(done.stored->rows, 2U);
    EXPECT_THAT(rows(), ElementsAre("12:00 10 12 9 11 5", "12:01 11 13 10 12 6"));
}

TEST_F(ImportTest, KrakensArchivesAreRead) {
    const auto done = import(
        {write("XBTEUR_60.csv", "1767268800,10,12,9,11,5,17\n1767272400,11,13,10,12,6,3\n"),
         write("XDGUSD.csv", "1767268800.1234,0.1,100\n1767268800.1234,0.1,100\n")});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(
        rows("kraken:BTC/EUR@1h"), ElementsAre("12:00 10 12 9 11 5/17", "13:00 11 13 10 12 6/3"));
    // The same trade twice in one file is two trades.
    EXPECT_THAT(rows("kraken:DOGE/USD@trades"), ElementsAre("12:00 0.1 100", "12:00 0.1 100"));
}

TEST_F(ImportTest, ImportingTwiceChangesNothing) {
    const auto file = write("kraken_BTCEUR_1m.csv.gz", gzipped(candles({kFirst, kSecond})));
    const auto trades = write("XBTEUR.csv", "1767268800,10,1\n1767268800,10,1\n1767268801,11,2\n");
    ASSERT_TRUE(import({file, trades}));
    const std::string before = bytes_of(path());
    const std::string trades_before = bytes_of(store() + "/kraken/BTC_EUR/trades.columns");
    const auto written = std::filesystem::last_write_time(path());
    const auto again = import({file, trades});
    ASSERT_TRUE(again) << again.error().message;
    for (const auto& each : again->series) {
        EXPECT_FALSE(each.error) << each.error->message;
        EXPECT_EQ(each.counts.added, 0U);
        EXPECT_EQ(each.counts.duplicates, each.rows);
        EXPECT_FALSE(each.changed);
    }
    EXPECT_EQ(bytes_of(path()), before);
    EXPECT_EQ(bytes_of(store() + "/kraken/BTC_EUR/trades.columns"), trades_before);
    EXPECT_EQ(std::filesystem::last_write_time(path()), written);
}

TEST_F(ImportTest, PartsInAnyOrderGiveTheSameFile) {
    const auto a = write("kraken_BTCEUR_1m_a.csv", candles({kFirst, kSecond}));
    const auto b = write("kraken_BTCEUR_1m_b.csv.zst", zstandard(candles({kSecond, kThird})));
    const auto c = write("kraken_BTCEUR_1m_c.csv", candles({kTenth}));
    report({c});
    report({b});
    const auto last = report({a});
    EXPECT_EQ(last.counts.added, 1U);
    EXPECT_EQ(last.counts.duplicates, 1U);
    const std::string parts = bytes_of(path());
    std::filesystem::remove_all(store());
    const auto whole = report({b, c, a});
    EXPECT_EQ(whole.counts.added, 4U);
    EXPECT_EQ(whole.counts.duplicates, 1U);
    EXPECT_EQ(bytes_of(path()), parts);
    EXPECT_THAT(
        rows(),
        ElementsAre(
            "12:00 10 12 9 11 5",
            "12:01 11 13 10 12 6",
            "12:02 12 14 11 13 7",
            "12:09 12 14 11 13 7"));
}

TEST_F(ImportTest, GapsAreListedTheLongestFirst) {
    const auto done = report({write("kraken_BTCEUR_1m.csv", candles({kFirst, kThird, kTenth}))});
    ASSERT_TRUE(done.stored);
    EXPECT_EQ(done.stored->holes.count, 2U);
    EXPECT_EQ(done.stored->holes.missing, 7U);
    ASSERT_EQ(done.holes.size(), 2U);
    EXPECT_EQ(done.holes[0].missing, 6U);
    EXPECT_EQ(to_string(done.holes[0].from), "2026-01-01T12:03:00.000Z");
    EXPECT_EQ(to_string(done.holes[0].to), "2026-01-01T12:09:00.000Z");
    EXPECT_EQ(done.holes[1].missing, 1U);
}

TEST_F(ImportTest, ARowThatContradictsTheStoreIsRefusedByFileAndLine) {
    report({write("kraken_BTCEUR_1m.csv", candles({kFirst, kSecond}))});
    const std::string before = bytes_of(path());
    const auto other =
        write("other.csv", candles({kFirst, "1767268860000,11,13,10,12.5,6\n", kThird}));
    const auto done = report({other + "=kraken:BTC/EUR@1m"});
    ASSERT_TRUE(done.error);
    EXPECT_EQ(done.error->exit_code, ExitCode::Refused);
    EXPECT_THAT(
        done.error->message,
        HasSubstr(
            other +
            ":3: at 2026-01-01T12:01:00.000Z has open 11 high 13 low 10 close 12.5 volume 6, "
            "but the store has open 11 high 13 low 10 close 12 volume 6"));
    EXPECT_THAT(done.error->message, HasSubstr("--on-conflict"));
    EXPECT_FALSE(done.changed);
    EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(ImportTest, OfTwoThatContradictTheChosenOneIsKept) {
    report({write("kraken_BTCEUR_1m.csv", candles({kFirst, kSecond}))});
    const auto other =
        write("kraken_BTCEUR_1m_b.csv", candles({"1767268860000,11,13,10,12.5,6\n", kThird}));
    options_.on_conflict = OnConflict::Keep;
    const auto kept = report({other});
    EXPECT_EQ(kept.counts.conflicts, 1U);
    EXPECT_EQ(kept.counts.replaced, 0U);
    EXPECT_THAT(
        rows(), ElementsAre("12:00 10 12 9 11 5", "12:01 11 13 10 12 6", "12:02 12 14 11 13 7"));
    options_.on_conflict = OnConflict::Replace;
    const auto replaced = report({other});
    EXPECT_EQ(replaced.counts.replaced, 1U);
    EXPECT_THAT(
        rows(), ElementsAre("12:00 10 12 9 11 5", "12:01 11 13 10 12.5 6", "12:02 12 14 11 13 7"));
}

TEST_F(ImportTest, ACountOfTradesCompletesARowAndIsNotLostAgain) {
    const auto without = write("kraken_BTCEUR_1m.csv", candles({kFirst}));
    const auto with = write("XBTEUR_1.csv", "1767268800,10,12,9,11,5,17\n");
    report({without});
    const auto done = report({with});
    EXPECT_EQ(done.counts.completed, 1U);
    EXPECT_TRUE(done.changed);
    EXPECT_THAT(rows(), ElementsAre("12:00 10 12 9 11 5/17"));
    EXPECT_FALSE(report({without}).changed);
    EXPECT_THAT(rows(), ElementsAre("12:00 10 12 9 11 5/17"));
}

TEST_F(ImportTest, WhatCannotBeIsRejectedWithItsLine) {
    const auto file = write(
        "kraken_BTCEUR_1m.csv",
        candles(
            {kSecond,
             kFirst,
             "1767268920000,12,11,11,13,7\n",
             "1767268950000,12,14,11,13,7\n",
             "1767268980000,x,14,11,13,7\n",
             kTenth}));
    const auto done = report({file});
    EXPECT_EQ(done.rejected, 4U);
    EXPECT_THAT(
        done.rejections,
        ElementsAre(
            HasSubstr(file + ":3: time 2026-01-01T12:00:00.000Z is before that of the line before"),
            HasSubstr(file + ":4: high 11 is below open 12"),
            HasSubstr(file + ":5: opens at 2026-01-01T12:02:30.000Z, not on a multiple of 1m"),
            HasSubstr(file + ":6: open \"x\" is not a plain decimal number")));
    EXPECT_THAT(rows(), ElementsAre("12:01 11 13 10 12 6", "12:09 12 14 11 13 7"));
}

TEST_F(ImportTest, StrictStoresNothingOfASeriesWithARejectedLine) {
    options_.strict = true;
    const auto done = report({write("kraken_BTCEUR_1m.csv", candles({kSecond, kFirst}))});
    ASSERT_TRUE(done.error);
    EXPECT_THAT(done.error->message, HasSubstr("--strict"));
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ImportTest, OneSeriesThatFailsDoesNotHoldTheOthersUp) {
    const auto done = import(
        {write("kraken_BTCEUR_1m.csv", candles({kFirst, "1767268800000,1,1,1,1,1\n"})),
         write("kraken_ETHEUR_1m.csv", candles({kFirst}))});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->series.size(), 2U);
    EXPECT_TRUE(done->series[0].error);
    EXPECT_FALSE(done->series[1].error);
    EXPECT_THAT(rows("kraken:ETH/EUR@1m"), ElementsAre("12:00 10 12 9 11 5"));
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ImportTest, TradesAreToldApartByTheirIds) {
    const auto a = write(
        "kraken_BTCEUR_trades_a.csv",
        std::string(kTradeHeader) + "1767268800000,10,1,buy,7\n1767268800000,10,1,buy,8\n");
    const auto b = write(
        "kraken_BTCEUR_trades_b.csv",
        std::string(kTradeHeader) + "1767268800000,10,1,buy,8\n1767268800000,10,1,sell,9\n");
    const auto done = report({a, b});
    EXPECT_EQ(done.counts.added, 3U);
    EXPECT_EQ(done.counts.duplicates, 1U);
    EXPECT_THAT(
        rows("kraken:BTC/EUR@trades"),
        ElementsAre("12:00 10 1 buy #7", "12:00 10 1 buy #8", "12:00 10 1 sell #9"));
    const auto other = write(
        "kraken_BTCEUR_trades_c.csv", std::string(kTradeHeader) + "1767268800000,10,2,buy,8\n");
    EXPECT_THAT(report({other}).error->message, HasSubstr("but the store has 1 at 10, id 8"));
}

TEST_F(ImportTest, TimeAndSalesAndTradesWithIdsAreTheSameTrades) {
    report({write("XBTEUR.csv", "1767268800,10,1\n1767268800,10,1\n1767268801,11,2\n")});
    const auto done = report({write(
        "kraken_BTCEUR_trades.csv",
        std::string(kTradeHeader) + "1767268800000,10,1,buy,7\n1767268800000,10,1,sell,8\n")});
    EXPECT_EQ(done.counts.added, 0U);
    EXPECT_EQ(done.counts.completed, 2U);
    EXPECT_THAT(
        rows("kraken:BTC/EUR@trades"),
        ElementsAre("12:00 10 1 buy #7", "12:00 10 1 sell #8", "12:00 11 2"));
}

TEST_F(ImportTest, AFolderGivesWhatItHasAndSaysWhatItSkipped) {
    std::filesystem::create_directories(directory_ / "archive");
    write("archive/XBTEUR_1.csv", "1767268800,10,12,9,11,5,17\n");
    write("archive/ETHEUR_1.csv", "1767268800,10,12,9,11,5,17\n");
    write("archive/README.txt", "read me\n");
    write("archive/nameless.csv", candles({kFirst}));
    const auto done = import({directory_ / "archive"});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->series.size(), 2U);
    EXPECT_THAT(
        done->skipped,
        ElementsAre(HasSubstr("README.txt: not a .csv"), HasSubstr("nameless.csv: its name")));
    std::filesystem::create_directories(directory_ / "empty");
    EXPECT_EQ(import({directory_ / "empty"}).error().exit_code, ExitCode::NotFound);
    EXPECT_FALSE(import({directory_ / "archive/nameless.csv"}));
}

TEST_F(ImportTest, ADryRunStoresNothing) {
    options_.dry_run = true;
    const auto done = report({write("kraken_BTCEUR_1m.csv", candles({kFirst}))});
    EXPECT_EQ(done.counts.added, 1U);
    EXPECT_FALSE(done.changed);
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ImportTest, AStopLeavesWhatWasThere) {
    report({write("kraken_BTCEUR_1m.csv", candles({kFirst}))});
    const std::string before = bytes_of(path());
    options_.progress = [](std::uint64_t, std::uint64_t) { return false; };
    const auto done = import({write("kraken_BTCEUR_1m_b.csv", candles({kSecond}))});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().exit_code, ExitCode::Interrupted);
    EXPECT_EQ(bytes_of(path()), before);
    EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
}

TEST_F(ImportTest, AKillLeavesWhatWasThereAndTheNextImportGoesThrough) {
    report({write("kraken_BTCEUR_1m.csv", candles({kFirst}))});
    const std::string before = bytes_of(path());
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += std::to_string(1'767'268'860 + 60 * i) + ",10,12,9,11,5,1\n";
    }
    const auto more = write("XBTEUR_1.csv", text);
    for (int calls = 1; calls <= 3; ++calls) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            options_.progress = [left = calls](std::uint64_t, std::uint64_t) mutable {
                if (--left == 0) ::kill(::getpid(), SIGKILL);
                return true;
            };
            (void)import({more});
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(bytes_of(path()), before);
    }
    EXPECT_EQ(report({more}).counts.added, 20'000U);
    EXPECT_EQ(check_file(path(), [](std::uint64_t) { return true; }).value(), "");
}

TEST_F(ImportTest, TwoImportsAtOnceAreRefused) {
    const auto lock = lock_store(store()).value();
    const auto done = import({write("kraken_BTCEUR_1m.csv", candles({kFirst}))});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().exit_code, ExitCode::Refused);
}

TEST_F(ImportTest, NothingIsMergedIntoADamagedSeries) {
    const auto file = write("kraken_BTCEUR_1m.csv", candles({kFirst}));
    report({file});
    std::string bytes = bytes_of(path());
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(path(), std::ios::binary) << bytes;
    const auto done = report({file});
    ASSERT_TRUE(done.error);
    EXPECT_EQ(done.error->exit_code, ExitCode::Integrity);
    EXPECT_THAT(done.error->message, HasSubstr("import its data again"));
    EXPECT_EQ(bytes_of(path()), bytes);
}

TEST_F(ImportTest, TheStoreSaysWhatItHolds) {
    EXPECT_THAT(list_store(store()).value(), IsEmpty());
    report({write("kraken_BTCEUR_1m.csv", candles({kFirst, kSecond}))});
    const auto files = list_store(store()).value();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].path, path());
    EXPECT_EQ(files[0].facts->rows, 2U);
    const auto missing = open_series(store(), series_of("kraken:BTC/EUR@5m"));
    EXPECT_EQ(missing.error().exit_code, ExitCode::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("of it there is: 1m"));
    std::filesystem::rename(path(), store() + "/kraken/BTC_EUR/5m.columns");
    EXPECT_EQ(
        open_series(store(), series_of("kraken:BTC/EUR@5m")).error().exit_code,
        ExitCode::Integrity);
}

}  // namespace tapedeck::recorded
