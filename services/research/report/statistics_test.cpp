#include "research/report/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tapedeck::research::statistics {
namespace {

// The constants were computed once by quantstats 0.0.86 (periods=365), numpy and scipy 1.17 on the
// same returns; where quantstats differs by its own definition, by numpy after statistics of the
// names in the comments of statistics.h.

constexpr double kClose = 1e-9;

/// 120 days, skewed: ((37 i mod 101)² − 3200)/200000.
std::vector<double> returns() {
    std::vector<double> r;
    for (int i = 0; i < 120; ++i) {
        const double k = (i * 37) % 101;
        r.push_back((k * k - 3200) / 200'000);
    }
    return r;
}

std::vector<double> benchmark() {
    std::vector<double> r;
    for (int i = 0; i < 120; ++i) r.push_back(((i * 53) % 97 - 45) / 3000.0);
    return r;
}

TEST(StatisticsTest, RatiosAreThoseOfQuantstats) {
    const auto r = returns();
    EXPECT_NEAR(*sharpe(r).number, 0.5501543379269076, kClose);
    EXPECT_NEAR(*sortino(r).number, 0.92387424253245765, kClose);
    EXPECT_NEAR(volatility(r), 0.28580881307932893, kClose);
    EXPECT_NEAR(*omega(r).number, 1.070000473936858, kClose);
    EXPECT_NEAR(*gain_to_pain(r).number, 0.070000473936858154, kClose);
    EXPECT_NEAR(*skew(r).number, 0.66463259239813932, kClose);
    EXPECT_NEAR(*excess_kurtosis(r).number, -0.8129626192192162, kClose);
    double growth = 1;
    for (const double each : r) growth *= 1 + each;
    EXPECT_NEAR(cagr(growth, 120), 0.12410939523910791, kClose);
}

TEST(StatisticsTest, WhatQuantstatsDefinesOtherwiseIsThatOfNumpy) {
    const auto r = returns();
    EXPECT_NEAR(*sharpe_error(r).number, 1.7443989769587542, kClose);
    EXPECT_NEAR(*probabilistic_sharpe(r).number, 0.62443196865846162, kClose);
    EXPECT_NEAR(value_at_risk(r, 0.95), 0.015921749999999998, kClose);
    EXPECT_NEAR(value_at_risk(r, 0.99), 0.015999050000000001, kClose);
    EXPECT_NEAR(expected_shortfall(r, 0.95), 0.015980833333333333, kClose);
    EXPECT_NEAR(*t_value(r).number, 0.3154486931113929, kClose);
    EXPECT_NEAR(t_probability(*t_value(r).number, 119), 0.75297352934620543, kClose);
    std::vector<double> depths;
    double index = 1;
    double peak = 1;
    for (const double each : r) {
        index *= 1 + each;
        peak = std::max(peak, index);
        depths.push_back(1 - index / peak);
    }
    EXPECT_NEAR(ulcer(depths), 0.022355077717083192, kClose);
}

TEST(StatisticsTest, TheBestOfManyTrialsIsHeldAgainstTheirNumber) {
    EXPECT_NEAR(expected_best_sharpe(50, 0.004), 0.14396604840190685, kClose);
    EXPECT_NEAR(*deflated_sharpe(returns(), 50, 0.004).number, 0.10232907724868062, kClose);
    EXPECT_DOUBLE_EQ(
        *deflated_sharpe(returns(), 1, 0.004).number, *probabilistic_sharpe(returns()).number);
}

TEST(StatisticsTest, ABenchmarkGivesBetaAndWhatGoesWithIt) {
    const auto v = versus(returns(), benchmark());
    ASSERT_TRUE(v);
    EXPECT_NEAR(v->beta, 0.10063212676420076, kClose);
    EXPECT_NEAR(v->alpha, 0.13183353933065467, kClose);
    EXPECT_NEAR(v->correlation, 0.06353531389790569, kClose);
    EXPECT_NEAR(v->tracking_error, 0.32816907901369408, kClose);
    EXPECT_NEAR(*v->information_ratio.number, -0.29015340289274111, kClose);
    EXPECT_NEAR(*v->treynor.number, 1.5625125234784392, kClose);
    EXPECT_FALSE(versus(returns(), std::vector<double>(120, 0.01)));
}

TEST(StatisticsTest, DistributionsAreThoseOfScipy) {
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
    EXPECT_NEAR(normal_below(1.3), 0.9031995154143897, 1e-12);
    EXPECT_NEAR(t_probability(2.5, 4), 0.066766544811988141, kClose);
    EXPECT_NEAR(t_probability(0.3, 200), 0.76448873018932795, kClose);
    EXPECT_NEAR(t_probability(9, 60) * 1e12, 0.98704960356601206, 1e-6);
    EXPECT_NEAR(wilson(7, 10).low, 0.39677321997956522, kClose);
    EXPECT_NEAR(wilson(7, 10).high, 0.89221071251378803, kClose);
    EXPECT_NEAR(
        *sqn(std::vector<double>{1.2, -1, 0.5, 2, -1, -0.3, 1.1}).number,
        0.81339352909195584,
        kClose);
}

TEST(StatisticsTest, AYearOfIdleDaysHasNoSpreadAndNoSharpe) {
    const std::vector<double> idle(365, 0.0);
    EXPECT_EQ(volatility(idle), 0);
    EXPECT_FALSE(sharpe(idle).number);
    EXPECT_FALSE(sortino(idle).number);
    EXPECT_FALSE(omega(idle).number);
    // Equal gains spread by rounding alone.
    EXPECT_FALSE(sharpe(std::vector<double>(100, 0.1)).number);
}

TEST(StatisticsTest, EqualLossesGiveAFiniteSortino) {
    std::vector<double> r(40, 0.01);
    for (std::size_t i = 0; i < r.size(); i += 4) r[i] = -0.02;
    // m = 0.0025, √(10·0.0004/40) = 0.01
    EXPECT_NEAR(*sortino(r).number, 0.25 * std::sqrt(365.0), kClose);
}

TEST(StatisticsTest, WithoutALossRatiosAreInfinite) {
    const std::vector<double> r = {0.01, 0.02, 0.0, 0.01};
    EXPECT_TRUE(std::isinf(*sortino(r).number));
    EXPECT_TRUE(std::isinf(*omega(r).number));
    EXPECT_TRUE(std::isinf(*gain_to_pain(r).number));
}

TEST(StatisticsTest, OmegaLessOneIsGainToPain) {
    EXPECT_NEAR(*omega(benchmark()).number - 1, *gain_to_pain(benchmark()).number, kClose);
}

TEST(StatisticsTest, FewDaysHaveNoKurtosis) {
    EXPECT_EQ(excess_kurtosis(std::vector<double>{0.1, 0.2, -0.1}).missing, "fewer than 4 d");
    EXPECT_EQ(skew(std::vector<double>{0.1, 0.2}).missing, "fewer than 3 d");
}

TEST(StatisticsTest, QuantilesAreLinearBetweenNeighbours) {
    EXPECT_DOUBLE_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
    EXPECT_DOUBLE_EQ(quantile({4, 1, 2, 3}, 0), 1);
    EXPECT_DOUBLE_EQ(quantile({4, 1, 2, 3}, 1), 4);
    EXPECT_DOUBLE_EQ(quantile({7}, 0.3), 7);
}

TEST(StatisticsTest, ResampledDaysAreTheSameForTheSameSeed) {
    const auto r = returns();
    const auto one = bootstrap(r, 10, 50, 7);
    EXPECT_EQ(one.growth, bootstrap(r, 10, 50, 7).growth);
    EXPECT_NE(one.growth, bootstrap(r, 10, 50, 8).growth);
    // One block of all days is the run itself, begun elsewhere.
    double growth = 1;
    for (const double each : r) growth *= 1 + each;
    for (const double each : bootstrap(r, r.size(), 5, 1).growth) EXPECT_NEAR(each, growth, 1e-12);
}

}  // namespace
}  // namespace tapedeck::research::statistics
