#include "research/report/statistics.h"

#include <math.h>  // NOLINT: lgamma_r, which unlike lgamma keeps nothing between calls

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tapedeck::research::statistics {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double count(std::span<const double> x) {
    return static_cast<double>(x.size());
}

/// A spread so small that it is rounding: returns that are all the same.
bool is_flat(std::span<const double> x) {
    double largest = 0;
    for (const double value : x) largest = std::max(largest, std::abs(value));
    return deviation(x) <= largest * 1e-12;
}

/// Σ((x − m)/s)^power
double standardised(std::span<const double> x, int power) {
    const double m = mean(x);
    const double s = deviation(x);
    double sum = 0;
    for (const double value : x) sum += std::pow((value - m) / s, power);
    return sum;
}

struct Sums {
    double gains = 0;
    double losses = 0;  ///< positive
};

Sums gains_and_losses(std::span<const double> x) {
    Sums sums;
    for (const double value : x) (value > 0 ? sums.gains : sums.losses) += std::abs(value);
    return sums;
}

double log_gamma(double x) {
    int sign = 0;
    return ::lgamma_r(x, &sign);
}

/// The continued fraction of the incomplete beta function by Lentz's method (Numerical
/// Recipes 6.4).
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    constexpr int kStepsMax = 1000;
    const auto sane = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1;
    double d = 1 / sane(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int i = 1; i <= kStepsMax; ++i) {
        const double m = i;
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / sane(1 + even * d);
        c = sane(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / sane(1 + odd * d);
        c = sane(1 + odd / c);
        result *= d * c;
        if (std::abs(d * c - 1) < 1e-15) break;
    }
    return result;
}

/// I(x; a, b), the regularised incomplete beta function.
double incomplete_beta(double x, double a, double b) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front = std::exp(
        log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}

    std::size_t below(std::size_t bound) {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return static_cast<std::size_t>((z ^ (z >> 31)) % bound);
    }

private:
    std::uint64_t state_;
};

}  // namespace

std::string too_few_days(std::uint64_t days, std::uint64_t needed) {
    if (days >= needed) return "";
    return std::to_string(days) + " d < " + std::to_string(needed) + " d";
}

Value Value::none(std::string why) {
    Value value;
    value.missing = std::move(why);
    return value;
}

double mean(std::span<const double> x) {
    if (x.empty()) return 0;
    double sum = 0;
    for (const double value : x) sum += value;
    return sum / count(x);
}

double deviation(std::span<const double> x) {
    if (x.size() < 2) return 0;
    const double m = mean(x);
    double sum = 0;
    for (const double value : x) sum += (value - m) * (value - m);
    return std::sqrt(sum / (count(x) - 1));
}

double volatility(std::span<const double> r) {
    return deviation(r) * std::sqrt(kDaysOfYear);
}

double cagr(double growth, double days) {
    return std::pow(growth, kDaysOfYear / days) - 1;
}

Value sharpe_daily(std::span<const double> x) {
    if (x.size() < 2 || is_flat(x)) return Value::none("the returns have no spread");
    return mean(x) / deviation(x);
}

Value sharpe(std::span<const double> x) {
    Value daily = sharpe_daily(x);
    if (daily.number) *daily.number *= std::sqrt(kDaysOfYear);
    return daily;
}

Value sharpe_error(std::span<const double> x) {
    Value daily = sharpe_daily(x);
    if (!daily.number) return daily;
    return std::sqrt((1 + *daily.number * *daily.number / 2) / count(x) * kDaysOfYear);
}

Value probabilistic_sharpe(std::span<const double> x, double than) {
    Value daily = sharpe_daily(x);
    if (!daily.number) return daily;
    const Value g = skew(x);
    const Value excess = excess_kurtosis(x);
    if (!g.number || !excess.number) return excess;
    const double s = *daily.number;
    const double variance = 1 - *g.number * s + (*excess.number + 3 - 1) / 4 * s * s;
    if (variance <= 0) return Value::none("skew and kurtosis contradict the ratio");
    return normal_below((s - than) * std::sqrt(count(x) - 1) / std::sqrt(variance));
}

double expected_best_sharpe(std::uint64_t trials, double variance) {
    if (trials < 2) return 0;
    const auto n = static_cast<double>(trials);
    constexpr double kGamma = std::numbers::egamma;
    return std::sqrt(variance) * ((1 - kGamma) * normal_quantile(1 - 1 / n) +
                                  kGamma * normal_quantile(1 - 1 / (n * std::numbers::e)));
}

Value deflated_sharpe(std::span<const double> x, std::uint64_t trials, double variance) {
    return probabilistic_sharpe(x, expected_best_sharpe(trials, variance));
}

Value sortino(std::span<const double> x) {
    double below = 0;
    for (const double value : x) below += std::min(0.0, value) * std::min(0.0, value);
    const double m = mean(x);
    if (below > 0) return m / std::sqrt(below / count(x)) * std::sqrt(kDaysOfYear);
    if (m > 0) return kInfinity;
    return Value::none("neither a gain nor a loss");
}

