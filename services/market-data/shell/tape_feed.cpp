#include "market-data/shell/tape_feed.h"

#include "tape/client.h"

#include <algorithm>
#include <map>

namespace tapedeck::market_data {

namespace {

constexpr std::uint64_t kSeqsPerRead = 8192;

bool is_wanted(std::uint16_t type) {
    return type == TradePrinted::kType || type == QuoteChanged::kType ||
           type == CandleClosed::kType || type == MarketDataGap::kType ||
           type == MarketDataRejected::kType || type == ClockTicked::kType;
}

std::string directory_of(const std::string& path) {
    const std::string inside = path + "/journal";
    return journal::FrameStore::is_tape(inside) ? inside : path;
}

}  // namespace

bool TapeFeed::is_tape(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return true;
    return path.ends_with(".db");
}

Result<std::unique_ptr<TapeFeed>> TapeFeed::open(
    const std::string& path, std::optional<Time> start) {
    const std::string directory = directory_of(path);
    auto store = TRY(journal::FrameStore::open_to_read(directory));
    std::unique_ptr<TapeFeed> feed(new TapeFeed(std::move(store)));
    feed->path_ = directory;
    feed->start_ = start;
    TRY(feed->look_through());
    return feed;
}

/// What is traded is told at the beginning of a run, but a long tape may have several beginnings.
Result<> TapeFeed::look_through() {
    std::map<Instrument, InstrumentListed> listed;
    bool has_data = false;
    Result<> outcome;
    const auto wanted = [&](std::uint16_t type) {
        has_data = has_data || type == CandleClosed::kType || type == TradePrinted::kType ||
                   type == QuoteChanged::kType;
        return type == InstrumentListed::kType;
    };
    TRY(store_.read(1, ~std::uint64_t{0}, [&](const journal::StoredFrame& frame) {
        if (frame.header.codec == tape::kCodecLedger) {
            outcome = fail(
                path_ + ": market data up to seq " + std::to_string(frame.header.last_seq()) +
                    " were taken away by retention (journal.keep_days, journal.keep_bytes); only "
                    "a tape that has all of its own can be played again",
                ExitCode::NotFound);
            return false;
        }
        const auto done = tape::for_each_record(
            frame.header, frame.records, wanted, [&](const Recorded& recorded) {
                const auto& each = *recorded.event.as<InstrumentListed>();
                listed.insert_or_assign(each.instrument, each);
                return true;
            });
        if (!done) outcome = tl::make_unexpected(done.error());
        end_.last_seq = frame.header.last_seq();
        end_.last_hash = frame.header.hash;
        return outcome.has_value();
    }));
    TRY(outcome);
    if (!has_data) {
        return fail(path_ + ": this tape has no market data in it", ExitCode::NotFound);
    }
    for (const auto& [instrument, each] : listed) listed_.push_back(each);
    return {};
}

std::string TapeFeed::source() const {
    std::string text = "tape up to seq " + std::to_string(end_.last_seq) + ", chain " +
                       tape::to_hex(end_.last_hash);
    if (start_) text += ", start=" + to_string(*start_);
    return text;
}

Result<std::optional<Step>> TapeFeed::next() {
    while (ahead_.empty() && read_ < end_.last_seq) TRY(read_on());
    if (ahead_.empty()) return std::optional<Step>{};
    std::optional<Step> step = std::move(ahead_.front());
    ahead_.pop_front();
    taken_ = ahead_.empty() ? read_ : taken_;
    for (const auto& sourced : step->events) {
        counts_.records += is_market_data(sourced.event) ? 1U : 0U;
        counts_.rejected += sourced.event.as<MarketDataRejected>() != nullptr ? 1U : 0U;
    }
    return step;
}

Result<> TapeFeed::read_on() {
    const std::uint64_t from = read_ + 1;
    const std::uint64_t to = std::min(from + kSeqsPerRead - 1, end_.last_seq);
    Result<> outcome;
    TRY(store_.read(from, to, [&](const journal::StoredFrame& frame) {
        if (frame.header.first_seq < from) return true;  // it was read with the ones before
        outcome = take(frame);
        read_ = frame.header.last_seq();
        return outcome.has_value();
    }));
    TRY(outcome);
    read_ = std::max(read_, to);
    return {};
}

Result<> TapeFeed::take(const journal::StoredFrame& frame) {
    Step step;
    step.time = time_from_ns(frame.header.recorded_at);
    TRY(tape::for_each_record(
        frame.header, frame.records, is_wanted, [&](const Recorded& recorded) {
            if (const auto* tick = recorded.event.as<ClockTicked>()) {
                if (step.events.empty()) step.time = tick->time;
                return true;
            }
            const std::string key = "seq " + std::to_string(recorded.seq.value);
            step.events.push_back({recorded.event, {recorded.happened_at, {}, key}});
            return true;
        }));
    if (step.events.empty() || (start_ && step.time < *start_)) return {};
    // Two frames of one moment, as after a restart: steps of a feed are later than all before.
    step.time = std::max(step.time, last_ + Duration(1));
    last_ = step.time;
    ahead_.push_back(std::move(step));
    return {};
}

Result<> TapeFeed::skip_to(Time time) {
    while (true) {
        while (!ahead_.empty() && ahead_.front().time <= time) TRY(next());
        if (!ahead_.empty() || read_ >= end_.last_seq) return {};
        TRY(read_on());
    }
}

}  // namespace tapedeck::market_data
