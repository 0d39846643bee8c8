#include "tape/producer.h"

#include "base/verify.h"
#include "events/wire.h"

#include <algorithm>

namespace tapedeck::tape {

namespace {

constexpr std::string_view kTakenOver =
    ": another instance of this service has taken over; run one at a time";

}  // namespace

void Producer::append(Seq cause, Seq applied, std::span<const Item> items) {
    VERIFY(first_welcome_.has_value() && !items.empty());
    Group group;
    group.first = next_number_;
    group.applied = applied;
    for (const auto& item : items) {
        encode_record(group.records, id_, next_number_++, cause, *item.event, item.origin);
        ++group.count;
    }
    // Nothing that a decider or feed says at once may come near these; the journal refuses it.
    VERIFY(group.count <= kMaxFrameRecords && group.records.size() <= kMaxAppendBytes);
    window_records_ += group.count;
    window_bytes_ += group.records.size();
    window_.push_back(std::move(group));
}

void Producer::append(Seq cause, std::span<const Event> events) {
    std::vector<Item> items;
    items.reserve(events.size());
    for (const auto& event : events) items.push_back({&event, {}});
    append(cause, cause, items);
}

std::optional<Message> Producer::next_message(Seq last_seen, const Hash& last_hash) const {
    Message message;
    Header& header = message.header;
    header.epoch = journal_epoch_;
    if (!ready_) {
        if (hello_sent_) return std::nullopt;
        Hello hello = hello_;
        // Whoever began with a snapshot, or at the end, knows no chain before the next frame.
        const bool knows_chain = last_seen.exists() && last_hash != Hash{};
        if (knows_chain) hello.last_hash = std::string(as_bytes(last_hash));
        header.type = MessageType::Hello;
        header.producer = id_;
        header.producer_epoch = epoch_;  // 0 the first time
        header.a = last_seen.value;
        header.b = last_seen.value;
        header.c = last_number();
        wire::put_message(message.body, hello);
        return message;
    }
    if (paused_ || sent_groups_ == window_.size()) return std::nullopt;
    const Group& group = window_[sent_groups_];
    header.type = MessageType::Append;
    header.count = static_cast<std::uint16_t>(group.count);
    header.producer = id_;
    header.producer_epoch = epoch_;
    header.a = group.first;
    header.b = group.applied.value;
    header.c = window_.front().first - 1;
    message.body = group.records;
    return message;
}

void Producer::sent() {
    if (!ready_) {
        hello_sent_ = true;
    } else {
        VERIFY(sent_groups_ < window_.size());
        ++sent_groups_;
    }
}

Header Producer::own_header(MessageType type) const {
    Header header{.type = type};
    header.epoch = journal_epoch_;
    header.producer = id_;
    header.producer_epoch = epoch_;
    return header;
}

Message Producer::snapshot_put(
    Seq at, std::size_t offset, std::size_t total, std::string_view chunk) const {
    Header header = own_header(MessageType::SnapshotPut);
    header.a = at.value;
    header.b = offset;
    header.c = total;
    return {header, std::string(chunk)};
}

Message Producer::snapshot_get(Seq at, std::size_t offset) const {
    Header header = own_header(MessageType::SnapshotGet);
    header.a = at.value;
    header.b = offset;
    return {header, {}};
}

Message Producer::beat(Seq applied, Seq decided, Duration monotonic) const {
    Header header = own_header(MessageType::Beat);
    header.a = applied.value;
    header.b = decided.value;
    header.sent_at = monotonic.count();
    return {header, {}};
}

Message Producer::bye() const {
    return {own_header(MessageType::Bye), {}};
}

Result<> Producer::receive(const Header& header, std::string_view body) {
    switch (header.type) {
        case MessageType::Welcome: return on_welcome(header, body);
        case MessageType::Nack: return on_nack(header, body);
        case MessageType::Ack:
            if (!ready_ || header.producer != id_) return {};
            paused_ = false;
            confirmed_at_ = std::max(confirmed_at_, Duration(header.sent_at));
            drop_through(header.a);
            return {};
        default: return {};
    }
}

Result<> Producer::on_welcome(const Header& header, std::string_view body) {
    Welcome welcome;
    if (!wire::get_message(body, welcome)) {
        return fail("the journal's WELCOME does not parse", ExitCode::Integrity);
    }
    if (welcome.name != hello_.name || header.epoch < journal_epoch_) return {};
    if (hello_.tape_id != 0 && welcome.tape_id != hello_.tape_id) {
        return fail(
            hello_.name + " followed another tape than this journal's: restart it",
            ExitCode::Integrity);
    }
    if (first_welcome_ && header.producer != id_) {
        return fail(hello_.name + " has another id than before: restart it", ExitCode::Integrity);
    }
    quarantine_.clear();
    journal_epoch_ = header.epoch;
    id_ = header.producer;
    epoch_ = header.producer_epoch;
    hello_.tape_id = welcome.tape_id;
    if (!first_welcome_) {
        first_welcome_ = welcome;
        next_number_ = header.c + 1;
    }
    ready_ = true;
    sent_groups_ = 0;
    drop_through(header.c);
    return {};
}

Result<> Producer::on_nack(const Header& header, std::string_view body) {
    const auto code = static_cast<NackCode>(header.a);
    const std::string text = hello_.name + ": " + std::string(body);
    switch (code) {
        case NackCode::Gap:
        case NackCode::BadCrc:
        case NackCode::Busy: sent_groups_ = 0; return {};
        case NackCode::ReadOnly:
            sent_groups_ = 0;
            paused_ = true;
            return {};
        case NackCode::Fenced:
            if (header.epoch > journal_epoch_) {
                journal_restarted();
                return {};
            }
            [[fallthrough]];
        case NackCode::TakenOver: return fail(hello_.name + std::string(kTakenOver));
        case NackCode::Quarantine:
            // Not ours to mend: we wait, and ask again now and then.
            quarantine_ = std::string(body);
            ready_ = false;
            return {};
        case NackCode::Lost: journal_restarted(); return {};
        case NackCode::Version: return fail(text, ExitCode::Configuration);
        default: return fail(text, ExitCode::Integrity);
    }
}

void Producer::journal_restarted() {
    paused_ = false;
    ready_ = false;
    hello_sent_ = false;
    sent_groups_ = 0;
}

void Producer::drop_through(std::uint64_t number) {
    while (!window_.empty() && window_.front().first + window_.front().count - 1 <= number) {
        window_records_ -= window_.front().count;
        window_bytes_ -= window_.front().records.size();
        window_.pop_front();
        if (sent_groups_ > 0) --sent_groups_;
    }
}

}  // namespace tapedeck::tape
