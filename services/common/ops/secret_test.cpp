#include "ops/secret.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

namespace tapedeck::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

class SecretFileTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "tapedeck-secret-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        directory_ = name;
    }

    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::filesystem::path write(const std::string& text) const {
        std::ofstream(directory_ / "key", std::ios::binary) << text;
        return directory_ / "key";
    }

    std::filesystem::path directory_;
};

TEST(SecretTest, MovesAndLeavesNothingBehind) {
    Secret first("hunter2");
    Secret second(std::move(first));
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the question
    EXPECT_EQ(second.reveal(), "hunter2");
    first = std::move(second);
    EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(first.reveal(), "hunter2");
    EXPECT_EQ(first.to_string(), "***");
    EXPECT_TRUE(first == first.copy());
    EXPECT_FALSE(first == Secret("hunter3"));
    EXPECT_FALSE(first == Secret("hunter"));
}

TEST(SecretTest, WipeEmptiesText) {
    std::string text = "hunter2";
    wipe(text);
    EXPECT_EQ(text, "");
}

TEST_F(SecretFileTest, ReadsAllButOneLineBreak) {
    EXPECT_EQ(read_secret_file(write("abc\n")).value().reveal(), "abc");
    EXPECT_EQ(read_secret_file(write("abc\r\n")).value().reveal(), "abc");
    EXPECT_EQ(read_secret_file(write("abc\n\n")).value().reveal(), "abc\n");
    EXPECT_EQ(read_secret_file(write("abc")).value().reveal(), "abc");
    EXPECT_EQ(read_secret_file(write("")).value().reveal(), "");
}

TEST_F(SecretFileTest, AnErrorNamesTheFileOnly) {
    const auto missing = read_secret_file(directory_ / "missing");
    ASSERT_FALSE(missing.has_value());
    EXPECT_THAT(missing.error().message, HasSubstr("missing: No such file"));
    const auto large = read_secret_file(write(std::string(70'000, 's')));
    ASSERT_FALSE(large.has_value());
    EXPECT_THAT(large.error().message, HasSubstr("larger than 64 KiB"));
    EXPECT_THAT(large.error().message, Not(HasSubstr("sss")));
    EXPECT_FALSE(read_secret_file(directory_).has_value());
}

TEST(SecretNameTest, IsTheLastWordOfTheKey) {
    for (const char* key :
         {"venue.kraken.secret",
          "gateway.session_secret",
          "alerts.bot_token",
          "smtp.password",
          "token",
          "wallet.passphrase"}) {
        EXPECT_TRUE(is_secret_name(key)) << key;
    }
    for (const char* key :
         {"venue.kraken.secret_file", "alerts.tokens", "risk.max_position", "secret.kind", ""}) {
        EXPECT_FALSE(is_secret_name(key)) << key;
    }
}

}  // namespace
}  // namespace tapedeck::ops
