#include "journal/shell/server.h"

#include "tape/node.h"
#include "testing/given.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tapedeck::journal {
namespace {

using namespace std::chrono_literals;

/// Counts candles and says so at every third one: enough to see what is decided, and when.
class Counter : public Decider {
public:
    void apply(const Recorded& recorded) override {
        if (recorded.event.as<CandleClosed>() != nullptr) ++candles_;
        if (const auto* said = recorded.event.as<CashDeposited>()) said_.push_back(said->reason);
    }

    void decide(const Recorded& recorded, Outbox& out) const override {
        if (recorded.event.as<CandleClosed>() == nullptr || candles_ % 3 != 0) return;
        out.emit(CashDeposited{
            .account = "a",
            .currency = "EUR",
            .amount = {},
            .reason = std::to_string(candles_) + "/" + std::to_string(out.in_flight().size())});
    }

    void save(StateWriter& writer) const override {
        writer(candles_);
        writer(said_);
    }

    bool load(StateReader& reader) override {
        reader(candles_);
        reader(said_);
        return reader.ok();
    }

    const std::vector<std::string>& said() const { return said_; }

    std::uint64_t candles() const { return candles_; }

private:
    std::uint64_t candles_ = 0;
    std::vector<std::string> said_;
};

/// Real sockets, a real file, one thread that turns every wheel by hand.
class ServerTest : public ::testing::Test {
protected:
    void open(bool lockstep) {
        SequencerOptions options;
        options.profile = "demo";
        options.build = "test";
        if (lockstep) {
            options.expected = {"counter", "feed"};
            options.clock_producer = "feed";
        }
        auto store = FrameStore::open(directory_ / "journal", {.tape_id = 9, .profile = "demo"});
        ASSERT_TRUE(store) << store.error().message;
        auto snapshots = SnapshotStore::open(directory_ / "journal/snapshots");
        ASSERT_TRUE(snapshots) << snapshots.error().message;
        options.snapshot_records = snapshot_records_;
        auto server = Server::bind(
            directory_.path().string(), {std::move(*store), std::move(*snapshots)}, options);
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    std::unique_ptr<tape::Node> connect() {
        return tape::Node::connect({directory_.path().string(), "test"}).value();
    }

    struct Process {
        std::unique_ptr<Counter> counter;
        std::unique_ptr<tape::Node> node;
    };

    Process start_counter() {
        Process process{std::make_unique<Counter>(), connect()};
        process.node->add_decider("counter", *process.counter, {});
        return process;
    }

    /// Turns every wheel until `done`, at most ten seconds of turns.
    template <class Done>
    void turn_until(const std::vector<tape::Node*>& nodes, Done done) {
        for (int i = 0; i < 20000 && !done(); ++i) {
            clock_ += 1ms;
            if (server_) {
                const auto step = server_->step(time_from_ns(0) + clock_, clock_, 0ms);
                ASSERT_TRUE(step) << step.error().message;
            }
            for (auto* node : nodes) {
                const auto step = node->step(clock_, 1ms);
                ASSERT_TRUE(step) << step.error().message;
            }
        }
        ASSERT_TRUE(done());
    }

    static CandleClosed candle() {
        CandleClosed event;
        event.instrument = testing::instrument("demo:BTC/USD");
        event.interval = 60s;
        return event;
    }

    static void feed_one(tape::Producer& feed, std::uint64_t minute) {
        const Event tick = ClockTicked{time_from_ns(0) + minute * 60s};
        const Event data = candle();
        const tape::Producer::Item items[] = {{&tick, {}}, {&data, {}}};
        feed.append({}, {}, items);
    }

    testing::TemporaryDirectory directory_;
    std::unique_ptr<Server> server_;
    std::uint64_t snapshot_records_ = 0;
    Duration clock_ = 1s;
};

TEST_F(ServerTest, EveryRecordComesToEverybodyInOneOrder) {
    open(false);
    auto counter = start_counter();
    auto feed_node = connect();
    auto& feed = feed_node->add_source("feed", {});
    std::vector<std::uint64_t> seen;
    feed_node->on_record([&](const Recorded& recorded) { seen.push_back(recorded.seq.value); });
    turn_until({counter.node.get(), feed_node.get()}, [&] {
        return counter.node->is_live() && feed_node->is_live();
    });
    for (int i = 0; i < 300; ++i) {
        const Event event = candle();
        const tape::Producer::Item item{&event, {}};
        feed.append({}, {}, {&item, 1});
    }
    turn_until({counter.node.get(), feed_node.get()}, [&] {
        return counter.counter->said().size() == 100;
    });
    turn_until({counter.node.get(), feed_node.get()}, [&] {
        return seen.size() == server_->sequencer().last_seq();
    });
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], i + 1);
}

