#pragma once

#include "base/time.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace tapedeck::ops {

/// How far a process is with the tape.
struct TapeProgress {
    std::uint64_t applied = 0;   ///< last seq believed
    std::uint64_t decided = 0;   ///< last seq decided on
    std::uint64_t tape_end = 0;  ///< as last heard
    bool joined = false;         ///< has caught up with the tape since it started
    std::string problem;         ///< why it cannot work now, for a person; "" = it can
};

/// What a process's loop tells of itself, for another thread to read. Nobody waits: the lock is
/// held for a copy, never over work, so a loop that is stuck does not hold it.
class Vitals {
public:
    struct Reading {
        Duration turned{};     ///< when the loop turned last; 0 = it has not begun
        Duration caught_up{};  ///< when it had nothing left to decide on; or when it began
        bool follows = false;  ///< it has told of a tape
        TapeProgress progress{};
        std::map<std::string, std::uint64_t> figures;  ///< the process's own, by name
    };

    /// The loop has turned. `now` is monotonic.
    void turned(Duration now) {
        const std::lock_guard lock(mutex_);
        if (reading_.turned == Duration{}) reading_.caught_up = now;
        reading_.turned = now;
    }

    void follow(Duration now, const TapeProgress& progress) {
        const std::lock_guard lock(mutex_);
        if (!reading_.follows || progress.decided >= progress.tape_end) reading_.caught_up = now;
        reading_.follows = true;
        reading_.progress = progress;
    }

    /// A figure of the process's own, for /status; the name says the unit.
    void figure(const std::string& name, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        reading_.figures[name] = value;
    }

    Reading read() const {
        const std::lock_guard lock(mutex_);
        return reading_;
    }

private:
    mutable std::mutex mutex_;
    Reading reading_;
};

}  // namespace tapedeck::ops
