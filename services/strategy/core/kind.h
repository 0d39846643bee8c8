#pragma once

#include "base/settings.h"
#include "strategy/core/strategy.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy {

/// What is wrong with a configuration: at which key, and what to do about it.
struct Problem {
    std::string key;      ///< in full: "strategy.rsi_btc.lower"; of two keys, the one to look at
    std::string message;  ///< what is wrong and the fix, without the key

    bool operator==(const Problem&) const = default;
};

/// A kind of strategy: what a file under kinds/ describes, once. See
/// docs/how-to/add-a-strategy.md.
struct Kind {
    std::string_view name;  ///< the value of the setting `kind`
    std::string_view help;  ///< its rule in one or two sentences
    /// Its own settings; those of every kind (parameters.h) come before them.
    std::vector<Setting> settings;
    std::vector<Reason> reasons;             ///< every code that it says, but the common ones
    std::vector<std::string_view> readings;  ///< every reading that it shows
    /// Cross checks between its settings, each of which is in its range; keys within the section.
    std::vector<Problem> (*problems)(const Settings& own) = nullptr;
    /// One strategy, for one instrument. The settings are complete and without problems.
    std::unique_ptr<Strategy> (*make)(const Settings& own) = nullptr;
};

/// All kinds there are, by name (registry.cpp).
const std::vector<Kind>& registered_kinds();

/// The codes that are said for strategies of any kind.
namespace reasons {

inline constexpr Reason kWarmingUp{
    "warming_up", "An indicator, or the ATR that sizes the position, is still undefined."};
inline constexpr Reason kCandleInvalid{
    "candle_invalid", "The candle contradicts itself (high below low, no price); it was not used."};
inline constexpr Reason kReadingNotFinite{
    "reading_not_finite", "A reading came out as NaN or infinite: nothing can be concluded."};
inline constexpr Reason kCandleIncomplete{
    "candle_incomplete",
    "There was a signal, but data is missing in the candle that it came from: no target on that."};
inline constexpr Reason kCandleTooOld{
    "candle_too_old",
    "There was a signal on a candle of the past (history, a backlog): its target had expired."};
inline constexpr Reason kCooldownRunning{
    "cooldown_running", "There was a signal to enter within `cooldown` after leaving a position."};
inline constexpr Reason kSignalSpent{
    "signal_spent",
    "The same signal still stands that was denied, failed or stopped out: wait for a new one."};
inline constexpr Reason kRestarted{
    "restarted",
    "There was a signal, but the service changed build or configuration before it was recorded."};
inline constexpr Reason kStrategyStopped{
    "strategy_stopped", "The operator stopped the strategy: it is to be flat."};
inline constexpr Reason kStrategyRemoved{
    "strategy_removed", "Strategy or instrument are no longer configured: it is to be flat."};
inline constexpr Reason kStrategyFailed{
    "strategy_failed", "The strategy's configuration cannot be used: it is to be flat."};

}  // namespace reasons

/// The list of the above.
const std::vector<Reason>& common_reasons();

/// The literal of a code or reading's name that `kind` (or any kind, for the common ones) declares;
/// empty if it declares none of that name. For what comes back from a snapshot.
std::string_view literal_of(const Kind& kind, std::string_view text);

/// Names of readings that are shown for strategies of any kind.
namespace reading_names {

inline constexpr std::string_view kClose = "close";               ///< the candle's close
inline constexpr std::string_view kAtr = "atr";                   ///< average true range
inline constexpr std::string_view kNearestMiss = "nearest_miss";  ///< of a run: its nearest

}  // namespace reading_names
}  // namespace tapedeck::strategy
