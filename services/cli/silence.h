#pragma once

#include "cli/tape_source.h"
#include "events/event.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::cli {

/// What one strategy made of one instrument in a window of the tape.
struct Silence {
    /// Evaluations of one sort.
    struct Sort {
        Outcome outcome = Outcome::NoSignal;
        std::string reason;
        std::uint64_t count = 0;
        bool is_estimate = false;  ///< a run reaches out of the window: its share by candles
        std::optional<double> nearest_miss;
        Seq nearest;  ///< the last evaluation of the run with the nearest miss
        std::vector<Reading> readings;
    };

    /// Denials of one code.
    struct Refusal {
        DenyCode code = DenyCode::Killed;
        std::uint64_t count = 0;
        Seq last;
        std::optional<RuleCheck> check;  ///< with value and limit, of the last
    };

    /// Something that stood in the way for a time, or once.
    struct Obstacle {
        std::string what;
        Seq since;
        Time from{};
        std::optional<Time> to;  ///< nothing: it lasts beyond the window
    };

    Seq first;
    Seq last;
    Time from{};
    Time to{};
    std::vector<Sort> sorts;        ///< most frequent first
    std::vector<Refusal> refusals;  ///< likewise
    std::vector<Obstacle> obstacles;
    std::uint64_t candles = 0;
    std::uint64_t evaluations = 0;
    std::uint64_t signals = 0;
    std::uint64_t orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t unrecorded = 0;  ///< candles behind the last recorded run: it goes on
    bool is_known = false;         ///< the tape has a word of this strategy on this instrument
    Seq last_order;                ///< in the window; 0 = none
};

/// Gathers it, in one pass from the tape's beginning (a pause may be old) to the end of the run
/// that reaches out of the window.
Result<Silence> gather_silence(
    TapeSource& tape,
    const std::string& strategy,
    const Instrument& instrument,
    std::pair<Time, Time> window);

}  // namespace tapedeck::cli
