#include "venues/paper/venue_story_test.h"

namespace tapedeck::paper::testing {
namespace {

using ::testing::ElementsAre;

TEST(PaperFeesTest, FollowKrakensLadder) {
    const Fees fees;
    const auto at = [&](Liquidity liquidity, std::string_view volume) {
        return fees.rate(liquidity, money(volume)).to_string();
    };
    EXPECT_EQ(at(Liquidity::Taker, "0"), "0.004");
    EXPECT_EQ(at(Liquidity::Taker, "9999.99"), "0.004");
    EXPECT_EQ(at(Liquidity::Taker, "10000"), "0.0035");
    EXPECT_EQ(at(Liquidity::Taker, "50000"), "0.0024");
    EXPECT_EQ(at(Liquidity::Taker, "100000"), "0.0022");
    EXPECT_EQ(at(Liquidity::Taker, "250000"), "0.002");
    EXPECT_EQ(at(Liquidity::Taker, "500000"), "0.0018");
    EXPECT_EQ(at(Liquidity::Taker, "1000000"), "0.0016");
    EXPECT_EQ(at(Liquidity::Taker, "2500000"), "0.0014");
    EXPECT_EQ(at(Liquidity::Taker, "5000000"), "0.0012");
    EXPECT_EQ(at(Liquidity::Taker, "10000000"), "0.001");
    EXPECT_EQ(at(Liquidity::Maker, "0"), "0.0025");
    EXPECT_EQ(at(Liquidity::Maker, "10000"), "0.002");
    EXPECT_EQ(at(Liquidity::Maker, "50000"), "0.0014");
    EXPECT_EQ(at(Liquidity::Maker, "100000"), "0.0012");
    EXPECT_EQ(at(Liquidity::Maker, "250000"), "0.001");
    EXPECT_EQ(at(Liquidity::Maker, "500000"), "0.0008");
    EXPECT_EQ(at(Liquidity::Maker, "1000000"), "0.0006");
    EXPECT_EQ(at(Liquidity::Maker, "2500000"), "0.0004");
    EXPECT_EQ(at(Liquidity::Maker, "5000000"), "0.0002");
    EXPECT_EQ(at(Liquidity::Maker, "99000000"), "0");
}

TEST(PaperFeesTest, AreRoundedUpToEightDecimals) {
    // 0.1 × 0.00000001 is a billionth: something is owed, the least there is
    EXPECT_EQ(fee_of(money("0.00000001"), ratio("0.1")).value(), money("0.00000001"));
    EXPECT_EQ(fee_of(money("100"), ratio("0.004")).value(), money("0.4"));
    EXPECT_EQ(fee_of(money("0"), ratio("0.004")).value(), money("0"));
}

TEST(PaperFeesTest, FallWithTheVolumeOfThirtyDaysAndRiseWhenItIsOver) {
    VenueStory story{"fees=kraken"};
    const auto fee_of_a_buy = [&] {
        story.open(market_order(Side::Buy, "1"));
        return only<OrderFilled>(story.flat_candle("10000")).at(0).fee.to_string();
    };
    EXPECT_EQ(fee_of_a_buy(), "40");  // 0.40 %
    EXPECT_EQ(fee_of_a_buy(), "35");  // 10,000 traded: 0.35 %
    story.pass(hours(24 * 29));
    EXPECT_EQ(fee_of_a_buy(), "35");  // 20,000, the first two still count on the 30th day
    story.pass(hours(24));
    EXPECT_EQ(fee_of_a_buy(), "35");  // 10,000 of yesterday
    story.pass(hours(24 * 30));
    EXPECT_EQ(fee_of_a_buy(), "40");
}

TEST(PaperFeesTest, CountFillsThatAreInFlight) {
    VenueStory story{"fees=kraken"};
    story.open(market_order(Side::Buy, "1"));
    story.open(market_order(Side::Buy, "1"));
    const auto fills = only<OrderFilled>(story.flat_candle("10000"));
    ASSERT_EQ(fills.size(), 2U);
    EXPECT_EQ(fills[0].fee, money("40"));
    EXPECT_EQ(fills[1].fee, money("35"));
}

TEST(PaperFeesTest, AreFlatOrNothingIfToldSo) {
    VenueStory flat{"fees=flat", "maker_fee=0.001", "taker_fee=0.002"};
    flat.open(market_order(Side::Buy, "1"));
    EXPECT_EQ(only<OrderFilled>(flat.flat_candle("100")).at(0).fee, money("0.2"));
    flat.open(limit_order(Side::Sell, "1", "110"));
    EXPECT_EQ(only<OrderFilled>(flat.candle("100", "120", "100", "100")).at(0).fee, money("0.11"));
    EXPECT_EQ(flat.cash(), money("100009.69"));  // 100000 − 100 − 0.2 + 110 − 0.11
    VenueStory none;
    none.open(market_order(Side::Buy, "1"));
    EXPECT_EQ(only<OrderFilled>(none.flat_candle("100")).at(0).fee, money("0"));
}

TEST(PaperSettingsTest, DefaultsAreThoseOfTheSection) {
    const auto configuration = Configuration::of({});
    EXPECT_EQ(configuration.account, "paper");
    EXPECT_THAT(
        configuration.cash, ElementsAre(std::pair<std::string, Money>("EUR", money("10000"))));
    EXPECT_EQ(configuration.latency, milliseconds(50));
    EXPECT_EQ(configuration.slippage, ratio("0.0005"));
    EXPECT_EQ(configuration.participation, ratio("0.1"));
    EXPECT_FALSE(configuration.limit_fills_on_touch);
    EXPECT_EQ(settings().at(0).name, "paper");
}

}  // namespace
}  // namespace tapedeck::paper::testing
