// Level 0 of the simulation: the store against the failure of its n-th operation on the disk, for
// n = 1, 2, 3 … until a run is clean.

#include "events/wire.h"
#include "journal/core/sequencer.h"
#include "journal/store/frame_store.h"
#include "simulation/sim_disk.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tapedeck::simulation {
namespace {

using namespace std::chrono_literals;
using journal::FrameStore;

constexpr std::uint64_t kFrames = 24;
/// More operations than a run has.
constexpr std::uint64_t kOperationsMax = 2000;

journal::StoreOptions small_segments() {
    journal::StoreOptions options;
    options.segment_bytes = 3000;  // sealed every few frames
    return options;
}

class StoreOnDiskTest : public ::testing::Test {
protected:
    std::string tape() const { return directory_ / "tape"; }

    Result<FrameStore> open() const {
        return FrameStore::open(tape(), {.tape_id = 7, .profile = "demo"}, small_segments());
    }

    /// Opens, records kFrames ticks, seals on the way; the last seq whose commit was answered with
    /// yes. What says no ends it.
    std::uint64_t record() const {
        auto store = open();
        if (!store) return 0;
        journal::SequencerOptions options;
        options.profile = "demo";
        journal::Sequencer sequencer(options, store->position());
        std::uint64_t acknowledged = 0;
        for (std::uint64_t i = 1; i <= kFrames; ++i) {
            const auto at = std::chrono::seconds(static_cast<std::int64_t>(i));
            sequencer.advance(time_from_ns(1'700'000'000'000'000'000) + at, at);
            const auto batch = sequencer.next_batch();
            if (!batch) continue;
            if (!store->append(*batch)) break;
            sequencer.committed(*batch);
            acknowledged = batch->header.last_seq();
            if (!store->tend(at)) break;
        }
        store->checkpoint();  // as the server does on its way out
        return acknowledged;
    }

    /// A frame that moves a producer too: several pages of the file.
    static journal::Batch batch_of_a_start(const journal::TapePosition& position) {
        journal::SequencerOptions options;
        options.profile = "demo";
        journal::Sequencer sequencer(options, position);
        tape::Hello hello;
        hello.name = "strategy";
        std::string body;
        wire::put_message(body, hello);
        const tape::Header header{.type = tape::MessageType::Hello};
        sequencer.receive({journal::Peer::Lane::High, "strategy"}, header, body, 1s);
        return sequencer.next_batch().value();
    }

    void begin_anew() const { std::filesystem::remove_all(tape()); }

    /// What was acknowledged is there, and at most the commit in question besides.
    void expect_whole(std::uint64_t acknowledged, const std::string& where) const {
        auto store = open();
        ASSERT_TRUE(store) << where << ": " << store.error().message;
        EXPECT_GE(store->last_seq(), acknowledged) << where;
        EXPECT_LE(store->last_seq(), acknowledged + 2) << where;
        const auto verified = store->verify([](std::uint64_t) {});
        EXPECT_TRUE(verified) << where << ": " << verified.error().message;
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(StoreOnDiskTest, NothingAcknowledgedIsLostWhenAnyOneOperationFails) {
    for (const int code : {SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_FULL}) {
        for (std::uint64_t operation = 1;; ++operation) {
            ASSERT_LT(operation, kOperationsMax) << "it never ends";
            begin_anew();
            Disk disk(operation);
            disk.fail_operation(operation, code);
            const std::uint64_t acknowledged = record();
            if (!disk.has_failed()) break;
            expect_whole(acknowledged, "operation " + std::to_string(operation));
        }
    }
}

TEST_F(StoreOnDiskTest, NothingAcknowledgedIsLostInAPowerCutAtAnyOperation) {
    for (std::uint64_t operation = 1;; ++operation) {
        ASSERT_LT(operation, kOperationsMax) << "it never ends";
        begin_anew();
        Disk disk(operation);
        disk.die_at(operation);
        const std::uint64_t acknowledged = record();
        if (!disk.is_dead()) break;
        disk.cut_power();
        disk.revive();
        expect_whole(acknowledged, "operation " + std::to_string(operation));
    }
}

TEST_F(StoreOnDiskTest, NothingAcknowledgedIsLostWhenAFailedSyncIsFollowedByAPowerCut) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        begin_anew();
        Disk disk(seed);
        disk.fail_syncs(0);
        const std::uint64_t before = record();
        disk.fail_syncs(1);
        const std::uint64_t during = record();
        const std::uint64_t after = record();  // a new process, on what the cache holds
        {
            const auto last = open();
            ASSERT_TRUE(last) << last.error().message;
            disk.die();
        }
        disk.cut_power();
        disk.revive();
        auto store = open();
        ASSERT_TRUE(store) << "seed " << seed << ": " << store.error().message;
        EXPECT_GE(store->last_seq(), std::max({before, during, after})) << "seed " << seed;
    }
}

/// The next start reads what the failed sync has left in memory: it must not move half of it into
/// the file while the log that holds the whole is not on the disk.
TEST_F(StoreOnDiskTest, AStartAfterAFailedSyncMayBeCutOffAnywhere) {
    for (std::uint64_t operation = 1;; ++operation) {
        ASSERT_LT(operation, kOperationsMax) << "it never ends";
        begin_anew();
        Disk disk(operation);
        const std::uint64_t acknowledged = record();
        {
            auto store = open();
            ASSERT_TRUE(store) << store.error().message;
            const auto batch = batch_of_a_start(store->position());
            disk.fail_syncs(1);
            ASSERT_FALSE(store->append(batch));
        }
        disk.die_at(operation);
        static_cast<void>(open());
        if (!disk.is_dead()) break;
        disk.cut_power();
        disk.revive();
        expect_whole(acknowledged, "operation " + std::to_string(operation));
    }
}

}  // namespace
}  // namespace tapedeck::simulation
