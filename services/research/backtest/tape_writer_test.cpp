#include "research/backtest/tape_writer.h"

#include "research/backtest/backtest_story_test.h"
#include "tape/client.h"
#include "testing/temporary_directory.h"

#include <limits>

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using tapedeck::testing::TemporaryDirectory;

Recording some_minutes() {
    Minutes minutes;
    for (int i = 0; i < 700; ++i) minutes.flat(i % 20 < 10 ? "200" : "40");
    return minutes.recording();
}

TEST(TapeWriter, KeepsEveryRecordAsItWas) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() / "journal";
    const Played run(some_minutes());
    {
        auto writer = TapeWriter::create(path, 1, "backtest");
        ASSERT_TRUE(writer) << writer.error().message;
        for (const auto& each : run.records()) writer->take(each);
        const auto finished = writer->finish();
        ASSERT_TRUE(finished) << finished.error().message;
    }
    auto store = journal::FrameStore::open_to_read(path);
    ASSERT_TRUE(store) << store.error().message;
    std::vector<Recorded> kept;
    const auto read = store->read(
        1, std::numeric_limits<std::uint64_t>::max(), [&](const journal::StoredFrame& frame) {
            return tape::for_each_record(
                       frame.header,
                       frame.records,
                       [](std::uint16_t) { return true; },
                       [&](const Recorded& each) {
                           kept.push_back(each);
                           return true;
                       })
                .value();
        });
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(kept.size(), run.records().size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const Recorded& said = run.records()[i];
        ASSERT_EQ(kept[i].event, said.event) << i;
        ASSERT_EQ(kept[i].seq, said.seq);
        ASSERT_EQ(kept[i].recorded_at, said.recorded_at) << i;
        ASSERT_EQ(kept[i].happened_at, said.happened_at) << i;
        ASSERT_EQ(kept[i].producer, said.producer);
        ASSERT_EQ(kept[i].number, said.number);
        ASSERT_EQ(kept[i].cause, said.cause);
    }
}

TEST(TapeWriter, LeavesATapeThatAJournalWouldGoOnWith) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() / "journal";
    const Played run(some_minutes());
    {
        auto writer = TapeWriter::create(path, 1, "backtest");
        ASSERT_TRUE(writer) << writer.error().message;
        for (const auto& each : run.records()) writer->take(each);
        ASSERT_TRUE(writer->finish());
    }
    // Opening it to write proves every frame and each producer's numbers.
    const auto store = journal::FrameStore::open(path, {.tape_id = 2, .profile = "backtest"});
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(store->last_seq(), run.records().size());
    EXPECT_EQ(store->position().tape_id, 1U);
}

TEST(TapeWriter, NeverWritesOverATape) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() / "journal";
    { ASSERT_TRUE(TapeWriter::create(path, 1, "backtest")); }
    const auto again = TapeWriter::create(path, 1, "backtest");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().exit_code, ExitCode::Refused);
}

}  // namespace
}  // namespace tapedeck::research
