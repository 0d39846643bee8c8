#pragma once

#include "cli/hand_made_tape.h"
#include "journal/shell/server.h"
#include "ops/clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

/// For the tests of the commands that speak to a running journal.
namespace tapedeck::cli::testing {

/// A real journal in a thread of its own, over a tape written by hand.
class LiveJournal {
public:
    explicit LiveJournal(HandMadeTape& tape, const std::string& profile = "demo")
        : home_(tape.home()) {
        tape.path();
        std::filesystem::create_directories(home_ + "/run");
        auto store = journal::FrameStore::open(
            home_ + "/journal", {.tape_id = HandMadeTape::kTapeId, .profile = profile});
        EXPECT_TRUE(store) << store.error().message;
        journal::SequencerOptions options;
        options.profile = profile;
        options.build = "test";
        auto snapshots = journal::SnapshotStore::open(home_ + "/journal/snapshots");
        EXPECT_TRUE(snapshots) << snapshots.error().message;
        auto server = journal::Server::bind(
            home_ + "/run", {std::move(*store), std::move(*snapshots)}, options);
        EXPECT_TRUE(server) << server.error().message;
        thread_ = std::thread([this, server = std::move(*server)]() mutable {
            const ops::SystemClock clock;
            while (!stopping_) {
                const auto step =
                    server->step(clock.wall(), clock.monotonic(), std::chrono::milliseconds(5));
                EXPECT_TRUE(step) << step.error().message;
                if (!step) return;
            }
            server->close();
        });
    }

    LiveJournal(const LiveJournal&) = delete;
    LiveJournal& operator=(const LiveJournal&) = delete;

    ~LiveJournal() {
        stopping_ = true;
        thread_.join();
    }

    const std::string& home() const { return home_; }

private:
    std::string home_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace tapedeck::cli::testing
