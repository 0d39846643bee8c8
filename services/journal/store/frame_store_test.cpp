#include "journal/store/frame_store.h"

#include "events/codec.h"
#include "testing/given.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tapedeck::journal {
namespace {

class FrameStoreTest : public ::testing::Test {
protected:
    std::string directory() const { return directory_.path().string(); }

    FrameStore open() {
        return FrameStore::open(directory(), {.tape_id = 7, .profile = "demo"}).value();
    }

    std::string error_of_open(const std::string& profile = "demo") {
        auto store = FrameStore::open(directory(), {.tape_id = 7, .profile = profile});
        return store ? "" : store.error().message;
    }

    /// Appends `count` frames of two records each.
    static void fill(FrameStore& store, int count) {
        TapePosition at = store.position();
        for (int i = 0; i < count; ++i) {
            Batch batch;
            batch.header.first_seq = at.last_seq + 1;
            batch.header.count = 2;
            batch.header.epoch = at.epoch;
            batch.header.recorded_at = at.last_recorded_at + 1;
            for (int k = 0; k < 2; ++k) {
                encode_record(
                    batch.records,
                    1,
                    at.last_seq + 1 + static_cast<std::uint64_t>(k),
                    Seq{},
                    StrategyStarted{.strategy = "s", .request = {}});
            }
            batch.header.raw_length = static_cast<std::uint32_t>(batch.records.size());
            batch.header.prev_hash = at.last_hash;
            batch.header.hash = tape::frame_hash(at.tape_id, batch.header, batch.records);
            ProducerMark mark;
            mark.id = 1;
            mark.name = "risk";
            mark.epoch = 1;
            mark.last_number = batch.header.last_seq();
            mark.last_seq = batch.header.last_seq();
            mark.fingerprint = "f";
            batch.marks = {mark};
            ASSERT_TRUE(store.append(batch));
            at.last_seq = batch.header.last_seq();
            at.last_hash = batch.header.hash;
            at.last_recorded_at = batch.header.recorded_at + 1;
        }
    }

