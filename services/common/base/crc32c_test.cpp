#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tapedeck {
namespace {

std::string counting(int first, int step) {
    std::string bytes;
    for (int i = 0; i < 32; ++i) bytes.push_back(static_cast<char>(first + i * step));
    return bytes;
}

TEST(Crc32cTest, GivesTheExamplesOfRfc3720AppendixB4) {
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
    EXPECT_EQ(crc32c(counting(0, 1)), 0x46DD794EU);
    EXPECT_EQ(crc32c(counting(31, -1)), 0x113FDB5CU);
    std::string read_command(48, '\0');  // an iSCSI SCSI Read (10) command PDU
    read_command[0] = 0x01;
    read_command[1] = static_cast<char>(0xC0);
    read_command[16] = 0x14;
    read_command[22] = 0x04;
    read_command[27] = 0x14;
    read_command[31] = 0x18;
    read_command[32] = 0x28;
    read_command[40] = 0x02;
    EXPECT_EQ(crc32c(read_command), 0xD9963A56U);
}

TEST(Crc32cTest, GivesTheCheckValueOfTheCatalogues) {
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32cTest, IsTheSameWithAndWithoutTheInstruction) {
    std::mt19937_64 random(11);
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random()));
        const auto seed = static_cast<std::uint32_t>(random());
        ASSERT_EQ(crc32c(bytes), detail::crc32c_portable(bytes, 0)) << size;
        ASSERT_EQ(crc32c(bytes, seed), detail::crc32c_portable(bytes, seed)) << size;
    }
}

TEST(Crc32cTest, GoesOnFromWhatCameBefore) {
    const std::string text = "The quick brown fox jumps over the lazy dog";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint32_t front = crc32c(std::string_view(text).substr(0, cut));
        ASSERT_EQ(crc32c(std::string_view(text).substr(cut), front), crc32c(text)) << cut;
    }
}

}  // namespace
}  // namespace tapedeck
