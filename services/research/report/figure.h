#pragma once

#include "base/money.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::research {

/// How a figure is written: 0.0123 as Ratio is "0.012", as Percent "1.23 %"; a Duration is in
/// seconds.
enum class Unit { Number, Ratio, Percent, Money, Duration, Count };

/// One statistic of a report.
struct Figure {
    std::string key;      ///< stable, snake_case: "sharpe", "max_drawdown"; the key in JSON and CSV
    std::string section;  ///< "return", "ratios", "trades", …
    std::string label;    ///< for people: "Sharpe"
    Unit unit = Unit::Number;
    std::optional<double> value{};  ///< full precision; infinity where statistics.md says ∞
    std::string missing{};          ///< why there is no value: "18 d < 30 d"; "" if there is one
    std::optional<Money> exact{};   ///< of figures in money: to the last decimal
    std::uint64_t n = 0;            ///< how many days or trades it rests on
};

}  // namespace tapedeck::research
