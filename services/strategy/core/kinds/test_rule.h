#pragma once

// For tests only: what a strategy of a kind makes of candles.

#include "strategy/core/parameters.h"
#include "strategy/core/test_market.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy::test {

inline const Kind& kind_of(std::string_view name) {
    for (const Kind& kind : registered_kinds()) {
        if (kind.name == name) return kind;
    }
    ADD_FAILURE() << "no kind " << name;
    return registered_kinds().front();
}

/// A complete section with these settings.
inline Settings section(const Kind& kind, const Entries& entries) {
    Settings own;
    own.set("kind", std::string(kind.name));
    own.set("instruments", "kraken:BTC/EUR");
    for (const auto& [key, value] : entries) own.set(key, value);
    return with_defaults(own, settings_of(kind, registered_kinds()));
}

struct Opinion {
    std::string reason;
    int wanted = 0;
    Evaluation evaluation;
};

/// What a strategy of this kind makes of closes, one after the other.
class Rule {
public:
    Rule(std::string_view name, const Entries& entries) {
        const Kind& kind = kind_of(name);
        const Settings own = section(kind, entries);
        EXPECT_THAT(problems_of(own, kind), ::testing::IsEmpty());
        strategy_ = kind.make(own);
    }

    Opinion after(double close) { return after(Bar{close, close + 1, close - 1, close, 1}); }

    Opinion after(const Bar& bar) {
        strategy_->take(bar);
        const Evaluation evaluation = strategy_->evaluate();
        const bool is_signal = evaluation.outcome == Outcome::Signal;
        const Ratio wanted = evaluation.wanted;
        const int sign = wanted.is_negative() ? -1 : (wanted.is_zero() ? 0 : 1);
        return {std::string(evaluation.reason), is_signal ? sign : 0, evaluation};
    }

    /// "reason wanted" after each close.
    std::vector<std::string> after_each(const std::vector<double>& closes) {
        std::vector<std::string> result;
        for (const double close : closes) {
            const Opinion opinion = after(close);
            result.push_back(opinion.reason + ' ' + std::to_string(opinion.wanted));
        }
        return result;
    }

    const Strategy& strategy() const { return *strategy_; }

private:
    std::unique_ptr<Strategy> strategy_;
};

inline double reading(const Evaluation& evaluation, std::string_view name) {
    for (const auto& each : evaluation.readings) {
        if (each.name == name) return each.value;
    }
    ADD_FAILURE() << "no reading " << name;
    return 0;
}

}  // namespace tapedeck::strategy::test
