#include "journal/store/files.h"
#include "journal/store/frame_store.h"
#include "stack.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

/// The tape's files under whole processes: many segments, packed while it runs, backed up while it
/// runs, brought back.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class StorageTest : public ::testing::Test {
protected:
    StorageTest()
        : files_(write_candles(directory_, "test_BTCUSD_1m.csv", 1, 1500, 8000.0)),
          stack_(
              {"market-data.feed=recorded",
               "market-data.files=" + files_,
               "market-data.speed=max",
               "journal.segment_bytes=262144"}) {}

    std::vector<std::string> of_kind(const std::string& directory, journal::SegmentKind kind) {
        std::vector<std::string> files;
        const auto names = journal::list_segments(directory).value();
        for (const auto& name : names) {
            if (name.kind == kind) files.push_back(name.file());
        }
        return files;
    }

    /// At idle priority, which is little on a machine that does other things.
    bool all_packed() {
        for (int i = 0; i < 6000; ++i) {
            if (of_kind(stack_.journal(), journal::SegmentKind::Sealed).empty()) return true;
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }

    /// Records before the stack was stopped: the backup was taken then.
    static std::size_t without_farewells(const std::vector<Recorded>& tape) {
        std::size_t farewells = 0;
        for (const auto& recorded : tape) {
            const auto* lost = recorded.event.as<ServiceLost>();
            if (lost != nullptr && lost->said_bye) ++farewells;
        }
        return tape.size() - farewells;
    }

    static Output tapedeck(std::vector<std::string> arguments, const std::string& home) {
        arguments.insert(arguments.end(), {"--home", home});
        return run("tapedeck", arguments);
    }

    testing::TemporaryDirectory directory_;
    std::string files_;
    Stack stack_;
};

TEST_F(StorageTest, ATapeOfManySegmentsIsPackedAndReadAsOneWhileTheJournalIsKilled) {
    stack_.start_all();
    ASSERT_TRUE(stack_.wait_for_seq(3000));
    stack_.kill("journal");
    stack_.start("journal");
    ASSERT_TRUE(stack_.wait_for_end());
    EXPECT_TRUE(all_packed()) << stack_.log_of("journal");
    EXPECT_GE(of_kind(stack_.journal(), journal::SegmentKind::Packed).size(), 3U);
    EXPECT_NE(stack_.log_of("journal").find("ratio"), std::string::npos);
    // From the running journal, over REPLAY.
    const Output verified = tapedeck({"verify"}, stack_.home());
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    stack_.stop();
    const auto tape = stack_.tape();
    std::uint64_t sealed = 0;
    for (std::size_t i = 0; i < tape.size(); ++i) {
        ASSERT_EQ(tape[i].seq.value, i + 1);
        sealed += tape[i].event.as<SegmentSealed>() != nullptr ? 1U : 0U;
    }
    EXPECT_EQ(sealed, of_kind(stack_.journal(), journal::SegmentKind::Packed).size());
}

TEST_F(StorageTest, ABackupOfARunningStackComesBackAsABranch) {
    const std::string backup = directory_ / "backup";
    stack_.start_all();
    ASSERT_TRUE(stack_.wait_for_seq(2000));
    const Output first = tapedeck({"backup", backup}, stack_.home());
    EXPECT_EQ(first.exit_code, 0) << first.err;
    ASSERT_TRUE(stack_.wait_for_end());
    const Output second = tapedeck({"backup", backup}, stack_.home());
    EXPECT_EQ(second.exit_code, 0) << second.err;
    stack_.stop();
    const auto before = stack_.tape();
    const std::string tape_id = std::to_string(before[0].event.as<TapeStarted>()->tape_id);

    // The disk is lost.
    std::filesystem::rename(stack_.journal(), directory_ / "lost");
    const Output restored = tapedeck({"restore", backup}, stack_.home());
    EXPECT_EQ(restored.exit_code, 0) << restored.err;
    EXPECT_EQ(stack_.tape().size(), without_farewells(before));

    stack_.start("journal");
    stack_.start("risk");
    ASSERT_TRUE(stack_.wait_for_seq(without_farewells(before)));
    const Output refused = tapedeck({"restore", backup, "--replace"}, stack_.home());
    EXPECT_EQ(refused.exit_code, 6) << refused.out;
    stack_.stop();
}

TEST_F(StorageTest, ADamagedSegmentIsNamedAndRestored) {
    const std::string backup = directory_ / "backup";
    stack_.start_all();
    ASSERT_TRUE(stack_.wait_for_end());
    ASSERT_TRUE(all_packed());
    EXPECT_EQ(tapedeck({"backup", backup}, stack_.home()).exit_code, 0);
    stack_.stop();
    const auto before = stack_.tape();
    const auto packed = of_kind(stack_.journal(), journal::SegmentKind::Packed);
    ASSERT_GE(packed.size(), 3U);
    const std::string file = stack_.journal() + "/" + packed[1];
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    {
        std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
        const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(file) / 2);
        bytes.seekp(middle);
        bytes << "rot";
    }
    const Output damaged = tapedeck({"verify"}, stack_.home());
    EXPECT_EQ(damaged.exit_code, 8) << damaged.out;
    EXPECT_NE(damaged.err.find(packed[1]), std::string::npos) << damaged.err;
    const Output restored = tapedeck({"restore", backup, "--replace"}, stack_.home());
    EXPECT_EQ(restored.exit_code, 0) << restored.err;
    EXPECT_EQ(tapedeck({"verify"}, stack_.home()).exit_code, 0);
    EXPECT_EQ(stack_.tape().size(), without_farewells(before));
}

}  // namespace
}  // namespace tapedeck::integration
