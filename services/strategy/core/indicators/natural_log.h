#pragma once

#include <cmath>

namespace tapedeck::strategy {

/// ln(x) of a positive, finite x, to 1e-15 (of 1, where |ln x| is less). What the C library gives
/// for a logarithm differs in its last digit between versions and processors, and a replay must
/// come to the same bits on all of them: this is made of additions, multiplications and divisions
/// only, which IEEE 754 prescribes.
///
/// ln(m * 2^e) = e * ln 2 + 2 * artanh((m-1) / (m+1)), by the power series of artanh.
inline double natural_log(double x) {
    constexpr double kLn2 = 0.693147180559945309417232121458;
    constexpr double kSqrtHalf = 0.707106781186547524400844362105;
    constexpr int kPowerMax = 23;  // 0.172^23 / 23 is below 1e-18
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);  // 0.5..1, exact
    if (mantissa < kSqrtHalf) {
        mantissa *= 2;
        --exponent;
    }
    const double z = (mantissa - 1) / (mantissa + 1);
    const double square = z * z;
    double series = 1.0 / kPowerMax;  // from the smallest term on
    for (int power = kPowerMax - 2; power > 0; power -= 2) series = series * square + 1.0 / power;
    return exponent * kLn2 + 2 * z * series;
}

}  // namespace tapedeck::strategy
