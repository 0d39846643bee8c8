#pragma once

#include "events/codec.h"
#include "events/wire.h"
#include "journal/core/sequencer.h"
#include "journal/store/frame_store.h"
#include "journal/store/producer_fold.h"
#include "tape/records.h"
#include "testing/given.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

/// For the tests of the store: a tape that the real sequencer writes, a trade and an order at a
/// time.
namespace tapedeck::journal {

/// As it stands now, as a crash would leave it.
inline void copy_directory(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

/// A frame as it would go to a reader.
inline std::string frame_bytes(const StoredFrame& frame) {
    return tape::encode_frame(frame.header, frame.records);
}

class DrivenTape {
public:
    static constexpr std::uint64_t kTapeId = 0x7a9e;

    explicit DrivenTape(std::string directory, StoreOptions options = {})
        : directory_(std::move(directory)), options_(std::move(options)) {}

    Result<> open() {
        store_.reset();
        auto store =
            FrameStore::open(directory_, {.tape_id = kTapeId, .profile = "demo"}, options_);
        if (!store) return tl::make_unexpected(store.error());
        store_ = std::make_unique<FrameStore>(std::move(*store));
        SequencerOptions options;
        options.profile = "demo";
        options.build = "test";
        sequencer_ = std::make_unique<Sequencer>(options, store_->position());
        granted_.clear();
        hello("market-data", Peer::Lane::Low);
        hello("risk", Peer::Lane::High);
        return commit();
    }

    void close() {
        sequencer_.reset();
        store_.reset();
    }

    FrameStore& store() { return *store_; }

    Sequencer& sequencer() { return *sequencer_; }

    const std::string& directory() const { return directory_; }

    StoreOptions& options() { return options_; }

    /// One second and one frame each: a trade and, every third time, an order.
    Result<> add(int count) {
        for (int i = 0; i < count; ++i) {
            TradePrinted trade;
            trade.instrument = testing::instrument("test:BTC/USD");
            trade.price = testing::price("100." + std::to_string(++trades_));
            trade.quantity = testing::quantity("1");
            trade.trade_id = "trade-" + std::to_string(trades_);
            append("market-data", trade);
            if (trades_ % 3 == 0) {
                append("risk", OrderSent{.intent = Seq{1}, .client_order_id = order_name()});
            }
            TRY(commit());
        }
        return {};
    }

    std::string order_name() const { return "order-" + std::to_string(trades_); }

    void append(const std::string& name, const Event& event) {
        auto& who = granted_.at(name);
        tape::Header header{.type = tape::MessageType::Append};
        header.producer = who.id;
        header.producer_epoch = who.epoch;
        header.count = 1;
        header.a = who.next;
        std::string body;
        encode_record(body, who.id, who.next++, Seq{sequencer_->last_seq()}, event);
        sequencer_->receive({who.lane, name}, header, body, monotonic_);
    }

    /// Commits what there is and tends the store, a second later.
    Result<> commit() {
        now_ += std::chrono::seconds(1);
        monotonic_ += std::chrono::seconds(1);
        sequencer_->advance(now_, Duration{});
        for (bool more = true; more;) {
            while (auto batch = sequencer_->next_batch()) {
                TRY(store_->append(*batch));
                sequencer_->committed(*batch);
            }
            take_replies();
            TRY(store_->tend(monotonic_));
            const auto events = store_->take_events();
            for (const auto& event : events) sequencer_->record(event);
            told_.insert(told_.end(), events.begin(), events.end());
            sequencer_->refuse_market_data(store_->is_low());
            more = !events.empty();
        }
        return {};
    }

    /// Lets the caretaker work until `done`; false when it has not come to it in time.
    bool tend_until(const std::function<bool()>& done) {
        const bool by_hand = options_.care_by == CareBy::Hand;
        for (int i = 0; i < 6000 && !done(); ++i) {
            if (by_hand && i == 200) break;
            if (!by_hand) std::this_thread::sleep_for(std::chrono::milliseconds(10));
            if (!commit()) return false;
        }
        return done();
    }

    /// What the store has wanted to be recorded.
    const std::vector<Event>& told() const { return told_; }

    const std::vector<tape::NackCode>& nacks() const { return nacks_; }

    /// Every frame of the tape as bytes.
    std::vector<std::string> frames() { return frames_of(*store_); }

    static std::vector<std::string> frames_of(FrameStore& store) {
        std::vector<std::string> frames;
        const auto read = store.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
            frames.push_back(frame_bytes(frame));
            return true;
        });
        EXPECT_TRUE(read) << read.error().message;
        return frames;
    }

    /// The files of the directory that are segments, in the tape's order.
    std::vector<std::string> segments() const {
        std::vector<std::string> files;
        const auto names = list_segments(directory_).value();
        for (const auto& name : names) files.push_back(name.file());
        return files;
    }

private:
    struct Granted {
        Peer::Lane lane = Peer::Lane::High;
        std::uint32_t id = 0;
        std::uint32_t epoch = 0;
        std::uint64_t next = 1;
    };

    void hello(const std::string& name, Peer::Lane lane) {
        granted_[name].lane = lane;
        tape::Hello body;
        body.name = name;
        body.build = "test";
        body.configuration = {{"key", "value of " + name}};
        std::string bytes;
        wire::put_message(bytes, body);
        sequencer_->receive({lane, name}, {.type = tape::MessageType::Hello}, bytes, monotonic_);
    }

    void take_replies() {
        for (const auto& reply : sequencer_->take_replies()) {
            const auto& header = reply.message.header;
            if (header.type == tape::MessageType::Nack) {
                nacks_.push_back(static_cast<tape::NackCode>(header.a));
            }
            if (header.type != tape::MessageType::Welcome) continue;
            auto& who = granted_[reply.to.id];
            who.id = header.producer;
            who.epoch = header.producer_epoch;
            who.next = header.c + 1;
        }
    }

    std::string directory_;
    StoreOptions options_;
    std::unique_ptr<FrameStore> store_;
    std::unique_ptr<Sequencer> sequencer_;
    std::map<std::string, Granted> granted_;
    std::vector<Event> told_;
    std::vector<tape::NackCode> nacks_;
    Time now_ = testing::time("2026-11-20T12:00:00Z");
    Duration monotonic_ = std::chrono::seconds(1);
    int trades_ = 0;
};

}  // namespace tapedeck::journal
