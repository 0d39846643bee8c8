#include "journal/core/sequencer_story_test.h"

namespace tapedeck::journal {
namespace {

using SequencerTest = SequencerStory;

TEST_F(SequencerTest, BeginsATapeWithItsIdAndNumbersFromOne) {
    open();
    commit_all();
    ASSERT_EQ(tape_.size(), 1U);
    EXPECT_EQ(tape_[0].seq.value, 1U);
    EXPECT_EQ(tape_[0].event.as<TapeStarted>()->tape_id, 42U);
}

TEST_F(SequencerTest, LinksEveryFrameToTheOneBefore) {
    open();
    commit_all();
    hello("risk");
    commit_all();
    append("risk", {fact(), fact()});
    commit_all();
    ASSERT_EQ(frames_.size(), 3U);
    EXPECT_EQ(frames_[0].prev_hash, tape::kGenesisHash);
    EXPECT_EQ(frames_[1].prev_hash, frames_[0].hash);
    EXPECT_EQ(frames_[2].prev_hash, frames_[1].hash);
    EXPECT_GT(frames_[2].recorded_at, frames_[1].recorded_at + frames_[1].count - 1);
}

TEST_F(SequencerTest, GrantsARisingEpochAndRecordsTheStart) {
    open();
    hello("risk");
    commit_all();
    hello("risk");
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, 2U);
    const auto starts = tape_.back().event.as<ServiceStarted>();
    ASSERT_NE(starts, nullptr);
    EXPECT_TRUE(starts->resumed);
    EXPECT_EQ(starts->producer_epoch, 2U);
}

TEST_F(SequencerTest, AnotherConfigurationIsNotAResumption) {
    open();
    hello("risk");
    commit_all();
    tape::Hello other;
    other.name = "risk";
    other.build = "test";
    other.configuration = {{"risk.day_trades", "6"}};
    say_hello(other);
    commit_all();
    EXPECT_FALSE(tape_.back().event.as<ServiceStarted>()->resumed);
}

TEST_F(SequencerTest, OfTwoStartsInOneFrameEachCountsByItself) {
    open();
    hello("risk");
    commit_all();
    tape::Hello other;
    other.name = "risk";
    other.build = "new";
    say_hello(other);
    say_hello(other);  // the journal was stopped, and the new build has been restarted meanwhile
    auto batch = sequencer_->next_batch();
    ASSERT_TRUE(batch.has_value());
    sequencer_->committed(*batch);
    remember(*batch);
    ASSERT_EQ(batch->header.count, 2U);
    EXPECT_FALSE(tape_[tape_.size() - 2].event.as<ServiceStarted>()->resumed);
    EXPECT_TRUE(tape_.back().event.as<ServiceStarted>()->resumed);
    // Nothing before the first of them is the new build's to decide.
    ASSERT_EQ(batch->marks.size(), 1U);
    EXPECT_EQ(batch->marks[0].fresh_seq, batch->header.first_seq);
}

TEST_F(SequencerTest, AnOlderInstanceIsFenced) {
    open();
    hello("risk");
    commit_all();
    const Granted older = granted_["risk"];
    hello("risk");
    commit_all();
    granted_["risk"] = older;
    append("risk", {fact()});
    EXPECT_EQ(last_nack(), NackCode::Fenced);
    commit_all();
    EXPECT_EQ(names().back(), "ServiceStarted");
}

TEST_F(SequencerTest, AnInstanceThatSleptThroughARestartOfTheJournalMayNotTakeOver) {
    tape::Hello body;
    body.name = "risk";
    body.instance = "first";
    reopen({.last_seq = 7, .alive = {"risk"}});
    say_hello(body, 7, 1);  // nobody else meanwhile: it goes on
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, 2U);
    reopen({.last_seq = 7, .alive = {"risk"}});
    tape::Hello other = body;
    other.instance = "second";
    say_hello(other);
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, 2U);
    append("risk", {fact()});  // which the first one does not know
    commit_all();
    say_hello(body, 7, 1);
    EXPECT_EQ(last_nack(), NackCode::TakenOver);
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, 2U);
}

