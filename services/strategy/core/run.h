#pragma once

#include "base/instrument.h"
#include "events/decision.h"
#include "strategy/core/kind.h"
#include "strategy/core/strategy.h"

#include <cstdint>
#include <string_view>

namespace tapedeck::strategy {

/// Evaluations in a row that had the same quiet outcome and reason, and are not recorded yet.
/// Adding one does not allocate.
class Run {
public:
    bool is_empty() const { return count_ == 0; }

    std::uint32_t count() const { return count_; }

    Seq last_cause() const { return last_cause_; }

    /// Whether an evaluation like this one would belong to the run.
    bool continues_with(const Evaluation& evaluation) const {
        return count_ > 0 && outcome_ == evaluation.outcome && reason_ == evaluation.reason;
    }

    /// Takes the evaluation of the event `cause`, which continues the run or begins an empty one.
    void add(const Evaluation& evaluation, Seq cause);

    /// The run as one decision: with the readings of the last evaluation, and the nearest miss of
    /// all.
    DecisionMade decision(std::string_view strategy, const Instrument& instrument) const;

    void clear() { *this = {}; }

    void save(StateWriter& writer) const;

    /// False: a code or name that `kind` does not declare.
    bool load(StateReader& reader, const Kind& kind);

private:
    Outcome outcome_ = Outcome::NoSignal;
    std::string_view reason_;
    Readings readings_;
    Reading nearest_miss_;
    std::uint32_t count_ = 0;
    Seq first_cause_;
    Seq last_cause_;
};

/// Readings as an event holds them.
std::vector<tapedeck::Reading> recorded_form(const Readings& readings);

}  // namespace tapedeck::strategy
