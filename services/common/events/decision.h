#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck {

/// How an evaluation of a strategy ended.
enum class Outcome {
    WarmingUp = 1,  ///< an indicator is still undefined
    NoSignal = 2,   ///< evaluated, nothing to do
    Holding = 3,    ///< a signal that says what the present target says already
    Signal = 4,     ///< a TargetSet follows in the same group
    Blocked = 5,    ///< there was a signal, and the strategy itself held it back
    Failed = 6,     ///< the evaluation could not be computed
};

constexpr auto enum_names(Outcome) {
    return std::array<EnumName<Outcome>, 6>{
        {{Outcome::WarmingUp, "warming_up"},
         {Outcome::NoSignal, "no_signal"},
         {Outcome::Holding, "holding"},
         {Outcome::Signal, "signal"},
         {Outcome::Blocked, "blocked"},
         {Outcome::Failed, "failed"}}};
}

/// What a strategy thought. A run of `count` evaluations with the same outcome and reason is one
/// event, recorded when the run ends or is full; a signal is recorded at once. Readings are those
/// of the last evaluation of the run.
struct DecisionMade {
    static constexpr std::uint16_t kType = 60;
    static constexpr std::string_view kName = "DecisionMade";
    std::string strategy;
    Instrument instrument;
    Outcome outcome = Outcome::NoSignal;
    std::string reason;  ///< stable code, snake_case: "rsi_below_lower"; docs/reason-codes.md
    std::vector<Reading> readings;
    std::uint32_t count = 1;
    Seq first_cause;  ///< the event of the first evaluation of the run
    Seq last_cause;   ///< of the last

    bool operator==(const DecisionMade&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "strategy", &DecisionMade::strategy),
            field(2, "instrument", &DecisionMade::instrument),
            field(3, "outcome", &DecisionMade::outcome),
            field(4, "reason", &DecisionMade::reason),
            field(5, "readings", &DecisionMade::readings),
            field(6, "count", &DecisionMade::count),
            field(7, "first_cause_seq", &DecisionMade::first_cause),
            field(8, "last_cause_seq", &DecisionMade::last_cause));
    }
};

/// The position that a strategy wants, never a delta: saying it twice changes nothing. Exposure is
/// the share of what risk allots to it: 1 = as long as allowed, 0 = flat, -1 = as short as allowed.
/// How much that is in quantity is risk's sizing.
struct TargetSet {
    static constexpr std::uint16_t kType = 61;
    static constexpr std::string_view kName = "TargetSet";
    std::string strategy;
    Instrument instrument;
    Ratio exposure;                          ///< -1 … 1
    Price reference_price;                   ///< the price the decision was based on
    std::optional<Price> volatility;         ///< ATR, for sizing by volatility
    std::optional<Price> stop_price;         ///< else risk's default stop distance
    std::optional<Price> take_profit_price;  ///< else risk's default
    Time valid_until{};
    std::string reason;  ///< the DecisionMade's reason

    bool operator==(const TargetSet&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "strategy", &TargetSet::strategy),
            field(2, "instrument", &TargetSet::instrument),
            field(3, "exposure", &TargetSet::exposure),
            field(4, "reference_price", &TargetSet::reference_price),
            field(5, "volatility", &TargetSet::volatility),
            field(6, "stop_price", &TargetSet::stop_price),
            field(7, "take_profit_price", &TargetSet::take_profit_price),
            field(8, "valid_until_ns", &TargetSet::valid_until),
            field(9, "reason", &TargetSet::reason));
    }
};

/// Whether a strategy is evaluated, and its targets go on.
enum class StrategyState { Active = 1, Paused = 2, Stopped = 3, Failed = 4 };

constexpr auto enum_names(StrategyState) {
    return std::array<EnumName<StrategyState>, 4>{
        {{StrategyState::Active, "active"},
         {StrategyState::Paused, "paused"},
         {StrategyState::Stopped, "stopped"},
         {StrategyState::Failed, "failed"}}};
}

/// A strategy's state as the strategy service sees it: at start, and whenever a control changes it.
struct StrategyStateChanged {
    static constexpr std::uint16_t kType = 62;
    static constexpr std::string_view kName = "StrategyStateChanged";
    std::string strategy;
    std::string kind;
    StrategyState state = StrategyState::Active;
    std::string reason;
    std::vector<std::string> instruments;

    bool operator==(const StrategyStateChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "strategy", &StrategyStateChanged::strategy),
            field(2, "kind", &StrategyStateChanged::kind),
            field(3, "state", &StrategyStateChanged::state),
            field(4, "reason", &StrategyStateChanged::reason),
            field(5, "instruments", &StrategyStateChanged::instruments));
    }
};

}  // namespace tapedeck