    /// Runs SQL behind the store's back, as rot or a careless hand would.
    void tamper(const std::string& sql) {
        auto database =
            sqlite::Database::open(FrameStore::file_in(directory()), SQLITE_OPEN_READWRITE).value();
        const auto done = database.execute(sql);
        ASSERT_TRUE(done) << done.error().message;
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(FrameStoreTest, AnEmptyDirectoryBecomesATape) {
    const auto store = open();
    EXPECT_EQ(store.position().tape_id, 7U);
    EXPECT_EQ(store.position().epoch, 1U);
    EXPECT_EQ(store.position().last_seq, 0U);
}

TEST_F(FrameStoreTest, WhatWasAppendedIsThereAfterReopeningUnderAHigherEpoch) {
    {
        auto store = open();
        fill(store, 10);
    }
    auto store = open();
    EXPECT_EQ(store.position().last_seq, 20U);
    EXPECT_EQ(store.position().epoch, 2U);
    ASSERT_EQ(store.position().producers.size(), 1U);
    EXPECT_EQ(store.position().producers[0].last_number, 20U);
}

TEST_F(FrameStoreTest, ReadsFromTheFrameThatHoldsASeq) {
    auto store = open();
    fill(store, 10);
    std::vector<std::uint64_t> firsts;
    ASSERT_TRUE(store.read(6, 9, [&](const StoredFrame& frame) {
        firsts.push_back(frame.header.first_seq);
        return true;
    }));
    EXPECT_EQ(firsts, (std::vector<std::uint64_t>{5, 7, 9}));
}

TEST_F(FrameStoreTest, KeepsASecondJournalOut) {
    const auto store = open();
    const std::string error = error_of_open();
    EXPECT_NE(error.find("in use by another journal"), std::string::npos) << error;
    EXPECT_NE(error.find(directory()), std::string::npos) << error;
}

TEST_F(FrameStoreTest, RefusesATapeOfAnotherProfile) {
    { const auto store = open(); }
    const auto store = FrameStore::open(directory(), {.tape_id = 7, .profile = "live"});
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().exit_code, ExitCode::Configuration);
}

TEST_F(FrameStoreTest, NoticesAFlippedByteAndNamesTheFrame) {
    {
        auto store = open();
        fill(store, 10);
    }
    tamper(
        "UPDATE frame SET data = CAST(replace(hex(data), '73', '74') AS BLOB) WHERE first_seq = 7");
    const std::string error = error_of_open();
    EXPECT_NE(error.find("frame at seq 7"), std::string::npos) << error;
    EXPECT_NE(error.find("CRC32C"), std::string::npos) << error;
}

TEST_F(FrameStoreTest, NoticesAFrameThatIsGone) {
    {
        auto store = open();
        fill(store, 10);
    }
    tamper("DELETE FROM frame WHERE first_seq = 7");
    EXPECT_NE(error_of_open().find("frame at seq 9 does not follow seq 6"), std::string::npos);
}

TEST_F(FrameStoreTest, NoticesALostTailByItsProducers) {
    {
        auto store = open();
        fill(store, 10);
    }
    tamper("DELETE FROM frame WHERE first_seq >= 17");
    EXPECT_NE(error_of_open().find("frames are missing"), std::string::npos);
}

TEST_F(FrameStoreTest, NoticesRotInAnyPartOfAFramesHeader) {
    const std::vector<std::string> columns = {
        "count", "epoch", "recorded_at", "codec", "raw_length"};
    for (const auto& column : columns) {
        std::filesystem::remove_all(directory());
        {
            auto store = open();
            fill(store, 3);
        }
        tamper("UPDATE frame SET " + column + " = " + column + " + 64 WHERE first_seq = 3");
        auto store = FrameStore::open_to_read(directory()).value();
        int served = 0;
        const auto read = store.read(1, 6, [&](const StoredFrame&) {
            ++served;
            return true;
        });
        ASSERT_FALSE(read) << column;
        EXPECT_EQ(read.error().exit_code, ExitCode::Integrity);
        EXPECT_EQ(served, 1) << column;
    }
}

TEST_F(FrameStoreTest, NoticesARewrittenFrameWhoseCrcWasMadeToFit) {
    std::vector<StoredFrame> frames;
    {
        auto store = open();
        fill(store, 3);
        ASSERT_TRUE(store.read(1, 4, [&](const StoredFrame& frame) {
            frames.push_back(frame);
            return true;
        }));
    }
    // A careful hand: other records, right CRC; the chain still tells.
    const std::uint32_t crc = tape::frame_crc(frames[0].header, frames[1].records);
    tamper(
        "UPDATE frame SET data=(SELECT data FROM frame WHERE first_seq=3), crc32c=" +
        std::to_string(crc) + " WHERE first_seq=1");
    EXPECT_NE(error_of_open().find("frame at seq 1 does not hash"), std::string::npos);
}

TEST_F(FrameStoreTest, AFileThatIsNoTapeIsSaidToBeNone) {
    std::ofstream(FrameStore::file_in(directory())) << std::string(8192, 'x');
    EXPECT_NE(error_of_open(), "");
}

TEST_F(FrameStoreTest, ADirectoryThatCannotBeMadeIsNamed) {
    const auto store = FrameStore::open(directory() + "/a/b", {.tape_id = 1, .profile = "demo"});
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("/a/b"), std::string::npos);
}

TEST_F(FrameStoreTest, ReadsATapeThatNobodyWrites) {
    {
        auto store = open();
        fill(store, 4);
    }
    auto reader = FrameStore::open_to_read(directory()).value();
    EXPECT_TRUE(reader.verify([](std::uint64_t) {}));
    EXPECT_EQ(reader.position().last_seq, 8U);
    EXPECT_FALSE(FrameStore::open_to_read(directory() + "/nowhere"));
}

}  // namespace
}  // namespace tapedeck::journal
