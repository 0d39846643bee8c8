#pragma once

#include "base/time.h"

#include <cstdint>
#include <deque>

namespace tapedeck::journal {

/// How far somebody is behind the tape's end.
struct Lag {
    std::uint64_t records = 0;
    Duration age{};  ///< of the oldest record that it has not decided on
};

/// Judges who keeps up with the tape. No clock: times come in.
class LagWatch {
public:
    struct Limits {
        std::uint64_t records = 0;  ///< 0 = any number
        Duration age{};             ///< 0 = any age
    };

    explicit LagWatch(Limits limits) : limits_(limits) {}

    /// A frame is on the tape: its last seq, and when its first record was recorded.
    void committed(std::uint64_t last_seq, Time recorded_at);

    /// Of somebody who has decided up to `decided`. Ages are right to 10 ms, and those above two
    /// minutes are "two minutes".
    Lag of(std::uint64_t decided, Time now) const;

    /// Too far behind, for somebody who was not.
    bool is_lagging(const Lag& lag) const { return exceeds(lag, 1); }

    /// Near enough again, for somebody who was too far behind: within half of the limits, or it
    /// would be said again and again.
    bool has_caught_up(const Lag& lag) const { return !exceeds(lag, 2); }

private:
    bool exceeds(const Lag& lag, int divisor) const;

    struct Mark {
        std::uint64_t last_seq = 0;
        Time recorded_at{};
    };

    Limits limits_;
    std::uint64_t end_ = 0;
    std::deque<Mark> marks_;  ///< of the last two minutes, oldest first, 10 ms apart
};

}  // namespace tapedeck::journal
