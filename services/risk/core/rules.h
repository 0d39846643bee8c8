#pragma once

#include "events/risk.h"
#include "risk/core/arithmetic.h"

/// The words that the policy is written in: each makes one RuleCheck. What is not known fails.
namespace tapedeck::risk {

/// What a rule measures; empty where it could not be known. Made of whatever counts something.
struct Measured {
    Measured(Decimal number) : value(number) {}  // NOLINT: implicit, so that rules read as rules

    Measured(std::int64_t count) : value(Decimal::from_integer(count)) {}  // NOLINT

    Measured(Known<Decimal> number) : value(number) {}  // NOLINT

    template <class Tag>
    Measured(Amount<Tag> amount) : value(amount.decimal()) {}  // NOLINT

    template <class Tag>
    Measured(const Known<Amount<Tag>>& amount) {  // NOLINT
        if (amount) value = amount->decimal();
    }

    Known<Decimal> value;
};

/// What a value is held against. A limit that nobody has set lets everything pass; one that could
/// not be computed lets nothing pass.
class Bound {
public:
    /// Could not be computed.
    Bound() = default;

    Bound(Decimal limit) : value_(limit) {}  // NOLINT: implicit, so that rules read as rules

    Bound(std::int64_t limit) : value_(Decimal::from_integer(limit)) {}  // NOLINT

    template <class Tag>
    Bound(Amount<Tag> limit) : value_(limit.decimal()) {}  // NOLINT

    /// A setting: absent means that there is no such limit.
    template <class Tag>
    Bound(const std::optional<Amount<Tag>>& limit) : is_set_(limit.has_value()) {  // NOLINT
        if (limit) value_ = limit->decimal();
    }

    static Bound none() {
        Bound bound;
        bound.is_set_ = false;
        return bound;
    }

    /// A computation: absent means that it failed, or lacks what it needs.
    template <class Tag>
    static Bound computed(const Known<Amount<Tag>>& limit) {
        return limit ? Bound(*limit) : Bound();
    }

    bool is_set() const { return is_set_; }

    const Known<Decimal>& value() const { return value_; }

private:
    bool is_set_ = true;
    Known<Decimal> value_;
};

RuleCheck must_hold(DenyCode code, bool holds);

/// Passes up to the limit itself.
RuleCheck at_most(DenyCode code, const Measured& value, const Bound& limit);

/// Passes from the limit itself on.
RuleCheck at_least(DenyCode code, const Measured& value, const Bound& limit);

/// Passes below the limit only: a loss limit is reached by reaching it.
RuleCheck below(DenyCode code, const Measured& value, const Bound& limit);

/// A rule that has nothing to measure here, for instance the distance of a stop that need not be.
RuleCheck not_needed(DenyCode code);

/// The first rule that says no, or null.
const RuleCheck* first_failed(const std::vector<RuleCheck>& checks);

/// "position_above_limit: 1050 against 1000", or what the rule itself says, for an operator.
std::string sentence(const RuleCheck& check);

}  // namespace tapedeck::risk
