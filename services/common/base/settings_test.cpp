#include "base/settings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapedeck {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

TEST(SettingsTest, ReadsCanonicalTextByType) {
    const Settings settings(
        {{"a.text", "demo"},
         {"a.flag", "true"},
         {"a.off", "false"},
         {"a.count", "-12"},
         {"a.ratio", "0.03"},
         {"a.wait", "1h30m"},
         {"a.list", "x,y,z"}});
    EXPECT_EQ(settings.text("a.text"), "demo");
    EXPECT_TRUE(settings.flag("a.flag", false));
    EXPECT_FALSE(settings.flag("a.off", true));
    EXPECT_EQ(settings.integer("a.count", 0), -12);
    EXPECT_EQ(settings.decimal("a.ratio", {}).to_string(), "0.03");
    EXPECT_EQ(settings.duration("a.wait", {}), 90min);
    EXPECT_EQ(settings.list("a.list"), (Names{"x", "y", "z"}));
}

TEST(SettingsTest, FallsBackWhereAValueIsMissingOrMalformed) {
    // A tape written by another build must never stop a decider.
    const Settings settings(
        {{"flag", "yes"},
         {"count", "12x"},
         {"huge", "99999999999999999999"},
         {"ratio", "1e5"},
         {"wait", "5x"},
         {"empty", ""}});
    const Decimal one = Decimal::from_integer(1);
    for (const char* key : {"flag", "count", "huge", "ratio", "wait", "empty", "missing"}) {
        EXPECT_TRUE(settings.flag(key, true)) << key;
        EXPECT_EQ(settings.integer(key, 7), 7) << key;
        EXPECT_EQ(settings.duration(key, 3s), 3s) << key;
    }
    EXPECT_EQ(settings.decimal("ratio", one), one);
    EXPECT_EQ(settings.decimal("missing", one), one);
    EXPECT_EQ(settings.text("missing", "else"), "else");
    EXPECT_EQ(settings.text("empty", "else"), "");
    EXPECT_FALSE(settings.has("missing"));
    EXPECT_TRUE(settings.has("empty"));
}

TEST(SettingsTest, SplitsListsAtCommas) {
    const Settings settings({{"none", ""}, {"one", "a"}, {"holes", ",a,"}});
    EXPECT_EQ(settings.list("none"), Names{});
    EXPECT_EQ(settings.list("missing"), Names{});
    EXPECT_EQ(settings.list("one"), Names{"a"});
    EXPECT_EQ(settings.list("holes"), (Names{"", "a", ""}));
}

TEST(SettingsTest, NamesTheSectionsOfAFamilyInOrder) {
    const Settings settings(
        {{"strategy.rsi_btc.kind", "rsi"},
         {"strategy.rsi_btc.period", "14"},
         {"strategy.macd.kind", "macd"},
         {"strategy.macd-2.kind", "macd"},
         {"strategy.loose", "no section"},
         {"strategyx.other.kind", "no"}});
    EXPECT_EQ(settings.names_in("strategy"), (Names{"macd", "macd-2", "rsi_btc"}));
    EXPECT_EQ(settings.names_in("risk"), Names{});
}

TEST(SettingsTest, NamesSectionsThatHoldDots) {
    const Settings settings(
        {{"risk.max_position", "1"},
         {"risk.instrument.kraken:ETH2.S/EUR.max_position", "1"},
         {"risk.instrument.kraken:ETH2.S/EUR.min", "1"},
         {"risk.instrument.kraken:ETH2/EUR.max_position", "2"}});
    EXPECT_EQ(
        settings.names_in("risk.instrument"), (Names{"kraken:ETH2.S/EUR", "kraken:ETH2/EUR"}));
    EXPECT_EQ(settings.below("risk.instrument.kraken:ETH2.S/EUR").text("max_position"), "1");
}

TEST(SettingsTest, CutsOutWhatIsBelowAPrefix) {
    const Settings settings({{"a.b.x", "1"}, {"a.b.y", "2"}, {"a.bc.x", "3"}, {"a.b", "4"}});
    const Settings below = settings.below("a.b");
    EXPECT_EQ(below.values().size(), 2U);
    EXPECT_EQ(below.text("x"), "1");
    EXPECT_EQ(below.text("y"), "2");
}

TEST(SettingsTest, SetsAndCompares) {
    Settings a;
    a.set("x", "1");
    a.set("x", "2");
    EXPECT_EQ(a.text("x"), "2");
    EXPECT_EQ(a, Settings(std::map<std::string, std::string, std::less<>>{{"x", "2"}}));
    EXPECT_NE(a, Settings{});
}

}  // namespace
}  // namespace tapedeck
