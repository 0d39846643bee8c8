#include "research/verifier.h"

#include "research/made_tape_test.h"
#include "tape/format.h"

#include <gmock/gmock.h>

namespace tapedeck::research {
namespace {

using ::testing::HasSubstr;
using testing::MadeTape;
using testing::play;
using testing::start_all;
using testing::strategy_configuration;
using testing::Written;

using Records = std::vector<Written>;

std::unique_ptr<Verifier> verify(const Records& records, ProofOptions options = {}) {
    auto verifier = std::make_unique<Verifier>(std::move(options));
    for (const auto& each : records) verifier->take(each.recorded, each.bytes);
    return verifier;
}

const Tally& tally_of(const Verifier& verifier, const std::string& name) {
    for (const auto& proof : verifier.proofs()) {
        if (proof.name() == name) return proof.tally();
    }
    ADD_FAILURE() << name;
    return verifier.proofs().front().tally();
}

std::uint64_t different(const Verifier& verifier) {
    std::uint64_t sum = 0;
    for (const auto& proof : verifier.proofs()) sum += proof.tally().different;
    return sum;
}

/// Seqs and times follow the place; what else a record says stays.
void renumber(Records& records) {
    for (std::size_t i = 0; i < records.size(); ++i) records[i].recorded.seq = Seq{i + 1};
}

class VerifierTest : public ::testing::TestWithParam<std::size_t> {
protected:
    VerifierTest() : tape_(GetParam()) {
        start_all(tape_);
        play(tape_, 80);
    }

