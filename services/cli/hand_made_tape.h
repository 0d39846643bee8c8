#pragma once

#include "cli/world.h"
#include "events/codec.h"
#include "journal/store/frame_store.h"
#include "testing/given.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

/// For the tests of the commands: a tape written by hand, and a world to run them in.
namespace tapedeck::cli::testing {

/// A tape in a directory of its own; each event is one frame, 1 ms after the one before.
class HandMadeTape {
public:
    explicit HandMadeTape(std::string profile = "demo") : profile_(std::move(profile)) {
        add(TapeStarted{.tape_id = kTapeId, .profile = profile_, .format = 1});
    }

    /// The next event is recorded at this time.
    HandMadeTape& at(std::string_view time) {
        now_ = tapedeck::testing::time(time) - kStep;
        return *this;
    }

    /// Records an event and returns its seq. Its producer is the one that says such events.
    Seq add(Event event, Seq cause = {}, Time happened_at = {}) {
        Recorded recorded;
        recorded.seq = Seq{records_.size() + 1};
        recorded.recorded_at = now_ += kStep;
        recorded.cause = cause;
        recorded.producer = producer_of(event.type());
        recorded.number = ++numbers_[recorded.producer];
        recorded.happened_at = happened_at;
        recorded.event = std::move(event);
        records_.push_back(std::move(recorded));
        return records_.back().seq;
    }

    /// Takes over a record as it is; it must be the next.
    void add_recorded(const Recorded& recorded) {
        ASSERT_EQ(recorded.seq.value, records_.size() + 1);
        now_ = recorded.recorded_at;
        records_.push_back(recorded);
    }

    /// Writes the tape, once, and returns the directory that holds it.
    std::string path() {
        std::string directory = home() + "/journal";
        if (!std::exchange(written_, true)) write(directory);
        return directory;
    }

    /// The home directory around it.
    std::string home() const { return directory_.path().string(); }

    /// Runs SQL behind the journal's back, as rot would.
    void tamper(const std::string& sql) {
        auto database = journal::sqlite::Database::open(
                            journal::FrameStore::file_in(path()), SQLITE_OPEN_READWRITE)
                            .value();
        const auto done = database.execute(sql);
        ASSERT_TRUE(done) << done.error().message;
    }

    const std::vector<Recorded>& records() const { return records_; }

    static constexpr std::uint64_t kTapeId = 0x01c0ffee4711;

private:
    static constexpr Duration kStep = std::chrono::milliseconds(1);

    static const std::vector<std::string>& names() {
        static const std::vector<std::string> kNames = {
            "",
            "market-data",
            "strategy",
            "risk",
            "execution.orders",
            "execution.paper",
            "execution.portfolio",
            "operator"};
        return kNames;
    }

    static std::uint32_t producer_of(std::uint16_t type) {
        if (type < 40) return 0;
        if (type < 60) return 1;
        if (type < 80) return 2;
        if (type < 100) return 3;
        if (type == OrderIntended::kType || type == OrderDropped::kType ||
            type == OrderCancelRequested::kType || type == OrderAmendRequested::kType ||
            type == OrderUnknown::kType || type == OrderResolved::kType) {
            return 4;
        }
        if (type <= CashDeposited::kType) return 5;
        return type == PositionChanged::kType ? 6 : 7;
    }

    void write(const std::string& directory) {
        auto store = journal::FrameStore::open(
                         directory,
                         {.tape_id = kTapeId, .profile = profile_},
                         {.sync = journal::StoreOptions::Sync::Checkpoint})
                         .value();
        tape::Hash last_hash = tape::kGenesisHash;
        for (const auto& recorded : records_) {
            journal::Batch batch;
            encode_record(
                batch.records,
                recorded.producer,
                recorded.number,
                recorded.cause,
                recorded.event,
                {recorded.happened_at, {}, {}});
            auto& header = batch.header;
            header.first_seq = recorded.seq.value;
            header.count = 1;
            header.epoch = store.position().epoch;
            header.recorded_at = to_ns(recorded.recorded_at);
            header.raw_length = static_cast<std::uint32_t>(batch.records.size());
            header.prev_hash = last_hash;
            header.hash = last_hash = tape::frame_hash(kTapeId, header, batch.records);
            if (recorded.producer > 0) {
                journal::ProducerMark mark;
                mark.id = recorded.producer;
                mark.name = names()[recorded.producer];
                mark.epoch = 1;
                mark.last_number = recorded.number;
                mark.last_seq = recorded.seq.value;
                mark.last_cause = recorded.cause.value;
                mark.fingerprint = "f";
                batch.marks = {mark};
            }
            const auto done = store.append(batch);
            ASSERT_TRUE(done) << done.error().message;
        }
    }

    std::string profile_;
    tapedeck::testing::TemporaryDirectory directory_;
    std::vector<Recorded> records_;
    std::map<std::uint32_t, std::uint64_t> numbers_;
    Time now_ = tapedeck::testing::time("2026-11-20T12:00:00Z") - kStep;
    bool written_ = false;
};

/// What a command said and how it ended.
struct Said {
    int code = 0;
    std::string out;
    std::string err;
};

/// Stands still at the wall; each look at it costs a millisecond.
class FakeClock final : public ops::Clock {
public:
    Time wall() const override { return tapedeck::testing::time("2026-11-20T13:00:00Z"); }

    Duration monotonic() const override { return now_ += std::chrono::milliseconds(1); }

private:
    mutable Duration now_{};
};

/// Runs one command with no terminal.
inline Said run_command(
    const std::vector<std::string>& arguments,
    const std::string& input = "",
    std::map<std::string, std::string> environment = {}) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const FakeClock clock;
    World world{
        .in = in,
        .out = out,
        .err = err,
        .clock = clock,
        .environment = std::move(environment),
        .program_directory = {}};
    const int code = run(arguments, world);
    return {code, out.str(), err.str()};
}

}  // namespace tapedeck::cli::testing
