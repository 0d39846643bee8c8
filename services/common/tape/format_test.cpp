#include "tape/format.h"

#include <gtest/gtest.h>

namespace tapedeck::tape {
namespace {

Header some_header() {
    Header header;
    header.type = MessageType::Append;
    header.count = 3;
    header.epoch = 4;
    header.producer = 5;
    header.producer_epoch = 6;
    header.a = 7;
    header.b = 8;
    header.c = 9;
    return header;
}

TEST(HeaderTest, ReadsBackWhatItWrote) {
    const std::string bytes = encode_header(some_header(), "body");
    ASSERT_EQ(bytes.size(), Header::kSize);
    EXPECT_EQ(bytes.substr(0, 4), "TAP1");
    const auto header = decode_header(bytes, "body");
    ASSERT_TRUE(header);
    EXPECT_EQ(header->a, 7U);
    EXPECT_EQ(header->producer_epoch, 6U);
}

TEST(HeaderTest, EveryFlippedBitIsNoticed) {
    const std::string bytes = encode_header(some_header(), "body");
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(decode_header(damaged, "body")) << "bit " << bit;
    }
    EXPECT_FALSE(decode_header(bytes, "bodz"));
    EXPECT_FALSE(decode_header(bytes, "bod"));
    EXPECT_FALSE(decode_header("short", ""));
}

FrameHeader some_frame(std::string_view records) {
    FrameHeader header;
    header.first_seq = 10;
    header.count = 2;
    header.epoch = 1;
    header.recorded_at = 1000;
    header.raw_length = static_cast<std::uint32_t>(records.size());
    header.prev_hash = sha256("before");
    header.hash = frame_hash(42, header, records);
    return header;
}

TEST(FrameTest, ReadsBackWhatItWrote) {
    const std::string records = "records";
    const std::string bytes = encode_frame(some_frame(records), records);
    std::string_view read;
    const auto header = decode_frame(bytes, read);
    ASSERT_TRUE(header);
    EXPECT_EQ(read, records);
    EXPECT_EQ(header->last_seq(), 11U);
    EXPECT_TRUE(verify_frame(42, 9, sha256("before"), *header, read));
}

TEST(FrameTest, VerificationNamesWhatIsWrong) {
    const std::string records = "records";
    const FrameHeader header = some_frame(records);
    const auto why = [&](auto result) { return result ? "" : result.error().message; };
    const Hash before = sha256("before");
    EXPECT_NE(
        why(verify_frame(42, 8, before, header, records)).find("does not follow"),
        std::string::npos);
    EXPECT_NE(
        why(verify_frame(42, 9, {}, header, records)).find("does not link"), std::string::npos);
    EXPECT_NE(
        why(verify_frame(43, 9, before, header, records)).find("does not hash"), std::string::npos);
    EXPECT_NE(
        why(verify_frame(42, 9, before, header, "recordz")).find("does not hash"),
        std::string::npos);
}

TEST(FrameTest, SaysWhichPartIsCutShort) {
    const std::string records = "records";
    const std::string bytes = encode_frame(some_frame(records), records);
    std::string_view read;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_frame(std::string_view(bytes).substr(0, size), read));
    }
}

// FIPS 180-4's example: the chain's hash is the SHA-256 that everybody has.
TEST(HashTest, IsSha256) {
    EXPECT_EQ(
        to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace tapedeck::tape
