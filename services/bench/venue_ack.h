#pragma once

#include "bench/bench.h"

namespace tapedeck::bench {

/// An order on an open WebSocket → the venue's acknowledgement, over TLS on the loopback, with
/// tapedeck-venue-simulator as the venue; beside a ping, which the same venue answers without any
/// work. Adds the figures to `report`. Errors: the simulator can't be started, or refuses.
Result<> measure_ack(const Options& options, Report& report);

}  // namespace tapedeck::bench
