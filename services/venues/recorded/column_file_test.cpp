#include "venues/recorded/column_file.h"

#include "testing/temporary_directory.h"
#include "venues/recorded/store.h"
#include "venues/recorded/test_store.h"

#include <sys/resource.h>

#include <csignal>

namespace tapedeck::recorded {

namespace {

using namespace std::chrono_literals;

const Time kStart = tapedeck::testing::time("2024-01-01");

StoredRow minute(std::size_t number) {
    StoredRow row = stored_candle("2024-01-01", {"10", "12.5", "9", "11", "0.25"});
    row.begin += static_cast<std::int64_t>(number) * 1min;
    row.trades = static_cast<std::uint32_t>(number);
    return row;
}

Result<std::vector<StoredRow>> read_all(const std::string& path) {
    const ColumnFile file = TRY(ColumnFile::open(path));
    SeriesCursor cursor(file, std::nullopt, std::nullopt);
    std::vector<StoredRow> rows;
    while (TRY(cursor.next())) rows.push_back(cursor.row());
    return rows;
}

}  // namespace

class ColumnFileTest : public ::testing::Test {
protected:
    /// Rows of so many minutes, one after the other.
    void write(std::size_t rows) {
        auto writer = ColumnWriter::create(path(), series_of("kraken:BTC/EUR@1m")).value();
        for (std::size_t i = 0; i < rows; ++i) ASSERT_TRUE(writer->add(minute(i)));
        const auto done = writer->commit();
        ASSERT_TRUE(done) << done.error().message;
    }

    std::string path() const { return directory_ / "1m.columns"; }

    void replace_bytes(const std::string& bytes) const { directory_.write("1m.columns", bytes); }

    testing::TemporaryDirectory directory_;  // NOLINT(readability-identifier-naming): gtest's way
};

TEST_F(ColumnFileTest, WhatIsWrittenIsRead) {
    write(3);
    const auto file = ColumnFile::open(path()).value();
    EXPECT_EQ(file.facts().series.to_string(), "kraken:BTC/EUR@1m");
    EXPECT_EQ(file.facts().rows, 3U);
    EXPECT_EQ(file.facts().first, kStart);
    EXPECT_EQ(file.facts().last, kStart + 2min);
    EXPECT_EQ(file.facts().end(), kStart + 3min);
    EXPECT_EQ(file.facts().bytes, std::filesystem::file_size(path()));
    EXPECT_THAT(read_all(path()).value(), ::testing::ElementsAre(minute(0), minute(1), minute(2)));
    EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
}

TEST_F(ColumnFileTest, NoBitOfAFileCanBeWrongWithoutNotice) {
    write(5);
    const std::string good = bytes_of(path());
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1U << bit));
            replace_bytes(bad);
            const auto rows = read_all(path());
            ASSERT_FALSE(rows) << "byte " << at << " bit " << bit;
            ASSERT_EQ(rows.error().exit_code, ExitCode::Integrity) << rows.error().message;
            ASSERT_NE(rows.error().message.find(path()), std::string::npos);
            ASSERT_NE(rows.error().message.find("import"), std::string::npos);
        }
    }
}

TEST_F(ColumnFileTest, AFileCutAnywhereOrWithMoreBehindItIsRefused) {
    write(5);
    const std::string good = bytes_of(path());
    for (std::size_t size = 0; size < good.size(); ++size) {
        replace_bytes(good.substr(0, size));
        ASSERT_FALSE(ColumnFile::open(path())) << size;
    }
    replace_bytes(good + "x");
    EXPECT_FALSE(ColumnFile::open(path()));
    replace_bytes(good);
    EXPECT_TRUE(ColumnFile::open(path()));
}

TEST_F(ColumnFileTest, RotIsNamedByItsBlockAndWhatIsBeforeItIsServed) {
    write(3 * kBlockRows);
    const auto file = ColumnFile::open(path()).value();
    ASSERT_EQ(file.blocks().size(), 3U);
    std::string bytes = bytes_of(path());
    bytes[file.blocks()[1].offset + 100] ^= 4;
    replace_bytes(bytes);
    SeriesCursor cursor(ColumnFile::open(path()).value(), std::nullopt, std::nullopt);
    for (std::size_t i = 0; i < kBlockRows; ++i) ASSERT_TRUE(cursor.next().value());
    for (int again = 0; again < 2; ++again) {
        const auto next = cursor.next();
        ASSERT_FALSE(next);
        EXPECT_EQ(
            next.error().message,
            path() +
                ": block 2 of 3 is damaged (checksum); nothing of it is used: take the file away "
                "and import its data again");
    }
    EXPECT_EQ(
        check_file(path(), [](std::uint64_t) { return true; }).value(),
        path() +
            ": block 2 of 3 is damaged (checksum); nothing of it is used: take the file away "
            "and import its data again");
}

