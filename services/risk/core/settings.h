#pragma once

#include "base/instrument.h"
#include "base/settings.h"
#include "base/time.h"
#include "events/types.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::risk {

enum class SizingMethod { Fixed, Fraction, RiskFraction, Atr };

enum class EntryType { Market, Limit };

/// What holds for one instrument: [risk], overridden by [risk.instrument."<instrument>"].
struct InstrumentPolicy {
    Ratio max_position;  ///< of equity, worst case
    std::optional<Quantity> max_quantity;
    std::optional<Quantity> min_quantity;
    std::optional<Money> max_notional;
    std::optional<Money> min_notional;
    bool allow_short = false;

    SizingMethod sizing = SizingMethod::Fraction;
    Money fixed_notional;
    Ratio fraction;        ///< of equity, for Fraction
    Ratio risk_per_trade;  ///< of equity lost at the stop, for RiskFraction and Atr
    Ratio atr_multiple;    ///< stop distance in ATRs, for Atr

    Ratio stop_loss;      ///< of the price; 0 = none
    Ratio take_profit;    ///< of the price; 0 = none
    Ratio trailing;       ///< of the best price since the entry; 0 = none
    Ratio trailing_step;  ///< of the price: the smallest move of a trailing stop

    Ratio price_collar;  ///< how far the target's price may be from the market's
    Duration max_price_age{};

    EntryType entry = EntryType::Market;
    Ratio limit_offset;  ///< limit entries: how far beyond the last price, in our disfavour
    TimeInForce time_in_force = TimeInForce::GoodTillDate;  ///< limit entries
    bool post_only = false;
};

/// One stage of the roll-out, [risk.stage.<name>]: what a position may be worth in it, and what
/// must hold before the next one opens.
struct Stage {
    std::string name;
    std::int64_t order = 0;
    /// So much of `max_quantity_asset`, at its last price; absent = no such limit.
    std::optional<Quantity> max_quantity;
    std::string max_quantity_asset;
    std::optional<Ratio> max_position;  ///< of equity, worst case; absent = no such limit

    std::int64_t gate_hours = 0;         ///< 0 = no such gate
    std::optional<Ratio> gate_drawdown;  ///< absent = no such gate
    std::int64_t gate_trades = 0;        ///< 0 = no such gate
    bool gate_reconciliation_clean = false;

    /// Nothing may be entered in it.
    bool allows_nothing() const;
};

/// The whole configuration of risk, typed.
class Policy {
public:
    /// Missing or malformed keys take the defaults of settings().
    static Policy read(const Settings& settings);

    std::string account;
    std::string currency;

    Ratio max_venue_exposure;
    Ratio max_total_exposure;
    bool allow_leverage = false;
    Ratio max_stop_distance;
    Ratio max_risk_per_trade;
    bool require_stop = true;

    std::int64_t day_trades = 0;
    Ratio day_loss;
    Ratio max_drawdown;
    bool flatten_on_emergency = true;

    std::int64_t max_open_orders = 0;
    std::int64_t order_rate = 0;
    Duration order_rate_window{};
    std::int64_t max_orders_per_trade = 0;

    Duration max_target_age{};
    Duration duplicate_window{};
    Duration cooldown{};

    Ratio fee_allowance;
    Ratio slippage_allowance;

    Duration exit_validity{};
    Duration retry_pause{};
    std::int64_t protection_attempts = 0;
    bool unlisted_strategies = true;

    std::vector<std::string> core_services;  ///< no new risk without them
    Duration max_clock_jump{};
    Duration max_reconciliation_age{};  ///< of an account at a venue; 0 = any, once it was

    std::vector<Stage> stages;  ///< by order; none = there is no roll-out

    /// Null for a name that is none of them.
    const Stage* stage(std::string_view name) const;

    /// The neighbours of a stage; null where there is none.
    const Stage* stage_above(const Stage& stage) const;
    const Stage* stage_below(const Stage& stage) const;

    const InstrumentPolicy& of(const Instrument& instrument) const;

    /// Share of equity that a strategy may have at work; no value = no budget of its own.
    std::optional<Ratio> budget_of(std::string_view strategy) const;
    bool is_listed(std::string_view strategy) const;

private:
    InstrumentPolicy general_;
    std::map<Instrument, InstrumentPolicy> by_instrument_;
    std::map<std::string, std::optional<Ratio>, std::less<>> budget_by_strategy_;
};

/// The instruments that have a section of their own, each with the prefix of its keys.
std::map<Instrument, std::string> instrument_sections(const Settings& settings);

/// The sections [risk] and [risk.instrument.*], [risk.strategy.*], [risk.stage.*] with every key.
std::vector<SettingsSection> settings();

/// What the descriptors cannot say, one sentence each with the fix: limits that contradict each
/// other. Empty = fine.
std::vector<std::string> problems(const Settings& settings);

}  // namespace tapedeck::risk
