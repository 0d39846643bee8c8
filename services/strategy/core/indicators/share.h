#pragma once

namespace tapedeck::strategy {

/// 100 - 100 / (1 + gains/losses), as RSI and MFI have it, for gains and losses >= 0. Written as
/// the share of the gains, which stays within 0..100 and keeps its digits near 0. No losses: 100.
constexpr double percent_of_gains(double gains, double losses) {
    if (losses == 0) return 100;
    return 100 * (gains / (gains + losses));
}

/// Where `value` lies between `low` (0) and `high` (100). An empty range reads 0, as in TA-Lib: a
/// strategy must not take a market that does not move for one that is overbought.
constexpr double percent_of_range(double value, double low, double high) {
    if (high == low) return 0;
    return 100 * ((value - low) / (high - low));
}

}  // namespace tapedeck::strategy
