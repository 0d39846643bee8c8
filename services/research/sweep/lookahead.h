#pragma once

#include "research/sweep/run.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::research {

/// What a look-ahead check is to do.
struct LookaheadOptions {
    Settings configuration{};  ///< effective, checked
    std::uint64_t cuts = 20;   ///< points at which the future is cut off
    std::uint64_t seed = 1;    ///< of the choice of points
    RunOptions run{};
    /// Asked now and then: yes ends the check. May be empty.
    std::function<bool()> interrupted{};
    /// Told now and then how many cuts are checked. May be empty.
    std::function<void(std::uint64_t cuts)> progress{};
    /// Hears of each run's data before it begins; all there is of them is in the recording of the
    /// view. For what keeps an eye on the data beside the tape. May be empty.
    std::function<void(const RecordingView&)> before_run{};
};

/// A decision that is another one when the future is not known.
struct ChangedDecision {
    Time cut{};                     ///< of the last data that the second run knew
    std::optional<Time> said_at{};  ///< by the first run; nothing = it said nothing there
    std::string with_future{};      ///< what was said with all data there; "" = nothing
    std::string without_future{};   ///< "" = nothing
};

/// A candle that was given before it had closed: whoever decides on it knows the future.
struct EarlyCandle {
    Time given_at{};
    CandleClosed candle{};
};

struct LookaheadOutcome {
    std::uint64_t cuts = 0;       ///< checked
    std::uint64_t decisions = 0;  ///< said over all data
    std::uint64_t compared = 0;  ///< decisions that were held against those of a run without future
    std::vector<ChangedDecision> changed{};  ///< the first one of each cut that has one, by time
    std::uint64_t early_candles = 0;
    std::optional<EarlyCandle> first_early{};
    bool interrupted = false;

    bool is_clean() const { return changed.empty() && early_candles == 0; }
};

/// Runs the data once, remembering what was decided (decisions, targets, verdicts, intents; what
/// they mean, without seqs), and again for each of the sampled points with a recording that ends
/// there: up to it the same must be said. Half of the points lie right behind a decision, where a
/// glance ahead would show; the others anywhere. Also looks for candles that were given before they
/// closed.
///
/// `data` must have a step. The memory is that of the data once more, and 16 bytes a decision.
Result<LookaheadOutcome> check_lookahead(
    const RecordingView& data, const LookaheadOptions& options);

}  // namespace tapedeck::research
