#pragma once

#include "base/expected.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::research {

/// A parameter that a sweep varies, with what it is set to, one after the other.
struct Axis {
    std::string key;  ///< in full: "strategy.rsi.period"
    std::vector<std::string> values;

    bool operator==(const Axis&) const = default;
};

/// Reads "KEY=VALUES". VALUES are separated by commas; each is a value, or a range
/// FROM..TO:STEP of exact decimals or of durations, both ends included where the steps meet them.
/// Of whole numbers the step may be left out: it is 1. A list is written in brackets:
/// "strategy.rsi.instruments=[demo:BTC/USD,demo:ETH/USD],[demo:BTC/USD]". Keys are those of
/// strategy, risk, execution and the paper venue: the data are loaded once for all. An error (exit
/// 2) names the text and the accepted form.
Result<Axis> parse_axis(std::string_view text);

/// What a sweep is to try.
struct PlanOptions {
    std::vector<std::string> parameters{};  ///< as parse_axis() reads them
    std::uint64_t random = 0;               ///< so many points of the grid by chance; 0 = all
    std::uint64_t seed = 1;                 ///< of the chance
};

/// Sets of parameters: all points of a grid, or some of them by chance. The same options give the
/// same sets under the same numbers, on every machine.
class SweepPlan {
public:
    /// Sets in one sweep; values of one parameter.
    static constexpr std::uint64_t kSetsMax = 100'000;
    static constexpr std::size_t kValuesMax = 10'000;

    /// An error (exit 2) says which parameter is wrong, or how large the grid is.
    static Result<SweepPlan> make(const PlanOptions& options);

    const std::vector<Axis>& axes() const { return axes_; }

    /// Points of the grid.
    std::uint64_t grid_size() const { return grid_size_; }

    /// Sets to try; they are numbered from 0.
    std::size_t size() const { return size_; }

    bool is_random() const { return !chosen_.empty(); }

    /// The values of a set, one an axis. There must be that set.
    std::vector<std::string> values(std::size_t set) const;

    /// The same as overrides of a configuration: "strategy.rsi.period=15".
    std::vector<std::string> overrides(std::size_t set) const;

    /// All that the sets follow from, in one canonical line.
    std::string text() const;

    /// "grid of 2 parameters, 18 sets", for people.
    std::string describe() const;

private:
    void choose(std::uint64_t count, std::uint64_t seed);

    std::vector<Axis> axes_;
    std::uint64_t grid_size_ = 1;
    std::size_t size_ = 1;
    std::uint64_t seed_ = 0;
    std::vector<std::uint64_t> chosen_;  ///< points of the grid by set; empty = all, in order
};

}  // namespace tapedeck::research
