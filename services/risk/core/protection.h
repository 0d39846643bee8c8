#pragma once

#include "events/event.h"
#include "risk/core/book.h"
#include "risk/core/portfolio.h"
#include "risk/core/settings.h"

#include <optional>

namespace tapedeck::risk {

/// A position and all that its protection depends on.
struct Guarded {
    const Policy& policy;
    const Market* market;
    const Key& key;
    const Holding& holding;
    const OrdersOfKey& orders;
    Quantity closable;  ///< of the position, on the step
    Seq seq;            ///< of the event that is decided on
    Time now{};
};

/// The next thing that a position's protection lacks: a stop-loss, a take-profit, one of them at
/// another quantity or trigger, or the end of one on the wrong side. Nothing = all is in place, or
/// a refusal is being waited out. Always decided by level, so a restart or a lost order needs no
/// case of its own.
std::optional<Event> next_protection(const Guarded& guarded);

/// Where the stop belongs now: the plan of the entry (else the default distance from the average
/// price), or the trailing distance from the best price where that is tighter.
std::optional<Price> stop_level(const Guarded& guarded);

std::optional<Price> take_profit_level(const Guarded& guarded);

}  // namespace tapedeck::risk
