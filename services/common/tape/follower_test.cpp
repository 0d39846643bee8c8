#include "tape/follower.h"

#include <gtest/gtest.h>

#include <random>

namespace tapedeck::tape {
namespace {

using namespace std::chrono_literals;

/// A tape of `size` frames with two records each, and a follower that is told of it piece by piece.
class FollowerTest : public ::testing::Test {
protected:
    void SetUp() override { grow(20); }

    void grow(int frames) {
        for (int i = 0; i < frames; ++i) {
            FrameHeader header;
            header.first_seq = frames_.size() * 2 + 1;
            header.count = 2;
            header.recorded_at = static_cast<std::int64_t>(header.first_seq);
            header.raw_length = 2;
            header.prev_hash = last_hash_;
            header.hash = frame_hash(1, header, "ab");
            last_hash_ = header.hash;
            frames_.push_back(encode_frame(header, "ab"));
        }
    }

    Header live(std::size_t frame) const {
        Header header{.type = MessageType::Frame};
        header.epoch = 1;
        header.a = frame * 2 + 1;
        return header;
    }

    void hear_frame(std::size_t frame) {
        ASSERT_TRUE(follower_.on_live(live(frame), frames_[frame]));
    }

    void hear_watermark(std::uint64_t last) {
        Header header{.type = MessageType::Watermark};
        header.epoch = 1;
        header.a = last;
        ASSERT_TRUE(follower_.on_live(header, ""));
    }

    /// Answers the follower's requests from the tape until it has none.
    void serve() {
        while (auto request = follower_.next_request(now_)) {
            if (request->header.type != MessageType::ReplayRequest) continue;
            ++requests_;
            for (std::size_t i = 0; i < frames_.size(); ++i) {
                const std::uint64_t first = i * 2 + 1;
                if (first + 1 < request->header.a || first > request->header.b) continue;
                Header data{.type = MessageType::ReplayData};
                ASSERT_TRUE(follower_.on_replay(data, frames_[i]));
            }
            ASSERT_TRUE(follower_.on_replay({.type = MessageType::ReplayEnd}, ""));
        }
    }

    std::vector<std::uint64_t> taken() {
        std::vector<std::uint64_t> result;
        while (const auto* frame = follower_.front()) {
            result.push_back(frame->header.first_seq);
            follower_.pop();
        }
        return result;
    }

    static std::vector<std::uint64_t> firsts(std::size_t frames) {
        std::vector<std::uint64_t> result;
        for (std::size_t i = 0; i < frames; ++i) result.push_back(i * 2 + 1);
        return result;
    }

    std::vector<std::string> frames_;
    Hash last_hash_ = kGenesisHash;
    Follower follower_;
    Duration now_ = 1s;
    int requests_ = 0;
};

TEST_F(FollowerTest, AsksForNothingBeforeItHasHeardTheJournal) {
    EXPECT_FALSE(follower_.next_request(now_));
}

TEST_F(FollowerTest, JoinsByHistoryWhenAWatermarkNamesTheEnd) {
    hear_watermark(40);
    serve();
    EXPECT_EQ(taken(), firsts(20));
    EXPECT_TRUE(follower_.is_live());
}

TEST_F(FollowerTest, JoinsInTheMiddleOfABurst) {
    hear_frame(10);
    hear_frame(11);
    serve();
    for (std::size_t i = 12; i < 20; ++i) hear_frame(i);
    EXPECT_EQ(taken(), firsts(20));
    EXPECT_EQ(requests_, 1);
}

TEST_F(FollowerTest, RepairsAHoleAndOnlyTheHole) {
    for (std::size_t i = 0; i < 5; ++i) hear_frame(i);
    for (std::size_t i = 8; i < 20; ++i) hear_frame(i);
    const auto request = follower_.next_request(now_);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->header.a, 11U);
    EXPECT_EQ(request->header.b, 16U);
    follower_.forget_request();
    serve();
    EXPECT_EQ(taken(), firsts(20));
}

TEST_F(FollowerTest, DropsWhatItHasAlready) {
    hear_frame(0);
    hear_frame(0);
    hear_frame(1);
    hear_frame(0);
    EXPECT_EQ(taken(), firsts(2));
}

TEST_F(FollowerTest, DropsWhatAnOlderJournalHadInItsQueues) {
    Header newer = live(0);
    newer.epoch = 2;
    ASSERT_TRUE(follower_.on_live(newer, frames_[0]));
    hear_frame(1);  // of epoch 1
    EXPECT_EQ(taken(), firsts(1));
}

TEST_F(FollowerTest, NoticesAnotherTape) {
    hear_frame(0);
    FrameHeader forged;
    forged.first_seq = 3;
    forged.count = 1;
    forged.raw_length = 1;
    forged.prev_hash = sha256("elsewhere");
    forged.hash = frame_hash(1, forged, "x");
    EXPECT_FALSE(follower_.on_live(live(1), encode_frame(forged, "x")));
}

TEST_F(FollowerTest, NoticesATapeThatBecameShorter) {
    hear_frame(0);
    hear_frame(1);
    Header header{.type = MessageType::Watermark};
    header.epoch = 2;
    header.a = 2;
    const auto heard = follower_.on_live(header, "");
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().exit_code, ExitCode::Integrity);
}

/// Any loss, repetition and order of live frames: everything comes out once, in order.
TEST_F(FollowerTest, GoesOnFromASnapshotWhateverLiveHasBroughtBefore) {
    for (const std::size_t at : {1U, 4U, 9U}) {  // behind, and before, what was heard
        follower_ = Follower{};
        for (std::size_t frame = 0; frame < 5; ++frame) hear_frame(frame);
        hear_frame(7);
        ASSERT_TRUE(follower_.start_at(Seq{at * 2 + 2}));
        hear_watermark(40);
        serve();
        const auto whole = firsts(20);
        EXPECT_EQ(
            taken(), std::vector(whole.begin() + static_cast<std::ptrdiff_t>(at) + 1, whole.end()));
        EXPECT_TRUE(follower_.is_live());
    }
}

TEST_F(FollowerTest, ComesThroughAnyDeliveryWithoutGapOrDuplicate) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        follower_ = Follower();
        std::vector<std::uint64_t> all;
        for (std::size_t i = 0; i < frames_.size(); ++i) {
            if (random() % 3 == 0) continue;  // PUB dropped it
            hear_frame(i);
            if (random() % 4 == 0 && i > 0) hear_frame(random() % i);
            if (random() % 5 == 0) serve();
            for (const auto first : taken()) all.push_back(first);
        }
        hear_watermark(40);
        serve();
        for (const auto first : taken()) all.push_back(first);
        ASSERT_EQ(all, firsts(20)) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tapedeck::tape
