#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck {

/// What was wrong with a target. Numbers and names are for ever (docs/deny-codes.md); new ones are
/// added at the end. Every verdict lists every rule that applies, the passed ones too.
enum class DenyCode {
    Killed = 1,
    Paused = 2,
    StrategyPaused = 3,
    InstrumentPaused = 4,
    VenuePaused = 5,
    EmergencyStopped = 6,
    TargetExpired = 7,
    TargetTooOld = 8,
    Restarted = 9,
    InstrumentUnknown = 10,
    NoPrice = 11,
    PriceStale = 12,
    FeedGapOpen = 13,
    PriceOutsideCollar = 14,
    ExposureOutOfRange = 15,
    ShortNotAllowed = 16,
    LeverageNotAllowed = 17,
    NothingToDo = 18,
    OrderPending = 19,
    DuplicateIntent = 20,
    SelfMatch = 21,
    QuantityBelowMinimum = 22,
    NotionalBelowMinimum = 23,
    NotionalAboveLimit = 24,
    QuantityAboveLimit = 25,
    PositionAboveLimit = 26,
    VenueExposureAboveLimit = 27,
    TotalExposureAboveLimit = 28,
    StrategyBudgetExceeded = 29,
    InsufficientCash = 30,
    DayTradesReached = 31,
    DayLossReached = 32,
    DrawdownReached = 33,
    OpenOrdersReached = 34,
    OrderRateExceeded = 35,
    OrdersPerTradeExceeded = 36,
    StopMissing = 37,
    StopOnWrongSide = 38,
    StopTooFar = 39,
    TakeProfitOnWrongSide = 40,
    RiskPerTradeExceeded = 41,
    VolatilityMissing = 42,
    EquityUnknown = 43,
    EquityNotPositive = 44,
    ComputationFailed = 45,
    PriceOffTick = 46,
    QuantityOffStep = 47,
    StrategyUnknown = 48,
    AccountNotReady = 49,
    CooldownRunning = 50,
    Unprotected = 51,
    OrderUnresolved = 52,
    ServiceDown = 53,
    ServiceBehind = 54,
    ServiceUnproven = 55,
    StorageStopped = 56,
    ClockUnsteady = 57,
    StageAllocation = 58,
};

constexpr auto enum_names(DenyCode) {
    using enum DenyCode;
    return std::array<EnumName<DenyCode>, 58>{
        {{Killed, "killed"},
         {Paused, "paused"},
         {StrategyPaused, "strategy_paused"},
         {InstrumentPaused, "instrument_paused"},
         {VenuePaused, "venue_paused"},
         {EmergencyStopped, "emergency_stopped"},
         {TargetExpired, "target_expired"},
         {TargetTooOld, "target_too_old"},
         {Restarted, "restarted"},
         {InstrumentUnknown, "instrument_unknown"},
         {NoPrice, "no_price"},
         {PriceStale, "price_stale"},
         {FeedGapOpen, "feed_gap_open"},
         {PriceOutsideCollar, "price_outside_collar"},
         {ExposureOutOfRange, "exposure_out_of_range"},
         {ShortNotAllowed, "short_not_allowed"},
         {LeverageNotAllowed, "leverage_not_allowed"},
         {NothingToDo, "nothing_to_do"},
         {OrderPending, "order_pending"},
         {DuplicateIntent, "duplicate_intent"},
         {SelfMatch, "self_match"},
         {QuantityBelowMinimum, "quantity_below_minimum"},
         {NotionalBelowMinimum, "notional_below_minimum"},
         {NotionalAboveLimit, "notional_above_limit"},
         {QuantityAboveLimit, "quantity_above_limit"},
         {PositionAboveLimit, "position_above_limit"},
         {VenueExposureAboveLimit, "venue_exposure_above_limit"},
         {TotalExposureAboveLimit, "total_exposure_above_limit"},
         {StrategyBudgetExceeded, "strategy_budget_exceeded"},
         {InsufficientCash, "insufficient_cash"},
         {DayTradesReached, "day_trades_reached"},
         {DayLossReached, "day_loss_reached"},
         {DrawdownReached, "drawdown_reached"},
         {OpenOrdersReached, "open_orders_reached"},
         {OrderRateExceeded, "order_rate_exceeded"},
         {OrdersPerTradeExceeded, "orders_per_trade_exceeded"},
         {StopMissing, "stop_missing"},
         {StopOnWrongSide, "stop_on_wrong_side"},
         {StopTooFar, "stop_too_far"},
         {TakeProfitOnWrongSide, "take_profit_on_wrong_side"},
         {RiskPerTradeExceeded, "risk_per_trade_exceeded"},
         {VolatilityMissing, "volatility_missing"},
         {EquityUnknown, "equity_unknown"},
         {EquityNotPositive, "equity_not_positive"},
         {ComputationFailed, "computation_failed"},
         {PriceOffTick, "price_off_tick"},
         {QuantityOffStep, "quantity_off_step"},
         {StrategyUnknown, "strategy_unknown"},
         {AccountNotReady, "account_not_ready"},
         {CooldownRunning, "cooldown_running"},
         {Unprotected, "unprotected"},
         {OrderUnresolved, "order_unresolved"},
         {ServiceDown, "service_down"},
         {ServiceBehind, "service_behind"},
         {ServiceUnproven, "service_unproven"},
         {StorageStopped, "storage_stopped"},
         {ClockUnsteady, "clock_unsteady"},
         {StageAllocation, "stage_allocation"}}};
}

