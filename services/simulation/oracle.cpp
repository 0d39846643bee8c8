#include "simulation/oracle.h"

#include "events/codec.h"
#include "journal/store/frame_store.h"
#include "simulation/stack.h"

#include <algorithm>
#include <limits>

namespace tapedeck::simulation {

using tape::FrameHeader;
using tape::Header;
using tape::MessageType;

namespace {

std::string at(std::uint64_t seq) {
    return "seq " + std::to_string(seq);
}

/// The records at the front of `records` that are one producer's from `number` on, `count` of them;
/// empty if there are fewer.
std::size_t length_of(std::string_view records, std::uint32_t producer) {
    std::size_t length = 0;
    while (length < records.size()) {
        const auto prefix = read_prefix(records.substr(length));
        if (!prefix || prefix->producer != producer) break;
        length += RecordPrefix::kSize + prefix->body_length;
    }
    return length;
}

}  // namespace

void Oracle::differs(const std::string& what) {
    if (expects_damage_) {
        is_damaged_ = true;
    } else {
        verdict_.fail("tape", what);
    }
}

void Oracle::sent(const Header& header, std::string_view body) {
    if (is_damaged_) return;  // another tape now; that it is noticed is all that can be asked
    epoch_seen_ = std::max(epoch_seen_, header.epoch);
    switch (header.type) {
        case MessageType::Append: groups_[{header.producer, header.a}].emplace(body); break;
        case MessageType::Ack: saw_ack(header); break;
        case MessageType::Frame: saw_frame(body, "published"); break;
        case MessageType::ReplayData: saw_frame(body, "served"); break;
        case MessageType::Watermark:
            if (header.a != last_seq() || body != tape::as_bytes(last_hash_)) {
                verdict_.fail(
                    "tape",
                    "a WATERMARK says that the tape ends at " + at(header.a) + ", it ends at " +
                        at(last_seq()));
            }
            break;
        default: break;
    }
}

void Oracle::saw_ack(const Header& header) {
    const auto producer = producers_.find(header.producer);
    const std::uint64_t durable = producer == producers_.end() ? 0 : producer->second.last_number;
    if (header.a > durable) {
        verdict_.fail(
            "tape",
            "number " + std::to_string(header.a) + " of producer " +
                std::to_string(header.producer) + " is acknowledged, but the tape has " +
                std::to_string(durable));
    }
}

const Oracle::Frame* Oracle::frame_at(std::uint64_t first_seq) const {
    const auto found = std::lower_bound(
        frames_.begin(), frames_.end(), first_seq, [](const Frame& frame, std::uint64_t seq) {
            return frame.header.first_seq < seq;
        });
    const bool is_there = found != frames_.end() && found->header.first_seq == first_seq;
    return is_there ? &*found : nullptr;
}

void Oracle::saw_frame(std::string_view bytes, std::string_view where) {
    std::string_view records;
    const auto header = tape::decode_frame(bytes, records);
    if (!header) {
        verdict_.fail("tape", "a frame was " + std::string(where) + " that does not decode");
        return;
    }
    if (header->first_seq > last_seq()) {
        add_frame(*header, records, std::string(bytes));
        return;
    }
    const Frame* known = frame_at(header->first_seq);
    if (known == nullptr || known->bytes != bytes) {
        differs(
            "the frame at " + at(header->first_seq) + " was " + std::string(where) +
            " with other bytes than before");
    }
}

void Oracle::opened(journal::FrameStore& store) {
    tape_id_ = store.position().tape_id;
    if (store.position().epoch <= epoch_seen_) {
        differs("the epoch has not risen: " + std::to_string(epoch_seen_) + " was seen before");
    }
    epoch_ = store.position().epoch;
    if (store.position().last_seq < last_seq()) {
        lost_from_ = store.position().last_seq + 1;
        differs(
            "the tape on disk ends at " + at(store.position().last_seq) + ", but " +
            at(last_seq()) + " was published or acknowledged");
        return;
    }
    constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
    const auto done = store.read(1, kAll, [&](const journal::StoredFrame& stored) {
        saw_frame(tape::encode_frame(stored.header, stored.records), "found on disk");
        return verdict_.ok() && !is_damaged_;
    });
    if (done) return;
    if (expects_damage_ && done.error().exit_code == ExitCode::Integrity) {
        was_refused_ = true;
    } else {
        verdict_.fail("tape", "the store cannot be read: " + done.error().message);
    }
}

void Oracle::add_frame(const FrameHeader& header, std::string_view records, std::string bytes) {
    const auto linked = tape::verify_frame(tape_id_, last_seq(), last_hash_, header, records);
    if (!linked) {
        verdict_.fail("tape", linked.error().message);
        return;
    }
    if (header.recorded_at <= last_recorded_at_) {
        verdict_.fail("tape", "time does not rise at " + at(header.first_seq));
    }
    const std::uint32_t last_epoch = frames_.empty() ? 0 : frames_.back().header.epoch;
    if (header.epoch < last_epoch || header.epoch > epoch_) {
        verdict_.fail(
            "tape",
            "epoch " + std::to_string(header.epoch) + " at " + at(header.first_seq) +
                " is out of its order");
    }
    check_groups(header, records);
    last_hash_ = header.hash;
    last_recorded_at_ = header.recorded_at + header.count - 1;
    frames_.push_back({header, std::move(bytes)});
    add_records(header, records);
}

/// Every run of one producer's records in a frame is made of whole groups that it has submitted.
void Oracle::check_groups(const FrameHeader& header, std::string_view records) {
    while (!records.empty()) {
        const auto prefix = read_prefix(records);
        if (!prefix) {
            verdict_.fail("tape", "no record where one should be at " + at(header.first_seq));
            return;
        }
        std::size_t size = RecordPrefix::kSize + prefix->body_length;
        if (prefix->producer != 0) {
            const auto own = records.substr(0, length_of(records, prefix->producer));
            const auto said = groups_.find({prefix->producer, prefix->number});
            const auto whole =
                said == groups_.end()
                    ? std::nullopt
                    : std::optional(std::find_if(
                          said->second.begin(), said->second.end(), [&](const std::string& group) {
                              return own.starts_with(group);
                          }));
            if (!whole || *whole == said->second.end()) {
                verdict_.fail(
                    "group",
                    "number " + std::to_string(prefix->number) + " of producer " +
                        std::to_string(prefix->producer) + " in the frame at " +
                        at(header.first_seq) + " does not begin a group that was submitted");
                return;
            }
            size = (*whole)->size();
            check_cause(*prefix);
        }
        records.remove_prefix(size);
    }
}

/// A decider decides once on each input, in their order.
void Oracle::check_cause(const RecordPrefix& first) {
    Producer& producer = producers_[first.producer];
    if (producer.is_decider && first.cause <= producer.last_cause) {
        verdict_.fail(
            "group",
            producer.name + " decides on " + at(first.cause) + " after having decided on " +
                at(producer.last_cause));
    }
    producer.last_cause = first.cause;
}

void Oracle::add_records(const FrameHeader& header, std::string_view records) {
    for (std::uint32_t i = 0; i < header.count; ++i) {
        Recorded recorded;
        const auto size = decode_record(records, recorded);
        if (!size) {
            verdict_.fail("tape", size.error().message);
            return;
        }
        records.remove_prefix(*size);
        recorded.seq = Seq{header.first_seq + i};
        recorded.recorded_at = time_from_ns(header.recorded_at + i);
        add_record(std::move(recorded));
    }
}

void Oracle::check_number(const Recorded& recorded) {
    Producer& producer = producers_[recorded.producer];
    const std::string who = producer.name + " at " + at(recorded.seq.value);
    if (recorded.number != producer.last_number + 1) {
        verdict_.fail(
            "tape",
            "number " + std::to_string(recorded.number) + " of " + who + " follows number " +
                std::to_string(producer.last_number));
    }
    if (recorded.cause >= recorded.seq) verdict_.fail("tape", "caused by the future: " + who);
    if (producer.is_decider != recorded.cause.exists()) {
        verdict_.fail("explained", "a decision without a cause, or a fact with one: " + who);
    }
    producer.last_number = recorded.number;
}

void Oracle::add_record(Recorded recorded) {
    if (const auto* started = recorded.event.as<ServiceStarted>()) {
        Producer& producer = producers_[started->producer_id];
        producer.name = started->service;
        producer.is_decider = is_decider(started->service);
    }
    if (recorded.producer != 0) check_number(recorded);
    const bool is_routine = recorded.event.as<ClockTicked>() != nullptr ||
                            recorded.event.as<SnapshotRequested>() != nullptr ||
                            recorded.event.as<SnapshotTaken>() != nullptr;
    if (!is_routine) last_news_ = recorded.seq.value;
    records_.push_back(std::move(recorded));
    if (on_record) on_record(records_.back());
}

void Oracle::applied(ProcessId process, const Recorded& recorded) {
    if (is_damaged_) return;
    const auto [entry, is_first] = applied_.try_emplace(process, recorded.seq.value - 1);
    auto& last = entry->second;
    if (is_first && last != 0 && frame_at(recorded.seq.value) == nullptr) {
        verdict_.fail("follower", "a process begins within a frame, at " + at(recorded.seq.value));
    }
    if (recorded.seq.value != last + 1) {
        verdict_.fail(
            "follower", "a process applied " + at(recorded.seq.value) + " after " + at(last));
    }
    last = recorded.seq.value;
    if (last > last_seq()) {
        verdict_.fail("follower", "a process applied " + at(last) + ", which is not durable");
        return;
    }
    const Recorded& truth = records_[last - 1];
    const bool same = truth.producer == recorded.producer && truth.number == recorded.number &&
                      truth.cause == recorded.cause && truth.recorded_at == recorded.recorded_at &&
                      truth.event.type() == recorded.event.type();
    if (!same) {
        verdict_.fail("follower", "a process applied another record than the tape's " + at(last));
    }
}

}  // namespace tapedeck::simulation
