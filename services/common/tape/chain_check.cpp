#include "tape/chain_check.h"

#include "tape/chain.h"

#include <algorithm>
#include <utility>

namespace tapedeck::tape {

namespace {

/// Large enough that handing it over costs nothing, small enough to stay in a cache.
constexpr std::size_t kBatchBytes = std::size_t{512} * 1024;
constexpr std::size_t kBatchesMax = 8;

unsigned helpers() {
    const unsigned processors = std::thread::hardware_concurrency();
    return std::clamp(processors, 2U, 8U) - 1;  // whoever adds is one, too
}

}  // namespace

ChainCheck::ChainCheck(const ChainPosition& from, Visit visit)
    : at_(from), visit_(std::move(visit)), tape_id_(from.tape_id) {}

ChainCheck::~ChainCheck() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

Result<> ChainCheck::add(const FrameHeader& header, std::string_view records) {
    if (error_) return tl::make_unexpected(*error_);
    if (!filling_) {
        if (spare_.empty()) {
            filling_ = Batch{};
        } else {
            filling_ = std::move(spare_.back());
            spare_.pop_back();
        }
    }
    const auto tape_id = tape_id_after(header, records, tape_id_);
    tape_id_ = tape_id.value_or(tape_id_);
    filling_->frames.push_back(
        {header, tape_id_, tape_id.has_value(), filling_->bytes.size(), records.size()});
    filling_->bytes.append(records);
    if (filling_->bytes.size() < kBatchBytes) return {};
    hand_over();
    const auto is_full = [&] {
        const std::lock_guard lock(mutex_);
        return batches_.size() >= kBatchesMax;
    };
    while (is_full()) TRY(link_oldest());
    return {};
}

Result<> ChainCheck::finish() {
    if (filling_ && !filling_->frames.empty()) hand_over();
    const auto is_empty = [&] {
        const std::lock_guard lock(mutex_);
        return batches_.empty();
    };
    while (!error_ && !is_empty()) TRY(link_oldest());
    if (error_) return tl::make_unexpected(*error_);
    return {};
}

void ChainCheck::hand_over() {
    // A short tape needs no thread.
    if (threads_.empty()) {
        for (unsigned i = 0; i < helpers(); ++i) threads_.emplace_back([this] { work(); });
    }
    {
        const std::lock_guard lock(mutex_);
        batches_.push_back(std::move(*filling_));
    }
    filling_.reset();
    changed_.notify_all();
}

void ChainCheck::hash(Batch& batch) {
    for (Frame& frame : batch.frames) {
        const auto records = batch.records_of(frame);
        frame.hashes = frame_hash(frame.tape_id, frame.header, records) == frame.header.hash;
    }
}

void ChainCheck::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto next = std::find_if(
            batches_.begin(), batches_.end(), [](const Batch& batch) { return !batch.taken; });
        if (next == batches_.end()) {
            changed_.wait(lock);
            continue;
        }
        Batch& batch = *next;
        batch.taken = true;
        lock.unlock();
        hash(batch);
        lock.lock();
        batch.done = true;
        changed_.notify_all();
    }
}

/// Waits for the oldest batch, hashing it here if nobody has begun, and takes it off.
Result<> ChainCheck::link_oldest() {
    std::unique_lock lock(mutex_);
    Batch& oldest = batches_.front();
    if (!std::exchange(oldest.taken, true)) {
        lock.unlock();
        hash(oldest);
        lock.lock();
    } else {
        changed_.wait(lock, [&] { return oldest.done; });
    }
    Batch batch = std::move(oldest);
    batches_.pop_front();
    lock.unlock();
    auto linked = link(batch);
    if (!linked) error_ = linked.error();
    batch.frames.clear();
    batch.bytes.clear();
    batch.taken = batch.done = false;
    spare_.push_back(std::move(batch));
    return linked;
}

Result<> ChainCheck::link(const Batch& batch) {
    for (const Frame& frame : batch.frames) {
        const FrameHeader& header = frame.header;
        const std::string_view records = batch.records_of(frame);
        TRY(verify_link(at_.last_seq, at_.last_hash, header));
        const std::string name = "frame at seq " + std::to_string(header.first_seq);
        if (!frame.hashes) {
            return fail(name + " does not hash to what its header says", ExitCode::Integrity);
        }
        if (!frame.parses) TRY(tape_id_after(header, records, at_.tape_id));
        if (at_.last_seq > 0 && header.recorded_at <= at_.last_recorded_at) {
            return fail(name + " was recorded before the one it follows", ExitCode::Integrity);
        }
        at_.tape_id = frame.tape_id;
        at_.last_seq = header.last_seq();
        at_.last_hash = header.hash;
        at_.last_recorded_at = header.recorded_at + header.count - 1;
        if (visit_) TRY(visit_(header, records, at_));
    }
    return {};
}

}  // namespace tapedeck::tape