    MadeTape tape_;
};

// 0: recorded at once. 3: decided while earlier words were in flight.
INSTANTIATE_TEST_SUITE_P(Lags, VerifierTest, ::testing::Values(0, 1, 3));

TEST_P(VerifierTest, FindsEveryDecisionOfAnHonestTapeIdentical) {
    tape_.settle();
    const auto verifier = verify(tape_.records());
    EXPECT_EQ(verifier->first_difference(), nullptr)
        << expected_text(*verifier->first_difference()) << '\n'
        << recorded_text(*verifier->first_difference());
    for (const auto& proof : verifier->proofs()) {
        if (proof.name() == "execution.kraken") continue;  // not started: see below
        EXPECT_GT(proof.tally().decisions, 3U) << proof.name();
        EXPECT_EQ(proof.tally().identical, proof.tally().decisions) << proof.name();
        EXPECT_EQ(proof.owed(), 0U) << proof.name();
    }
    EXPECT_EQ(verifier->proven(), verifier->last());
}

/// The answers of a venue to one reconciliation, on which its books decide.
void reconcile(MadeTape& tape) {
    const auto answer = [&](std::string channel, std::string question, std::string_view text) {
        VenueMessageReceived message;
        message.venue = "kraken";
        message.account = "main";
        message.channel = std::move(channel);
        message.attempt = 1;
        message.question = std::move(question);
        message.status = 200;
        message.set_text(text);
        tape.input(std::move(message));
    };
    const std::string window = "start=1700000000&end=1700000060&ofs=0";
    answer("OpenOrders", "", R"({"error":[],"result":{"open":{}}})");
    answer("ClosedOrders", window, R"({"error":[],"result":{"closed":{},"count":0}})");
    answer("TradesHistory", window, R"({"error":[],"result":{"trades":{},"count":0}})");
    answer(
        "BalanceEx",
        "",
        R"({"error":[],"result":{"ZUSD":{"balance":"1000.5"},"XXBT":{"balance":"0.25"}}})");
}

TEST_P(VerifierTest, FindsWhatTheBooksOfAnAccountConcludedIdentical) {
    tape_.start("execution.kraken", {{"kraken.account", "main"}}, "1+a.x");
    reconcile(tape_);
    tape_.settle();
    const auto verifier = verify(tape_.records());
    EXPECT_EQ(verifier->first_difference(), nullptr);
    const auto& tally = tally_of(*verifier, "execution.kraken");
    EXPECT_EQ(tally.decisions, 3U) << "two balances, one reconciliation";
    EXPECT_EQ(tally.identical, tally.decisions);
}

TEST_P(VerifierTest, AKilledServiceThatResumesLeavesNoTrace) {
    for (const std::string name : {"risk", "strategy", "execution.paper", "execution.orders"}) {
        tape_.kill(name);
        play(tape_, 9, 80);
        if (name == "risk") {
            tape_.start(name, {{"risk.day_trades", "500"}, {"risk.fraction", "0.05"}});
        } else if (name == "strategy") {
            tape_.start(name, strategy_configuration());
        } else if (name == "execution.paper") {
            tape_.start(name, {{"paper.cash", "USD:10000"}});
        } else {
            tape_.start(name, {});
        }
        play(tape_, 40, 90);
    }
    tape_.settle();
    const auto verifier = verify(tape_.records());
    EXPECT_EQ(verifier->first_difference(), nullptr)
        << expected_text(*verifier->first_difference());
    EXPECT_EQ(tally_of(*verifier, "risk").undecided, 0U);
}

TEST_P(VerifierTest, AStartWithAnotherConfigurationVoidsWhatWasNotRecorded) {
    tape_.kill("risk");
    play(tape_, 30, 80);
    tape_.start("risk", {{"risk.day_trades", "500"}, {"risk.fraction", "0.02"}});
    play(tape_, 30, 110);
    tape_.settle();
    const auto verifier = verify(tape_.records());
    EXPECT_EQ(verifier->first_difference(), nullptr)
        << expected_text(*verifier->first_difference());
    EXPECT_GT(tally_of(*verifier, "risk").undecided, 0U) << "targets that nobody judged";
}

TEST_P(VerifierTest, NamesAChangedOutputWithItsCause) {
    tape_.settle();
    const std::size_t at = tape_.find(OrderApproved::kType, 2);
    Recorded changed = tape_.records()[at].recorded;
    changed.event.as<OrderApproved>()->reserved = tapedeck::testing::money("1");
    tape_.rewrite(at, changed);
    const auto verifier = verify(tape_.records());
    const Difference* first = verifier->first_difference();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->kind, Difference::Kind::Changed);
    EXPECT_EQ(first->service, "risk");
    EXPECT_EQ(first->recorded_seq, changed.seq);
    EXPECT_EQ(first->cause, changed.cause);
    EXPECT_EQ(first->reason, "record");
    EXPECT_THAT(recorded_text(*first), HasSubstr("\"reserved\":\"1\""));
    EXPECT_THAT(expected_text(*first), HasSubstr("OrderApproved {"));
}

TEST_P(VerifierTest, NamesAnOutputThatIsMissing) {
    tape_.settle();
    Records records = tape_.records();
    const std::size_t at = tape_.find(PositionChanged::kType);
    // All that follows moves by one place; causes and references are as they were, so only what
    // comes before the next word of the portfolio is a tape that could have been.
    const Seq cause = records[at].recorded.cause;
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
    renumber(records);
    const auto verifier = verify(records);
    const auto& first = tally_of(*verifier, "execution.portfolio").first;
    ASSERT_TRUE(first);
    EXPECT_EQ(first->cause, cause);
    EXPECT_NE(first->kind, Difference::Kind::Unexpected);
    EXPECT_THAT(expected_text(*first), HasSubstr("PositionChanged"));
}

TEST_P(VerifierTest, NamesAnOutputThatNobodyWouldHaveSaid) {
    tape_.settle();
    Records records = tape_.records();
    Written more = records[tape_.find(OrderApproved::kType)];
    more.recorded.seq = Seq{records.size() + 1};
    more.recorded.cause = Seq{records.size()};
    more.recorded.number = 0;
    for (const auto& each : records) {
        if (each.recorded.producer == tape_.producer("risk")) {
            more.recorded.number = each.recorded.number + 1;
        }
    }
    records.push_back(more);
    const auto verifier = verify(records);
    ASSERT_NE(verifier->first_difference(), nullptr);
    EXPECT_EQ(verifier->first_difference()->kind, Difference::Kind::Unexpected);
    EXPECT_EQ(verifier->first_difference()->recorded_seq, more.recorded.seq);
    EXPECT_EQ(expected_text(*verifier->first_difference()), "");
}

TEST_P(VerifierTest, NamesAGroupInAnotherOrder) {
    tape_.settle();
    // A decision and its target are one group of the strategy's.
    const std::size_t at = tape_.find(TargetSet::kType);
    Recorded decision = tape_.records()[at - 1].recorded;
    Recorded target = tape_.records()[at].recorded;
    ASSERT_NE(decision.event.as<DecisionMade>(), nullptr);
    ASSERT_EQ(decision.cause, target.cause);
    std::swap(decision.event, target.event);
    tape_.rewrite(at - 1, decision);
    tape_.rewrite(at, target);
    const auto verifier = verify(tape_.records());
    ASSERT_NE(verifier->first_difference(), nullptr);
    EXPECT_EQ(verifier->first_difference()->kind, Difference::Kind::Changed);
    EXPECT_EQ(verifier->first_difference()->recorded_seq, Seq{at});
}

TEST_P(VerifierTest, NamesANumberThatIsNotTheNext) {
    tape_.settle();
    const std::size_t at = tape_.find(PositionChanged::kType, 1);
    Recorded changed = tape_.records()[at].recorded;
    changed.number += 7;
    tape_.rewrite(at, changed);
    const auto verifier = verify(tape_.records());
    ASSERT_NE(verifier->first_difference(), nullptr);
    EXPECT_EQ(verifier->first_difference()->kind, Difference::Kind::Numbering);
}

TEST_P(VerifierTest, UnderAnotherSettingNamesTheFirstDecisionThatDiffersAndWhy) {
    tape_.settle();
    const auto verifier = verify(tape_.records(), {.overrides = {{"strategy.rsi.period", "5"}}});
    const Difference* first = verifier->first_difference();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->service, "strategy");
    EXPECT_EQ(first->reason, "configuration");
    EXPECT_EQ(first->explanation, "strategy.rsi.period 2 → 5");
    EXPECT_EQ(tally_of(*verifier, "risk").different, 0U) << "it reads no strategy's settings";
    const auto same = verify(tape_.records(), {.overrides = {{"strategy.rsi.period", "2"}}});
    EXPECT_EQ(same->first_difference(), nullptr);
}

