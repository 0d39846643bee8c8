#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Statistics of a report: a row of numbers becomes one. Nothing here knows of trading but by name,
/// and nothing here decides: these are the only doubles that money turns into, and they never turn
/// back. A year is 365 days. S_d is the Sharpe ratio of one day, m the mean, s the deviation with
/// n − 1.
namespace tapedeck::research::statistics {

inline constexpr double kDaysOfYear = 365;

/// With fewer days there are no figures of a year, and none that divide by a deviation.
inline constexpr std::uint64_t kDaysForYears = 90;
inline constexpr std::uint64_t kDaysForSpread = 30;

/// "18 d < 90 d", or "" when there are days enough.
std::string too_few_days(std::uint64_t days, std::uint64_t needed);

/// A statistic, or why there is none. Infinity is a value.
struct Value {
    std::optional<double> number{};
    std::string missing{};

    Value(double value) : number(value) {}  // NOLINT: a number is a value

    static Value none(std::string why);

private:
    Value() = default;
};

/// Σx/n; 0 of none.
double mean(std::span<const double> x);

/// √(Σ(x − m)²/(n − 1)); 0 of fewer than two.
double deviation(std::span<const double> x);

/// s · √365 of daily returns.
double volatility(std::span<const double> r);

/// growth^(365/days) − 1, growth = I_T/I_0 > 0.
double cagr(double growth, double days);

/// m/s of the daily excess returns, not annualised; none without spread.
Value sharpe_daily(std::span<const double> x);

/// m/s · √365.
Value sharpe(std::span<const double> x);

/// √((1 + S_d²/2)/n) · √365 (Lo 2002, independent returns).
Value sharpe_error(std::span<const double> x);

/// The probability that the true S_d is above `than`, with skew g and raw kurtosis k = G2 + 3:
/// Φ((S_d − than)·√(n−1) / √(1 − g·S_d + (k−1)/4·S_d²)) (Bailey and López de Prado 2012).
Value probabilistic_sharpe(std::span<const double> x, double than = 0);

/// The S_d that the best of `trials` strategies without any skill is expected to reach, when their
/// S_d have variance V: √V·((1−γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))), γ Euler's constant. 0 for
/// fewer than two trials.
double expected_best_sharpe(std::uint64_t trials, double variance);

/// The probabilistic Sharpe ratio against expected_best_sharpe (Bailey and López de Prado 2014).
Value deflated_sharpe(std::span<const double> x, std::uint64_t trials, double variance);

/// m/√(Σmin(0, x)²/n) · √365: all n days below the root (Sortino and Price 1994).
Value sortino(std::span<const double> x);

/// Σmax(r, 0)/Σmax(−r, 0) (Keating and Shadwick 2002).
Value omega(std::span<const double> r);

/// Σr/Σmax(−r, 0) = Omega − 1 (Schwager).
Value gain_to_pain(std::span<const double> r);

/// G1 = n/((n−1)(n−2)) · Σz³, z = (r − m)/s.
Value skew(std::span<const double> r);

/// G2 = n(n+1)/((n−1)(n−2)(n−3)) · Σz⁴ − 3(n−1)²/((n−2)(n−3)): 0 for a normal distribution.
Value excess_kurtosis(std::span<const double> r);

/// The q-quantile (0 … 1) of any values, linear between neighbours (type 7 of Hyndman and Fan); 0
/// of none.
double quantile(std::vector<double> values, double q);

/// Value at risk, historical: minus the (1 − level)-quantile of the daily returns.
double value_at_risk(std::span<const double> r, double level);

/// Minus the mean of the returns that are at or below −value_at_risk.
double expected_shortfall(std::span<const double> r, double level);

/// √(ΣD²/n) of the depths of drawdown at each day's end (Martin 1987).
double ulcer(std::span<const double> depths);

struct Interval {
    double low = 0;
    double high = 0;
};

/// Where the true share of `hits` in n is with 95 % confidence (Wilson 1927).
Interval wilson(std::uint64_t hits, std::uint64_t n);

/// m/(s/√n); none without spread.
Value t_value(std::span<const double> x);

/// The two-sided p of a t with so many degrees of freedom: I(ν/(ν+t²); ν/2, 1/2).
double t_probability(double t, double degrees);

/// System quality number, √min(n, 100) · m/s of the R of trades (Tharp).
Value sqn(std::span<const double> r);

/// Φ
double normal_below(double x);

/// Φ⁻¹; p in (0, 1), else ±infinity.
double normal_quantile(double p);

/// How returns moved with those of a benchmark on the same days.
struct Versus {
    double beta = 0;               ///< cov(r, b)/var(b)
    double alpha = 0;              ///< (m(r) − β·m(b)) · 365
    double correlation = 0;        ///< cov/(s_r·s_b)
    double tracking_error = 0;     ///< s(r − b)·√365
    Value information_ratio{0.0};  ///< m(r − b)/s(r − b)·√365
    Value treynor{0.0};            ///< m(r)·365/β
};

/// None when either has no spread or their lengths differ.
std::optional<Versus> versus(std::span<const double> r, std::span<const double> benchmark);

/// What the daily returns might as well have come to, in another order: `runs` rows of as many
/// days, put together of blocks of `block` consecutive days that chance of `seed` picks, wrapping
/// around (circular block bootstrap, Politis and Romano 1992).
struct Resampled {
    std::vector<double> growth;        ///< Π(1 + r) of each run
    std::vector<double> max_drawdown;  ///< of daily ends
};

Resampled bootstrap(
    std::span<const double> r, std::size_t block, std::size_t runs, std::uint64_t seed);

}  // namespace tapedeck::research::statistics
