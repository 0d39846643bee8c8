#include "market-data/shell/sender.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tapedeck::market_data {

namespace {

/// Records in one APPEND: a busy millisecond of trades may have more than a frame can hold.
constexpr std::size_t kGroupMax = 500;
/// Steps sent before the caller's loop gets its turn again.
constexpr int kStepsPerTurn = 512;
constexpr Duration kSoon = std::chrono::milliseconds(1);
constexpr Duration kLongest = std::chrono::milliseconds(100);

}  // namespace

Sender::Sender(
    Feed& feed, std::optional<Step> first, tape::Producer& producer, Speed speed, bool ticks)
    : feed_(feed),
      next_(std::move(first)),
      producer_(producer),
      pace_(speed),
      ticks_(ticks),
      on_tape_(producer.last_number()) {}

Duration Sender::send(Duration now) {
    for (int i = 0; i < kStepsPerTurn; ++i) {
        if (ended_ || !producer_.has_room()) return ended_ ? kLongest : kSoon;
        if (!next_) {
            auto step = feed_.next();
            // What came before a broken line still goes out; then the process says what is wrong.
            if (!step) outcome_ = tl::make_unexpected(step.error());
            ended_ = !step || !*step;
            if (ended_) continue;
            next_ = std::move(*step);
        }
        const std::size_t records = next_->events.size() + (ticks_ ? 1 : 0);
        if (given_ + records > on_tape_) {
            const Duration wait = pace_.wait(next_->time, now);
            if (wait > Duration::zero()) return std::min(wait, kLongest);
            append(*next_);
        }
        given_ += records;
        next_.reset();
    }
    return Duration::zero();
}

void Sender::append(const Step& step) {
    const Event tick = ClockTicked{step.time};
    std::vector<tape::Producer::Item> items;
    if (ticks_) items.push_back({&tick, {}});
    for (const auto& sourced : step.events) items.push_back({&sourced.event, sourced.origin});
    // Groups of one step have the same bounds at every start, so a restart skips whole groups.
    std::uint64_t number = given_;
    for (std::size_t at = 0; at < items.size(); at += kGroupMax) {
        const auto count = std::min(kGroupMax, items.size() - at);
        number += count;
        if (number <= on_tape_) continue;
        producer_.append({}, {}, std::span(items).subspan(at, count));
    }
}

}  // namespace tapedeck::market_data