Value omega(std::span<const double> r) {
    const Sums sums = gains_and_losses(r);
    if (sums.losses > 0) return sums.gains / sums.losses;
    if (sums.gains > 0) return kInfinity;
    return Value::none("neither a gain nor a loss");
}

Value gain_to_pain(std::span<const double> r) {
    const Sums sums = gains_and_losses(r);
    if (sums.losses > 0) return (sums.gains - sums.losses) / sums.losses;
    if (sums.gains > 0) return kInfinity;
    return Value::none("neither a gain nor a loss");
}

Value skew(std::span<const double> r) {
    if (r.size() < 3) return Value::none("fewer than 3 d");
    if (is_flat(r)) return Value::none("the returns have no spread");
    const double n = count(r);
    return n / ((n - 1) * (n - 2)) * standardised(r, 3);
}

Value excess_kurtosis(std::span<const double> r) {
    if (r.size() < 4) return Value::none("fewer than 4 d");
    if (is_flat(r)) return Value::none("the returns have no spread");
    const double n = count(r);
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * standardised(r, 4) -
           3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
}

double quantile(std::vector<double> values, double q) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const double place = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    if (below + 1 >= values.size()) return values.back();
    const double rest = place - static_cast<double>(below);
    return values[below] + rest * (values[below + 1] - values[below]);
}

double value_at_risk(std::span<const double> r, double level) {
    return -quantile({r.begin(), r.end()}, 1 - level);
}

double expected_shortfall(std::span<const double> r, double level) {
    const double limit = -value_at_risk(r, level);
    std::vector<double> beyond;
    for (const double value : r) {
        if (value <= limit) beyond.push_back(value);
    }
    return -mean(beyond);
}

double ulcer(std::span<const double> depths) {
    if (depths.empty()) return 0;
    double sum = 0;
    for (const double depth : depths) sum += depth * depth;
    return std::sqrt(sum / count(depths));
}

Interval wilson(std::uint64_t hits, std::uint64_t n) {
    if (n == 0) return {0, 1};
    constexpr double kZ = 1.96;
    const auto all = static_cast<double>(n);
    const double p = static_cast<double>(hits) / all;
    const double middle = p + kZ * kZ / (2 * all);
    const double half = kZ * std::sqrt(p * (1 - p) / all + kZ * kZ / (4 * all * all));
    const double whole = 1 + kZ * kZ / all;
    return {(middle - half) / whole, (middle + half) / whole};
}

Value t_value(std::span<const double> x) {
    if (x.size() < 2 || is_flat(x)) return Value::none("no spread");
    return mean(x) / (deviation(x) / std::sqrt(count(x)));
}

double t_probability(double t, double degrees) {
    return incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

Value sqn(std::span<const double> r) {
    if (r.size() < 2 || is_flat(r)) return Value::none("R has no spread");
    return std::sqrt(std::min(count(r), 100.0)) * mean(r) / deviation(r);
}

double normal_below(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// Bisection of Φ: some 60 steps, and no table of coefficients.
double normal_quantile(double p) {
    if (!(p > 0)) return -kInfinity;
    if (!(p < 1)) return kInfinity;
    double low = -40;
    double high = 40;
    while (true) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return middle;
        (normal_below(middle) < p ? low : high) = middle;
    }
}

std::optional<Versus> versus(std::span<const double> r, std::span<const double> benchmark) {
    if (r.size() != benchmark.size() || r.size() < 2) return std::nullopt;
    if (is_flat(r) || is_flat(benchmark)) return std::nullopt;
    const double m_r = mean(r);
    const double m_b = mean(benchmark);
    double covariance = 0;
    std::vector<double> active;
    for (std::size_t i = 0; i < r.size(); ++i) {
        covariance += (r[i] - m_r) * (benchmark[i] - m_b);
        active.push_back(r[i] - benchmark[i]);
    }
    covariance /= count(r) - 1;
    const double s_r = deviation(r);
    const double s_b = deviation(benchmark);
    Versus result;
    result.beta = covariance / (s_b * s_b);
    result.alpha = (m_r - result.beta * m_b) * kDaysOfYear;
    result.correlation = covariance / (s_r * s_b);
    result.tracking_error = volatility(active);
    result.information_ratio = sharpe(active);
    result.treynor =
        result.beta == 0 ? Value::none("beta is 0") : Value(m_r * kDaysOfYear / result.beta);
    return result;
}

Resampled bootstrap(
    std::span<const double> r, std::size_t block, std::size_t runs, std::uint64_t seed) {
    Resampled result;
    if (r.empty() || block == 0) return result;
    Chance chance(seed);
    for (std::size_t run = 0; run < runs; ++run) {
        double index = 1;
        double peak = 1;
        double deepest = 0;
        std::size_t at = 0;
        for (std::size_t i = 0; i < r.size(); ++i) {
            at = i % block == 0 ? chance.below(r.size()) : (at + 1) % r.size();
            index *= 1 + r[at];
            peak = std::max(peak, index);
            deepest = std::max(deepest, 1 - index / peak);
        }
        result.growth.push_back(index);
        result.max_drawdown.push_back(deepest);
    }
    return result;
}

}  // namespace tapedeck::research::statistics
