#include "cli/trading_terms.h"

#include <gmock/gmock.h>

namespace tapedeck::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto says(const std::string& verdict, const std::string& words) {
    return AllOf(Field(&Finding::verdict, verdict), Field(&Finding::text, HasSubstr(words)));
}

const Instrument kBitcoin = Instrument::parse("kraken:BTC/USD").value();
const Instrument kEther = Instrument::parse("kraken:ETH/USD").value();

Ratio ratio(std::string_view text) {
    return Ratio::parse(text).value();
}

Money money(std::string_view text) {
    return Money::parse(text).value();
}

Settings settings(const std::vector<std::pair<std::string, std::string>>& values = {}) {
    Settings result;
    for (const auto& [key, value] : values) result.set(key, value);
    return result;
}

TEST(VenueFeesTest, PairsOfOneRateAreOneLine) {
    EXPECT_THAT(
        check_fees(
            settings(),
            {{kBitcoin, ratio("0.004"), ratio("0.0025")},
             {kEther, ratio("0.004"), ratio("0.0025")}},
            money("1234.5")),
        ElementsAre(says(
            "ok", "fees of BTC/USD, ETH/USD: 0.4 % as taker, 0.25 % as maker, with 1234.5 USD")));
    EXPECT_THAT(check_fees(settings(), {}, Money{}), IsEmpty());
}

TEST(VenueFeesTest, AnAllowanceBelowTheFeeIsTold) {
    const std::vector<VenueFees> fees{{kBitcoin, ratio("0.004"), ratio("0.0025")}};
    const auto found = check_fees(settings({{"risk.fee_allowance", "0.0039"}}), fees, Money{});
    EXPECT_THAT(found.back(), says("warn", "risk.fee_allowance is 0.0039"));
    EXPECT_THAT(found.back().text, HasSubstr("set it to 0.004"));
    EXPECT_EQ(check_fees(settings({{"risk.fee_allowance", "0.004"}}), fees, Money{}).size(), 1U);
}

TEST(VenueFeesTest, PaperFeesBelowTheVenuesAreTold) {
    const std::vector<VenueFees> fees{{kBitcoin, ratio("0.004"), ratio("0.0025")}};
    const auto found =
        check_fees(settings({{"paper.fees", "flat"}, {"paper.taker_fee", "0.001"}}), fees, Money{});
    EXPECT_THAT(found.back(), says("warn", "[paper] takes 0.001 of a taker's fill"));
    EXPECT_EQ(check_fees(settings({{"paper.fees", "kraken"}}), fees, Money{}).size(), 1U);
    EXPECT_THAT(
        check_fees(settings({{"paper.fees", "kraken"}}), fees, money("60000")).back(),
        says("warn", "[paper] takes 0.0024"))
        << "the ladder has come down, the venue's rate has not";
    EXPECT_EQ(
        check_fees(settings({{"paper.fees", "zero"}, {"risk.account", "real"}}), fees, Money{})
            .size(),
        1U)
        << "no order is a paper one";
}

TEST(EntrySizeTest, AFixedSizeNeedsNoEquity) {
    const auto found = [&](const std::string& value) {
        return check_entry_sizes(
            settings({{"risk.sizing", "fixed"}, {"risk.fixed_notional", value}}),
            {{kBitcoin, money("3.21")}},
            {});
    };
    EXPECT_THAT(found("3.21"), ElementsAre(says("ok", "can reach the minimum of BTC/USD")));
    EXPECT_THAT(
        found("3.2"),
        ElementsAre(says(
            "warn",
            "kraken:BTC/USD is worth 3.2 USD at most by [risk], and the venue takes none below "
            "3.21 USD")));
}

TEST(EntrySizeTest, AFractionIsOfTheEquityWithinTheLimits) {
    const auto verdict = [](const std::string& equity,
                            const std::string& key = "risk.trailing",
                            const std::string& value = "0") {
        const auto found = check_entry_sizes(
            settings(
                {{"risk.sizing", "fraction"},
                 {"risk.fraction", "0.05"},
                 {"risk.max_position", "0.1"},
                 {key, value}}),
            {{kBitcoin, money("5")}},
            money(equity));
        return found.empty() ? "nothing" : found[0].verdict;
    };
    EXPECT_EQ(verdict("100"), "ok");
    EXPECT_EQ(verdict("99"), "warn");
    EXPECT_EQ(verdict("100", "risk.max_position", "0.04"), "warn");
    EXPECT_EQ(verdict("100", "risk.max_notional", "4"), "warn");
}

TEST(EntrySizeTest, WhatNobodyKnowsIsPassedOver) {
    const std::vector<LeastOrder> least{{kBitcoin, money("5")}};
    EXPECT_THAT(check_entry_sizes(settings({{"risk.sizing", "fraction"}}), least, {}), IsEmpty());
    EXPECT_THAT(
        check_entry_sizes(settings({{"risk.sizing", "atr"}}), least, money("10")), IsEmpty());
    EXPECT_THAT(
        check_entry_sizes(settings({{"risk.sizing", "risk_fraction"}}), least, money("10")),
        IsEmpty());
}

TEST(EntrySizeTest, AnotherCurrencyIsNeverEntered) {
    EXPECT_THAT(
        check_entry_sizes(
            settings({{"risk.currency", "EUR"}}), {{kBitcoin, money("5")}}, money("1000")),
        ElementsAre(says("warn", "is not quoted in risk.currency, EUR")));
}

}  // namespace
}  // namespace tapedeck::cli
