#include "journal/store/snapshot_store.h"

#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <fstream>

namespace tapedeck::journal {
namespace {

class SnapshotStoreTest : public ::testing::Test {
protected:
    SnapshotStore open() { return SnapshotStore::open(directory_ / "snapshots").value(); }

    testing::TemporaryDirectory directory_;
    const std::string ours_ = std::string(32, 'a');
    const std::string others_ = std::string(32, 'b');
};

TEST_F(SnapshotStoreTest, GivesBackWhatItWasGivenAfterAReopening) {
    auto store = open();
    const std::string state = std::string(100'000, 'x') + "end";
    ASSERT_TRUE(store.keep("risk", ours_, Seq{10}, state));
    ASSERT_TRUE(store.keep("execution.orders", ours_, Seq{10}, ""));
    auto again = open();
    EXPECT_EQ(again.state("risk", Seq{10}), state);
    EXPECT_EQ(again.state("execution.orders", Seq{10}), "");
    EXPECT_EQ(again.state("risk", Seq{11}), std::nullopt);
    EXPECT_EQ(again.seqs("risk", ours_), std::vector<Seq>{Seq{10}});
    EXPECT_TRUE(again.seqs("risk", others_).empty());
    EXPECT_TRUE(again.seqs("strategy", ours_).empty());
}

TEST_F(SnapshotStoreTest, KeepsTheTwoNewest) {
    auto store = open();
    for (const std::uint64_t seq : {5U, 100U, 20U, 30U}) {
        ASSERT_TRUE(store.keep("risk", ours_, Seq{seq}, "s"));
    }
    const std::vector<Seq> newest{Seq{100}, Seq{30}};
    EXPECT_EQ(store.seqs("risk", ours_), newest);
    EXPECT_EQ(open().seqs("risk", ours_), newest);
    EXPECT_EQ(store.oldest(), Seq{30});
}

TEST_F(SnapshotStoreTest, ADamagedOneIsAsGoodAsNone) {
    auto store = open();
    ASSERT_TRUE(store.keep("risk", ours_, Seq{7}, std::string(5'000, 'y')));
    {
        std::fstream file(
            directory_ / "snapshots/risk-000000000007.snapshot",
            std::ios::in | std::ios::out | std::ios::binary);
        ASSERT_TRUE(file);
        file.seekp(60);
        file.put('?');
    }
    EXPECT_EQ(store.state("risk", Seq{7}), std::nullopt);
    EXPECT_TRUE(store.seqs("risk", ours_).empty());
    EXPECT_TRUE(open().seqs("risk", ours_).empty());
}

TEST_F(SnapshotStoreTest, ForgetsWhatItIsTold) {
    auto store = open();
    ASSERT_TRUE(store.keep("risk", ours_, Seq{7}, "s"));
    store.forget("risk", Seq{7});
    store.forget("nobody", Seq{1});
    EXPECT_EQ(store.state("risk", Seq{7}), std::nullopt);
    EXPECT_EQ(store.oldest(), std::nullopt);
}

TEST_F(SnapshotStoreTest, PassesOverFilesThatAreNotItsOwn) {
    open();
    std::ofstream(directory_ / "snapshots/readme.txt") << "hello";
    std::ofstream(directory_ / "snapshots/risk-x.snapshot") << "hello";
    std::ofstream(directory_ / "snapshots/risk-000000000009.snapshot.new") << "half";
    auto store = open();
    EXPECT_EQ(store.oldest(), std::nullopt);
    EXPECT_FALSE(std::ifstream(directory_ / "snapshots/risk-000000000009.snapshot.new"));
    EXPECT_FALSE(store.keep("../evil", ours_, Seq{1}, "s"));
}

}  // namespace
}  // namespace tapedeck::journal