/// One rule's answer. Headroom = how far the value may still move before the rule says no; negative
/// where it has said no. Rules that are yes or no have no numbers.
struct RuleCheck {
    DenyCode code = DenyCode::Killed;
    bool passed = false;
    std::optional<Decimal> value;
    std::optional<Decimal> limit;
    std::optional<Decimal> headroom;
    std::string detail;  ///< for people: what numbers don't say; mostly ""

    bool operator==(const RuleCheck&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "code", &RuleCheck::code),
            field(2, "passed", &RuleCheck::passed),
            field(3, "value", &RuleCheck::value),
            field(4, "limit", &RuleCheck::limit),
            field(5, "headroom", &RuleCheck::headroom),
            field(6, "detail", &RuleCheck::detail));
    }
};

/// How risk turned a target into a quantity.
struct Sizing {
    std::string method;          ///< fixed, fraction, risk_fraction, atr; "close" for exits
    Money equity;                ///< mark-to-market at that moment
    Quantity target_quantity;    ///< after all caps and rounding, signed
    Quantity position_quantity;  ///< what is held and in flight, signed
    std::string capped_by;       ///< the limit that reduced the size, "" if none

    bool operator==(const Sizing&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "method", &Sizing::method),
            field(2, "equity", &Sizing::equity),
            field(3, "target_quantity", &Sizing::target_quantity),
            field(4, "position_quantity", &Sizing::position_quantity),
            field(5, "capped_by", &Sizing::capped_by));
    }
};

/// The terms of one order; the same in approval, intent and venue.
struct OrderTerms {
    std::string account;
    std::string strategy;
    Instrument instrument;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    TimeInForce time_in_force = TimeInForce::GoodTillCanceled;
    OrderPurpose purpose = OrderPurpose::Entry;
    Quantity quantity;
    std::optional<Price> limit_price;    ///< limit orders
    std::optional<Price> trigger_price;  ///< stop and take-profit orders
    bool post_only = false;
    bool reduce_only = false;
    /// For entry and exit orders: they must have arrived by then (and, good till date, rest no
    /// longer). 0 = no limit, for protective orders.
    Time valid_until{};
    /// One cancels other: orders of one account with the same group, 0 = none. A full fill of one
    /// cancels the rest; a partial one reduces them.
    std::uint64_t group = 0;

    bool operator==(const OrderTerms&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "account", &OrderTerms::account),
            field(2, "strategy", &OrderTerms::strategy),
            field(3, "instrument", &OrderTerms::instrument),
            field(4, "side", &OrderTerms::side),
            field(5, "type", &OrderTerms::type),
            field(6, "time_in_force", &OrderTerms::time_in_force),
            field(7, "purpose", &OrderTerms::purpose),
            field(8, "quantity", &OrderTerms::quantity),
            field(9, "limit_price", &OrderTerms::limit_price),
            field(10, "trigger_price", &OrderTerms::trigger_price),
            field(11, "post_only", &OrderTerms::post_only),
            field(12, "reduce_only", &OrderTerms::reduce_only),
            field(13, "valid_until_ns", &OrderTerms::valid_until),
            field(14, "group", &OrderTerms::group));
    }
};

