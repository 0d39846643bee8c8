#pragma once

#include "events/risk.h"
#include "risk/core/arithmetic.h"

/// The words that the policy is written in: each makes one RuleCheck. What is not known fails.
namespace tapedeck::risk {

/// What a value is held against. A limit that nobody has set lets everything pass; one that could
/// not be computed lets nothing pass.
struct Bound {
    bool is_set = true;
    Known<Decimal> value;

    /// From a computation: absent means that it failed, or lacks what it needs.
    template <class Tag>
    static Bound computed(const Known<Amount<Tag>>& limit) {
        if (!limit) return {};
        return of(*limit);
    }

    static Bound of(Decimal limit) { return {.is_set = true, .value = limit}; }

    static Bound of(std::int64_t limit) { return of(Decimal::from_integer(limit)); }

    template <class Tag>
    static Bound of(Amount<Tag> limit) {
        return of(limit.decimal());
    }

    /// From a setting: absent means that there is no such limit.
    template <class Tag>
    static Bound of(const std::optional<Amount<Tag>>& limit) {
        if (!limit) return {.is_set = false, .value = {}};
        return of(*limit);
    }
};

RuleCheck must_hold(DenyCode code, bool holds);

/// Passes up to the limit itself.
RuleCheck at_most(DenyCode code, Known<Decimal> value, Bound limit);

/// Passes from the limit itself on.
RuleCheck at_least(DenyCode code, Known<Decimal> value, Bound limit);

/// Passes below the limit only: a loss limit is reached by reaching it.
RuleCheck below(DenyCode code, Known<Decimal> value, Bound limit);

/// A rule that has nothing to measure here, for instance the distance of a stop that need not be.
RuleCheck not_needed(DenyCode code);

template <class Tag>
Known<Decimal> number(const Known<Amount<Tag>>& amount) {
    if (!amount) return std::nullopt;
    return amount->decimal();
}

inline Known<Decimal> number(std::int64_t count) {
    return Decimal::from_integer(count);
}

/// The first rule that says no, or null.
const RuleCheck* first_failed(const std::vector<RuleCheck>& checks);

/// "position_above_limit: 1050 against 1000", for an operator.
std::string sentence(const RuleCheck& check);

}  // namespace tapedeck::risk
