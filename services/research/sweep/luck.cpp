#include "research/sweep/luck.h"

#include "research/report/statistics.h"

#include <fmt/format.h>

#include <cmath>

namespace tapedeck::research {

Luck judge_luck(
    std::span<const double> returns, const std::vector<double>& sharpes, std::uint64_t trials) {
    Luck luck;
    luck.trials = trials;
    if (trials > 1 && sharpes.size() < 2) {
        luck.missing = "fewer than two sets have a Sharpe ratio";
        return luck;
    }
    const double annual = std::sqrt(statistics::kDaysOfYear);
    const double spread = statistics::deviation(sharpes) / annual;
    luck.variance = spread * spread;
    luck.benchmark = statistics::expected_best_sharpe(trials, luck.variance) * annual;
    auto deflated = statistics::deflated_sharpe(returns, trials, luck.variance);
    luck.deflated = deflated.number;
    luck.missing = std::move(deflated.missing);
    return luck;
}

std::string describe(const Luck& luck) {
    if (!luck.deflated) {
        return "Whether the best is more than luck cannot be told: " + luck.missing + ".";
    }
    const std::string probability = fmt::format("{:.3f}", *luck.deflated);
    if (luck.trials < 2) {
        return "One set was tried: its Sharpe ratio is above 0 with probability " + probability +
               ".";
    }
    const std::string text = fmt::format(
        "The best of {} worthless sets would be expected to show a Sharpe ratio of {:.2f} by luck "
        "alone; that the best here is above it has probability {} (deflated Sharpe ratio). ",
        luck.trials,
        luck.benchmark,
        probability);
    if (luck.is_significant()) return text + "It is distinguishable from luck.";
    return text + "It is not distinguishable from luck.";
}

}  // namespace tapedeck::research
