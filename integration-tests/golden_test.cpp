// Tapes recorded by released versions, in integration-tests/golden/tape-*: of each version one of
// packed segments and one of ledgers, both with an open one. Every later version opens them and
// goes on. A tape is added, never changed:
//     TAPEDECK_WRITE_GOLDEN=tape-v2 build/release/bin/integration_test --gtest_filter='Golden*'
#include "journal/store/files.h"
#include "journal/store/frame_store.h"
#include "stack.h"
#include "tape/records.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tapedeck::integration {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kGolden = TAPEDECK_SOURCE_DIR "/integration-tests/golden";

/// What a tape is, in one line: its end, its chain there and how many records can still be read.
std::string line_of(const std::string& journal) {
    auto store = journal::FrameStore::open_to_read(journal).value();
    EXPECT_TRUE(store.verify([](std::uint64_t) {}));
    std::uint64_t records = 0;
    std::string hash;
    const auto count = [&](const journal::StoredFrame& frame) {
        tape::RecordCursor cursor(frame.header, frame.records);
        while (cursor.next().value()) {
            Recorded recorded;
            EXPECT_TRUE(decode_record(cursor.bytes(), recorded)) << cursor.seq().value;
            ++records;
        }
        hash = tape::to_hex(frame.header.hash);
        return true;
    };
    EXPECT_TRUE(store.read(1, ~std::uint64_t{0}, count));
    return std::to_string(store.position().last_seq) + " " + hash + " " + std::to_string(records);
}

/// Records until all that is closed is of one kind.
void record(const fs::path& to, journal::SegmentKind kind, const std::string& keep_bytes) {
    const testing::TemporaryDirectory directory;
    Stack stack(
        {"market-data.feed=recorded",
         "market-data.files=" + write_candles(directory, "golden_BTCUSD_1m.csv", 1, 500, 8000.0),
         "market-data.speed=max",
         "journal.segment_bytes=65536",
         "journal.snapshot_records=200",  // what nobody starts from any more may go
         "journal.keep_bytes=" + keep_bytes});
    stack.start_all();
    ASSERT_TRUE(stack.wait_for_end());
    const auto is_done = [&] {
        const auto names = journal::list_segments(stack.journal()).value();
        return std::all_of(names.begin(), names.end(), [&](const auto& name) {
            return name.kind == kind || name.kind == journal::SegmentKind::Open;
        });
    };
    for (int i = 0; i < 1000 && !is_done(); ++i) std::this_thread::sleep_for(20ms);
    ASSERT_TRUE(is_done());
    stack.stop();
    fs::create_directories(to);
    const auto names = journal::list_segments(stack.journal()).value();
    ASSERT_GT(names.size(), 2U);
    for (const auto& name : names) {
        fs::copy_file(stack.journal() / fs::path(name.file()), to / name.file());
    }
    std::ofstream(to / "expected.txt") << line_of(to) << '\n';
}

TEST(GoldenTapeTest, TapesOfEveryReleaseAreOpenedReadWholeAndContinued) {
    if (const char* name = std::getenv("TAPEDECK_WRITE_GOLDEN")) {
        record(kGolden / name, journal::SegmentKind::Packed, "0");
        record(kGolden / (name + std::string("-ledger")), journal::SegmentKind::Ledger, "1");
    }
    int tapes = 0;
    for (const auto& entry : fs::directory_iterator(kGolden)) {
        if (!entry.is_directory()) continue;
        SCOPED_TRACE(entry.path().filename());
        ++tapes;
        Stack stack({"journal.clock=wall", "journal.sync=commit"});  // waits for nobody
        fs::create_directories(stack.journal());
        for (const auto& file : fs::directory_iterator(entry.path())) {
            if (file.path().extension() != ".db") continue;
            const fs::path copy = stack.journal() / file.path().filename();
            fs::copy_file(file.path(), copy);
            fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
        }
        const std::string expected = slurp(entry.path() / "expected.txt");
        EXPECT_EQ(line_of(stack.journal()) + "\n", expected);
        const std::uint64_t end = std::stoull(expected);
        stack.start("journal");
        ASSERT_TRUE(stack.wait_for_seq(end + 1)) << stack.log_of("journal");
        stack.stop();
        const auto tape = stack.chain();
        EXPECT_GT(tape.rbegin()->first, end);
    }
    EXPECT_GE(tapes, 1);
}

}  // namespace
}  // namespace tapedeck::integration
