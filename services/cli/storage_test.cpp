#include "cli/live_journal.h"
#include "cli/story_tape_test.h"
#include "journal/store/markers.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace tapedeck::cli {
namespace {

using testing::LiveJournal;
using testing::run_command;
using testing::Said;
using testing::StoryTape;

class StorageTest : public ::testing::Test {
protected:
    void SetUp() override { tape_.path(); }

    /// As the tape's owner would ask.
    Said run(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--home", tape_.home()});
        return run_command(arguments);
    }

    std::string backup_directory() const { return elsewhere_ / "backup"; }

    static std::vector<std::string> frames_of(const std::string& path) {
        auto store = journal::FrameStore::open_to_read(path).value();
        std::vector<std::string> frames;
        EXPECT_TRUE(store.read(1, ~std::uint64_t{0}, [&](const journal::StoredFrame& frame) {
            frames.push_back(tape::encode_frame(frame.header, frame.records));
            return true;
        }));
        return frames;
    }

    StoryTape tape_;
    tapedeck::testing::TemporaryDirectory elsewhere_;
};

TEST_F(StorageTest, ABackupOfAStoppedStackIsTheSameTape) {
    const auto frames = frames_of(tape_.path());
    const Said said = run({"backup", backup_directory()});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(said.out.starts_with("ok  16 events copied, each proven; ")) << said.out;
    EXPECT_EQ(frames_of(backup_directory()), frames);
    const Said again = run({"backup", backup_directory(), "--json"});
    EXPECT_EQ(nlohmann::json::parse(again.out)["copied"], 0) << again.out << again.err;
    EXPECT_EQ(nlohmann::json::parse(again.out)["last_seq"], 16);
}

TEST_F(StorageTest, ABackupOfARunningStackIsContinued) {
    const LiveJournal journal(tape_);
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    const std::size_t before = frames_of(backup_directory()).size();
    ASSERT_EQ(run({"pause", "--reason", "more to copy"}).code, 0);
    const Said said = run({"backup", backup_directory(), "--json"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_GT(nlohmann::json::parse(said.out)["copied"], 0);
    EXPECT_GT(frames_of(backup_directory()).size(), before);
    auto copy = journal::FrameStore::open_to_read(backup_directory()).value();
    EXPECT_TRUE(copy.verify([](std::uint64_t) {}));
}

TEST_F(StorageTest, ABackupOfAnotherTapeIsLeftAlone) {
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    // Its end is lost there.
    StoryTape shorter;
    shorter.path();
    shorter.tamper(
        "DELETE FROM frame WHERE first_seq = 16; DELETE FROM producer WHERE last_seq = 16");
    const Said said = run_command({"backup", backup_directory(), "--home", shorter.home()});
    EXPECT_EQ(said.code, 8) << said.out;
    EXPECT_NE(said.err.find("choose another directory"), std::string::npos) << said.err;
    EXPECT_EQ(frames_of(backup_directory()).size(), 16U);
}

TEST_F(StorageTest, DamageIsNotCopied) {
    tape_.path();
    tape_.tamper("UPDATE frame SET recorded_at = recorded_at + 1 WHERE first_seq = 7");
    const Said said = run({"backup", backup_directory()});
    EXPECT_EQ(said.code, 8);
    EXPECT_NE(said.err.find("frame at seq 7"), std::string::npos) << said.err;
    EXPECT_EQ(frames_of(backup_directory()).size(), 6U);
}

TEST_F(StorageTest, TheTapeItselfIsNoPlaceForItsBackup) {
    EXPECT_EQ(run({"backup", tape_.path()}).code, 2);
}

TEST_F(StorageTest, ARestoredTapeIsProvenAndBranchesAtTheNextStart) {
    const auto frames = frames_of(tape_.path());
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    const std::string home = elsewhere_ / "home";
    const Said said = run_command({"restore", backup_directory(), "--home", home});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_NE(said.out.find("to seq 16"), std::string::npos) << said.out;
    EXPECT_EQ(frames_of(home + "/journal"), frames);
    const auto wanted = journal::Markers(home + "/journal").branch_wanted().value();
    ASSERT_TRUE(wanted);
    EXPECT_NE(wanted->find("restored"), std::string::npos);
}

TEST_F(StorageTest, ATapeThatIsThereIsNeverWrittenOver) {
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    const Said refused = run({"restore", backup_directory()});
    EXPECT_EQ(refused.code, 6);
    EXPECT_NE(refused.err.find("--replace"), std::string::npos) << refused.err;
    const auto frames = frames_of(tape_.path());
    const Said replaced = run({"restore", backup_directory(), "--replace"});
    EXPECT_EQ(replaced.code, 0) << replaced.err;
    EXPECT_EQ(frames_of(tape_.path() + ".replaced-1"), frames);
    EXPECT_EQ(frames_of(tape_.path()), frames);
}

TEST_F(StorageTest, NothingIsRestoredUnderARunningJournal) {
    const LiveJournal journal(tape_);
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    const Said said = run({"restore", backup_directory(), "--replace"});
    EXPECT_EQ(said.code, 6);
    EXPECT_NE(said.err.find("stop it first"), std::string::npos) << said.err;
}

TEST_F(StorageTest, ADamagedBackupIsNotRestored) {
    EXPECT_EQ(run({"backup", backup_directory()}).code, 0);
    {
        auto database = journal::sqlite::Database::open(
                            journal::FrameStore::file_in(backup_directory()), SQLITE_OPEN_READWRITE)
                            .value();
        ASSERT_TRUE(database.execute("DELETE FROM frame WHERE first_seq = 9"));
    }
    const std::string home = elsewhere_ / "home";
    const Said said = run_command({"restore", backup_directory(), "--home", home});
    EXPECT_EQ(said.code, 8);
    EXPECT_NE(said.err.find("records are missing"), std::string::npos) << said.err;
    EXPECT_FALSE(journal::FrameStore::is_tape(home + "/journal"));
    EXPECT_FALSE(std::filesystem::exists(home + "/journal.restoring"));
    EXPECT_EQ(run_command({"restore", elsewhere_ / "nowhere", "--home", home}).code, 3);
}

}  // namespace
}  // namespace tapedeck::cli
