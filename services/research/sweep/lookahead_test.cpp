#include "research/sweep/lookahead.h"

#include "research/sweep/sweep_story_test.h"

namespace tapedeck::research {
namespace {

using namespace testing;  // NOLINT: the language of the tests
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What the peeking rule looks at: all data of its run, whether they were given to it or not.
const Recording* peeked = nullptr;  // NOLINT: planted

/// Long when the candle after the next closes higher than this one, else flat. It counts the
/// candles that it was given, and reads on in the data.
class Peeker final : public strategy::Archived<Peeker> {
public:
    void take(const strategy::Bar& bar) override {
        close_ = bar.close;
        ++count_;
    }

    strategy::Evaluation evaluate() const override {
        strategy::Readings readings;
        readings.add("level", close_);
        const std::size_t ahead = count_ + 1;
        double later = close_;
        Recorded recorded;
        if (peeked != nullptr && ahead < peeked->steps()) {
            peeked->visit_step(ahead, recorded, [&] {
                const auto* candle = recorded.event.as<CandleClosed>();
                if (candle != nullptr) later = candle->close.decimal().to_double();
            });
        }
        if (later > close_) return strategy::signal({"high", ""}, readings, 1);
        if (later < close_) return strategy::signal({"low", ""}, readings, -1);
        return strategy::no_signal({"middle", ""}, readings, 0);
    }

    std::uint64_t bars_needed() const override { return 1; }

    template <class A>
    void archive(A& a) {
        a(close_);
        a(count_);
    }

private:
    double close_ = 0;
    std::uint64_t count_ = 0;
};

const std::vector<strategy::Kind>& kinds_with_peeker() {
    static const std::vector<strategy::Kind> kKinds = [] {
        auto kinds = strategy::test::kinds_with_levels();
        strategy::Kind peeker = kinds.front();
        peeker.name = "peeker";
        peeker.make = [](const Settings&) -> std::unique_ptr<strategy::Strategy> {
            return std::make_unique<Peeker>();
        };
        kinds.push_back(peeker);
        return kinds;
    }();
    return kKinds;
}

LookaheadOptions options_for(const std::vector<std::string>& overrides = {}) {
    LookaheadOptions options;
    options.configuration = settings_with(overrides).value();
    options.run.build = "1+a.x";
    options.run.kinds = &kinds_with_peeker();
    options.before_run = [](const RecordingView& view) { peeked = view.recording; };
    return options;
}

TEST(LookaheadTest, ARuleThatKnowsOnlyThePastIsClean) {
    const Recording recording = wavy_market(30);
    auto options = options_for();
    options.cuts = 40;
    const auto outcome = check_lookahead(recording.all(), options);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->is_clean());
    for (const auto& each : outcome->changed) {
        ADD_FAILURE() << each.with_future << "\n  " << each.without_future;
    }
    EXPECT_EQ(outcome->cuts, 40U);
    EXPECT_GT(outcome->decisions, 50U);
    EXPECT_GT(outcome->compared, outcome->decisions);
}

TEST(LookaheadTest, APlantedGlanceAheadIsFoundWithBothSides) {
    const Recording recording = wavy_market(30);
    const auto outcome = check_lookahead(recording.all(), options_for({"strategy.a.kind=peeker"}));
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_FALSE(outcome->is_clean());
    ASSERT_FALSE(outcome->changed.empty());
    EXPECT_EQ(outcome->early_candles, 0U);
    for (const auto& changed : outcome->changed) {
        EXPECT_NE(changed.with_future, changed.without_future);
        if (!changed.said_at) continue;
        // The future is missed by the last two candles before the cut.
        EXPECT_GE(*changed.said_at, changed.cut - std::chrono::hours(1));
        EXPECT_LT(*changed.said_at, changed.cut + std::chrono::seconds(1));
        EXPECT_THAT(changed.with_future, HasSubstr("{"));
    }
    EXPECT_TRUE(std::is_sorted(
        outcome->changed.begin(), outcome->changed.end(), [](const auto& a, const auto& b) {
            return a.cut < b.cut;
        }));
}

TEST(LookaheadTest, EqualSeedsCutAtEqualPoints) {
    const Recording recording = wavy_market(20);
    const auto cuts = [&](std::uint64_t seed) {
        auto options = options_for({"strategy.a.kind=peeker"});
        options.seed = seed;
        std::vector<Time> times;
        const LookaheadOutcome outcome = check_lookahead(recording.all(), options).value();
        for (const auto& each : outcome.changed) {
            times.push_back(each.cut);
        }
        return times;
    };
    EXPECT_EQ(cuts(1), cuts(1));
    EXPECT_NE(cuts(1), cuts(2));
}

TEST(LookaheadTest, ACandleThatIsGivenBeforeItClosesIsTold) {
    std::vector<market_data::Step> steps;
    for (int minute = 0; minute < 10; ++minute) {
        CandleClosed candle;
        candle.instrument = kBtc;
        candle.interval = std::chrono::minutes(1);
        candle.open_time = kBegin + std::chrono::minutes(minute);
        candle.open = candle.high = candle.low = candle.close = price("100");
        candle.volume = quantity("1");
        const auto given =
            minute == 4 ? candle.open_time + std::chrono::seconds(30) : candle.close_time();
        steps.push_back({given, {{candle, market_data::happened(given)}}});
    }
    ListFeed feed(std::move(steps), {listed(kBtc)});
    const Recording recording = Recording::load(feed, {}).value();
    const auto outcome = check_lookahead(recording.all(), options_for());
    ASSERT_TRUE(outcome);
    EXPECT_FALSE(outcome->is_clean());
    EXPECT_EQ(outcome->early_candles, 1U);
    ASSERT_TRUE(outcome->first_early);
    EXPECT_EQ(outcome->first_early->candle.open_time, kBegin + std::chrono::minutes(4));
    EXPECT_EQ(
        outcome->first_early->given_at,
        kBegin + std::chrono::minutes(4) + std::chrono::seconds(30));
}

TEST(LookaheadTest, WithoutDataThereIsNothingToCheck) {
    const Recording recording = wavy_market(1);
    const auto outcome = check_lookahead({&recording, 3, 3}, options_for());
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().exit_code, ExitCode::NotFound);
}

TEST(LookaheadTest, AnInterruptionEndsIt) {
    const Recording recording = wavy_market(2);
    auto options = options_for();
    options.interrupted = [] { return true; };
    const auto outcome = check_lookahead(recording.all(), options);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->interrupted);
    EXPECT_EQ(outcome->cuts, 0U);
}

}  // namespace
}  // namespace tapedeck::research
