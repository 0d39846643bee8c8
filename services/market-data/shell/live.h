#pragma once

#include "market-data/core/live_session.h"
#include "tape/producer.h"

namespace tapedeck::market_data {

/// Moves what a live session has to say to the tape, as far as the producer's window has room.
/// True if nothing is left.
bool send_waiting(LiveSession& session, tape::Producer& producer);

}  // namespace tapedeck::market_data
