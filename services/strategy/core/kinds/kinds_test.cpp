// Each kind's rule, on series whose readings can be worked out by hand.

#include "strategy/core/kinds/test_rule.h"

#include <fstream>
#include <sstream>

namespace tapedeck::strategy {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RsiStrategyTest, BuysBelowLowerAndSellsAboveUpper) {
    Rule rule("rsi", {{"period", "2"}});
    // Changes +1 +1 -12 +5: RSI 100, then 0.5 against 6, then 2.75 against 3.
    EXPECT_THAT(
        rule.after_each({100, 101, 102, 90}),
        ElementsAre("warming_up 0", "warming_up 0", "rsi_above_upper -1", "rsi_below_lower 1"));
    const Opinion last = rule.after(95);
    EXPECT_EQ(last.reason, "rsi_between_levels");
    const double rsi = 100 - 100 / (1 + 2.75 / 3);
    EXPECT_DOUBLE_EQ(reading(last.evaluation, "rsi"), rsi);
    EXPECT_DOUBLE_EQ(last.evaluation.nearest_miss.value(), rsi - 30);
    EXPECT_EQ(rule.strategy().bars_needed(), 3U);
}

TEST(RsiStrategyTest, ALevelThatIsJustReachedIsNoSignal) {
    Rule rule("rsi", {{"period", "2"}, {"upper", "100"}});
    EXPECT_THAT(
        rule.after_each({100, 101, 102}),
        ElementsAre("warming_up 0", "warming_up 0", "rsi_between_levels 0"));
}

TEST(MacdStrategyTest, ActsOnCrossingsOnly) {
    Rule rule("macd", {{"fast", "1"}, {"slow", "2"}, {"signal", "2"}});
    // Histogram: -, -, 0, then (13 - 12) - 2/3, then 1/3 - 4/9, 1/9 - 2/9, and up again.
    EXPECT_THAT(
        rule.after_each({10, 10, 10, 13, 13, 13, 19}),
        ElementsAre(
            "warming_up 0",
            "warming_up 0",
            "warming_up 0",
            "macd_crossed_up 1",
            "macd_crossed_down -1",
            "macd_below_signal 0",
            "macd_crossed_up 1"));
    EXPECT_EQ(rule.strategy().bars_needed(), 4U);
}

TEST(MacdStrategyTest, NamesItsReadings) {
    Rule rule("macd", {{"fast", "1"}, {"slow", "2"}, {"signal", "2"}});
    rule.after_each({10, 10, 10, 13, 13});
    const Opinion opinion = rule.after(13);
    EXPECT_NEAR(reading(opinion.evaluation, "macd"), 1.0 / 9, 1e-12);
    EXPECT_NEAR(reading(opinion.evaluation, "signal"), 2.0 / 9, 1e-12);
    EXPECT_NEAR(reading(opinion.evaluation, "histogram"), -1.0 / 9, 1e-12);
    EXPECT_NEAR(opinion.evaluation.nearest_miss.value(), 1.0 / 9, 1e-12);
}

TEST(BollingerStrategyTest, RevertsOrFollows) {
    const std::vector<double> closes = {10, 12, 12, 9, 9.75};
    Rule reversion("bollinger", {{"period", "2"}, {"width", "0.5"}});
    EXPECT_THAT(
        reversion.after_each(closes),
        ElementsAre(
            "warming_up 0",
            "close_above_upper_band -1",
            "close_between_bands 0",  // the bands coincide
            "close_below_lower_band 1",
            "close_above_upper_band -1"));
    Rule breakout("bollinger", {{"period", "2"}, {"width", "0.5"}, {"rule", "breakout"}});
    EXPECT_THAT(
        breakout.after_each(closes),
        ElementsAre(
            "warming_up 0",
            "close_above_upper_band 1",
            "close_between_bands 0",
            "close_below_lower_band -1",
            "close_above_upper_band 1"));
    EXPECT_EQ(breakout.strategy().bars_needed(), 2U);
}

TEST(BollingerStrategyTest, MayGiveTheMiddleBandAsExit) {
    const Entries entries = {{"period", "2"}, {"width", "0.5"}, {"exit_at_middle", "true"}};
    Rule reversion("bollinger", entries);
    reversion.after(12);
    const Opinion bought = reversion.after(9);
    EXPECT_EQ(bought.evaluation.take_profit, 10.5);
    EXPECT_EQ(bought.evaluation.stop, std::nullopt);

    Entries following = entries;
    following.emplace_back("rule", "breakout");
    Rule breakout("bollinger", following);
    breakout.after(9);
    const Opinion followed = breakout.after(12);
    EXPECT_EQ(followed.evaluation.stop, 10.5);
    EXPECT_EQ(followed.evaluation.take_profit, std::nullopt);
}

TEST(VoteStrategyTest, TheWeightedMeanDecides) {
    const Entries entries = {
        {"rsi_period", "2"},
        {"macd_fast", "1"},
        {"macd_slow", "2"},
        {"macd_signal", "2"},
        {"bollinger_period", "2"},
        {"bollinger_width", "0.5"},
        {"macd_weight", "2"}};
    const std::vector<double> closes = {100, 101, 102, 90};
    Rule rule("vote", entries);
    rule.after_each(closes);
    // RSI and Bollinger say long (1 each), MACD short (2): a draw.
    const Opinion draw = rule.after(70);
    EXPECT_EQ(draw.reason, "votes_undecided");
    EXPECT_EQ(reading(draw.evaluation, "rsi_vote"), 1);
    EXPECT_EQ(reading(draw.evaluation, "bollinger_vote"), 1);
    EXPECT_EQ(reading(draw.evaluation, "macd_vote"), -1);
    EXPECT_EQ(reading(draw.evaluation, "score"), 0);
    EXPECT_EQ(draw.evaluation.nearest_miss, 0.5);

    Entries without_macd = entries;
    without_macd.emplace_back("macd_weight", "0");
    without_macd.emplace_back("threshold", "1");
    Rule unanimous("vote", without_macd);
    unanimous.after_each(closes);
    EXPECT_EQ(unanimous.after(70).wanted, 1);
    EXPECT_EQ(unanimous.after(140).wanted, -1);
    EXPECT_EQ(unanimous.strategy().bars_needed(), 3U);
}

