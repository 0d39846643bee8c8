#include "recorded_market.h"
#include "tape/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <thread>

/// Two hundred kills and a stop of each process in one run: the tape must not show them.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

constexpr int kKills = 200;
constexpr std::uint64_t kSeed = 20261121;  // the moments differ anyway: real processes, real time

/// Follows the live tape through every restart of the journal and remembers what was published.
class Witness {
public:
    explicit Witness(std::string run_directory) : run_directory_(std::move(run_directory)) {
        thread_ = std::thread([this] { watch(); });
    }

    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;

    ~Witness() { stop(); }

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }

    /// After stop(): the last seq and the chain there, of each frame that was published.
    const std::map<std::uint64_t, tape::Hash>& published() const { return published_; }

private:
    void watch() {
        Seq last;
        while (!stopping_) {
            auto client = tape::Client::connect(
                {.run_directory = run_directory_, .clock = monotonic_now, .patience = 500ms});
            if (!client) continue;
            // An error is a journal that was killed, or a hole that it could not fill in time.
            (void)(*client)->follow(last, 20ms, [&](const tape::Follower::Frame* frame) {
                if (frame != nullptr) {
                    last = Seq{frame->header.last_seq()};
                    published_[last.value] = frame->header.hash;
                }
                return Result<bool>(!stopping_);
            });
        }
    }

    std::string run_directory_;
    std::atomic<bool> stopping_ = false;
    std::map<std::uint64_t, tape::Hash> published_;
    std::thread thread_;
};

void expect_nothing_twice(const std::vector<Recorded>& tape) {
    std::set<std::pair<std::uint32_t, std::uint64_t>> numbers;
    for (const auto& recorded : tape) {
        if (recorded.producer == 0) continue;
        EXPECT_TRUE(numbers.emplace(recorded.producer, recorded.number).second)
            << "producer " << recorded.producer << " number " << recorded.number;
    }
    std::set<std::uint64_t> approvals;
    for (const auto& [recorded, intended] : all<OrderIntended>(tape)) {
        EXPECT_TRUE(approvals.insert(intended.approved.value).second)
            << "two intents of the approval at seq " << intended.approved.value;
    }
    std::set<std::string> trades;
    for (const auto& [recorded, fill] : all<OrderFilled>(tape)) {
        EXPECT_TRUE(trades.insert(fill.trade_id).second) << fill.trade_id;
    }
}

TEST(StormTest, TwoHundredKillsAndAStopOfEachProcessLeaveNoTrace) {
    const Market market(1500);
    const auto undisturbed = play(market);
    ASSERT_GT(undisturbed.size(), 5000U);

    auto settings = market.settings();
    settings.emplace_back("journal.snapshot_records=1000");
    Stack stack(settings);
    stack.start_all();
    Witness witness(stack.home() + "/run");
    std::mt19937_64 random(kSeed);
    const auto& services = Stack::services();
    const std::uint64_t stride = undisturbed.size() / kKills;
    for (int i = 0; i < kKills; ++i) {
        ASSERT_TRUE(stack.wait_for_seq(stride * static_cast<std::uint64_t>(i)))
            << "kill " << i << stack.last_words();
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
        const std::string& victim = services[random() % services.size()];
        stack.kill(victim);
        stack.start(victim);
        if (i % 40 != 20) continue;
        // Silent for longer than the journal waits: it is recorded as lost, and must come back.
        const std::string& sleeper = services[static_cast<std::size_t>(i) / 40];
        stack.process(sleeper).signal(SIGSTOP);
        std::this_thread::sleep_for(2500ms);
        stack.process(sleeper).signal(SIGCONT);
    }
    ASSERT_TRUE(stack.wait_for_end()) << stack.last_words();
    stack.stop();
    witness.stop();

    const auto tape = stack.tape();
    expect_same_story(story_of(tape), story_of(undisturbed));
    expect_nothing_twice(tape);
    expect_books_balance(tape);
    EXPECT_GE(all<SnapshotTaken>(tape).size(), 5U);
    ASSERT_GT(witness.published().size(), 100U);
    const auto hashes = stack.chain();
    for (const auto& [seq, hash] : witness.published()) {
        const auto found = hashes.find(seq);
        ASSERT_NE(found, hashes.end()) << "published and gone: the frame that ends at " << seq;
        EXPECT_EQ(found->second, hash) << "not as published: the frame that ends at " << seq;
    }
}

}  // namespace
}  // namespace tapedeck::integration