TEST_F(ColumnFileTest, ARangeBeginsAndEndsWhereItSays) {
    write(2 * kBlockRows + 10);
    const auto file = ColumnFile::open(path()).value();
    for (const std::size_t from : {std::size_t{0}, kBlockRows - 1, kBlockRows, kBlockRows + 7}) {
        const auto begin = static_cast<std::int64_t>(from);
        // Between two rows, too.
        SeriesCursor cursor(file, kStart + begin * 1min - 1s, kStart + (begin + 3) * 1min);
        for (std::size_t i = 0; i < 3; ++i) {
            ASSERT_TRUE(cursor.next().value());
            EXPECT_EQ(cursor.row(), minute(from + i));
            EXPECT_EQ(cursor.number(), from + i + 1);
        }
        EXPECT_FALSE(cursor.next().value());
        EXPECT_FALSE(cursor.next().value());
        EXPECT_LE(cursor.total(), bytes_of(path()).size());
    }
    SeriesCursor behind(file, kStart + 100'000min, std::nullopt);
    EXPECT_FALSE(behind.next().value());
    SeriesCursor before(file, std::nullopt, kStart);
    EXPECT_FALSE(before.next().value());
}

TEST_F(ColumnFileTest, AWriterThatDoesNotCommitLeavesTheOldFile) {
    write(3);
    const std::string before = bytes_of(path());
    {
        auto writer = ColumnWriter::create(path(), series_of("kraken:BTC/EUR@1m")).value();
        for (std::size_t i = 0; i < 2 * kBlockRows; ++i) ASSERT_TRUE(writer->add(minute(i)));
        EXPECT_EQ(bytes_of(path()), before);
    }
    EXPECT_EQ(bytes_of(path()), before);
    EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
}

TEST_F(ColumnFileTest, WhatAKilledWriterLeftIsNoSeriesAndIsWrittenOver) {
    directory_.write("1m.columns.new", std::string(100'000, 'x'));
    EXPECT_TRUE(list_store(directory_.path()).value().empty());
    write(3);
    EXPECT_EQ(read_all(path()).value().size(), 3U);
}

TEST_F(ColumnFileTest, AFullDiskIsOneClearErrorAndTheOldFileStays) {
    write(3);
    const std::string before = bytes_of(path());

    struct rlimit limit {};

    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct rlimit low = limit;
    low.rlim_cur = 16'000;  // as if the disk ended there
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
    Result<> outcome;
    {
        auto writer = ColumnWriter::create(path(), series_of("kraken:BTC/EUR@1m")).value();
        for (std::size_t i = 0; i < 3 * kBlockRows && outcome; ++i)
            outcome = writer->add(minute(i));
        if (outcome) outcome = writer->commit();
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("make room"), std::string::npos);
    EXPECT_EQ(bytes_of(path()), before);
    EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
}

TEST_F(ColumnFileTest, TheHeaderCountsTheGaps) {
    auto writer = ColumnWriter::create(path(), series_of("kraken:BTC/EUR@1m")).value();
    for (const std::size_t i : {0U, 1U, 3U, 9U, 10U, 16U}) ASSERT_TRUE(writer->add(minute(i)));
    ASSERT_TRUE(writer->commit());
    const auto holes = ColumnFile::open(path()).value().facts().holes;
    EXPECT_EQ(holes.count, 3U);
    EXPECT_EQ(holes.missing, 11U);
    ASSERT_TRUE(holes.longest);
    EXPECT_EQ(holes.longest->missing, 5U);
    EXPECT_EQ(holes.longest->from, kStart + 4min);
    EXPECT_EQ(holes.longest->to, kStart + 9min);
}

TEST_F(ColumnFileTest, WhatIsNoSeriesSaysSo) {
    EXPECT_EQ(ColumnFile::open(path()).error().exit_code, ExitCode::NotFound);
    directory_.write("1m.columns", std::string(1000, 'x'));
    EXPECT_NE(
        ColumnFile::open(path()).error().message.find("is no series of market data"),
        std::string::npos);
    EXPECT_FALSE(ColumnFile::open(directory_.path()));
}

}  // namespace tapedeck::recorded
