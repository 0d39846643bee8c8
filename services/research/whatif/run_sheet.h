#pragma once

#include "base/money.h"
#include "events/event.h"
#include "execution/core/portfolio.h"

#include <cstdint>
#include <map>
#include <string>

namespace tapedeck::research {

/// What a sequence of records has come to so far: counts, and the accounts.
class RunSheet {
public:
    struct Counts {
        std::uint64_t evaluations = 0;
        std::uint64_t targets = 0;
        std::uint64_t approvals = 0;
        std::uint64_t denials = 0;
        std::uint64_t orders = 0;
        std::uint64_t cancels = 0;  ///< requested
        std::uint64_t fills = 0;
        std::uint64_t simulated_fills = 0;  ///< of the fills
        std::map<std::string, std::uint64_t> denials_by_rule;
        std::map<std::string, Money> fees;  ///< by currency
    };

    /// `is_simulated`: a fill of it was made by the paper venue for this very run.
    void apply(const Recorded& recorded, bool is_simulated);

    const Counts& counts() const { return counts_; }

    const execution::Portfolio& portfolio() const { return portfolio_; }

private:
    Counts counts_;
    execution::Portfolio portfolio_;
};

}  // namespace tapedeck::research
