#pragma once

#include "base/time.h"

namespace tapedeck::journal {

/// The wall clock as the tape sees it: read once, then carried on by the monotonic clock, so that a
/// stepped wall clock moves nothing.
class TapeClock {
public:
    TapeClock(Time wall, Duration monotonic) : anchor_(wall - monotonic) {}

    Time at(Duration monotonic) const { return anchor_ + monotonic; }

    /// How far the host's wall clock has drifted or jumped from the tape's since start.
    Duration difference(Time wall, Duration monotonic) const { return wall - at(monotonic); }

private:
    Time anchor_;
};

}  // namespace tapedeck::journal
