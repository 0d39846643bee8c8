#pragma once

#include "base/expected.h"
#include "cli/tape_source.h"
#include "events/event.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// Everything on the tape that led to one event, and what came of it. Found by the references that
/// events carry: causes, targets, approvals, intents, fills.
struct Story {
    Recorded subject;                    ///< what was asked about
    std::optional<Recorded> trigger;     ///< the event that was decided on: a candle, a fill, …
    std::optional<Recorded> decision;    ///< DecisionMade
    std::optional<Recorded> target;      ///< TargetSet
    std::optional<Recorded> verdict;     ///< OrderApproved or OrderDenied
    std::optional<Recorded> intent;      ///< OrderIntended
    std::optional<Recorded> dropped;     ///< OrderDropped: approved and never intended
    std::vector<Recorded> life;          ///< what was said of the order, in order
    std::vector<Recorded> positions;     ///< PositionChanged by its fills
    std::vector<Recorded> consequences;  ///< of an event that is part of no order: what it caused

    /// All of them, by seq.
    std::vector<Recorded> chain() const;
};

/// Gathers the story of the record `seq`: one look per reference backwards, and one pass forwards
/// that ends with the order. Keeps nothing that does not belong to it.
Result<Story> gather_story(TapeSource& tape, Seq seq);

/// A record and the causes that led to it, the nearest first; at most the last sixteen. None for
/// seq 0.
Result<std::vector<Recorded>> with_causes(TapeSource& tape, Seq seq);

/// Records whole, as JSON.
nlohmann::ordered_json chain_json(const std::vector<Recorded>& chain);

/// The last order that was intended, or denied, or dropped. Exit 3 if there is none.
Result<Seq> last_verdict(TapeSource& tape);

/// How an order stands at the end of its story.
struct OrderResult {
    std::string state;  ///< "filled", "partially filled", "open", "canceled", "unknown", …
    Quantity filled;
    std::optional<Price> average_price;
    Money fees;
    std::string fee_currency;
    bool ended = false;
};

OrderResult result_of(const Story& story);

}  // namespace tapedeck::cli
