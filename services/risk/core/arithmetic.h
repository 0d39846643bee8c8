#pragma once

#include "base/money.h"
#include "base/time.h"

#include <optional>

/// Sums that report an overflow instead of aborting. A fold must survive any fact that a source may
/// have recorded, and a verdict that cannot be computed is a denial.
namespace tapedeck::risk {

/// A value that may not be known: no price yet, no equity yet, or a computation that failed. A rule
/// that needs what is not known says no.
template <class T>
using Known = std::optional<T>;

template <class Tag>
Checked<Amount<Tag>> sum(Amount<Tag> a, Amount<Tag> b) {
    Int128 units = 0;
    if (__builtin_add_overflow(a.decimal().units(), b.decimal().units(), &units)) {
        return tl::make_unexpected(DecimalError::Overflow);
    }
    return Amount<Tag>(Decimal::from_units(units));
}

template <class Tag>
Checked<Amount<Tag>> difference(Amount<Tag> a, Amount<Tag> b) {
    Int128 units = 0;
    if (__builtin_sub_overflow(a.decimal().units(), b.decimal().units(), &units)) {
        return tl::make_unexpected(DecimalError::Overflow);
    }
    return Amount<Tag>(Decimal::from_units(units));
}

template <class T>
Known<T> known(const Checked<T>& value) {
    if (!value) return std::nullopt;
    return *value;
}

/// Seconds from `begin` to `end` as an exact decimal, for any two moments.
inline Decimal seconds_between(Time begin, Time end) {
    const Int128 ns = static_cast<Int128>(to_ns(end)) - static_cast<Int128>(to_ns(begin));
    return Decimal::from_units(ns * 1'000'000'000);
}

inline Decimal in_seconds(Duration duration) {
    return Decimal::from_units(static_cast<Int128>(duration.count()) * 1'000'000'000);
}

}  // namespace tapedeck::risk
