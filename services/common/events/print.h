#pragma once

#include "events/event.h"

#include <string>

namespace tapedeck {

/// One line of JSON: the envelope's fields, then `data` with the event's. Decimals are strings,
/// times RFC 3339, durations text, seqs numbers, enums their names; absent optionals are left out.
std::string to_json(const Recorded& recorded);

/// The event's own fields only.
std::string to_json(const Event& event);

/// The event's plain fields in one line for `tail`: "strategy=macd_btc exposure=1 …"; lists and
/// what is empty or false are left out. No line break.
std::string summary(const Event& event);

}  // namespace tapedeck