TEST_F(ServerTest, ADeciderThatWasKilledDecidesWhatWasNotRecordedAndNothingTwice) {
    open(true);
    auto counter = start_counter();
    auto feed_node = connect();
    auto& feed = feed_node->add_source("feed", {}, time_from_ns(1'000'000'000));
    turn_until({counter.node.get(), feed_node.get()}, [&] { return feed.ready(); });
    for (std::uint64_t i = 1; i <= 60; ++i) feed_one(feed, i);
    turn_until(
        {counter.node.get(), feed_node.get()}, [&] { return counter.counter->said().size() == 5; });
    counter = start_counter();  // the older instance is gone without a word
    turn_until({counter.node.get(), feed_node.get()}, [&] {
        return counter.counter->said().size() == 20 && counter.node->is_live();
    });
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(counter.counter->said()[i], std::to_string(3 * (i + 1)) + "/0");
    }
}

TEST_F(ServerTest, AJournalThatWasKilledGoesOnWhereItWas) {
    open(true);
    auto counter = start_counter();
    auto feed_node = connect();
    auto& feed = feed_node->add_source("feed", {}, time_from_ns(1'000'000'000));
    turn_until({counter.node.get(), feed_node.get()}, [&] { return feed.ready(); });
    for (std::uint64_t i = 1; i <= 60; ++i) feed_one(feed, i);
    turn_until(
        {counter.node.get(), feed_node.get()}, [&] { return counter.counter->said().size() == 5; });
    server_.reset();
    for (int i = 0; i < 50; ++i) {
        clock_ += 1ms;
        ASSERT_TRUE(counter.node->step(clock_, 1ms));
        ASSERT_TRUE(feed_node->step(clock_, 1ms));
    }
    open(true);
    turn_until({counter.node.get(), feed_node.get()}, [&] {
        return counter.counter->said().size() == 20;
    });
    EXPECT_EQ(counter.counter->candles(), 60U);
    EXPECT_EQ(server_->sequencer().epoch(), 2U);
}

class SnapshotTest : public ServerTest {
protected:
    /// Runs the counter over `steps` of the feed and leaves one snapshot or more behind.
    void run(std::uint64_t steps) {
        snapshot_records_ = 20;
        open(true);
        feed_node_ = connect();
        feed_ = &feed_node_->add_source("feed", {}, time_from_ns(1'000'000'000));
        counter_ = start_counter();
        turn_until({counter_.node.get(), feed_node_.get()}, [&] { return feed_->ready(); });
        for (std::uint64_t i = 1; i <= steps; ++i) feed_one(*feed_, i);
        turn_until({counter_.node.get(), feed_node_.get()}, [&] {
            return counter_.counter->said().size() == steps / 3 && counter_.node->is_live() &&
                   feed_->is_drained();
        });
        for (int i = 0; i < 20; ++i) turn_until({counter_.node.get()}, [] { return true; });
    }

    /// Another instance of the counter, until it is live.
    void restart_counter() {
        counter_ = start_counter();
        turn_until({counter_.node.get(), feed_node_.get()}, [&] {
            return counter_.node->is_live() &&
                   counter_.node->last().value == server_->sequencer().last_seq();
        });
    }

    static std::string state_of(const Counter& counter) {
        StateWriter writer;
        counter.save(writer);
        return writer.bytes();
    }

    /// The newest snapshot's file.
    std::filesystem::path newest_file() const {
        std::filesystem::path newest;
        for (const auto& entry :
             std::filesystem::directory_iterator(directory_ / "journal/snapshots")) {
            newest = std::max(newest, entry.path());
        }
        return newest;
    }

    std::unique_ptr<tape::Node> feed_node_;
    tape::Producer* feed_ = nullptr;
    Process counter_;
};

TEST_F(SnapshotTest, ARestartBeginsWithTheNewestSnapshotAndEndsInTheSameState) {
    run(60);
    const std::string state = state_of(*counter_.counter);
    EXPECT_EQ(counter_.node->started_from(), Seq{});
    restart_counter();
    EXPECT_GT(counter_.node->started_from().value, 60U);
    EXPECT_EQ(state_of(*counter_.counter), state);
    // It goes on as if it had never been away.
    for (std::uint64_t i = 61; i <= 66; ++i) feed_one(*feed_, i);
    turn_until({counter_.node.get(), feed_node_.get()}, [&] {
        return counter_.counter->said().size() == 22;
    });
    EXPECT_EQ(counter_.counter->said().back(), "66/0");
}

TEST_F(SnapshotTest, WhoeverIsTakenOverWhileItLoadsLearnsOfIt) {
    run(60);
    const Process older = start_counter();
    for (int i = 0; i < 2; ++i) turn_until({older.node.get()}, [] { return true; });
    turn_until({older.node.get()}, [&] { return server_->sequencer().services()[0].starts == 2; });
    restart_counter();
    EXPECT_FALSE(older.node->is_live());
    Result<> step;
    for (int i = 0; i < 5000 && step; ++i) {
        clock_ += 1ms;
        ASSERT_TRUE(server_->step(time_from_ns(0) + clock_, clock_, 0ms));
        step = older.node->step(clock_, 1ms);
    }
    ASSERT_FALSE(step);
    EXPECT_NE(step.error().message.find("has taken over"), std::string::npos);
}

TEST_F(SnapshotTest, ADamagedSnapshotIsPassedOverForTheOneBefore) {
    run(60);
    const std::string state = state_of(*counter_.counter);
    restart_counter();
    const Seq newest = counter_.node->started_from();
    {
        std::fstream file(newest_file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-3, std::ios::end);
        file.put('!');
    }
    restart_counter();
    EXPECT_LT(counter_.node->started_from(), newest);
    EXPECT_TRUE(counter_.node->started_from().exists());
    EXPECT_EQ(state_of(*counter_.counter), state);
}

TEST_F(SnapshotTest, AStateThatTheTapeDoesNotSpeakOfIsNotBelieved) {
    run(60);
    restart_counter();
    const Seq newest = counter_.node->started_from();
    Counter other;  // a state that loads, but is not the one
    StateWriter writer;
    other.save(writer);
    const std::string path = newest_file().string();
    std::string fingerprint;
    {
        std::ifstream file(path, std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(file), {}};
        fingerprint = bytes.substr(8, 32);
    }
    auto store = SnapshotStore::open(directory_ / "journal/snapshots").value();
    ASSERT_TRUE(store.keep("counter", fingerprint, newest, writer.bytes()));

    counter_ = start_counter();
    Result<> step;
    for (int i = 0; i < 20000 && step; ++i) {
        clock_ += 1ms;
        ASSERT_TRUE(server_->step(time_from_ns(0) + clock_, clock_, 0ms));
        step = counter_.node->step(clock_, 1ms);
    }
    ASSERT_FALSE(step);
    EXPECT_NE(step.error().message.find("not the state that the tape speaks of"), std::string::npos)
        << step.error().message;
    // It was dropped: the next start takes the one before.
    restart_counter();
    EXPECT_NE(counter_.node->started_from(), newest);
    EXPECT_EQ(counter_.counter->candles(), 60U);
}

TEST_F(ServerTest, ALateReaderGetsAllOfHistoryFromTheDisk) {
    open(false);
    auto feed_node = connect();
    auto& feed = feed_node->add_source("feed", {});
    turn_until({feed_node.get()}, [&] { return feed_node->is_live(); });
    for (int i = 0; i < 3000; ++i) {
        const Event event = MarketDataRejected{
            .instrument = {}, .reason = "r", .origin = "", .raw = std::string(1000, 'x')};
        const tape::Producer::Item item{&event, {}};
        feed.append({}, {}, {&item, 1});
        if (i % 500 == 499) turn_until({feed_node.get()}, [&] { return feed.is_drained(); });
    }
    server_.reset();
    open(false);  // the ring of recent frames is empty: everything comes from the file
    auto late = connect();
    late->add_source("late", {});
    std::uint64_t rejected = 0;
    late->on_record([&](const Recorded& recorded) {
        if (recorded.event.as<MarketDataRejected>() != nullptr) ++rejected;
    });
    turn_until({late.get()}, [&] { return rejected == 3000; });
}

}  // namespace
}  // namespace tapedeck::journal
