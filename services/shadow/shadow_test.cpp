#include "shadow/shadow.h"

#include "research/made_tape_test.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tapedeck::shadow {
namespace {

using research::testing::MadeTape;

void take_all(Shadow& shadow, const MadeTape& tape) {
    for (const auto& written : tape.records()) {
        if (written.recorded.seq <= shadow.last()) continue;
        tape::FrameHeader header;
        header.first_seq = written.recorded.seq.value;
        header.count = 1;
        header.recorded_at = to_ns(written.recorded.recorded_at);
        const auto taken = shadow.take(header, written.bytes);
        ASSERT_TRUE(taken) << taken.error().message;
    }
}

class ShadowTest : public ::testing::Test {
protected:
    ShadowTest() {
        start_all(tape_);
        play(tape_, 60);
        tape_.settle();
    }

    /// Risk approves something else than it decides.
    void spoil() {
        const std::size_t at = tape_.find(OrderApproved::kType);
        Recorded changed = tape_.records()[at].recorded;
        changed.event.as<OrderApproved>()->reserved = tapedeck::testing::money("1");
        cause_ = changed.cause;
        tape_.rewrite(at, changed);
    }

    MadeTape tape_{2};
    Seq cause_;
};

TEST_F(ShadowTest, HasNothingToTellOfAnHonestTape) {
    Shadow shadow("1+a.y");
    take_all(shadow, tape_);
    EXPECT_TRUE(shadow.untold().empty());
    EXPECT_EQ(shadow.proven(), shadow.last());
    EXPECT_EQ(shadow.last().value, tape_.records().size());
}

TEST_F(ShadowTest, TellsTheFirstDifferenceOfADeciderUntilItIsOnTheTape) {
    spoil();
    Shadow shadow("1+a.y");
    take_all(shadow, tape_);
    const auto untold = shadow.untold();
    ASSERT_EQ(untold.size(), 1U);
    EXPECT_EQ(untold[0].service, "risk");
    EXPECT_EQ(untold[0].cause, cause_);
    EXPECT_THAT(untold[0].recorded, ::testing::HasSubstr("\"reserved\":\"1\""));
    EXPECT_NE(untold[0].expected, untold[0].recorded);
    tape_.input(untold[0], 40);
    take_all(shadow, tape_);
    EXPECT_TRUE(shadow.untold().empty()) << "it is told";
    EXPECT_GE(shadow.differences(), 1U);
    // Another instance reads it back as well.
    Shadow again("1+a.y");
    take_all(again, tape_);
    EXPECT_TRUE(again.untold().empty());
}

TEST_F(ShadowTest, IsSilentAboutWhatAnotherReleaseDecided) {
    spoil();
    Shadow shadow("2+b.y");
    take_all(shadow, tape_);
    EXPECT_TRUE(shadow.untold().empty());
}

TEST_F(ShadowTest, ReportsHowFarAllIsProven) {
    Shadow shadow("1+a.y");
    take_all(shadow, tape_);
    const auto object =
        nlohmann::json::parse(report(shadow, 7, tapedeck::testing::time("2026-11-20T12:00:00Z")));
    EXPECT_EQ(object["proven"], tape_.records().size());
    EXPECT_EQ(object["differences"], 0);
    EXPECT_EQ(object["tape_id"], 7);
}

}  // namespace
}  // namespace tapedeck::shadow
