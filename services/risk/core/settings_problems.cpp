#include "risk/core/settings.h"

#include <utility>

namespace tapedeck::risk {

namespace {

/// Collects sentences; the words of problems().
class Complaints {
public:
    template <class T>
    void ordered(
        const std::string& low_key, const T& low, const std::string& high_key, const T& high) {
        if (low <= high) return;
        said_.push_back(
            low_key + " " + low.to_string() + " is above " + high_key + " " + high.to_string() +
            "; lower the one or raise the other");
    }

    template <class T>
    void ordered(
        const std::string& low_key,
        const std::optional<T>& low,
        const std::string& high_key,
        const std::optional<T>& high) {
        if (low && high) ordered<T>(low_key, *low, high_key, *high);
    }

    void say(bool wrong, std::string sentence) {
        if (wrong) said_.push_back(std::move(sentence));
    }

    std::vector<std::string> take() { return std::move(said_); }

private:
    std::vector<std::string> said_;
};

void check_instrument(
    Complaints& found,
    const Policy& policy,
    const std::string& prefix,
    const InstrumentPolicy& instrument) {
    const auto key = [&](const char* name) { return prefix + name; };
    found.ordered(
        key("max_position"),
        instrument.max_position,
        "risk.max_venue_exposure",
        policy.max_venue_exposure);
    found.ordered(
        key("min_quantity"), instrument.min_quantity, key("max_quantity"), instrument.max_quantity);
    found.ordered(
        key("min_notional"), instrument.min_notional, key("max_notional"), instrument.max_notional);
    found.ordered(
        key("stop_loss"), instrument.stop_loss, "risk.max_stop_distance", policy.max_stop_distance);
    found.say(
        instrument.trailing.is_positive() && instrument.trailing_step >= instrument.trailing,
        key("trailing_step") + " must be smaller than " + key("trailing") +
            ", else the stop never moves");
    found.say(
        instrument.stop_loss.is_positive() && instrument.stop_loss <= policy.slippage_allowance,
        key("stop_loss") + " is within risk.slippage_allowance: an ordinary fill would hit it");
    const bool by_risk =
        instrument.sizing == SizingMethod::RiskFraction || instrument.sizing == SizingMethod::Atr;
    if (by_risk) {
        found.ordered(
            key("risk_per_trade"),
            instrument.risk_per_trade,
            "risk.max_risk_per_trade",
            policy.max_risk_per_trade);
    }
    found.say(
        instrument.sizing == SizingMethod::Atr && !instrument.atr_multiple.is_positive(),
        key("sizing") + " = \"atr\" needs " + key("atr_multiple") + " above 0");
    found.say(
        instrument.post_only && instrument.entry != EntryType::Limit,
        key("post_only") + " needs " + key("entry") + " = \"limit\"");
}

/// `lower` comes right before `stage`; null for the first.
void check_stage(Complaints& found, const Stage& stage, const Stage* lower) {
    const auto key = [](const Stage& of, const char* setting) {
        return "risk.stage." + of.name + "." + setting;
    };
    found.say(stage.order < 1, key(stage, "order") + " is missing: 1 is the first stage");
    found.say(
        stage.max_quantity.has_value() == stage.max_quantity_asset.empty(),
        key(stage, "max_quantity") + " and max_quantity_asset need each other");
    found.say(
        stage.allows_nothing() && stage.gate_trades > 0,
        key(stage, "gate_trades") + " can never hold where nothing may be entered; set it to 0");
    if (lower == nullptr) return;
    found.say(
        stage.order == lower->order && stage.order > 0,
        key(stage, "order") + " is that of " + lower->name + "; give each stage its own");
    found.ordered(
        key(*lower, "max_position"),
        lower->max_position,
        key(stage, "max_position"),
        stage.max_position);
    if (stage.max_quantity_asset != lower->max_quantity_asset) return;
    found.ordered(
        key(*lower, "max_quantity"),
        lower->max_quantity,
        key(stage, "max_quantity"),
        stage.max_quantity);
}

}  // namespace

std::vector<std::string> problems(const Settings& settings) {
    const Policy policy = Policy::read(settings);
    Complaints found;
    found.ordered(
        "risk.max_venue_exposure",
        policy.max_venue_exposure,
        "risk.max_total_exposure",
        policy.max_total_exposure);
    found.ordered("risk.day_loss", policy.day_loss, "risk.max_drawdown", policy.max_drawdown);
    const Ratio one(Decimal::from_integer(1));
    found.say(
        policy.max_total_exposure > one && !policy.allow_leverage,
        "risk.max_total_exposure is above 1; set risk.allow_leverage = true or lower it");
    found.say(
        !policy.day_loss.is_positive() || !policy.max_drawdown.is_positive(),
        "risk.day_loss and risk.max_drawdown must be above 0; 1 is as good as off");
    found.say(policy.account.empty(), "risk.account must not be empty");
    check_instrument(found, policy, "risk.", policy.of(Instrument{}));
    for (const auto& [instrument, prefix] : instrument_sections(settings)) {
        check_instrument(found, policy, prefix, policy.of(instrument));
    }
    constexpr std::string_view kFamily = "risk.instrument.";
    for (const auto& [key, value] : settings.values()) {
        if (key.compare(0, kFamily.size(), kFamily) != 0) continue;
        const auto dot = key.rfind('.');
        if (dot <= kFamily.size()) continue;
        const std::string name = key.substr(kFamily.size(), dot - kFamily.size());
        const auto instrument = Instrument::parse(name);
        found.say(!instrument, key + ": " + (instrument ? "" : instrument.error().message));
    }
    for (const auto& name : settings.names_in("risk.strategy")) {
        if (const auto budget = policy.budget_of(name)) {
            found.ordered(
                "risk.strategy." + name + ".budget",
                *budget,
                "risk.max_total_exposure",
                policy.max_total_exposure);
        }
    }
    const Stage* lower = nullptr;
    for (const auto& stage : policy.stages) {
        check_stage(found, stage, std::exchange(lower, &stage));
    }
    return found.take();
}

}  // namespace tapedeck::risk