TEST_F(SequencerTest, ARecordSaidTwiceIsOnTheTapeOnce) {
    open();
    hello("risk");
    commit_all();
    append("risk", {fact()});
    append("risk", {fact()}, {}, 1);  // while the first is queued
    commit_all();
    const std::size_t size = tape_.size();
    replies_.clear();
    append("risk", {fact()}, {}, 1);  // after it is durable: its ACK was lost
    commit_all();
    EXPECT_EQ(tape_.size(), size);
    ASSERT_FALSE(replies_.empty());
    EXPECT_EQ(replies_.back().message.header.type, MessageType::Ack);
    EXPECT_EQ(replies_.back().message.header.a, 1U);
}

TEST_F(SequencerTest, AHoleInTheNumbersIsSentBack) {
    open();
    hello("risk");
    commit_all();
    append("risk", {fact()}, {}, 2);
    EXPECT_EQ(last_nack(), NackCode::Gap);
    EXPECT_EQ(replies_.back().message.header.b, 1U);
}

TEST_F(SequencerTest, NumbersGoOnAcrossRestartsOfTheProducer) {
    open();
    hello("risk");
    commit_all();
    append("risk", {fact(), fact()});
    commit_all();
    hello("risk");
    commit_all();
    EXPECT_EQ(granted_["risk"].next, 3U);
}

TEST_F(SequencerTest, WhatAnOlderInstanceHadQueuedIsForgottenAndMayBeSaidAgain) {
    open();
    hello("risk");
    commit_all();
    append("risk", {fact("old")});
    hello("risk");  // before the commit
    commit_all();
    append("risk", {fact("new")}, {}, 1);
    commit_all();
    int seen = 0;
    for (const auto& recorded : tape_) {
        if (const auto* released = recorded.event.as<KillReleased>()) {
            ++seen;
            EXPECT_EQ(released->request.reason, "new");
        }
    }
    EXPECT_EQ(seen, 1);
}

TEST_F(SequencerTest, RefusesTheJournalsOwnEventsFromOthers) {
    open();
    hello("risk");
    commit_all();
    append("risk", {ClockTicked{}});
    EXPECT_EQ(last_nack(), NackCode::Malformed);
}

TEST_F(SequencerTest, RefusesACauseThatIsNotOnTheTape) {
    open();
    hello("risk");
    commit_all();
    append("risk", {fact()}, Seq{99});
    EXPECT_EQ(last_nack(), NackCode::Malformed);
}

TEST_F(SequencerTest, RefusesAnotherProtocolVersion) {
    open();
    tape::Hello body;
    body.name = "risk";
    body.protocol_version = 2;
    say_hello(body);
    EXPECT_EQ(last_nack(), NackCode::Version);
}

TEST_F(SequencerTest, AnInstanceThatAsksTwiceIsNotFencedOffFromItself) {
    open();
    commit_all();
    tape::Hello body;
    body.name = "risk";
    body.instance = "first";
    say_hello(body);
    say_hello(body);  // before it is welcomed
    commit_all();
    const auto granted = granted_["risk"];
    say_hello(body);  // and after
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, granted.epoch);
    append("risk", {CashDeposited{}});
    commit_all();
    EXPECT_EQ(tape_.back().event.name(), "CashDeposited");
    EXPECT_EQ(
        std::count_if(
            tape_.begin(),
            tape_.end(),
            [](const Recorded& recorded) {
                return recorded.event.as<ServiceStarted>() != nullptr;
            }),
        1);
    body.instance = "second";
    say_hello(body);
    commit_all();
    EXPECT_EQ(granted_["risk"].epoch, granted.epoch + 1);
}

TEST_F(SequencerTest, RefusesAFollowerOfAnotherTape) {
    open();
    commit_all();
    tape::Hello body;
    body.name = "risk";
    body.tape_id = 43;
    say_hello(body);
    EXPECT_EQ(last_nack(), NackCode::WrongTape);
    EXPECT_EQ(sequencer_->quarantine_reason(), "");
}

