#pragma once

#include "base/money.h"
#include "base/time.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::research {

/// How much of equity was at work, weighted by the time for which it was.
struct Exposure {
    Time since{};  ///< of what follows
    double gross = 0;
    double net = 0;
    double concentration = 0;
    double equity = 0;
    bool in_market = false;

    Duration total{};
    Duration held{};
    double gross_time = 0;  ///< ratio × nanoseconds
    double net_time = 0;
    double concentration_time = 0;  ///< while held
    double equity_time = 0;
    double gross_max = 0;
    double net_max = 0;  ///< of its size

    /// Until now it was as it was.
    void pass(Time now) {
        const Duration passed = now - since;
        since = now;
        total += passed;
        const auto span = static_cast<double>(passed.count());
        equity_time += equity * span;
        if (!in_market) return;
        held += passed;
        gross_time += gross * span;
        net_time += net * span;
        concentration_time += concentration * span;
    }

    /// From now on.
    void set(double gross_value, double net_value, double largest, double equity_value) {
        equity = equity_value;
        in_market = gross_value > 0;
        concentration = in_market ? largest / gross_value : 0;
        gross = equity_value > 0 ? gross_value / equity_value : 0;
        net = equity_value > 0 ? net_value / equity_value : 0;
        gross_max = std::max(gross_max, gross);
        if (std::abs(net) > std::abs(net_max)) net_max = net;
    }
};

/// What trading cost, in the reporting currency.
struct Costs {
    Money maker_fees;
    Money taker_fees;
    Money rebates;
    Money traded;
    double maker_traded = 0;
    double decision_slippage = 0;  ///< bps × value
    double decision_value = 0;
    double arrival_slippage = 0;
    double arrival_value = 0;
    std::uint64_t fills = 0;

    Money fees() const { return maker_fees + taker_fees - rebates; }
};

}  // namespace tapedeck::research
