#pragma once

#include "base/time.h"
#include "research/sweep/sweep.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Parameters are chosen on one stretch of time and held against the next, which nobody has seen
/// when they were chosen; again and again through the data. What is measured is the choosing, not
/// the parameters.
namespace tapedeck::research {

/// [in_begin, out_begin) to choose on, [out_begin, out_end) to be held against.
struct Window {
    Time in_begin{};
    Time out_begin{};
    Time out_end{};

    bool operator==(const Window&) const = default;
};

/// How time is cut. Either `count` windows with `in_sample` as a share, or both as durations, and
/// then as many windows as fit.
struct WindowOptions {
    std::uint32_t count = 0;
    double in_sample = 0.7;    ///< share of a window, between 0 and 1
    Duration in_length{};      ///< 0 = by share
    Duration out_length{};     ///< likewise
    bool is_anchored = false;  ///< every in-sample begins where the data do, and grows
};

/// The windows of [begin, end). The out-of-sample parts follow one another without gap or overlap
/// to the end of the data, cut at 00:00 UTC when they are days long, so that no day is in two. An
/// error (exit 2) says what does not fit.
Result<std::vector<Window>> cut_windows(Time begin, Time end, const WindowOptions& options);

/// What one window came to.
struct WindowResult {
    Window window;
    std::optional<std::uint64_t> chosen{};  ///< set; nothing = no set had the figure
    std::optional<double> in_figure{};      ///< of the chosen, in-sample
};

struct WalkForwardOutcome {
    PoolOutcome pool{};
    std::vector<WindowResult> windows{};
};

/// How the best in-sample is chosen.
struct Ranking {
    std::string key = "sharpe";
    bool lowest = false;
};

/// Runs all sets on each window's in-sample part, and the best of them on its out-of-sample part.
/// That run begins with the in-sample data as its warm-up, with trading paused: at its first day
/// the indicators are as they would have been, and it holds nothing. A signal that was denied in
/// the warm-up is not taken up; the first new one is. Results are kept in the store under (window,
/// "in") and (window, "out"), and what is there is not run again.
Result<WalkForwardOutcome> walk_forward(
    const SweepPlan& plan,
    const Recording& recording,
    const std::vector<Window>& windows,
    const Ranking& ranking,
    const MakeSettings& make_settings,
    const PoolOptions& options,
    ResultStore& store);

inline Part in_part(std::size_t window) {
    return {static_cast<std::uint32_t>(window + 1), "in"};
}

inline Part out_part(std::size_t window) {
    return {static_cast<std::uint32_t>(window + 1), "out"};
}

/// The daily returns of all out-of-sample parts, one after the other.
Result<std::vector<double>> out_of_sample_returns(
    const WalkForwardOutcome& outcome, ResultStore& store);

/// Figures of daily returns alone, as the report has them: total_return, cagr, volatility, sharpe,
/// sortino, max_drawdown (of daily ends).
std::vector<Figure> figures_of(const std::vector<double>& returns);

}  // namespace tapedeck::research
