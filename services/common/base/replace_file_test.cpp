#include "base/replace_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tapedeck {
namespace {

namespace fs = std::filesystem;

class ReplaceFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "tapedeck-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
    }

    void TearDown() override { fs::remove_all(directory_); }

    static std::string content(const fs::path& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    fs::path directory_;
};

TEST_F(ReplaceFileTest, MakesAndReplacesAndLeavesNoDraft) {
    const auto path = directory_ / "file";
    ASSERT_TRUE(replace_file(path.string(), "one"));
    EXPECT_EQ(content(path), "one");
    ASSERT_TRUE(replace_file(path.string(), "a longer one"));
    ASSERT_TRUE(replace_file(path.string(), ""));
    EXPECT_EQ(content(path), "");
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(ReplaceFileTest, LeavesTheOldFileWhenItCannot) {
    const auto path = directory_ / "file";
    ASSERT_TRUE(replace_file(path.string(), "old"));
    fs::create_directory(directory_ / "file.new");  // the draft cannot be made
    const auto result = replace_file(path.string(), "new");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("file.new"), std::string::npos) << result.error().message;
    EXPECT_EQ(content(path), "old");
}

TEST_F(ReplaceFileTest, NamesTheDirectoryThatIsNotThere) {
    const auto result = replace_file((directory_ / "no" / "file").string(), "x");
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck
