#include "venues/paper/configuration.h"

#include <algorithm>

namespace tapedeck::paper {
namespace {

Setting setting(std::string key, SettingKind kind, std::string default_text, std::string help) {
    Setting result;
    result.key = std::move(key);
    result.kind = kind;
    result.default_text = std::move(default_text);
    result.help = std::move(help);
    return result;
}

Setting bounded(Setting setting, std::string min, std::string max) {
    setting.min = std::move(min);
    setting.max = std::move(max);
    return setting;
}

Setting chosen(Setting setting, std::vector<std::string> choices) {
    setting.choices = std::move(choices);
    return setting;
}

std::vector<Setting> account_settings() {
    using enum SettingKind;
    return {
        setting("account", Text, "paper", "The account whose orders it fills."),
        setting(
            "cash",
            TextList,
            "EUR:10000",
            "What is deposited at the first start, once per currency: CURRENCY:AMOUNT."),
        chosen(
            setting(
                "fees", Text, "kraken", "Kraken's ladder by 30-day volume, flat rates, or none."),
            {"kraken", "flat", "zero"}),
        bounded(
            setting("maker_fee", Decimal, "0.0025", "Flat schedule: share of a maker's fill."),
            "0",
            "0.1"),
        bounded(
            setting("taker_fee", Decimal, "0.004", "Flat schedule: share of a taker's fill."),
            "0",
            "0.1"),
        setting("allow_short", Flag, "false", "Sell orders may exceed the holding."),
    };
}

std::vector<Setting> matching_settings() {
    using enum SettingKind;
    return {
        bounded(
            setting("latency", TimeSpan, "50ms", "From the intent until the order is in the book."),
            "0s",
            "1h"),
        bounded(
            setting(
                "candle_slack",
                TimeSpan,
                "2s",
                "A candle that opened at most so long before the intent still counts as after it "
                "(never more than half a candle): decisions on a close come a moment late."),
            "0s",
            "1m"),
        bounded(
            setting(
                "slippage_bps",
                Decimal,
                "5",
                "Basis points that a taker pays on top of a candle's or trade's price."),
            "0",
            "1000"),
        bounded(
            setting(
                "participation",
                Decimal,
                "0.1",
                "The share of a candle's volume or a trade's size that our orders may take."),
            "0.000001",
            "1"),
        setting(
            "limit_fills_on_touch",
            Flag,
            "false",
            "Limit and take-profit orders fill when their price is touched, not only when it is "
            "traded through."),
    };
}

std::vector<Setting> rehearsal_settings() {
    using enum SettingKind;
    return {
        bounded(
            setting(
                "lost_answers",
                Decimal,
                "0",
                "Rehearsal of Unknown: the share of orders that get no answer; half of them live."),
            "0",
            "1"),
        bounded(
            setting("lost_answers_seed", Integer, "1", "Which orders those are."),
            "0",
            "9223372036854775807"),
    };
}

SettingsSection section() {
    SettingsSection result;
    result.name = "paper";
    result.help = "The paper venue: fills orders against market data, without a real account.";
    for (auto&& part : {account_settings(), matching_settings(), rehearsal_settings()}) {
        result.settings.insert(result.settings.end(), part.begin(), part.end());
    }
    return result;
}

std::string default_of(const SettingsSection& section, std::string_view key) {
    for (const auto& each : section.settings) {
        if (each.key == key) return each.default_text;
    }
    return "";
}

/// "EUR:10000,USD:50"; parts that are no amounts are left out.
std::vector<std::pair<std::string, Money>> cash_in(const std::vector<std::string>& texts) {
    std::vector<std::pair<std::string, Money>> result;
    for (const auto& text : texts) {
        const auto colon = text.find(':');
        if (colon == std::string::npos) continue;
        const auto amount = Money::parse(std::string_view(text).substr(colon + 1));
        if (amount) result.emplace_back(text.substr(0, colon), *amount);
    }
    std::sort(result.begin(), result.end());
    return result;
}

FeeSchedule schedule_of(std::string_view name) {
    for (const auto& entry : enum_names(FeeSchedule{})) {
        if (entry.name == name) return entry.value;
    }
    return FeeSchedule::Kraken;
}

std::int64_t millionths(Decimal ratio) {
    return static_cast<std::int64_t>(ratio.units() / (Decimal::kOne / 1'000'000));
}

}  // namespace

std::vector<SettingsSection> settings() {
    return {section()};
}

Configuration Configuration::of(const Settings& given) {
    // Defaults are told once, in the section: a key that is missing is read from there.
    const SettingsSection section = paper::section();
    Settings all;
    for (const auto& each : section.settings) all.set("paper." + each.key, each.default_text);
    const Settings defaults = all;
    for (const auto& [key, value] : given.values()) all.set(key, value);
    const auto decimal = [&](std::string_view key) {
        return all.decimal(key, defaults.decimal(key, {}));
    };
    const auto duration = [&](std::string_view key) {
        return all.duration(key, defaults.duration(key, {}));
    };

    Configuration result;
    result.account = all.text("paper.account", default_of(section, "account"));
    result.cash = cash_in(all.list("paper.cash"));
    result.fees.schedule = schedule_of(all.text("paper.fees"));
    result.fees.maker = Ratio(decimal("paper.maker_fee"));
    result.fees.taker = Ratio(decimal("paper.taker_fee"));
    result.latency = duration("paper.latency");
    result.candle_slack = duration("paper.candle_slack");
    const auto slippage =
        divide(decimal("paper.slippage_bps"), Decimal::from_integer(10'000), Rounding::Up);
    result.slippage = Ratio(slippage.value_or(Decimal{}));
    result.participation = Ratio(decimal("paper.participation"));
    result.limit_fills_on_touch = all.flag("paper.limit_fills_on_touch", false);
    result.allow_short = all.flag("paper.allow_short", false);
    result.lost_answers = millionths(decimal("paper.lost_answers"));
    result.lost_answers_seed =
        static_cast<std::uint64_t>(all.integer("paper.lost_answers_seed", 1));
    return result;
}

}  // namespace tapedeck::paper
