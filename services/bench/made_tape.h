#pragma once

#include "base/expected.h"
#include "events/event.h"
#include "journal/core/sequencer.h"

#include <functional>

namespace tapedeck::bench {

/// A demo's tape, made in memory: four strategies on three pairs of the synthetic market, with all
/// that risk, execution and the paper venue say to it, in the journal's lockstep order. The same
/// every time.
struct MadeFrame {
    const journal::Batch& batch;
    const std::vector<Recorded>& records;
};

/// Calls `visit` with each frame, until it says false. An error is that of `visit`.
Result<> make_tape(const std::function<Result<bool>(const MadeFrame&)>& visit);

/// The tape's id, for whoever stores it.
inline constexpr std::uint64_t kMadeTapeId = 0x7a7e0be9c4ULL;

}  // namespace tapedeck::bench
