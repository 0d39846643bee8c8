#include "net/answer_cache.h"

#include "testing/temporary_directory.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace tapedeck::net {
namespace {

using namespace std::chrono_literals;

constexpr Time kNoon{std::chrono::hours(12)};
constexpr auto kQuestion = "https://venue.example/0/public/Assets";

class AnswerCacheTest : public ::testing::Test {
protected:
    AnswerCache open(Time now = kNoon, std::size_t memory_max = 64) const {
        return AnswerCache(
            {.directory = home_.path() / "cache", .memory_max = memory_max, .keep = 48h}, now);
    }

    std::filesystem::path only_file() const {
        for (const auto& each : std::filesystem::directory_iterator(home_.path() / "cache")) {
            return each.path();
        }
        return {};
    }

    testing::TemporaryDirectory home_;
};

TEST_F(AnswerCacheTest, WhatIsYoungEnoughIsAHit) {
    AnswerCache cache = open();
    EXPECT_FALSE(cache.find(kQuestion, kNoon - 1h));
    cache.keep(kQuestion, "{}", kNoon);
    const auto found = cache.find(kQuestion, kNoon);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->body, "{}");
    EXPECT_EQ(found->answered_at, kNoon);
    EXPECT_FALSE(cache.find(kQuestion, kNoon + 1ns));
    EXPECT_EQ(cache.figures().memory_hits, 1U);
    EXPECT_EQ(cache.figures().misses, 2U);
    EXPECT_EQ(cache.figures().hit_percent(), 33U);
}

TEST_F(AnswerCacheTest, AnotherProcessFindsItOnDiskAndThenInMemory) {
    open().keep(kQuestion, "line one\nline two\n", kNoon);
    AnswerCache other = open();
    ASSERT_TRUE(other.find(kQuestion, kNoon));
    EXPECT_EQ(other.find(kQuestion, kNoon)->body, "line one\nline two\n");
    EXPECT_EQ(other.figures().disk_hits, 1U);
    EXPECT_EQ(other.figures().memory_hits, 1U);
}

TEST_F(AnswerCacheTest, WhatAnotherProcessHasAskedSinceCountsToo) {
    AnswerCache ours = open();
    ours.keep(kQuestion, "old", kNoon);
    open().keep(kQuestion, "new", kNoon + 1h);
    EXPECT_EQ(ours.find(kQuestion, kNoon + 30min)->body, "new");
    EXPECT_EQ(ours.figures().disk_hits, 1U);
}

TEST_F(AnswerCacheTest, TheNewestIsServedWhenTheVenueIsAway) {
    AnswerCache cache = open();
    EXPECT_FALSE(cache.find_old(kQuestion));
    cache.keep(kQuestion, "old", kNoon);
    EXPECT_EQ(cache.find_old(kQuestion)->body, "old");
    open().keep(kQuestion, "new", kNoon + 1h);
    EXPECT_EQ(cache.find_old(kQuestion)->body, "new");
    EXPECT_EQ(cache.figures().old_served, 2U);
    EXPECT_EQ(cache.figures().hit_percent(), 0U);
}

TEST_F(AnswerCacheTest, TheAnswerNotUsedForLongestLeavesTheMemoryFirst) {
    AnswerCache cache({.directory = {}, .memory_max = 2}, kNoon);
    cache.keep("a", "1", kNoon);
    cache.keep("b", "2", kNoon);
    ASSERT_TRUE(cache.find("a", kNoon));
    cache.keep("c", "3", kNoon);
    EXPECT_TRUE(cache.find("a", kNoon));
    EXPECT_FALSE(cache.find("b", kNoon));
    EXPECT_TRUE(cache.find("c", kNoon));
}

TEST_F(AnswerCacheTest, ADamagedFileIsAMiss) {
    open().keep(kQuestion, "{}", kNoon);
    for (const std::string damaged :
         {"", "12", "x\nhttps://venue.example/0/public/Assets\n{}", "12\nsomething else\n{}"}) {
        std::ofstream(only_file(), std::ios::trunc) << damaged;
        AnswerCache cache = open(Time{});
        EXPECT_FALSE(cache.find(kQuestion, Time{})) << damaged;
    }
}

TEST_F(AnswerCacheTest, WithoutAPlaceToWriteItIsKeptInMemory) {
    std::ofstream(home_.path() / "file") << "in the way";
    AnswerCache cache({.directory = home_.path() / "file" / "cache"}, kNoon);
    cache.keep(kQuestion, "{}", kNoon);
    EXPECT_TRUE(cache.find(kQuestion, kNoon));
}

TEST_F(AnswerCacheTest, OldFilesGoAtTheStart) {
    open().keep(kQuestion, "{}", kNoon);
    open(kNoon + 47h);
    EXPECT_FALSE(only_file().empty());
    open(kNoon + 49h);
    EXPECT_TRUE(only_file().empty());
}

}  // namespace
}  // namespace tapedeck::net
