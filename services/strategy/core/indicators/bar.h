#pragma once

namespace tapedeck::strategy {

/// A closed candle as indicators read it: prices in quote currency, volume in base currency.
/// Finite, with low <= open, close <= high and volume >= 0; who makes it from a candle sees to
/// that.
struct Bar {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
};

/// (high + low + close) / 3, also known as hlc3.
constexpr double typical_price(const Bar& bar) {
    return (bar.high + bar.low + bar.close) / 3;
}

}  // namespace tapedeck::strategy
