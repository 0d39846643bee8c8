#pragma once

#include "events/event.h"

#include <optional>
#include <string>

namespace tapedeck::research {

/// The decisions that are compared one by one: targets, verdicts, orders. What strategies thought
/// is compared in Stretches.
enum class WordKind { Target, Verdict, Order };

/// Null for everything else.
std::optional<WordKind> kind_of_word(const Event& event);

std::string strategy_of(const Event& event);

Instrument instrument_of(const Event& event);

/// What a decision came to, in words that can be counted: "signal rsi_below_lower", "target 1",
/// "approved entry", "denied day_loss_reached", "order buy stop_loss".
std::string code_of(const Event& event);

/// What a decision says, without what depends on its place and run, and without the reasoning: of a
/// verdict the terms or the rule, not how near each rule was. Equal for equal decisions.
std::string essence_of(const Event& event);

/// "no_signal rsi_between_levels".
std::string code_of(const DecisionMade& decision);

}  // namespace tapedeck::research