TEST_F(SequencerTest, AFollowerThatHasSeenMoreThanTheTapeHoldsPutsItInQuarantine) {
    open();
    commit_all();
    tape::Hello body;
    body.name = "risk";
    body.tape_id = 42;
    say_hello(body, 1000);
    EXPECT_EQ(last_nack(), NackCode::Quarantine);
    EXPECT_NE(sequencer_->quarantine_reason().find("risk has seen seq 1000"), std::string::npos);
    // From here on nobody records anything, whoever asks.
    hello("strategy");
    EXPECT_EQ(last_nack(), NackCode::Quarantine);
    sequencer_->advance(time_from_ns(5'000'000'000), now_ + std::chrono::seconds(5));
    EXPECT_FALSE(sequencer_->next_batch());
}

TEST_F(SequencerTest, AFollowerOfOtherRecordsPutsItInQuarantine) {
    reopen({.last_seq = 10, .hash_seq = 10});
    tape::Hello body;
    body.name = "risk";
    body.tape_id = 42;
    body.last_hash = std::string(tape::as_bytes(hash_of(1)));
    say_hello(body, 10);
    EXPECT_EQ(sequencer_->quarantine_reason(), "");  // the same records
    body.last_hash = std::string(tape::as_bytes(hash_of(2)));
    say_hello(body, 10);
    EXPECT_EQ(last_nack(), NackCode::Quarantine);
}

TEST_F(SequencerTest, WhatWasWrittenDownElsewhereCountsOnlyForThisTape) {
    reopen({.last_seq = 10, .hash_seq = 10});
    tape::Hello body;
    body.name = "execution.orders";
    body.witness_tape_id = 41;
    body.witness_seq = Seq{99};
    say_hello(body);
    EXPECT_EQ(sequencer_->quarantine_reason(), "");
    body.witness_tape_id = 42;
    say_hello(body);
    EXPECT_EQ(last_nack(), NackCode::Quarantine);
}

TEST_F(SequencerTest, GivesNoNumberBeforeThoseWhoWereAliveHaveSpokenOrASecondHasPassed) {
    reopen({.last_seq = 10, .alive = {"risk", "strategy"}});
    sequencer_->advance(time_from_ns(1'000'000'000), now_);
    hello("risk");
    EXPECT_FALSE(sequencer_->next_batch());
    hello("strategy");
    EXPECT_TRUE(sequencer_->next_batch());

    reopen({.last_seq = 10, .alive = {"risk", "strategy"}});
    sequencer_->advance(time_from_ns(1'000'000'000), now_);
    EXPECT_FALSE(sequencer_->next_batch());
    now_ += std::chrono::milliseconds(1001);
    sequencer_->advance(time_from_ns(2'001'000'000), now_);
    EXPECT_TRUE(sequencer_->next_batch());
}

TEST_F(SequencerTest, ABranchBeginsUnderItsOwnIdAndWaitsForNobody) {
    reopen(
        {.last_seq = 10, .alive = {"risk"}, .branch = Branch{.tape_id = 77, .reason = "restored"}});
    sequencer_->advance(time_from_ns(1'000'000'000), now_);
    auto batch = sequencer_->next_batch();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->new_tape_id, 77U);
    sequencer_->committed(*batch);
    remember(*batch);
    ASSERT_GE(tape_.size(), 2U);
    const auto* branched = tape_[0].event.as<TapeBranched>();
    ASSERT_NE(branched, nullptr);
    EXPECT_EQ(branched->old_tape_id, 42U);
    EXPECT_EQ(branched->tape_id, 77U);
    EXPECT_EQ(branched->last_seq, Seq{10});
    EXPECT_NE(tape_[1].event.as<JournalStarted>(), nullptr);
    EXPECT_TRUE(tape::verify_frame(77, 10, hash_of(1), batch->header, batch->records));
    EXPECT_FALSE(tape::verify_frame(42, 10, hash_of(1), batch->header, batch->records));
    EXPECT_EQ(tape::tape_id_begun(batch->records), 77U);
    hello("risk");
    const auto next = sequencer_->next_batch();
    ASSERT_TRUE(next);
    EXPECT_FALSE(next->new_tape_id);
}

TEST_F(SequencerTest, AsksForASnapshotAtTheEndOfTheFrameThatMakesItDue) {
    snapshot_records_ = 3;
    open();
    commit_all();
    hello("risk");
    commit_all();
    append("risk", {CashDeposited{}, CashDeposited{}});
    commit_all();
    EXPECT_NE(tape_.back().event.name(), "SnapshotRequested");
    append("risk", {CashDeposited{}, CashDeposited{}});
    commit_all();
    ASSERT_EQ(tape_.back().event.name(), "SnapshotRequested");
    EXPECT_EQ(tape_.back().event.as<SnapshotRequested>()->number, 4U);
    EXPECT_EQ(frames_.back().last_seq(), tape_.back().seq.value);
    append("risk", {CashDeposited{}});
    commit_all();
    EXPECT_EQ(tape_.back().event.name(), "CashDeposited");
}

TEST_F(SequencerTest, OffersADeciderOnlySnapshotsThatItsRecordsReachBeyond) {
    open();
    commit_all();
    hello("risk");
    commit_all();
    snapshots_ = {Seq{1'000}, Seq{1}};
    append("risk", {CashDeposited{}}, Seq{1});
    commit_all();
    hello("risk");
    commit_all();
    tape::Welcome welcome;
    ASSERT_TRUE(wire::get_message(replies_.back().message.body, welcome));
    // Fresh at its first ServiceStarted, seq 2: nothing older is its own; beyond its last cause
    // nothing is decided.
    EXPECT_TRUE(welcome.snapshots.empty());
    append("risk", {CashDeposited{}}, Seq{3});
    commit_all();
    snapshots_ = {Seq{1'000}, Seq{3}, Seq{1}};
    hello("risk");
    commit_all();
    ASSERT_TRUE(wire::get_message(replies_.back().message.body, welcome));
    ASSERT_EQ(welcome.snapshots.size(), 1U);
    EXPECT_EQ(welcome.snapshots[0].seq, Seq{3});
}

TEST_F(SequencerTest, TicksOnceASecondOfItsOwnClock) {
    open();
    commit_all();
    const Time start = time_from_ns(1'000'000'000'000);
    for (int ms = 0; ms <= 3000; ms += 100) {
        sequencer_->advance(start + std::chrono::milliseconds(ms), now_);
        commit_all();
    }
    const auto all = names();
    EXPECT_EQ(std::count(all.begin(), all.end(), "ClockTicked"), 3);
    EXPECT_GE(tape_.back().recorded_at, start + 3s);
}

TEST_F(SequencerTest, AWallClockThatSteppedBackMovesNothingBack) {
    open();
    sequencer_->advance(time_from_ns(5'000'000'000), now_);
    commit_all();
    hello("risk");
    sequencer_->advance(time_from_ns(1'000'000'000), now_);
    commit_all();
    EXPECT_GT(tape_[1].recorded_at, tape_[0].recorded_at);
}

TEST_F(SequencerTest, AGroupIsNeverTorn) {
    open();
    hello("risk");
    commit_all();
    const std::vector<Event> group(700, fact());
    append("risk", group);
    append("risk", group);
    commit_all();
    const std::size_t frames = frames_.size();
    EXPECT_EQ(frames_[frames - 2].count, 700U);
    EXPECT_EQ(frames_[frames - 1].count, 700U);
}

class LockstepTest : public SequencerTest {
protected:
    void begin() {
        open({"strategy", "risk", "feed"});
        hello("risk");
        hello("feed", false, start_);
        commit_all();
        EXPECT_TRUE(tape_.empty()) << "a lockstep tape begins when everybody is here";
        hello("strategy");
        commit_all();
    }

    void everybody_decided() {
        beat("strategy", sequencer_->last_seq());
        beat("risk", sequencer_->last_seq());
        commit_all();
    }

    Time start_ = testing::time("2019-10-01T00:00:00Z");
};

TEST_F(LockstepTest, StartsInTheOrderOfTheConfigurationOnTheFeedsClock) {
    begin();
    ASSERT_EQ(tape_.size(), 4U);
    EXPECT_EQ(tape_[1].event.as<ServiceStarted>()->service, "strategy");
    EXPECT_EQ(tape_[2].event.as<ServiceStarted>()->service, "risk");
    EXPECT_EQ(tape_[3].event.as<ServiceStarted>()->service, "feed");
    EXPECT_EQ(tape_[0].recorded_at, start_ - 1s);
}

TEST_F(LockstepTest, TakesOneStepOfTheFeedWhenAllHaveDecided) {
    begin();
    append("feed", {ClockTicked{start_}, fact("one")});
    append("feed", {ClockTicked{start_ + 60s}, fact("two")});
    commit_all();
    EXPECT_EQ(tape_.size(), 4U) << "nobody has decided on the start yet";
    everybody_decided();
    EXPECT_EQ(tape_.size(), 6U);
    EXPECT_EQ(tape_[4].recorded_at, start_);
    EXPECT_EQ(tape_[5].recorded_at, start_ + 1ns);
    beat("strategy", sequencer_->last_seq());
    commit_all();
    EXPECT_EQ(tape_.size(), 6U) << "risk has not";
    everybody_decided();
    EXPECT_EQ(tape_[6].recorded_at, start_ + 60s);
}

TEST_F(LockstepTest, OrdersWhatDecidersSayByCauseThenByName) {
    begin();
    append("feed", {ClockTicked{start_}, fact("in")});
    everybody_decided();
    const Seq tick{5};
    const Seq data{6};
    append("risk", {fact("risk on data")}, data);
    append("strategy", {fact("strategy on tick")}, tick);
    append("strategy", {fact("strategy on data")}, data);
    commit_all();
    EXPECT_EQ(tape_.size(), 6U);
    everybody_decided();
    ASSERT_EQ(tape_.size(), 9U);
    const auto reason = [&](std::size_t i) {
        return tape_[i].event.as<KillReleased>()->request.reason;
    };
    EXPECT_EQ(reason(6), "strategy on tick");
    EXPECT_EQ(reason(7), "strategy on data");
    EXPECT_EQ(reason(8), "risk on data");
}

TEST_F(LockstepTest, WaitsForAServiceThatIsAway) {
    begin();
    everybody_decided();
    append("feed", {ClockTicked{start_}, fact()});
    commit_all();
    const std::uint64_t at = sequencer_->last_seq();
    hello("risk");  // it restarts
    commit_all();
    append("feed", {ClockTicked{start_ + 60s}, fact()});
    beat("strategy", sequencer_->last_seq());
    commit_all();
    EXPECT_EQ(sequencer_->last_seq(), at + 1) << "only risk's ServiceStarted";
    everybody_decided();
    EXPECT_EQ(sequencer_->last_seq(), at + 3);
}

TEST_F(LockstepTest, RepeatsALostAckWhenThereIsNoNextFrame) {
    begin();
    everybody_decided();
    append("feed", {ClockTicked{start_}, fact("the last")});
    everybody_decided();
    beat("feed", sequencer_->last_seq());
    replies_.clear();
    beat("feed", sequencer_->last_seq());  // 250 ms later
    commit_all();
    ASSERT_EQ(replies_.size(), 1U);
    EXPECT_EQ(replies_[0].message.header.type, MessageType::Ack);
    EXPECT_EQ(replies_[0].message.header.a, 2U);
}

TEST_F(LockstepTest, LetsTheOperatorInBetweenTwoStepsOfTheFeed) {
    begin();
    hello("operator", false);
    commit_all();
    append("feed", {ClockTicked{start_}, fact("feed")});
    append("operator", {fact("operator")});
    everybody_decided();
    EXPECT_EQ(tape_.back().event.as<KillReleased>()->request.reason, "operator");
}

}  // namespace
}  // namespace tapedeck::journal
