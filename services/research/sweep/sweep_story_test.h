#pragma once

#include "research/backtest/backtest_story_test.h"
#include "research/sweep/sweep.h"
#include "testing/temporary_directory.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

/// For the tests: a market of hours, and sweeps over it that are easy to foresee.
namespace tapedeck::research::testing {

/// A price that climbs above 200 and falls below 50 every other day, a little differently each
/// time.
inline Recording wavy_market(int days) {
    std::vector<market_data::Step> steps;
    for (int hour = 0; hour < 24 * days; ++hour) {
        const auto level = [](int at) {
            const double wave = std::sin(at * 2 * 3.14159265 / 41);
            const double drift = 15 * std::sin(at * 2 * 3.14159265 / 373);
            return Price(Decimal::from_integer(std::llround(130 + 95 * wave + drift)));
        };
        CandleClosed candle;
        candle.instrument = kBtc;
        candle.interval = std::chrono::hours(1);
        candle.open_time = kBegin + std::chrono::hours(hour);
        candle.open = level(hour);
        candle.close = level(hour + 1);
        candle.high = std::max(candle.open, candle.close);
        candle.low = std::min(candle.open, candle.close);
        candle.volume = quantity("1000");
        steps.push_back(
            {candle.close_time(), {{candle, market_data::happened(candle.close_time())}}});
    }
    ListFeed feed(std::move(steps), {listed(kBtc)});
    return Recording::load(feed, {}).value();
}

/// The steered backtest's configuration for hours, with overrides on top. risk.fixed_notional=0 is
/// refused, as a check of the configuration would.
inline Result<Settings> settings_with(const std::vector<std::string>& overrides) {
    auto options = steered(
        {{"strategy.a.interval", "1h"},
         {"strategy.a.valid_for", "2h"},
         {"risk.max_price_age", "2h"},
         {"risk.max_drawdown", "1"},
         {"risk.day_loss", "1"}});
    for (const auto& each : overrides) {
        const auto equals = each.find('=');
        if (each == "risk.fixed_notional=0") {
            return fail("--set: risk.fixed_notional: must be above 0", ExitCode::Configuration);
        }
        options.configuration.set(each.substr(0, equals), each.substr(equals + 1));
    }
    return std::move(options.configuration);
}

/// The steered kind, and one that throws when it is made.
inline const std::vector<strategy::Kind>& kinds_with_thrower() {
    static const std::vector<strategy::Kind> kKinds = [] {
        auto kinds = strategy::test::kinds_with_levels();
        strategy::Kind thrower = kinds.front();
        thrower.name = "thrower";
        thrower.make = [](const Settings&) -> std::unique_ptr<strategy::Strategy> {
            throw std::runtime_error("no such thing");
        };
        kinds.push_back(thrower);
        return kinds;
    }();
    return kKinds;
}

inline PoolOptions pool_of(std::size_t threads) {
    PoolOptions options;
    options.threads = threads;
    options.run.build = "1+a.x";
    options.run.kinds = &kinds_with_thrower();
    return options;
}

inline SweepPlan plan_of(std::vector<std::string> parameters) {
    return SweepPlan::make({.parameters = std::move(parameters)}).value();
}

inline SweepIdentity identity_of(const SweepPlan& plan) {
    SweepIdentity identity;
    for (const auto& axis : plan.axes()) identity.keys.push_back(axis.key);
    identity.plan = plan.text();
    identity.configuration = "risk.currency=EUR\nrisk.sizing=fixed\n";
    identity.data = "by hand; steps 0 to 100 of 100";
    identity.build = "1+a.x";
    return identity;
}

/// A result as a run might have it.
inline RunResult result_with(const std::string& key, double value) {
    RunResult result;
    result.figures.push_back(
        {.key = key,
         .section = "return",
         .label = "A figure",
         .unit = Unit::Percent,
         .value = value,
         .n = 7});
    result.returns = {0.01, -0.02};
    return result;
}

}  // namespace tapedeck::research::testing
