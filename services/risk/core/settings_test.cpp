#include "risk/core/settings.h"

#include "base/decimal.h"
#include "testing/given.h"

#include <set>

namespace tapedeck::risk {
namespace {

using namespace tapedeck::testing;

Settings configured(std::map<std::string, std::string, std::less<>> values) {
    return Settings(std::move(values));
}

TEST(RiskSettings, DefaultsAreThoseThatTheDescriptorsName) {
    const Policy policy = Policy::read({});
    EXPECT_EQ(policy.account, "paper");
    EXPECT_EQ(policy.day_trades, 5);
    EXPECT_EQ(policy.day_loss, ratio("0.05"));
    EXPECT_EQ(policy.max_drawdown, ratio("0.2"));
    const InstrumentPolicy& any = policy.of(instrument("kraken:BTC/USD"));
    EXPECT_EQ(any.max_position, ratio("0.1"));
    EXPECT_EQ(any.stop_loss, ratio("0.03"));
    EXPECT_EQ(any.take_profit, ratio("0.1"));
    EXPECT_EQ(any.max_price_age, std::chrono::minutes(3));
    EXPECT_FALSE(any.allow_short);
    EXPECT_EQ(any.max_quantity, std::nullopt);
    EXPECT_TRUE(problems({}).empty());
}

TEST(RiskSettings, EveryDefaultIsCanonicalAndEveryKeyIsExplained) {
    for (const auto& section : settings()) {
        std::set<std::string> keys;
        for (const auto& setting : section.settings) {
            SCOPED_TRACE(section.name + " " + setting.key);
            EXPECT_TRUE(keys.insert(setting.key).second);
            EXPECT_FALSE(setting.help.empty());
            EXPECT_EQ(setting.help.back(), '.');
            if (setting.default_text.empty()) continue;
            if (setting.kind == SettingKind::Decimal) {
                EXPECT_EQ(
                    Decimal::parse(setting.default_text).value().to_string(), setting.default_text);
            }
            if (setting.kind == SettingKind::TimeSpan) {
                EXPECT_EQ(
                    to_string(parse_duration(setting.default_text).value()), setting.default_text);
            }
        }
    }
}

TEST(RiskSettings, AnInstrumentOverridesOnlyWhatItNames) {
    const Policy policy = Policy::read(configured(
        {{"risk.max_position", "0.3"},
         {"risk.stop_loss", "0.04"},
         {"risk.instrument.kraken:XBT.M/USD.max_position", "0.02"},
         {"risk.instrument.kraken:XBT.M/USD.stop_loss", ""}}));
    const auto& own = policy.of(instrument("kraken:XBT.M/USD"));
    EXPECT_EQ(own.max_position, ratio("0.02"));
    EXPECT_EQ(own.stop_loss, ratio("0.04"));
    EXPECT_EQ(policy.of(instrument("kraken:BTC/USD")).max_position, ratio("0.3"));
}

TEST(RiskSettings, ContradictionsAreNamedWithTheirFix) {
    const auto one = [](std::map<std::string, std::string, std::less<>> values) {
        const auto found = problems(configured(std::move(values)));
        EXPECT_EQ(found.size(), 1U) << ::testing::PrintToString(found);
        return found.empty() ? std::string() : found.front();
    };
    EXPECT_EQ(
        one({{"risk.stop_loss", "0.3"}}),
        "risk.stop_loss 0.3 is above risk.max_stop_distance 0.2; lower the one or raise the other");
    EXPECT_THAT(one({{"risk.max_position", "1.5"}}), ::testing::HasSubstr("risk.max_position"));
    EXPECT_THAT(one({{"risk.day_loss", "0.3"}}), ::testing::HasSubstr("risk.max_drawdown"));
    EXPECT_THAT(one({{"risk.day_loss", "0"}}), ::testing::HasSubstr("above 0"));
    EXPECT_THAT(one({{"risk.max_total_exposure", "2"}}), ::testing::HasSubstr("allow_leverage"));
    EXPECT_THAT(one({{"risk.post_only", "true"}}), ::testing::HasSubstr("entry"));
    EXPECT_THAT(one({{"risk.stop_loss", "0.001"}}), ::testing::HasSubstr("slippage_allowance"));
    EXPECT_THAT(one({{"risk.trailing", "0.0005"}}), ::testing::HasSubstr("trailing_step"));
    EXPECT_THAT(
        one({{"risk.min_notional", "10"}, {"risk.max_notional", "5"}}),
        ::testing::HasSubstr("risk.min_notional 10"));
    EXPECT_THAT(
        one({{"risk.sizing", "atr"}, {"risk.risk_per_trade", "0.03"}}),
        ::testing::HasSubstr("max_risk_per_trade"));
    EXPECT_THAT(
        one({{"risk.strategy.s.budget", "2"}}), ::testing::HasSubstr("risk.strategy.s.budget"));
    EXPECT_THAT(
        one({{"risk.instrument.BTC.max_position", "0.1"}}),
        ::testing::HasSubstr("is not an instrument"));
}

}  // namespace
}  // namespace tapedeck::risk
