#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::research {

/// Whether the best of many trials is more than the luckiest of them: its deflated Sharpe ratio
/// (report/statistics.h).
struct Luck {
    std::uint64_t trials = 0;          ///< sets that were run
    double variance = 0;               ///< of their daily Sharpe ratios
    double benchmark = 0;              ///< that luck alone would show, annualised
    std::optional<double> deflated{};  ///< probability that the best is above it
    std::string missing{};             ///< why there is none

    /// From here on the best is called better than luck.
    static constexpr double kSignificant = 0.95;

    bool is_significant() const { return deflated && *deflated >= kSignificant; }
};

/// `returns` are the daily ones of the set that was chosen; `sharpes` the annualised Sharpe ratios
/// of all sets that have one; `trials` counts the others as well.
Luck judge_luck(
    std::span<const double> returns, const std::vector<double>& sharpes, std::uint64_t trials);

/// One or two plain sentences on it, for people.
std::string describe(const Luck& luck);

}  // namespace tapedeck::research
