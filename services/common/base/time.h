#pragma once

#include "base/expected.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck {

using Duration = std::chrono::nanoseconds;

/// A moment, UTC, in nanoseconds since 1970. Range 1677 to 2262.
using Time = std::chrono::sys_time<Duration>;

constexpr Time time_from_ns(std::int64_t ns) {
    return Time{Duration{ns}};
}

constexpr std::int64_t to_ns(Time time) {
    return time.time_since_epoch().count();
}

/// Whole days since 1970-01-01 UTC: the key of everything that is counted by UTC day.
constexpr std::int64_t utc_day(Time time) {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

/// RFC 3339 with a Z, trimmed to milliseconds, microseconds or nanoseconds as needed:
/// "2026-11-20T12:05:00.415Z".
std::string to_string(Time time);

/// Reads RFC 3339 in UTC ("2026-11-20", "2026-11-20T12:05Z", "…:00.415Z"; a space may replace the
/// T). An error names the text and the accepted form.
Result<Time> parse_time(std::string_view text);

/// "250ms", "5s", "1m", "1h", "2d", and sums of them ("1h30m"). Not negative.
Result<Duration> parse_duration(std::string_view text);

/// The shortest spelling that parse_duration reads back: "90s" becomes "1m30s".
std::string to_string(Duration duration);

}  // namespace tapedeck
