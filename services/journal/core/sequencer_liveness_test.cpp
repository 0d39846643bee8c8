#include "journal/core/sequencer_story_test.h"

#include <algorithm>

/// Who is there, and who keeps up.
namespace tapedeck::journal {
namespace {

using SequencerLivenessTest = SequencerStory;

TEST_F(SequencerLivenessTest, ASilentServiceIsLost) {
    open();
    hello("risk");
    commit_all();
    beat("risk", 0);
    now_ += 3s;
    sequencer_->advance({}, now_);
    commit_all();
    EXPECT_EQ(names().back(), "ServiceLost");
    EXPECT_FALSE(tape_.back().event.as<ServiceLost>()->said_bye);
}

TEST_F(SequencerLivenessTest, ALostServiceMustBeSeenToComeBack) {
    open();
    hello("risk");
    commit_all();
    beat("risk", 0);
    now_ += 3s;
    sequencer_->advance({}, now_);
    commit_all();
    append("risk", {fact()});
    EXPECT_EQ(last_nack(), NackCode::Lost);
    hello("risk");
    commit_all();
    append("risk", {fact()}, {}, 1);
    commit_all();
    EXPECT_EQ(names().back(), "KillReleased");
}

TEST_F(SequencerLivenessTest, WhoWasAliveBeforeTheJournalDiedAndDoesNotComeBackIsLost) {
    reopen({.last_seq = 7, .alive = {"risk", "strategy"}});
    sequencer_->advance({}, now_);
    hello("risk");
    now_ += 2s;
    sequencer_->advance({}, now_);
    commit_all();
    beat("risk", 9);
    now_ += 1ms;
    sequencer_->advance({}, now_);
    commit_all();
    ASSERT_EQ(names().back(), "ServiceLost");
    EXPECT_EQ(tape_.back().event.as<ServiceLost>()->service, "strategy");
}

TEST_F(SequencerLivenessTest, WhoFallsBehindIsSaidToLagOnceAndToHaveCaughtUpOnce) {
    open();
    hello("feed", false);
    hello("risk");
    commit_all();
    const Time start = time_from_ns(1'000'000'000'000);
    const auto turn = [&](Duration at) {
        sequencer_->advance(start + at, now_);
        commit_all();
    };
    turn(0s);
    beat("risk", sequencer_->last_seq());
    append("feed", {fact()});
    turn(0s);
    turn(2s);
    EXPECT_FALSE(sequencer_->services().back().lagging);
    turn(2500ms);
    turn(2600ms);
    turn(9s);
    const auto lagging = std::find_if(tape_.begin(), tape_.end(), [](const Recorded& recorded) {
        return recorded.event.as<ServiceLagging>() != nullptr;
    });
    ASSERT_NE(lagging, tape_.end());
    EXPECT_EQ(lagging->event.as<ServiceLagging>()->service, "risk");
    EXPECT_EQ(lagging->event.as<ServiceLagging>()->behind, 2500ms);
    EXPECT_TRUE(sequencer_->services().back().lagging);
    EXPECT_GE(sequencer_->services().back().behind, 9s);
    const auto said = [&](std::string_view name) {
        const auto all = names();
        return std::count(all.begin(), all.end(), name);
    };
    EXPECT_EQ(said("ServiceLagging"), 1);
    beat("risk", sequencer_->last_seq());
    turn(9s);
    turn(9100ms);
    EXPECT_EQ(said("ServiceLagging"), 1);
    EXPECT_EQ(said("ServiceCaughtUp"), 1);
    EXPECT_FALSE(sequencer_->services().back().lagging);
}

TEST_F(SequencerLivenessTest, WhoHasOnlyJustStartedIsNotBehindBeforeItSaysHowFarItIs) {
    open();
    hello("feed", false);
    commit_all();
    append("feed", std::vector<Event>(500, fact()));
    sequencer_->advance(time_from_ns(1'000'000'000'000), now_);
    commit_all();
    hello("risk");
    commit_all();
    sequencer_->advance(time_from_ns(1'060'000'000'000), now_);
    commit_all();
    EXPECT_FALSE(sequencer_->services().back().lagging);
    beat("risk", 1);
    sequencer_->advance(time_from_ns(1'060'000'000'000), now_);
    EXPECT_TRUE(sequencer_->services().back().lagging);
    EXPECT_EQ(sequencer_->services().back().name, "risk");
}

}  // namespace
}  // namespace tapedeck::journal