TEST_P(VerifierTest, CountsWhatAnotherReleaseDecidedApart) {
    tape_.settle();
    const std::size_t at = tape_.find(OrderApproved::kType);
    Recorded changed = tape_.records()[at].recorded;
    changed.event.as<OrderApproved>()->reserved = tapedeck::testing::money("1");
    tape_.rewrite(at, changed);
    const auto other = verify(tape_.records(), {.build = "2+b.y"});
    EXPECT_EQ(other->first_difference(), nullptr);
    ASSERT_NE(other->first_difference(true), nullptr);
    EXPECT_EQ(other->first_difference(true)->reason, "code");
    EXPECT_EQ(other->first_difference(true)->explanation, "decided by 1+a, this is 2+b");
    // The linker's id tells programs of one release apart, and does not count.
    EXPECT_EQ(different(*verify(tape_.records(), {.build = "1+a.y"})), 1U);
}

TEST_P(VerifierTest, ComparesTheStateAtEverySnapshot) {
    tape_.settle();
    const auto hash_of = [&](const std::string& name) {
        StateWriter writer;
        tape_.decider(name).save(writer);
        return std::string(tape::as_bytes(tape::sha256(writer.bytes())));
    };
    tape_.input(SnapshotRequested{1}, 0);
    const Seq requested{tape_.records().size()};
    std::map<std::string, std::string> hashes;
    for (const char* name : {"strategy", "risk", "execution.paper"}) hashes[name] = hash_of(name);
    hashes["risk"][5] ^= 1;
    for (const auto& [name, hash] : hashes) {
        SnapshotTaken taken;
        taken.service = name;
        taken.at_seq = requested;
        taken.state_hash = hash;
        tape_.input(taken, 0);
    }
    tape_.settle();
    const auto verifier = verify(tape_.records());
    EXPECT_EQ(tally_of(*verifier, "strategy").states, 1U);
    EXPECT_EQ(tally_of(*verifier, "execution.paper").states, 1U);
    EXPECT_EQ(different(*verifier), 1U);
    ASSERT_NE(verifier->first_difference(), nullptr);
    EXPECT_EQ(verifier->first_difference()->kind, Difference::Kind::State);
    EXPECT_EQ(verifier->first_difference()->service, "risk");
    EXPECT_EQ(verifier->first_difference()->cause, requested);
}

