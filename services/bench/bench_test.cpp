#include "bench/bench.h"

#include "bench/ensemble.h"
#include "bench/made_tape.h"
#include "bench/scratch.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace tapedeck::bench {
namespace {

using namespace std::chrono_literals;

class BenchTest : public ::testing::Test {
protected:
    Options options() const {
        return {.clock = clock_, .directory = directory_.path(), .programs = {}, .time = 100ms};
    }

    testing::TemporaryDirectory directory_;
    ops::SystemClock clock_;
};

/// The object of a report, which must hold these keys as positive numbers.
nlohmann::json positive(const Result<Report>& report, const std::vector<std::string>& keys) {
    EXPECT_TRUE(report) << report.error().message;
    if (!report) return {};
    auto object = nlohmann::json::parse(to_json(*report));
    for (const auto& key : keys) {
        EXPECT_GT(object.value(key, 0.0), 0) << key;
    }
    return object;
}

TEST_F(BenchTest, DiskTellsFlushesAndWrites) {
    positive(
        bench_disk(options()),
        {"fdatasync_p50_us", "fdatasync_p99_us", "flushes_per_second", "write_mb_per_second"});
}

TEST_F(BenchTest, ReplayReadsDecodesAndDecidesAgain) {
    positive(
        bench_replay(options()),
        {"raw_events_per_second", "decoded_events_per_second", "verified_events_per_second"});
}

TEST_F(BenchTest, DeciderTellsSpeedAndTheHeapOfEach) {
    const auto object = positive(
        bench_decider(options()),
        {"decisions_per_second",
         "decision_p99_us",
         "strategy_decisions_per_second",
         "risk_decisions_per_second",
         "orders_decisions_per_second",
         "portfolio_decisions_per_second",
         "paper_decisions_per_second"});
    EXPECT_GE(object["decision_max_us"], object["decision_p99_us"]);
}

TEST_F(BenchTest, VenueSignsOrdersAndFollowsABook) {
    positive(
        bench_venue_formats(options()),
        {"sign_encode_p50_us",
         "sign_encode_p99_us",
         "book_update_p50_us",
         "book_updates_per_second"});
}

TEST_F(BenchTest, NothingIsLeftBehind) {
    ASSERT_TRUE(bench_disk(options()));
    ASSERT_TRUE(bench_replay(options()));
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(BenchTest, ADirectoryThatCannotBeMadeIsNamed) {
    Options wrong = options();
    wrong.directory = directory_.write("file", "") + "/below";
    const auto report = bench_disk(wrong);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("--dir"), std::string::npos) << report.error().message;
}

TEST_F(BenchTest, AMissingProgramIsNamed) {
    const auto report = bench_journal(options());
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("tapedeck-journal"), std::string::npos);
}

TEST(ReportTest, TheTextSaysGoalsNotesAndTheMachine) {
    Report report{.bench = "x", .where = "a machine", .figures = {}, .notes = {"a note"}};
    report.add({.key = "a_us", .what = "a", .value = 12.34, .at_most = 20});
    report.add({.key = "b_per_second", .what = "b", .value = 1234567, .at_least = 2e6});
    const std::string text = to_text(report);
    EXPECT_NE(text.find("12.3"), std::string::npos) << text;
    EXPECT_NE(text.find("1,234,567"), std::string::npos) << text;
    EXPECT_NE(text.find("≤ 20.0  met"), std::string::npos) << text;
    EXPECT_NE(text.find("≥ 2,000,000  NOT met"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("a note\non a machine\n")) << text;
    EXPECT_EQ(
        to_json(report),
        R"({"bench":"x","where":"a machine","a_us":12.34,"b_per_second":1234567.0,)"
        R"("notes":["a note"]})"
        "\n");
}

/// So that a bench of nothing is noticed.
TEST(MadeTapeTest, HasOrdersAndFillsAndIsTheSameEveryTime) {
    constexpr std::uint64_t kRecords = 30'000;
    const auto make = [] {
        std::set<std::string> types;
        tape::Hash last{};
        std::uint64_t seq = 0;
        const auto done = make_tape([&](const MadeFrame& frame) -> Result<bool> {
            EXPECT_EQ(frame.batch.header.first_seq, seq + 1);
            EXPECT_EQ(frame.batch.header.prev_hash, last);
            seq = frame.batch.header.last_seq();
            last = frame.batch.header.hash;
            for (const auto& recorded : frame.records) types.emplace(recorded.event.name());
            return seq < kRecords;
        });
        EXPECT_TRUE(done);
        for (const char* type : {"DecisionMade", "TargetSet", "OrderApproved", "OrderFilled"}) {
            EXPECT_TRUE(types.contains(type)) << type;
        }
        return last;
    };
    EXPECT_EQ(make(), make());
}

}  // namespace
}  // namespace tapedeck::bench
