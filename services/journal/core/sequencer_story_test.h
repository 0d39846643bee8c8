#pragma once

#include "events/codec.h"
#include "events/wire.h"
#include "journal/core/sequencer.h"
#include "testing/given.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

/// The vocabulary of the sequencer's stories.
namespace tapedeck::journal {

using namespace std::chrono_literals;
using tape::Header;
using tape::MessageType;
using tape::NackCode;

/// A journal without sockets or disk: messages in, frames and answers out.
class SequencerStory : public ::testing::Test {
protected:
    void open(std::vector<std::string> expected = {}) {
        SequencerOptions options;
        options.profile = "demo";
        options.build = "test";
        options.expected = std::move(expected);
        options.clock_producer = "feed";
        options.snapshot_records = snapshot_records_;
        options.lag = {100, 2s};
        options.snapshots_of = [this](const std::string&, std::string_view) { return snapshots_; };
        TapePosition position;
        position.tape_id = 42;
        sequencer_.emplace(options, position);
    }

    static tape::Hash hash_of(unsigned char byte) {
        tape::Hash hash{};
        hash.fill(byte);
        return hash;
    }

    struct Reopened {
        std::uint64_t last_seq = 0;
        std::uint64_t hash_seq = 0;  ///< where hash_at knows the chain
        std::vector<std::string> alive = {};
        std::optional<Branch> branch = {};
    };

    /// A journal that starts on a tape which is there, with hash_of(1) at its end.
    void reopen(const Reopened& from) {
        SequencerOptions options;
        options.profile = "demo";
        options.build = "test";
        options.branch = from.branch;
        options.hash_at = [seq = from.hash_seq](std::uint64_t wanted) -> std::optional<tape::Hash> {
            if (wanted != seq) return std::nullopt;
            return hash_of(1);
        };
        TapePosition position;
        position.tape_id = 42;
        position.epoch = 2;
        position.last_seq = from.last_seq;
        position.last_hash = hash_of(1);
        for (std::uint32_t id = 1; id <= from.alive.size(); ++id) {
            ProducerMark mark;
            mark.id = id;
            mark.name = from.alive[id - 1];
            mark.epoch = 1;
            mark.alive = true;
            position.producers.push_back(mark);
        }
        sequencer_.emplace(options, position);
    }

    static Peer peer(const std::string& name) {
        return {name == "feed" ? Peer::Lane::Low : Peer::Lane::High, name};
    }

    void hello(const std::string& name, bool decider = true, Time clock_start = {}) {
        tape::Hello body;
        body.name = name;
        body.build = "test";
        body.decider = decider;
        body.clock_start = clock_start;
        say_hello(body);
    }

    /// `epoch`: the one that this instance was granted before, if any.
    void say_hello(const tape::Hello& body, std::uint64_t last_seen = 0, std::uint32_t epoch = 0) {
        std::string bytes;
        wire::put_message(bytes, body);
        Header header{.type = MessageType::Hello};
        header.a = last_seen;
        header.producer_epoch = epoch;
        sequencer_->receive(peer(body.name), header, bytes, now_);
    }

    /// Commits until there is nothing to commit.
    void commit_all() {
        while (auto batch = sequencer_->next_batch()) {
            sequencer_->committed(*batch);
            remember(*batch);
        }
        for (auto& reply : sequencer_->take_replies()) {
            if (reply.message.header.type == MessageType::Welcome) {
                auto& who = granted_[reply.to.id];
                who.id = reply.message.header.producer;
                who.epoch = reply.message.header.producer_epoch;
                who.next = reply.message.header.c + 1;
            }
            replies_.push_back(std::move(reply));
        }
    }

    void remember(const Batch& batch) {
        frames_.push_back(batch.header);
        std::string_view rest = batch.records;
        for (std::uint32_t i = 0; i < batch.header.count; ++i) {
            Recorded recorded;
            rest.remove_prefix(decode_record(rest, recorded).value());
            recorded.seq = Seq{batch.header.first_seq + i};
            recorded.recorded_at = time_from_ns(batch.header.recorded_at + i);
            tape_.push_back(recorded);
        }
    }

    /// One group of records from `name`; its number is the next unless told.
    void append(
        const std::string& name,
        const std::vector<Event>& events,
        Seq cause = {},
        std::optional<std::uint64_t> number = {}) {
        auto& who = granted_[name];
        std::uint64_t next = number.value_or(who.next);
        Header header{.type = MessageType::Append};
        header.producer = who.id;
        header.producer_epoch = who.epoch;
        header.a = next;
        header.b = cause.value;
        header.count = static_cast<std::uint16_t>(events.size());
        std::string body;
        for (const auto& event : events) encode_record(body, who.id, next++, cause, event);
        who.next = next;
        sequencer_->receive(peer(name), header, body, now_);
    }

    void beat(const std::string& name, std::uint64_t decided) {
        Header header{.type = MessageType::Beat};
        header.producer = granted_[name].id;
        header.producer_epoch = granted_[name].epoch;
        header.a = decided;
        header.b = decided;
        sequencer_->receive(peer(name), header, {}, now_);
    }

    /// The code of the newest NACK, which is an error if there is none.
    NackCode last_nack() {
        for (auto& reply : sequencer_->take_replies()) replies_.push_back(std::move(reply));
        for (auto it = replies_.rbegin(); it != replies_.rend(); ++it) {
            if (it->message.header.type == MessageType::Nack) {
                return static_cast<NackCode>(it->message.header.a);
            }
        }
        ADD_FAILURE() << "no NACK";
        return NackCode::Busy;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& recorded : tape_) result.emplace_back(recorded.event.name());
        return result;
    }

    struct Granted {
        std::uint32_t id = 0;
        std::uint32_t epoch = 0;
        std::uint64_t next = 1;
    };

    std::optional<Sequencer> sequencer_;
    std::vector<Recorded> tape_;
    std::vector<tape::FrameHeader> frames_;
    std::vector<Reply> replies_;
    std::uint64_t snapshot_records_ = 0;
    std::vector<Seq> snapshots_;
    std::map<std::string, Granted> granted_;
    Duration now_ = 1s;
};

inline KillReleased fact(std::string reason = "x") {
    return KillReleased{Request{.by = "test", .reason = std::move(reason), .idempotency_key = ""}};
}

}  // namespace tapedeck::journal
