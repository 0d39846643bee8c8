#include "tape/follower.h"

#include "base/verify.h"

namespace tapedeck::tape {

namespace {

/// No answer to a request for so long: the journal restarted or the request was lost.
constexpr Duration kRequestTimeout = std::chrono::seconds(2);

}  // namespace

Result<> Follower::on_live(const Header& header, std::string_view body) {
    if (header.epoch < epoch_) return {};  // what an older journal still had in its queues
    epoch_ = header.epoch;
    heard_ = true;
    if (header.type == MessageType::Watermark) {
        if (header.a < last_.value) {
            return fail(
                "the journal's tape ends at seq " + std::to_string(header.a) + ", but seq " +
                    std::to_string(last_.value) +
                    " was acknowledged here: the tape has lost records",
                ExitCode::Integrity);
        }
        tape_end_ = std::max(tape_end_, Seq{header.a});
        return {};
    }
    if (header.type != MessageType::Frame) return {};
    std::string_view records;
    const FrameHeader frame = TRY(decode_frame(body, records));
    tape_end_ = std::max(tape_end_, Seq{frame.last_seq()});
    if (frame.last_seq() <= last_.value) return {};
    if (frame.first_seq == last_.value + 1) {
        TRY(take(body));
        return drain_buffer();
    }
    if (ahead_bytes_ + body.size() > kBufferBytes) {
        ahead_.clear();
        ahead_bytes_ = 0;
        return {};
    }
    if (ahead_.emplace(frame.first_seq, body).second) ahead_bytes_ += body.size();
    return {};
}

Result<> Follower::start_at(Seq seq) {
    // On an empty tape LIVE may have been first: what it brought is in the snapshot too.
    ready_.clear();
    ready_bytes_ = 0;
    last_ = seq;
    last_hash_ = {};
    hash_known_ = false;
    return drain_buffer();
}

Result<> Follower::drain_buffer() {
    while (!ahead_.empty() && ahead_.begin()->first <= last_.value + 1) {
        auto node = ahead_.extract(ahead_.begin());
        ahead_bytes_ -= node.mapped().size();
        if (node.key() == last_.value + 1) TRY(take(node.mapped()));
    }
    if (requested_to_ && last_.value >= *requested_to_) requested_to_.reset();
    return {};
}

Result<> Follower::take(std::string_view bytes) {
    std::string_view records;
    const FrameHeader header = TRY(decode_frame(bytes, records));
    if (hash_known_ && header.prev_hash != last_hash_) {
        return fail(
            "frame at seq " + std::to_string(header.first_seq) +
                " does not link to the frame before it: this is not the tape that was followed",
            ExitCode::Integrity);
    }
    last_ = Seq{header.last_seq()};
    last_hash_ = header.hash;
    hash_known_ = true;
    ready_bytes_ += bytes.size();
    ready_.push_back({header, std::string(bytes)});
    return {};
}

Result<> Follower::on_replay(const Header& header, std::string_view body) {
    if (header.type == MessageType::Nack) {
        return fail("the journal refuses its history: " + std::string(body), ExitCode::Integrity);
    }
    if (header.type == MessageType::ReplayEnd) {
        requested_to_.reset();
        return {};
    }
    if (header.type != MessageType::ReplayData) return {};
    credit_to_give_ += body.size();
    std::string_view records;
    const FrameHeader frame = TRY(decode_frame(body, records));
    if (frame.first_seq != last_.value + 1) return {};  // an answer to an older question
    TRY(take(body));
    return drain_buffer();
}

std::optional<Message> Follower::next_request(Duration monotonic) {
    if (requested_to_ && monotonic - requested_at_ > kRequestTimeout && ready_.empty()) {
        requested_to_.reset();
    }
    if (requested_to_) {
        if (credit_to_give_ < kCreditBytes / 2) return std::nullopt;
        Header header{.type = MessageType::Credit};
        header.a = std::exchange(credit_to_give_, 0);
        requested_at_ = monotonic;
        return Message{header, {}};
    }
    const std::uint64_t known = ahead_.empty() ? tape_end_.value : ahead_.begin()->first - 1;
    if (!heard_ || known <= last_.value) return std::nullopt;
    Header header{.type = MessageType::ReplayRequest};
    header.a = last_.value + 1;
    header.b = known;
    header.c = kCreditBytes;
    requested_to_ = known;
    requested_at_ = monotonic;
    credit_to_give_ = 0;
    return Message{header, {}};
}

}  // namespace tapedeck::tape
