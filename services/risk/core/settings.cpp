#include "risk/core/settings.h"

#include <utility>

namespace tapedeck::risk {

namespace {

using Kind = SettingKind;

Setting make(std::string key, Kind kind, std::string text, std::string help) {
    Setting setting;
    setting.key = std::move(key);
    setting.kind = kind;
    setting.default_text = std::move(text);
    setting.help = std::move(help);
    return setting;
}

Setting share(std::string key, std::string text, std::string max, std::string help) {
    Setting setting = make(std::move(key), Kind::Decimal, std::move(text), std::move(help));
    setting.min = "0";
    setting.max = std::move(max);
    return setting;
}

Setting amount(std::string key, std::string text, std::string help) {
    return share(std::move(key), std::move(text), "", std::move(help));
}

Setting flag(std::string key, bool on, std::string help) {
    return make(std::move(key), Kind::Flag, on ? "true" : "false", std::move(help));
}

Setting count(std::string key, std::string text, std::string min, std::string help) {
    Setting setting = make(std::move(key), Kind::Integer, std::move(text), std::move(help));
    setting.min = std::move(min);
    setting.max = "1000000";
    return setting;
}

Setting span(std::string key, std::string text, std::string min, std::string help) {
    Setting setting = make(std::move(key), Kind::TimeSpan, std::move(text), std::move(help));
    setting.min = std::move(min);
    setting.max = "365d";
    return setting;
}

Setting choice(
    std::string key, std::string text, std::vector<std::string> choices, std::string help) {
    Setting setting = make(std::move(key), Kind::Text, std::move(text), std::move(help));
    setting.choices = std::move(choices);
    return setting;
}

/// Keys that [risk] gives for all and [risk.instrument."x"] for one.
std::vector<Setting> instrument_settings() {
    return {
        share(
            "max_position",
            "0.1",
            "100",
            "Largest position per pair at its worst case, as a share of equity."),
        amount("max_quantity", "", "Largest single order, in units of base; not set = no limit."),
        amount(
            "min_quantity", "", "Smallest entry, in units of base, above what the venue demands."),
        amount("max_notional", "", "Largest single order, in quote currency; not set = no limit."),
        amount(
            "min_notional", "", "Smallest entry, in quote currency, above what the venue demands."),
        flag("allow_short", false, "Whether a position may be negative."),
        choice(
            "sizing",
            "fraction",
            {"fixed", "fraction", "risk_fraction", "atr"},
            "How an exposure of 1 becomes a quantity: fixed_notional, fraction of equity, "
            "risk_per_trade by the stop's distance, or risk_per_trade by atr_multiple ATRs."),
        amount("fixed_notional", "1000", "Sizing fixed: position value in quote currency."),
        share("fraction", "0.1", "100", "Sizing fraction: position value as a share of equity."),
        share(
            "risk_per_trade",
            "0.01",
            "1",
            "Sizing risk_fraction and atr: share of equity lost when the stop is hit."),
        share(
            "atr_multiple",
            "2",
            "100",
            "Sizing atr: distance of the stop from the price, in ATRs."),
        share("stop_loss", "0.03", "1", "Default stop distance as a share of the price; 0 = none."),
        share(
            "take_profit",
            "0.1",
            "100",
            "Default take-profit distance as a share of the price; 0 = none."),
        share(
            "trailing",
            "0",
            "1",
            "The stop follows the best price since the entry at this distance, as a share of it; "
            "0 = off."),
        share(
            "trailing_step",
            "0.001",
            "1",
            "Smallest move of a trailing stop, as a share of the price."),
        share(
            "price_collar",
            "0.05",
            "1",
            "How far a target's reference price may be from the last price, as a share of it."),
        span(
            "max_price_age",
            "3m",
            "1s",
            "No new risk on a price older than this; longer than the candle interval."),
        choice("entry", "market", {"market", "limit"}, "Order type of entries."),
        share(
            "limit_offset",
            "0",
            "1",
            "Limit entries: how far beyond the last price, as a share of it."),
        choice("time_in_force", "gtd", {"gtd", "gtc", "ioc", "fok"}, "Limit entries: how long."),
        flag("post_only", false, "Limit entries: only as maker."),
    };
}

std::vector<Setting> portfolio_settings() {
    return {
        make(
            "account",
            Kind::Text,
            "paper",
            "The account whose cash and fills count, and that orders are for."),
        make(
            "currency",
            Kind::Text,
            "USD",
            "Currency of equity; only pairs quoted in it may be entered."),
        share(
            "max_venue_exposure", "1", "100", "Largest exposure per venue, as a share of equity."),
        share("max_total_exposure", "1", "100", "Largest exposure in all, as a share of equity."),
        flag("allow_leverage", false, "Whether exposure may exceed equity, and an entry the cash."),
        share(
            "max_stop_distance", "0.2", "1", "Farthest stop of an entry, as a share of the price."),
        share(
            "max_risk_per_trade",
            "0.02",
            "1",
            "Largest loss of an entry at its stop, as a share of equity."),
        flag("require_stop", true, "Whether every entry needs a stop."),
        count("day_trades", "5", "0", "Entries per UTC day."),
        share(
            "day_loss",
            "0.05",
            "1",
            "Emergency stop until the next UTC day at this loss since its start, as a share."),
        share(
            "max_drawdown",
            "0.2",
            "1",
            "Emergency stop until an operator resumes at this loss since the peak, as a share."),
        flag("flatten_on_emergency", true, "Whether an emergency stop closes all positions."),
        count("max_open_orders", "50", "1", "Open and in-flight orders of the account, in all."),
        count("order_rate", "60", "1", "Orders per order_rate_window beyond which no entry goes."),
        span("order_rate_window", "1m", "1s", "See order_rate."),
        count("max_orders_per_trade", "20", "1", "Orders per fill of the UTC day, entries' limit."),
        span("max_target_age", "2h", "1s", "No entry for a target older than this."),
    };
}

std::vector<Setting> approval_settings() {
    return {
        span(
            "duplicate_window",
            "10s",
            "0s",
            "The same entry is not approved twice within this time."),
        span("cooldown", "0s", "0s", "No entry so soon after the position was closed; 0s = off."),
        share(
            "fee_allowance",
            "0.004",
            "1",
            "Fee reserved for an entry, as a share of its value; the venue's worst taker fee."),
        share(
            "slippage_allowance",
            "0.002",
            "1",
            "Slippage reserved for a market entry, as a share of its value."),
        span("exit_validity", "5m", "1s", "How long an approved exit may wait to be sent."),
        span(
            "retry_pause",
            "5s",
            "1s",
            "Pause after a refused exit or protective order, doubled with each further refusal."),
        count(
            "protection_attempts",
            "3",
            "1",
            "Refused stops in a row after which the position is closed instead."),
        choice(
            "unlisted_strategies",
            "allow",
            {"allow", "deny"},
            "Whether strategies without a section [risk.strategy.<name>] may enter."),
        make(
            "core_services",
            Kind::TextList,
            "market-data,strategy,execution",
            "No new risk while one of these is gone or too far behind; risk hears nothing without "
            "the journal anyway."),
        span(
            "max_clock_jump",
            "1s",
            "0s",
            "No new risk, until an operator resumes, once the wall clock was so far from the "
            "tape's; jumps up to half a second are not recorded."),
        span(
            "max_reconciliation_age",
            "15m",
            "0s",
            "No new risk on an account at a venue that was last reconciled longer ago; longer than "
            "the venue's reconcile_every. 0s = any time since its private stream came up."),
    };
}

std::vector<Setting> stage_settings() {
    Setting order = count("order", "", "1", "Its place in the ramp: the lowest comes first.");
    order.max = "100";
    return {
        std::move(order),
        amount(
            "max_quantity",
            "",
            "Largest position per pair: worth so much of max_quantity_asset at its last price; 0 = "
            "no entry at all; not set = no such limit."),
        make("max_quantity_asset", Kind::Text, "", "See max_quantity: BTC, or the currency."),
        share(
            "max_position",
            "",
            "100",
            "Largest position per pair at its worst case, as a share of equity; 0 = no entry at "
            "all; not set = as [risk] says."),
        count("gate_hours", "0", "0", "Hours that it must have run undisturbed; 0 = no such gate."),
        share(
            "gate_drawdown",
            "",
            "1",
            "Largest loss since its best moment, as a share of equity; not set = no such gate."),
        count(
            "gate_trades",
            "0",
            "0",
            "Positions that must have been opened and closed in it; 0 = no such gate."),
        flag(
            "gate_reconciliation_clean",
            false,
            "Whether the last reconciliation must have been complete and have found nothing; holds "
            "for the paper account."),
    };
}

}  // namespace

std::vector<SettingsSection> settings() {
    std::vector<Setting> general = portfolio_settings();
    std::vector<Setting> overrides = instrument_settings();
    for (const auto& more : {approval_settings(), overrides}) {
        general.insert(general.end(), more.begin(), more.end());
    }
    for (auto& setting : overrides) setting.default_text.clear();  // not set = as [risk] says
    return {
        {.name = "risk",
         .help = "Limits, sizing and protection of one account.",
         .settings = std::move(general),
         .kind = ""},
        {.name = "risk.instrument.*",
         .help = "What differs for one instrument; the name is the instrument's, quoted.",
         .settings = std::move(overrides),
         .kind = ""},
        {.name = "risk.strategy.*",
         .help = "What one strategy may use of the account.",
         .settings = {share(
             "budget",
             "",
             "100",
             "Largest exposure of the strategy, as a share of equity; not set = no limit.")},
         .kind = ""},
        {.name = "risk.stage.*",
         .help =
             "A stage of the roll-out: what may be risked in it, and the gates to the next one.",
         .settings = stage_settings(),
         .kind = ""},
    };
}

}  // namespace tapedeck::risk
