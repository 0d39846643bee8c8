#include "base/instrument.h"

#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace tapedeck {
namespace {

TEST(InstrumentTest, IsVenueBaseAndQuote) {
    const auto btc = Instrument::parse("kraken:BTC/EUR").value();
    EXPECT_EQ(btc.name(), "kraken:BTC/EUR");
    EXPECT_EQ(btc.to_string(), "kraken:BTC/EUR");
    EXPECT_EQ(btc.venue(), "kraken");
    EXPECT_EQ(btc.base(), "BTC");
    EXPECT_EQ(btc.quote(), "EUR");
    EXPECT_FALSE(btc.empty());
    const auto odd = Instrument::parse("venue-2:ETH2.S/USDC-PERP").value();
    EXPECT_EQ(odd.venue(), "venue-2");
    EXPECT_EQ(odd.base(), "ETH2.S");
    EXPECT_EQ(odd.quote(), "USDC-PERP");
}

TEST(InstrumentTest, IsEmptyByDefault) {
    const Instrument none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.name(), "");
    EXPECT_EQ(none.venue(), "");
    EXPECT_EQ(none.base(), "");
    EXPECT_EQ(none.quote(), "");
    EXPECT_EQ(none.filter(), 0U);
}

TEST(InstrumentTest, RefusesEverythingElseAndSaysHowToWriteOne) {
    for (const char* text :
         {"",
          ":",
          "/",
          ":/",
          "kraken",
          "kraken:BTC",
          "BTC/EUR",
          ":BTC/EUR",
          "kraken:/EUR",
          "kraken:BTC/",
          "Kraken:BTC/EUR",
          "kraken:btc/EUR",
          "kraken:BTC/eur",
          "kraken:BTC/EUR/USD",
          "kraken:BTC:EUR/USD",
          "kraken/BTC:EUR",
          "kraken: BTC/EUR",
          " kraken:BTC/EUR",
          "kraken:BTC/EUR ",
          "kraken:BTC_EUR/X",
          "kräken:BTC/EUR"}) {
        const auto instrument = Instrument::parse(text);
        ASSERT_FALSE(instrument) << text;
        EXPECT_NE(instrument.error().message.find("venue:BASE/QUOTE"), std::string::npos);
        EXPECT_EQ(instrument.error().exit_code, ExitCode::Usage);
    }
}

TEST(InstrumentTest, HoldsAtMostThirtyNineCharacters) {
    const std::string longest = "v:" + std::string(33, 'A') + "/EUR";
    ASSERT_EQ(longest.size(), Instrument::kMaxLength - 0U);
    EXPECT_EQ(Instrument::parse(longest).value().name(), longest);
    EXPECT_FALSE(Instrument::parse("v:" + std::string(34, 'A') + "/EUR"));
}

TEST(InstrumentTest, SortsAndComparesByName) {
    const auto parse = [](const char* text) { return Instrument::parse(text).value(); };
    const std::set<Instrument> sorted{
        parse("kraken:BTC/EUR"), parse("coinbase:BTC/EUR"), parse("kraken:BTC/E"), Instrument{}};
    ASSERT_EQ(sorted.size(), 4U);
    EXPECT_TRUE(sorted.begin()->empty());
    EXPECT_EQ(sorted.rbegin()->name(), "kraken:BTC/EUR");
    EXPECT_EQ(parse("kraken:BTC/EUR"), parse("kraken:BTC/EUR"));
    EXPECT_NE(parse("kraken:BTC/EUR"), parse("kraken:BTC/USD"));
}

TEST(InstrumentTest, AnyTwoAreOrderedAsTheirNamesAre) {
    // Differences in each word of eight, at its ends, and names that are the start of another.
    std::vector<Instrument> all{Instrument{}};
    for (const std::string venue : {"a", "v", "venue-1", "venue-2", "venue-10", "venue-of-nine"}) {
        for (const std::string base : {"A", "B", "AB", "BTC", "BTC.S", "BTCBTCBTC", "BTCBTCBTD"}) {
            for (const std::string quote : {"E", "EUR", "EURO", "USD-PERP", "USD-PERQ"}) {
                all.push_back(Instrument::parse(venue + ":" + base + "/" + quote).value());
            }
        }
    }
    for (const auto& a : all) {
        for (const auto& b : all) {
            EXPECT_EQ(a <=> b, a.name() <=> b.name()) << a.name() << " " << b.name();
            EXPECT_EQ(a == b, a.name() == b.name()) << a.name() << " " << b.name();
        }
    }
}

TEST(InstrumentTest, FiltersByTheChecksumOfItsName) {
    EXPECT_EQ(Instrument::parse("kraken:BTC/EUR").value().filter(), crc32c("kraken:BTC/EUR"));
}

}  // namespace
}  // namespace tapedeck