/// Risk lets an order through, its worst case reserved until the order has ended.
struct OrderApproved {
    static constexpr std::uint16_t kType = 80;
    static constexpr std::string_view kName = "OrderApproved";
    Seq target;  ///< the TargetSet, or for protective and emergency orders the event that calls for
                 ///< it
    OrderTerms terms;
    Money reserved;  ///< worst case in quote currency, fee and slippage allowance included
    std::optional<Price> stop_price;         ///< entries: the stop to place once filled
    std::optional<Price> take_profit_price;  ///< entries: the take-profit to place once filled
    std::string reason;
    Sizing sizing;
    std::vector<RuleCheck> checks;

    bool operator==(const OrderApproved&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "target_seq", &OrderApproved::target),
            field(2, "terms", &OrderApproved::terms),
            field(3, "reserved", &OrderApproved::reserved),
            field(4, "stop_price", &OrderApproved::stop_price),
            field(5, "take_profit_price", &OrderApproved::take_profit_price),
            field(6, "reason", &OrderApproved::reason),
            field(7, "sizing", &OrderApproved::sizing),
            field(8, "checks", &OrderApproved::checks));
    }
};

/// Every rule that spoke against a target; `code` is the first of them in the order of the rules.
struct OrderDenied {
    static constexpr std::uint16_t kType = 81;
    static constexpr std::string_view kName = "OrderDenied";
    Seq target;
    std::string strategy;
    Instrument instrument;
    DenyCode code = DenyCode::ComputationFailed;
    std::vector<RuleCheck> checks;
    std::string reason;

    bool operator==(const OrderDenied&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "target_seq", &OrderDenied::target),
            field(2, "strategy", &OrderDenied::strategy),
            field(3, "instrument", &OrderDenied::instrument),
            field(4, "code", &OrderDenied::code),
            field(5, "checks", &OrderDenied::checks),
            field(6, "reason", &OrderDenied::reason));
    }
};

/// Risk wants an open order gone (kill, pause, flatten, a position that is closed already).
struct CancelApproved {
    static constexpr std::uint16_t kType = 82;
    static constexpr std::string_view kName = "CancelApproved";
    Seq intent;
    std::string reason;

    bool operator==(const CancelApproved&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &CancelApproved::intent),
            field(2, "reason", &CancelApproved::reason));
    }
};

/// Risk wants an open order changed: a trailing stop follows the price.
struct AmendApproved {
    static constexpr std::uint16_t kType = 83;
    static constexpr std::string_view kName = "AmendApproved";
    Seq intent;
    std::optional<Quantity> quantity;  ///< new total quantity
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    std::string reason;

    bool operator==(const AmendApproved&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &AmendApproved::intent),
            field(2, "quantity", &AmendApproved::quantity),
            field(3, "limit_price", &AmendApproved::limit_price),
            field(4, "trigger_price", &AmendApproved::trigger_price),
            field(5, "reason", &AmendApproved::reason));
    }
};

/// A portfolio limit tripped: no new risk until released. Day limits release at the next UTC day by
/// themselves, the others by the operator's `resume`.
struct EmergencyStopTripped {
    static constexpr std::uint16_t kType = 84;
    static constexpr std::string_view kName = "EmergencyStopTripped";
    DenyCode code =
        DenyCode::DrawdownReached;  ///< DayLossReached, DrawdownReached or ComputationFailed
    std::optional<Decimal> value;
    std::optional<Decimal> limit;
    bool flattens = false;  ///< open positions are closed
    std::string reason;

    bool operator==(const EmergencyStopTripped&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "code", &EmergencyStopTripped::code),
            field(2, "value", &EmergencyStopTripped::value),
            field(3, "limit", &EmergencyStopTripped::limit),
            field(4, "flattens", &EmergencyStopTripped::flattens),
            field(5, "reason", &EmergencyStopTripped::reason));
    }
};

