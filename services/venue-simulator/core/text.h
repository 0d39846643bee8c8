#pragma once

#include "base/decimal.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How the venue spells numbers, moments and forms.
namespace tapedeck::venue_simulator {

/// With exactly so many digits after the point, to the nearest, ties to even: "0.10000000".
std::string fixed(Decimal value, unsigned places);

/// To the nearest multiple of 10^-places, ties to even.
Decimal rounded(Decimal value, unsigned places);

/// The next multiple of 10^-places away from zero: what is owed.
Decimal rounded_up(Decimal value, unsigned places);

/// a · b and a / b, for amounts that parsing and the venue's own limits keep in range; to 18
/// digits, to the nearest. A quotient by zero is zero.
Decimal times(Decimal a, Decimal b);
Decimal over(Decimal a, Decimal b);

/// 10^-places.
Decimal step_of(unsigned places);

/// "2026-01-22T06:06:19.833306Z"
std::string rfc3339_micros(Time moment);
/// "2026-10-09T00:34:00.000000000Z"
std::string rfc3339_nanos(Time moment);
/// "2026-10-09T00:34:00Z"
std::string rfc3339_seconds(Time moment);
/// "Sun, 21 Mar 21 14:23:14 +0000"
std::string rfc1123(Time moment);
/// Seconds since 1970 with so many digits after the point: "1688667796.8802".
std::string unix_text(Time moment, unsigned places);
std::int64_t unix_seconds(Time moment);

Time from_unix(std::int64_t seconds);
/// "1688667796", "1688667796.8802"
std::optional<Time> parse_unix(std::string_view text);

using Fields = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded; nothing if an escape is broken.
std::optional<Fields> parse_form(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::string lower(std::string_view text);
std::string upper(std::string_view text);

}  // namespace tapedeck::venue_simulator
