#include "risk/core/settings.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tapedeck::risk {

namespace {

/// `settings` with the defaults of [risk] where it says nothing.
Settings with_defaults(const Settings& given) {
    Settings result = given;
    for (const auto& section : settings()) {
        if (section.name != "risk") continue;
        for (const auto& setting : section.settings) {
            const std::string key = "risk." + setting.key;
            if (!given.has(key)) result.set(key, setting.default_text);
        }
    }
    return result;
}

template <class T>
std::optional<T> optional_amount(
    const Settings& settings, const std::string& key, std::optional<T> fallback) {
    const auto value = Decimal::parse(settings.text(key));
    return value ? std::optional<T>(T(*value)) : fallback;
}

template <class E, std::size_t N>
E one_of(
    const Settings& settings,
    const std::string& key,
    const std::array<std::pair<std::string_view, E>, N>& names,
    E fallback) {
    const std::string text = settings.text(key);
    for (const auto& [name, value] : names) {
        if (text == name) return value;
    }
    return fallback;
}

constexpr std::array<std::pair<std::string_view, SizingMethod>, 4> kSizings{
    {{"fixed", SizingMethod::Fixed},
     {"fraction", SizingMethod::Fraction},
     {"risk_fraction", SizingMethod::RiskFraction},
     {"atr", SizingMethod::Atr}}};
constexpr std::array<std::pair<std::string_view, EntryType>, 2> kEntries{
    {{"market", EntryType::Market}, {"limit", EntryType::Limit}}};
constexpr std::array<std::pair<std::string_view, TimeInForce>, 4> kLifetimes{
    {{"gtd", TimeInForce::GoodTillDate},
     {"gtc", TimeInForce::GoodTillCanceled},
     {"ioc", TimeInForce::ImmediateOrCancel},
     {"fok", TimeInForce::FillOrKill}}};

/// The keys below `prefix` over what `base` says.
InstrumentPolicy read_instrument(
    const Settings& settings, const std::string& prefix, const InstrumentPolicy& base) {
    InstrumentPolicy policy = base;
    const auto key = [&](const char* name) { return prefix + name; };
    const auto share_at = [&](const char* name, Ratio fallback) {
        return Ratio(settings.decimal(key(name), fallback.decimal()));
    };
    policy.max_position = share_at("max_position", base.max_position);
    policy.max_quantity = optional_amount(settings, key("max_quantity"), base.max_quantity);
    policy.min_quantity = optional_amount(settings, key("min_quantity"), base.min_quantity);
    policy.max_notional = optional_amount(settings, key("max_notional"), base.max_notional);
    policy.min_notional = optional_amount(settings, key("min_notional"), base.min_notional);
    policy.allow_short = settings.flag(key("allow_short"), base.allow_short);
    policy.sizing = one_of(settings, key("sizing"), kSizings, base.sizing);
    policy.fixed_notional =
        Money(settings.decimal(key("fixed_notional"), base.fixed_notional.decimal()));
    policy.fraction = share_at("fraction", base.fraction);
    policy.risk_per_trade = share_at("risk_per_trade", base.risk_per_trade);
    policy.atr_multiple = share_at("atr_multiple", base.atr_multiple);
    policy.stop_loss = share_at("stop_loss", base.stop_loss);
    policy.take_profit = share_at("take_profit", base.take_profit);
    policy.trailing = share_at("trailing", base.trailing);
    policy.trailing_step = share_at("trailing_step", base.trailing_step);
    policy.price_collar = share_at("price_collar", base.price_collar);
    policy.max_price_age = settings.duration(key("max_price_age"), base.max_price_age);
    policy.entry = one_of(settings, key("entry"), kEntries, base.entry);
    policy.limit_offset = share_at("limit_offset", base.limit_offset);
    policy.time_in_force = one_of(settings, key("time_in_force"), kLifetimes, base.time_in_force);
    policy.post_only = settings.flag(key("post_only"), base.post_only);
    return policy;
}

Stage read_stage(const Settings& settings, const std::string& name) {
    const auto key = [&](const char* setting) { return "risk.stage." + name + "." + setting; };
    Stage stage;
    stage.name = name;
    stage.order = settings.integer(key("order"), 0);
    stage.max_quantity = optional_amount<Quantity>(settings, key("max_quantity"), std::nullopt);
    stage.max_quantity_asset = settings.text(key("max_quantity_asset"));
    stage.max_position = optional_amount<Ratio>(settings, key("max_position"), std::nullopt);
    stage.gate_hours = settings.integer(key("gate_hours"), 0);
    stage.gate_drawdown = optional_amount<Ratio>(settings, key("gate_drawdown"), std::nullopt);
    stage.gate_trades = settings.integer(key("gate_trades"), 0);
    stage.gate_reconciliation_clean = settings.flag(key("gate_reconciliation_clean"), false);
    return stage;
}

}  // namespace

bool Stage::allows_nothing() const {
    return (max_quantity && max_quantity->is_zero()) || (max_position && max_position->is_zero());
}

