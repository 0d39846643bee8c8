#include "venues/kraken/symbols.h"

#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::symbols;

TEST(SymbolsTest, SpellsPairsOurWay) {
    const auto known = symbols();
    EXPECT_EQ(known.find("XXBTZUSD")->instrument.name(), "kraken:BTC/USD");
    EXPECT_EQ(known.find("XDGEUR")->instrument.name(), "kraken:DOGE/EUR");
    EXPECT_EQ(known.find("XBTUSDT")->symbol, "BTC/USDT");
    EXPECT_EQ(known.pairs().size(), 3U);
    EXPECT_THAT(known.skipped(), ElementsAre());
}

TEST(SymbolsTest, FindsAPairByEverySpelling) {
    const auto known = symbols();
    for (const auto* name : {"XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD"}) {
        ASSERT_NE(known.find(name), nullptr) << name;
        EXPECT_EQ(known.find(name)->id, "XXBTZUSD") << name;
    }
    const auto instrument = Instrument::parse("kraken:BTC/USD").value();
    EXPECT_EQ(known.find(instrument)->altname, "XBTUSD");
    EXPECT_EQ(known.find("BTCUSD"), nullptr);
    EXPECT_EQ(known.find(Instrument::parse("paper:BTC/USD").value()), nullptr);
}

TEST(SymbolsTest, SpellsCurrenciesOurWay) {
    const auto known = symbols();
    EXPECT_EQ(known.currency("XXBT"), "BTC");
    EXPECT_EQ(known.currency("XBT"), "BTC");
    EXPECT_EQ(known.currency("ZEUR"), "EUR");
    EXPECT_EQ(known.currency("XXDG"), "DOGE");
    EXPECT_EQ(known.currency("USDT"), "USDT");
    EXPECT_EQ(known.currency("XXBT.F"), "BTC.F") << "not for sale";
    EXPECT_EQ(known.currency("XBT.M"), "BTC.M");
    EXPECT_EQ(known.currency("ETH2.S"), "ETH2.S");
    EXPECT_EQ(known.currency(std::string(100000, '.')).size(), 100000U) << "whatever comes";
    EXPECT_EQ(known.currency("ZEUS"), "ZEUS") << "a Z at the front isn't always a prefix";
}

TEST(SymbolsTest, ReadsWhatAPairDemands) {
    const auto known = symbols();
    const auto* pair = known.find("XBTUSDT");
    const auto instrument = listed(*pair);
    EXPECT_EQ(instrument.instrument.name(), "kraken:BTC/USDT");
    EXPECT_EQ(instrument.price_tick.to_string(), "0.1");
    EXPECT_EQ(instrument.quantity_step.to_string(), "0.00000001");
    EXPECT_EQ(instrument.quantity_min.to_string(), "0.00005");
    EXPECT_EQ(instrument.notional_min.to_string(), "0.5");
    EXPECT_EQ(pair->price_decimals, 1U);
    EXPECT_EQ(pair->quantity_decimals, 8U);
    EXPECT_EQ(pair->cost_decimals, 5U);
    ASSERT_EQ(pair->taker_fees.size(), 3U);
    EXPECT_EQ(pair->taker_fees[0].rate.to_string(), "0.004");
    EXPECT_EQ(pair->maker_fees[1].rate.to_string(), "0.002");
    EXPECT_EQ(pair->maker_fees[2].volume.to_string(), "50000");
    EXPECT_EQ(known.find("XDGEUR")->status, PairStatus::CancelOnly);
    EXPECT_EQ(pair_status("somewhat_online"), PairStatus::Unknown);
}

std::vector<std::string> skipped(const std::string& pairs) {
    const auto assets = json::Document::parse(testing::kAssets);
    const auto document = json::Document::parse(pairs);
    return Symbols::read(assets.value().root(), document.value().root()).value().skipped();
}

std::string entry(const std::string& altname, const std::string& wsname, const std::string& more) {
    return R"({"altname":")" + altname + R"(","wsname":")" + wsname +
           R"(","cost_decimals":5,"pair_decimals":1,"lot_decimals":8,)" + more + "}";
}

constexpr const char* kGood = R"("lot_multiplier":1,"ordermin":"1","tick_size":"0.1")";

TEST(SymbolsTest, APairThatCannotBeUsedIsLeftOutAndToldOf) {
    EXPECT_THAT(skipped("{\"A\":" + entry("A", "A/USD", kGood) + "}"), ElementsAre());
    EXPECT_THAT(
        skipped("{\"A\":" + entry("A", "AUSD", kGood) + "}"), ElementsAre(HasSubstr("a slash")));
    EXPECT_THAT(
        skipped("{\"A\":" + entry("A", "Ax/USD", kGood) + "}"), ElementsAre(HasSubstr("Ax/USD")));
    EXPECT_THAT(
        skipped(
            "{\"A\":" +
            entry(
                "A",
                "A/USD",
                R"("lot_multiplier":1,"ordermin":"1",)"
                R"("tick_size":"0")") +
            "}"),
        ElementsAre(HasSubstr("A.tick_size")));
    EXPECT_THAT(
        skipped(
            "{\"A\":" +
            entry(
                "A",
                "A/USD",
                R"("lot_multiplier":10,"ordermin":"1",)"
                R"("tick_size":"1")") +
            "}"),
        ElementsAre(HasSubstr("lots of one unit")));
    EXPECT_THAT(skipped(R"({"A":{},"B":7,"C":null})").size(), 3U);
}

TEST(SymbolsTest, TwoPairsNeverShareASpelling) {
    const auto pairs =
        "{\"A\":" + entry("AB", "A/USD", kGood) + ",\"AB\":" + entry("X", "B/USD", kGood) + "}";
    EXPECT_THAT(skipped(pairs), ElementsAre("AB: AB names A already"));
}

TEST(SymbolsTest, RefusesAnswersOfAnotherShape) {
    const auto list = json::Document::parse("[]");
    const auto object = json::Document::parse("{}");
    EXPECT_FALSE(Symbols::read(list->root(), object->root()));
    EXPECT_FALSE(Symbols::read(object->root(), list->root()));
    EXPECT_TRUE(Symbols::read(object->root(), object->root()));
}

}  // namespace
}  // namespace tapedeck::kraken
