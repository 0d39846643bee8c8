#include "tape/host.h"

#include "events/codec.h"
#include "events/wire.h"
#include "testing/given.h"

#include <gtest/gtest.h>

namespace tapedeck::tape {
namespace {

/// Says one word about each candle, and in it what it saw: candles applied, own words in flight.
class Echo : public Decider {
public:
    void apply(const Recorded& recorded) override {
        if (recorded.event.as<CandleClosed>() != nullptr) ++candles_;
        if (recorded.event.as<CashDeposited>() != nullptr) ++words_;
    }

    void decide(const Recorded& recorded, Outbox& out) const override {
        if (recorded.event.as<CandleClosed>() == nullptr) return;
        out.emit(CashDeposited{
            .account = "a",
            .currency = "EUR",
            .amount = {},
            .reason = "candle " + std::to_string(candles_) + ", words " + std::to_string(words_) +
                      ", in flight " + std::to_string(out.in_flight().size())});
    }

    void save(StateWriter& writer) const override { writer(candles_); }

    bool load(StateReader& reader) override {
        reader(candles_);
        return reader.ok();
    }

private:
    int candles_ = 0;
    int words_ = 0;
};

constexpr std::uint32_t kEchoId = 5;

/// A tape in memory; what the host submits is recorded after `lag` further inputs.
class HostTest : public ::testing::Test {
protected:
    struct Run {
        Echo echo;
        Producer producer;
        Host host;

        explicit Run(const Welcome& welcome, std::uint64_t last_number)
            : producer(hello()), host(echo, producer) {
            Header header{.type = MessageType::Welcome};
            header.epoch = 1;
            header.producer = kEchoId;
            header.producer_epoch = 1;
            header.c = last_number;
            std::string body;
            wire::put_message(body, welcome);
            EXPECT_TRUE(producer.receive(header, body));
            host.begin();
        }

        static Hello hello() {
            Hello hello;
            hello.name = "echo";
            hello.decider = true;
            return hello;
        }

        /// Everything the host has submitted and not handed over yet.
        std::vector<Recorded> take_submitted() {
            std::vector<Recorded> result;
            while (auto message = producer.next_message({}, {})) {
                std::string_view rest = message->body;
                while (!rest.empty()) {
                    Recorded recorded;
                    rest.remove_prefix(decode_record(rest, recorded).value());
                    result.push_back(recorded);
                }
                producer.sent();
            }
            return result;
        }
    };

    void record(Recorded recorded) {
        recorded.seq = Seq{tape_.size() + 1};
        tape_.push_back(std::move(recorded));
    }

    void record_input() {
        Recorded recorded;
        recorded.event = CandleClosed{};
        record(std::move(recorded));
    }

    static Welcome welcome(std::uint64_t fresh, std::uint64_t last_cause, std::uint64_t last_own) {
        Welcome result;
        result.name = "echo";
        result.fresh_seq = fresh;
        result.last_cause = last_cause;
        result.last_own_seq = last_own;
        return result;
    }

    std::vector<std::string> words() const {
        std::vector<std::string> result;
        for (const auto& recorded : tape_) {
            if (const auto* word = recorded.event.as<CashDeposited>()) {
                result.push_back(word->reason);
            }
        }
        return result;
    }

    std::vector<Recorded> tape_;
};

/// `inputs` candles; each word comes back two inputs later.
TEST_F(HostTest, DecidesWithItsOwnWordsInFlight) {
    Run run(welcome(1, 0, 0), 0);
    std::size_t fed = 0;
    std::deque<Recorded> waiting;
    for (int input = 0; input < 6; ++input) {
        record_input();
        if (waiting.size() >= 2) {
            record(waiting.front());
            waiting.pop_front();
        }
        for (; fed < tape_.size(); ++fed) run.host.take(tape_[fed]);
        for (auto& said : run.take_submitted()) waiting.push_back(said);
    }
    for (auto& said : waiting) record(said);
    EXPECT_EQ(
        words(),
        (std::vector<std::string>{
            "candle 1, words 0, in flight 0",
            "candle 2, words 0, in flight 1",
            "candle 3, words 0, in flight 2",
            "candle 4, words 1, in flight 2",
            "candle 5, words 2, in flight 2",
            "candle 6, words 3, in flight 2"}));
}

/// The fixed schedule of inputs and recordings that a journal might have made: what is submitted is
/// recorded two inputs later. Whatever a killed host had submitted and not recorded is lost.
std::vector<std::string> words_when_killed_at(std::size_t records_at_kill) {
    struct Tape : HostTest {
        void TestBody() override {}

        std::vector<std::string> play(std::size_t kill) {
            auto run = std::make_unique<Run>(welcome(1, 0, 0), 0);
            std::deque<Recorded> waiting;
            std::size_t fed = 0;
            int inputs = 0;
            while (inputs < 12 || !waiting.empty()) {
                if (inputs < 12) {
                    record_input();
                    ++inputs;
                }
                if (waiting.size() >= 2 || inputs == 12) {
                    if (!waiting.empty()) {
                        record(waiting.front());
                        waiting.pop_front();
                    }
                }
                if (tape_.size() >= kill) {
                    kill = 1000;
                    run = restart();
                    waiting.clear();
                    fed = 0;
                }
                for (; fed < tape_.size(); ++fed) run->host.take(tape_[fed]);
                for (auto& said : run->take_submitted()) waiting.push_back(said);
            }
            return words();
        }

        std::unique_ptr<Run> restart() {
            std::uint64_t cause = 0;
            std::uint64_t own = 0;
            std::uint64_t number = 0;
            for (const auto& recorded : tape_) {
                if (recorded.producer != kEchoId) continue;
                cause = recorded.cause.value;
                own = recorded.seq.value;
                number = recorded.number;
            }
            return std::make_unique<Run>(welcome(1, cause, own), number);
        }
    };

    Tape tape;
    return tape.play(records_at_kill);
}

TEST_F(HostTest, ARestartAnywhereSaysEveryWordOnceAndAsBefore) {
    const auto undisturbed = words_when_killed_at(1000);
    ASSERT_EQ(undisturbed.size(), 12U);
    for (std::size_t kill = 1; kill < 24; ++kill) {
        EXPECT_EQ(words_when_killed_at(kill), undisturbed)
            << "killed when " << kill << " records were on the tape";
    }
}

TEST_F(HostTest, NewCodeDecidesNothingAboutThePast) {
    for (int i = 0; i < 5; ++i) record_input();
    Recorded started;
    started.event = testing::started("echo", {});
    record(started);
    Run run(welcome(6, 0, 0), 0);
    for (const auto& recorded : tape_) run.host.take(recorded);
    EXPECT_TRUE(run.take_submitted().empty());
    record_input();
    run.host.take(tape_.back());
    EXPECT_EQ(run.take_submitted().size(), 1U);
}

}  // namespace
}  // namespace tapedeck::tape