/// A tripped limit no longer holds: the next UTC day has begun, or the operator said `resume`.
struct EmergencyStopReleased {
    static constexpr std::uint16_t kType = 85;
    static constexpr std::string_view kName = "EmergencyStopReleased";
    DenyCode code = DenyCode::DrawdownReached;
    std::string reason;

    bool operator==(const EmergencyStopReleased&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "code", &EmergencyStopReleased::code),
            field(2, "reason", &EmergencyStopReleased::reason));
    }
};

/// What must hold before the next stage of the roll-out opens.
enum class StageGateCode {
    Undisturbed = 1,          ///< no kill, no emergency stop, no discrepancy
    Hours = 2,                ///< run in this stage since it was entered, or since it was disturbed
    Drawdown = 3,             ///< the worst in that time, as a share of equity
    Trades = 4,               ///< positions opened and closed in that time
    ReconciliationClean = 5,  ///< findings of the last complete reconciliation
};

constexpr auto enum_names(StageGateCode) {
    using enum StageGateCode;
    return std::array<EnumName<StageGateCode>, 5>{
        {{Undisturbed, "undisturbed"},
         {Hours, "hours"},
         {Drawdown, "drawdown"},
         {Trades, "trades"},
         {ReconciliationClean, "reconciliation_clean"}}};
}

/// What one gate has found. Without a value it could not be known, and does not hold.
struct StageGate {
    StageGateCode code = StageGateCode::Undisturbed;
    bool passed = false;
    std::optional<Decimal> value;
    std::optional<Decimal> limit;

    bool operator==(const StageGate&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "code", &StageGate::code),
            field(2, "passed", &StageGate::passed),
            field(3, "value", &StageGate::value),
            field(4, "limit", &StageGate::limit));
    }
};

/// Why the stage of the roll-out is another one now.
enum class StageMove {
    Started = 1,   ///< the first one: there was none, or it is not configured any more
    Advanced = 2,  ///< the operator's order, and all gates held
    Lowered = 3,   ///< the operator's order
    FellBack = 4,  ///< something tripped
};

constexpr auto enum_names(StageMove) {
    using enum StageMove;
    return std::array<EnumName<StageMove>, 4>{
        {{Started, "started"},
         {Advanced, "advanced"},
         {Lowered, "lowered"},
         {FellBack, "fell_back"}}};
}

/// From here on entries are judged by the allocation of this stage of the roll-out.
struct StageChanged {
    static constexpr std::uint16_t kType = 86;
    static constexpr std::string_view kName = "StageChanged";
    std::string from;  ///< "" = there was none
    std::string to;
    StageMove move = StageMove::Started;
    std::string reason;            ///< stable code: what tripped; else the name of the move
    Seq order;                     ///< the StageOrdered, 0 = nobody's
    std::vector<StageGate> gates;  ///< of `from`, as they were found; of an advance only

    bool operator==(const StageChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "from", &StageChanged::from),
            field(2, "to", &StageChanged::to),
            field(3, "move", &StageChanged::move),
            field(4, "reason", &StageChanged::reason),
            field(5, "order_seq", &StageChanged::order),
            field(6, "gates", &StageChanged::gates));
    }
};

/// Risk does not go to the stage that the operator wants.
struct StageRefused {
    static constexpr std::uint16_t kType = 87;
    static constexpr std::string_view kName = "StageRefused";
    Seq order;          ///< the StageOrdered
    std::string stage;  ///< that it wants
    std::string present;
    /// Stable code: gates_closed, not_the_next, already_there, stage_unknown, no_stages, restarted.
    std::string reason;
    std::vector<StageGate> gates;  ///< of the present stage, each as it was found

    bool operator==(const StageRefused&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "order_seq", &StageRefused::order),
            field(2, "stage", &StageRefused::stage),
            field(3, "present", &StageRefused::present),
            field(4, "reason", &StageRefused::reason),
            field(5, "gates", &StageRefused::gates));
    }
};

}  // namespace tapedeck
