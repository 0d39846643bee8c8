#include "journal/store/markers.h"

#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

namespace tapedeck::journal {
namespace {

TEST(MarkersTest, OutliveAProcessUntilTheyAreSettled) {
    const testing::TemporaryDirectory directory;
    const Markers markers(directory.path().string());
    EXPECT_EQ(markers.quarantine().value(), std::nullopt);
    EXPECT_EQ(markers.branch_wanted().value(), std::nullopt);
    ASSERT_TRUE(markers.set_quarantine("risk has seen more"));
    ASSERT_TRUE(markers.want_branch("alice: the disk lost its cache"));
    const Markers again(directory.path().string());
    EXPECT_EQ(again.quarantine().value(), "risk has seen more");
    EXPECT_EQ(again.branch_wanted().value(), "alice: the disk lost its cache");
    ASSERT_TRUE(again.settle());
    EXPECT_EQ(markers.quarantine().value(), std::nullopt);
    EXPECT_EQ(markers.branch_wanted().value(), std::nullopt);
    ASSERT_TRUE(again.settle());
}

TEST(MarkersTest, SayWhenTheyCannotBeWritten) {
    const testing::TemporaryDirectory directory;
    const Markers markers(directory / "gone");
    const auto result = markers.set_quarantine("why");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("gone/quarantine"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::journal