TEST_P(VerifierTest, ComparesOnlyFromThePlaceAskedFor) {
    tape_.settle();
    const std::size_t at = tape_.find(OrderApproved::kType);
    Recorded changed = tape_.records()[at].recorded;
    changed.event.as<OrderApproved>()->reserved = tapedeck::testing::money("1");
    tape_.rewrite(at, changed);
    const auto verifier = verify(tape_.records(), {.from = changed.cause.next()});
    EXPECT_EQ(verifier->first_difference(), nullptr);
    const auto& tally = tally_of(*verifier, "risk");
    EXPECT_GT(tally.decisions, 0U);
    EXPECT_EQ(tally.identical, tally.decisions);
    EXPECT_EQ(different(*verify(tape_.records(), {.from = changed.cause})), 1U);
}

TEST(VerifierInTheMiddleTest, WordsThatAreNotRecordedYetAreOwedAndNotDifferent) {
    MadeTape tape(3);
    start_all(tape);
    play(tape, 80);
    tape.input(TradingPaused{}, 7);  // the strategies will say that they are
    const auto verifier = verify(tape.records());
    EXPECT_EQ(verifier->first_difference(), nullptr);
    std::size_t owed = 0;
    for (const auto& proof : verifier->proofs()) owed += proof.owed();
    EXPECT_GT(owed, 0U);
    EXPECT_LT(verifier->proven(), verifier->last());
}

TEST(VerifierInTheMiddleTest, ByAFeedsOwnClockASilentDeciderIsSeenAtTheNextTick) {
    MadeTape tape;
    start_all(tape);
    play(tape, 80);
    // Lockstep: the feed's tick comes when all have spoken. Cut the last words of the portfolio.
    Records records = tape.records();
    std::size_t last = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].recorded.event.as<PositionChanged>() != nullptr) last = i;
    }
    const Seq cause = records[last].recorded.cause;
    records.resize(last);
    EXPECT_EQ(verify(records)->first_difference(), nullptr) << "it may still come";
    MadeTape later;
    later.input(ClockTicked{tapedeck::testing::time("2026-11-21T12:00:00Z")});
    Written tick = later.records().back();
    tick.recorded.seq = Seq{records.size() + 1};
    records.push_back(tick);
    const auto verifier = verify(records);
    ASSERT_NE(verifier->first_difference(), nullptr);
    EXPECT_EQ(verifier->first_difference()->kind, Difference::Kind::Missing);
    EXPECT_EQ(verifier->first_difference()->cause, cause);
}

TEST(ReleaseTest, IsVersionAndCommit) {
    EXPECT_EQ(release_of("0.1.0+0123456789ab.deadbeefdeadbeef"), "0.1.0+0123456789ab");
    EXPECT_EQ(release_of("0.1.0+unknown"), "0.1.0+unknown");
    EXPECT_EQ(release_of("test"), "test");
}

}  // namespace
}  // namespace tapedeck::research
