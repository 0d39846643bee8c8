#include "journal/store/driven_tape_fixture.h"
#include "tape/witness.h"

#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

/// A disk that is full, lies or loses: what is noticed, and what is left afterwards.
namespace tapedeck::journal {
namespace {

constexpr std::uint64_t kMebibyte = 1024 * 1024;

/// SQLite's own file system, but that syncs can be made to fail.
class FailingDisk {
public:
    FailingDisk() {
        base() = sqlite3_vfs_find(nullptr);
        vfs_ = *base();
        vfs_.zName = "failing";
        vfs_.xOpen = open;
        sqlite3_vfs_register(&vfs_, 1);
    }

    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    ~FailingDisk() {
        failing() = false;
        sqlite3_vfs_unregister(&vfs_);
    }

    void fail_syncs() { failing() = true; }

private:
    static sqlite3_vfs*& base() {
        static sqlite3_vfs* base = nullptr;
        return base;
    }

    static bool& failing() {
        static bool failing = false;
        return failing;
    }

    using Sync = int (*)(sqlite3_file*, int);

    static Sync& real_sync() {
        static Sync sync = nullptr;
        return sync;
    }

    static int sync(sqlite3_file* file, int flags) {
        return failing() ? SQLITE_IOERR_FSYNC : real_sync()(file, flags);
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        const int code = base()->xOpen(base(), name, file, flags, out_flags);
        if (file->pMethods == nullptr) return code;
        // A database and its log have different ones, which sync in the same way.
        static std::map<const sqlite3_io_methods*, sqlite3_io_methods> changed;
        const auto [found, is_new] = changed.emplace(file->pMethods, *file->pMethods);
        if (is_new) {
            real_sync() = file->pMethods->xSync;
            found->second.xSync = sync;
        }
        file->pMethods = &found->second;
        return code;
    }

    sqlite3_vfs vfs_{};
};

class HardTimesTest : public ::testing::Test {
protected:
    std::string journal() const { return directory_ / "journal"; }

    std::string wal() const { return FrameStore::file_in(journal()) + "-wal"; }

    /// As a power cut leaves it: the log is not moved into the file, and the process is gone.
    std::string as_after_a_crash() const {
        std::string copy = directory_ / "crashed";
        copy_directory(journal(), copy);
        return copy;
    }

    static StoreOptions with_witness() {
        StoreOptions options;
        options.keep_witness = true;
        return options;
    }

    /// What the journal's own witness says about the tape in this directory.
    static std::string contradiction_in(const std::string& directory) {
        auto store = FrameStore::open(directory, {.tape_id = 1, .profile = "demo"});
        if (!store) return store.error().message;
        return store->contradiction().value().value_or("");
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(HardTimesTest, AFailedSyncIsAnUnknownAndEndsTheJournal) {
    FailingDisk disk;
    DrivenTape tape(journal());
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(5));
    const auto before = tape.frames();
    disk.fail_syncs();
    const auto failed = tape.add(1);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().exit_code, ExitCode::OutcomeUnknown);
    EXPECT_NE(failed.error().message.find("nobody knows yet"), std::string::npos);
    // The log is left for the next start to judge by.
    tape.close();
    EXPECT_GT(size_of(wal()), 0U);
}

TEST_F(HardTimesTest, AfterAFailedSyncTheNextStartFindsAWholeTape) {
    {
        FailingDisk disk;
        DrivenTape tape(journal());
        ASSERT_TRUE(tape.open());
        ASSERT_TRUE(tape.add(5));
        disk.fail_syncs();
        ASSERT_FALSE(tape.add(1));
    }
    DrivenTape tape(journal());
    const auto opened = tape.open();
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_TRUE(tape.add(5));
    EXPECT_TRUE(tape.store().verify([](std::uint64_t) {}));
}

TEST_F(HardTimesTest, AByteThatRotsInTheLogTakesFramesAlongAndTheWitnessTells) {
    DrivenTape tape(journal(), with_witness());
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(100));
    const std::uint64_t last = tape.store().last_seq();
    const std::string crashed = as_after_a_crash();
    const std::string log = FrameStore::file_in(crashed) + "-wal";
    {
        std::fstream file(log, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(size_of(log) / 2));
        file.put('\x55');
    }
    const std::string said = contradiction_in(crashed);
    EXPECT_NE(said.find("recorded seq " + std::to_string(last)), std::string::npos) << said;
    EXPECT_NE(said.find("acknowledged records are missing"), std::string::npos) << said;
}

TEST_F(HardTimesTest, ALogThatIsGoneIsNoticed) {
    DrivenTape tape(journal(), with_witness());
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(20));
    const std::string crashed = as_after_a_crash();
    std::filesystem::remove(FrameStore::file_in(crashed) + "-wal");
    const std::string said = contradiction_in(crashed);
    EXPECT_NE(said.find("acknowledged records are missing"), std::string::npos) << said;
}

TEST_F(HardTimesTest, ATornTailThatNobodyWasToldOfIsNoDamage) {
    DrivenTape tape(journal(), with_witness());
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(20));
    const std::uint64_t witnessed = tape.store().last_seq();
    // Written, and the power fails before the sync: the last frame was never acknowledged.
    tape.options().keep_witness = false;
    const std::string before = as_after_a_crash();
    ASSERT_TRUE(tape.add(1));
    const std::string crashed = directory_ / "torn";
    copy_directory(journal(), crashed);
    std::filesystem::copy_file(
        before + "/witness",
        crashed + "/witness",
        std::filesystem::copy_options::overwrite_existing);
    const std::string log = FrameStore::file_in(crashed) + "-wal";
    const std::string log_before = FrameStore::file_in(before) + "-wal";
    std::filesystem::resize_file(log, size_of(log_before) + 100);
    EXPECT_EQ(contradiction_in(crashed), "");
    auto store = FrameStore::open(crashed, {.tape_id = 1, .profile = "demo"}).value();
    EXPECT_EQ(store.position().last_seq, witnessed);
}

