// The rules of VuManChu Cipher A and B as strategies; their marks themselves are tested beside the
// indicators.

#include "strategy/core/indicators/cipher_a.h"
#include "strategy/core/indicators/cipher_b.h"
#include "strategy/core/indicators/test_walk.h"
#include "strategy/core/kinds/test_rule.h"

#include <map>

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// A ribbon of 1 to 8 candles, and everything else as short as it can be.
Entries short_cipher_a(const Entries& more = {}) {
    Entries result = {
        {"ema_1", "1"},
        {"ema_2", "2"},
        {"ema_3", "3"},
        {"ema_4", "4"},
        {"ema_5", "5"},
        {"ema_6", "6"},
        {"ema_7", "7"},
        {"ema_8", "8"},
        {"wt_channel", "2"},
        {"wt_average", "1"},
        {"wt_signal", "2"},
        {"rsi_period", "2"},
        {"rsi_mfi_period", "2"}};
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

// In a fall by 1 a candle EMA(n) is (n-1)/2 above the close: EMA 2, 3 and 8 are 12.5, 13 and 15.5
// at its end. With 16 they are 14.8, 14.5 and 15.6, with 20 then 18.3, 17.3 and 16.6, and with 12
// then 14.1, 14.6 and 15.6.
const std::vector<double> kFall = {20, 19, 18, 17, 16, 15, 14, 13, 12};

TEST(CipherAStrategyTest, FollowsTheRibbon) {
    Rule rule("cipher_a", short_cipher_a());
    EXPECT_EQ(rule.strategy().bars_needed(), 9U);
    const auto words = rule.after_each(kFall);
    EXPECT_EQ(words[7], "warming_up 0");
    EXPECT_EQ(words[8], "cipher_a_ribbon_bearish 0");
    EXPECT_THAT(
        rule.after_each({16, 20, 20.5, 12, 10}),
        ElementsAre(
            "cipher_a_blue_triangle 1",
            "cipher_a_long_ema 1",
            "cipher_a_ribbon_bullish 0",
            "cipher_a_short_ema -1",
            "cipher_a_ribbon_bearish 0"));
}

TEST(CipherAStrategyTest, NamesItsReadings) {
    Rule rule("cipher_a", short_cipher_a());
    rule.after_each({20, 19, 18, 17, 16, 15, 14, 13});
    const Evaluation calm = rule.after(12).evaluation;
    EXPECT_DOUBLE_EQ(reading(calm, "ema_1"), 12);
    EXPECT_DOUBLE_EQ(reading(calm, "ema_2"), 12.5);
    EXPECT_DOUBLE_EQ(reading(calm, "ema_3"), 13);
    EXPECT_DOUBLE_EQ(reading(calm, "ema_8"), 15.5);
    EXPECT_NEAR(reading(calm, "wt1"), -1 / 0.015, 1e-9);
    EXPECT_NEAR(reading(calm, "wt2"), -1 / 0.015, 1e-9);
    EXPECT_EQ(reading(calm, "rsi"), 0);
    EXPECT_EQ(reading(calm, "rsi_mfi"), 0);
    EXPECT_DOUBLE_EQ(*calm.nearest_miss, 100 * 3 / 12.0);
}

TEST(CipherAStrategyTest, OnlyMarksThatAreSetCount) {
    // At 20 WaveTrend, which had risen to 82, falls below its mean of two: a red diamond.
    Rule both("cipher_a", short_cipher_a({{"red_diamond", "true"}}));
    both.after_each(kFall);
    EXPECT_THAT(
        both.after_each({16, 20}),
        ElementsAre("cipher_a_blue_triangle 1", "cipher_a_marks_disagree 0"));
    Rule cautious("cipher_a", short_cipher_a({{"red_diamond", "true"}, {"long_ema", "false"}}));
    cautious.after_each(kFall);
    EXPECT_THAT(
        cautious.after_each({16, 20}),
        ElementsAre("cipher_a_blue_triangle 1", "cipher_a_red_diamond -1"));
    // At 12 the close, which is EMA 1, falls below EMA 2, and that below EMA 8.
    Rule crossing("cipher_a", short_cipher_a({{"red_cross", "true"}, {"short_ema", "false"}}));
    crossing.after_each(kFall);
    EXPECT_THAT(
        crossing.after_each({16, 20, 12}),
        ElementsAre("cipher_a_blue_triangle 1", "cipher_a_long_ema 1", "cipher_a_red_cross -1"));
}

/// Every flag of a kind, switched on.
Entries all_flags(const Kind& kind) {
    Entries result;
    for (const Setting& each : kind.settings) {
        if (each.kind == SettingKind::Flag) result.emplace_back(each.key, "true");
    }
    return result;
}

TEST(CipherAStrategyTest, SaysWhatItsMarksCallForOverAWalk) {
    const Kind& kind = kind_of("cipher_a");
    Rule rule("cipher_a", all_flags(kind));
    CipherA cipher(CipherA::Parameters{});
    Walk walk(31);
    std::map<std::string, int> count_by_reason;
    for (int i = 0; i < 6000; ++i) {
        const Bar bar = walk.next();
        const CipherAMarks& marks = cipher.update(bar);
        const Opinion opinion = rule.after(bar);
        ++count_by_reason[opinion.reason];
        if (opinion.reason == "warming_up") continue;
        ASSERT_GE(i, 59);
        const bool buy = marks.long_ema || marks.blue_triangle || marks.yellow_cross ||
                         marks.bull_candle || marks.wave.bullish;
        const bool sell =
            marks.short_ema || marks.red_cross || marks.red_diamond || marks.wave.bearish;
        ASSERT_EQ(opinion.wanted, int(buy && !sell) - int(sell && !buy)) << "at index " << i;
        ASSERT_EQ(opinion.reason == "cipher_a_marks_disagree", buy && sell) << "at index " << i;
    }
    EXPECT_EQ(count_by_reason["warming_up"], 59);
    // A yellow cross is a red diamond too, which is a sell here: the two disagree.
    for (const Reason& each : kind.reasons) {
        if (each.code == "cipher_a_yellow_cross") continue;
        EXPECT_GT(count_by_reason[std::string(each.code)], 0) << each.code;
    }
}

/// WaveTrend of a channel of 2 candles, not smoothed, against its mean of two; the rest likewise.
Entries short_cipher_b(const Entries& more = {}) {
    Entries result = {
        {"wt_channel", "2"},
        {"wt_average", "1"},
        {"wt_signal", "2"},
        {"rsi_period", "2"},
        {"rsi_mfi_period", "2"},
        {"stoch_rsi_period", "2"},
        {"stoch_range", "2"},
        {"stoch_smoothing", "1"},
        {"stoch_signal", "1"},
        {"wave_divergences", "false"},
        {"second_divergences", "false"}};
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

// The wave is 83, 79, 77, 62, -58, -71, then -56 while its mean of two is -63, and -78 of -67.
const std::vector<double> kTurn = {50, 51, 53, 56, 60, 62, 58, 55, 54, 50};

TEST(CipherBStrategyTest, BuysAtTheGreenCircle) {
    Rule rule("cipher_b", short_cipher_b());
    EXPECT_EQ(rule.strategy().bars_needed(), 5U);
    EXPECT_THAT(
        rule.after_each(kTurn),
        ElementsAre(
            "warming_up 0",
            "warming_up 0",
            "warming_up 0",
            "warming_up 0",
            "cipher_b_no_mark 0",
            "cipher_b_no_mark 0",
            "cipher_b_no_mark 0",
            "cipher_b_no_mark 0",
            "cipher_b_buy 1",
            "cipher_b_crossed_within_levels 0"));
}

TEST(CipherBStrategyTest, SellsAtTheRedCircle) {
    Rule rule("cipher_b", short_cipher_b());
    std::vector<double> mirrored;
    for (const double close : kTurn) mirrored.push_back(100 - close);
    const auto words = rule.after_each(mirrored);
    EXPECT_EQ(words[7], "cipher_b_no_mark 0");
    EXPECT_EQ(words[8], "cipher_b_sell -1");
    EXPECT_EQ(words[9], "cipher_b_crossed_within_levels 0");
}

TEST(CipherBStrategyTest, NamesItsReadings) {
    Rule rule("cipher_b", short_cipher_b());
    rule.after_each({50, 51, 53, 56});
    const Evaluation early = rule.after(60).evaluation;
    const double wt2 = reading(early, "wt2");
    EXPECT_NEAR(reading(early, "wt1"), 76.6129, 1e-4);
    EXPECT_NEAR(wt2, 77.9616, 1e-4);
    EXPECT_EQ(reading(early, "rsi"), 100);
    EXPECT_EQ(reading(early, "rsi_mfi"), -2.5);
    EXPECT_DOUBLE_EQ(*early.nearest_miss, wt2 + 53);  // what lacks to oversold
    for (const double close : {62.0, 58.0, 55.0, 54.0}) rule.after(close);
    const Evaluation late = rule.after(50).evaluation;
    EXPECT_DOUBLE_EQ(*late.nearest_miss, 53 - reading(late, "wt2"));  // it crossed down
}

TEST(CipherBStrategyTest, TheMoneyFlowMayHaveToConfirm) {
    // These candles close where they open: the money flow is minus its shift.
    Rule strict("cipher_b", short_cipher_b({{"money_flow_confirms", "true"}}));
    EXPECT_EQ(strict.after_each(kTurn)[8], "cipher_b_money_flow_against 0");
    Rule shifted(
        "cipher_b", short_cipher_b({{"money_flow_confirms", "true"}, {"rsi_mfi_shift", "-1"}}));
    EXPECT_EQ(shifted.after_each(kTurn)[8], "cipher_b_buy 1");
}

/// Counts what a rule says, and compares each word with the marks.
std::map<std::string, int> compared_over_a_walk(
    const Entries& entries, const CipherB::Parameters& parameters, bool gold_buys, bool hidden) {
    Rule rule("cipher_b", entries);
    CipherB cipher(parameters);
    Walk walk(32);
    std::map<std::string, int> count_by_reason;
    for (int i = 0; i < 8000; ++i) {
        const Bar bar = walk.next();
        const CipherBMarks& marks = cipher.update(bar);
        const Opinion opinion = rule.after(bar);
        ++count_by_reason[opinion.reason];
        if (opinion.reason == "warming_up") continue;
        const bool waits = marks.gold_buy && !gold_buys;
        const bool hides_up = hidden && (marks.wave_any.hidden_bullish ||
                                         (parameters.shown.rsi && marks.rsi_any.hidden_bullish) ||
                                         (parameters.shown.stoch && marks.stoch.hidden_bullish));
        const bool hides_down = hidden && (marks.wave_any.hidden_bearish ||
                                           (parameters.shown.rsi && marks.rsi_any.hidden_bearish) ||
                                           (parameters.shown.stoch && marks.stoch.hidden_bearish));
        const bool buy = !waits && (marks.buy || marks.divergence_buy || hides_up);
        const bool sell = marks.sell || marks.divergence_sell || hides_down;
        EXPECT_EQ(opinion.wanted, int(buy && !sell) - int(sell && !buy)) << "at index " << i;
        EXPECT_EQ(opinion.reason == "cipher_b_marks_disagree", buy && sell) << "at index " << i;
        EXPECT_EQ(opinion.reason == "cipher_b_gold_waits", waits && !sell) << "at index " << i;
        EXPECT_EQ(opinion.reason == "cipher_b_gold_buy", marks.gold_buy && gold_buys && !sell);
    }
    EXPECT_EQ(count_by_reason["warming_up"], 59);
    return count_by_reason;
}

TEST(CipherBStrategyTest, SaysWhatItsMarksCallForOverAWalk) {
    auto counts = compared_over_a_walk({}, {}, false, false);
    for (const char* reason :
         {"cipher_b_buy",
          "cipher_b_sell",
          "cipher_b_wave_bullish",
          "cipher_b_wave_bearish",
          "cipher_b_gold_waits",
          "cipher_b_crossed_within_levels",
          "cipher_b_no_mark"}) {
        EXPECT_GT(counts[reason], 0) << reason;
    }
    for (const char* reason : {"cipher_b_rsi_bullish", "cipher_b_hidden_bearish"}) {
        EXPECT_EQ(counts[reason], 0) << reason;
    }
    CipherB::Parameters all;
    all.shown = {.wave = true, .wave_second = true, .rsi = true, .stoch = true};
    const Entries entries = {
        {"rsi_divergences", "true"},
        {"stoch_divergences", "true"},
        {"hidden_divergences", "true"},
        {"gold_buys", "true"}};
    counts = compared_over_a_walk(entries, all, true, true);
    for (const Reason& each : kind_of("cipher_b").reasons) {
        if (each.code == "cipher_b_gold_waits" || each.code == "cipher_b_money_flow_against") {
            continue;
        }
        EXPECT_GT(counts[std::string(each.code)], 0) << each.code;
    }
}

TEST(CipherStrategiesTest, ResumeFromASnapshot) {
    for (const char* name : {"cipher_a", "cipher_b"}) {
        const Kind& kind = kind_of(name);
        const Settings own = section(kind, {});
        Walk walk(33);
        auto whole = kind.make(own);
        for (int i = 0; i < 300; ++i) {
            StateWriter before;
            whole->save(before);
            const auto resumed = kind.make(own);
            StateReader reader(before.bytes());
            resumed->load(reader);
            ASSERT_TRUE(reader.ok() && reader.at_end());
            const Bar bar = walk.next();
            whole->take(bar);
            resumed->take(bar);
            StateWriter of_whole;
            StateWriter of_resumed;
            whole->save(of_whole);
            resumed->save(of_resumed);
            ASSERT_EQ(of_resumed.bytes(), of_whole.bytes()) << name << " after " << i;
            ASSERT_EQ(resumed->evaluate().reason, whole->evaluate().reason);
        }
    }
}

/// "key: message" of everything that is wrong with one section.
std::vector<std::string> complaints(std::string_view name, const Entries& entries) {
    const Kind& kind = kind_of(name);
    std::vector<std::string> result;
    for (const auto& each : problems_of(section(kind, entries), kind)) {
        result.push_back(each.key + ": " + each.message);
    }
    return result;
}

TEST(CipherStrategiesTest, ProblemsNameTheKeyAndTheFix) {
    EXPECT_THAT(
        complaints("cipher_a", {{"ema_2", "15"}, {"wt_channel", "1"}, {"yellow_rsi_min", "30"}}),
        ElementsAre(
            "ema_2: must be less than `ema_3` (15)",
            "wt_channel: must be at least 2: one candle does not deviate from itself",
            "yellow_rsi_min: must be less than `yellow_rsi_max` (30)"));
    EXPECT_THAT(
        complaints("cipher_a", {{"long_ema", "false"}, {"blue_triangle", "false"}}),
        ElementsAre("long_ema: at least one mark must be a buy, or it never enters"));
    EXPECT_THAT(
        complaints("cipher_a", {{"short_ema", "false"}, {"blood_diamond", "false"}}),
        ElementsAre("short_ema: at least one mark must be a sell, or it never leaves"));
    EXPECT_THAT(
        complaints("cipher_a", {{"ema_1", "0"}, {"yellow_wt_min", "-1001"}, {"bull_candle", "2"}}),
        SizeIs(3));
    EXPECT_THAT(
        complaints("cipher_b", {{"oversold", "60"}, {"wt_signal", "1"}}),
        ElementsAre(
            "wt_signal: must be at least 2: WaveTrend does not cross itself",
            "oversold: must be less than `overbought` (53)"));
    EXPECT_THAT(
        complaints(
            "cipher_b",
            {{"divergence_top", "-70"},
             {"divergence_second_bottom", "15"},
             {"rsi_divergence_top", "30"}}),
        SizeIs(3));
    EXPECT_THAT(
        complaints("cipher_b", {{"rsi_mfi_multiplier", "0"}, {"stoch_range", "100801"}}),
        ElementsAre(
            "rsi_mfi_multiplier: is \"0\"; write 0.01 to 10000",
            "stoch_range: is \"100801\"; write 1 to 100800"));
}

/// Everything that a setting may be at its ends, whether or not it makes sense with the others.
TEST(CipherStrategiesTest, TheEndsOfEveryRangeCanBeRun) {
    for (const char* name : {"cipher_a", "cipher_b"}) {
        const Kind& kind = kind_of(name);
        const auto bars = Walk(34).take(200);
        for (const Setting& each : kind.settings) {
            for (const std::string& value : {each.min, each.max}) {
                if (value.empty()) continue;
                const Settings own = section(kind, {{each.key, value}});
                const auto strategy = kind.make(own);
                for (const Bar& bar : bars) {
                    strategy->take(bar);
                    ASSERT_TRUE(strategy->evaluate().readings.are_finite())
                        << name << ' ' << each.key << ' ' << value;
                }
            }
        }
    }
}

}  // namespace
}  // namespace tapedeck::strategy
