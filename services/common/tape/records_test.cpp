#include "tape/records.h"

#include "tape/chain.h"
#include "testing/given.h"

#include <gtest/gtest.h>

namespace tapedeck::tape {
namespace {

constexpr std::uint64_t kTapeId = 42;

struct Frame {
    FrameHeader header;
    std::string records;
};

/// A frame of these events behind `at`.
Frame frame_of(const ChainPosition& at, const std::vector<Event>& events, std::uint64_t tape_id) {
    Frame frame;
    for (const auto& event : events) encode_record(frame.records, 3, 1, Seq{}, event);
    frame.header.first_seq = at.last_seq + 1;
    frame.header.count = static_cast<std::uint32_t>(events.size());
    frame.header.epoch = 1;
    frame.header.recorded_at = at.last_recorded_at + 10;
    frame.header.raw_length = static_cast<std::uint32_t>(frame.records.size());
    frame.header.prev_hash = at.last_hash;
    frame.header.hash = frame_hash(tape_id, frame.header, frame.records);
    return frame;
}

std::vector<Event> five_orders() {
    std::vector<Event> events;
    for (int i = 0; i < 5; ++i) {
        events.emplace_back(
            OrderSent{.intent = Seq{7}, .client_order_id = "c-" + std::to_string(i)});
    }
    return events;
}

std::vector<std::uint64_t> seqs_in(const FrameHeader& header, std::string_view records) {
    std::vector<std::uint64_t> seqs;
    RecordCursor cursor(header, records);
    while (cursor.next().value()) {
        seqs.push_back(cursor.seq().value);
        EXPECT_EQ(
            to_ns(cursor.recorded_at()),
            header.recorded_at + static_cast<std::int64_t>(cursor.seq().value - header.first_seq));
    }
    return seqs;
}

TEST(RecordCursorTest, GoesThroughARawFrame) {
    const Frame frame = frame_of({.tape_id = kTapeId, .last_seq = 9}, five_orders(), kTapeId);
    EXPECT_EQ(
        seqs_in(frame.header, frame.records), (std::vector<std::uint64_t>{10, 11, 12, 13, 14}));
}

TEST(RecordCursorTest, NamesAFrameThatIsCutShort) {
    const Frame frame = frame_of({.tape_id = kTapeId}, five_orders(), kTapeId);
    for (std::size_t size = 0; size < frame.records.size(); ++size) {
        RecordCursor cursor(frame.header, std::string_view(frame.records).substr(0, size));
        Result<bool> more = true;
        while ((more = cursor.next()) && *more) {
        }
        EXPECT_FALSE(more) << size;
    }
}

TEST(LedgerFrameTest, KeepsSomeRecordsUnderTheirSeqsAndTheFramesHash) {
    const Frame frame = frame_of({.tape_id = kTapeId, .last_seq = 9}, five_orders(), kTapeId);
    const auto odd = [](Seq seq, const RecordPrefix&) { return seq.value % 2 == 1; };
    const auto ledger = to_ledger(frame.header, frame.records, odd).value();
    EXPECT_EQ(ledger.kept, 2U);
    EXPECT_EQ(seqs_in(ledger.header, ledger.records), (std::vector<std::uint64_t>{11, 13}));
    EXPECT_EQ(frame_hash(kTapeId, ledger.header, ledger.records), frame.header.hash);
    // It goes over the wire like any other.
    const std::string bytes = encode_frame(ledger.header, ledger.records);
    std::string_view records;
    const auto header = decode_frame(bytes, records);
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->codec, kCodecLedger);
    EXPECT_EQ(seqs_in(*header, records), (std::vector<std::uint64_t>{11, 13}));
}

TEST(LedgerFrameTest, ALedgerFrameMayLoseMore) {
    const Frame frame = frame_of({.tape_id = kTapeId}, five_orders(), kTapeId);
    const auto all = [](Seq, const RecordPrefix&) { return true; };
    const auto none = [](Seq, const RecordPrefix&) { return false; };
    const auto whole = to_ledger(frame.header, frame.records, all).value();
    EXPECT_EQ(seqs_in(whole.header, whole.records).size(), 5U);
    const auto empty = to_ledger(whole.header, whole.records, none).value();
    EXPECT_TRUE(seqs_in(empty.header, empty.records).empty());
    EXPECT_EQ(frame_hash(kTapeId, empty.header, empty.records), frame.header.hash);
}

TEST(LedgerFrameTest, PlacesThatDoNotRiseDoNotParse) {
    const Frame frame = frame_of({.tape_id = kTapeId}, five_orders(), kTapeId);
    const auto all = [](Seq, const RecordPrefix&) { return true; };
    auto ledger = to_ledger(frame.header, frame.records, all).value();
    for (const std::uint8_t place : {std::uint8_t{5}, std::uint8_t{255}}) {
        ledger.records[sizeof(Hash)] = static_cast<char>(place);
        RecordCursor cursor(ledger.header, ledger.records);
        EXPECT_FALSE(cursor.next()) << int{place};
    }
    ledger.records[sizeof(Hash)] = 3;  // the next place is 1
    RecordCursor cursor(ledger.header, ledger.records);
    ASSERT_TRUE(cursor.next().value());
    EXPECT_FALSE(cursor.next());
}

TEST(ChainTest, ProvesFramesAndGoesAlongWithABranch) {
    Chain chain({.tape_id = kTapeId});
    const Frame first = frame_of(chain.position(), five_orders(), kTapeId);
    ASSERT_TRUE(chain.take(first.header, first.records));
    TapeBranched branched;
    branched.old_tape_id = kTapeId;
    branched.tape_id = 77;
    const Frame second = frame_of(chain.position(), {branched, five_orders()[0]}, 77);
    const auto taken = chain.take(second.header, second.records);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(chain.position().tape_id, 77U);
    EXPECT_EQ(chain.position().last_seq, 7U);
    const Frame wrong = frame_of(chain.position(), five_orders(), kTapeId);
    EXPECT_FALSE(chain.take(wrong.header, wrong.records));
    EXPECT_EQ(chain.position().last_seq, 7U);
}

TEST(ChainTest, RefusesWhatDoesNotFollow) {
    Chain chain({.tape_id = kTapeId});
    const Frame first = frame_of(chain.position(), five_orders(), kTapeId);
    ASSERT_TRUE(chain.take(first.header, first.records));
    EXPECT_FALSE(chain.take(first.header, first.records));
    Frame early = frame_of(chain.position(), five_orders(), kTapeId);
    early.header.recorded_at = 0;
    early.header.hash = frame_hash(kTapeId, early.header, early.records);
    const auto taken = chain.take(early.header, early.records);
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().message.find("recorded before"), std::string::npos);
    Frame changed = frame_of(chain.position(), five_orders(), kTapeId);
    changed.records[40] = static_cast<char>(changed.records[40] ^ 1);
    EXPECT_FALSE(chain.take(changed.header, changed.records));
}

}  // namespace
}  // namespace tapedeck::tape