TEST_F(HardTimesTest, AWitnessOfOtherRecordsContradicts) {
    {
        DrivenTape tape(journal(), with_witness());
        ASSERT_TRUE(tape.open());
        ASSERT_TRUE(tape.add(20));
    }
    EXPECT_EQ(contradiction_in(journal()), "");
    const std::string file = journal() + "/witness";
    auto witness = tape::read_witness(file).value().value();
    witness.hash[0] ^= 1U;
    ASSERT_TRUE(tape::write_witness(file, witness));
    EXPECT_NE(contradiction_in(journal()).find("other records"), std::string::npos);
    // One of another tape says nothing about this one.
    witness.tape_id = 99;
    ASSERT_TRUE(tape::write_witness(file, witness));
    EXPECT_EQ(contradiction_in(journal()), "");
}

/// A file system of so many megabytes, where the test may mount one.
class SmallDisk {
public:
    SmallDisk(std::string where, int megabytes) : where_(std::move(where)) {
        std::filesystem::create_directory(where_);
        const std::string size = "size=" + std::to_string(megabytes) + "m";
        if (::mount("none", where_.c_str(), "tmpfs", 0, size.c_str()) != 0) {
            why_not_ = std::strerror(errno);
        }
    }

    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    ~SmallDisk() {
        if (why_not_.empty()) ::umount2(where_.c_str(), MNT_DETACH);
    }

    const std::string& why_not() const { return why_not_; }

    /// Takes or gives back until so many bytes are free.
    void leave(std::uint64_t left) {
        ASSERT_TRUE(remove_file(where_ + "/filler"));
        const std::uint64_t free = free_bytes(where_).value();
        ASSERT_GE(free, left);
        ASSERT_TRUE(preallocate(where_ + "/filler", free - left));
    }

private:
    std::string where_;
    std::string why_not_;
};

TEST_F(HardTimesTest, OnAFullDiskOrdersAreStillRecordedAndMarketDataIsNot) {
    SmallDisk disk(directory_ / "disk", 24);
    if (!disk.why_not().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.why_not();
    StoreOptions options;
    options.segment_bytes = kMebibyte;
    options.watch_space = true;
    options.ballast_bytes = 4 * kMebibyte;
    DrivenTape tape(directory_ / "disk/journal", options);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.add(10));
    EXPECT_EQ(size_of(directory_ / "disk/journal/ballast"), options.ballast_bytes);
    EXPECT_TRUE(testing::only<StorageLow>(tape.told()).empty());

    // Not a byte is left: the commit that finds out gives up the ballast and is made again.
    disk.leave(0);
    for (int i = 0; i < 200 && exists(directory_ / "disk/journal/ballast"); ++i) {
        ASSERT_TRUE(tape.add(1));
    }
    EXPECT_FALSE(exists(directory_ / "disk/journal/ballast"));
    const auto low = testing::only<StorageLow>(tape.told());
    ASSERT_FALSE(low.empty());
    EXPECT_EQ(low.back().level, StorageLevel::Stop);
    const auto verified = tape.store().verify([](std::uint64_t) {});
    EXPECT_TRUE(verified) << verified.error().message;
}

TEST_F(HardTimesTest, BelowOneSegmentMarketDataIsRefusedUntilThereIsRoom) {
    SmallDisk disk(directory_ / "disk", 24);
    if (!disk.why_not().empty()) GTEST_SKIP() << "cannot mount a small disk: " << disk.why_not();
    StoreOptions options;
    options.segment_bytes = 4 * kMebibyte;
    options.watch_space = true;
    DrivenTape tape(directory_ / "disk/journal", options);
    ASSERT_TRUE(tape.open());
    disk.leave(6 * kMebibyte);
    ASSERT_TRUE(tape.commit());
    ASSERT_TRUE(tape.add(2));
    EXPECT_TRUE(tape.nacks().empty());
    disk.leave(2 * kMebibyte);
    ASSERT_TRUE(tape.commit());
    const std::uint64_t before = tape.store().last_seq();
    tape.append("market-data", ClockTicked{});  // whatever it is: the lane is refused
    tape.append("risk", OrderSent{.intent = Seq{1}, .client_order_id = "still recorded"});
    ASSERT_TRUE(tape.commit());
    ASSERT_FALSE(tape.nacks().empty());
    EXPECT_EQ(tape.nacks().back(), tape::NackCode::ReadOnly);
    EXPECT_GT(tape.store().last_seq(), before);
    // The tape still says stop when there is room again at the next start: it is told.
    tape.close();
    disk.leave(16 * kMebibyte);
    ASSERT_TRUE(tape.open());
    ASSERT_TRUE(tape.commit());
    std::vector<StorageLevel> levels;
    for (const auto& low : testing::only<StorageLow>(tape.told())) levels.push_back(low.level);
    EXPECT_EQ(
        levels,
        (std::vector<StorageLevel>{StorageLevel::Warn, StorageLevel::Stop, StorageLevel::Enough}));
}

}  // namespace
}  // namespace tapedeck::journal