/// The instruments that have a section of their own. (Their names may contain dots.)
std::map<Instrument, std::string> instrument_sections(const Settings& settings) {
    constexpr std::string_view kFamily = "risk.instrument.";
    std::map<Instrument, std::string> prefixes;
    const auto& values = settings.values();
    for (auto it = values.lower_bound(kFamily); it != values.end(); ++it) {
        if (it->first.compare(0, kFamily.size(), kFamily) != 0) break;
        const std::string prefix = it->first.substr(0, it->first.rfind('.'));
        if (prefix.size() <= kFamily.size()) continue;
        const auto instrument = Instrument::parse(prefix.substr(kFamily.size()));
        if (instrument) prefixes.emplace(*instrument, prefix + ".");
    }
    return prefixes;
}

Policy Policy::read(const Settings& given) {
    const Settings settings = with_defaults(given);
    const auto share_at = [&](const char* key) { return Ratio(settings.decimal(key, {})); };
    Policy policy;
    policy.account = settings.text("risk.account");
    policy.currency = settings.text("risk.currency");
    policy.max_venue_exposure = share_at("risk.max_venue_exposure");
    policy.max_total_exposure = share_at("risk.max_total_exposure");
    policy.allow_leverage = settings.flag("risk.allow_leverage", false);
    policy.max_stop_distance = share_at("risk.max_stop_distance");
    policy.max_risk_per_trade = share_at("risk.max_risk_per_trade");
    policy.require_stop = settings.flag("risk.require_stop", true);
    policy.day_trades = settings.integer("risk.day_trades", 0);
    policy.day_loss = share_at("risk.day_loss");
    policy.max_drawdown = share_at("risk.max_drawdown");
    policy.flatten_on_emergency = settings.flag("risk.flatten_on_emergency", true);
    policy.max_open_orders = settings.integer("risk.max_open_orders", 1);
    policy.order_rate = settings.integer("risk.order_rate", 1);
    policy.order_rate_window = settings.duration("risk.order_rate_window", std::chrono::minutes(1));
    policy.max_orders_per_trade = settings.integer("risk.max_orders_per_trade", 1);
    policy.max_target_age = settings.duration("risk.max_target_age", {});
    policy.duplicate_window = settings.duration("risk.duplicate_window", {});
    policy.cooldown = settings.duration("risk.cooldown", {});
    policy.fee_allowance = share_at("risk.fee_allowance");
    policy.slippage_allowance = share_at("risk.slippage_allowance");
    policy.exit_validity = settings.duration("risk.exit_validity", std::chrono::minutes(5));
    policy.retry_pause = settings.duration("risk.retry_pause", std::chrono::seconds(5));
    policy.protection_attempts = settings.integer("risk.protection_attempts", 3);
    policy.unlisted_strategies = settings.text("risk.unlisted_strategies") != "deny";
    policy.core_services = settings.list("risk.core_services");
    policy.max_clock_jump = settings.duration("risk.max_clock_jump", {});
    policy.max_reconciliation_age = settings.duration("risk.max_reconciliation_age", {});

    policy.general_ = read_instrument(settings, "risk.", InstrumentPolicy{});
    for (const auto& [instrument, prefix] : instrument_sections(settings)) {
        policy.by_instrument_.emplace(
            instrument, read_instrument(settings, prefix, policy.general_));
    }
    for (const auto& name : settings.names_in("risk.strategy")) {
        policy.budget_by_strategy_[name] =
            optional_amount<Ratio>(settings, "risk.strategy." + name + ".budget", std::nullopt);
    }
    for (const auto& name : settings.names_in("risk.stage")) {
        policy.stages.push_back(read_stage(settings, name));
    }
    std::stable_sort(
        policy.stages.begin(), policy.stages.end(), [](const Stage& a, const Stage& b) {
            return a.order < b.order;
        });
    return policy;
}

const Stage* Policy::stage(std::string_view name) const {
    const auto found = std::find_if(
        stages.begin(), stages.end(), [&](const Stage& stage) { return stage.name == name; });
    return found == stages.end() ? nullptr : &*found;
}

const Stage* Policy::stage_above(const Stage& stage) const {
    const auto found = std::find_if(stages.begin(), stages.end(), [&](const Stage& other) {
        return other.order > stage.order;
    });
    return found == stages.end() ? nullptr : &*found;
}

const Stage* Policy::stage_below(const Stage& stage) const {
    const auto found = std::find_if(stages.rbegin(), stages.rend(), [&](const Stage& other) {
        return other.order < stage.order;
    });
    return found == stages.rend() ? nullptr : &*found;
}

const InstrumentPolicy& Policy::of(const Instrument& instrument) const {
    const auto found = by_instrument_.find(instrument);
    return found == by_instrument_.end() ? general_ : found->second;
}

std::optional<Ratio> Policy::budget_of(std::string_view strategy) const {
    const auto found = budget_by_strategy_.find(strategy);
    return found == budget_by_strategy_.end() ? std::nullopt : found->second;
}

bool Policy::is_listed(std::string_view strategy) const {
    return budget_by_strategy_.find(strategy) != budget_by_strategy_.end();
}

}  // namespace tapedeck::risk
