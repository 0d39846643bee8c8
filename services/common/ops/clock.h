#pragma once

#include "base/time.h"

namespace tapedeck::ops {

/// The seam through which a process learns the time. Shells and loops take a `Clock&`; the
/// simulator and the tests hand in one that they turn themselves. Deciders never see it: their time
/// is on the tape.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// UTC, as the host believes it: may jump, in both directions.
    virtual Time wall() const = 0;

    /// Never goes back, and goes on while the machine sleeps: for timeouts and ages. Its zero means
    /// nothing.
    virtual Duration monotonic() const = 0;
};

/// The host's clocks: CLOCK_REALTIME and CLOCK_BOOTTIME. The only code that reads them.
class SystemClock final : public Clock {
public:
    Time wall() const override;
    Duration monotonic() const override;
};

}  // namespace tapedeck::ops
