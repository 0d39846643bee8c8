#include "tape/chain_check.h"

#include "events/codec.h"

#include <gtest/gtest.h>

namespace tapedeck::tape {
namespace {

constexpr std::uint64_t kTape = 42;

struct TestFrame {
    FrameHeader header;
    std::string records;
};

/// Frames of more than `bytes` bytes each, linked as they should be; they say two records each, and
/// hold the first.
std::vector<TestFrame> chain(int count, std::size_t bytes) {
    std::vector<TestFrame> frames;
    FrameHeader header;
    Hash last = kGenesisHash;
    for (int i = 0; i < count; ++i) {
        header.first_seq = 1 + 2 * static_cast<std::uint64_t>(i);
        header.count = 2;
        header.epoch = 1;
        header.recorded_at = std::int64_t{1000} * (i + 1);
        TradePrinted trade;
        trade.trade_id.assign(bytes, static_cast<char>('a' + i % 26));
        std::string records;
        encode_record(records, 1, header.first_seq, {}, trade);
        header.raw_length = static_cast<std::uint32_t>(records.size());
        header.prev_hash = last;
        header.hash = last = frame_hash(kTape, header, records);
        frames.push_back({header, std::move(records)});
    }
    return frames;
}

Result<std::uint64_t> check(const std::vector<TestFrame>& frames) {
    ChainCheck checked({.tape_id = kTape});
    for (const auto& frame : frames) TRY(checked.add(frame.header, frame.records));
    TRY(checked.finish());
    return checked.position().last_seq;
}

/// Some 20 batches: all threads have work.
constexpr int kMany = 200;
constexpr std::size_t kLarge = 50'000;

TEST(ChainCheckTest, AnEmptyTapeIsIntact) {
    EXPECT_EQ(check({}), 0U);
}

TEST(ChainCheckTest, AnIntactChainIsToldToItsEnd) {
    EXPECT_EQ(check(chain(1, 10)), 2U);
    EXPECT_EQ(check(chain(kMany, kLarge)), 2U * kMany);
}

TEST(ChainCheckTest, TheFirstBadFrameIsNamedWhereverItIs) {
    for (const std::size_t bad : {0U, 1U, 9U, 10U, 11U, 100U, 150U, 199U}) {
        auto frames = chain(kMany, kLarge);
        frames[bad].records[kLarge / 2] ^= 1;
        frames.back().records[0] ^= 1;
        const auto found = check(frames);
        ASSERT_FALSE(found);
        const std::string name = "frame at seq " + std::to_string(frames[bad].header.first_seq);
        EXPECT_EQ(found.error().message, name + " does not hash to what its header says");
        EXPECT_EQ(found.error().exit_code, ExitCode::Integrity);
    }
}

TEST(ChainCheckTest, AFrameThatIsMissingIsNoticed) {
    auto frames = chain(kMany, kLarge);
    frames.erase(frames.begin() + 77);
    const auto found = check(frames);
    ASSERT_FALSE(found);
    EXPECT_EQ(
        found.error().message, "frame at seq 157 does not follow seq 154: records are missing");
}

TEST(ChainCheckTest, TimeDoesNotGoBack) {
    auto frames = chain(3, 10);
    frames[2].header.recorded_at = frames[1].header.recorded_at + 1;  // its second record's
    frames[2].header.hash = frame_hash(kTape, frames[2].header, frames[2].records);
    const auto found = check(frames);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message, "frame at seq 5 was recorded before the one it follows");
}

TEST(ChainCheckTest, WhatIsProvenIsSeenInOrderAndAnErrorThereEndsIt) {
    const auto frames = chain(kMany, kLarge);
    std::uint64_t seen = 0;
    ChainCheck checked(
        {.tape_id = kTape},
        [&](const FrameHeader& header,
            std::string_view records,
            const ChainPosition& position) -> Result<> {
            EXPECT_EQ(header.first_seq, seen + 1);
            EXPECT_GT(records.size(), kLarge);
            EXPECT_EQ(position.last_seq, header.last_seq());
            seen = position.last_seq;
            if (seen == 300) return fail("enough");
            return {};
        });
    Result<> result;
    for (std::size_t i = 0; i < frames.size() && result; ++i) {
        result = checked.add(frames[i].header, frames[i].records);
    }
    if (result) result = checked.finish();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "enough");
    EXPECT_EQ(seen, 300U);
}

TEST(ChainCheckTest, AnErrorStaysAndWhatWasGoodBeforeItIsKnown) {
    auto frames = chain(kMany, kLarge);
    frames[100].records[0] ^= 1;
    ChainCheck checked({.tape_id = kTape});
    bool failed = false;
    for (const auto& frame : frames) {
        const bool good = checked.add(frame.header, frame.records).has_value();
        EXPECT_FALSE(failed && good);
        failed = !good;
    }
    EXPECT_FALSE(checked.finish());
    EXPECT_EQ(checked.position().last_seq, 200U);
}

}  // namespace
}  // namespace tapedeck::tape
