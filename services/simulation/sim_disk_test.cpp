#include "simulation/sim_disk.h"

#include "journal/store/sqlite.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tapedeck::simulation {
namespace {

namespace sqlite = journal::sqlite;

/// A database as the store keeps its tape: WAL, exclusive, full sync.
class DiskTest : public ::testing::Test {
protected:
    std::string path() const { return (directory_.path() / "open.db").string(); }

    Result<sqlite::Database> open() const {
        auto database = TRY(sqlite::Database::open(
            path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX));
        TRY(database.execute("PRAGMA page_size=8192; PRAGMA locking_mode=EXCLUSIVE;"));
        TRY(database.value_of("PRAGMA journal_mode=WAL;"));
        TRY(
            database.execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=50;"
                             "CREATE TABLE IF NOT EXISTS t(x INTEGER PRIMARY KEY, y BLOB);"));
        return database;
    }

    static Result<> insert(sqlite::Database& database, int number) {
        return database.execute(
            "INSERT INTO t VALUES(" + std::to_string(number) + ", zeroblob(300));");
    }

    static int rows(sqlite::Database& database) {
        return std::stoi(database.value_of("SELECT count(*) FROM t").value_or("-1"));
    }

    /// As many rows as can be committed before something says no.
    static int fill(sqlite::Database& database, int count) {
        for (int i = 1; i <= count; ++i) {
            if (!insert(database, i)) return i - 1;
        }
        return count;
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(DiskTest, WithoutFaultsItIsTheDiskBelow) {
    {
        Disk disk(1);
        auto database = open().value();
        EXPECT_EQ(fill(database, 200), 200);
    }
    auto database = open().value();
    EXPECT_EQ(rows(database), 200);
    EXPECT_EQ(database.value_of("PRAGMA integrity_check").value(), "ok");
}

TEST_F(DiskTest, AKilledProcessLosesNothingThatWasCommitted) {
    Disk disk(1);
    {
        auto database = open().value();
        fill(database, 100);
        disk.die();
    }
    EXPECT_TRUE(std::filesystem::exists(path() + "-wal")) << "the dead do not tidy up";
    disk.revive();
    auto database = open().value();
    EXPECT_EQ(rows(database), 100);
}

TEST_F(DiskTest, NothingCommittedIsLostInAPowerCutAtAnyOperation) {
    for (std::uint64_t operation = 1;; ++operation) {
        std::filesystem::remove_all(directory_.path());
        std::filesystem::create_directories(directory_.path());
        Disk disk(operation);
        disk.die_at(operation);
        int committed = 0;
        {
            auto database = open();
            if (database) committed = fill(*database, 60);
        }
        if (!disk.is_dead()) break;
        disk.cut_power();
        disk.revive();
        auto database = open().value();
        const int found = rows(database);
        EXPECT_GE(found, committed) << "operation " << operation;
        EXPECT_LE(found, committed + 1) << "operation " << operation;
        EXPECT_EQ(database.value_of("PRAGMA integrity_check").value(), "ok");
        ASSERT_LT(operation, 1000U) << "it never ends";
    }
}

TEST_F(DiskTest, ADiskThatLiesAboutSyncLosesCommits) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        std::filesystem::remove_all(directory_.path());
        std::filesystem::create_directories(directory_.path());
        Disk disk(seed);
        {
            auto database = open().value();
            fill(database, 20);
            disk.lie_about_sync(true);
            for (int i = 21; i <= 40; ++i) ASSERT_TRUE(insert(database, i));
            disk.die();
        }
        disk.cut_power();
        disk.revive();
        auto database = open();
        lost += !database || rows(*database) < 40 ? 1 : 0;
    }
    EXPECT_GT(lost, 5);
}

TEST_F(DiskTest, AFailedSyncInACommitSaysSoAndTheRowIsThereAfterAll) {
    Disk disk(1);
    {
        auto database = open().value();
        fill(database, 10);
        disk.fail_syncs(1);
        EXPECT_FALSE(insert(database, 11)) << "COMMIT said IOERR";
        disk.die();
    }
    disk.revive();
    auto database = open().value();
    EXPECT_EQ(rows(database), 11) << "what was written is read, though never synced";
}

TEST_F(DiskTest, AFullDiskRollsBackAndGoesOnWhenThereIsRoom) {
    Disk disk(1);
    auto database = open().value();
    disk.set_room(100'000);
    const int committed = fill(database, 1000);
    EXPECT_GT(committed, 0);
    EXPECT_LT(committed, 1000);
    disk.set_room(std::nullopt);
    EXPECT_EQ(rows(database), committed);
    EXPECT_TRUE(insert(database, 5000));
}

TEST_F(DiskTest, AFlippedBitInTheMiddleOfTheWalHidesWhatWasCommittedAfterIt) {
    Disk disk(1);
    {
        auto database = open().value();
        ASSERT_TRUE(database.execute("PRAGMA wal_autocheckpoint=0;"));
        fill(database, 200);
        disk.die();
    }
    disk.revive();
    const auto size = std::filesystem::file_size(path() + "-wal");
    ASSERT_TRUE(Disk::flip_bit(path() + "-wal", size / 2, 3));
    auto database = open().value();
    EXPECT_LT(rows(database), 150);
    EXPECT_EQ(database.value_of("PRAGMA integrity_check").value(), "ok") << "SQLite sees nothing";
}

TEST_F(DiskTest, TheSameSeedTakesTheSameWrites) {
    std::vector<int> found;
    for (int run = 0; run < 2; ++run) {
        std::filesystem::remove_all(directory_.path());
        std::filesystem::create_directories(directory_.path());
        Disk disk(5);
        {
            auto database = open().value();
            fill(database, 20);
            disk.lie_about_sync(true);
            for (int i = 21; i <= 60; ++i) ASSERT_TRUE(insert(database, i));
            disk.die();
        }
        disk.cut_power();
        disk.revive();
        auto database = open();
        found.push_back(database ? rows(*database) : -1);
    }
    EXPECT_EQ(found[0], found[1]);
}

}  // namespace
}  // namespace tapedeck::simulation