TEST(ParametersTest, EveryKindCompletesAndPassesItsDefaults) {
    for (const Kind& kind : registered_kinds()) {
        const Settings own = section(kind, {});
        EXPECT_THAT(problems_of(own, kind), IsEmpty()) << kind.name;
        EXPECT_GT(kind.make(own)->bars_needed(), 1U) << kind.name;
    }
}

TEST(ParametersTest, SectionsAreOneFamilyByKind) {
    std::vector<std::string> kinds;
    for (const auto& section : settings()) {
        EXPECT_EQ(section.name, "strategy.*");
        EXPECT_EQ(section.settings.front().key, "kind");
        EXPECT_THAT(section.settings.front().choices, SizeIs(registered_kinds().size()));
        for (const auto& each : section.settings) EXPECT_NE(each.help, "") << each.key;
        kinds.push_back(section.kind);
    }
    EXPECT_THAT(kinds, ElementsAre("bollinger", "cipher_a", "cipher_b", "macd", "rsi", "vote"));
}

/// "key: message" for each problem of a configuration with [strategy.x].
std::vector<std::string> complaints(const Entries& entries) {
    Settings configuration;
    configuration.set("strategy.x.instruments", "kraken:BTC/EUR");
    for (const auto& [key, value] : entries) configuration.set("strategy.x." + key, value);
    std::vector<std::string> result;
    for (const auto& each : problems(configuration))
        result.push_back(each.key + ": " + each.message);
    return result;
}

TEST(ParametersTest, ProblemsNameTheKeyAndTheFix) {
    EXPECT_THAT(complaints({{"kind", "rsi"}}), IsEmpty());
    EXPECT_THAT(
        complaints({{"kind", "oracle"}}),
        ElementsAre("strategy.x.kind: is \"oracle\"; write one of bollinger, cipher_a, cipher_b, "
                    "macd, rsi, "
                    "vote"));
    EXPECT_THAT(
        complaints({{"kind", "rsi"}, {"lower", "70"}, {"upper", "30"}}),
        ElementsAre("strategy.x.lower: must be less than `upper` (30)"));
    EXPECT_THAT(
        complaints({{"kind", "rsi"}, {"lower", "-1"}, {"period", "0"}, {"long_only", "yes"}}),
        ElementsAre(
            "strategy.x.long_only: is \"yes\"; write true or false",
            "strategy.x.period: is \"0\"; write 1 to 100800",
            "strategy.x.lower: is \"-1\"; write 0 to 100"));
    EXPECT_THAT(
        complaints({{"kind", "rsi"}, {"interval", "7m"}}),
        ElementsAre("strategy.x.interval: must divide 24h, as 1m, 15m, 4h or 1d do"));
    EXPECT_THAT(
        complaints({{"kind", "rsi"}, {"interval", "2d"}, {"valid_for", "soon"}}), SizeIs(2));
    EXPECT_THAT(
        complaints({{"kind", "rsi"}, {"instruments", ""}}),
        ElementsAre(HasSubstr("strategy.x.instruments: is \"\"; write instruments such as")));
    EXPECT_THAT(complaints({{"kind", "rsi"}, {"instruments", "BTC"}}), SizeIs(1));
    EXPECT_THAT(
        complaints({{"kind", "macd"}, {"fast", "26"}}),
        ElementsAre("strategy.x.fast: must be less than `slow` (26)"));
    EXPECT_THAT(
        complaints({{"kind", "bollinger"}, {"period", "1"}, {"rule", "reversion"}}), SizeIs(1));
    EXPECT_THAT(
        complaints({{"kind", "bollinger"}, {"rule", "both"}}),
        ElementsAre("strategy.x.rule: is \"both\"; write one of reversion, breakout"));
    EXPECT_THAT(
        complaints(
            {{"kind", "vote"},
             {"rsi_lower", "80"},
             {"macd_fast", "40"},
             {"bollinger_period", "1"},
             {"rsi_weight", "0"},
             {"macd_weight", "0"},
             {"bollinger_weight", "0"}}),
        SizeIs(4));
}

TEST(ReasonCodesTest, EveryCodeIsDocumentedAndNoneTwice) {
    std::ifstream file(TAPEDECK_SOURCE_DIR "/docs/reason-codes.md");
    std::stringstream text;
    text << file.rdbuf();
    std::vector<Reason> all = common_reasons();
    for (const Kind& kind : registered_kinds()) {
        all.insert(all.end(), kind.reasons.begin(), kind.reasons.end());
    }
    std::set<std::string_view> seen;
    for (const Reason& reason : all) {
        EXPECT_TRUE(seen.insert(reason.code).second) << reason.code;
        const std::string row = "| `" + std::string(reason.code) + "` | ";
        EXPECT_THAT(text.str(), HasSubstr(row));
        EXPECT_THAT(text.str(), HasSubstr(std::string(reason.help))) << reason.code;
    }
}

}  // namespace
}  // namespace tapedeck::strategy
