#include "ops/clock.h"

#include "base/verify.h"

#include <ctime>

namespace tapedeck::ops {

namespace {

Duration read_clock(clockid_t id) {
    timespec now{};
    VERIFY(clock_gettime(id, &now) == 0);
    return std::chrono::seconds(now.tv_sec) + Duration(now.tv_nsec);
}

}  // namespace

Time SystemClock::wall() const {
    return Time{read_clock(CLOCK_REALTIME)};
}

Duration SystemClock::monotonic() const {
    // Not CLOCK_MONOTONIC: it stands still while a laptop sleeps, and an order would look fresh.
    return read_clock(CLOCK_BOOTTIME);
}

}  // namespace tapedeck::ops
