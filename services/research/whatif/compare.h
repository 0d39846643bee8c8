#pragma once

#include "research/whatif/day_sheet.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::research {

struct CompareOptions {
    /// Fills, and what is decided on something else than market data, are the same up to this
    /// distance in time.
    Duration tolerance = std::chrono::minutes(2);
    /// A fill's price is the same up to this distance, in basis points.
    double price_tolerance_bps = 10;
};

/// The first decision of a day that is not the same in both runs.
struct Divergence {
    Time input{};  ///< of the market data
    std::string strategy = {};
    Instrument instrument = {};
    std::string a = {};  ///< what it came to, "" = nothing
    std::string b = {};
    Seq seq_a = {};  ///< of the decision; 0 = there is none, or it is one of many in a run
    Seq seq_b = {};
    std::string cause = {};  ///< data, configuration, code, fill or latency
    std::string explanation = {};
};

/// Two runs over one UTC day, as far as both saw the market. Sums of one side are in its DaySheet.
struct DayComparison {
    Time from{};  ///< both have seen the market from then on
    Time to{};    ///< and up to then

    // Market data that both series have: candles and trades.
    std::uint64_t data_equal = 0;
    std::uint64_t data_different = 0;  ///< other values, or only one has it

    std::uint64_t evaluations_a = 0;
    std::uint64_t evaluations_b = 0;
    std::uint64_t stretches_different = 0;  ///< of evaluations with other outcomes

    // Targets, verdicts and orders.
    std::uint64_t decisions_equal = 0;
    std::uint64_t decisions_different = 0;  ///< both decided, and not the same
    std::uint64_t decisions_only_a = 0;
    std::uint64_t decisions_only_b = 0;

    // What was filled of an order is one fill here.
    std::uint64_t fills_equal = 0;      ///< matched, same quantity, price within the tolerance
    std::uint64_t fills_different = 0;  ///< matched
    std::uint64_t fills_only_a = 0;
    std::uint64_t fills_only_b = 0;
    /// Of the matched: how much worse B's price is, basis points of A's; negative = better.
    std::optional<double> price_bps_mean;
    std::optional<double> price_bps_worst;
    std::map<std::string, Money> fee_difference;  ///< of the matched: B less A, by currency

    std::optional<Divergence> first;

    std::uint64_t compared() const {
        return decisions_equal + decisions_different + decisions_only_a + decisions_only_b +
               fills_equal + fills_different + fills_only_a + fills_only_b;
    }

    /// 100 × (equal decisions + equal fills) / (all decisions + all fills of either run), in
    /// percent. Nothing where there is nothing to compare; missing() says why.
    std::optional<double> parity() const;
    std::string missing() const;
};

/// Nothing: the runs have no market time in common on that day.
std::optional<DayComparison> compare(
    const DaySheet& a, const DaySheet& b, const CompareOptions& options);

}  // namespace tapedeck::research
