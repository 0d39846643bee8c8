#pragma once

#include "base/expected.h"
#include "base/money.h"
#include "base/time.h"
#include "events/types.h"
#include "venues/kraken/json.h"

#include <optional>
#include <string>
#include <string_view>

/// The members that many messages have, as our types. Private to the readers of this folder.
namespace tapedeck::kraken {

/// A member that must be there, as a Price, Quantity, Money or Ratio.
template <class Amount>
Result<Amount> read_amount(const json::Value& object, std::string_view key) {
    return Amount(TRY(TRY(object.at(key)).decimal()));
}

/// Nothing where it is absent or null; an error where it is there and no number.
template <class Amount>
Result<std::optional<Amount>> find_amount(const json::Value& object, std::string_view key) {
    const auto value = object.find(key);
    if (!value) return std::optional<Amount>();
    return std::optional<Amount>(Amount(TRY(value->decimal())));
}

/// A string that must be there.
Result<std::string> read_text(const json::Value& object, std::string_view key);

/// Empty where it is absent or null; an error where it is there and no string.
Result<std::string> find_text(const json::Value& object, std::string_view key);

/// RFC 3339, as the WebSocket writes times; the epoch where it is absent.
Result<Time> find_moment(const json::Value& object, std::string_view key);

/// Seconds since 1970 with a fraction, as REST writes times. Digits beyond nanoseconds are cut.
Result<Time> read_seconds(const json::Value& value);

/// The same of a member; the epoch where it is absent or 0.
Result<Time> find_seconds(const json::Value& object, std::string_view key);

/// Seconds since 1970 for a request, rounded down.
std::string whole_seconds(Time time);

/// "buy" and "sell", or "b" and "s".
Result<Side> read_side(const json::Value& value);

/// `req_id`, where there is one.
std::optional<std::uint64_t> request_of(const json::Value& message);

/// How many there are of something: 32 bits.
Result<std::uint32_t> read_count(const json::Value& value);

/// A number of decimals: 0 to 18.
Result<unsigned> read_decimals(const json::Value& object, std::string_view key);

}  // namespace tapedeck::kraken
